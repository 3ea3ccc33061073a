"""Multicast databases: to which ports a bridge forwards a group, and to which tunnel ends a VXLAN device does.

Source: linux/if_bridge.h, __mdb_fill_info, br_mdb_dump and br_mdb_flush_desc_init in net/bridge/br_mdb.c,
vxlan_mdb_entry_info_fill in drivers/net/vxlan/vxlan_mdb.c, bridge(8).
"""

from __future__ import annotations

from operator import attrgetter
from typing import ClassVar

import msgspec

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unfolding import Unfolding
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route import mdb_messages as said
from netlynx.route.arguments import index_of, number_of
from netlynx.route.constants import RTM, RTNLGRP
from netlynx.route.kinds.bridge import MulticastRouter
from netlynx.route.mdb_messages import (
    MDBA,
    MDBA_MDB,
    MDBA_MDB_EATTR,
    MDBA_MDB_ENTRY,
    MDBA_MDB_SRCLIST,
    MDBA_ROUTER,
    MDBA_ROUTER_PATTR,
    BridgePortMessage,
    FilterMode,
    MdbEntryMessage,
    MdbEntryStruct,
    MdbFlags,
    MdbRouterMessage,
    MdbSource,
    MdbState,
    check_numbers,
    group_of,
)
from netlynx.route.route_names import RouteProtocol
from netlynx.route.unsaid import by_links
from netlynx.route.verbs import Verbs, register
from netlynx.schema import Record, attr, enum, head, interface, ip, multi, nest, takes, u8, u16, u32
from netlynx.schema.facts import Facts
from netlynx.schema.sending import given
from netlynx.wire.constants import NETLINK, NLM_F

_INFO = (MDBA.MDB, MDBA_MDB.ENTRY, MDBA_MDB_ENTRY.INFO)
_PORT = (MDBA.ROUTER, MDBA_ROUTER.PORT)


