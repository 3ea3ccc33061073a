"""A destination: a server that a service's connections go to.

Source: linux/ip_vs.h, ip_vs_genl_fill_dest and ip_vs_genl_parse_dest in net/netfilter/ipvs/ip_vs_ctl.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.ipvs.constants import IPVS_CMD_ATTR, IPVS_DEST_ATTR, Forwarding, TunnelFlags, TunnelType
from netlynx.ipvs.service import ServiceKey
from netlynx.ipvs.statistics import Statistics
from netlynx.route.constants import AddressFamily
from netlynx.schema import Record, attr, be16, enum, ip_of, nest, takes, u8, u16, u32
from netlynx.schema.facts import Facts

_DEST = IPVS_CMD_ATTR.DEST


class Destination(Record, header=GenericHeader):
    """A destination of a service (`IPVS_DEST_ATTR_*`).

    `service` says of which: in requests, and where `pools` has read it; the kernel does not tell. It is known by its
    `address` and `port` among those of the service. To add one, `forwarding` is needed besides; `port` is the
    service's unless it says other, which packets that are masqueraded alone can have, and `weight` 1. One of weight 0
    gets no new connections.

    With more connections than `upper_threshold` it gets no new ones, until there are fewer than `lower_threshold` (of
    0: than three quarters of the upper); 0 is no threshold. `tunnel_type`, `tunnel_port` (of GUE, which needs it) and
    `tunnel_flags` are those of Forwarding.TUNNEL.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IPVS_CMD_ATTR, policy="ip_vs_cmd_policy"),
        Facts(attributes=IPVS_DEST_ATTR, policy="ip_vs_dest_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IPVS_CMD_ATTR_DAEMON": "not of destinations: Daemon",
        "IPVS_CMD_ATTR_TIMEOUT_*": "not of destinations: Timeouts",
    }

    service: takes.Natural[ServiceKey | None] = attr(IPVS_CMD_ATTR.SERVICE, nest(ServiceKey))
    family: takes.Member[AddressFamily | None] = attr((_DEST, IPVS_DEST_ATTR.ADDR_FAMILY), enum(AddressFamily, u16))
    address: takes.Ip[str | None] = attr((_DEST, IPVS_DEST_ATTR.ADDR), ip_of("family"))
    port: int | None = attr((_DEST, IPVS_DEST_ATTR.PORT), be16)
    forwarding: takes.Member[Forwarding | None] = attr((_DEST, IPVS_DEST_ATTR.FWD_METHOD), enum(Forwarding, u32))
    weight: int | None = attr((_DEST, IPVS_DEST_ATTR.WEIGHT), u32)
    upper_threshold: int | None = attr((_DEST, IPVS_DEST_ATTR.U_THRESH), u32)  # connections
    lower_threshold: int | None = attr((_DEST, IPVS_DEST_ATTR.L_THRESH), u32)  # connections
    tunnel_type: takes.Member[TunnelType | None] = attr((_DEST, IPVS_DEST_ATTR.TUN_TYPE), enum(TunnelType, u8))
    tunnel_port: int | None = attr((_DEST, IPVS_DEST_ATTR.TUN_PORT), be16)
    tunnel_flags: takes.Flags[TunnelFlags | None] = attr((_DEST, IPVS_DEST_ATTR.TUN_FLAGS), enum(TunnelFlags, u16))
    active_connections: int | None = attr((_DEST, IPVS_DEST_ATTR.ACTIVE_CONNS), u32, read_only=True)
    inactive_connections: int | None = attr((_DEST, IPVS_DEST_ATTR.INACT_CONNS), u32, read_only=True)
    persistent_connections: int | None = attr((_DEST, IPVS_DEST_ATTR.PERSIST_CONNS), u32, read_only=True)
    stats: takes.Nested[Statistics | None] = attr(
        (_DEST, IPVS_DEST_ATTR.STATS64), nest(Statistics), older=IPVS_DEST_ATTR.STATS, read_only=True
    )
