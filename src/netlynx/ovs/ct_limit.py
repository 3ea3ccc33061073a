"""How many connections a zone may have, of those that flows commit. Source: net/openvswitch/conntrack.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.ovs.constants import OVS_CT_LIMIT_ATTR
from netlynx.ovs.header import OvsHeader
from netlynx.schema import Layout, Record, array, attr, head, member, s32, struct, takes, u32
from netlynx.schema.facts import Facts

DEFAULT_ZONE = -1
"""Stands for all zones that have no limit of their own (OVS_ZONE_LIMIT_DEFAULT_ZONE)."""


class ZoneLimit(Layout, c="ovs_zone_limit"):
    """The limit of a zone, -1 for all that have none of their own; 0 is no limit. `count` is how many there are."""

    zone: int = member(s32, c="zone_id")
    limit: int = member(u32, c="limit")
    count: int = member(u32, c="count")


class CtLimits(Record, header=OvsHeader):
    """Limits of zones, of the network namespace: all datapaths have them in common."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_CT_LIMIT_ATTR, policy="ct_limit_policy")
    __differs__: ClassVar[dict[str, str]] = {"zones": "structs, in an attribute that the policy takes for a nest"}

    datapath: takes.Name[int] = head("dp_ifindex")
    zones: takes.MaybeSeveral[ZoneLimit] = attr(OVS_CT_LIMIT_ATTR.ZONE_LIMIT, array(struct(ZoneLimit)))
