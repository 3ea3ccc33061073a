"""Statistics and settings of interfaces on a real kernel, read beside `ip stats` and `ip netconf`."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from conftest import Ip
from frames import Wire, udp4
from netlynx import netns, route
from support import until

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

# What `ip -j stats` calls what netlynx has under its C name.
RX = {"bytes": "rx_bytes", "packets": "rx_packets", "errors": "rx_errors", "dropped": "rx_dropped"}
TX = {name: field.replace("rx", "tx") for name, field in RX.items()}
MORE = {"over_errors": "rx_over_errors", "multicast": "multicast"}


@pytest.fixture
def wires(ip: Ip) -> None:
    ip.all(["link add v0 type veth peer name v1", "link set v0 up", "link set v1 up"])


def same(theirs: dict[str, Any], ours: Any) -> None:
    for way, names in (("rx", RX | MORE), ("tx", TX | {"carrier_errors": "tx_carrier_errors"})):
        known = {name: names[name] for name in theirs[way] if name in names}
        assert {name: theirs[way][name] for name in known} == {name: getattr(ours, known[name]) for name in known}


def test_what_interfaces_count_is_read_as_ip_reads_it(
    nl: netlynx.Connection, ip: Ip, namespace: netns.NetworkNamespace, wires: None
) -> None:
    with Wire(namespace, "v1") as wire:
        wire.send(udp4("192.0.2.1", "233.252.0.1"))
    until(lambda: nl.do(route.interface_stats("v0")).link.rx_packets > 0)  # type: ignore[union-attr]  # asked for
    for name in ("v0", "v1"):  # nothing comes in or goes out any more, nor is dropped on its way
        ip(f"link set {name} down")
    ip("stats set dev v1 l3_stats on")
    indexes = {each.name: each.index for each in nl.dump(route.links())}
    told = {each["ifname"] for each in ip.json("stats show")}
    assert told == {name for name, index in indexes.items() if index in {each.index for each in nl.dump(route.stats())}}
    for name in ("lo", "v0", "v1"):  # one by one: a dump of the kernel's may leave out parts, see route.stats
        theirs = {(each["group"], each.get("subgroup", "")): each for each in ip.json(f"stats show dev {name}")}
        found = nl.do(route.interface_stats(name))
        same(theirs["link", ""]["stats64"], found.link)
        assert found.offload is not None
        info = found.offload.l3_stats_info
        assert info is not None
        wanted = theirs["offload", "hw_stats_info"]["info"]["l3_stats"]
        assert (info.requested, info.used) == (wanted["request"], wanted["used"]) == (name == "v1", False)
        counted = theirs["offload", "l3_stats"].get("stats64")
        assert (counted is None) == (found.offload.l3_stats is None)
        if counted is not None:
            same(counted, found.offload.l3_stats)


FIELDS = ("link", "xstats", "xstats_slave", "offload", "mpls")


def test_only_what_is_asked_for_is_told(nl: netlynx.Connection, wires: None) -> None:
    nl.do(route.change(route.StatsSettings(index="v1", l3_stats=True)))
    for sets, offload, fields in (
        ("link", None, {"link"}),
        (["link", "offload"], None, {"link", "offload"}),
        (route.StatsSets.XSTATS, None, set()),
        (None, None, {"link", "offload"}),
    ):
        found = nl.do(route.interface_stats("v1", sets=sets, offload=offload))
        there = {name for name in ("link", "xstats", "xstats_slave", "offload", "mpls") if getattr(found, name)}
        assert there - ({"mpls"} if sets is None else set()) == fields  # of a kernel that has MPLS
    for part, fields in (
        ("hw-stats-info", {"l3_stats_info"}),
        ("l3-stats", {"l3_stats"}),
        (["hw-stats-info", "l3-stats"], {"l3_stats_info", "l3_stats"}),
    ):
        told = nl.do(route.interface_stats("v1", sets="offload", offload=part)).offload
        assert {name for name in ("cpu_hit", "l3_stats_info", "l3_stats") if getattr(told, name) is not None} == fields
    with pytest.raises(netlynx.NetlinkError, match="ENODEV"):
        nl.do(route.interface_stats(9999))


def test_what_is_to_be_counted_is_set_here_and_there(nl: netlynx.Connection, ip: Ip, wires: None) -> None:
    def by_ip() -> bool:
        (found,) = ip.json("stats show dev v1 group offload subgroup l3_stats")
        requested: bool = found["info"]["request"]
        return requested

    with nl.subscribe(route.STATS) as events:
        for wanted in (True, False):
            nl.do(route.change(route.StatsSettings(index="v1", l3_stats=wanted)))
            event = events.get(timeout=5)
            assert isinstance(event, netlynx.Event)
            assert event.record.offload.l3_stats_info.requested is by_ip() is wanted
        ip("stats set dev v1 l3_stats on")
        event = events.get(timeout=5)
    assert isinstance(event, netlynx.Event)
    assert event.record.index == nl.do(route.link(name="v1")).index
    assert event.record.offload.l3_stats_info == route.HardwareStatsInfo(requested=True, used=False)
    with pytest.raises(netlynx.NetlinkError):
        nl.do(route.change(route.StatsSettings(index=9999, l3_stats=True)))


SWITCHES = ("forwarding", "mc_forwarding", "proxy_neigh", "ignore_routes_with_linkdown")


def test_settings_are_read_as_ip_reads_them(nl: netlynx.Connection, ip: Ip, wires: None) -> None:
    for setting in (
        *("ipv4.conf.v0.forwarding=1", "ipv4.conf.v1.rp_filter=2", "ipv4.conf.all.rp_filter=1"),
        *("ipv4.conf.v1.proxy_arp=1", "ipv6.conf.v0.proxy_ndp=1", "ipv6.conf.default.forwarding=1"),
        *("ipv4.conf.v1.bc_forwarding=1", "ipv6.conf.v1.ignore_routes_with_linkdown=1"),
    ):
        ip(f"-qw net.{setting}", tool="sysctl")
    names = {each.index: each.name for each in nl.dump(route.links())}
    names |= {route.ALL_INTERFACES: "all", route.DEFAULT_INTERFACE: "default"}
    ours = {(each.family.label, names[each.index]): each for each in nl.dump(route.netconfs()) if each.index}
    theirs = {(each["family"], each["interface"]): each for each in ip.json("netconf")}
    assert theirs.keys() == ours.keys()
    assert any(each.bc_forwarding for each in ours.values())
    for (family, name), told in theirs.items():
        found = ours[family, name]
        switches = [each for each in (*SWITCHES, "input") if each in told]
        assert {each: told[each] for each in switches} == {each: bool(getattr(found, each)) for each in switches}
        assert told.get("rp_filter", "None") == str(found.rp_filter)
        index = next(number for number, each in names.items() if each == name)
        assert nl.do(route.netconf(index, family=family)) == found
        assert nl.dump(route.netconfs(family=family).where(index=index)).all() == [found]
    assert ours["inet", "v0"].forwarding is True
    assert ours["inet6", "default"].forwarding is True
    with pytest.raises(netlynx.NetlinkError, match=r"ENODEV|EINVAL"):
        nl.do(route.netconf(9999))


def test_settings_are_mirrored(nl: netlynx.Connection, ip: Ip, wires: None) -> None:
    index = nl.do(route.link(name="v0")).index
    with nl.mirror(route.netconfs(), route.netconfs(family="inet6")) as mirror:
        for setting in ("ipv4.conf.v0.forwarding=1", "ipv4.conf.v0.rp_filter=2", "ipv6.conf.v0.forwarding=1"):
            ip(f"-qw net.{setting}", tool="sysctl")
        mirror.settle(20)
        found = mirror[route.netconfs()].get(family="inet", index=index)
        assert found is not None
        assert (found.forwarding, found.rp_filter) == (True, route.ReversePathFilter.LOOSE)
        for listing in (route.netconfs(), route.netconfs(family="inet6")):
            assert sorted(mirror[listing], key=str) == sorted(nl.dump(listing), key=str)
        ip("link delete v0")
        mirror.settle(20)
        assert not mirror[route.netconfs()].find(index=index)


def test_settings_that_change_are_told(nl: netlynx.Connection, ip: Ip, wires: None) -> None:
    index = nl.do(route.link(name="v0")).index
    with nl.subscribe(route.NETCONFS) as events:
        for setting, family, field in (
            ("ipv4.conf.v0.forwarding", "inet", "forwarding"),
            ("ipv6.conf.v0.forwarding", "inet6", "forwarding"),
            ("ipv4.conf.v0.proxy_arp", "inet", "proxy_neigh"),
        ):
            ip(f"-qw net.{setting}=1", tool="sysctl")
            event = events.get(timeout=5)
            assert isinstance(event, netlynx.Event)
            told = event.record
            assert (event.kind, told.family.label, told.index, getattr(told, field)) == ("new", family, index, True)
        ip("link delete v0")
        gone = set()
        while {("inet", index), ("inet6", index)} - gone:
            event = events.get(timeout=5)
            if isinstance(event, netlynx.Event) and event.kind == "delete":
                gone.add((event.record.family.label, event.record.index))
