"""VLANs of bridges beside `bridge`, both ways, what passes a bridge that filters by them, and instances of the spanning
tree: in the guest, as the kernels that tests run on mostly have no VLANs in their bridges."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.errors import NetlinkError, NotFound
from support import PATIENCE

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

BRIDGE = (
    "link add br0 type bridge vlan_filtering 1 mcast_snooping 1 mcast_vlan_snooping 1 vlan_stats_enabled 1 "
    "vlan_stats_per_port 1",
    *(
        line
        for n in range(3)
        for line in (
            f"link add p{n} type veth peer name x{n}",
            f"link set p{n} master br0 up",
            f"link set x{n} up",
        )
    ),
    "link add vx0 type vxlan dstport 4789 external local 127.0.0.1",
    "link set vx0 master br0",
    "link set vx0 type bridge_slave vlan_tunnel on",
    "link set br0 up",
)


@pytest.fixture(autouse=True)
def switch(ip: Ip) -> None:
    for each in ("bridge", "veth", "vxlan"):
        subprocess.run(["modprobe", each], check=False, capture_output=True)
    try:
        ip.all(BRIDGE)
    except RuntimeError as error:
        pytest.skip(f"the kernel's bridges have no VLANs: {error}")


# -- as `bridge -d -j vlan` prints them ----------------------------------------------------------------------------

_FLAGS = {"pvid": "PVID", "untagged": "Egress Untagged"}
_ROUTERS = {None: None, "disabled": 0, "temp-query": 1, "perm": 2, "temp": 3}


def by_device(nl: netlynx.Connection, rows: list[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    names = {each.index: each.name for each in nl.dump(route.links())}
    found: dict[str | None, list[dict[str, Any]]] = {}
    for index, said in rows:
        found.setdefault(names[index], []).append({name: value for name, value in said.items() if value is not None})
    return [{"ifname": name, "vlans": vlans} for name, vlans in found.items()]


def as_vlan(each: route.PortVlan) -> dict[str, Any]:
    flags = [_FLAGS[label] for label in each.flags.labels if label in _FLAGS]
    return {
        "vlan": each.vlan,
        "vlanEnd": each.last,
        "flags": flags or None,
        "state": str(each.state),
        "mcast_router": _ROUTERS[None if each.multicast_router is None else str(each.multicast_router)],
    }


def as_options(each: route.VlanOptions) -> dict[str, Any]:
    return {
        "vlan": each.vlan,
        "vlanEnd": each.last,
        "mcast_snooping": int(each.multicast_snooping or 0),
        "mcast_querier": int(each.multicast_querier or 0),
        "mcast_igmp_version": each.multicast_igmp_version,
        "mcast_mld_version": each.multicast_mld_version,
        "mcast_last_member_count": each.multicast_last_member_count,
        "mcast_last_member_interval": each.multicast_last_member_interval,
        "mcast_startup_query_count": each.multicast_startup_query_count,
        "mcast_startup_query_interval": each.multicast_startup_query_interval,
        "mcast_membership_interval": each.multicast_membership_interval,
        "mcast_querier_interval": each.multicast_querier_interval,
        "mcast_query_interval": each.multicast_query_interval,
        "mcast_query_response_interval": each.multicast_query_response_interval,
    }


def as_counted(each: route.PortVlan) -> dict[str, Any]:
    flags = [_FLAGS[label] for label in each.flags.labels if label in _FLAGS]
    counted = {name: getattr(each, name) for name in ("rx_bytes", "rx_packets", "tx_bytes", "tx_packets")}
    return {"vid": each.vlan, "flags": flags or None, **counted}


def tunnels(nl: netlynx.Connection) -> list[dict[str, Any]]:
    names = {each.index: each.name for each in nl.dump(route.links())}
    found: dict[str | None, list[dict[str, Any]]] = {}
    for each in nl.dump(route.port_vlans()):
        if each.tunnel_id is not None:
            said = {"vlan": each.vlan, "tunid": each.tunnel_id}
            if each.last is not None:
                said |= {"vlanEnd": each.last, "tunidEnd": each.tunnel_id + len(each.vlans) - 1}
            found.setdefault(names[each.index], []).append(said)
    return [{"ifname": name, "tunnels": said} for name, said in found.items()]


def told(vlan: dict[str, Any]) -> dict[str, Any]:
    """Without what a querier and routers do meanwhile."""
    return {name: value for name, value in vlan.items() if not name.startswith(("mcast_querier_state", "router_"))}


def compare(nl: netlynx.Connection, ip: Ip) -> None:
    ours = by_device(nl, [(each.index, as_vlan(each)) for each in nl.dump(route.port_vlans())])
    assert ip.json("vlan show", tool="bridge") == ours
    ours = by_device(nl, [(each.bridge, as_options(each)) for each in nl.dump(route.vlan_options())])
    theirs = ip.json("vlan global show", tool="bridge")
    assert [(each["ifname"], [told(vlan) for vlan in each["vlans"]]) for each in theirs] == [
        (each["ifname"], each["vlans"]) for each in ours
    ]
    assert json.loads(ip("-j vlan tunnelshow", tool="bridge") or "[]") == tunnels(nl)


P = route.PortVlan


def test_vlans_beside_bridge_both_ways(nl: netlynx.Connection, ip: Ip) -> None:
    compare(nl, ip)
    ip.all(())
    ip(
        "-batch -",
        tool="bridge",
        stdin="""vlan add dev p0 vid 10-20
