"""A virtual kernel with a small NETLINK_ROUTE: three links, two addresses, two routes; and protocol 25."""

from __future__ import annotations

from collections.abc import Iterator

from netlynx import dcb, route
from netlynx.dcb.constants import DCB_CMD
from netlynx.errors import NotFound, NotSupported
from netlynx.kernel import KernelSocket, Request, VirtualKernel
from netlynx.route import mdb_messages, vlan_messages, vni
from netlynx.route.constants import RTM
from netlynx.route.stats import StatsRequest
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message

kernel = VirtualKernel()
service = kernel.serve(NETLINK.ROUTE)

LINKS = [
    route.Link(index=1, name="lo", mtu=65536, operstate=route.OperState.UNKNOWN, flags=route.LinkFlags.UP),
    route.Link(index=2, name="br0", kind="bridge", mtu=1500, operstate=route.OperState.UP, address="02:00:00:00:00:02"),
    route.Link(index=3, name="v0", kind="veth", mtu=1400, operstate=route.OperState.DOWN, master=2),
]
ADDRESSES = [
    route.Address(index=1, family=route.AddressFamily.INET, address="127.0.0.1", local="127.0.0.1", prefixlen=8),
    route.Address(index=9, family=route.AddressFamily.INET6, address="2001:db8::1", prefixlen=64),
]
ROUTES = [
    route.Route(family=route.AddressFamily.INET, destination="10.0.0.0/8", gateway="192.0.2.1", oif=3, table=254),
    route.Route(
        family=route.AddressFamily.INET,
        destination="10.1.0.0/16",
        table=1000,
        multipath=(route.NextHop(oif=2, gateway="192.0.2.1"), route.NextHop(oif=3, gateway="192.0.2.2", weight=5)),
    ),
]


@service.do(RTM.GETLINK, record=route.Link, reply=RTM.NEWLINK, get=True)
def link(request: Request) -> route.Link:
    wanted = request.record
    for each in LINKS:
        if wanted.name == each.name or wanted.index == each.index:
            return each
    raise NotFound(19, "nobody knows it", attribute="Link.name")


@service.dump(RTM.GETLINK, record=route.Link, reply=RTM.NEWLINK)
def links(request: Request) -> Iterator[route.Link | route.MulticastTable]:
    wanted = request.record
    if wanted.family == route.AddressFamily.IPMR:
        interfaces = [{"index": 2, "id": 0, "packets_in": 3}, {"index": 3, "id": 1, "flags": "register"}]
        yield route.MulticastTable(family="ipmr", id=253, unresolved=1, interfaces=interfaces)
        yield route.MulticastTable(family="ipmr", id=1000, unresolved=0)
        return
    yield from (each for each in LINKS if wanted.kind in (None, each.kind) and wanted.master in (None, each.master))


@service.dump(RTM.GETADDR, reply=RTM.NEWADDR)
def addresses(request: Request) -> Iterator[route.Address]:
    yield from ADDRESSES


@service.dump(RTM.GETROUTE, record=route.Route, reply=RTM.NEWROUTE)
def routes(request: Request) -> Iterator[route.Route]:
    if request.record.family == route.AddressFamily.IPMR:
        known = {"table": 253, "source": "192.0.2.1/32", "destination": "233.252.0.1/32", "iif": 2}
        hops = (route.NextHop(oif=3, weight=2), route.NextHop(oif=2, weight=9))
        yield route.Route(family="ipmr", **known, multipath=hops, multicast_stats={"packets": 3, "bytes": 90})
        return
    if request.record.family == route.AddressFamily.IP6MR:
        waits = {"source": "2001:db8::1/128", "destination": "ff05::1/128", "flags": "unresolved"}
        yield route.Route(family="ip6mr", table=254, **waits)
        return
    yield from (each for each in ROUTES if request.record.table in (None, 0, each.table))


@service.dump(RTM.GETNEIGH, record=route.Neighbour, reply=RTM.NEWNEIGH)
def neighbours(request: Request) -> Iterator[route.Neighbour]:
    if request.record.family is route.AddressFamily.BRIDGE:
        yield route.Neighbour(
            index=3,
            family=route.AddressFamily.BRIDGE,
            address="02:00:00:00:00:09",
            master=2,
            vlan=10,
            state=route.NeighbourState.PERMANENT,
        )
        return
    yield route.Neighbour(
        index=2,
        family=route.AddressFamily.INET,
        destination="192.0.2.7",
        address="02:00:00:00:00:07",
        state=route.NeighbourState.REACHABLE,
    )


