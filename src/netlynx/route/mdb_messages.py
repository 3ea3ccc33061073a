"""Numbers and requests of multicast databases, of bridges and of VXLAN devices (RTM_NEWMDB, RTM_DELMDB, RTM_GETMDB).

Source: linux/if_bridge.h, rtnl_mdb_add, rtnl_mdb_del and rtnl_mdb_get in net/core/rtnetlink.c, net/bridge/br_mdb.c,
drivers/net/vxlan/vxlan_mdb.c.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, ClassVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.constants import AddressFamily
from netlynx.route.kinds.bridge import MulticastRouter
from netlynx.route.route_names import RouteProtocol
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    head,
    hook,
    interface,
    ip,
    member,
    multi,
    nest,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts


class MDBA(Constants):
    """Attributes of what is told."""

    UNSPEC = 0
    MDB = 1
    ROUTER = 2


class MDBA_MDB(Constants):
    """Attributes of the groups of a database, in MDBA_MDB."""

    UNSPEC = 0
    ENTRY = 1


class MDBA_MDB_ENTRY(Constants):
    """Attributes of a group, in MDBA_MDB_ENTRY: each a port that it is forwarded to."""

    UNSPEC = 0
    INFO = 1


class MDBA_MDB_EATTR(Constants):
    """Attributes of a port of a group, behind `struct br_mdb_entry`."""

    UNSPEC = 0
    TIMER = 1
    SRC_LIST = 2
    GROUP_MODE = 3
    SOURCE = 4
    RTPROT = 5
    DST = 6
    DST_PORT = 7
    VNI = 8
    IFINDEX = 9
    SRC_VNI = 10


class MDBA_MDB_SRCLIST(Constants):
    """Attributes of the list of sources."""

    UNSPEC = 0
    ENTRY = 1


class MDBA_MDB_SRCATTR(Constants):
    """Attributes of a source."""

    UNSPEC = 0
    ADDRESS = 1
    TIMER = 2


class MDBA_ROUTER(Constants):
    """Attributes of the ports behind which multicast routers are, in MDBA_ROUTER."""

    UNSPEC = 0
    PORT = 1


class MDBA_ROUTER_PATTR(Constants):
    """Attributes of such a port, behind its index."""

    UNSPEC = 0
    TIMER = 1
    TYPE = 2
    INET_TIMER = 3
    INET6_TIMER = 4
    VID = 5


class MDBA_SET(Constants):
    """Attributes of a request to change a database."""

    ENTRY_UNSPEC = 0
    ENTRY = 1
    ENTRY_ATTRS = 2


class MDBE_ATTR(Constants):
    """Attributes of a request about a group, in MDBA_SET_ENTRY_ATTRS and MDBA_GET_ENTRY_ATTRS."""

    UNSPEC = 0
    SOURCE = 1
    SRC_LIST = 2
    GROUP_MODE = 3
    RTPROT = 4
    DST = 5
    DST_PORT = 6
    VNI = 7
    IFINDEX = 8
    SRC_VNI = 9
    STATE_MASK = 10


class MDBE_SRC_LIST(Constants):
    """Attributes of the list of sources in a request."""

    UNSPEC = 0
    ENTRY = 1


class MDBE_SRCATTR(Constants):
    """Attributes of a source in a request."""

    UNSPEC = 0
    ADDRESS = 1


class MdbState(Enumeration, prefix="MDB_"):
    """How long an entry stays: until nobody asks for the group any more, or until it is removed."""

    __omitted__: ClassVar[dict[str, str]] = {"MDB_*": "flags, and kinds of routers"}

    TEMPORARY = 0
    PERMANENT = 1


class MdbFlags(FlagSet, prefix="MDB_FLAGS_"):
    """What the kernel tells of an entry."""

    OFFLOAD = 1  # the hardware forwards it
    FAST_LEAVE = 2  # it was removed by fast leave
    STAR_EXCL = 4  # made for a source by a group that excludes others
    BLOCKED = 8  # what this source sends is not forwarded
    OFFLOAD_FAILED = 16


class FilterMode(Enumeration, prefix="MCAST_"):
    """Whether a group is wanted from its sources alone, or from all but them."""

    __omitted__: ClassVar[dict[str, str]] = {"MCAST_*": "options of sockets"}

    EXCLUDE = 0
    INCLUDE = 1


def _read(payload: bytes) -> str:
    """A group's address, of the family that the EtherType behind its 16 bytes says; nothing for zeros."""
    if not any(payload):
        return ""
    protocol = payload[16:18]
    if protocol == _IPV4:
        return str(ip_address(payload[:4]))
    if protocol == _IPV6:
        return str(ip_address(payload[:16]))
    return ":".join(f"{each:02x}" for each in payload[:6])


