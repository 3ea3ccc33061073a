"""Links: network interfaces. Source: linux/rtnetlink.h, linux/if_link.h, net/core/rtnetlink.c, rtnetlink(7)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from netlynx.codec._codec import encode_record
from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, Event, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import flags_of, index_of, member_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.kinds import DATA, SLAVE_DATA, XSTATS
from netlynx.route.link_af import AfSpec, Inet6Spec
from netlynx.route.link_bridge import BridgeSpec
from netlynx.route.link_constants import (
    IFLA,
    IFLA_INFO,
    IFLA_PROTO_DOWN_REASON,
    ArpHardware,
    LinkEvent,
    LinkExtensions,
    LinkFlags,
    LinkMessage,
    LinkMode,
    OperState,
)
from netlynx.route.link_hardware import DevlinkPort, DpllPin, Xdp
from netlynx.route.link_stats import LinkMap, LinkStatistics, LinkStatistics64
from netlynx.route.link_vf import IFLA_VF_INFO, IFLA_VF_PORT, Port, VirtualFunction
from netlynx.route.unsaid import fence
from netlynx.route.verbs import Verbs, register
from netlynx.schema import (
    Layout,
    Record,
    attr,
    binary,
    boolean,
    enum,
    head,
    interface,
    mac,
    multi,
    namespace,
    nest,
    s32,
    select,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    uint,
)
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK, NLM_F

if TYPE_CHECKING:
    from netlynx.netns import Where

NAME_LIMIT = 15
"""Bytes of a link's name at most; alternative names may have 127 (IFNAMSIZ, ALTIFNAMSIZ)."""

_NO_MASTER = 0xFFFF_FFFF


