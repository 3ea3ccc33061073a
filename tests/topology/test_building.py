"""Listings become a topology: who is joined to whom, over namespaces whose IDs are their own."""

from __future__ import annotations

from netlynx import diag, route
from netlynx.topology import Basis, DefaultRoute, EdgeKind, Listed, Seen, build
from topology.worlds import address, joined, link, lo, three


def test_pairs_are_matched_over_namespaces_by_the_ids_of_each() -> None:
    assert {each for each in joined(build(three())) if each[0] == "pair"} == {
        ("pair", "blue:eth0", "host:to-blue"),
        ("pair", "host:to-red", "red:eth0"),
        ("pair", "blue:mid", "red:mid"),
        ("pair", "red:d0", "red:d1"),
    }


def test_masters_and_parents_are_told_apart() -> None:
    assert {each for each in joined(build(three())) if each[0] != "pair"} == {
        ("port", "host:to-blue", "host:br0"),
        ("port", "host:to-red", "host:br0"),
        ("above", "host:br0.7", "host:br0"),
        ("underlay", "blue:vx1", "blue:eth0"),
        ("underlay", "blue:gre7", "blue:eth0"),
        ("vrf", "red:eth0", "red:vrf7"),
        ("member", "red:d0", "red:bond0"),
    }


def test_it_is_said_how_an_underlay_is_known() -> None:
    found = build(three())
    edges = {found.links[edge.source].name: edge for edge in found.edges if edge.kind is EdgeKind.UNDERLAY}
    assert (edges["vx1"].basis, edges["vx1"].remote) == (Basis.DEVICE, "10.0.0.3")
    assert (edges["gre7"].basis, edges["gre7"].remote) == (Basis.ROUTE, "10.0.0.3")


def test_a_tunnel_without_a_way_is_told() -> None:
    seen = three()
    seen[1].ways = dict.fromkeys(seen[1].ways, "Network is unreachable")
    found = build(seen)
    assert "blue: gre7 has no way to 10.0.0.3: Network is unreachable" in found.notes
    assert "gre7" not in {found.links[edge.source].name for edge in found.edges}


def test_links_say_what_they_are() -> None:
    found = {f"{each.namespace}:{each.name}": each for each in build(three()).links.values()}
    assert found["100:br0.7"].detail == "vlan 7"
    assert found["100:br0"].detail == "filters VLANs"
    assert [str(each) for each in found["100:br0"].addresses] == ["10.0.0.1/24"]
    assert [str(each) for each in found["100:to-blue"].vlans] == ["10pu"]
    assert [str(each) for each in found["100:to-red"].vlans] == ["20-30"]
    assert found["200:vx1"].detail == "vni 43, to 10.0.0.3"
    assert (found["200:vx1"].up, found["200:vx1"].state) == (False, "admin-down")
    assert found["300:vrf7"].detail == "table 107"
    assert found["300:bond0"].detail == "mode active-backup"
    assert found["100:lo"].kind == "loopback"


def test_a_namespace_that_is_not_found_is_a_box_of_its_own() -> None:
    here = Seen("1", "host", own=True, listed=Listed(links=[link(2, "v0", "veth", parent=7, netns_id=3)]))
    found = build([here])
    assert joined(found) == {("pair", "host:v0", "nsid 3 of host:if7")}
    assert found.namespaces[1].unseen == "it has no name here, and no process that could be seen is in it"


def test_a_namespace_that_was_not_looked_into_has_the_ends_that_others_tell() -> None:
    host, blue, red = three()
    red.listed, red.unseen = None, "Operation not permitted"
    found = build([host, blue, red])
    assert found.namespaces[2].unseen == "Operation not permitted"
    assert ("pair", "blue:mid", "red:if9") in joined(found)


