"""The family ``ovs_flow``."""

from .generated import *
