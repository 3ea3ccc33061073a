"""A table with one object that is as large as it can get: it is listed whole, wherever it stands, or the dump fails."""

from __future__ import annotations

import errno
import json
import re
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import pytest

import netlynx
from forking import forked
from netlynx import netns, route
from support import PATIENCE
from test_filters import LISTINGS

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

NAMES = [f"{number:03}" + "x" * 124 for number in range(250)]  # of 127 bytes: more than 32 KiB together
LINKS = ["lo", "br0", "br1", "br2"]


@pytest.fixture(params=["lo", "br1", "br2"], ids=["first", "middle", "last"])
def large(nl: netlynx.Connection, request: pytest.FixtureRequest) -> str:
    """The name of a link whose message is larger than 32 KiB."""
    for name in LINKS[1:]:
        nl.do(route.add(route.Link(name=name, kind="bridge")))
    for name in NAMES:
        nl.do(route.add_alternative_names(request.param, name))
    return str(request.param)


def test_a_large_link_is_in_every_list_of_links(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, large: str
) -> None:
    everything = nl.count(route.links())  # some modules have links of their own in every namespace
    for listing in (route.links(), route.links(vf=True), route.links(statistics=False), route.links(kind=None)):
        assert [each.name for each in nl.dump(listing) if each.name in LINKS] == LINKS, listing
        assert nl.count(listing) == everything
        assert len(nl.table(listing)) == everything
        (found,) = nl.dump(listing.where(name=large))
        assert sorted(found.alternative_names) == NAMES
    for asked in (route.link(name=large), route.link(name=NAMES[7]), route.link(name=large, vf=True)):
        assert sorted(nl.do(asked).alternative_names) == NAMES
    with nl.mirror(route.links()) as mirror:
        mirror.wait_until(lambda seen: len(seen[route.links()]) == everything, timeout=30)
        assert {each.name for each in mirror[route.links()]} >= set(LINKS)
    for words in (["links", "--json"], ["links", "--lines"], ["links", "--json", "--kind", "bridge"]):
        text = shown(namespace, *words).stdout
        listed = json.loads(text) if "--json" in words else [json.loads(line) for line in text.splitlines()]
        found = [each["name"] for each in listed if each["name"] in LINKS]
        assert found == [name for name in LINKS if "--kind" not in words or name != "lo"]


def test_a_notification_as_large_arrives(nl: netlynx.Connection, large: str) -> None:
    with nl.subscribe(route.LINKS) as events:
        nl.do(route.up(large))
        assert any(len(event.record.alternative_names) == len(NAMES) for event in _some(events))


def _some(events: Any) -> Any:
    while True:
        event = events.get(timeout=PATIENCE)
        yield event


WAYS: dict[str, Callable[[netlynx.Connection, Any], Any]] = {
    "iterate": lambda nl, listing: list(nl.dump(listing)),
    "all": lambda nl, listing: nl.dump(listing).all(),
    "json": lambda nl, listing: b"".join(nl.dump(listing).json(after=b"\n")),
    "count": lambda nl, listing: nl.count(listing),
    "table": lambda nl, listing: nl.table(listing),
}


def shown(namespace: netns.NetworkNamespace, *words: str) -> subprocess.CompletedProcess[str]:
    return forked(words, where=namespace)


def told(nl: netlynx.Connection, namespace: netns.NetworkNamespace, listing: Any, *words: str) -> None:
    """Every way of reading a table whose kernel cannot go on says so, and none hands out a part as the whole."""
    for read in WAYS.values():
        with pytest.raises(netlynx.NetlinkError, match=r"EMSGSIZE.*larger than a part of a dump") as caught:
            read(nl, listing)
        assert caught.value.errno == errno.EMSGSIZE

    async def awaited() -> None:
        async with netlynx.aconnect(netns=namespace) as anl:
            with pytest.raises(netlynx.NetlinkError, match=r"EMSGSIZE.*larger than a part of a dump"):
                async for _ in anl.dump(listing):
                    pass
            for read in (anl.dump(listing).all, partial(anl.count, listing), partial(anl.table, listing)):
                with pytest.raises(netlynx.NetlinkError, match=r"EMSGSIZE.*larger than a part of a dump"):
                    await read()

    anyio.run(awaited)
    if words:
        done = shown(namespace, *words, "--json")
        assert done.returncode == 1
        assert "larger than a part of a dump" in done.stderr


