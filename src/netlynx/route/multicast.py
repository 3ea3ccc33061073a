"""Multicast routing: its tables with their interfaces, forwarding entries, and packets of which it knows none.

A routing daemon (pimd, smcrouted, FRR) makes tables and interfaces through a socket of its own (MRT_INIT, MRT_ADD_VIF
of ip(7)), and hears there, or here, of what comes that no entry says where to.

Source: linux/mroute.h, linux/mroute6.h, net/ipv4/ipmr.c, net/ipv4/ipmr_base.c, net/ipv6/ip6mr.c.
"""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

import msgspec

from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import family_filter, index_of, table_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.link_constants import IFLA, LinkMessage
from netlynx.route.netns_id import GeneralMessage
from netlynx.route.route import Route
from netlynx.route.route_names import RT_TABLE, RTA, RouteMessage
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    binary,
    boolean,
    enum,
    head,
    interface,
    ip,
    ip4,
    multi,
    nest,
    prefix,
    routing_table,
    s32,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.wire.constants import NETLINK


class IPMRA_TABLE(Constants):
    """Attributes of a table."""

    UNSPEC = 0
    ID = 1
    CACHE_RES_QUEUE_LEN = 2
    MROUTE_REG_VIF_NUM = 3
    MROUTE_DO_ASSERT = 4
    MROUTE_DO_PIM = 5
    VIFS = 6
    MROUTE_DO_WRVIFWHOLE = 7


class IPMRA_VIF(Constants, renamed={"VIF": "IPMRA_VIF"}):
    """The nest around one interface."""

    UNSPEC = 0
    VIF = 1


class IPMRA_VIFA(Constants):
    """Attributes of one interface."""

    UNSPEC = 0
    IFINDEX = 1
    VIF_ID = 2
    FLAGS = 3
    BYTES_IN = 4
    BYTES_OUT = 5
    PACKETS_IN = 6
    PACKETS_OUT = 7
    LOCAL_ADDR = 8
    REMOTE_ADDR = 9
    PAD = 10


class IPMRA_CREPORT(Constants):
    """Attributes of a report; those of IPv6 have the same numbers."""

    UNSPEC = 0
    MSGTYPE = 1
    VIF_ID = 2
    SRC_ADDR = 3
    DST_ADDR = 4
    PKT = 5
    TABLE = 6


class MulticastInterfaceFlags(FlagSet, prefix="VIFF_"):
    """What kind of interface it is to multicast routing."""

    TUNNEL = 0x1
    SRCRT = 0x2
    REGISTER = 0x4  # packets go to the daemon, which sends them to a rendezvous point (PIM)
    USE_IFINDEX = 0x8  # the daemon named it by its index, not by its address


class CacheReportType(Enumeration, prefix="IGMPMSG_"):
    """What is the matter with a packet. IPv6 has the same numbers (`MRT6MSG_*`)."""

    NOCACHE = 1  # there is no entry for its source and group
    WRONGVIF = 2  # it came in another way than its entry says
    WHOLEPKT = 3  # it is for the rendezvous point, all of it (PIM)
    WRVIFWHOLE = 4  # it came in another way, and is for the rendezvous point


class MulticastInterface(Record):
    """An interface of multicast routing (`IPMRA_VIFA_*`), which knows it by `id`, its number in the table."""

    __facts__: ClassVar[Facts] = Facts(attributes=IPMRA_VIFA)

    index: takes.Name[int | None] = attr(IPMRA_VIFA.IFINDEX, interface, always=True)
    id: int | None = attr(IPMRA_VIFA.VIF_ID, u32, always=True)
    flags: takes.Flags[MulticastInterfaceFlags | None] = attr(IPMRA_VIFA.FLAGS, enum(MulticastInterfaceFlags, u16))
    bytes_in: int | None = attr(IPMRA_VIFA.BYTES_IN, u64)
    bytes_out: int | None = attr(IPMRA_VIFA.BYTES_OUT, u64)
    packets_in: int | None = attr(IPMRA_VIFA.PACKETS_IN, u64)
    packets_out: int | None = attr(IPMRA_VIFA.PACKETS_OUT, u64)
    local: takes.Ip[str | None] = attr(IPMRA_VIFA.LOCAL_ADDR, ip4)  # with USE_IFINDEX, the index in its place
    remote: takes.Ip[str | None] = attr(IPMRA_VIFA.REMOTE_ADDR, ip4)  # the other end of a tunnel