@service.dump(RTM.GETRULE, reply=RTM.NEWRULE)
def rules(request: Request) -> Iterator[route.Rule]:
    yield route.Rule(family=route.AddressFamily.INET, action=route.RuleAction.TABLE, table=255)


@service.dump(RTM.GETADDRLABEL, record=route.AddressLabel, reply=RTM.NEWADDRLABEL)
def address_labels(request: Request) -> Iterator[route.AddressLabel]:
    yield route.AddressLabel(family=route.AddressFamily.INET6, index=3, prefix="2001:db8::/32", label=7)
    yield route.AddressLabel(family=route.AddressFamily.INET6, prefix="::/0", label=1)


@service.dump(RTM.GETNEIGHTBL, record=route.NeighbourTable, reply=RTM.NEWNEIGHTBL)
def neighbour_tables(request: Request) -> Iterator[route.NeighbourTable]:
    told: dict[str, int] = {"base_reachable_time": 30000, "retransmit_time": 1000, "gc_stale_time": 60000}
    yield route.NeighbourTable(
        family="inet",
        name="arp_cache",
        threshold1=128,
        threshold2=512,
        threshold3=1024,
        config={"entries": 3},
        **told,
    )
    probes = {"app_probes": 0, "unicast_probes": 3, "multicast_probes": 3}
    for index in (0, 3):
        yield route.NeighbourTable(family="inet", name="arp_cache", index=index, **told, **probes)


@service.dump(RTM.GETNETCONF, record=route.Netconf, reply=RTM.NEWNETCONF)
def netconfs(request: Request) -> Iterator[route.Netconf]:
    for index in (3, -1, -2):
        yield route.Netconf(family="inet", index=index, forwarding=index == 3, rp_filter="loose")


@service.dump(RTM.GETSTATS, record=StatsRequest, reply=RTM.NEWSTATS)
def stats(request: Request) -> Iterator[route.Stats]:
    yield route.Stats(
        index=2,
        link={"rx_bytes": 9, "rx_packets": 3, "collisions": 1},
        xstats={"bridge": {"vlans": [{"vid": 5, "rx_bytes": 7}], "multicast": {"igmp_leaves": {"rx": 1, "tx": 2}}}},
    )
    yield route.Stats(
        index=3,
        xstats_slave={"bond": {"lacpdu_rx": 4}},
        offload={"l3_stats_info": {"requested": True, "used": False}},
        mpls={"rx_noroute": 1},
    )
    yield route.Stats(index=1, offload={"l3_stats_info": {"requested": True, "used": False}})


@service.dump(RTM.GETNEXTHOPBUCKET, record=route.NextHopObject, reply=RTM.NEWNEXTHOPBUCKET)
def nexthop_buckets(request: Request) -> Iterator[route.NextHopObject]:
    for number in range(2):
        bucket = route.NextHopBucket(index=number, nexthop_id=5 + number, idle_time=150)
        yield route.NextHopObject(id=9, bucket=bucket)


@service.do(RTM.GETDCB, record=dcb.Query, reply=RTM.GETDCB, get=True)
def dcb_of(request: Request) -> dcb.Device:
    if request.record.name != "v0" or request.record.command not in (DCB_CMD.IEEE_GET, DCB_CMD.CEE_GET):
        raise NotSupported(95)
    if request.record.command == DCB_CMD.CEE_GET:
        return dcb.Device(name="v0", cee_features={"groups": ["enable", "willing"]})
    shares = (0, 0, 0, 0, 0, 0, 40, 60)
    return dcb.Device(
        name="v0",
        ets={"capacity": 8, "shares": shares, "selection": ("strict",) * 6 + ("ets",) * 2},
        pfc={"capacity": 4, "enabled": 0x81},
        applications=[
            dcb.Application(selector="ethtype", protocol=0, priority=2),
            dcb.Application(selector="dscp", protocol=46, priority=5),
        ],
        trust=["dscp", "pcp"],
        rewrite=[dcb.Application(selector="pcp", protocol=9, priority=1)],
        dcbx=["host", "ieee"],
    )


