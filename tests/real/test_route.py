"""Routes on a real kernel, with iproute2 as the witness.

No GENEVE, VXLAN or ERSPAN options here: some kernels have a bug there that blocks rtnetlink for the whole machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import netlynx
from netlynx.route.constants import AddressFamily
from netlynx.route.encap import MplsEncap
from netlynx.route.metrics import Metrics, RouteFeatures
from netlynx.route.route import ROUTES, NextHop, Route, route, routes
from netlynx.route.route_names import RouteProtocol, RouteType
from netlynx.route.segment_routing import Seg6Encap
from netlynx.route.segments import Seg6Mode, Seg6Tunnel
from netlynx.route.verbs import add, change, delete, flush, replace
from support import until

pytestmark = pytest.mark.namespace

SHAPES = [
    "-4 10.1.0.0/24 via 10.0.0.2 metric 5",
    "-4 10.1.0.0/24 via 10.0.0.2 metric 6",
    "-4 10.1.0.0/24 via 10.0.0.3 metric 7 table 5000 src 10.0.0.1 proto 77",
    "-4 10.2.0.0/24 nexthop via 10.0.0.2 weight 3 nexthop via 10.9.0.2",
    "-4 10.3.0.0/24 via 10.0.0.2 mtu lock 1400 advmss 1300 rtt 10ms hoplimit 5 quickack 1 features ecn",
    "-4 blackhole 10.4.0.0/24",
    "-4 unreachable 10.4.1.0/24 metric 9",
    "-4 10.5.0.0/24 via inet6 2001:db8::5",
    "-4 10.6.0.0/24 dev d0 tos 0x10",
    "-4 10.6.0.0/24 dev d2",
    "-4 local 10.7.0.0/24 dev d0",
    "-4 10.8.0.0/24 nhid 5",
    "-4 10.8.1.0/24 nhid 6",
    "-4 default via 10.0.0.2",
    "-4 10.10.0.0/24 encap ip id 100 dst 10.0.0.9 ttl 5 via 10.0.0.2",
    "-6 2001:db8:1::/48 via 2001:db8::5 mtu 1400 pref high proto bgp metric 77",
    "-6 2001:db8:2::/48 nexthop via 2001:db8::5 weight 2 nexthop via 2001:db8:9::5",
    "-6 2001:db8:3::/48 encap seg6 mode encap segs 2001:db8::5,2001:db8::6 dev d0",
    "-6 2001:db8:4::/48 encap seg6 mode inline segs 2001:db8::5 dev d0",
    "-6 2001:db8:5::/48 encap seg6local action End.DX4 nh4 10.0.0.5 dev d0",
    "-6 2001:db8:6::/48 from 2001:db8:9::/64 dev d0",
    "-6 unreachable 2001:db8:7::/48",
    "-6 2001:db8:8::/48 nhid 7",
    "-6 default via 2001:db8::5",
]


@pytest.fixture
def net(ip: Any) -> Any:
    ip("link set lo up")
    ip("link add d0 type veth peer name d1")
    ip("link add d2 type veth peer name d3")
    for name in ("d0", "d1", "d2", "d3"):
        ip(f"link set {name} addrgenmode none up")
    ip("address add 10.0.0.1/24 dev d0")
    ip("address add 10.9.0.1/24 dev d2")
    ip("address add 2001:db8::1/64 dev d0 nodad")
    ip("address add 2001:db8:9::1/64 dev d2 nodad")

    def settled() -> bool:
        """Whether the routes are there that the kernel makes of addresses and devices in its own time."""
        made = ip("-6 route show table local")
        return made.count("multicast ff00::/8") == 4 and made.count("local 2001:db8:") == 2

    until(settled)
    ip("nexthop add id 5 via 10.0.0.2 dev d0")
    ip("nexthop add id 6 blackhole")
    ip("nexthop add id 7 via 2001:db8::5 dev d0")
    return ip


def make(net: Callable[[str], str], shape: str) -> None:
    """Adds a route with iproute2, or skips where its kernel lacks the tunnel."""
    family, rest = shape.split(maxsplit=1)
    try:
        net(f"{family} route add {rest}")
    except RuntimeError as error:
        if "not supported" in str(error):
            pytest.skip(str(error))
        raise


def all_routes(nl: netlynx.Connection) -> list[Route]:
    return nl.dump(routes()).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_route_that_was_read_is_deleted_and_added_again(nl: netlynx.Connection, net: Any, shape: str) -> None:
    before = all_routes(nl)
    make(net, shape)
    with_it = all_routes(nl)
    added = [each for each in with_it if each not in before]
    assert len(added) == 1
    assert added[0].unknown == ()
    nl.do(delete(added[0]))
    assert all_routes(nl) == before
    nl.do(add(added[0]))
    assert all_routes(nl) == with_it


def test_deleting_a_read_route_leaves_its_neighbours(nl: netlynx.Connection, net: Any) -> None:
    for metric in (0, 5, 6):
        net(f"route add 10.1.0.0/24 via 10.0.0.2 metric {metric}")
    net("route add 10.1.0.0/24 dev d2 tos 0x10")
    net("route add 10.1.0.0/24 dev d2 table 100")
    table = [each for each in all_routes(nl) if each.destination == "10.1.0.0/24"]
    assert len(table) == 5
    for gone in table:
        nl.do(delete(gone))
        left = [each for each in all_routes(nl) if each.destination == "10.1.0.0/24"]
        assert left == [each for each in table if each != gone]
        nl.do(add(gone))


def test_a_route_of_every_sort_is_made_as_ip_shows_it(nl: netlynx.Connection, net: Any) -> None:
    index = net.json("link show dev d0")[0]["ifindex"]
    metrics = Metrics(mtu=1400, features=RouteFeatures.ECN, congestion_control="reno")
    nl.do(add(Route(destination="10.1.0.0/16", gateway="10.0.0.2", metrics=metrics)))
    nl.do(add(Route(destination="10.2.0.0/16", multipath=(NextHop(gateway="10.0.0.2", weight=3), NextHop(oif=index)))))
    nl.do(add(Route(destination="10.3.0.0/16", via="2001:db8::5", oif=index)))
    nl.do(add(Route(destination="10.4.0.0/16", type=RouteType.BLACKHOLE, metric=9)))
    tunnel = Seg6Tunnel(mode=Seg6Mode.ENCAP, segments=("2001:db8::5", "2001:db8::6"))
    nl.do(add(Route(destination="2001:db8:1::/48", oif=index, encap=Seg6Encap(tunnel=tunnel))))
    shown = {each["dst"]: each for each in net.json("route show")}
    assert shown["10.1.0.0/16"]["protocol"] == "static"
    assert shown["10.1.0.0/16"]["metrics"] == [{"mtu": 1400, "ecn": None, "congestion": "reno"}]
    assert [hop["weight"] for hop in shown["10.2.0.0/16"]["nexthops"]] == [3, 1]
    assert shown["10.3.0.0/16"]["via"] == {"family": "inet6", "host": "2001:db8::5"}
    assert shown["10.4.0.0/16"]["type"] == "blackhole"
    six = next(each for each in net.json("-6 route show") if each["dst"] == "2001:db8:1::/48")
    assert (six["mode"], six["segs"]) == ("encap", ["2001:db8::5", "2001:db8::6"])


def test_replace_change_and_their_refusals(nl: netlynx.Connection, net: Any) -> None:
    with pytest.raises(netlynx.NotFound):
        nl.do(change(Route(destination="10.1.0.0/16", gateway="10.0.0.2")))
    nl.do(replace(Route(destination="10.1.0.0/16", gateway="10.0.0.2")))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(Route(destination="10.1.0.0/16", gateway="10.0.0.2")))
    nl.do(change(Route(destination="10.1.0.0/16", gateway="10.0.0.3")))
    assert net.json("route show 10.1.0.0/16")[0]["gateway"] == "10.0.0.3"
    nl.do(delete(Route(destination="10.1.0.0/16")))
    with pytest.raises(netlynx.NotFound):
        nl.do(delete(Route(destination="10.1.0.0/16")))


def test_the_kernel_filters_a_thousand_routes(nl: netlynx.Connection, net: Any) -> None:
    made = [
        Route(destination=f"10.100.{i >> 4}.{(i & 15) << 4}/28", gateway="10.0.0.2", table=100 + i % 2)
        for i in range(1000)
    ]
    nl.batch(add(each) for each in made)
    assert len(nl.dump(routes(table=100)).all()) == 500
    assert {each.destination for each in nl.dump(routes(protocol="static"))} == {each.destination for each in made}
    assert nl.dump(routes(family="inet6", protocol="static")).all() == []
    assert nl.do(flush(routes(table=101))) == 500
    assert len(nl.dump(routes(protocol=RouteProtocol.STATIC)).all()) == 500


def test_filters_by_interface_and_type(nl: netlynx.Connection, net: Any) -> None:
    index = net.json("link show dev d2")[0]["ifindex"]
    net("route add 10.2.0.0/24 nexthop via 10.0.0.2 nexthop via 10.9.0.2")
    net("route add blackhole 10.4.0.0/24")
    assert "10.2.0.0/24" in {each.destination for each in nl.dump(routes(oif=index, family="inet"))}
    assert [each.destination for each in nl.dump(routes(type="blackhole"))] == ["10.4.0.0/24"]
    with pytest.raises(netlynx.NotFound):
        nl.dump(routes(family="inet", table=4711)).all()
    assert nl.dump(routes(table=4711)).all() == []


def test_a_lookup_is_what_ip_route_get_says(nl: netlynx.Connection, net: Any) -> None:
    net("route add 10.1.0.0/16 via 10.0.0.2 table 100")
    net("rule add from all fwmark 7 lookup 100")
    net("route add 2001:db8:1::/48 via 2001:db8::5")
    found = nl.do(route("10.1.2.3", mark=7))
    assert (found.gateway, found.table, found.preferred_source) == ("10.0.0.2", 100, "10.0.0.1")
    assert nl.do(route("10.1.2.3", mark=7, fibmatch=True)).destination == "10.1.0.0/16"
    six = nl.do(route("2001:db8:1::9", ip_proto="udp", sport=1000, dport=53))
    assert (six.family, six.gateway) == (AddressFamily.INET6, "2001:db8::5")
    with pytest.raises(netlynx.NetlinkError, match="ENETUNREACH"):
        nl.do(route("172.16.0.1"))


@pytest.mark.every_kernel
def test_label_routes(nl: netlynx.Connection, net: Any) -> None:
    try:
        net("-w net.mpls.platform_labels=1000", tool="sysctl")
    except RuntimeError:
        pytest.skip("this kernel has no MPLS")
    index = net.json("link show dev d0")[0]["ifindex"]
    made = Route(destination="100", new_destination="200/300", via="10.0.0.2", oif=index)
    nl.do(add(made))
    nl.do(add(Route(destination="10.1.0.0/16", gateway="10.0.0.2", encap=MplsEncap(labels="16/17"))))
    (read,) = nl.dump(routes(family="mpls")).all()
    assert (read.destination, read.new_destination, read.via, read.oif) == ("100", "200/300", "10.0.0.2", index)
    assert net.json("-f mpls route show")[0]["to"] == ["200", "300"] or read.table == 254
    assert nl.do(route("100")).new_destination == "200/300"
    nl.do(delete(read))
    nl.do(add(read))
    assert nl.dump(routes(family="mpls")).all() == [read]


def test_the_attribute_at_fault_is_named(nl: netlynx.Connection, net: Any) -> None:
    with pytest.raises(netlynx.NetlinkError) as refused:
        nl.do(add(Route(destination="10.1.0.0/16", gateway="172.16.0.1")))
    assert refused.value.message == "Nexthop has invalid gateway"


def test_a_route_that_comes_and_goes_is_heard(nl: netlynx.Connection, net: Any) -> None:
    with nl.subscribe(ROUTES) as events:
        nl.do(add(Route(destination="10.1.0.0/16", gateway="10.0.0.2")))
        nl.do(delete(Route(destination="10.1.0.0/16")))
        heard = [next(iter(events)) for _ in range(2)]
    assert [str(event.kind) for event in heard] == ["new", "delete"]
    assert {event.record.destination for event in heard} == {"10.1.0.0/16"}
