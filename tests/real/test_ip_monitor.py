"""What `ip monitor` hears of multicast routing, settings, statistics and routers is what is heard here."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import netlynx
from conftest import Ip
from frames import PREFIX, Wire, router_advertisement, udp4
from netlynx import netns, route
from routing_daemon import Daemon
from support import until

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

FIELDS = ("forwarding", "rp_filter", "mc_forwarding", "proxy_neigh", "ignore_routes_with_linkdown")


@pytest.fixture
def heard(namespace: netns.NetworkNamespace, ip: Ip, tmp_path: Path) -> Iterator[Callable[[], list[str]]]:
    """The lines of `ip monitor`, which listens already; words are parted by one blank."""
    ip.all(["link add v0 type veth peer name v1", "link set v0 up", "link set v1 up", "address add 10.0.0.1/24 dev v0"])
    words = ["ip", "monitor", "label", "prefix", "netconf", "mroute", "stats"]
    file = tmp_path / "heard"

    def lines() -> list[str]:
        return [" ".join(line.split()) for line in file.read_text().splitlines()]

    def listens() -> bool:
        for value in (1, 0):
            ip(f"-qw net.ipv4.conf.lo.forwarding={value}", tool="sysctl")
        return bool(lines())

    with file.open("w") as out:
        process = netns.run_in(namespace, subprocess.Popen, words, stdout=out)
        try:
            until(listens)
            yield lines
        finally:
            process.kill()
            process.wait()


def by_ip(record: object, names: dict[int, str]) -> list[str]:
    """What `ip monitor` says of it."""
    if isinstance(record, route.Netconf):
        assert record.index is not None
        values = [(field, getattr(record, field)) for field in FIELDS]
        said = [f"{field} {'on' if value else 'off'}" for field, value in values if value is not None]
        return [f"[NETCONF]{record.family} {names[record.index]} {' '.join(said)}"]
    if isinstance(record, route.AdvertisedPrefix):
        times = record.lifetimes
        assert times is not None
        return [
            f"[PREFIX]prefix {record.prefix}dev {names[record.index]} valid {times.valid} preferred {times.preferred}"
        ]
    if isinstance(record, route.Stats):
        assert record.offload is not None
        info = record.offload.l3_stats_info
        assert info is not None
        switches = [f"{word}{'on' if so else 'off'}" for word, so in (("", info.requested), ("used ", info.used))]
        return [f"[STATS]{record.index}: {names[record.index]}:", f"l3_stats {' '.join(switches)}"]
    assert isinstance(record, route.Route)
    ends = ",".join(str(each).partition("/")[0] for each in (record.source, record.destination))
    ways = " ".join(names[hop.oif] for hop in record.multipath)
    state = "unresolved" if "unresolved" in str(record.flags) else "resolved"
    comes = "unresolved" if record.iif is None else names[record.iif]
    oifs = f"Oifs: {ways} " if ways else ""
    return [f"[MROUTE]({ends}) Iif: {comes} {oifs}State: {state} Table: default"]


def test_ip_monitor_hears_the_same(
    nl: netlynx.Connection, ip: Ip, namespace: netns.NetworkNamespace, heard: Callable[[], list[str]]
) -> None:
    names = {each.index: each.name or "" for each in nl.dump(route.links())}
    names |= {route.ALL_INTERFACES: "all", route.DEFAULT_INTERFACE: "default"}
    before = len(heard())
    daemon = Daemon(namespace, 4)
    with nl.subscribe(route.NETCONFS, route.PREFIXES, route.STATS, route.MULTICAST_ROUTES) as events, daemon.socket:
        for number, name in enumerate(("v0", "v1")):
            daemon.interface(number, nl.do(route.link(name=name)).index)
        daemon.entry("10.0.0.2", "233.252.0.1")
        with Wire(namespace, "v1") as wire:
            wire.send(udp4("10.0.0.2", "233.252.0.9"))
            wire.send(router_advertisement(PREFIX))
        nl.do(route.change(route.StatsSettings(index="v0", l3_stats=True)))
        ip("-qw net.ipv4.conf.v0.proxy_arp=1", tool="sysctl")
        records: list[object] = []
        while not records or not getattr(records[-1], "proxy_neigh", None):
            event = events.get(timeout=10)
            assert isinstance(event, netlynx.Event)
            records.append(event.record)
    expected = [line for record in records for line in by_ip(record, names)]
    kinds = {line.partition("]")[0] for line in expected if line[0] == "["}
    assert kinds == {"[NETCONF", "[PREFIX", "[STATS", "[MROUTE"}

    def missing() -> list[str]:
        told = [line.replace(" onlink", "").replace(" autoconf", "") for line in heard()[before:]]
        return [line for line in expected if line not in told]

    until(lambda: not missing())
