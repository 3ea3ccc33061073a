"""Packet queues on the real kernel: packets as they come, verdicts as they are given."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import netlynx
from child import child
from netlynx import Do, firewall, netns
from netlynx.codec._codec import Stamp, decode, encode
from netlynx.netfilter import Hook, NetfilterFamily, conntrack, queue
from netlynx.netfilter.queue import Packet, PacketHeader, PacketInfo
from netlynx.schema.compile import plan_of
from support import PATIENCE, Background

EXAMPLE = Path(__file__).parents[2] / "examples" / "packet_filter.py"

# A UDP packet with "hello" to port 9 of the loopback interface, as a queue of flags GSO and UID_GID tells of it:
#     ip link set lo up; iptables -A OUTPUT -p udp --dport 9 -j NFQUEUE --queue-num 5
#     echo -n hello > /dev/udp/127.0.0.1/9
CAPTURED = bytes.fromhex(
    "02000005 0b000100 00000001 0800 03 00 08000600 00000001"
    "08000e00 00000001 08001000 00000000 08001100 00000000"
    "25000a00 45000021a4624000401198677f0000017f000001 80bd0009000dfe20 68656c6c6f"
)


def packet_of(event: Any) -> Packet:
    assert event.kind == "packet"
    packet: Packet = event.record
    return packet


def data_of(packet: Packet) -> bytes:
    assert packet.payload is not None
    return packet.payload[28:]  # behind the headers of IPv4 and UDP


def test_captured_bytes_are_read_and_written_alike() -> None:
    packet = decode(plan_of(Packet), CAPTURED)
    assert (packet.queue, packet.id, packet.hook, packet.output, packet.uid, packet.gid) == (5, 1, Hook.OUTPUT, 1, 0, 0)
    assert packet.header is not None
    assert packet.header.protocol == 0x0800
    assert packet.info is PacketInfo.CSUMNOTREADY
    assert data_of(packet) == b"hello"
    assert packet.unknown == ()
    assert decode(plan_of(Packet), encode(plan_of(Packet), packet)) == packet


def test_verdicts_are_laid_out_as_the_kernel_takes_them() -> None:
    packet = decode(plan_of(Packet), CAPTURED)
    head = "02000005 0c000200"
    assert queue.drop(packet).payload == bytes.fromhex(f"{head} 00000000 00000001")
    assert queue.accept(packet, mark=7).payload == bytes.fromhex(f"{head} 00000001 00000001 08000300 00000007")
    assert queue.requeue(packet, to=6).payload == bytes.fromhex(f"{head} 00060003 00000001")
    changed = queue.accept(packet, flow=conntrack.Flow(mark=9))
    assert changed.payload == bytes.fromhex(f"{head} 00000001 00000001 0c000b80 08000800 00000009")
    assert queue.accept_up_to(packet).message_type == 0x303
    here = conntrack.Tuple(source="10.0.0.1", destination="10.0.0.2", protocol=17, source_port=1, destination_port=2)
    mask = conntrack.Tuple(
        source="0.0.0.0", destination="255.255.255.255", protocol=17, source_port=0, destination_port=0xFFFF
    )
    expected = queue.accept(packet, expectation=conntrack.Expectation(expected=here, mask=mask)).request
    assert expected.flow == conntrack.Flow()  # without which the kernel takes no expectation


def test_a_verdict_decides(nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket) -> None:
    with nl.subscribe(queue.packets(5, flags="uid-gid")) as packets:
        for data in (b"keep", b"drop", b"last"):
            sender(data)
        told = [packet_of(packets.get(PATIENCE)) for _ in range(3)]
        assert [data_of(packet) for packet in told] == [b"keep", b"drop", b"last"]
        assert told[0].uid is not None
        packets.do(queue.accept(told[0], mark=3))
        packets.do(queue.drop(told[1]))
        packets.send(queue.accept(told[2]))
        assert [receiver.recv(100), receiver.recv(100)] == [b"keep", b"last"]
        with pytest.raises(netlynx.NotFound, match=r"queue\.drop"):
            packets.do(queue.drop(told[1]))


def test_a_batch_of_verdicts_is_one_request(
    nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket
) -> None:
    with nl.subscribe(queue.packets(5)) as packets:
        for number in range(10):
            sender(b"%d" % number)
        told = [packet_of(packets.get(PATIENCE)) for _ in range(10)]
        packets.do(queue.drop_up_to(told[4]))
        packets.do(queue.accept_up_to(told[9]))
        assert [receiver.recv(100) for _ in range(5)] == [b"5", b"6", b"7", b"8", b"9"]


def test_many_verdicts_are_sent_together(
    nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket
) -> None:
    with nl.subscribe(queue.packets(5)) as packets:
        for number in range(100):
            sender(b"%d" % number)
        told = [packet_of(packets.get(PATIENCE)) for _ in range(100)]
        packets.send(*(queue.drop(packet) if packet.id % 2 else queue.accept(packet, mark=1) for packet in told))
        assert [receiver.recv(100) for _ in range(50)] == [b"%d" % number for number in range(1, 100, 2)]
        assert packets.drain() == []


def test_verdicts_on_what_waits(nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket) -> None:
    with nl.subscribe(queue.packets(5)) as packets:
        for number in range(100):
            sender(b"%d" % number)
        sizes = []
        while sum(sizes) < 100:
            events = packets.drain(32) or [packets.get(PATIENCE)]
            sizes.append(len(events))
            packets.send(*map(queue.accept, map(packet_of, events)))
        assert max(sizes) == 32
        assert [receiver.recv(100) for _ in range(100)] == [b"%d" % number for number in range(100)]


def test_a_verdict_on_what_is_gone_does_not_keep_those_behind_it(
    nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket
) -> None:
    with nl.subscribe(queue.packets(5)) as packets:
        for number in range(3):
            sender(b"%d" % number)
        told = [packet_of(packets.get(PATIENCE)) for _ in range(3)]
        packets.do(queue.drop(told[1]))
        packets.send(*map(queue.accept, told))
        assert [receiver.recv(100), receiver.recv(100)] == [b"0", b"2"]
        assert packets.drain() == []


PLAIN = [
    Packet(family=NetfilterFamily.IPV4, queue=5, header=PacketHeader(id=1, protocol=0x800, hook=Hook.OUTPUT)),
    Packet(family=NetfilterFamily.IPV6, queue=0xFFFF, header=PacketHeader(id=0xFFFFFFFF), payload=b"x" * 100),
    Packet(queue=6, header=PacketHeader()),
    Packet(queue=7),
]


@pytest.mark.parametrize("said", [queue.accept, queue.drop], ids=["accept", "drop"])
def test_a_plain_verdict_says_which_packet_it_is_about(said: Any) -> None:
    kind = {"accept": queue.VerdictKind.ACCEPT, "drop": queue.VerdictKind.DROP}[said.__name__]
    for packet in PLAIN * 2:  # the first ones are made in another way
        verdict = said(packet)
        header = queue.VerdictHeader(verdict=kind, id=packet.id)
        assert verdict.request == queue.Verdict(family=packet.family, queue=packet.queue, header=header)
        assert verdict.payload == encode(plan_of(queue.Verdict), verdict.request)
        assert verdict.name == f"queue.{said.__name__}"


def test_verdicts_that_are_kept_stay_as_they_are() -> None:
    verdicts = [queue.accept(packet) for packet in PLAIN]
    assert [(each.request.queue, each.request.header.id) for each in verdicts] == [  # type: ignore[union-attr]
        (5, 1),
        (0xFFFF, 0xFFFFFFFF),
        (6, 0),
        (7, 0),
    ]
    assert verdicts[0] == queue.accept(PLAIN[0])


@pytest.mark.parametrize("wrong", [{"queue": 1 << 16}, {"queue": "5"}, {"header": PacketHeader(id=-1)}], ids=str)
def test_a_verdict_on_what_no_packet_has_is_refused(wrong: Any) -> None:
    queue.accept(PLAIN[0])
    with pytest.raises(netlynx.EncodeError, match="Verdict"):
        queue.accept(Packet(**{"header": PacketHeader(id=1), **wrong}))


def test_a_verdict_on_what_has_no_packets_header_is_refused() -> None:
    queue.accept(PLAIN[0])
    for wrong in (1, "header", object(), queue.accept):
        with pytest.raises(netlynx.EncodeError, match=r"Packet\.header: "):
            queue.accept(Packet(queue=5, header=wrong))  # type: ignore[arg-type]  # the mistake


def test_many_threads_may_say_the_first_verdict_at_once() -> None:
    def accepted(packet: Packet) -> Do[None]:
        turn.wait(PATIENCE)  # all of them have begun, and none knows yet how verdicts are made
        return queue.accept(packet, mark=None)

    for _ in range(20):
        turn = threading.Barrier(5)
        stamp = Stamp(Packet, accepted, {("queue",): ("queue",), ("header", "id"): ("header", "id")})
        makers = [Background(lambda stamp=stamp: stamp.make(PLAIN[0]).payload) for _ in range(4)]
        turn.wait(PATIENCE)
        assert {each.result() for each in makers} == {queue.accept(PLAIN[0]).payload}
        assert stamp.make(PLAIN[0]).payload == queue.accept(PLAIN[0]).payload


def test_a_verdict_takes_no_connection() -> None:
    """Nothing but the module is imported."""
    code = (
        "from netlynx.netfilter import queue\n"
        "packet = queue.Packet(queue=5, header=queue.PacketHeader(id=7))\n"
        "print({queue.accept(packet).payload.hex() for _ in range(3)})"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "{'000000050c0002000000000100000007'}\n"


def test_a_packet_goes_to_another_queue(
    nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket
) -> None:
    with nl.subscribe(queue.packets(5)) as first, nl.subscribe(queue.packets(6)) as second:
        sender(b"on")
        first.do(queue.requeue(packet_of(first.get(PATIENCE)), to=6))
        again = packet_of(second.get(PATIENCE))
        assert (again.queue, data_of(again)) == (6, b"on")
        second.do(queue.accept(again))
        assert receiver.recv(100) == b"on"


def test_only_as_much_is_copied_as_was_asked_for(nl: netlynx.Connection, queued: None, sender: Any) -> None:
    with nl.subscribe(queue.packets(5, range=30)) as packets:
        sender(b"hello")
        packet = packet_of(packets.get(PATIENCE))
        assert (data_of(packet), packet.length) == (b"he", 33)
        packets.do(queue.configure(5, copy="meta"))
        sender(b"hello")
        assert packet_of(packets.get(PATIENCE)).payload is None


def test_a_queue_has_one_owner_at_a_time(nl: netlynx.Connection, queued: None, sender: Any) -> None:
    with nl.subscribe(queue.packets(5)) as packets:
        with pytest.raises(netlynx.PermissionDenied, match="Another socket has bound the queue"):
            nl.subscribe(queue.packets(5))
        packets.do(queue.unbind(5))
        with nl.subscribe(queue.packets(5)) as others:
            sender(b"mine")
            assert data_of(packet_of(others.get(PATIENCE))) == b"mine"
            assert packets.drain() == []


def test_an_overrun_is_reported_and_survived(
    nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket
) -> None:
    with nl.subscribe(queue.packets(5), receive_buffer=4096) as packets:
        for _ in range(100):
            sender(b"x" * 1000)
        events = packets.drain()
        assert any(isinstance(event, netlynx.Overrun) for event in events)
        assert 0 < len(events) < 100
        sender(b"after")
        after = packet_of(packets.get(PATIENCE))
        packets.do(queue.accept(after))
        assert receiver.recv(2000) == b"after"


@pytest.mark.parametrize("room", [1, 2])
def test_what_a_full_queue_has_no_room_for_passes_where_it_fails_open(
    nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket, room: int
) -> None:
    with nl.subscribe(queue.packets(5, max_queued=room, flags="fail-open")) as packets:
        for number in range(5):
            sender(b"%d" % number)
        assert [receiver.recv(100) for _ in range(room, 5)] == [b"%d" % number for number in range(room, 5)]
        waiting = [packet_of(packets.get(PATIENCE)) for _ in range(room)]
        assert [data_of(packet) for packet in waiting] == [b"%d" % number for number in range(room)]
        packets.do(queue.accept_up_to(waiting[-1]))
        assert [receiver.recv(100) for _ in range(room)] == [b"%d" % number for number in range(room)]
        assert packets.drain() == []


@pytest.mark.parametrize("room", [1, 2])
def test_what_a_full_queue_has_no_room_for_is_dropped_where_it_does_not(
    nl: netlynx.Connection, queued: None, sender: Any, receiver: socket.socket, room: int
) -> None:
    with nl.subscribe(queue.packets(5, max_queued=room, flags=0)) as packets:
        for number in range(5):
            try:
                sender(b"%d" % number)
            except PermissionError:  # whose packet is dropped on its way out is told
                assert number >= room
        waiting = [packet_of(packets.get(PATIENCE)) for _ in range(room)]
        packets.do(queue.accept_up_to(waiting[-1]))
        sender(b"later")
        packets.do(queue.accept(packet_of(packets.get(PATIENCE))))
        # All that arrives: nothing of what was sent while the queue was full comes before what was sent later.
        assert [receiver.recv(100) for _ in range(room + 1)] == [*(b"%d" % each for each in range(room)), b"later"]
        assert packets.drain() == []


def test_closing_ends_the_iteration_in_another_thread(nl: netlynx.Connection, queued: None) -> None:
    packets = nl.subscribe(queue.packets(5))
    iterating: Any = Background(lambda: list(packets))
    packets.close()
    assert iterating.result() == []


@pytest.mark.anyio
async def test_packets_in_an_event_loop(
    loopback: netns.NetworkNamespace, queued: None, sender: Any, receiver: socket.socket
) -> None:
    async with netlynx.aconnect(netns=loopback) as nl, nl.subscribe(queue.packets(5)) as packets:
        sender(b"one")
        sender(b"two")
        async for event in packets:
            packet = packet_of(event)
            if data_of(packet) == b"two":
                await packets.do(queue.accept(packet))
                break
            packets.send(queue.drop(packet))
    assert receiver.recv(100) == b"two"


def test_firewall_open_takes_a_queue(
    loopback: netns.NetworkNamespace, queued: None, sender: Any, receiver: socket.socket
) -> None:
    with firewall.open(5, netns=loopback) as packets:
        assert packets.protocol == "nfqueue"
        for data in (b"keep", b"drop", b"last"):
            sender(data)
        for _ in range(3):
            packet = packets.get(PATIENCE)
            assert isinstance(packet, firewall.Packet)
            assert (packet.output, packet.hook, packet.protocol) == ("lo", Hook.OUTPUT, 0x0800)
            (packets.drop if packet.payload.endswith(b"drop") else packets.accept)(packet)
        assert [receiver.recv(100), receiver.recv(100)] == [b"keep", b"last"]


def test_the_example_drops_one_port_and_rewrites_another(loopback: netns.NetworkNamespace, iptables: Any) -> None:
    iptables("-A OUTPUT -p tcp --dport 8001:8002 -j NFQUEUE --queue-num 5")
    command = [sys.executable, EXAMPLE, "5", "--drop", "8001", "--rewrite", "8002", "secret", "public"]
    with child(command, where=loopback) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        with _server(loopback, 8002) as server, _client(loopback) as client:
            client.connect(("127.0.0.1", 8002))
            accepted, _ = server.accept()
            client.sendall(b"a secret word, and no secret is kept")
            accepted.settimeout(PATIENCE)
            assert accepted.recv(100) == b"a public word, and no public is kept"
            accepted.close()
        with _server(loopback, 8001), _client(loopback) as client:
            client.settimeout(0.5)
            with pytest.raises(TimeoutError):
                client.connect(("127.0.0.1", 8001))


def _server(namespace: netns.NetworkNamespace, port: int) -> socket.socket:
    sock: socket.socket = netns.socket_in(namespace, socket.AF_INET, socket.SOCK_STREAM, 0)
    sock.bind(("127.0.0.1", port))
    sock.listen()
    sock.settimeout(PATIENCE)
    return sock


def _client(namespace: netns.NetworkNamespace) -> socket.socket:
    sock: socket.socket = netns.socket_in(namespace, socket.AF_INET, socket.SOCK_STREAM, 0)
    sock.settimeout(PATIENCE)
    return sock