@pytest.mark.parametrize("place", [1, 2000, 9000], ids=["first", "middle", "last"])
def test_groups_of_nexthops_too_large_for_a_list_are_told(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, place: int
) -> None:
    index = _connected(nl)
    numbers = [number for number in range(1, 4502) if number != place][:4500]
    nl.batch(route.add(route.NextHopObject(id=number, oif=index)) for number in numbers)
    members = tuple(route.NextHopMember(id=number) for number in numbers)
    nl.do(route.add(route.NextHopObject(id=place, group=members)))
    assert nl.do(route.nexthop(place)).group == members
    assert nl.count(route.nexthops(oif=index)) == 4500
    told(nl, namespace, route.nexthops())


def _connected(nl: netlynx.Connection) -> int:
    """The index of an interface that is up and has a neighbour of both families."""
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    for name in ("lo", "v0", "v1"):
        nl.do(route.up(name))
    index: int = nl.do(route.link(name="v0")).index
    nl.do(route.add(route.Address(index=index, address="192.0.2.1/24")))
    nl.do(route.add(route.Address(index=index, address="2001:db8::1/64")))
    return index


# Of each family: the next hops that fit and those that do not, and destinations in the order of the kernel's lists.
FEW, MANY = {"inet": 2000, "inet6": 800}, {"inet": 2500, "inet6": 1200}
GATEWAY = {"inet": "192.0.2.{}", "inet6": "2001:db8::{}"}
PLACES = {
    "inet": ["10.1.0.0/16", "10.2.0.0/16", "198.51.100.0/24", "203.0.113.0/24", "203.0.114.0/24"],
    "inet6": ["2001:db8:1::/48", "2001:db8:2::/48", "2001:db8:5::/48", "2001:db8:8::/48", "2001:db8:9::/48"],
}


@pytest.mark.parametrize("place", [0, 2, 4], ids=["first", "middle", "last"])
@pytest.mark.parametrize("family", ["inet", "inet6"])
def test_a_route_with_too_many_next_hops_for_a_list_is_told(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, family: str, place: int
) -> None:
    """By the list of all families: where the kernel makes empty datagrams for ever (IPv6), too."""
    index = _connected(nl)
    for destination in PLACES[family]:
        nl.do(route.add(route.Route(destination=destination, gateway=GATEWAY[family].format(9), table=100)))
    large = PLACES[family][place]
    hops = tuple(
        route.NextHop(oif=index, gateway=GATEWAY[family].format(2 + number % (200 if family == "inet" else 9000)))
        for number in range(MANY[family])
    )
    nl.do(route.delete(route.Route(destination=large, table=100)))
    nl.do(route.add(route.Route(destination=large, table=100, multipath=hops[: FEW[family]])))
    for listing in (route.routes(table=100), route.routes(table=100, family=family)):
        found = nl.dump(listing).all()
        assert [each.destination for each in found] == PLACES[family]
        assert len(found[place].multipath) == FEW[family]
        assert nl.count(listing) == len(nl.table(listing)) == len(PLACES[family])
    nl.do(route.replace(route.Route(destination=large, table=100, multipath=hops)))
    told(nl, namespace, route.routes(table=100), "routes", "--table", "100")
    for listing in (route.routes(), route.routes(table=100).where(family=family)):
        with pytest.raises(netlynx.NetlinkError, match="EMSGSIZE"):
            nl.count(listing)
    assert nl.dump(route.routes(table=100, type="blackhole")).all() == []  # a filter that leaves it out

    # And what the kernel does not tell, as `route.routes` says; on the day that it does, so will netlynx.
    silent = nl.dump(route.routes(table=100, family=family)).all()
    assert [each.destination for each in silent] == PLACES[family][:place]
    for seconds in (0.5, 5, PATIENCE):  # where a processor is emulated one try takes longer than the first of them
        with (
            netlynx.connect(netns=namespace, timeout=seconds) as hasty,
            pytest.raises(netlynx.RequestTimeout) as late,
            hasty.mirror(route.routes(table=100)),
        ):
            pass
        if "cannot be read" in str(late.value):
            break
    assert re.search("cannot be read.*larger than a part of a dump", str(late.value))