def _write(group: str) -> bytes:
    """Raises ValueError for what is no address."""
    if not group:
        return bytes(18)
    parts = group.split(":")
    if len(parts) == 6 and all(len(part) == 2 for part in parts):
        return bytes(int(part, 16) for part in parts).ljust(18, b"\0")
    address = ip_address(group)
    return address.packed.ljust(16, b"\0") + (_IPV4 if address.version == 4 else _IPV6)


def group_of(group: object, path: str) -> str:
    """A group's address, in text or as an object of `ipaddress`. Raises EncodeError and EncodeTypeError."""
    if not isinstance(group, str | IPv4Address | IPv6Address):
        raise EncodeTypeError(f"expected an address, not {type(group).__name__} {group!r}", path)
    try:
        if not group:
            raise ValueError
        _write(str(group))
    except ValueError:
        raise EncodeError(f"{str(group)!r} is no address of IP, and no hardware address", path) from None
    return str(group)


_IPV4, _IPV6 = b"\x08\x00", b"\x86\xdd"  # ETH_P_IP, ETH_P_IPV6
GROUP = hook(_read, _write, pure=True, size=18)


class BridgePortMessage(Layout, c="br_port_msg"):
    """The fixed header of a message of a multicast database."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8))
    bridge: takes.Name[int] = member(interface, c="ifindex")


class MdbEntryStruct(Layout, c="br_mdb_entry"):
    """What an entry is known by."""

    __differs__: ClassVar[dict[str, str]] = {"group": "a struct of an address and its EtherType (addr)"}

    index: takes.Name[int] = member(interface, c="ifindex")
    state: takes.Member[MdbState] = member(enum(MdbState, u8))
    flags: takes.Flags[MdbFlags] = member(enum(MdbFlags, u8))
    vlan: int = member(u16, c="vid")
    group: str = member(GROUP, default="", c="addr")


class MdbEntryMessage(Layout):
    """The header of a message, and behind it what an entry is known by."""

    __facts__: ClassVar[NoFacts] = NoFacts("br_port_msg and br_mdb_entry, as netlynx puts one behind the other")

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8))
    bridge: takes.Name[int] = member(interface)
    index: takes.Name[int] = member(interface)
    state: takes.Member[MdbState] = member(enum(MdbState, u8))
    flags: takes.Flags[MdbFlags] = member(enum(MdbFlags, u8))
    vlan: int = member(u16)
    group: str = member(GROUP, default="")


class RouterPortStruct(Layout):
    """What begins a port in MDBA_ROUTER_PORT."""

    __facts__: ClassVar[NoFacts] = NoFacts("an index without a struct (br_rports_fill_info)")

    index: takes.Name[int] = member(interface)


class MdbRouterMessage(Layout):
    """The header of a message, and behind it the index of a port."""

    __facts__: ClassVar[NoFacts] = NoFacts("br_port_msg and an index, as netlynx puts one behind the other")

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8))
    bridge: takes.Name[int] = member(interface)
    index: takes.Name[int] = member(interface)


class MdbRouterPort(Record, header=RouterPortStruct):
    """A port behind which multicast routers are, as a VLAN's options tell it; times in hundredths of a second.

    Source: br_rports_fill_info in net/bridge/br_mdb.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=MDBA_ROUTER_PATTR)

    index: takes.Name[int] = head(always=True)
    type: takes.Member[MulticastRouter | None] = attr(MDBA_ROUTER_PATTR.TYPE, enum(MulticastRouter, u8))
    timer: int | None = attr(MDBA_ROUTER_PATTR.TIMER, u32)
    inet_timer: int | None = attr(MDBA_ROUTER_PATTR.INET_TIMER, u32)
    inet6_timer: int | None = attr(MDBA_ROUTER_PATTR.INET6_TIMER, u32)
    vlan: int | None = attr(MDBA_ROUTER_PATTR.VID, u16)


