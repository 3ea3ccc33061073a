"""The family ``lockd``."""

from .generated import *
