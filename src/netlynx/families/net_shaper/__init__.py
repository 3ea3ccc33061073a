"""The family ``net-shaper``."""

from .generated import *
