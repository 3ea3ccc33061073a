"""The family ``ovs_packet``."""

from .generated import *
