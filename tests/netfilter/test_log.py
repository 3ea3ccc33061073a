"""Logged packets on the real kernel."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import netns
from netlynx.codec._codec import decode, encode
from netlynx.netfilter import Hook, log
from netlynx.schema.compile import plan_of
from support import PATIENCE

# A UDP packet with "hello" to port 9 of the loopback interface, logged to a group of flags SEQ and SEQ_GLOBAL:
#     ip link set lo up; iptables -A OUTPUT -p udp --dport 9 -j NFLOG --nflog-group 3 --nflog-prefix hey
#     echo -n hello > /dev/udp/127.0.0.1/9
CAPTURED = bytes.fromhex(
    "02000003 08000100 0800 03 00 08000a00 68657900 08000500 00000001 08000b00 00000000 08000e00 00000000"
    "08000c00 00000000 08000d00 00000001"
    "25000900 45000021a4d44000401197f57f0000017f000001 b8ba0009000dfe20 68656c6c6f"
)


@pytest.fixture
def sender(loopback: netns.NetworkNamespace, iptables: Any) -> Iterator[Any]:
    """Sends bytes to port 9, which a rule logs to group 3."""
    try:
        iptables("-A OUTPUT -p udp --dport 9 -j NFLOG --nflog-group 3 --nflog-prefix hey")
    except RuntimeError as error:
        pytest.skip(f"this kernel takes no NFLOG rules: {error}")
    with netns.socket_in(loopback, socket.AF_INET, socket.SOCK_DGRAM, 0) as sock:
        sock.bind(("127.0.0.1", 9))
        yield lambda data: sock.sendto(data, ("127.0.0.1", 9))


def told(event: Any) -> log.Packet:
    assert event.kind == "packet"
    packet: log.Packet = event.record
    return packet


def test_captured_bytes_are_read_and_written_alike() -> None:
    packet = decode(plan_of(log.Packet), CAPTURED)
    assert (packet.group, packet.prefix, packet.hook, packet.output) == (3, "hey", Hook.OUTPUT, 1)
    assert (packet.uid, packet.gid, packet.sequence, packet.global_sequence) == (0, 0, 0, 1)
    assert packet.payload is not None
    assert packet.payload.endswith(b"hello")
    assert packet.unknown == ()
    assert decode(plan_of(log.Packet), encode(plan_of(log.Packet), packet)) == packet


def test_logged_packets_are_heard_of(nl: netlynx.Connection, sender: Any) -> None:
    with nl.subscribe(log.packets(3, threshold=1, flags="seq")) as packets:
        sender(b"hello")
        sender(b"again")
        first, second = told(packets.get(PATIENCE)), told(packets.get(PATIENCE))
        assert (first.prefix, first.hook, first.sequence, second.sequence) == ("hey", Hook.OUTPUT, 0, 1)
        assert first.payload is not None
        assert first.payload.endswith(b"hello")


def test_packets_are_gathered_up_to_a_threshold(nl: netlynx.Connection, sender: Any) -> None:
    with nl.subscribe(log.packets(3, threshold=3, timeout=100_000)) as packets:
        for _ in range(2):
            sender(b"hello")
        assert packets.drain() == []
        sender(b"hello")
        assert len([told(packets.get(PATIENCE)) for _ in range(3)]) == 3


def test_only_as_much_is_copied_as_was_asked_for(nl: netlynx.Connection, sender: Any) -> None:
    with nl.subscribe(log.packets(3, threshold=1, range=30)) as packets:
        sender(b"hello")
        assert len(told(packets.get(PATIENCE)).payload or b"") == 30
        packets.do(log.configure(3, copy="meta"))
        sender(b"hello")
        assert told(packets.get(PATIENCE)).payload is None


def test_a_group_has_one_owner_at_a_time(nl: netlynx.Connection, sender: Any) -> None:
    with (
        nl.subscribe(log.packets(3)),
        pytest.raises(netlynx.PermissionDenied, match="Another socket has bound the log group"),
    ):
        nl.subscribe(log.packets(3))


def test_an_overrun_is_reported_and_survived(nl: netlynx.Connection, sender: Any) -> None:
    with nl.subscribe(log.packets(3, threshold=1), receive_buffer=4096) as packets:
        for _ in range(100):
            sender(b"x" * 1000)
        assert any(isinstance(event, netlynx.Overrun) for event in packets.drain())
        sender(b"after")
        assert (told(packets.get(PATIENCE)).payload or b"").endswith(b"after")