class Link(Record, header=LinkMessage):
    """One link (`ifinfomsg` + `IFLA_*`).

    To add one, `kind` and, for most kinds, `data` are needed: ``Link(name="v7", kind="vlan", parent=2,
    data=Vlan(id=7))``. To change one, give its `index` or `name` and what is to change; `index` with another `name`
    renames it. `netns_fd` (a name, a path, an open namespace or a file descriptor of one, of which the record keeps a
    duplicate) or `netns_pid` (a process in it) moves it to another namespace. To delete one, give one of `index`,
    `name` and `alternative_name` (`group`: all links of it).

    `flags` sets those that it has, unless `change` says which bits of it count: ``Link(index=2,
    change=LinkFlags.UP)`` takes a link down.

    A link that was read is changed by ``route.change(link.replace(mtu=1400))``, which sends what was replaced and no
    more. It is made again by ``route.add(link)``, without what is not its own: its state and statistics, and what
    address families say of it (`af_spec`). Source: linux/if_link.h, rtnl_fill_ifinfo, do_setlink and rtnl_create_link
    in net/core/rtnetlink.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA, policy="ifla_policy", spec=("rt-link", "link-attrs")),
        Facts(attributes=IFLA_INFO, policy="ifla_info_policy", spec=("rt-link", "linkinfo-attrs")),
        Facts(attributes=IFLA_PROTO_DOWN_REASON, policy="ifla_proto_down_reason_policy"),
        Facts(attributes=IFLA_VF_INFO, spec=("rt-link", "vfinfo-list-attrs")),
        Facts(attributes=IFLA_VF_PORT),
    )
    __masks__: ClassVar[dict[str, str]] = {"flags": "change"}  # which flags count, for words that take some away
    __omitted__: ClassVar[dict[str, str]] = {
        "IFLA_COST": "the kernel does not use it",
        "IFLA_PRIORITY": "the kernel does not use it",
    }
    __differs__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("proto_down_reason", "proto_down_reason_mask"),
        "the specification says string, but the kernel's policy and rtnl_fill_proto_down have a nest",
    )

    # What the fields say that may tell the namespace of others.
    __elsewhere__: ClassVar[dict[str, tuple[str, ...]]] = {
        "": ("target_netnsid",),
        **dict.fromkeys(("parent", "data"), ("netns_id",)),
        **dict.fromkeys(("master", "slave_data"), ("netns_fd", "netns_pid")),
    }

    index: takes.Name[int] = head(always=True)
    family: takes.Member[AddressFamily] = head(  # BRIDGE, INET6: what these say of the link
        default=AddressFamily.UNSPEC
    )
    type: takes.Member[ArpHardware] = head(read_only=True)
    flags: takes.Flags[LinkFlags] = head(default=LinkFlags(0), always=True)
    change: takes.Flags[LinkFlags] = head(  # notification: flags that changed; request: flags that count
        default=LinkFlags(0)
    )
    target_netnsid: int | None = attr(IFLA.TARGET_NETNSID, s32)  # the namespace that was asked about
    name: str | None = attr(IFLA.IFNAME, string(NAME_LIMIT), always=True)
    txqlen: int | None = attr(IFLA.TXQLEN, u32)  # packets
    operstate: takes.Member[OperState | None] = attr(IFLA.OPERSTATE, enum(OperState, u8), always=True)
    linkmode: takes.Member[LinkMode | None] = attr(IFLA.LINKMODE, enum(LinkMode, u8))
    netns_immutable: bool | None = attr(IFLA.NETNS_IMMUTABLE, boolean, read_only=True)  # it cannot be moved
    mtu: int | None = attr(IFLA.MTU, u32, always=True)  # bytes
    min_mtu: int | None = attr(IFLA.MIN_MTU, u32, read_only=True)
    max_mtu: int | None = attr(IFLA.MAX_MTU, u32, read_only=True)  # 0: no limit
    group: int | None = attr(IFLA.GROUP, u32)
    promiscuity: int | None = attr(IFLA.PROMISCUITY, u32, read_only=True)  # how many want all packets
    allmulti: int | None = attr(IFLA.ALLMULTI, u32, read_only=True)  # how many want all multicast
    num_tx_queues: int | None = attr(IFLA.NUM_TX_QUEUES, u32)
    gso_max_segs: int | None = attr(IFLA.GSO_MAX_SEGS, u32)
    gso_max_size: int | None = attr(IFLA.GSO_MAX_SIZE, u32)  # bytes, as the four below
    gro_max_size: int | None = attr(IFLA.GRO_MAX_SIZE, u32)
    gso_ipv4_max_size: int | None = attr(IFLA.GSO_IPV4_MAX_SIZE, u32)
    gro_ipv4_max_size: int | None = attr(IFLA.GRO_IPV4_MAX_SIZE, u32)
    tso_max_size: int | None = attr(IFLA.TSO_MAX_SIZE, u32, read_only=True)
    tso_max_segs: int | None = attr(IFLA.TSO_MAX_SEGS, u32, read_only=True)
    max_pacing_offload_horizon: int | None = attr(IFLA.MAX_PACING_OFFLOAD_HORIZON, uint, read_only=True)  # ns
    num_rx_queues: int | None = attr(IFLA.NUM_RX_QUEUES, u32)
    master: takes.Name[int | None] = attr(  # interface index; 0 in a request: none any more
        IFLA.MASTER, interface, always=True
    )
    carrier: bool | None = attr(IFLA.CARRIER, boolean)
    alias: str | None = attr(IFLA.IFALIAS, string(254))  # a text for people; "" in a request: none any more
    carrier_changes: int | None = attr(IFLA.CARRIER_CHANGES, u32, read_only=True)
    carrier_up_count: int | None = attr(IFLA.CARRIER_UP_COUNT, u32, read_only=True)
    carrier_down_count: int | None = attr(IFLA.CARRIER_DOWN_COUNT, u32, read_only=True)
    headroom: int | None = attr(IFLA.HEADROOM, u16, read_only=True)  # bytes
    tailroom: int | None = attr(IFLA.TAILROOM, u16, read_only=True)  # bytes
    proto_down: bool | None = attr(IFLA.PROTO_DOWN, boolean)  # a protocol keeps it down
    proto_down_reason_mask: int | None = attr((IFLA.PROTO_DOWN_REASON, IFLA_PROTO_DOWN_REASON.MASK), u32)
    proto_down_reason: int | None = attr((IFLA.PROTO_DOWN_REASON, IFLA_PROTO_DOWN_REASON.VALUE), u32)  # bits
    event: takes.Member[LinkEvent | None] = attr(IFLA.EVENT, enum(LinkEvent, u32), read_only=True)
    address: str | None = attr(IFLA.ADDRESS, mac, always=True)  # a tunnel's is its IP address, in hexadecimal
    broadcast: str | None = attr(IFLA.BROADCAST, mac)  # point to point: the other end's address
    physical_port_id: bytes | None = attr(IFLA.PHYS_PORT_ID, binary(32), read_only=True)
    physical_port_name: str | None = attr(IFLA.PHYS_PORT_NAME, string, read_only=True)
    physical_switch_id: bytes | None = attr(IFLA.PHYS_SWITCH_ID, binary(32), read_only=True)
    stats64: takes.Nested[LinkStatistics64 | None] = attr(IFLA.STATS64, struct(LinkStatistics64), read_only=True)
    stats: takes.Nested[LinkStatistics | None] = attr(IFLA.STATS, struct(LinkStatistics), read_only=True)
    num_vf: int | None = attr(IFLA.NUM_VF, u32, read_only=True)
    virtual_functions: takes.Records[VirtualFunction] = attr(
        (IFLA.VFINFO_LIST, IFLA_VF_INFO.INFO), multi(nest(VirtualFunction))
    )
    vf_ports: takes.Records[Port] = attr((IFLA.VF_PORTS, IFLA_VF_PORT.PORT), multi(nest(Port)))
    port: takes.Nested[Port | None] = attr(IFLA.PORT_SELF, nest(Port))
    xdp: takes.Nested[Xdp | None] = attr(IFLA.XDP, nest(Xdp))
    kind: str | None = attr((IFLA.LINKINFO, IFLA_INFO.KIND), string, always=True)
    xstats: takes.Nested[Layout | bytes | None] = attr(
        (IFLA.LINKINFO, IFLA_INFO.XSTATS), select("kind", XSTATS), read_only=True
    )
    data: takes.Nested[Record | bytes | None] = attr((IFLA.LINKINFO, IFLA_INFO.DATA), select("kind", DATA))
    slave_kind: str | None = attr((IFLA.LINKINFO, IFLA_INFO.SLAVE_KIND), string)
    slave_data: takes.Nested[Record | bytes | None] = attr(
        (IFLA.LINKINFO, IFLA_INFO.SLAVE_DATA), select("slave_kind", SLAVE_DATA)
    )
    new_netnsid: int | None = attr(IFLA.NEW_NETNSID, s32, read_only=True)  # where a link went that left this namespace
    new_index: int | None = attr(IFLA.NEW_IFINDEX, s32)  # its index there; request: the index it is to have
    permanent_address: str | None = attr(IFLA.PERM_ADDRESS, mac(32), read_only=True)
    netns_id: int | None = attr(IFLA.LINK_NETNSID, s32)  # where `parent`, a peer or a tunnel's underlay is
    parent: takes.Name[int | None] = attr(  # index of the link below, or of the peer; 0: none
        IFLA.LINK, interface, always=True
    )
    qdisc: str | None = attr(IFLA.QDISC, string, read_only=True)
    af_spec: takes.Nested[AfSpec | BridgeSpec | bytes | None] = attr(
        IFLA.AF_SPEC, select("family", {AddressFamily.BRIDGE: nest(BridgeSpec)}, default=nest(AfSpec))
    )
    map: takes.Nested[LinkMap | None] = attr(IFLA.MAP, struct(LinkMap))
    alternative_names: takes.Several[str] = attr((IFLA.PROP_LIST, IFLA.ALT_IFNAME), multi(string(127)))
    parent_device: str | None = attr(IFLA.PARENT_DEV_NAME, string)  # 0000:03:00.0, say
    parent_bus: str | None = attr(IFLA.PARENT_DEV_BUS_NAME, string, read_only=True)  # pci, say
    devlink_port: takes.Nested[DevlinkPort | None] = attr(IFLA.DEVLINK_PORT, nest(DevlinkPort), read_only=True)
    dpll_pin: takes.Nested[DpllPin | None] = attr(IFLA.DPLL_PIN, nest(DpllPin), read_only=True)
    protinfo: takes.Nested[Record | bytes | None] = attr(
        IFLA.PROTINFO,
        select("family", {AddressFamily.BRIDGE: SLAVE_DATA["bridge"], AddressFamily.INET6: nest(Inet6Spec)}),
    )
    weight: int | None = attr(IFLA.WEIGHT, u32, read_only=True)  # no longer used by any driver
    wireless: bytes | None = attr(IFLA.WIRELESS, binary)  # an event of wireless extensions (iw_event, read_only=True)
    alternative_name: str | None = attr(IFLA.ALT_IFNAME, string(127))  # request: finds the link, as `name` does
    extensions: takes.Flags[LinkExtensions | None] = attr(IFLA.EXT_MASK, enum(LinkExtensions, u32))
    netns_pid: int | None = attr(IFLA.NET_NS_PID, u32)  # request only
    netns_fd: Where | int | None = attr(IFLA.NET_NS_FD, namespace)  # request: where it is moved to; see `netlynx.netns`


LINKS: Group[Link] = Group(
    "route.LINKS",
    NETLINK.ROUTE,
    (RTNLGRP.LINK,),
    {RTM.NEWLINK: (EventKind.NEW, Link), RTM.DELLINK: (EventKind.DELETE, Link)},
)
"""Links that come, change and go. What a bridge says of its ports has family BRIDGE: such a `DELETE` means that the
link is no longer a port."""

IPV6_LINKS: Group[Link] = Group(
    "route.IPV6_LINKS", NETLINK.ROUTE, (RTNLGRP.IPV6_IFINFO,), {RTM.NEWLINK: (EventKind.NEW, Link)}
)
"""What IPv6 says of links when it changes, in `Link.protinfo`; the records have family INET6."""


def named(name: str) -> Link:
    """A link by its name, or by an alternative one if that is too long to be its proper one."""
    long = len(str(name).encode("utf-8", "surrogatepass")) > NAME_LIMIT
    return Link(alternative_name=name) if long else Link(name=name)


def _is_listed(listing: Dump[Link], record: Link) -> bool:
    return record.family is AddressFamily.UNSPEC


def _names(record: Link) -> tuple[tuple[str], ...]:
    return tuple((name,) for name in (record.name, *record.alternative_names) if name is not None)


def _always(event: Event[Link]) -> bool:
    return True  # a peer's index, a port's state, who is below: all of these change unsaid


_MIRRORED = Mirrored(
    LINKS,
    key=attrgetter("index"),
    lookups={("index",): None, ("name",): _names, ("master",): None, ("kind",): None, ("parent",): None},
    belongs=_is_listed,
    volatile=(
        *("change", "event", "stats", "stats64", "af_spec", "protinfo", "xstats", "extensions", "new_netnsid"),
        *("new_index", "data.hello_timer", "data.tcn_timer", "data.topology_change_timer", "data.gc_timer"),
        *("slave_data.message_age_timer", "slave_data.forward_delay_timer", "slave_data.hold_timer"),
    ),
    doubtful=_always,
    fence=fence,
)


_INERT = LinkExtensions.MRP  # told in the list of the bridge family only


@by_name(master="interface")
def links(
    *,
    kind: str | None = None,
    master: int | str | None = None,
    family: AddressFamily | str | None = None,
    target_netnsid: int | None = None,
    vf: bool = False,
    statistics: bool = True,
    extensions: LinkExtensions | None = None,
) -> Dump[Link]:
    """All links, or those of a kind or below a master; the kernel filters.

    `master` is an interface index, or 0 for links that have none. `family` BRIDGE lists bridges and their ports, as
    the bridge sees them (`Link.protinfo`; with `extensions` BRVLAN_COMPRESSED their VLANs in `Link.af_spec`), INET6
    lists what IPv6 says of links; neither can be filtered. `target_netnsid` asks about another namespace, by the ID
    that this one has for it. `vf` adds virtual functions; without `statistics` those of IPv6 and of virtual functions
    are left out, while the link's own always come.

    Raises EncodeError and EncodeTypeError for values that are no family or index, and filters that do not go together.
    """
    request = Link(extensions=_extensions(extensions, vf, statistics), target_netnsid=target_netnsid)
    match: list[tuple[str, object]] = []
    if family is not None:
        request = msgspec.structs.replace(request, family=_family(family))
        if request.family is not AddressFamily.UNSPEC:
            match.append(("family", request.family))
            _refuse_filters(request, kind=kind, master=master, target_netnsid=target_netnsid)
    if kind is not None:
        request = msgspec.structs.replace(request, kind=kind)
        match.append(("kind", kind))
    if master is not None:
        index = _NO_MASTER if master == 0 else index_of(master, "route.links(master)")
        request = msgspec.structs.replace(request, master=index)
        match.append(("master", master or None))
    if target_netnsid is not None:
        match.append(("target_netnsid", target_netnsid))
    announced = request.family is AddressFamily.UNSPEC and target_netnsid is None and not vf and extensions is None
    listing: Dump[Link] = make_dump(
        "route.links",
        NETLINK.ROUTE,
        RTM.GETLINK,
        request,
        Link,
        RTM.NEWLINK,
        match=tuple(match),
        mirrored=_MIRRORED if announced else None,
    )
    return _measured(listing, request) if request.family is AddressFamily.UNSPEC else listing


def _measured(listing: Dump[Link], request: Link) -> Dump[Link]:
    """The same, for which the kernel makes as much room as its largest link takes (rtnl_calcit, net/core/rtnetlink.c).

    It does for requests that ask for an extension, whichever; others it gives 32 KiB, and a link that needs more, with
    hundreds of alternative names, ends the list as if it were complete.
    """
    if request.extensions is not None:
        return listing
    return msgspec.structs.replace(listing, payload=encode_record(msgspec.structs.replace(request, extensions=_INERT)))


def link(
    index: int | str | None = None,
    name: str | None = None,
    *,
    alternative_name: str | None = None,
    target_netnsid: int | None = None,
    vf: bool = False,
    statistics: bool = True,
) -> Do[Link]:
    """One link, looked up by the kernel. Fails with `NotFound` when there is none.

    Give exactly one of `index`, `name` and `alternative_name`; where the index goes, a name does, too. The kernel finds
    a link by either sort of name; a `name` too long for a link's proper one (15 bytes) is asked for as an alternative
    name. The other arguments are those of `links`. Raises EncodeError for none or several, for an index that cannot be
    one, and for a name over 127 bytes.
    """
    if (index is None) + (name is None) + (alternative_name is None) != 2:
        raise EncodeError("give exactly one of index, name and alternative_name", "route.link")
    if isinstance(index, str):
        index, name = None, index
    if index is not None:
        request = Link(index=index_of(index, "route.link(index)"))
    elif name is not None:
        request = named(name)
    else:
        request = Link(alternative_name=alternative_name)
    if target_netnsid is not None or vf or not statistics:
        wanted = _extensions(None, vf, statistics)
        request = msgspec.structs.replace(request, target_netnsid=target_netnsid, extensions=wanted)
    return make_do("route.link", NETLINK.ROUTE, RTM.GETLINK, request, reply=Link, reply_type=RTM.NEWLINK)


def _extensions(extensions: LinkExtensions | None, vf: bool, statistics: bool) -> LinkExtensions | None:
    wanted = flags_of(LinkExtensions, extensions or 0, "route.links(extensions)")
    if vf:
        wanted |= LinkExtensions.VF
    if not statistics:
        wanted |= LinkExtensions.SKIP_STATS
    return wanted or None


def _family(family: AddressFamily | str) -> AddressFamily:
    family = member_of(AddressFamily, family, "route.links(family)")
    if family not in (AddressFamily.UNSPEC, AddressFamily.BRIDGE, AddressFamily.INET6):
        raise EncodeError(
            f"the kernel lists links as bridge and inet6 see them, not {family.label}", "route.links(family)"
        )
    return family


def _refuse_filters(request: Link, **filters: object) -> None:
    """The kernel's own dumps of a family take no filters, and IPv6's no extensions: it would ignore or refuse them."""
    for name, value in filters.items():
        if value is not None:
            raise EncodeError(f"cannot filter what {request.family.label} says of links", f"route.links({name})")
    if request.family is AddressFamily.INET6 and request.extensions is not None:
        raise EncodeError("inet6 knows no extensions", "route.links(extensions)")


def _mute(request: Any, verb: str) -> str:
    if verb not in ("add", "delete"):
        return "the link that it changed: ask for route.link()"
    if verb == "add" and request.kind == "vxlan" and not (request.flags or 0) & LinkFlags.UP:
        # It is told to all before it is known who asked, and once more only where a flag changes
        # (__vxlan_dev_create in drivers/net/vxlan/vxlan_core.c, rtnl_configure_link in net/core/rtnetlink.c).
        return 'a link of kind vxlan, unless it is set up at once, flags="up": ask for route.link()'
    return ""


register(
    Link,
    Verbs(
        new=RTM.NEWLINK,
        delete=RTM.DELLINK,
        prepare="netlynx.route.link_requests:prepare",
        removable="netlynx.route.link_deletions:removable",
        along=True,
        # NLM_F_REPLACE is refused for links; CREATE alone changes the one that is there, or makes it.
        flags={"replace": NLM_F.CREATE},
        without={"append": "links have no order: use route.add"},
        guard="netlynx.route.link_deletions:DELETIONS",
        guards={verb: f"netlynx.route.link_rivals:{verb.upper()}" for verb in ("replace", "change")},
        mute=_mute,
    ),
)
