"""Neighbours, proxies and forwarding databases on a real kernel, with iproute2 as the witness."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

import netlynx
from netlynx.engine.operation import EventKind
from netlynx.route.constants import AddressFamily
from netlynx.route.neighbour import (
    NEIGHBOURS,
    Neighbour,
    NeighbourFlags,
    NeighbourState,
    fdb,
    fdb_entry,
    flush_fdb,
    neighbour,
    neighbours,
)
from netlynx.route.verbs import add, append, change, delete, flush, replace
from support import PATIENCE

pytestmark = pytest.mark.namespace

MAC = "02:00:00:00:00:05"


@pytest.fixture
def index(ip: Any) -> int:
    ip("link set lo up")
    ip("link add v0 type veth peer name v1")
    for name in ("v0", "v1"):
        ip(f"link set {name} addrgenmode none up")
    ip("address add 192.0.2.1/24 dev v0")
    ip("address add 2001:db8::1/64 dev v0 nodad")
    return int(ip.json("link show v0")[0]["ifindex"])


@pytest.fixture
def bridge(ip: Any, index: int) -> int:
    ip("link add br0 type bridge")
    ip("link set v1 master br0")
    ip("link set br0 addrgenmode none up")
    return int(ip.json("link show br0")[0]["ifindex"])


@pytest.fixture
def vxlan(ip: Any, index: int) -> int:
    ip("link add vx type vxlan id 7 dstport 4789 local 192.0.2.1")
    ip("link set vx addrgenmode none up")
    return int(ip.json("link show vx")[0]["ifindex"])


def without_groups(entries: set[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Entries but those of multicast groups, which the kernel makes when it first sends to one, whenever that is."""
    return {each for each in entries if not ip_address(each[0]).is_multicast}


def test_it_reads_what_ip_shows(nl: netlynx.Connection, ip: Any, index: int) -> None:
    ip(f"neigh add 192.0.2.5 lladdr {MAC} dev v0")
    ip("neigh add 192.0.2.6 lladdr 02:00:00:00:00:06 dev v0 nud stale router protocol 7")
    ip("neigh add 2001:db8::5 lladdr 02:00:00:00:00:07 dev v0 nud noarp extern_learn")
    ip("neigh add proxy 192.0.2.9 dev v0")

    shown = {(each["dst"], each.get("lladdr"), tuple(each["state"])) for each in ip.json("neigh show nud all dev v0")}
    found = nl.dump(neighbours(index=index)).all()
    read = {(each.destination, each.address, tuple(each.state.labels)) for each in found}
    assert without_groups(read) == without_groups(shown)
    assert not any(each.unknown for each in found)
    flags = {each.destination: each.flags for each in found}
    assert flags["192.0.2.6"] == NeighbourFlags.ROUTER
    assert flags["2001:db8::5"] == NeighbourFlags.EXTERNALLY_LEARNED
    (proxy,) = nl.dump(neighbours(proxy=True)).all()
    assert (proxy.destination, proxy.flags) == ("192.0.2.9", NeighbourFlags.PROXY)


def test_a_neighbour_is_added_replaced_changed_and_deleted(nl: netlynx.Connection, ip: Any, index: int) -> None:
    given = Neighbour(index=index, destination="192.0.2.5", address=MAC)
    with pytest.raises(netlynx.NotFound):
        nl.do(change(given))
    nl.do(add(given))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(given))
    (shown,) = ip.json("neigh show dev v0")
    assert (shown["lladdr"], shown["state"]) == (MAC, ["PERMANENT"])
    other = Neighbour(index=index, destination="192.0.2.5", address="02:00:00:00:00:06", state=NeighbourState.STALE)
    nl.do(replace(other))
    assert nl.do(neighbour(index, "192.0.2.5")).address == "02:00:00:00:00:06"
    nl.do(delete(other))
    # The kernel keeps what is in use for a moment, as FAILED.
    assert [each for each in nl.dump(neighbours(index=index)) if each.state & NeighbourState.STALE] == []