def test_what_vanished_between_two_listings_is_told_and_joined_to_nothing() -> None:
    host, blue, red = three()
    assert blue.listed is not None
    blue.listed.links = [each for each in blue.listed.links if each.name != "mid"]
    found = build([host, blue, red])
    assert "red: mid is joined to link 3 of blue, which was not there when that was listed" in found.notes
    assert not [each for each in joined(found) if "red:mid" in each]


def test_an_index_that_another_link_has_by_now_is_no_peer() -> None:
    host, blue, red = three()
    assert blue.listed is not None
    blue.listed.links = [link(3, "mid", "bridge") if each.name == "mid" else each for each in blue.listed.links]
    assert not [each for each in joined(build([host, blue, red])) if "red:mid" in each]


def test_each_next_hop_of_a_default_route_is_a_way_out() -> None:
    hops = (route.NextHop(oif=2, gateway="10.0.0.1"), route.NextHop(oif=3, gateway="10.9.0.1"))
    several = route.Route(family="inet", destination="default", multipath=hops, table=254, type="unicast")
    by_object = route.Route(family="inet6", destination="default", nexthop_id=7, table=100, type="unicast", metric=9)
    none = route.Route(family="inet", destination="default", type="blackhole", table=254)
    objects = {7: route.NextHopObject(id=7, oif=2, gateway="fe80::1")}
    links = [lo(), link(2, "a"), link(3, "b")]
    here = Seen("1", "host", listed=Listed(links=links, routes=[several, by_object, none], nexthops=objects))
    assert build([here]).namespaces[0].routes == (
        DefaultRoute("ipv4", "1/2", "10.0.0.1", 254),
        DefaultRoute("ipv4", "1/3", "10.9.0.1", 254),
        DefaultRoute("ipv6", "1/2", "fe80::1", 100, 9),
        DefaultRoute("ipv4", None, None, 254, None, "blackhole"),
    )


def test_wireguard_leaves_by_the_way_to_each_peer() -> None:
    from netlynx import wireguard
    from topology.worlds import topology_way

    peers = (
        wireguard.Peer(endpoint="192.0.2.9:51820"),
        wireguard.Peer(endpoint="[2001:db8::9]:51820"),
        wireguard.Peer(),
    )
    listed = Listed(links=[link(2, "eth0"), link(3, "wg0", "wireguard")])
    listed.wireguard = {3: wireguard.Device(index=3, listen_port=51820, peers=peers)}
    here = Seen("1", "host", listed=listed)
    here.ways = {
        topology_way("192.0.2.9"): route.Route(family="inet", destination="192.0.2.9/32", oif=2),
        topology_way("2001:db8::9"): "Network is unreachable",
    }
    found = build([here])
    assert joined(found) == {("underlay", "host:wg0", "host:eth0")}
    assert found.notes == ("host: wg0 has no way to 2001:db8::9: Network is unreachable",)
    assert found.links["1/3"].detail == "3 peers, port 51820"


def test_listeners_stand_by_port_with_the_link_that_they_are_bound_to() -> None:
    listed = Listed(links=[link(2, "eth0")], addresses=[address(2, "192.0.2.1/24")])
    listed.sockets = [
        diag.TcpSocket(family="inet", state="listen", source="0.0.0.0", source_port=443),
        diag.UdpSocket(family="inet6", state="close", source="::", source_port=53, index=2),
        diag.UdpSocket(family="inet", state="close", source="0.0.0.0", source_port=0),
    ]
    found = build([Seen("1", "host", listed=listed)]).namespaces[0].listeners
    assert [(str(each), each.link) for each in found] == [("udp [::]:53", "1/2"), ("tcp *:443", None)]


def test_an_underlay_where_nobody_looked_is_told() -> None:
    tunnel = link(2, "gre1", "gre", data=route.Gre(remote="192.0.2.9", link=0), netns_id=3)
    found = build([Seen("1", "host", listed=Listed(links=[tunnel]))])
    assert found.notes == ("host: gre1 leaves by nsid 3 of host, where its way to 192.0.2.9 could not be looked up",)
