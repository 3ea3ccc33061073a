"""What the tests of the virtual kernel share: requests as bytes, answers as messages, the state of a descriptor."""

from __future__ import annotations

import select

from netlynx.kernel import UserSocket
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Message, parse_messages

PROTOCOL = 25
NEW, DELETE, GET = 0x10, 0x11, 0x12

REQUEST = int(NLM_F.REQUEST)
ACK = int(NLM_F.ACK)
DUMP = int(NLM_F.DUMP)


def request(kind: int, payload: bytes = b"", flags: int = 0, sequence: int = 1) -> bytes:
    return Message(kind, REQUEST | flags, sequence, 0, payload).pack()


def receive(sock: UserSocket, room: int = 65536) -> list[Message]:
    """The messages of the next datagram."""
    buffer = bytearray(room)
    length, _, _ = sock.receive_into(buffer)
    assert length <= room
    return parse_messages(bytes(buffer[:length]))


def drain(sock: UserSocket, room: int = 65536) -> list[list[Message]]:
    """The messages of all datagrams that wait, and of those that receiving them brings."""
    datagrams = []
    while readable(sock):
        datagrams.append(receive(sock, room))
    return datagrams


def readable(sock: UserSocket, timeout: float = 0) -> bool:
    return bool(select.select([sock], [], [], timeout)[0])
