"""Packets of a queue together with their connections, where the kernel tells them: flag CONNTRACK of the queue."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx.netfilter import conntrack, queue
from netlynx.netfilter.conntrack import Tuple
from netlynx.netfilter.queue import Packet
from netlynx.schema import replace_fields
from support import PATIENCE

pytestmark = pytest.mark.every_kernel


def waiting(packets: Any) -> Packet:
    """The next packet and its connection."""
    event = packets.get(PATIENCE)
    assert isinstance(event.record, Packet)
    assert event.record.flow is not None
    return event.record


def data_with(packet: Packet, data: bytes) -> bytes:
    """A packet's payload with other data of the same length; no checksum, as UDP over IPv4 allows."""
    assert packet.payload is not None
    return packet.payload[:26] + bytes(2) + data


@pytest.fixture
def with_flows(nl: netlynx.Connection, queued: None, iptables: Any) -> Iterator[Any]:
    """The packets of queue 5, each told with its connection."""
    iptables("-A INPUT -m conntrack --ctstate NEW -j ACCEPT")  # nothing is tracked before a rule asks for it
    try:
        packets = nl.subscribe(queue.packets(5, flags=["conntrack", "gso"]))
    except netlynx.NotSupported as error:
        pytest.skip(f"this kernel tells no connections of queued packets: {error}")
    with packets:
        yield packets


def test_the_connection_of_a_packet_is_told(nl: netlynx.Connection, with_flows: Any, sender: Any) -> None:
    sender(b"hello")
    packet = waiting(with_flows)
    assert packet.flow is not None
    assert packet.flow.original is not None
    assert packet.flow.original.destination_port == 9
    assert packet.flow_state is queue.FlowState.NEW
    assert packet.unknown == packet.flow.unknown == ()


def test_a_verdict_changes_the_connection(
    nl: netlynx.Connection, with_flows: Any, sender: Any, receiver: socket.socket
) -> None:
    sender(b"hello")
    packet = waiting(with_flows)
    with_flows.do(queue.accept(packet, mark=3, payload=data_with(packet, b"HELLO"), flow=conntrack.Flow(mark=9)))
    assert receiver.recv(100) == b"HELLO"
    (flow,) = nl.dump(conntrack.flows(mark=9)).all()
    assert flow.original == packet.flow.original
    sender(b"again")
    assert waiting(with_flows).flow.mark == 9


def test_a_verdict_announces_a_connection_that_will_follow(
    nl: netlynx.Connection, iptables: Any, with_flows: Any, sender: Any
) -> None:
    iptables("-t raw -A OUTPUT -p udp --dport 9 -j CT --helper tftp")
    sender(b"hello")
    packet = waiting(with_flows)
    flow = packet.flow
    assert flow is not None
    assert flow.helper == "tftp"
    expected = conntrack.Expectation(
        expected=replace_fields(flow.original, source_port=1000, destination_port=2000),
        mask=Tuple(
            source="255.255.255.255",
            destination="255.255.255.255",
            protocol=flow.original.protocol,
            source_port=0xFFFF,
            destination_port=0xFFFF,
        ),
    )
    with_flows.do(queue.accept(packet, expectation=expected))
    (found,) = nl.dump(conntrack.expectations()).all()
    assert found.expected == expected.expected