@service.dump(RTM.GETROUTE, reply=RTM.NEWROUTE, family=route.AddressFamily.CAN)
def can_gateways(request: Request) -> Iterator[route.CanGateway]:
    yield route.CanGateway(source=3, destination=2, handled=5)
    yield route.CanGateway(
        source=2,
        destination=3,
        flags=["fd", "echo"],
        filter={"id": 0x123, "mask": 0x7FF},
        uid=7,
        fd_or={"id": 0x10, "parts": "id"},
        fd_set={"length": 12, "flags": "brs", "parts": ["len", "flags"]},
        xor={"first": 0, "last": -2, "result": -1},
    )


@service.dump(RTM.GETADDR, reply=RTM.NEWADDR, family=route.AddressFamily.MCTP)
def mctp_addresses(request: Request) -> Iterator[route.MctpAddress]:
    yield route.MctpAddress(index=1, address=8)


@service.dump(RTM.GETROUTE, reply=RTM.NEWROUTE, family=route.AddressFamily.MCTP)
def mctp_routes(request: Request) -> Iterator[route.MctpRoute]:
    yield route.MctpRoute(type="local", destination=8, oif=1)
    yield route.MctpRoute(destination=10, extent=5, oif=3, mtu=68)
    yield route.MctpRoute(destination=30, gateway={"network": 1, "address": 12})


@service.dump(RTM.GETNEIGH, reply=RTM.NEWNEIGH, family=route.AddressFamily.MCTP)
def mctp_neighbours(request: Request) -> Iterator[route.MctpNeighbour]:
    yield route.MctpNeighbour(index=3, destination=10, address="1d", state="permanent")


@service.dump(RTM.GETADDR, reply=RTM.NEWADDR, family=route.AddressFamily.PHONET)
def phonet_addresses(request: Request) -> Iterator[route.PhonetAddress]:
    yield route.PhonetAddress(index=3, address=0x6C)


@service.dump(RTM.GETROUTE, reply=RTM.NEWROUTE, family=route.AddressFamily.PHONET)
def phonet_routes(request: Request) -> Iterator[route.PhonetRoute]:
    yield route.PhonetRoute(destination=0x60, oif=3)


@service.dump(RTM.GETVLAN, record=vlan_messages.VlanRequest, reply=RTM.NEWVLAN)
def vlans(request: Request) -> Iterator[route.VlanOptions | vlan_messages.PortVlan]:
    if request.record.flags:
        yield route.VlanOptions(bridge=2, vlan=10, last=20, mst_instance=5, multicast_snooping=True)
        return
    yield vlan_messages.PortVlan(index=3, vlan=route.BridgeVlan(vid=1, flags="pvid"), state="forwarding")
    yield vlan_messages.PortVlan(index=3, vlan=route.BridgeVlan(vid=10), last=20, tunnel_id=1000, tunnel_command=0)


@service.dump(RTM.GETMDB, record=mdb_messages.MdbEntry, reply=RTM.GETMDB)
def groups(request: Request) -> Iterator[route.MdbGroup | route.MdbRouter]:
    ports = [
        route.MdbPort(index=3, group="239.1.1.1", state="permanent", protocol="static"),
        route.MdbPort(index=2, group="ff0e::5", vlan=10, filter_mode="include", sources=["2001:db8::1"]),
    ]
    yield route.MdbGroup(bridge=2, entries=ports)


@service.dump(RTM.GETTUNNEL, record=vni.VniRequest, reply=RTM.NEWTUNNEL)
def networks(request: Request) -> Iterator[route.Vni]:
    yield route.Vni(index=3, vni=10, last=20)
    yield route.Vni(index=3, vni=30, group="192.0.2.1")


@service.dump(RTM.GETNEXTHOP, reply=RTM.NEWNEXTHOP)
def nexthops(request: Request) -> Iterator[route.NextHopObject]:
    yield route.NextHopObject(id=5, oif=3, gateway="192.0.2.2", family=route.AddressFamily.INET)
    yield route.NextHopObject(id=6, blackhole=True, family=route.AddressFamily.INET)
    members = (route.NextHopMember(id=5, weight=3), route.NextHopMember(id=8))
    yield route.NextHopObject(id=9, group=members, group_type=route.NextHopGroupType.MPATH)


@service.dump(RTM.GETNSID, reply=RTM.NEWNSID)
def namespace_ids(request: Request) -> Iterator[route.NamespaceId]:
    yield from (route.NamespaceId(nsid=number) for number in (0, 11))


@kernel.protocol(25)
def hello(sock: KernelSocket, message: Message) -> None:
    kernel.log(f"kernel recv from user: {message.text}")
    sock.unicast(b"hello users!!!", to=message.portid)
