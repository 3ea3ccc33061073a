"""A recording as a conversation: requests with what came back, subscriptions with what they heard.

A request is one datagram; what its socket received until the next one is the answer. What a socket received that had
joined a group are notifications.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator

from netlynx.errors import DecodeError
from netlynx.transport.recording import Join, Open, Receive, Recording, Refusal, Send
from netlynx.wire.constants import NLMSG

_HEADER = struct.Struct("=IHHII")
_NUMBERS = struct.Struct("=II")  # sequence number and port ID, in a header
_NUMBERS_AT = 8
_REPEATED_AT = _HEADER.size + 4  # where NLMSG_ERROR repeats the header of the request: behind its errno


class Exchange:
    """One request of a recording and what came back."""

    def __init__(self, number: int, protocol: int, port: int, step: Send) -> None:
        self.number = number  # from 1, in the order of the recording
        self.protocol = protocol
        self.port = port
        self.request = step.data
        self.key = (protocol, step.portid, step.group, bare(self.request))
        self.error = step.error
        self.answers: list[Receive] = []


class Stream:
    """One subscription of a recording: the groups that it joined and what it received, after so many requests each."""

    def __init__(self, protocol: int, groups: tuple[int, ...] = ()) -> None:
        self.protocol = protocol
        self.joins = list(groups)
        self.refused: dict[int, Refusal] = {}
        self.items: deque[tuple[int, Receive]] = deque()
        self.count = 0
        self.taken = False


def conversation(
    recording: Recording,
) -> tuple[dict[int, list[Refusal | None]], list[Exchange], list[Stream]]:
    """How opening went for each protocol, the exchanges and the subscriptions, each in the order of the recording."""
    opened: dict[int, list[Refusal | None]] = {}
    sockets: dict[int, Open] = {}
    exchanges: list[Exchange] = []
    current: dict[int, Exchange] = {}
    streams: dict[int, Stream] = {}
    for step in recording:
        if isinstance(step, Open):
            opened.setdefault(step.protocol, []).append(step.error)
            sockets[step.socket] = step
            if step.groups:
                streams[step.socket] = Stream(step.protocol, step.groups)
            continue
        sock = sockets.get(step.socket)
        if sock is None:
            raise DecodeError(f"{recording.name}: socket {step.socket} is used and was never opened")
        if isinstance(step, Send):
            exchange = Exchange(len(exchanges) + 1, sock.protocol, sock.port, step)
            current[step.socket] = exchange
            exchanges.append(exchange)
        elif isinstance(step, Join):
            stream = streams.setdefault(step.socket, Stream(sock.protocol))
            stream.joins.append(step.group)
            if step.error is not None:
                stream.refused[step.group] = step.error
        elif isinstance(step, Receive):
            if step.socket in streams:
                streams[step.socket].items.append((len(exchanges), step))
                streams[step.socket].count += 1
            elif step.socket in current:
                current[step.socket].answers.append(step)
    return opened, exchanges, list(streams.values())


def bare(data: bytes) -> bytes:
    """A datagram with all sequence numbers and port IDs zero."""
    changed = bytearray(data)
    for at, _ in headers(data):
        _NUMBERS.pack_into(changed, at + _NUMBERS_AT, 0, 0)
    return bytes(changed)


def headers(data: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """(offset, type) of the messages of a datagram, up to the first malformed one."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, _, _, _ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        yield at, kind
        at += (length + 3) & ~3


def sequences_of(data: bytes) -> list[int]:
    """The sequence numbers of the messages of a datagram."""
    return [_NUMBERS.unpack_from(data, at + _NUMBERS_AT)[0] for at, _ in headers(data)]


def adapted(data: bytes, sequences: dict[int, int], before: int, portid: int) -> bytes:
    """An answer as it goes to the request that was made now; NLMSG_ERROR repeats its numbers."""
    changed = bytearray(data)
    for at, kind in headers(data):
        places = [at + _NUMBERS_AT]
        if kind == NLMSG.ERROR and at + _REPEATED_AT + _HEADER.size <= len(data):
            places.append(at + _REPEATED_AT + _NUMBERS_AT)
        for place in places:
            sequence, port = _NUMBERS.unpack_from(data, place)
            _NUMBERS.pack_into(changed, place, sequences.get(sequence, sequence), portid if port == before else port)
    return bytes(changed)
