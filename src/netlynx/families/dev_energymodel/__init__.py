"""The family ``dev-energymodel``."""

from .generated import *
