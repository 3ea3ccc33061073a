"""The family ``handshake``."""

from .generated import *
