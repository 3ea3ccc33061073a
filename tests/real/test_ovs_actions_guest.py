"""Actions of Open vSwitch and the packets that they are done to, in the guest; beside ovs-dpctl if it knows them."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

import netlynx
from datapaths import HERE, PLAIN, THERE, Ends, Programs, ends_of
from netlynx import netns, ovs, psample, route, tun
from netlynx.ovs import Datapath, Vport
from support import PATIENCE, load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

IP_RECVTTL = 12  # <linux/in.h>; Python has no name for it
QUIET = 0.5  # seconds in which nothing comes


@pytest.fixture(autouse=True)
def module() -> None:
    load("openvswitch", "tun")


@pytest.fixture
def ends(nl: netlynx.Connection) -> Iterator[Ends]:
    nl.do(ovs.add(Datapath(name="dp0")))
    with ends_of(nl, "dp0") as made:
        yield made
    nl.do(ovs.delete(Datapath(name="dp0")))


def test_a_packet_has_less_time_and_one_whose_time_is_up_goes_elsewhere(
    ends: Ends, namespace: netns.NetworkNamespace
) -> None:
    with (
        ends.nl.subscribe(ovs.UPCALLS) as upcalls,
        ends.udp(ends.right, THERE, 700) as hears,
        ends.udp(ends.left, HERE, 701) as says,
    ):
        words = f"dec_ttl(le_1(userspace(pid={upcalls.portid},userdata(0709)))),2"
        flow = ends.flow(f"in_port(1),{PLAIN}", words)
        assert ends.nl.do(ovs.flow(flow)).words == words
        hears.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        for ttl in (64, 2):
            says.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
            says.sendto(b"hello %d" % ttl, (THERE, 700))
            data, told, _, _ = hears.recvmsg(100, 100)
            assert (data, int.from_bytes(told[0][2][:4], "little")) == (b"hello %d" % ttl, ttl - 1)
        says.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
        says.sendto(b"late", (THERE, 700))
        event = upcalls.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert (event.kind, event.record.data) == ("action", b"\x07\x09")
        assert (event.record.packet or b"").endswith(b"late")
        hears.settimeout(QUIET)
        with pytest.raises(TimeoutError):
            hears.recv(100)


def test_samples_of_packets_come_to_who_listens(ends: Ends) -> None:
    load("psample")
    many = 40
    with (
        ends.nl.subscribe(psample.SAMPLES) as samples,
        ends.udp(ends.right, THERE, 700) as hears,
        ends.udp(ends.left, HERE, 701) as says,
    ):
        for words in ("psample(group=7,cookie=0x0102),2", "trunc(60),psample(group=7),2"):
            flow = ends.flow(f"in_port(1),{PLAIN}", words)
            assert ends.nl.do(ovs.flow(flow)).words == words
            says.sendto(bytes(100), (THERE, 700))
            assert hears.recv(200)
            sample = samples.get(timeout=PATIENCE).record  # type: ignore[union-attr]  # nothing is lost
            cut = words.startswith("trunc")
            assert (sample.group, sample.cookie) == (7, None if cut else b"\x01\x02")
            assert (sample.length, len(sample.payload or b"")) == (142, 60 if cut else 142)
            assert str(sample.packet) == f"udp {HERE}:701 > {THERE}:700"
        ends.flow(f"in_port(1),{PLAIN}", "sample(sample=50.0%,actions(psample(group=8))),2")
        for _ in range(many):
            says.sendto(b"hello", (THERE, 700))
            hears.recv(100)
        found = [each.record for each in samples.drain()]  # type: ignore[union-attr]
        assert 0 < len(found) < many  # by chance: all or none once in a million million
        assert {(each.group, each.is_probability) for each in found} == {(8, True)}
        assert all(abs((each.one_in or 0) - 2) < 0.001 for each in found)


def test_what_is_dropped_with_a_reason_comes_nowhere(ends: Ends) -> None:
    with ends.udp(ends.right, THERE, 700) as hears, ends.udp(ends.left, HERE, 701) as says:
        for words in ("drop(0)", "drop(22)", "set(ipv4(ttl=9)),drop(0)", "clone(2,drop(0)),drop(1)"):
            flow = ends.flow(f"in_port(1),{PLAIN}", words)
            assert ends.nl.do(ovs.flow(flow)).words == words
            before = ends.counted(flow)
            says.sendto(words.encode(), (THERE, 700))
            if "2," in words and "clone" in words:
                assert hears.recv(100) == words.encode()
            assert ends.counted(flow) == before + 1
        hears.settimeout(QUIET)
        with pytest.raises(TimeoutError):
            hears.recv(100)
    with pytest.raises(netlynx.NetlinkError):
        ends.flow(f"in_port(1),{PLAIN}", "drop(0),2")  # nothing comes after it


def test_a_header_of_ethernet_comes_and_goes(ends: Ends, programs: Programs, namespace: netns.NetworkNamespace) -> None:
    """Between a port with Ethernet and one without, a tun link whose other end is the test's."""
    with tun.open("t0", netns=namespace) as device:
        ends.nl.do(route.up("t0"))
        ends.nl.do(ovs.add(Vport(datapath="dp0", name="t0", type="netdev", number=5)))
        there = ends.flow(f"in_port(1),{PLAIN}", "pop_eth,5")
        back = ends.flow(
            "in_port(5),eth_type(0x0800),ipv4(frag=no)",
            "push_eth(src=02:00:00:00:00:05,dst=02:00:00:00:00:01),1",
        )
        shown = programs.flows("dp0")
        assert {(ends.nl.do(ovs.flow(each)).match, ends.nl.do(ovs.flow(each)).words) for each in (there, back)} == shown
        with ends.udp(ends.left, HERE, 701) as says:
            says.sendto(b"hello", (THERE, 700))
            while (packet := device.read(timeout=PATIENCE))[0] >> 4 != 4:
                pass  # IPv6 looks for routers
            assert (packet[9], packet[28:]) == (17, b"hello")
            # The other way round: addresses and ports change places, which leaves the sums as they are.
            answer = packet[:12] + packet[16:20] + packet[12:16] + packet[22:24] + packet[20:22] + packet[24:]
            device.write(answer)
            assert says.recvfrom(100) == (b"hello", (THERE, 700))
        assert (ends.counted(there), ends.counted(back)) == (1, 1)


@pytest.fixture
def programs(namespace: netns.NetworkNamespace) -> Programs:
    return Programs(namespace)
