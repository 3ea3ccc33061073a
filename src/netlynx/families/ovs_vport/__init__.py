"""The family ``ovs_vport``."""

from .generated import *
