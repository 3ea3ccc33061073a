"""What bridges, bonds and MPLS count, and settings of MPLS, read beside `ip` and `bridge`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from conftest import Ip
from frames import Wire, mpls, udp4
from netlynx import netns, route
from netlynx.schema.record import fields_of
from support import load, until

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

# What `ip -j stats` calls what is counted, and what it is called here.
STP = {
    **{name: name for name in ("rx_bpdu", "tx_bpdu")},
    "rx_tcn": "rx_topology_changes",
    "tx_tcn": "tx_topology_changes",
    "transition_blk": "transitions_to_blocking",
    "transition_fwd": "transitions_to_forwarding",
}
WAYS, PROTOCOLS, KINDS = ("rx", "tx"), ("igmp", "mld"), ("queries", "reports")
_SENT = [(protocol, kind, way) for protocol in PROTOCOLS for kind in KINDS for way in WAYS]
MULTICAST = {
    **{f"{of}_{kind}.{way}_v{v}": f"{of}_v{v}_{kind}.{way}" for of, kind, way in _SENT for v in (1, 2)},
    **{f"igmp_{kind}.{way}_v3": f"igmp_v3_{kind}.{way}" for kind in KINDS for way in WAYS},
    **{f"{of}_leaves.{way}": f"{of}_leaves.{way}" for of in PROTOCOLS for way in WAYS},
    **{f"{of}_parse_errors": f"{of}_parse_errors" for of in PROTOCOLS},
}


def leaves(said: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every number of an object of JSON, by the names of the last two levels that it is in."""
    for name, value in said.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        elif isinstance(value, int):
            yield ".".join((*path[-1:], name)), value
            yield name, value


def theirs(ip: Ip, dev: str, group: str, subgroup: str = "", suite: str = "") -> dict[str, Any]:
    words = f"stats show dev {dev} group {group}"
    words += f" subgroup {subgroup}" if subgroup else ""
    words += f" suite {suite}" if suite else ""
    (found,) = ip.json(words)
    return dict(leaves(found))