def test_a_bridge_with_every_vlan_is_in_every_list(nl: netlynx.Connection) -> None:
    for name in ("br0", "br1", "br2"):
        nl.do(route.add(route.Link(name=name, kind="bridge")))
    listings = [
        route.links(family="bridge", extensions=extensions)
        for extensions in (route.LinkExtensions.BRVLAN, route.LinkExtensions.BRVLAN_COMPRESSED)
    ]  # without either, bridges themselves are in no such list (br_getlink of net/bridge/br_netlink.c)
    for large in ("br0", "br1", "br2"):
        index = nl.do(route.link(name=large)).index
        for first in range(2, 4094, 500):
            vlans = tuple(route.BridgeVlan(vid=vid) for vid in range(first, min(first + 500, 4095)))
            own = route.BridgeSpec(flags=route.BridgeFlags.SELF, vlans=vlans)
            try:
                nl.do(route.set_bridge_port(route.Link(index=index, af_spec=own)))
            except netlynx.NotSupported:
                pytest.skip("the kernel filters no VLANs (BRIDGE_VLAN_FILTERING)")
        for listing in listings:
            found = nl.dump(listing).all()
            # Older kernels list in the order in which they were made.
            assert sorted(each.name for each in found) == ["br0", "br1", "br2"], (large, listing)
            assert nl.count(listing) == len(nl.table(listing)) == 3
        vlans_of = {each.name: len(each.af_spec.vlans) for each in nl.dump(listings[0])}
        assert vlans_of[large] == 4094
        nl.do(route.delete(route.Link(index=index)))
        nl.do(route.add(route.Link(name=large, kind="bridge", index=index)))


