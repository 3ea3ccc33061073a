"""Neighbours (ARP and NDP entries, proxies) and forwarding databases of bridges and VXLANs.

Source: linux/neighbour.h, net/core/neighbour.c; for forwarding databases net/core/rtnetlink.c, net/bridge/br_fdb.c,
drivers/net/vxlan/vxlan_core.c.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar

import msgspec

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import family_filter, family_of, index_of, member_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.route_names import RouteProtocol, RouteType
from netlynx.route.unsaid import by_links, fence
from netlynx.route.verbs import Verbs, register
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    be16,
    enum,
    flag,
    head,
    interface,
    ip,
    mac,
    member,
    named,
    nest,
    s32,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK, NLM_F


class NDA(Constants):
    """Attributes of a neighbour message."""

    UNSPEC = 0
    DST = 1
    LLADDR = 2
    CACHEINFO = 3
    PROBES = 4
    VLAN = 5
    PORT = 6
    VNI = 7
    IFINDEX = 8
    MASTER = 9
    LINK_NETNSID = 10
    SRC_VNI = 11
    PROTOCOL = 12
    NH_ID = 13
    FDB_EXT_ATTRS = 14
    FLAGS_EXT = 15
    NDM_STATE_MASK = 16
    NDM_FLAGS_MASK = 17


class NFEA(Constants):
    """Attributes of a bridge's forwarding entry, in NDA_FDB_EXT_ATTRS."""

    UNSPEC = 0
    ACTIVITY_NOTIFY = 1
    DONT_REFRESH = 2


class NeighbourState(FlagSet, prefix="NUD_", upper=True):
    """How sure the kernel is of a neighbour; one bit at a time.

    In a bridge's database PERMANENT means "this host's own address", NOARP a static and REACHABLE a learned entry.
    """

    NONE = 0x00
    INCOMPLETE = 0x01
    REACHABLE = 0x02
    STALE = 0x04
    DELAY = 0x08
    PROBE = 0x10
    FAILED = 0x20
    NOARP = 0x40
    PERMANENT = 0x80


class NeighbourFlags(FlagSet, prefix="NTF_", renamed={"EXTERNALLY_LEARNED": "NTF_EXT_LEARNED"}):
    """What kind of entry it is; SELF and MASTER say whose database is meant: the device's own or its bridge's."""

    USE = 0x01
    SELF = 0x02
    MASTER = 0x04
    PROXY = 0x08
    EXTERNALLY_LEARNED = 0x10
    OFFLOADED = 0x20
    STICKY = 0x40
    ROUTER = 0x80


class NeighbourExtendedFlags(FlagSet, prefix="NTF_EXT_", renamed={"EXTERNALLY_VALIDATED": "NTF_EXT_EXT_VALIDATED"}):
    """Flags that found no room in the header."""

    MANAGED = 0x01
    LOCKED = 0x02
    EXTERNALLY_VALIDATED = 0x04


class FdbNotify(FlagSet, prefix="FDB_", renamed={"ACTIVITY": "FDB_NOTIFY_BIT", "INACTIVE": "FDB_NOTIFY_INACTIVE_BIT"}):
    """What a bridge reports of a static entry: its activity, and that it is inactive now."""

    ACTIVITY = 0x01
    INACTIVE = 0x02


class NeighbourMessage(Layout, c="ndmsg"):
    """The fixed header of a neighbour message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="ndm_family")
    pad1: int = member(u8, c="ndm_pad1")
    pad2: int = member(u16, c="ndm_pad2")
    index: takes.Name[int] = member(named(s32, "interface"), c="ndm_ifindex")
    state: takes.Flags[NeighbourState] = member(enum(NeighbourState, u16), c="ndm_state")
    flags: takes.Flags[NeighbourFlags] = member(enum(NeighbourFlags, u8), c="ndm_flags")
    type: takes.Member[RouteType] = member(enum(RouteType, u8), c="ndm_type")


class NeighbourCacheInfo(Layout, c="nda_cacheinfo"):
    """Ages of an entry in clock ticks (USER_HZ, a hundredth of a second), and its users."""

    confirmed: int = member(u32, c="ndm_confirmed")  # since reachability was last confirmed
    used: int = member(u32, c="ndm_used")  # since the last use
    updated: int = member(u32, c="ndm_updated")  # since the last change
    references: int = member(u32, c="ndm_refcnt")


class FdbAttributes(Record):
    """What a bridge knows of a forwarding entry besides (`NFEA_*`). Source: linux/neighbour.h, net/bridge/br_fdb.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFEA, policy="br_nda_fdb_pol")

    activity_notify: takes.Flags[FdbNotify | None] = attr(NFEA.ACTIVITY_NOTIFY, enum(FdbNotify, u8))
    dont_refresh: bool = attr(NFEA.DONT_REFRESH, flag)  # request: a write does not renew the entry's age


