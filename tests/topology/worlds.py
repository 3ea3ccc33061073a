"""Namespaces as they could have listed themselves, for tests that need no kernel."""

from __future__ import annotations

from typing import Any

from netlynx import route, topology
from netlynx.route import LinkFlags, OperState
from netlynx.topology import Listed, Seen, Topology


def link(index: int, name: str, kind: str | None = None, *, up: bool = True, **fields: Any) -> route.Link:
    return route.Link(
        index=index,
        name=name,
        kind=kind,
        flags=LinkFlags.UP if up else LinkFlags(0),
        operstate=OperState.UP if up else OperState.DOWN,
        **fields,
    )


def lo() -> route.Link:
    return route.Link(index=1, name="lo", type="loopback", flags=["up", "loopback"], operstate="unknown")


def address(index: int, text: str, **fields: Any) -> route.Address:
    own, _, length = text.partition("/")
    return route.Address(index=index, family="inet", address=own, local=own, prefixlen=int(length), **fields)


def three() -> list[Seen]:
    """A host whose bridge has pairs to red and blue, which are joined by a pair; IDs differ from view to view."""
    host = Seen("100", "host", own=True, processes=7, ids={0: "200", 5: "300"})
    host.listed = Listed(
        links=[
            lo(),
            link(2, "br0", "bridge", data=route.Bridge(vlan_filtering=True)),
            link(3, "to-blue", "veth", master=2, parent=2, netns_id=0),
            link(4, "to-red", "veth", master=2, parent=2, netns_id=5),
            link(5, "br0.7", "vlan", parent=2, data=route.Vlan(id=7, protocol="802.1Q")),
        ],
        addresses=[address(2, "10.0.0.1/24", scope="global")],
        vlans=[
            route.PortVlan(index=3, vlan=10, flags=["pvid", "untagged"]),
            route.PortVlan(index=4, vlan=20, last=30),
        ],
    )
    blue = Seen("200", "blue", ("blue",), ids={0: "100", 1: "300"})
    blue.listed = Listed(
        links=[
            lo(),
            link(2, "eth0", "veth", parent=3, netns_id=0),
            link(3, "mid", "veth", parent=9, netns_id=1),
            link(4, "vx1", "vxlan", up=False, data=route.Vxlan(id=43, group="10.0.0.3", link=2)),
            link(5, "gre7", "gre", data=route.Gre(remote="10.0.0.3", local="10.0.0.2", link=0)),
        ],
        routes=[
            route.Route(family="inet", destination="default", gateway="10.0.0.1", oif=2, table=254, type="unicast")
        ],
    )
    blue.ways = {topology_way("10.0.0.3", "10.0.0.2"): route.Route(family="inet", destination="10.0.0.3/32", oif=2)}
    red = Seen("300", "red", ("red",), ids={0: "100", 4: "200"})
    red.listed = Listed(
        links=[
            lo(),
            link(2, "eth0", "veth", parent=4, netns_id=0, master=5),
            link(5, "vrf7", "vrf", data=route.Vrf(table=107)),
            link(9, "mid", "veth", parent=3, netns_id=4),
            link(10, "bond0", "bond", up=False, data=route.Bond(mode="active-backup")),
            link(11, "d0", "veth", parent=12, master=10),
            link(12, "d1", "veth", parent=11),
        ]
    )
    return [host, blue, red]


def topology_way(remote: str, local: str | None = None) -> Any:
    from netlynx.topology.looking import Wanted

    return Wanted(remote, local)


def joined(found: Topology) -> set[tuple[str, str, str]]:
    """Each edge as its kind and the names of its ends, with their namespaces; of a pair the ends in order."""
    names = {each.id: f"{space.label}:{each.name}" for space in found.namespaces for each in space.links}
    edges = set()
    for edge in found.edges:
        ends = [names[edge.source], names[edge.target]]
        if edge.kind is topology.EdgeKind.PAIR:
            ends.sort()
        edges.add((edge.kind.value, *ends))
    return edges


def many(count: int) -> list[Seen]:
    """A bridge with so many ports, each of which is one end of a pair in the same namespace."""
    links = [lo(), link(2, "br0", "bridge")]
    for number in range(count):
        near, far = 10 + 2 * number, 11 + 2 * number
        links.append(link(near, f"veth{number}", "veth", master=2, parent=far))
        links.append(link(far, f"peer{number}", "veth", parent=near))
    return [Seen("100", "host", own=True, listed=Listed(links=links))]


def containers(count: int) -> list[Seen]:
    """A host whose bridge leads to so many namespaces, each with one end of a pair."""
    host = Seen("100", "host", own=True, listed=Listed(links=[lo(), link(2, "br0", "bridge")]))
    spaces = [host]
    for number in range(count):
        key = str(1000 + number)
        host.ids = {**host.ids, number: key}
        assert host.listed is not None
        host.listed.links.append(link(10 + number, f"veth{number}", "veth", master=2, parent=2, netns_id=number))
        inner = Listed(
            links=[lo(), link(2, "eth0", "veth", parent=10 + number, netns_id=0)],
            addresses=[address(2, f"10.0.{number // 250}.{number % 250 + 2}/16")],
        )
        spaces.append(Seen(key, f"c{number}", (f"c{number}",), listed=inner, ids={0: "100"}))
    return spaces
