"""Every handler that rtnetlink has, and what of netlynx asks it: a line each.

``MESSAGE FAMILY do`` or ``dump``: an operation of that message and that family; where there is none, the reason as a
text. Families are PF_* or RTNL_FAMILY_* without that. `tests/route/test_handlers.py` compares the table with what the
operations send, and with the kernel's own tables where those are at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netlynx import dcb, route, tc

FAMILIES = {
    "UNSPEC": 0,
    "INET": 2,
    "BRIDGE": 7,
    "INET6": 10,
    "MPLS": 28,
    "CAN": 29,
    "PHONET": 35,
    "MCTP": 45,
    "IPMR": 128,
    "IP6MR": 129,
}

_DUMMY = route.Link(kind="dummy", name="d0")
_INET = route.Address(index=1, address="192.0.2.1/24")
_INET6 = route.Address(index=1, address="2001:db8::1/64")
_ROUTE = route.Route(destination="192.0.2.0/24", oif=1)
_ROUTE6 = route.Route(destination="2001:db8::/64", oif=1)
_LABEL = route.Route(destination="100", via="192.0.2.1", oif=1)
_NEIGHBOUR = route.Neighbour(index=1, destination="192.0.2.1", address="02:00:00:00:00:01")
_ENTRY = route.Neighbour(index=1, family="bridge", address="02:00:00:00:00:01")
_RULE = route.Rule(family="inet", table=7, priority=9)
_NEXTHOP = route.NextHopObject(id=1, oif=1, gateway="192.0.2.1")
_NEXTHOP6 = route.NextHopObject(id=1, oif=1, gateway="2001:db8::1")
_GROUP = route.NextHopObject(id=2, group=[route.NextHopMember(id=1)])
_GROUP_ENTRY = route.MdbEntry(bridge=1, index=2, group="239.1.1.1")
_VLAN = route.PortVlan(index=2, vlan=5)
_NETWORK = route.Vni(index=3, vni=5)
_ADDRESS_LABEL = route.AddressLabel(prefix="2001:db8::/64", label=9)
_MULTICAST = route.Route(family="ipmr", type="multicast", source="192.0.2.1", destination="233.252.0.1", iif=1)

_QDISC = tc.Qdisc(index=1, handle="1:", data=tc.Htb())
_CLASS = tc.Class(index=1, handle="1:1", parent="1:", data=tc.HtbClass(rate="1mbit"))
_FILTER = tc.Filter(index=1, parent="ingress", data=tc.MatchAll(actions=[tc.Gact(control="drop")]))

_DCB = dcb.Device(name="d0", applications=[dcb.Application(selector="dscp", protocol=46, priority=5)])
_JOB = route.CanGateway(source=1, destination=2)
_MCTP = route.MctpAddress(index=1, address=8)
_MCTP_ROUTE = route.MctpRoute(destination=9, oif=1)
_MCTP_NEIGHBOUR = route.MctpNeighbour(index=1, destination=9, address="1d")
_PHONET = route.PhonetAddress(index=1, address=0x6C)
_PHONET_ROUTE = route.PhonetRoute(destination=0x60, oif=1)


HANDLERS: dict[str, Callable[[], Any] | str] = {
    "NEWLINK UNSPEC do": lambda: route.add(_DUMMY),
    "DELLINK UNSPEC do": lambda: route.delete(route.Link(name="d0")),
    "GETLINK UNSPEC do": lambda: route.link(name="d0"),
    "GETLINK UNSPEC dump": route.links,
    "SETLINK UNSPEC do": "RTM_NEWLINK of a link that is there does the same, and more",
    "GETADDR UNSPEC dump": route.addresses,
    "GETROUTE UNSPEC dump": route.routes,
    "NEWNEIGH UNSPEC do": lambda: route.add(_NEIGHBOUR),
    "DELNEIGH UNSPEC do": lambda: route.delete(_NEIGHBOUR),
    "GETNEIGH UNSPEC do": lambda: route.neighbour(1, "192.0.2.1"),
    "GETNEIGH UNSPEC dump": route.neighbours,
    "NEWRULE UNSPEC do": lambda: route.add(_RULE),
    "DELRULE UNSPEC do": lambda: route.delete(_RULE),
    "GETRULE UNSPEC dump": route.rules,
    "NEWQDISC UNSPEC do": lambda: tc.add(_QDISC),
    "DELQDISC UNSPEC do": lambda: tc.delete(tc.Qdisc(index=1, handle="1:")),
    "GETQDISC UNSPEC do": lambda: tc.qdisc(1),
    "GETQDISC UNSPEC dump": tc.qdiscs,
    "NEWTCLASS UNSPEC do": lambda: tc.add(_CLASS),
    "DELTCLASS UNSPEC do": lambda: tc.delete(tc.Class(index=1, handle="1:1")),
    "GETTCLASS UNSPEC do": lambda: tc.class_(1, "1:1"),
    "GETTCLASS UNSPEC dump": lambda: tc.classes(index=1),
    "NEWTFILTER UNSPEC do": lambda: tc.add(_FILTER),
    "DELTFILTER UNSPEC do": lambda: tc.delete(tc.Filter(index=1, parent="ingress", priority=1)),
    "GETTFILTER UNSPEC do": lambda: tc.filter_(1, parent="ingress", priority=1, handle=1),
    "GETTFILTER UNSPEC dump": lambda: tc.filters(index=1),
    "NEWACTION UNSPEC do": lambda: tc.add(tc.Action(data=tc.Gact(control="drop"))),
    "DELACTION UNSPEC do": lambda: tc.delete(tc.Action(kind="gact", index=1)),
    "GETACTION UNSPEC do": lambda: next(tc.action("gact", 1).steps()),
    "GETACTION UNSPEC dump": lambda: tc.actions(kind="gact"),
    "GETNEIGHTBL UNSPEC dump": route.neighbour_tables,
    "SETNEIGHTBL UNSPEC do": lambda: route.change(route.NeighbourTable(name="arp_cache", index=1, app_probes=1)),
    "GETDCB UNSPEC do": lambda: dcb.ieee("d0"),
    "SETDCB UNSPEC do": lambda: dcb.add(_DCB),
    "GETNETCONF UNSPEC dump": route.netconfs,
    "NEWNSID UNSPEC do": lambda: route.add(route.NamespaceId(pid=1)),
    "GETNSID UNSPEC do": lambda: route.namespace_id(pid=1),
    "GETNSID UNSPEC dump": route.namespace_ids,
    "GETSTATS UNSPEC do": lambda: route.interface_stats(1),
    "GETSTATS UNSPEC dump": route.stats,
    "SETSTATS UNSPEC do": lambda: route.change(route.StatsSettings(index=1, l3_stats=True)),
    "NEWCHAIN UNSPEC do": lambda: tc.add(tc.Chain(index=1, chain=1)),
    "DELCHAIN UNSPEC do": lambda: tc.delete(tc.Chain(index=1, chain=1)),
    "GETCHAIN UNSPEC do": lambda: tc.chain(1, chain=1),
    "GETCHAIN UNSPEC dump": lambda: tc.chains(index=1),
    "NEWNEXTHOP UNSPEC do": lambda: route.add(_GROUP),
    "DELNEXTHOP UNSPEC do": lambda: route.delete(_NEXTHOP),
    "GETNEXTHOP UNSPEC do": lambda: route.nexthop(1),
    "GETNEXTHOP UNSPEC dump": route.nexthops,
    "NEWLINKPROP UNSPEC do": lambda: route.add_alternative_names(1, "other"),
    "DELLINKPROP UNSPEC do": lambda: route.delete_alternative_names(1, "other"),
    "GETNEXTHOPBUCKET UNSPEC do": lambda: route.nexthop_bucket(1, 0),
    "GETNEXTHOPBUCKET UNSPEC dump": route.nexthop_buckets,
    "NEWADDR INET do": lambda: route.add(_INET),
    "DELADDR INET do": lambda: route.delete(_INET),
    "GETADDR INET dump": lambda: route.addresses(family="inet"),
    "NEWROUTE INET do": lambda: route.add(_ROUTE),
    "DELROUTE INET do": lambda: route.delete(_ROUTE),
    "GETROUTE INET do": lambda: route.route("192.0.2.1"),
    "GETROUTE INET dump": lambda: route.routes(family="inet"),
    "GETMULTICAST INET dump": lambda: route.multicast_addresses(family="inet"),
    "GETNETCONF INET do": lambda: route.netconf(1, family="inet"),
    "GETNETCONF INET dump": lambda: route.netconfs(family="inet"),
    "NEWNEXTHOP INET do": lambda: route.add(_NEXTHOP),
    "GETNEXTHOP INET dump": lambda: route.nexthops(family="inet"),
    "DELLINK BRIDGE do": lambda: route.delete_vlans(1, 5),
    "GETLINK BRIDGE dump": lambda: route.links(family="bridge"),
    "SETLINK BRIDGE do": lambda: route.add_vlans(1, 5),
    "NEWNEIGH BRIDGE do": lambda: route.add(_ENTRY),
    "DELNEIGH BRIDGE do": lambda: route.delete(_ENTRY),
    "GETNEIGH BRIDGE do": lambda: route.fdb_entry("02:00:00:00:00:01", index=1),
    "GETNEIGH BRIDGE dump": route.fdb,
    "NEWMDB BRIDGE do": lambda: route.add(_GROUP_ENTRY),
    "DELMDB BRIDGE do": lambda: route.delete(_GROUP_ENTRY),
    "GETMDB BRIDGE do": lambda: route.mdb_group(1, "239.1.1.1"),
    "GETMDB BRIDGE dump": route.mdb,
    "NEWVLAN BRIDGE do": lambda: route.replace(_VLAN),
    "DELVLAN BRIDGE do": lambda: route.delete(_VLAN),
    "GETVLAN BRIDGE dump": route.port_vlans,
    "NEWTUNNEL BRIDGE do": lambda: route.replace(_NETWORK),
    "DELTUNNEL BRIDGE do": lambda: route.delete(_NETWORK),
    "GETTUNNEL BRIDGE dump": route.vnis,
    "GETLINK INET6 dump": lambda: route.links(family="inet6"),
    "NEWADDR INET6 do": lambda: route.add(_INET6),
    "DELADDR INET6 do": lambda: route.delete(_INET6),
    "GETADDR INET6 do": lambda: route.address("2001:db8::1"),
    "GETADDR INET6 dump": lambda: route.addresses(family="inet6"),
    "NEWROUTE INET6 do": lambda: route.add(_ROUTE6),
    "DELROUTE INET6 do": lambda: route.delete(_ROUTE6),
    "GETROUTE INET6 do": lambda: route.route("2001:db8::1"),
    "GETROUTE INET6 dump": lambda: route.routes(family="inet6"),
    "GETMULTICAST INET6 dump": lambda: route.multicast_addresses(family="inet6"),
    "GETANYCAST INET6 dump": route.anycast_addresses,
    "NEWADDRLABEL INET6 do": lambda: route.add(_ADDRESS_LABEL),
    "DELADDRLABEL INET6 do": lambda: route.delete(_ADDRESS_LABEL),
    "GETADDRLABEL INET6 do": lambda: route.address_label("2001:db8::1"),
    "GETADDRLABEL INET6 dump": route.address_labels,
    "GETNETCONF INET6 do": lambda: route.netconf(1, family="inet6"),
    "GETNETCONF INET6 dump": lambda: route.netconfs(family="inet6"),
    "NEWNEXTHOP INET6 do": lambda: route.add(_NEXTHOP6),
    "GETNEXTHOP INET6 dump": lambda: route.nexthops(family="inet6"),
    "NEWROUTE MPLS do": lambda: route.add(_LABEL),
    "DELROUTE MPLS do": lambda: route.delete(_LABEL),
    "GETROUTE MPLS do": lambda: route.route("100"),
    "GETROUTE MPLS dump": lambda: route.routes(family="mpls"),
    "GETNETCONF MPLS do": lambda: route.netconf(1, family="mpls"),
    "GETNETCONF MPLS dump": lambda: route.netconfs(family="mpls"),
    "NEWROUTE CAN do": lambda: route.add(_JOB),
    "DELROUTE CAN do": lambda: route.delete(_JOB),
    "GETROUTE CAN dump": route.can_gateways,
    "NEWADDR PHONET do": lambda: route.add(_PHONET),
    "DELADDR PHONET do": lambda: route.delete(_PHONET),
    "GETADDR PHONET dump": route.phonet_addresses,
    "NEWROUTE PHONET do": lambda: route.add(_PHONET_ROUTE),
    "DELROUTE PHONET do": lambda: route.delete(_PHONET_ROUTE),
    "GETROUTE PHONET dump": route.phonet_routes,
    "NEWADDR MCTP do": lambda: route.add(_MCTP),
    "DELADDR MCTP do": lambda: route.delete(_MCTP),
    "GETADDR MCTP dump": route.mctp_addresses,
    "NEWROUTE MCTP do": lambda: route.add(_MCTP_ROUTE),
    "DELROUTE MCTP do": lambda: route.delete(_MCTP_ROUTE),
    "GETROUTE MCTP dump": route.mctp_routes,
    "NEWNEIGH MCTP do": lambda: route.add(_MCTP_NEIGHBOUR),
    "DELNEIGH MCTP do": lambda: route.delete(route.MctpNeighbour(index=1, destination=9)),
    "GETNEIGH MCTP dump": route.mctp_neighbours,
    "GETLINK IPMR dump": route.multicast_tables,
    "NEWROUTE IPMR do": lambda: route.replace(_MULTICAST),
    "DELROUTE IPMR do": lambda: route.delete(_MULTICAST.replace(iif=None)),
    "GETROUTE IPMR do": lambda: route.multicast_route("192.0.2.1", "233.252.0.1"),
    "GETROUTE IPMR dump": lambda: route.routes(family="ipmr"),
    "GETROUTE IP6MR do": lambda: route.multicast_route("2001:db8::1", "ff05::1"),
    "GETROUTE IP6MR dump": lambda: route.routes(family="ip6mr"),
}

# Groups that nothing listens to, a line each.
UNHEARD: dict[str, str] = {
    "NONE": "no group",
    "NOTIFY": "nothing is told on it",
    "NOP2": "nothing is told on it",
    "NOP4": "nothing is told on it",
    "DECnet_IFADDR": "DECnet has left the kernel",
    "DECnet_ROUTE": "DECnet has left the kernel",
    "DECnet_RULE": "DECnet has left the kernel",
}
