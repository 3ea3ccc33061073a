"""Numbers and requests of the VLAN database of bridges (RTM_NEWVLAN, RTM_DELVLAN, RTM_GETVLAN).

Source: linux/if_bridge.h, br_vlan_rtm_process_one and br_vlan_rtm_dump in net/bridge/br_vlan.c,
br_vlan_process_one_opts in net/bridge/br_vlan_options.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.route.constants import AddressFamily
from netlynx.route.kinds.bridge import MulticastRouter
from netlynx.route.kinds.bridge_port import BridgePortState
from netlynx.route.link_bridge import BridgeVlan, BridgeVlanFlags
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    boolean,
    enum,
    head,
    interface,
    member,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts


class BRIDGE_VLANDB(Constants):
    """Attributes of a message of the VLAN database."""

    UNSPEC = 0
    ENTRY = 1
    GLOBAL_OPTIONS = 2


class BRIDGE_VLANDB_DUMP(Constants):
    """Attributes of a request for it."""

    UNSPEC = 0
    FLAGS = 1


class BRIDGE_VLANDB_ENTRY(Constants):
    """Attributes of a VLAN, or a range of them, on a port, in BRIDGE_VLANDB_ENTRY."""

    UNSPEC = 0
    INFO = 1
    RANGE = 2
    STATE = 3
    TUNNEL_INFO = 4
    STATS = 5
    MCAST_ROUTER = 6
    MCAST_N_GROUPS = 7
    MCAST_MAX_GROUPS = 8
    NEIGH_SUPPRESS = 9
    NEIGH_FORWARD_GRAT = 10


class BRIDGE_VLANDB_TINFO(Constants):
    """Attributes of the tunnel that a VLAN is mapped to, in BRIDGE_VLANDB_ENTRY_TUNNEL_INFO."""

    UNSPEC = 0
    ID = 1
    CMD = 2


class BRIDGE_VLANDB_STATS(Constants):
    """Attributes of what a VLAN counts, in BRIDGE_VLANDB_ENTRY_STATS."""

    UNSPEC = 0
    RX_BYTES = 1
    RX_PACKETS = 2
    TX_BYTES = 3
    TX_PACKETS = 4
    PAD = 5


class BRIDGE_VLANDB_GOPTS(Constants):
    """Attributes of what a VLAN is for the whole bridge, in BRIDGE_VLANDB_GLOBAL_OPTIONS."""

    UNSPEC = 0
    ID = 1
    RANGE = 2
    MCAST_SNOOPING = 3
    MCAST_IGMP_VERSION = 4
    MCAST_MLD_VERSION = 5
    MCAST_LAST_MEMBER_CNT = 6
    MCAST_STARTUP_QUERY_CNT = 7
    MCAST_LAST_MEMBER_INTVL = 8
    PAD = 9
    MCAST_MEMBERSHIP_INTVL = 10
    MCAST_QUERIER_INTVL = 11
    MCAST_QUERY_INTVL = 12
    MCAST_QUERY_RESPONSE_INTVL = 13
    MCAST_STARTUP_QUERY_INTVL = 14
    MCAST_QUERIER = 15
    MCAST_ROUTER_PORTS = 16
    MCAST_QUERIER_STATE = 17
    MSTI = 18


class VlanDumpFlags(FlagSet, prefix="BRIDGE_VLANDB_DUMPF_"):
    """What a listing of the database is to have."""

    STATS = 1  # what the VLANs of ports count, each VLAN by itself
    GLOBAL = 2  # what VLANs are for the whole bridge, in place of what they are on ports


class VlanMessage(Layout, c="br_vlan_msg"):
    """The fixed header of a message of the VLAN database."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8))
    reserved1: int = member(u8)
    reserved2: int = member(u16)
    index: takes.Name[int] = member(interface, c="ifindex")


class PortVlanMessage(Layout):
    """The same, and behind it what a VLAN is on a port."""

    __facts__: ClassVar[NoFacts] = NoFacts("br_vlan_msg and bridge_vlan_info, as netlynx puts one behind the other")

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8))
    reserved1: int = member(u8)
    reserved2: int = member(u16)
    index: takes.Name[int] = member(interface)
    flags: takes.Flags[BridgeVlanFlags] = member(enum(BridgeVlanFlags, u16))
    vlan: int = member(u16)


class VlanRequest(Record, header=VlanMessage):
    """What is asked for when the database is listed. Source: br_vlan_rtm_dump in net/bridge/br_vlan.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=BRIDGE_VLANDB_DUMP, policy="br_vlan_db_dump_pol")

    family: takes.Member[AddressFamily] = head(default=AddressFamily.BRIDGE)
    index: takes.Name[int] = head()
    flags: takes.Flags[VlanDumpFlags | None] = attr(BRIDGE_VLANDB_DUMP.FLAGS, enum(VlanDumpFlags, u32))


_ENTRY = BRIDGE_VLANDB.ENTRY


class PortVlan(Record, header=VlanMessage):
    """A VLAN of a port in a message: what `netlynx.route.port_vlan.PortVlan` says, as requests say it.

    `tunnel_command` is the type of the message that would do it to the port: RTM_SETLINK, RTM_DELLINK.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=BRIDGE_VLANDB),
        Facts(attributes=BRIDGE_VLANDB_ENTRY, policy="br_vlan_db_policy"),
        Facts(attributes=BRIDGE_VLANDB_TINFO, policy="br_vlandb_tinfo_pol"),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "BRIDGE_VLANDB_GLOBAL_OPTIONS": "a message of its own: VlanOptions",
        "BRIDGE_VLANDB_ENTRY_STATS": "the kernel tells it",
        "BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS": "the kernel tells it",
    }

    family: takes.Member[AddressFamily] = head(default=AddressFamily.BRIDGE)
    index: takes.Name[int] = head()
    vlan: takes.Nested[BridgeVlan | None] = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.INFO), struct(BridgeVlan))
    last: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.RANGE), u16)
    state: takes.Member[BridgePortState | None] = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.STATE), enum(BridgePortState, u8))
    tunnel_id: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.TUNNEL_INFO, BRIDGE_VLANDB_TINFO.ID), u32)
    tunnel_command: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.TUNNEL_INFO, BRIDGE_VLANDB_TINFO.CMD), u32)
    multicast_router: takes.Member[MulticastRouter | None] = attr(
        (_ENTRY, BRIDGE_VLANDB_ENTRY.MCAST_ROUTER), enum(MulticastRouter, u8)
    )
    multicast_max_groups: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.MCAST_MAX_GROUPS), u32)
    neighbour_suppress: bool | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.NEIGH_SUPPRESS), boolean)
    neighbour_forward_gratuitous: bool | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.NEIGH_FORWARD_GRAT), boolean)


def check_vlans(first: int, last: int | None, path: str) -> None:
    """Refuse what is no VLAN and no range of them: the kernel takes 1 to 4094. Raises EncodeError."""
    if not 1 <= first <= 4094:
        raise EncodeError(f"{first} is no VLAN (1 to 4094)", f"{path}.vlan")
    if last is not None and not first < last <= 4094:
        raise EncodeError(f"{last} is no VLAN behind {first} (up to 4094): leave it out", f"{path}.last")