def valued(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = getattr(record, name)
    return record


def same(ip: Ip, read: Any, names: dict[str, str], *asked: str) -> dict[str, int]:
    """What is read here is what `ip` reads before or after; the numbers, by our names."""
    for _ in range(5):
        before, ours, after = theirs(ip, *asked), read(), theirs(ip, *asked)
        told = {our: valued(ours, our) for our in names.values()}
        if before == after:
            break
    assert {their: before[their] for their in names} == {their: told[our] for their, our in names.items()}
    return told


@pytest.fixture
def bridge(ip: Ip) -> None:
    load("bridge")
    ip.all(
        [
            "link add br0 type bridge vlan_filtering 1 vlan_stats_enabled 1 vlan_stats_per_port 1 "
            "mcast_stats_enabled 1 stp_state 1 forward_delay 200",
            *(f"link add {port} type veth peer name {port}x" for port in ("p0", "p1")),
            *(f"link set {port} master br0" for port in ("p0", "p1")),
            *(f"link set {name} up" for name in ("br0", "p0", "p1", "p0x", "p1x")),
        ]
    )
    ip("vlan add dev p0 vid 10-12", tool="bridge")


def test_what_bridges_count_is_read_as_ip_and_bridge_read_it(
    nl: netlynx.Connection, ip: Ip, namespace: netns.NetworkNamespace, bridge: None
) -> None:
    def port() -> Any:
        found = nl.do(route.interface_stats("p0", sets="xstats-slave")).xstats_slave
        assert found is not None
        return found.bridge

    with Wire(namespace, "p0x") as wire:
        wire.send(udp4("192.0.2.1", "233.252.0.1"))
    until(lambda: port().stp.tx_bpdu >= 2 and port().vlans[0].rx_packets > 0)
    counted = same(ip, lambda: port().stp, STP, "p0", "xstats_slave", "bridge", "stp")
    assert counted["tx_bpdu"] >= 2
    until(lambda: ip.json("link show dev p0", tool="bridge")[0]["state"] == "forwarding")  # before, none is counted
    ip("address add 2001:db8::1/64 dev p0x")  # joins a group
    until(lambda: port().multicast.mld_v2_reports.rx > 0)
    counted = same(ip, lambda: port().multicast, MULTICAST, "p0", "xstats_slave", "bridge", "mcast")
    assert counted["mld_v2_reports.rx"] > 0

    def own() -> Any:
        found = nl.do(route.interface_stats("br0", sets="xstats")).xstats
        return None if found is None or found.bridge is None else found.bridge.multicast

    same(ip, own, MULTICAST, "br0", "xstats", "bridge", "mcast")
    for name in ("p0x", "p1x", "br0"):  # nothing is counted any more
        ip(f"link set {name} down")
    shown = {
        (each["ifname"], vlan.get("vid", vlan.get("vlan"))): tuple(
            vlan[name] for name in ("rx_bytes", "rx_packets", "tx_bytes", "tx_packets")
        )
        for each in ip.json("-s vlan show", tool="bridge")
        for vlan in each["vlans"]
    }
    names = {each.index: each.name for each in nl.dump(route.links())}
    here = {
        (names[each.index], vlan.vid): (vlan.rx_bytes, vlan.rx_packets, vlan.tx_bytes, vlan.tx_packets)
        for each in nl.dump(route.stats(sets=["xstats", "xstats-slave"]))
        for said in (each.xstats, each.xstats_slave)
        if said is not None and said.bridge is not None
        for vlan in said.bridge.vlans
    }
    assert {("br0", 1), ("p0", 1), ("p1", 1)} <= shown.keys()
    assert shown.items() <= here.items()  # of a bridge, what are only its ports' is told here, too
    assert {vid for name, vid in here if name == "p0"} == {1, 10, 11, 12}


def test_thousands_of_vlans_come_in_several_records(nl: netlynx.Connection, ip: Ip, bridge: None) -> None:
    ip("vlan add dev br0 vid 100-3099 self", tool="bridge")
    index = nl.do(route.link(name="br0")).index
    several = nl.dump(route.stats(sets="xstats").where(index=index)).all()
    found = [vlan.vid for each in several for vlan in each.xstats.bridge.vlans]  # type: ignore[union-attr]
    assert len(several) > 1
    assert len(found) == len(set(found))
    assert {*range(100, 3100)} <= set(found)
    with pytest.raises(netlynx.DecodeError, match=r"more than the kernel can say of a list of VLANs: route\.stats\(\)"):
        nl.do(route.interface_stats("br0", sets="xstats"))
    ip("vlan delete dev br0 vid 1100-3099 self", tool="bridge")
    whole = nl.do(route.interface_stats("br0", sets="xstats")).xstats
    assert whole is not None
    assert whole.bridge is not None
    assert {*range(100, 1100)} <= {vlan.vid for vlan in whole.bridge.vlans} <= set(found) - {*range(1100, 3100)}
    assert whole.bridge.multicast is not None


def test_what_bonds_count_is_read_as_ip_reads_it(nl: netlynx.Connection, ip: Ip) -> None:
    load("bonding")
    ip.all(
        [
            "link add bo0 type bond mode 802.3ad miimon 100 lacp_rate fast",
            *(f"link add {name} type veth peer name {name}x" for name in ("m0", "m1")),
            *(f"link set {name} master bo0" for name in ("m0", "m1")),
            *(f"link set {name} up" for name in ("m0x", "m1x", "bo0")),
        ]
    )

    def of(name: str, field: str) -> Any:
        found = getattr(nl.do(route.interface_stats(name)), field)
        return None if found is None else found.bond

    names = {name: name for name in fields_of(route.BondStats()) if name != "unknown"}
    until(lambda: of("m0", "xstats_slave").lacpdu_tx > 0)
    assert same(ip, lambda: of("m0", "xstats_slave"), names, "m0", "xstats_slave", "bond", "802.3ad")["lacpdu_tx"] > 0
    assert same(ip, lambda: of("bo0", "xstats"), names, "bo0", "xstats", "bond", "802.3ad")["lacpdu_tx"] > 0


def test_mpls_is_counted_and_set_up_as_ip_reads_it(
    nl: netlynx.Connection, ip: Ip, namespace: netns.NetworkNamespace
) -> None:
    load("mpls_router")
    ip.all(["link add w0 type veth peer name w1", "link set w0 up", "link set w1 up"])
    with nl.subscribe(route.NETCONFS) as events:
        ip("-qw net.mpls.platform_labels=1000 net.mpls.conf.w0.input=1", tool="sysctl")
        event = events.get(timeout=30)
    assert isinstance(event, netlynx.Event)
    index = nl.do(route.link(name="w0")).index
    assert (event.record.family.label, event.record.index, event.record.input) == ("mpls", index, True)
    assert nl.do(route.netconf("w0", family="mpls")).input is True
    shown = {each["interface"]: each["input"] for each in ip.json("-f mpls netconf")}
    names = {each.index: each.name for each in nl.dump(route.links())}
    assert shown == {names[each.index or 0]: each.input for each in nl.dump(route.netconfs(family="mpls"))}
    address = nl.do(route.link(name="w0")).address
    assert address is not None
    with Wire(namespace, "w1") as wire:
        for _ in range(3):
            wire.send(mpls(100, address))

    def counted() -> Any:
        return nl.do(route.interface_stats("w0", sets="afstats")).mpls

    until(lambda: counted().rx_packets >= 3)
    assert counted().rx_noroute == 3
    ways = {f"{way}.{each}": f"{way}_{each}" for way in WAYS for each in ("bytes", "packets", "errors", "dropped")}
    same(ip, counted, {**ways, "rx.noroute": "rx_noroute"}, "w0", "afstats", "mpls")
    assert nl.do(route.interface_stats("w1", sets="afstats")).mpls is not None