vlan add dev p0 vid 30 pvid untagged
vlan add dev br0 vid 10-20 self
vlan add dev vx0 vid 100-103
vlan add dev vx0 vid 100-103 tunnel_info id 1000-1003
vlan set vid 10 dev p0 state blocking
vlan set vid 11-12 dev p0 mcast_router 2
vlan global set vid 10-12 dev br0 mcast_igmp_version 3 mcast_querier 1
""",
    )
    compare(nl, ip)
    assert nl.dump(route.port_vlans(index="vx0").where(vlan=100)).all()[0].tunnel_id == 1000
    with nl.subscribe(route.VLANS) as events:
        for operation in (
            route.replace(P(index="p1", vlan=40, last=50, flags="untagged")),
            route.replace(P(index="p1", vlan=40, flags="pvid")),
            route.replace(P(index="br0", vlan=60)),
            route.change(P(index="p1", vlan=45, last=46, state="blocking", multicast_router="perm")),
            route.change(P(index="p1", vlan=45, multicast_max_groups=7, neighbour_suppress=True)),
            route.delete_vlan_tunnels("vx0", 100, last=102),
            route.change(P(index="vx0", vlan=100, last=101, tunnel_id=2000)),
            route.set_vlan_tunnels("vx0", 102, 3000),
            route.delete_vlan_tunnels("vx0", 103),
            route.change(route.VlanOptions(bridge="br0", vlan=12, last=13, multicast_mld_version=2)),
            route.delete(P(index="p0", vlan=12, last=14)),
        ):
            nl.do(operation)
            compare(nl, ip)
        heard_of = [events.get(PATIENCE) for _ in range(10)]
    assert {type(each.record).__name__ for each in heard_of} == {"PortVlan", "VlanOptions"}  # type: ignore[union-attr]
    (found,) = nl.dump(route.port_vlans(index="p1").where(vlan=45))
    assert (found.multicast_max_groups, found.neighbour_suppress) == (7, True)
    counted = by_device(nl, [(each.index, as_counted(each)) for each in nl.dump(route.port_vlans(statistics=True))])
    theirs = json.loads(ip("-j -s vlan show", tool="bridge"))
    assert [(each["ifname"], [vlan["vid"] for vlan in each["vlans"]]) for each in theirs] == [
        (each["ifname"], [vlan["vid"] for vlan in each["vlans"]]) for each in counted
    ]
    assert theirs[1]["vlans"][-1].keys() == counted[1]["vlans"][-1].keys()
    with nl.mirror(listing := route.port_vlans(index="p1")) as copy:
        nl.do(route.delete(P(index="p1", vlan=48)))
        nl.do(route.replace(P(index="p1", vlan=55, last=57)))
        copy.wait_until(lambda mirror: [*mirror[listing]] == kept(nl, listing), PATIENCE)
    refusals(nl)
    lines(nl, ip)


def kept(nl: netlynx.Connection, listing: Any) -> list[Any]:
    """What a copy keeps of a listing."""
    return [each.replace(multicast_groups=None) for each in nl.dump(listing)]


def refusals(nl: netlynx.Connection) -> None:
    for operation, error, why in (
        (route.delete(P(index="p0", vlan=11, last=22)), NotFound, "it is not in VLAN 12-14, 21-22"),
        (route.delete(P(index="p0", vlan=11, flags="untagged")), NotFound, "it is not in VLAN 11 as untagged"),
        (route.change(P(index="p1", vlan=45, last=54, state="blocking")), NotFound, "it is not in VLAN 48, 51-54"),
        (route.change(P(index="p1", vlan=54, state="blocking")), NotFound, "doesn't exist"),
        (route.set_vlan_tunnels("vx0", 102, 5000, last=105), NotFound, "it is not in VLAN 104-105"),
        (route.change(route.VlanOptions(bridge="br0", vlan=10, last=25, mst_instance=1)), NotFound, "VLAN 21-25"),
        (route.replace(P(index="lo", vlan=5)), NetlinkError, "not a valid bridge or bridge port"),
        (route.change(P(index="p0", vlan=10, tunnel_id=5)), NetlinkError, "Port doesn't have tunnel flag set"),
        (route.change(route.VlanOptions(bridge="p0", vlan=5, mst_instance=1)), NetlinkError, ""),
    ):
        with pytest.raises(error, match=why or None):
            nl.do(operation)
    with pytest.raises(NetlinkError):
        nl.dump(route.port_vlans(index="lo")).all()


def lines(nl: netlynx.Connection, ip: Ip) -> None:
    """What was listed makes the same again; which groups are joined is heard from others, and is not compared."""
    for port in ("p0", "br0"):
        before = nl.dump(route.port_vlans(index=port)).all()
        nl.batch([route.delete(each) for each in before])
        assert nl.dump(route.port_vlans(index=port)).all() == []
        assert [str(each) for each in nl.batch([route.replace(each) for each in before]).errors.values()] == []
        after = nl.dump(route.port_vlans(index=port)).all()
        assert each_vlan(after) == each_vlan(before)
        # Of the bridge itself no more is compared: VLANs that no port had were gone from all of it for a while, and
        # the kernel tells its ranges in other pieces then.
        if port != "br0":
            assert after == [
                each.replace(multicast_groups=new.multicast_groups) for each, new in zip(before, after, strict=True)
            ]


def each_vlan(found: Any) -> dict[int, Any]:
    """The flags of every VLAN, however they are told in ranges."""
    return {vlan: each.flags for each in found for vlan in range(each.vlan, (each.last or each.vlan) + 1)}


# -- instances of the spanning tree --------------------------------------------------------------------------------


def test_instances_of_the_spanning_tree(nl: netlynx.Connection, ip: Ip) -> None:
    ip.all(
        (
            "link add br1 type bridge vlan_filtering 1 vlan_default_pvid 0",
            "link add q0 type veth peer name y0",
            "link set br1 up",
        )
    )
    mst = {"values": ["mst-enable"], "mask": ["mst-enable"]}
    nl.do(route.change(route.Link(name="br1", kind="bridge", data=route.Bridge(options=mst))))
    ip("link set q0 master br1 up")
    nl.do(route.replace(P(index="br1", vlan=7)))
    nl.do(route.replace(P(index="q0", vlan=7)))
    with pytest.raises(NotFound, match="has no instance 3"):
        nl.do(route.set_mst_state("q0", 3, "blocking"))
    nl.do(route.change(route.VlanOptions(bridge="br1", vlan=7, mst_instance=3)))
    assert [(each.instance, str(each.state)) for each in nl.dump(route.mst_states().where(index="q0"))] == [
        (3, "disabled")
    ]
    nl.do(route.set_mst_state("q0", 3, "blocking"))
    (found,) = nl.dump(route.mst_states())
    q0, br1 = (nl.do(route.link(name=name)).index for name in ("q0", "br1"))
    assert found == route.MstPort(index=q0, bridge=br1, instance=3, state="blocking")
    (vlan,) = nl.dump(route.port_vlans(index="q0"))
    assert str(vlan.state) == "blocking"


# -- what passes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def wires(namespace: netns.NetworkNamespace) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        found = []
        for n in range(3):
            made = netns.run_in(namespace, socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3 << 8)
            wire = stack.enter_context(made)
            wire.bind((f"x{n}", 3))
            wire.settimeout(PATIENCE)
            found.append(wire)
        yield found


def heard(wire: socket.socket, until: bytes) -> set[bytes]:
    """The test's own frames that come, up to one."""
    found: set[bytes] = set()
    while True:
        data, (_, _, kind, *_) = wire.recvfrom(2048)
        _, _, text = data.partition(b"netlynx ")
        if kind != socket.PACKET_OUTGOING and text:
            if text == until:
                return found
            found.add(text)


