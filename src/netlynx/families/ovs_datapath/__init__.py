"""The family ``ovs_datapath``."""

from __future__ import annotations

from .generated import (
    OVS_DATAPATH,
    OVS_DP_ATTR,
    OVS_DP_CMD,
    Datapath,
    GetRequest,
    NewRequest,
    OvsDatapath,
    OvsDpMegaflowStats,
    OvsDpStats,
    OvsHeader,
    UserFeatures,
)

__all__ = [
    "OVS_DATAPATH",
    "OVS_DP_ATTR",
    "OVS_DP_CMD",
    "Datapath",
    "GetRequest",
    "NewRequest",
    "OvsDatapath",
    "OvsDpMegaflowStats",
    "OvsDpStats",
    "OvsHeader",
    "UserFeatures",
    "delete",
    "get",
    "list_all",
    "new",
]

get = OvsDatapath.get
list_all = OvsDatapath.list_all
new = OvsDatapath.new
delete = OvsDatapath.delete
