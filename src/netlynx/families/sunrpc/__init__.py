"""The family ``sunrpc``."""

from .generated import *
