"""The family ``net-shaper``."""

from __future__ import annotations

from .generated import (
    MAX_HANDLE_ID,
    NET_SHAPER_A,
    NET_SHAPER_A_CAPS,
    NET_SHAPER_A_HANDLE,
    NET_SHAPER_CMD,
    CapGetDoRequest,
    CapGetDumpRequest,
    Caps,
    GetDoRequest,
    GetDumpRequest,
    Handle,
    LeafInfo,
    Metric,
    NetShaper,
    NetShaperRecord,
    Scope,
    SetRequest,
)

__all__ = [
    "MAX_HANDLE_ID",
    "NET_SHAPER_A",
    "NET_SHAPER_A_CAPS",
    "NET_SHAPER_A_HANDLE",
    "NET_SHAPER_CMD",
    "CapGetDoRequest",
    "CapGetDumpRequest",
    "Caps",
    "GetDoRequest",
    "GetDumpRequest",
    "Handle",
    "LeafInfo",
    "Metric",
    "NetShaper",
    "NetShaperRecord",
    "Scope",
    "SetRequest",
    "delete",
    "get",
    "get_cap",
    "group",
    "list_all",
    "list_cap",
    "set",
]

get = NetShaper.get
list_all = NetShaper.list_all
set = NetShaper.set
delete = NetShaper.delete
group = NetShaper.group
get_cap = NetShaper.get_cap
list_cap = NetShaper.list_cap