class MulticastTable(Record, header=LinkMessage):
    """A table of multicast routing of IPv4, with its interfaces (`ifinfomsg` + `IFLA_AF_SPEC` + `IPMRA_TABLE_*`).

    Source: ipmr_rtm_dumplink and ipmr_fill_table in net/ipv4/ipmr.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA),
        Facts(attributes=IPMRA_TABLE),
        Facts(attributes=IPMRA_VIF),
    )
    __omitted__: ClassVar[dict[str, str]] = {"IFLA_*": "of links, which these are not"}

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    id: takes.Name[int | None] = attr((IFLA.AF_SPEC, IPMRA_TABLE.ID), routing_table, always=True)
    unresolved: int | None = attr(
        (IFLA.AF_SPEC, IPMRA_TABLE.CACHE_RES_QUEUE_LEN), u32
    )  # entries that wait for a daemon
    register_interface: int | None = attr((IFLA.AF_SPEC, IPMRA_TABLE.MROUTE_REG_VIF_NUM), s32)  # a number; -1: none
    asserts: bool | None = attr((IFLA.AF_SPEC, IPMRA_TABLE.MROUTE_DO_ASSERT), boolean)  # WRONGVIF is reported
    pim: bool | None = attr((IFLA.AF_SPEC, IPMRA_TABLE.MROUTE_DO_PIM), boolean)
    whole_packets: bool | None = attr((IFLA.AF_SPEC, IPMRA_TABLE.MROUTE_DO_WRVIFWHOLE), boolean)
    interfaces: takes.Records[MulticastInterface] = attr(
        (IFLA.AF_SPEC, IPMRA_TABLE.VIFS, IPMRA_VIF.VIF), multi(nest(MulticastInterface))
    )


class CacheReport(Record, header=GeneralMessage):
    """A packet that multicast routing has no way for, or that came another way (`rtgenmsg` + `IPMRA_CREPORT_*`).

    Source: igmpmsg_netlink_event in net/ipv4/ipmr.c, mrt6msg_netlink_event in net/ipv6/ip6mr.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IPMRA_CREPORT)

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    type: takes.Member[CacheReportType | None] = attr(IPMRA_CREPORT.MSGTYPE, enum(CacheReportType, u8), always=True)
    interface: int | None = attr(IPMRA_CREPORT.VIF_ID, u32)  # where it came in: the number in the table
    source: takes.Ip[str | None] = attr(IPMRA_CREPORT.SRC_ADDR, ip, always=True)
    destination: takes.Ip[str | None] = attr(IPMRA_CREPORT.DST_ADDR, ip, always=True)  # the group
    packet: bytes | None = attr(IPMRA_CREPORT.PKT, binary)  # its header, or all of it
    table: takes.Name[int | None] = attr(IPMRA_CREPORT.TABLE, routing_table)  # IPv4


class MulticastRouteRequest(Record, header=RouteMessage):
    """A request for one forwarding entry, which has its table in no header. Source: ipmr_rtm_valid_getroute_req."""

    __facts__: ClassVar[NoFacts] = NoFacts("three attributes of a route (RTA)")

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
    destination: takes.Prefix[str | None] = attr(RTA.DST, prefix("dst_len"))
    source: takes.Prefix[str | None] = attr(RTA.SRC, prefix("src_len"))
    table: takes.Name[int | None] = attr(RTA.TABLE, routing_table)


CACHE_REPORTS: Group[CacheReport] = Group(
    "route.CACHE_REPORTS",
    NETLINK.ROUTE,
    (RTNLGRP.IPV4_MROUTE_R, RTNLGRP.IPV6_MROUTE_R),
    {RTM.NEWCACHEREPORT: (EventKind.NEW, CacheReport)},
)
"""Packets that multicast routing has no way for. The kernel tells of them where a daemon routes multicast.

To listen takes CAP_NET_ADMIN (rtnetlink_bind in net/core/rtnetlink.c)."""