def test_one_neighbour_is_looked_up(nl: netlynx.Connection, index: int) -> None:
    nl.do(add(Neighbour(index=index, destination="2001:db8::5", address=MAC)))
    nl.do(add(Neighbour(index=index, destination="192.0.2.9", flags=NeighbourFlags.PROXY)))
    assert nl.do(neighbour(index, "2001:db8::5")).address == MAC
    assert nl.do(neighbour(index, "192.0.2.9", proxy=True)).flags == NeighbourFlags.PROXY
    with pytest.raises(netlynx.NotFound):
        nl.do(neighbour(index, "192.0.2.77"))


def test_the_kernel_filters_and_flush_removes(nl: netlynx.Connection, index: int) -> None:
    for last in range(10, 20):
        nl.do(add(Neighbour(index=index, destination=f"192.0.2.{last}", address=MAC)))
    assert len(nl.dump(neighbours(index=index, family="inet")).all()) == 10
    assert nl.dump(neighbours(index=1, family="inet")).all() == []
    assert nl.dump(neighbours(master=99999)).all() == []
    assert nl.do(flush(neighbours(index=index, family="inet"))) == 10
    assert nl.dump(neighbours(index=index, family="inet")).all() == []


def test_a_bridge_table_is_read_and_written(nl: netlynx.Connection, ip: Any, index: int, bridge: int) -> None:
    port = int(ip.json("link show v1")[0]["ifindex"])
    entry = Neighbour(family=AddressFamily.BRIDGE, index=port, address=MAC, state=NeighbourState.NOARP)
    nl.do(add(entry))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(entry))
    shown = [each for each in ip.json("fdb show br br0", tool="bridge") if each["mac"] == MAC]
    assert {(each["ifname"], each["state"]) for each in shown} == {("v1", "static")}
    found = nl.do(fdb_entry(MAC, bridge=bridge))
    assert (found.index, found.master, found.state) == (port, bridge, NeighbourState.NOARP)
    assert nl.do(fdb_entry(MAC, index=port)).address == MAC
    assert {each.index for each in nl.dump(fdb(index=port))} == {port}
    assert {each.index for each in nl.dump(fdb(bridge=bridge))} == {port, bridge}
    for _ in range(20):  # the bridge learns, between the two readings too
        read, shown = nl.dump(fdb(bridge=bridge)).all(), ip.json("fdb show br br0", tool="bridge")
        if len(read) == len(shown):
            break
    assert len(read) == len(shown)
    nl.do(delete(found))
    with pytest.raises(netlynx.NotFound):
        nl.do(fdb_entry(MAC, bridge=bridge))


def test_a_tunnel_table_is_read_and_written(nl: netlynx.Connection, ip: Any, index: int, vxlan: int) -> None:
    entry = Neighbour(
        family=AddressFamily.BRIDGE,
        index=vxlan,
        address=MAC,
        destination="192.0.2.50",
        port=4000,
        vni=9,
        via_index=index,
    )
    nl.do(add(entry))
    (shown,) = [each for each in ip.json("fdb show dev vx", tool="bridge") if each["mac"] == MAC]
    assert (shown["dst"], shown["port"], shown["vni"], shown["viaIf"]) == ("192.0.2.50", 4000, 9, "v0")
    found = nl.do(fdb_entry(MAC, index=vxlan, own=True))
    assert (found.destination, found.port, found.vni, found.via_index) == ("192.0.2.50", 4000, 9, index)
    everywhere = "00:00:00:00:00:00"
    for last in (60, 61):
        nl.do(
            append(
                Neighbour(family=AddressFamily.BRIDGE, index=vxlan, address=everywhere, destination=f"192.0.2.{last}")
            )
        )
    flood = {each.destination for each in nl.dump(fdb(index=vxlan)) if each.address == everywhere}
    assert flood == {"192.0.2.60", "192.0.2.61"}
    nl.do(flush_fdb(Neighbour(index=vxlan, destination="192.0.2.60")))
    flood = {each.destination for each in nl.dump(fdb(index=vxlan)) if each.address == everywhere}
    assert flood == {"192.0.2.61"}


def test_changes_are_heard_of(nl: netlynx.Connection, index: int) -> None:
    given = Neighbour(index=index, destination="192.0.2.5", address=MAC)
    with nl.subscribe(NEIGHBOURS) as events:
        nl.do(add(given))
        made = events.get(timeout=PATIENCE)
    assert isinstance(made, netlynx.Event)
    assert (made.kind, made.record.destination, made.record.address) == (EventKind.NEW, "192.0.2.5", MAC)
