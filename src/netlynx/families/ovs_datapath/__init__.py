"""The family ``ovs_datapath``."""

from .generated import *
