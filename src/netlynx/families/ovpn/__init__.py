"""The family ``ovpn``."""

from .generated import *