class MdbEntry(Record, header=MdbEntryMessage):
    """A port of a bridge, or a tunnel end of a VXLAN device, that a group is forwarded to.

    | field | meaning |
    |---|---|
    | `bridge` | the bridge, or the VXLAN device |
    | `index` | the port; the bridge where this host listens; of a VXLAN device the device again |
    | `group` | an IP address, or a hardware address; of a VXLAN device ``"0.0.0.0"`` and ``"::"``: all others |
    | `vlan` | where the bridge filters by VLAN, else 0 |
    | `state` | TEMPORARY: as long as somebody asks for the group (`timer`); PERMANENT: until it is removed |
    | `source` | what this source sends alone |
    | `filter_mode`, `sources` | the sources that are wanted: INCLUDE, these; EXCLUDE, all but these |
    | `protocol` | who made it |
    | `flags` | what the kernel tells of it |
    | `destination`, `port`, `vni` | of a VXLAN device: the tunnel end, its UDP port, the network there |
    | `via_index` | the interface that leads to it |
    | `source_vni` | of a VXLAN device that has many networks: the one that the frame is of |

    ``nl.do(route.add(route.MdbEntry(bridge="br0", index="p0", group="239.1.1.1")))``; without a state it is
    PERMANENT, but TEMPORARY where `index` is the bridge, which takes no other. Needed are `bridge`, `group` and, of a
    bridge, `index`; of a VXLAN device, `destination`. Times are in hundredths of a second.

    Source: linux/if_bridge.h, net/bridge/br_mdb.c, drivers/net/vxlan/vxlan_mdb.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=MDBA),
        Facts(attributes=MDBA_MDB_EATTR),
        Facts(attributes=MDBA_MDB_SRCLIST),
    )
    __omitted__: ClassVar[dict[str, str]] = {"MDBA_ROUTER": "a listing of its own: MdbRouter"}

    bridge: takes.Name[int] = head(always=True)
    index: takes.Name[int] = head(always=True)
    group: takes.Ip[str] = head(default="", always=True)
    vlan: int = head()
    state: takes.Member[MdbState | None] = head(default=None, always=True)
    flags: takes.Flags[MdbFlags] = head(default=MdbFlags(0), read_only=True)
    source: takes.Ip[str | None] = attr((*_INFO, MDBA_MDB_EATTR.SOURCE), ip)
    filter_mode: takes.Member[FilterMode | None] = attr((*_INFO, MDBA_MDB_EATTR.GROUP_MODE), enum(FilterMode, u8))
    sources: takes.Records[MdbSource] = attr(
        (*_INFO, MDBA_MDB_EATTR.SRC_LIST, MDBA_MDB_SRCLIST.ENTRY), multi(nest(MdbSource))
    )
    protocol: takes.Member[RouteProtocol | None] = attr((*_INFO, MDBA_MDB_EATTR.RTPROT), enum(RouteProtocol, u8))
    timer: int | None = attr((*_INFO, MDBA_MDB_EATTR.TIMER), u32, read_only=True)
    destination: takes.Ip[str | None] = attr((*_INFO, MDBA_MDB_EATTR.DST), ip)
    port: int | None = attr((*_INFO, MDBA_MDB_EATTR.DST_PORT), u16)
    vni: int | None = attr((*_INFO, MDBA_MDB_EATTR.VNI), u32)
    via_index: takes.Name[int | None] = attr((*_INFO, MDBA_MDB_EATTR.IFINDEX), interface)
    source_vni: int | None = attr((*_INFO, MDBA_MDB_EATTR.SRC_VNI), u32)


class MdbRouter(Record, header=MdbRouterMessage):
    """A port of a bridge behind which multicast routers are, so that all groups are forwarded to it.

    `type` says why; `timer`, `inet_timer` and `inet6_timer` how long it is still so, for either, for IPv4 and for IPv6,
    in hundredths of a second. Source: br_rports_fill_info in net/bridge/br_mdb.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=MDBA),
        Facts(attributes=MDBA_ROUTER),
        Facts(attributes=MDBA_ROUTER_PATTR),
    )
    __omitted__: ClassVar[dict[str, str]] = {"MDBA_MDB": "a listing of its own: MdbEntry"}

    bridge: takes.Name[int] = head(always=True)
    index: takes.Name[int] = head(always=True)
    type: takes.Member[MulticastRouter | None] = attr((*_PORT, MDBA_ROUTER_PATTR.TYPE), enum(MulticastRouter, u8))
    vlan: int | None = attr((*_PORT, MDBA_ROUTER_PATTR.VID), u16)
    timer: int | None = attr((*_PORT, MDBA_ROUTER_PATTR.TIMER), u32)
    inet_timer: int | None = attr((*_PORT, MDBA_ROUTER_PATTR.INET_TIMER), u32)
    inet6_timer: int | None = attr((*_PORT, MDBA_ROUTER_PATTR.INET6_TIMER), u32)


# Bridges answer with messages of the type that asks (br_mdb_dump), VXLAN devices with RTM_NEWMDB.
_ENTRIES = Unfolding(_INFO, lead=28, also=RTM.GETMDB, aside=(MDBA.ROUTER,), mark=0x4000)
_ROUTERS = Unfolding(_PORT, lead=4, also=RTM.GETMDB, aside=(MDBA.MDB,), mark=0x2000)

MDB: Group[MdbEntry | MdbRouter] = Group(
    "route.MDB",
    NETLINK.ROUTE,
    (RTNLGRP.MDB,),
    {
        RTM.NEWMDB | _ENTRIES.mark: (EventKind.NEW, MdbEntry),
        RTM.DELMDB | _ENTRIES.mark: (EventKind.DELETE, MdbEntry),
        RTM.NEWMDB | _ROUTERS.mark: (EventKind.NEW, MdbRouter),
        RTM.DELMDB | _ROUTERS.mark: (EventKind.DELETE, MdbRouter),
    },
    unfoldings=((_ENTRIES, (RTM.NEWMDB, RTM.DELMDB)), (_ROUTERS, (RTM.NEWMDB, RTM.DELMDB))),
)
"""Entries of multicast databases that come, change and go, and ports behind which multicast routers appear."""

