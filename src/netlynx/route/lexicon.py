"""What rtnetlink's messages are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.engine.lexicon import Entry, Said
from netlynx.route.address import Address
from netlynx.route.address_label import AddressLabel
from netlynx.route.can_gateway import CanGateway
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.lenient import completed, is_lenient
from netlynx.route.link import Link
from netlynx.route.mctp import MctpAddress, MctpNeighbour, MctpRoute
from netlynx.route.mdb import MdbGroup
from netlynx.route.mdb_messages import MdbEntry as MdbRequest
from netlynx.route.multicast import CacheReport, MulticastTable
from netlynx.route.neighbour import Neighbour
from netlynx.route.neighbour_table import NeighbourTable
from netlynx.route.netconf import Netconf
from netlynx.route.netns_id import NamespaceId
from netlynx.route.nexthop import NextHopObject
from netlynx.route.phonet import PhonetAddress, PhonetRoute
from netlynx.route.route import Route
from netlynx.route.router_discovery import AdvertisedPrefix, Advertisement
from netlynx.route.rule import Rule
from netlynx.route.stats import Stats, StatsRequest, StatsSettings
from netlynx.route.vlan_messages import PortVlan, VlanRequest
from netlynx.route.vni import Vni, VniRequest
from netlynx.schema.compile import plan_of

_VERBS = 4  # message types are numbered in fours: new, delete, get, set

# Records by the first of four types.
_RECORDS: dict[int, Any] = {
    RTM.NEWLINK: Link,
    RTM.NEWADDR: Address,
    RTM.NEWROUTE: Route,
    RTM.NEWNEIGH: Neighbour,
    RTM.NEWRULE: Rule,
    RTM.NEWPREFIX: AdvertisedPrefix,
    RTM.NEWMULTICAST: Address,
    RTM.NEWANYCAST: Address,
    RTM.NEWNEIGHTBL: NeighbourTable,
    RTM.NEWNDUSEROPT: Advertisement,
    RTM.NEWADDRLABEL: AddressLabel,
    RTM.NEWNETCONF: Netconf,
    RTM.NEWMDB: MdbGroup,
    RTM.NEWNSID: NamespaceId,
    RTM.NEWSTATS: Stats,
    RTM.NEWCACHEREPORT: CacheReport,
    RTM.NEWNEXTHOP: NextHopObject,
    RTM.NEWLINKPROP: Link,
    RTM.NEWVLAN: PortVlan,
    RTM.NEWNEXTHOPBUCKET: NextHopObject,
    RTM.NEWTUNNEL: Vni,
}

# What requests carry where that is something else.
_REQUESTS: dict[int, Any] = {
    RTM.NEWMDB: MdbRequest,
    RTM.DELMDB: MdbRequest,
    RTM.GETMDB: MdbRequest,
    RTM.GETSTATS: StatsRequest,
    RTM.SETSTATS: StatsSettings,
    RTM.GETVLAN: VlanRequest,
    RTM.GETTUNNEL: VniRequest,
}

# Families of addresses whose messages of these types are others, by the first byte.
_IPMR = 128  # RTNL_FAMILY_IPMR
_BY_FAMILY: dict[tuple[int, int], Any] = {
    (RTM.NEWLINK, _IPMR): MulticastTable,
    (RTM.NEWADDR, AddressFamily.MCTP): MctpAddress,
    (RTM.NEWROUTE, AddressFamily.MCTP): MctpRoute,
    (RTM.NEWNEIGH, AddressFamily.MCTP): MctpNeighbour,
    (RTM.NEWADDR, AddressFamily.PHONET): PhonetAddress,
    (RTM.NEWROUTE, AddressFamily.PHONET): PhonetRoute,
    (RTM.NEWROUTE, AddressFamily.CAN): CanGateway,
}

_NAMES = {int(number): name for name, number in RTM.__c_names__.items()}


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    message = said.message
    name = _NAMES.get(message.type)
    if name is None:
        return None
    first = message.type // _VERBS * _VERBS
    if first not in _RECORDS:
        return None  # another room's
    record = None if said.answer else _REQUESTS.get(message.type)
    if record is None:
        record = _BY_FAMILY.get((first, message.payload[0] if message.payload else 0), _RECORDS[first])
    if not said.answer and is_lenient(message.type, message.flags):
        return Entry(name, record, completed(message.type, message.payload, plan_of(record).header_size))
    return Entry(name, record)