def frame(text: bytes, vlan: int | None = None) -> bytes:
    tag = b"" if vlan is None else b"\x81\0" + vlan.to_bytes(2, "big")
    return b"\xff" * 6 + b"\2\0\0\0\0\7" + tag + b"\x88\xb5netlynx " + text


def test_frames_pass_where_their_vlan_is(nl: netlynx.Connection, wires: list[socket.socket]) -> None:
    nl.do(route.replace(P(index="p0", vlan=10, last=12)))
    nl.do(route.replace(P(index="p1", vlan=11, flags="untagged")))
    for vlan in (10, 11, 12, 13):
        wires[0].send(frame(b"%d" % vlan, vlan))
    wires[0].send(frame(b"end"))
    assert heard(wires[1], b"end") == {b"11"}
    assert heard(wires[2], b"end") == set()
    nl.do(route.delete(P(index="p0", vlan=11)))
    nl.do(route.change(P(index="p0", vlan=12, state="blocking")))
    nl.do(route.replace(P(index="p2", vlan=10, last=12)))
    for vlan in (10, 11, 12):
        wires[0].send(frame(b"again %d" % vlan, vlan))
    wires[0].send(frame(b"end"))
    assert heard(wires[1], b"end") == set()
    assert heard(wires[2], b"end") == {b"again 10"}
    (counted,) = nl.dump(route.port_vlans(index="p0", statistics=True).where(vlan=10))
    assert (counted.rx_packets or 0) >= 2
    assert counted.rx_bytes


def test_the_examples_about_vlans_run_as_they_stand() -> None:
    page = (Path(__file__).parents[2] / "docs" / "bridge.md").read_text()
    examples = [code for code in re.findall(r"^```python\n(.*?)^```", page, re.S | re.M) if "vlan_filtering" in code]
    assert examples
    for code in examples:
        with netns.anonymous() as other:
            netns.run_in(other, exec, compile(code, "docs/bridge.md", "exec"), {})