KEY_OF_ENTRY = attrgetter(
    "bridge", "index", "group", "vlan", "source", "destination", "port", "vni", "source_vni", "via_index"
)

_MIRRORED = Mirrored(
    MDB,
    key=KEY_OF_ENTRY,
    lookups={("group",): None, ("index",): None, ("bridge", "group"): None},
    volatile=("timer", "sources", "flags"),
    causes=by_links,
)


def mdb() -> Dump[MdbEntry]:
    """The multicast databases of all bridges that snoop, and of all VXLAN devices. The kernel filters by nothing: use
    ``route.mdb().where(bridge="br0")``."""
    listing = make_dump(
        "route.mdb",
        NETLINK.ROUTE,
        RTM.GETMDB,
        said.MdbEntry(),
        MdbEntry,
        RTM.NEWMDB,
        mirrored=_MIRRORED,
    )
    return msgspec.structs.replace(listing, reading=_ENTRIES)


def mdb_routers() -> Dump[MdbRouter]:
    """The ports of all bridges behind which multicast routers are."""
    listing = make_dump("route.mdb_routers", NETLINK.ROUTE, RTM.GETMDB, said.MdbEntry(), MdbRouter, RTM.NEWMDB)
    return msgspec.structs.replace(listing, reading=_ROUTERS)


class MdbPort(Record, header=MdbEntryStruct):
    """A port that a group is forwarded to, in a `MdbGroup`: an `MdbEntry` but for the bridge, which all share."""

    __facts__: ClassVar[tuple[Facts, ...]] = (Facts(attributes=MDBA_MDB_EATTR), Facts(attributes=MDBA_MDB_SRCLIST))

    index: takes.Name[int] = head(always=True)
    group: takes.Ip[str] = head(default="", always=True)
    vlan: int = head()
    state: takes.Member[MdbState | None] = head(default=None, always=True)
    flags: takes.Flags[MdbFlags] = head(default=MdbFlags(0))
    source: takes.Ip[str | None] = attr(MDBA_MDB_EATTR.SOURCE, ip)
    filter_mode: takes.Member[FilterMode | None] = attr(MDBA_MDB_EATTR.GROUP_MODE, enum(FilterMode, u8))
    sources: takes.Records[MdbSource] = attr((MDBA_MDB_EATTR.SRC_LIST, MDBA_MDB_SRCLIST.ENTRY), multi(nest(MdbSource)))
    protocol: takes.Member[RouteProtocol | None] = attr(MDBA_MDB_EATTR.RTPROT, enum(RouteProtocol, u8))
    timer: int | None = attr(MDBA_MDB_EATTR.TIMER, u32)
    destination: takes.Ip[str | None] = attr(MDBA_MDB_EATTR.DST, ip)
    port: int | None = attr(MDBA_MDB_EATTR.DST_PORT, u16)
    vni: int | None = attr(MDBA_MDB_EATTR.VNI, u32)
    via_index: takes.Name[int | None] = attr(MDBA_MDB_EATTR.IFINDEX, interface)
    source_vni: int | None = attr(MDBA_MDB_EATTR.SRC_VNI, u32)