_FAMILIES = (AddressFamily.IPMR, AddressFamily.IP6MR)
_ORDINARY: dict[Any, AddressFamily] = {AddressFamily.INET: AddressFamily.IPMR, AddressFamily.INET6: AddressFamily.IP6MR}
# Without one, the kernel would look for 253 of IPv6, too, which nobody makes (ip6mr_rtm_getroute).
_TABLES = {AddressFamily.IPMR: int(RT_TABLE.DEFAULT), AddressFamily.IP6MR: int(RT_TABLE.MAIN)}


def multicast_tables() -> Dump[MulticastTable]:
    """Tables of multicast routing of IPv4 with their interfaces. Of IPv6 the kernel tells none: /proc/net/ip6_mr_vif.

    One table, 253, is always there, and a daemon may ask for others.
    """
    request = MulticastTable(family=AddressFamily.IPMR)
    match = (("family", AddressFamily.IPMR),)
    return make_dump(
        "route.multicast_tables", NETLINK.ROUTE, RTM.GETLINK, request, MulticastTable, RTM.NEWLINK, match=match
    )


@by_name(table="table", oif="interface")
def multicast_routes(
    *,
    family: AddressFamily | str | None = None,
    table: int | str | None = None,
    oif: int | str | None = None,
) -> Dump[Route]:
    """Forwarding entries of multicast, of IPv4 and IPv6 or one of them; the kernel filters.

    Their families are "ipmr" and "ip6mr"; "inet" and "inet6" are understood.

    `oif` finds those that go out to an interface, among others. Of an entry, `iif` is where packets of its
    `source` and `destination`, the group, come in, and `multipath` where they go out: `weight` is the least TTL that a
    packet needs for it, plus 1. One that waits for a daemon's word is `unresolved`, and has neither.

    Fails with NotFound for a `table` that does not exist if `family` is given too, and for an `oif` that no interface
    has. Raises EncodeError and EncodeTypeError, with the name of the argument, for values that cannot be.
    """
    wanted = family_filter(family, "route.multicast_routes(family)", *_FAMILIES, *_ORDINARY)
    wanted = _ORDINARY.get(wanted, wanted)
    number = None if table is None else table_of(table, "route.multicast_routes(table)")
    out = None if oif is None else index_of(oif, "route.multicast_routes(oif)")
    match: tuple[tuple[str, object], ...] = () if number is None else (("table", number),)
    if wanted is not None:
        return _dump(wanted, number, out, (("family", wanted), *match))
    # Of a table that one family lacks nothing can be asked for both: what comes is looked at here. So is its family, as
    # kernels that do not route multicast list all other routes instead.
    first, second = (_dump(each, None, out, (("family", frozenset(_FAMILIES)), *match)) for each in _FAMILIES)
    return msgspec.structs.replace(first, following=(second,))


def _dump(
    family: AddressFamily, table: int | None, oif: int | None, match: tuple[tuple[str, object], ...]
) -> Dump[Route]:
    request = Route(family=family, table=table, oif=oif)
    return make_dump("route.multicast_routes", NETLINK.ROUTE, RTM.GETROUTE, request, Route, RTM.NEWROUTE, match=match)


@by_name(table="table")
def multicast_route(source: str, group: str, *, table: int | str | None = None) -> Do[Route]:
    """The forwarding entry for packets of `source` to `group`.

    Without `table` it is that of the table that is always there: 253 (default) of IPv4, 254 (main) of IPv6.

    Fails with `NotFound` when there is none, and no such table. Raises EncodeError and EncodeTypeError for what are no
    addresses of one family.
    """
    ends = []
    for name, value in (("source", source), ("group", group)):
        try:
            ends.append(ipaddress.ip_address(value))
        except ValueError:
            raise EncodeError(f"{value!r} is no address", f"route.multicast_route({name})") from None
    if ends[0].version != ends[1].version:
        raise EncodeError(f"{group} is of another family than {source}", "route.multicast_route(group)")
    family = AddressFamily.IPMR if ends[0].version == 4 else AddressFamily.IP6MR
    request = MulticastRouteRequest(
        family=family,
        source=str(ends[0]),
        destination=str(ends[1]),
        table=_TABLES[family] if table is None else table_of(table, "route.multicast_route(table)"),
    )
    return make_do("route.multicast_route", NETLINK.ROUTE, RTM.GETROUTE, request, reply=Route, reply_type=RTM.NEWROUTE)