class Neighbour(Record, header=NeighbourMessage):
    """One neighbour, proxy or forwarding entry (`ndmsg` + `NDA_*`).

    A neighbour: IP address `destination` is at link-layer `address` on interface `index`. A proxy (flag PROXY): the
    host answers for `destination` there. A forwarding entry (family bridge): frames to `address` leave through `index`;
    for a VXLAN, to the tunnel end at `destination`.

    To add one, `index`, `destination` and `address` are enough for a neighbour, `index`, `destination` and
    ``flags="proxy"`` for a proxy, and ``family="bridge"``, `index` and `address` for a forwarding entry. Without a
    state it is PERMANENT, as with `ip neigh add` (NOARP for a forwarding entry with STICKY). Adding a proxy that is
    there already is no error to the kernel. What it would ignore is refused: `address` and `state` of a proxy and of a
    neighbour with flag USE or MANAGED (it finds them out), and `address` in a state such as FAILED that has none.

    A forwarding entry goes to the bridge that `index` is a port of, unless flag SELF asks for the device's own
    database, which is implied by `destination`, `port`, `vni`, `source_vni`, `via_index` and `nexthop_id`.

    Source: linux/neighbour.h, neigh_fill_info in net/core/neighbour.c, fdb_fill_info in net/bridge/br_fdb.c,
    vxlan_fdb_info in drivers/net/vxlan/vxlan_core.c.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=NDA,
        policy=("nda_policy", "br_fdb_del_bulk_policy", "vxlan_del_bulk_policy"),
        spec=("rt-neigh", "neighbour-attrs"),
    )
    __differs__: ClassVar[dict[str, str]] = {"port": "network byte order, which neither policy nor specification says"}
    __elsewhere__: ClassVar[dict[str, tuple[str, ...]]] = {"via_index": ("link_netnsid",)}

    index: takes.Name[int] = head(default=0, always=True)  # of the interface
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    state: takes.Flags[NeighbourState | None] = head(default=None, always=True)
    flags: takes.Flags[NeighbourFlags] = head(default=NeighbourFlags(0))
    type: takes.Member[RouteType] = head(default=RouteType.UNSPEC, read_only=True)
    destination: takes.Ip[str | None] = attr(NDA.DST, ip, always=True)
    address: str | None = attr(NDA.LLADDR, mac(32), always=True)  # link-layer
    master: takes.Name[int | None] = attr(NDA.MASTER, interface)  # index of the bridge
    extended_flags: takes.Flags[NeighbourExtendedFlags | None] = attr(NDA.FLAGS_EXT, enum(NeighbourExtendedFlags, u32))
    link_netnsid: int | None = attr(NDA.LINK_NETNSID, s32, read_only=True)  # namespace that `via_index` is in
    nexthop_id: int | None = attr(NDA.NH_ID, u32)
    port: int | None = attr(NDA.PORT, be16)  # UDP port of the tunnel end
    vni: int | None = attr(NDA.VNI, u32)
    via_index: takes.Name[int | None] = attr(NDA.IFINDEX, interface)  # interface that leads to the tunnel end
    source_vni: int | None = attr(NDA.SRC_VNI, u32)
    probes: int | None = attr(NDA.PROBES, u32, read_only=True)  # how many were sent
    cacheinfo: takes.Nested[NeighbourCacheInfo | None] = attr(NDA.CACHEINFO, struct(NeighbourCacheInfo), read_only=True)
    protocol: takes.Member[RouteProtocol | None] = attr(NDA.PROTOCOL, enum(RouteProtocol, u8))  # who made it
    vlan: int | None = attr(NDA.VLAN, u16)
    fdb_attributes: takes.Nested[FdbAttributes | None] = attr(NDA.FDB_EXT_ATTRS, nest(FdbAttributes))
    state_mask: takes.Flags[NeighbourState | None] = attr(  # `flush_fdb` only
        NDA.NDM_STATE_MASK, enum(NeighbourState, u16)
    )
    flags_mask: takes.Flags[NeighbourFlags | None] = attr(  # `flush_fdb` only
        NDA.NDM_FLAGS_MASK, enum(NeighbourFlags, u8)
    )


NEIGHBOURS: Group[Neighbour] = Group(
    "route.NEIGHBOURS",
    NETLINK.ROUTE,
    (RTNLGRP.NEIGH,),
    {RTM.NEWNEIGH: (EventKind.NEW, Neighbour), RTM.DELNEIGH: (EventKind.DELETE, Neighbour)},
)
"""Neighbours, proxies and forwarding entries (family bridge) that come, change and go."""


_UNSAID = (NeighbourState.NONE, NeighbourState.NOARP)


def _is_announced(listing: Dump[Neighbour], record: Neighbour) -> bool | None:
    """Proxies, entries not yet used and those of multicast addresses come and go without a word."""
    if record.family == AddressFamily.BRIDGE or record.flags & NeighbourFlags.PROXY or record.state in _UNSAID:
        return False
    asked: Any = listing.request
    return None if asked.master is not None else True


_MIRRORED = Mirrored(
    NEIGHBOURS,
    key=attrgetter("family", "index", "destination"),
    lookups={("index",): None, ("index", "destination"): None, ("destination",): None, ("address",): None},
    belongs=_is_announced,
    volatile=("cacheinfo", "probes"),
    causes=by_links,
    fence=fence,
)


_FAMILIES = (AddressFamily.INET, AddressFamily.INET6)  # that interfaces have neighbours of


@by_name(index="interface", master="interface")
def neighbours(
    *,
    family: AddressFamily | str | None = None,
    index: int | str | None = None,
    master: int | str | None = None,
    proxy: bool = False,
) -> Dump[Neighbour]:
    """All neighbours, or those of a family, an interface or the ports of a bridge or VRF; the kernel filters.

    With `proxy` the addresses that this host answers for instead; IPv4 and IPv6 tables are both asked unless `family`
    says which. Raises EncodeError and EncodeTypeError for values that are no family or index; forwarding databases
    are listed by `fdb`.
    """
    request = Neighbour(
        flags=NeighbourFlags.PROXY if proxy else NeighbourFlags(0),
        via_index=None if index is None else index_of(index, "route.neighbours(index)"),
        master=None if master is None else index_of(master, "route.neighbours(master)"),
    )
    match: list[tuple[str, object]] = []
    if family is not None and member_of(AddressFamily, family, "route.neighbours(family)") is AddressFamily.BRIDGE:
        raise EncodeError("forwarding databases are listed by route.fdb()", "route.neighbours(family)")
    wanted = family_filter(family, "route.neighbours(family)", *_FAMILIES)
    if wanted is not None:
        request = msgspec.structs.replace(request, family=wanted)
        match.append(("family", wanted))
    if index is not None:
        match.append(("index", index))
    return make_dump(
        "route.neighbours",
        NETLINK.ROUTE,
        RTM.GETNEIGH,
        request,
        Neighbour,
        RTM.NEWNEIGH,
        match=tuple(match),
        mirrored=None if proxy else _MIRRORED,
    )


@by_name(bridge="interface", index="interface")
def fdb(*, bridge: int | str | None = None, index: int | str | None = None) -> Dump[Neighbour]:
    """Forwarding databases: all, those of a bridge and its ports, or the entries of one interface; the kernel filters.

    An entry of a bridge's table has `master` set; others are the device's own (flag SELF). Raises EncodeError and
    EncodeTypeError for values that are no interface index.
    """
    request = Neighbour(
        family=AddressFamily.BRIDGE,
        via_index=None if index is None else index_of(index, "route.fdb(index)"),
        master=None if bridge is None else index_of(bridge, "route.fdb(bridge)"),
    )
    match: tuple[tuple[str, object], ...] = (("family", AddressFamily.BRIDGE),)
    if index is not None:
        match += (("index", index),)
    return make_dump("route.fdb", NETLINK.ROUTE, RTM.GETNEIGH, request, Neighbour, RTM.NEWNEIGH, match=match)


@by_name(index="interface")
def neighbour(index: int | str, destination: str, *, proxy: bool = False) -> Do[Neighbour]:
    """The neighbour with an IP address on an interface, or the proxy entry for it; looked up by the kernel.

    Fails with `NotFound` when there is none. Raises EncodeError for what is no interface index or address.
    """
    request = Neighbour(
        family=family_of(destination),
        index=index_of(index, "route.neighbour(index)"),
        destination=destination,
        flags=NeighbourFlags.PROXY if proxy else NeighbourFlags(0),
    )
    return make_do("route.neighbour", NETLINK.ROUTE, RTM.GETNEIGH, request, reply=Neighbour, reply_type=RTM.NEWNEIGH)


@by_name(index="interface", bridge="interface")
def fdb_entry(
    address: str,
    *,
    bridge: int | str | None = None,
    index: int | str | None = None,
    vlan: int | None = None,
    own: bool = False,
) -> Do[Neighbour]:
    """The forwarding entry for a hardware address; looked up by the kernel.

    In the table of `bridge`, or of the bridge that interface `index` is a port of; with `own` in the device's own
    (VXLAN). Fails with `NotFound` when there is none. Raises EncodeError unless exactly one of `bridge` and `index`
    is given.
    """
    if (bridge is None) == (index is None):
        raise EncodeError("give a bridge or the index of an interface, one of them", "route.fdb_entry")
    if own and index is None:
        raise EncodeError("own asks for a device's table: give its index", "route.fdb_entry(own)")
    request = Neighbour(
        family=AddressFamily.BRIDGE,
        index=0 if index is None else index_of(index, "route.fdb_entry(index)"),
        master=None if bridge is None else index_of(bridge, "route.fdb_entry(bridge)"),
        flags=NeighbourFlags.SELF if own else NeighbourFlags(0),
        address=address,
        vlan=vlan,
    )
    return make_do("route.fdb_entry", NETLINK.ROUTE, RTM.GETNEIGH, request, reply=Neighbour, reply_type=RTM.NEWNEIGH)


@by_name(selection="interface")
def flush_fdb(selection: Neighbour | int | str) -> Do[None]:
    """Remove many forwarding entries in one request (NLM_F_BULK), those that all given fields select.

    The index or name of a bridge or VXLAN device, ``flush_fdb("br0")``, stands for all of its own.

    `index` is the bridge or VXLAN device, with flag SELF, or a bridge's port, with MASTER (SELF is taken when
    neither is given). Selectors are `vlan` and `via_index` (a port) for a bridge, `destination`, `port`, `vni`,
    `source_vni` and `nexthop_id` for a VXLAN, and `state` and `flags` as far as `state_mask` and `flags_mask` say.

    Raises EncodeError for a selection without an interface.
    """
    if not isinstance(selection, Neighbour):
        selection = Neighbour(index=index_of(selection, "route.flush_fdb(selection)"))
    if selection.index == 0:
        raise EncodeError("set the index of the bridge, VXLAN device or port", "Neighbour.index")
    flags = selection.flags
    if not flags & (NeighbourFlags.SELF | NeighbourFlags.MASTER):
        flags |= NeighbourFlags.SELF
    request = msgspec.structs.replace(selection, family=AddressFamily.BRIDGE, flags=flags)
    return make_do("route.flush_fdb", NETLINK.ROUTE, RTM.DELNEIGH, request, flags=NLM_F.BULK)


register(
    Neighbour,
    Verbs(
        new=RTM.NEWNEIGH,
        delete=RTM.DELNEIGH,
        prepare="netlynx.route.neighbour_requests:prepare",
        flags={"change": NLM_F.REPLACE},
        guard="netlynx.route.neighbour_rivals:NEIGHBOURS",
        mute=lambda request, verb: "neighbours and forwarding entries",
    ),
)