class MdbGroup(Record, header=BridgePortMessage):
    """All ports of a bridge, or tunnel ends of a VXLAN device, that one group is forwarded to.

    Source: br_mdb_get in net/bridge/br_mdb.c, vxlan_mdb_get in drivers/net/vxlan/vxlan_mdb.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=MDBA)
    __omitted__: ClassVar[dict[str, str]] = {"MDBA_ROUTER": "not told of one group"}

    bridge: takes.Name[int] = head(always=True)
    entries: takes.Records[MdbPort] = attr(_INFO, multi(nest(MdbPort)))


@by_name(bridge="interface")
def mdb_group(
    bridge: int | str,
    group: str,
    *,
    vlan: int = 0,
    source: str | None = None,
    source_vni: int | None = None,
) -> Do[MdbGroup]:
    """The ports of a bridge, or tunnel ends of a VXLAN device, that a group is forwarded to; looked up by the kernel.

    With `source` those of what that source sends alone. Fails with `NotFound` where there is no such group, and with
    `NotSupported` where the kernel looks up none (before 6.7). Raises EncodeError for what is no interface or address.
    """
    path = "route.mdb_group"
    request = said.MdbEntry(
        bridge=index_of(bridge, f"{path}(bridge)"),
        entry=MdbEntryStruct(
            vlan=number_of(vlan, 0, 4094, "a VLAN, or 0", f"{path}(vlan)"), group=group_of(group, f"{path}(group)")
        ),
        source=source,
        source_vni=None
        if source_vni is None
        else number_of(source_vni, 0, 0xFFFFFF, "a network", f"{path}(source_vni)"),
    )
    return make_do(path, NETLINK.ROUTE, RTM.GETMDB, request, reply=MdbGroup, reply_type=RTM.NEWMDB)


@by_name(selection="interface")
def flush_mdb(selection: MdbEntry | int | str) -> Do[None]:
    """Remove many entries in one request (NLM_F_BULK), those that all given fields select.

    The index or name of a bridge or VXLAN device, ``flush_mdb("br0")``, stands for all of its own. Selectors are
    `state` and `protocol`; of a bridge also `index` (a port) and `vlan`; of a VXLAN device also `destination`, `port`,
    `vni` and `source_vni`. Kernels before 6.8 refuse it. Raises EncodeError for a field that selects nothing.
    """
    if not isinstance(selection, MdbEntry):
        selection = MdbEntry(bridge=index_of(selection, "route.flush_mdb(selection)"))
    return make_do("route.flush_mdb", NETLINK.ROUTE, RTM.DELMDB, _flushing(selection), flags=NLM_F.BULK)


def entry_of(request: said.MdbEntry) -> MdbEntry:
    """The entry that a request to add one is about."""
    known = request.entry or MdbEntryStruct()
    return MdbEntry(
        bridge=request.bridge,
        index=known.index,
        group=known.group,
        vlan=known.vlan,
        state=known.state,
        sources=[{"address": each.address} for each in request.sources],
        **{name: getattr(request, name) for name in _ALIKE},
    )


_ALIKE = (*("source", "filter_mode", "protocol", "destination", "port", "vni", "via_index", "source_vni"),)
_SELECT = ("bridge", "index", "vlan", "state", "protocol", "destination", "port", "vni", "source_vni")


def _flushing(selection: MdbEntry) -> said.MdbEntry:
    """The request that removes what a selection selects. Raises EncodeError."""
    if selection.bridge == 0:
        raise EncodeError("set the index of the bridge, or of the VXLAN device", "MdbEntry.bridge")
    for name in given(selection):
        if name not in _SELECT:
            raise EncodeError("nothing is selected by it: leave it out", f"MdbEntry.{name}")
    check_numbers(selection)
    state = selection.state
    names = ("protocol", "destination", "port", "vni", "source_vni")
    return said.MdbEntry(
        bridge=selection.bridge,
        entry=MdbEntryStruct(index=selection.index, state=state or MdbState.TEMPORARY, vlan=selection.vlan),
        state_mask=None if state is None else MdbState.PERMANENT,
        **{name: getattr(selection, name) for name in names},
    )


_ANEW = "the kernel changes no entry in place: use route.replace"

register(
    MdbEntry,
    Verbs(
        new=RTM.NEWMDB,
        delete=RTM.DELMDB,
        prepare="netlynx.route.mdb_requests:prepare",
        without={"append": "each port has an entry of its own: use route.add", "change": _ANEW},
        mute=lambda request, verb: "entries of multicast databases",
    ),
)
