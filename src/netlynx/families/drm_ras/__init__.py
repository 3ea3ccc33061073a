"""The family ``drm-ras``."""

from .generated import *
