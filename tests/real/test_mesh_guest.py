"""B.A.T.M.A.N. advanced in the guest: a mesh of two hosts, beside `batctl` and its JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

import netlynx
from conftest import Ip
from forking import typed
from netlynx import EncodeError, netns, route
from netlynx.families import batadv
from support import PATIENCE

pytestmark = pytest.mark.guest

Mesh = tuple[Ip, netlynx.Connection, netlynx.Connection, netns.NetworkNamespace]


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    """Two hosts with `bat0` over a pair of veth links, that reach each other."""
    with meshed(loop_avoidance=False) as made:
        yield made


@pytest.fixture
def guarded_mesh() -> Iterator[Mesh]:
    """The same with loop avoidance, which holds broadcasts back for 30 seconds first."""
    with meshed(loop_avoidance=True) as made:
        yield made


@contextmanager
def meshed(loop_avoidance: bool) -> Iterator[Mesh]:
    if shutil.which("batctl") is None:
        pytest.skip("no batctl: apt-get install batctl")
    done = subprocess.run(["modprobe", "batman-adv"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no batman-adv: {done.stderr.strip()}")
    with ExitStack() as stack:
        near, far = (stack.enter_context(netns.anonymous()) for _ in range(2))
        nl, other = (stack.enter_context(netlynx.connect(netns=each, timeout=PATIENCE)) for each in (near, far))
        peer = route.Link(name="v1", netns_fd=far)
        nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=peer))))
        for each, port, number in ((nl, "v0", 1), (other, "v1", 2)):
            each.do(route.add(route.Link(name="bat0", kind="batadv")))
            each.do(batadv.set_mesh(batadv.Mesh(index="bat0", loop_avoidance=loop_avoidance)))
            each.do(route.change(route.Link(name=port, master="bat0")))
            each.do(route.up(port))
            each.do(route.add(route.Address(index="bat0", address=f"192.0.2.{number}/24")))
            each.do(route.up("bat0"))
        wait_for(lambda: reached(nl))
        netns.run(near, ["ping", "-q", "-c", "1", "-i", "0.5", "-w", "60", "192.0.2.2"], check=True)
        yield Ip(near), nl, other, near


def reached(nl: netlynx.Connection) -> bool:
    """Whether another node is known; until an interface of the mesh is active, the kernel says ENOENT."""
    try:
        return bool(nl.dump(batadv.originators(index="bat0")).all())
    except netlynx.NotFound:
        return False


def wait_for(done: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def batctl(ip: Ip, words: str) -> Any:
    return json.loads(ip(words, tool="batctl"))


def test_what_is_told_of_a_mesh_beside_batctl(guarded_mesh: Mesh) -> None:
    ip, nl, other, _ = guarded_mesh
    whole = nl.do(batadv.mesh(index="bat0"))
    theirs = batctl(ip, "meshif bat0 mesh_json")
    ours = {
        "version": whole.version,
        "algo_name": whole.algorithm,
        "mesh_ifindex": whole.index,
        "mesh_ifname": whole.name,
        "mesh_address": whole.address,
        "hard_ifindex": whole.primary,
        "hard_ifname": whole.primary_name,
        "hard_address": whole.primary_address,
        "hop_penalty": whole.hop_penalty,
        "orig_interval": whole.originator_interval,
        "fragmentation_enabled": whole.fragmentation,
        "bonding_enabled": whole.bonding,
        "aggregated_ogms_enabled": whole.aggregated_ogms,
        "ap_isolation_enabled": whole.ap_isolation,
        "distributed_arp_table_enabled": whole.distributed_arp,
        "bridge_loop_avoidance_enabled": whole.loop_avoidance,
        "gw_mode": str(whole.gateway_mode),
        "multicast_fanout": whole.multicast_fanout,
    }
    assert {name: theirs.get(name) for name in ours} == ours

    (link,) = nl.dump(batadv.interfaces(index="bat0"))
    (shown,) = batctl(ip, "meshif bat0 hardifs_json")
    assert (link.interface, link.name, link.address, link.active) == (
        shown["hard_ifindex"],
        shown["hard_ifname"],
        shown["hard_address"],
        shown["active"],
    )
    assert nl.do(batadv.interface(index="bat0", interface="v0")).hop_penalty == shown["hop_penalty"]

    (way,) = nl.dump(batadv.originators(index="bat0").where(best=True))
    (shown,) = batctl(ip, "meshif bat0 originators_json")
    assert (way.address, way.neighbour, way.interface_name, way.best) == (
        shown["orig_address"],
        shown["neigh_address"],
        shown["hard_ifname"],
        shown["best"],
    )
    assert way.quality is not None
    assert way.last_seen is not None
    (near,) = nl.dump(batadv.neighbours(index="bat0", interface="v0"))
    assert near.address == batctl(ip, "meshif bat0 neighbors_json")[0]["neigh_address"]

    for listing, said, fields in (
        (batadv.local_clients, "transtable_local_json", {"address": "tt_address", "checksum": "tt_crc32"}),
        (
            batadv.global_clients,
            "transtable_global_json",
            {"address": "tt_address", "originator": "orig_address", "checksum": "tt_crc32"},
        ),
        (batadv.multicast_nodes, "mcast_flags_json", {"address": "orig_address"}),
        (batadv.claims, "bla_claim_json", {"address": "bla_address", "backbone": "bla_backbone"}),
        (batadv.backbones, "bla_backbone_json", {"address": "bla_backbone", "checksum": "bla_crc"}),
    ):
        found = {tuple(getattr(each, name) for name in fields) for each in nl.dump(listing(index="bat0"))}
        shown = {tuple(each[name] for name in fields.values()) for each in batctl(ip, f"meshif bat0 {said}")}
        assert found == shown, said
        assert found
    assert {"BATMAN_IV", "BATMAN_V"} & {each.name for each in nl.dump(batadv.algorithms())}
    (cached,) = nl.dump(batadv.arp_entries(index="bat0").where(ip="192.0.2.2"))
    assert cached.address == other.do(route.link(name="bat0")).address


def test_settings_are_those_that_batctl_reads(mesh: Mesh) -> None:
    ip, nl, other, _ = mesh
    with nl.subscribe(batadv.EVENTS) as events:
        nl.do(batadv.set_mesh(batadv.Mesh(index="bat0", originator_interval=2000, gateway_mode="client", bonding=True)))
        event = events.get(timeout=PATIENCE)
        assert (event.kind, event.record.originator_interval) == ("mesh_changed", 2000)
        assert ip("meshif bat0 orig_interval", tool="batctl").strip() == "2000"
        assert ip("meshif bat0 gw_mode", tool="batctl").startswith("client")
        ip("meshif bat0 hop_penalty 7", tool="batctl")
        assert events.get(timeout=PATIENCE).record.hop_penalty == 7
        read = nl.do(batadv.mesh(index="bat0"))
        nl.do(batadv.set_mesh(read.replace(hop_penalty=9)))
        assert ip("meshif bat0 hop_penalty", tool="batctl").strip() == "9"
        with pytest.raises(EncodeError, match=r"Mesh.address: the kernel tells this and takes no other"):
            batadv.set_mesh(read.replace(address="02:00:00:00:00:01"))

        nl.do(batadv.set_interface(batadv.Interface(index="bat0", interface="v0", hop_penalty=3)))
        assert ip("hardif v0 hop_penalty", tool="batctl").strip() == "3"
        nl.do(route.add(route.Link(name="bat0.5", kind="vlan", parent="bat0", data=route.Vlan(id=5))))
        nl.do(batadv.set_vlan(index="bat0", vlan=5, ap_isolation=True))
        assert ip("vlan bat0.5 ap_isolation", tool="batctl").strip() == "enabled"
        one = nl.do(batadv.vlan(index="bat0", vlan=5))
        assert (one.vlan, one.ap_isolation) == (5, True)

    other.do(batadv.set_mesh(batadv.Mesh(index="bat0", gateway_mode="server", gateway_down=500, gateway_up=100)))
    wait_for(lambda: nl.dump(batadv.gateways(index="bat0")).all())
    (gateway,) = nl.dump(batadv.gateways(index="bat0"))
    (shown,) = batctl(ip, "meshif bat0 gateways_json")
    assert (gateway.address, gateway.down, gateway.up) == (shown["orig_address"], 500, 100)


def test_throughput_is_measured(mesh: Mesh) -> None:
    _, nl, _, near = mesh
    (way,) = nl.dump(batadv.originators(index="bat0").where(best=True))
    with nl.subscribe(batadv.METERS) as meters:
        begun = nl.do(batadv.measure(index="bat0", address=way.address, duration=500))
        event = meters.get(timeout=PATIENCE)
        assert (event.kind, event.record.cookie) == ("measured", begun.cookie)
        assert (event.record.result, event.record.address) == (batadv.MeterResult.COMPLETE, way.address)
        assert event.record.bytes
        assert event.record.duration
        nl.do(batadv.measure(index="bat0", address=way.address, duration=60_000))
        nl.do(batadv.cancel_measuring(index="bat0", address=way.address))
        event = meters.get(timeout=PATIENCE)
        assert not isinstance(event, netlynx.Overrun)
        assert event.record.duration < 60_000
    shown = typed("family", "batadv", "dump", "get-originators", "index=bat0", where=near)
    assert way.address in shown
