"""The family ``binder``."""

from .generated import *