class MdbSource(Record):
    """A source of a group; `timer` is how long it is still forwarded, in hundredths of a second.

    Source: __mdb_fill_srcs in net/bridge/br_mdb.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=MDBA_MDB_SRCATTR)

    address: takes.Ip[str | None] = attr(MDBA_MDB_SRCATTR.ADDRESS, ip)
    timer: int | None = attr(MDBA_MDB_SRCATTR.TIMER, u32)

    @classmethod
    def __natural__(cls, value: object) -> object:
        return cls(address=value) if isinstance(value, str) else value


class SourceRequest(Record):
    """A source of a group, in a request."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=MDBE_SRCATTR, policy=("br_mdbe_src_list_entry_pol", "vxlan_mdbe_src_list_entry_pol")
    )

    address: takes.Ip[str | None] = attr(MDBE_SRCATTR.ADDRESS, ip)


_ATTRS = MDBA_SET.ENTRY_ATTRS


class MdbEntry(Record, header=BridgePortMessage):
    """A request about a group, or several (`state_mask`): what `netlynx.route.mdb.MdbEntry` says, as requests say it.

    RTM_GETMDB has the same attributes under other names (MDBA_GET_ENTRY).
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=MDBA_SET, policy=("mdba_policy", "mdba_del_bulk_policy")),
        Facts(
            attributes=MDBE_ATTR,
            policy=(
                *("br_mdbe_attrs_pol", "br_mdbe_attrs_del_bulk_pol", "br_mdbe_attrs_get_pol"),
                *("vxlan_mdbe_attrs_pol", "vxlan_mdbe_attrs_del_bulk_pol", "vxlan_mdbe_attrs_get_pol"),
            ),
        ),
        Facts(attributes=MDBE_SRC_LIST, policy=("br_mdbe_src_list_pol", "vxlan_mdbe_src_list_pol")),
    )

    __differs__: ClassVar[dict[str, str]] = {"via_index": "an index, which is never negative"}

    family: takes.Member[AddressFamily] = head(default=AddressFamily.BRIDGE)
    bridge: takes.Name[int] = head()
    entry: takes.Nested[MdbEntryStruct | None] = attr(MDBA_SET.ENTRY, struct(MdbEntryStruct))
    source: takes.Ip[str | None] = attr((_ATTRS, MDBE_ATTR.SOURCE), ip)
    sources: takes.Records[SourceRequest] = attr(
        (_ATTRS, MDBE_ATTR.SRC_LIST, MDBE_SRC_LIST.ENTRY), multi(nest(SourceRequest))
    )
    filter_mode: takes.Member[FilterMode | None] = attr((_ATTRS, MDBE_ATTR.GROUP_MODE), enum(FilterMode, u8))
    protocol: takes.Member[RouteProtocol | None] = attr((_ATTRS, MDBE_ATTR.RTPROT), enum(RouteProtocol, u8))
    destination: takes.Ip[str | None] = attr((_ATTRS, MDBE_ATTR.DST), ip)
    port: int | None = attr((_ATTRS, MDBE_ATTR.DST_PORT), u16)
    vni: int | None = attr((_ATTRS, MDBE_ATTR.VNI), u32)
    via_index: takes.Name[int | None] = attr((_ATTRS, MDBE_ATTR.IFINDEX), interface)
    source_vni: int | None = attr((_ATTRS, MDBE_ATTR.SRC_VNI), u32)
    state_mask: takes.Member[MdbState | None] = attr((_ATTRS, MDBE_ATTR.STATE_MASK), enum(MdbState, u8))


def check_numbers(record: Any) -> None:
    """Refuse VLANs and networks that there cannot be. Raises EncodeError with the field's path."""
    if not 0 <= record.vlan <= 4094:
        raise EncodeError(f"{record.vlan} is no VLAN (1 to 4094; 0 without)", "MdbEntry.vlan")
    for name in ("vni", "source_vni"):
        if (getattr(record, name) or 0) > 0xFFFFFF:
            raise EncodeError(f"{getattr(record, name)} is no network (up to {0xFFFFFF})", f"MdbEntry.{name}")
