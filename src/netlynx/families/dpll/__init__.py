"""The family ``dpll``."""

from .generated import *
