"""Open vSwitch in the guest: read and made beside ovs-dpctl; packets through flows, meters, upcalls, limits."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from datapaths import HERE, PLAIN, THERE, Ends, Programs, ends_of
from netlynx import netns, ovs, route
from netlynx.ovs import Datapath, Flow, Meter, Vport, ZoneLimit
from support import PATIENCE, load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]


@pytest.fixture(autouse=True)
def module() -> None:
    load("openvswitch", "vport-vxlan", "vport-geneve", "vport-gre")


@pytest.fixture
def datapath(nl: netlynx.Connection) -> Iterator[str]:
    nl.do(ovs.add(Datapath(name="dp0", features=["vport_pids", "unaligned"])))
    yield "dp0"
    nl.do(ovs.delete(Datapath(name="dp0")))


@pytest.fixture
def programs(namespace: netns.NetworkNamespace) -> Programs:
    return Programs(namespace)


def ours(nl: netlynx.Connection, datapath: str) -> set[tuple[str, str]]:
    return {(each.match, each.words) for each in nl.dump(ovs.flows(datapath))}


# What the kernel takes of flows, each with its own packets; and what ovs-dpctl 3.1 both prints and reads.
BOTH = (
    ("in_port(1),eth(),eth_type(0x0800),ipv4(dst=10.0.0.0/255.0.0.0,frag=no)", "0"),
    (
        "recirc_id(0x7),dp_hash(0x5/0xff),skb_priority(0x3),in_port(1),skb_mark(0x10/0xf0),"
        "eth(src=02:00:00:00:00:01/01:00:00:00:00:00,dst=ff:ff:ff:ff:ff:ff),eth_type(0x0800),"
        "ipv4(src=10.1.0.0/255.255.0.0,proto=17,tos=0x10/0xfc,ttl=64,frag=no),udp(src=53,dst=4096/0xf000)",
        "0",
    ),
    (
        "recirc_id(0x8),in_port(1),ct_state(+new-est+trk),ct_zone(0x5),ct_mark(0x1/0xff),ct_label(0x1/0xf),eth(),"
        "eth_type(0x0800),ipv4(proto=6,frag=first),tcp(dst=80),tcp_flags(+syn-ack)",
        "trunc(100),0",
    ),
    (
        "in_port(1),eth(),eth_type(0x8100),vlan(vid=10,pcp=3),encap(eth_type(0x0800),ipv4(frag=later))",
        "pop_vlan,push_vlan(tpid=0x88a8,vid=5,pcp=1),0",
    ),
    (
        "in_port(1),eth(),eth_type(0x88a8),vlan(vid=10,pcp=1),"
        "encap(eth_type(0x8100),vlan(vid=11),encap(eth_type(0x0800),ipv4(frag=no)))",
        "0",
    ),
    (
        "tunnel(tun_id=0x5,src=1.1.1.1,dst=2.2.2.2/255.255.0.0,ttl=64,tp_src=1,tp_dst=4789,flags(-df+csum+key)),"
        "in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)",
        "set(tunnel(tun_id=0x1,dst=2.2.2.2,ttl=64,flags(df|csum|key))),0",
    ),
    (
        "tunnel(tun_id=0x5/0xff,ipv6_src=2001::1,ipv6_dst=2001::2,ttl=64,"
        "geneve({class=0x102,type=0x80,len=4,0x11223344}),flags(df|key)),in_port(1),eth(),eth_type(0x0800),"
        "ipv4(frag=no)",
        "set(tunnel(tun_id=0x1,dst=2.2.2.2,ttl=64,tp_dst=6081,"
        "geneve({class=0x102,type=0x80,len=4,0x11223344}),flags(df|csum|key))),0",
    ),
    (
        "tunnel(tun_id=0x5,src=1.1.1.1,dst=2.2.2.2,ttl=3,vxlan(gbp(id=5,flags=0x8)),flags(key)),in_port(1),eth(),"
        "eth_type(0x0800),ipv4(frag=no)",
        "0",
    ),
    (
        "in_port(1),eth(),eth_type(0x0800),ipv4(proto=1,frag=no),icmp(type=8)",
        "clone(0),check_pkt_len(size=100,gt(0),le(drop)),sample(sample=50.0%,actions(0))",
    ),
    (
        "in_port(1),eth(),eth_type(0x0800),ipv4(proto=132,frag=no),sctp(src=5,dst=6)",
        "ct(commit,zone=5,mark=0x1/0xff,label=0x1/0x3,nat(src=1.2.3.4-1.2.3.5:10-20,random)),ct_clear,meter(5),0",
    ),
    (
        "in_port(1),eth(),eth_type(0x0800),ipv4(proto=6,ttl=7,frag=no),tcp(src=5),tcp_flags(+syn)",
        "set(ipv4(src=1.0.0.0/255.0.0.0)),set(eth(src=02:00:00:00:00:01)),set(tcp(src=80)),set(skb_mark(0x5)),0",
    ),
    (
        "in_port(1),eth(),eth_type(0x0800),ipv4(proto=17,ttl=7,frag=no),udp(dst=9)",
        "userspace(pid=5,userdata(0102030405060708),actions),set(skb_priority(0x5/0xff)),0",
    ),
)
# What it prints, and cannot read.
ONE_WAY = (
    ("in_port(2),eth(),eth_type(0x0800),ipv4(proto=47,frag=no)", "drop"),
    ("in_port(1),eth(),eth_type(0x8847),mpls(label=100,tc=3,ttl=64,bos=1)", "pop_mpls(eth_type=0x800),0"),
    (
        "in_port(1),eth(),eth_type(0x8847),mpls(label=100,tc=0,ttl=64,bos=0,label=200,tc=0,ttl=64,bos=1)",
        "set(mpls(label=1,tc=1,ttl=3,bos=1)),0",
    ),
    (
        "in_port(3),eth(),eth_type(0x0800),ipv4(frag=no)",
        "push_mpls(label=1,tc=1,ttl=64,bos=1,eth_type=0x8847),hash(l4(5)),recirc(0x5)",
    ),
    (
        "in_port(1),eth(),eth_type(0x894f),nsh(flags=0,ttl=63,mdtype=1,np=1,spi=0x123,si=255,c1=0x1,c2=0x2,c3=0x3,"
        "c4=0x4)",
        "pop_nsh(),0",
    ),
)


def test_flows_that_are_made_here_are_listed_by_ovs_dpctl(
    nl: netlynx.Connection, datapath: str, programs: Programs
) -> None:
    with nl.subscribe(ovs.FLOWS) as events:
        for match, actions in (*BOTH, *ONE_WAY):
            nl.do(ovs.add(Flow(datapath=datapath, match=match, actions=actions)))
        assert {events.get(timeout=60).kind for _ in (*BOTH, *ONE_WAY)} == {"added"}
    flows = nl.dump(ovs.flows(datapath)).all()
    assert {(each.match, each.words) for each in flows} == {*BOTH, *ONE_WAY} == programs.flows(datapath)
    for flow in flows:
        assert (flow.unknown, flow.key and flow.key.unknown, flow.mask and flow.mask.unknown) == ((), (), ())
        assert nl.do(ovs.flow(flow)).match == flow.match
        with pytest.raises(netlynx.AlreadyExists, match=r"ovs\.replace gives it other actions"):
            nl.do(ovs.add(flow.replace(actions="drop")))
        nl.do(ovs.replace(flow.replace(actions="drop")))
    assert {each.words for each in nl.dump(ovs.flows(datapath))} == {"drop"}
    first, second, *_ = (each for each in flows if each.key and each.key.in_port != 3)  # they come in any order
    nl.do(ovs.change(first.replace(actions="0")))
    with pytest.raises(netlynx.NotFound, match="has another actions by now"):
        nl.do(ovs.delete(second))
    nl.do(ovs.delete(nl.do(ovs.flow(first))))
    assert nl.do(ovs.flush(ovs.flows(datapath).where(key={"in_port": 3}))) == 1
    nl.do(ovs.flush(datapath))
    assert programs.flows(datapath) == set()


def test_flows_that_ovs_dpctl_made_are_read(nl: netlynx.Connection, datapath: str, programs: Programs) -> None:
    for match, actions in BOTH:
        programs.dpctl("add-flow", datapath, match, actions)
    assert ours(nl, datapath) == {*BOTH} == programs.flows(datapath)


def test_headers_that_the_kernel_wants_are_added(nl: netlynx.Connection, datapath: str) -> None:
    """They have no bit in the mask: what fits is the same."""
    wanted = ("eth_type(0x0806)", "eth_type(0x0800),ipv4(proto=6,frag=no)", "eth_type(0x86dd),ipv6(proto=58,frag=no)")
    for words in (*wanted, "eth_type(0x8847)", "eth_type(0x0800),ipv4(proto=17)"):
        flow = Flow(datapath=datapath, match=f"in_port(1),eth(),{words}", actions="0")
        nl.do(ovs.add(flow))
        assert nl.do(ovs.flow(flow)).match == flow.match
        nl.do(ovs.delete(flow))
    assert nl.dump(ovs.flows(datapath)).all() == []


def test_a_flow_may_have_an_identifier(nl: netlynx.Connection, datapath: str, programs: Programs) -> None:
    ufid = bytes(range(16))
    flow = Flow(datapath=datapath, ufid=ufid, match=f"in_port(1),{PLAIN}", actions="0")
    nl.do(ovs.add(flow))
    (line,) = programs.dpctl("dump-flows", "-m", datapath)
    assert "ufid:03020100-0706-0504-0b0a-09080f0e0d0c, " in line
    (whole,) = nl.dump(ovs.flows(datapath))
    assert (whole.ufid, whole.match, whole.words) == (ufid, f"in_port(1),{PLAIN}", "0")
    (terse,) = nl.dump(ovs.flows(datapath, leave_out=("omit_key", "omit_mask", "omit_actions")))
    assert (terse.ufid, terse.key, terse.mask, terse.actions) == (ufid, None, None, None)
    assert nl.do(ovs.flow(Flow(datapath=datapath, ufid=ufid))).words == "0"
    nl.do(ovs.change(Flow(datapath=datapath, ufid=ufid, clear=True)))
    with pytest.raises(netlynx.NotFound, match="No flow of this datapath has this UFID"):
        nl.do(ovs.delete(Flow(datapath=datapath, ufid=b"other")))
    nl.do(ovs.delete(Flow(datapath=datapath, ufid=ufid)))


def test_datapaths_and_ports_are_those_of_ovs_dpctl(nl: netlynx.Connection, datapath: str, programs: Programs) -> None:
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    made = nl.do(ovs.add(Vport(datapath=datapath, name="v0", type="netdev"), echo=True))
    assert (made.number, made.name, str(made.type)) == (1, "v0", "netdev")
    for each in (
        Vport(datapath=datapath, name="i0", type="internal", number=7),
        Vport(datapath=datapath, name="vx", type="vxlan", options={"port": 4789, "extensions": {"gbp": True}}),
        Vport(datapath=datapath, name="gn", type="geneve", options={"port": 6081}),
        Vport(datapath=datapath, name="gr", type="gre"),
    ):
        nl.do(ovs.add(each))
    shown = [line.split()[1:] for line in programs.dpctl("show", datapath) if line.startswith("  port ")]
    listed = {each.number: each for each in nl.dump(ovs.vports(datapath))}
    assert {int(words[0].rstrip(":")): words[1] for words in shown} == {n: each.name for n, each in listed.items()}
    kinds = {words[1]: words[2].strip("(:") for words in shown if len(words) > 2}
    assert kinds == {"dp0": "internal)", "i0": "internal)", "vx": "vxlan", "gn": "geneve", "gr": "gre"}
    assert listed[0].index == nl.do(route.link("dp0")).index == nl.do(ovs.datapath("dp0")).index
    vxlan, geneve = (nl.do(ovs.vport(name)).options for name in ("vx", "gn"))
    assert vxlan == ovs.TunnelOptions(port=4789, extensions={"gbp": True})
    assert geneve == ovs.TunnelOptions(port=6081)
    nl.do(ovs.change(Datapath(name=datapath, features=["vport_pids"])))  # which ovs-dpctl took away
    nl.do(ovs.change(Vport(name="v0", upcall_pids=[5])))  # at most as many as there are CPUs
    port = nl.do(ovs.vport(datapath=datapath, number=1))
    assert port.upcall_pids == (5,)
    for operation, error in (
        (ovs.add(Vport(datapath=datapath, name="lo", type="netdev")), netlynx.NetlinkError),
        (ovs.add(Vport(datapath=datapath, name="v0", type="netdev")), netlynx.AlreadyExists),
        (ovs.add(Vport(datapath=datapath, name="i1", type="internal", number=7)), netlynx.Busy),
        (ovs.add(Datapath(name=datapath)), netlynx.AlreadyExists),
        (ovs.vport("none"), netlynx.NotFound),
        (ovs.delete(port.replace(number=2)), netlynx.NotFound),
    ):
        with pytest.raises(error):
            nl.do(operation)
    nl.do(ovs.delete(port))
    nl.do(ovs.change(Datapath(name=datapath, masks_cache_size=512)))
    assert any("masks-cache: size:512" in line for line in programs.dpctl("show", "-s", datapath))
    programs.dpctl("add-dp", "dp1")
    programs.dpctl("add-if", "dp1", "i5,type=internal")
    assert [each.name for each in nl.dump(ovs.vports("dp1"))] == ["dp1", "i5"]
    nl.do(ovs.delete(nl.do(ovs.datapath("dp1"))))
    assert programs.dpctl("dump-dps") == [f"system@{datapath}"]


@pytest.fixture
def ends(nl: netlynx.Connection, datapath: str) -> Iterator[Ends]:
    with ends_of(nl, datapath) as made:
        yield made


def test_packets_go_where_flows_say(ends: Ends, programs: Programs) -> None:
    there = ends.flow(f"in_port(1),{PLAIN}", "set(ipv4(ttl=9)),2")
    back = ends.flow(f"in_port(2),{PLAIN}", "1")
    done = netns.run(ends.left, ["ping", "-c", "3", "-i", "0.2", "-W", "30", THERE], capture_output=True, text=True)
    assert " 3 received" in done.stdout
    assert (ends.counted(there), ends.counted(back)) == (3, 3)
    found = ends.nl.do(ovs.flow(there))
    assert found.used
    assert found.statistics == ovs.FlowCounters(packets=3, bytes=3 * 98)
    (line,) = [line for line in programs.dpctl("dump-flows", "dp0") if "in_port(1)" in line]
    assert ", packets:3, bytes:294, used:" in line
    assert ends.nl.do(ovs.datapath("dp0")).statistics.hit >= 6  # type: ignore[union-attr]  # it has them
    ends.nl.do(ovs.change(Flow(datapath="dp0", key=there.key, clear=True)))
    assert ends.counted(there) == 0
    printed = programs.netlynx("ovs", "flows", "dp0")
    assert f"in_port(2),{PLAIN}" in "".join(printed.split())


def test_a_meter_limits(ends: Ends) -> None:
    ends.nl.do(ovs.set_meter(Meter(datapath="dp0", id=3, bands=[{"rate": 1, "burst": 4}])))
    ends.flow(f"in_port(1),{PLAIN}", "meter(3),2")
    with ends.udp(ends.right, THERE, 700) as hears, ends.udp(ends.left, HERE, 701) as says:
        for _ in range(40):
            says.sendto(b"hello", (THERE, 700))
        hears.recv(100)
        meter = ends.nl.do(ovs.meter("dp0", 3))
        assert meter.statistics is not None
        assert meter.statistics.packets == 40
        (band,) = meter.bands or ()
        assert band.statistics is not None
        passed = 40 - band.statistics.packets
        assert 4 <= passed < 40
        for _ in range(passed - 1):
            hears.recv(100)
        hears.settimeout(0.5)
        with pytest.raises(TimeoutError):
            hears.recv(100)
    told = ends.nl.do(ovs.set_meter(Meter(datapath="dp0", id=3, kbps=True, bands=[{"rate": 1000}])))
    assert told.statistics == meter.statistics
    features = ends.nl.do(ovs.meter_features("dp0"))
    assert (features.most_bands, bool(features.most_meters)) == (1, True)
    ends.nl.do(ovs.delete(Meter(datapath="dp0", id=3)))
    for wrong in (ovs.delete(Meter(datapath="dp0", id=3)), ovs.meter("dp0", 3)):
        with pytest.raises(netlynx.NotFound, match="no such meter"):
            ends.nl.do(wrong)


def test_a_program_is_asked_and_sets_a_flow(ends: Ends) -> None:
    """The first packet is told of; what it gets, others of the kind get as well, without being told of."""
    with ends.nl.subscribe(ovs.UPCALLS) as upcalls:
        ends.nl.do(ovs.change(Vport(name="p1", upcall_pids=[upcalls.portid])))
        assert ends.nl.do(ovs.vport("p1")).upcall_pids == (upcalls.portid,)
        with ends.udp(ends.right, THERE, 700) as hears, ends.udp(ends.left, HERE, 701) as says:
            says.sendto(b"first", (THERE, 700))
            event: Any = upcalls.get(timeout=PATIENCE)
            while event.record.key.udp is None:
                event = upcalls.get(timeout=PATIENCE)
            packet = event.record
            assert event.kind == "miss"
            assert (packet.key.in_port, packet.key.ipv4.src, packet.key.ipv4.dst) == (1, HERE, THERE)
            assert (packet.key.udp.src, packet.key.udp.dst) == (701, 700)
            assert packet.packet.endswith(b"first")
            ends.nl.do(ovs.add(Flow(datapath="dp0", key=packet.key, actions="2")))
            ends.nl.do(ovs.execute(packet.replace(actions="2")))
            assert hears.recv(100) == b"first"
            says.sendto(b"second", (THERE, 700))
            assert hears.recv(100) == b"second"
        port = ends.nl.do(ovs.vport("p1"))
        assert port.upcalls is not None
        assert port.upcalls.success
        # An action sends packets up, too, with what it is told to.
        ends.nl.do(ovs.flush("dp0"))
        ends.flow(f"in_port(1),{PLAIN}", f"userspace(pid={upcalls.portid},userdata(0102),actions),2")
        with ends.udp(ends.right, THERE, 700) as hears, ends.udp(ends.left, HERE, 701) as says:
            says.sendto(b"third", (THERE, 700))
            assert hears.recv(100) == b"third"
        while event.kind != "action":
            event = upcalls.get(timeout=PATIENCE)
        assert (event.record.data, [each.output for each in event.record.actions]) == (b"\x01\x02", [None, 2])


def test_sockets_are_asked_by_processor(ends: Ends) -> None:
    with ends.nl.subscribe(ovs.UPCALLS) as upcalls:
        pids = [upcalls.portid] * 64
        features = ["unaligned", "dispatch_upcall_per_cpu"]
        ends.nl.do(ovs.change(Datapath(name="dp0", features=features, per_cpu_pids=pids)))
        told = ends.nl.do(ovs.datapath("dp0"))
        assert told.per_cpu_pids
        assert {*told.per_cpu_pids} == {upcalls.portid}
        with ends.udp(ends.left, HERE, 701) as says:
            says.sendto(b"hello", (THERE, 700))
        assert upcalls.get(timeout=20).kind == "miss"  # type: ignore[union-attr]  # nothing is lost


def test_connections_of_a_zone_are_limited(ends: Ends, programs: Programs) -> None:
    subprocess.run(["modprobe", "nf_conntrack"], check=True)
    ends.nl.do(ovs.set_ct_limit(ZoneLimit(zone=5, limit=2), ZoneLimit(zone=-1, limit=100)))
    assert programs.dpctl("ct-get-limits", "system@dp0") == ["default limit=100", "zone=5,limit=2,count=0"]
    ends.flow(f"in_port(1),{PLAIN}", "ct(commit,zone=5),2")
    with ends.udp(ends.right, THERE, 700) as hears:
        for number in range(4):
            with ends.udp(ends.left, HERE, 710 + number) as says:
                says.sendto(b"hello %d" % number, (THERE, 700))
        assert {hears.recv(100) for _ in range(2)} == {b"hello 0", b"hello 1"}
        hears.settimeout(0.5)
        with pytest.raises(TimeoutError):
            hears.recv(100)
    limits = ends.nl.do(ovs.ct_limits()).zones
    assert limits == (ZoneLimit(zone=-1, limit=100), ZoneLimit(zone=5, limit=2, count=2))
    assert ends.nl.do(ovs.ct_limits(5, 6)).zones == (ZoneLimit(zone=5, limit=2, count=2), ZoneLimit(zone=6, limit=100))
    programs.dpctl("ct-set-limits", "system@dp0", "zone=9,limit=5")
    assert ZoneLimit(zone=9, limit=5) in (ends.nl.do(ovs.ct_limits()).zones or ())
    ends.nl.do(ovs.delete_ct_limit(ZoneLimit(zone=5), ZoneLimit(zone=9), ZoneLimit(zone=-1)))
    assert ends.nl.do(ovs.ct_limits()).zones == (ZoneLimit(zone=-1, limit=0),)
