"""The family ``ovs_vport``."""

from __future__ import annotations

from .generated import (
    OVS_TUNNEL_ATTR,
    OVS_VPORT,
    OVS_VPORT_ATTR,
    OVS_VPORT_CMD,
    OVS_VPORT_UPCALL_ATTR,
    DelRequest,
    GetRequest,
    NewRequest,
    OvsHeader,
    OvsVport,
    OvsVportStats,
    UpcallStats,
    Vport,
    VportOptions,
    VportType,
)

__all__ = [
    "OVS_TUNNEL_ATTR",
    "OVS_VPORT",
    "OVS_VPORT_ATTR",
    "OVS_VPORT_CMD",
    "OVS_VPORT_UPCALL_ATTR",
    "DelRequest",
    "GetRequest",
    "NewRequest",
    "OvsHeader",
    "OvsVport",
    "OvsVportStats",
    "UpcallStats",
    "Vport",
    "VportOptions",
    "VportType",
    "delete",
    "get",
    "list_all",
    "new",
]

new = OvsVport.new
delete = OvsVport.delete
get = OvsVport.get
list_all = OvsVport.list_all
