"""Multicast routing on a real kernel, set up as a daemon does, read beside `ip mroute` and /proc."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

import netlynx
from conftest import Ip
from frames import Wire, udp4, udp6
from netlynx import netns, route
from routing_daemon import MRT_DEL_MFC, Daemon
from support import until

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

SOURCE, GROUP = "10.0.0.2", "233.252.0.1"
SOURCE6, GROUP6 = "2001:db8::2", "ff05::3"


@pytest.fixture
def daemons(namespace: netns.NetworkNamespace, nl: netlynx.Connection, ip: Ip) -> Iterator[tuple[Daemon, Daemon]]:
    """Of IPv4 and IPv6, with v0 as interface 0 and v2 as interface 1; v1 and v3 are the wires there."""
    ip.all(
        [
            *("link add v0 type veth peer name v1", "link add v2 type veth peer name v3"),
            *(f"link set {name} up" for name in ("v0", "v1", "v2", "v3")),
            *("address add 10.0.0.1/24 dev v0", "address add 2001:db8::1/64 dev v0 nodad"),
        ]
    )
    made = Daemon(namespace, 4), Daemon(namespace, 6)
    for daemon in made:
        for number, name in enumerate(("v0", "v2")):
            daemon.interface(number, nl.do(route.link(name=name)).index)
    yield made
    for daemon in made:
        daemon.socket.close()


def told(nl: netlynx.Connection, found: route.Route) -> dict[str, Any]:
    """An entry as `ip -s -j mroute` has it, but for its age."""
    names = {each.index: each.name for each in nl.dump(route.links())}
    counted = found.multicast_stats
    assert found.source is not None
    assert found.destination is not None
    said: dict[str, Any] = {
        "src": found.source.partition("/")[0],
        "dst": found.destination.partition("/")[0],
        "iif": "unresolved" if found.iif is None else names[found.iif],
    }
    hops = [{"oif": names[hop.oif], **({"ttl": hop.weight - 1} if hop.weight > 2 else {})} for hop in found.multipath]
    assert found.flags is not None
    if hops:
        said["multipath"] = hops
    said["state"] = "unresolved" if "unresolved" in found.flags.labels else "resolved"
    if counted is not None:
        said |= {"packets": counted.packets, "bytes": counted.bytes}
        said |= {"wrong_if": counted.wrong_interface} if counted.wrong_interface else {}
    return said


def both_say_the_same(nl: netlynx.Connection, ip: Ip) -> list[dict[str, Any]]:
    """What is read here, which `ip` reads too, when nothing comes in between."""
    for _ in range(5):
        here = sorted((told(nl, each) for each in nl.dump(route.multicast_routes())), key=str)
        there = [each for family in ("-4", "-6") for each in ip.json(f"{family} -s mroute")]
        there = [{name: each[name] for name in each if name not in ("expires", "table")} for each in there]
        there.sort(key=str)
        if here == there:
            break
    assert here == there
    return here


def test_what_a_daemon_made_is_read_as_ip_reads_it(
    nl: netlynx.Connection, ip: Ip, namespace: netns.NetworkNamespace, daemons: tuple[Daemon, Daemon]
) -> None:
    for daemon, source, group in zip(daemons, (SOURCE, SOURCE6), (GROUP, GROUP6), strict=True):
        daemon.entry(source, group)
    daemons[0].entry("10.0.0.3", GROUP, ttl=8)
    with Wire(namespace, "v1") as wire:
        for frame in (udp4(SOURCE, GROUP), udp6(SOURCE6, GROUP6), udp4("10.0.0.9", GROUP), udp4(SOURCE, GROUP)):
            wire.send(frame)
    came = route.MulticastStats(packets=2, bytes=66)
    until(lambda: nl.do(route.multicast_route(SOURCE, GROUP)).multicast_stats == came)
    until(lambda: nl.count(route.multicast_routes()) == 4)
    found = both_say_the_same(nl, ip)
    assert sorted((each["src"], each["state"]) for each in found) == [
        ("10.0.0.2", "resolved"),
        ("10.0.0.3", "resolved"),
        ("10.0.0.9", "unresolved"),
        (SOURCE6, "resolved"),
    ]
    (table,) = nl.dump(route.multicast_tables()).all()
    assert (table.id, table.unresolved, table.register_interface) == (253, 1, -1)
    vifs = [line.split() for line in ip("/proc/net/ip_mr_vif", tool="cat").splitlines()[1:]]
    fields = ("id", "bytes_in", "packets_in", "bytes_out", "packets_out")
    told_here = [[getattr(each, name) for name in fields] for each in table.interfaces]
    assert told_here == [[int(vif[0]), *map(int, vif[2:6])] for vif in vifs]
    assert table.interfaces[0].packets_in == table.interfaces[1].packets_out == 2
    assert all(str(each.flags) == "use-ifindex" for each in table.interfaces)


def test_the_kernel_filters(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, daemons: tuple[Daemon, Daemon]
) -> None:
    daemons[0].entry(SOURCE, GROUP)
    daemons[1].entry(SOURCE6, GROUP6)
    other = Daemon(namespace, 4, table=100)
    other.interface(0, nl.do(route.link(name="v1")).index)
    with other.socket:
        other.entry("10.0.0.4", GROUP)
        assert {each.id for each in nl.dump(route.multicast_tables())} == {100, 253}
        for asked, count in (
            ({}, 3),
            ({"family": "inet"}, 2),
            ({"family": "ip6mr"}, 1),
            ({"table": 100}, 1),
            ({"table": 253}, 1),
            ({"family": "inet6", "table": 254}, 1),
            ({"oif": "v2"}, 2),
            ({"oif": "v0"}, 0),
            ({"family": "inet", "table": 253, "oif": "v2"}, 1),
        ):
            assert nl.count(route.multicast_routes(**asked)) == count, asked  # type: ignore[arg-type]
        assert nl.do(route.multicast_route("10.0.0.4", GROUP, table=100)).table == 100
        for missing in (
            route.multicast_route("10.0.0.4", GROUP),
            route.multicast_route(SOURCE, GROUP, table=99),
            route.multicast_route(SOURCE6, "ff05::9"),
        ):
            with pytest.raises(netlynx.NotFound):
                nl.do(missing)
        with pytest.raises(netlynx.NotFound):
            nl.dump(route.multicast_routes(family="inet6", table=100)).all()
    assert nl.do(route.multicast_route(SOURCE6, GROUP6)).table == 254
    assert nl.count(route.routes().where(family="ipmr")) == 1


def test_packets_without_an_entry_are_reported(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, daemons: tuple[Daemon, Daemon]
) -> None:
    with (
        nl.subscribe(route.CACHE_REPORTS, route.MULTICAST_ROUTES) as events,
        Wire(namespace, "v1") as wire,
    ):
        wire.send(udp4(SOURCE, GROUP))
        wire.send(udp6(SOURCE6, GROUP6))
        found = list(islice(events, 4))
        daemons[0].entry(SOURCE, GROUP)
        daemons[0].entry(SOURCE, GROUP, option=MRT_DEL_MFC)
        later = list(islice(events, 2))
    records = [each.record for each in found if isinstance(each, netlynx.Event)]
    reports = [each for each in records if isinstance(each, route.CacheReport)]
    assert [(each.family.label, each.type, each.source, each.destination, each.interface) for each in reports] == [
        ("ipmr", route.CacheReportType.NOCACHE, SOURCE, GROUP, 0),
        ("ip6mr", route.CacheReportType.NOCACHE, SOURCE6, GROUP6, 0),
    ]
    assert [each.table for each in reports] == [253, None]
    assert all(each.packet for each in reports)
    entries = [each for each in records if isinstance(each, route.Route)]
    assert [(each.source, str(each.flags)) for each in entries] == [
        (f"{SOURCE}/32", "unresolved"),
        (f"{SOURCE6}/128", "unresolved"),
    ]
    assert [(each.kind, each.record.source) for each in later if isinstance(each, netlynx.Event)] == [
        ("new", f"{SOURCE}/32"),
        ("delete", f"{SOURCE}/32"),
    ]


def test_what_is_made_here_is_read_by_ip(nl: netlynx.Connection, ip: Ip, daemons: tuple[Daemon, Daemon]) -> None:
    hops = [route.NextHop(), route.NextHop(weight=2)]
    entry = route.Route(family="ipmr", source=SOURCE, destination=GROUP, iif="v0", multipath=hops)
    nl.do(route.replace(entry))
    assert [each["multipath"] for each in both_say_the_same(nl, ip)] == [[{"oif": "v2"}]]
    nl.do(route.replace(entry.replace(multipath=[route.NextHop(weight=10), route.NextHop()])))
    assert [each["multipath"] for each in both_say_the_same(nl, ip)] == [[{"oif": "v0", "ttl": 9}]]
    made = nl.do(route.multicast_route(SOURCE, GROUP))
    assert (made.protocol, made.iif) == (route.RouteProtocol.STATIC, nl.do(route.link(name="v0")).index)
    with pytest.raises(netlynx.EncodeError, match="interface of number 0"):  # of what was read: it has oif
        route.replace(made)
    with pytest.raises(netlynx.NetlinkError, match="none of the table's"):
        nl.do(route.replace(entry.replace(iif="v3")))
    nl.do(route.delete(made))
    nl.do(route.replace(entry))
    nl.do(route.delete(route.Route(family="ipmr", source=SOURCE, destination=GROUP)))
    assert both_say_the_same(nl, ip) == []
    with pytest.raises(netlynx.NotFound):
        nl.do(route.delete(route.Route(family="ipmr", source=SOURCE, destination=GROUP)))
    for each in (entry, entry.replace(family="ip6mr", source=SOURCE6, destination=GROUP6)):
        for verb in (route.add, route.change, route.append):
            with pytest.raises(netlynx.EncodeError, match=r"route\.replace|MRT6_ADD_MFC"):
                verb(each)
