"""The family ``nfsd``."""

from .generated import *
