"""The family ``psp``."""

from .generated import *