_FIXED = "attributes of fixed sizes, and names of some bytes"
_SOCKETS = (
    "structs of fixed sizes, names, and what BPF maps keep (64 KiB at most, told only to who asks for them); SCTP's "
    "addresses are as many as the host and its peer have"
)
_ONE_DEVICE = (
    "what one driver says; ethnl_default_dumpit (net/ethtool/netlink.c) answers EMSGSIZE where that is too much"
)
_DEVLINK = "attributes of fixed sizes, and names"
_DRIVERS = "what one driver says: attributes of fixed sizes, and a few versions, snapshots, types or nested devices"
LARGEST: dict[str, str] = {
    "route.links": "",
    "route.routes": "",
    "route.nexthops": "",
    **dict.fromkeys(
        ("route.addresses", "route.multicast_addresses", "route.anycast_addresses", "route.neighbours", "route.fdb"),
        _FIXED,
    ),
    **dict.fromkeys(
        ("route.address_labels", "route.namespace_ids", "route.nexthop_buckets", "route.rules", "mptcp.endpoints"),
        _FIXED,
    ),
    "route.neighbour_tables": _FIXED,
    **dict.fromkeys(
        ("route.port_vlans", "route.vlan_options", "route.mst_states", "route.mdb_routers", "route.vnis"),
        "a message has as many as there is room for, each of less than 500 bytes",
    ),
    "route.mdb": "a message has as many as there is room for, each of 32 sources at most",
    "route.netconfs": _FIXED,
    "route.stats": "attributes of fixed sizes; VLANs of bridges are spread over several messages",
    "route.multicast_tables": "32 interfaces of less than 100 bytes each",
    "route.multicast_routes": "attributes of fixed sizes, and 32 hops",
    **dict.fromkeys(("route.mctp_addresses", "route.mctp_routes", "route.mctp_neighbours"), _FIXED),
    **dict.fromkeys(("route.phonet_addresses", "route.phonet_routes", "route.can_gateways"), _FIXED),
    "crypto.algorithms": _FIXED,
    "xfrm.states": "keys are of 8 KiB at most in all, windows of 4096 bits",
    "xfrm.policies": _FIXED,
    **dict.fromkeys(("rdma.devices", "rdma.links", "rdma.resources"), _FIXED),
    **{
        name: "a message has as many as there is room for, each of fixed sizes, but for what drivers say"
        for name in LISTINGS
        if name.startswith("rdma.") and name not in ("rdma.devices", "rdma.links", "rdma.resources")
    },
    **dict.fromkeys(("conntrack.cpu_statistics", "conntrack.expectation_statistics", "conntrack.expectations"), _FIXED),
    **dict.fromkeys(
        ("conntrack.flows", "conntrack.dying", "conntrack.unconfirmed"),
        "attributes of fixed sizes, 16 bytes of labels, and a security context (a page at most)",
    ),
    **dict.fromkeys(("accounting.accounts", "timeouts.policies", "ipvs.services", "ipvs.daemons"), _FIXED),
    "ovs.datapaths": "attributes of fixed sizes, and as many port IDs as there may be processors",
    **dict.fromkeys(
        ("l2tp.tunnels", "l2tp.sessions", "fou.ports", "ila.mappings", "gtp.contexts", "seg6.keys", "ioam6.namespaces"),
        _FIXED,
    ),
    **dict.fromkeys(
        ("devlink.params", "devlink.ports", "devlink.rates", "devlink.traps", "devlink.trap_groups"), _DEVLINK
    ),
    **dict.fromkeys(("devlink.trap_policers", "devlink.buffers", "devlink.pools", "devlink.port_pools"), _DEVLINK),
    **dict.fromkeys(("devlink.bindings", "devlink.reporters"), _DEVLINK),
    **dict.fromkeys(("devlink.infos", "devlink.devices", "devlink.regions", "devlink.linecards"), _DRIVERS),
    "ioam6.schemas": "1020 bytes of data, and attributes of fixed sizes",
    "macsec.devices": "macsec_dump_txsc (drivers/net/macsec.c) answers EMSGSIZE for one with more channels than fit",
    "helpers.helpers": "four classes of what is expected, each of fixed size",
    "generic.families": "256 commands of 20 bytes, and a few groups",
    **dict.fromkeys(
        ("netdev.devices", "netdev.queues", "netdev.napis", "netdev.statistics", "tcp_metrics.entries"), _FIXED
    ),
    **dict.fromkeys(("netdev.page_pools", "netdev.page_pool_statistics"), _FIXED),
    **dict.fromkeys(
        ("nftables.tables", "nftables.chains", "nftables.objects", "nftables.flowtables"),
        "attributes of fixed sizes, names, 256 bytes of userdata, and names of devices, 256 of them at most",
    ),
    "nftables.sets": "attributes of fixed sizes, names, 256 bytes of userdata, and 2 expressions",
    "nftables.rules": "128 expressions of less than 200 bytes each; those of xtables, which can be larger, are few",
    "ipset.sets": _FIXED,
    "ipset.entries": "a message has as many as there is room for, each of less than 500 bytes",
    **{name: _SOCKETS for name in LISTINGS if name.startswith("diag.")},
    **{name: _ONE_DEVICE for name in LISTINGS if name.startswith("ethtool.")},
}


def test_of_every_list_it_is_known_how_large_its_objects_get() -> None:
    """Those of which nothing is said are tried above."""
    assert LARGEST.keys() == LISTINGS.keys()
    assert [name for name, bound in LARGEST.items() if not bound] == ["route.links", "route.routes", "route.nexthops"]
