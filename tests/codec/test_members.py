"""Members of C structs whose value depends on more than their own bytes, or is less than a byte, and what a class says
of all its records: in every way of reading and writing."""

from __future__ import annotations

import struct
from random import Random
from typing import Any

import pytest

from codec.records import attribute
from fuzz import ways
from netlynx import to_json
from netlynx.codec import _codec
from netlynx.errors import EncodeError
from netlynx.schema import (
    Enumeration,
    Layout,
    Record,
    attr,
    bits,
    constant,
    enum,
    head,
    ip_of,
    member,
    s16,
    string,
    u8,
    u16,
    u32,
)
from netlynx.schema import struct as layout
from netlynx.schema.compile import plan_of, positions, shifts
from netlynx.schema.record import replace_fields
from table_rows import complaints

INET, INET6 = 2, 10


class Protocol(Enumeration):
    TCP = 6
    UDP = 17


class Head(Layout):
    family: int = member(u8)
    flag: bool = member(enum(bool, bits(u8, 1)))
    count: int = member(bits(u8, 5))
    source: str | None = member(ip_of("family"))
    protocol: Protocol = member(enum(Protocol, bits(u8, 5)))


class Late(Layout):
    """The family stands behind the addresses, and in two bytes."""

    address: str | None = member(ip_of("family"))
    low: int = member(bits(u32, 20))
    high: int = member(bits(u32, 12))
    more: int = member(bits(u32, 1))
    family: int = member(u16)


class Socket(Record, header=Head):
    family: int = head()
    kind: Protocol = constant(enum(Protocol, u16), Protocol.UDP)
    flag: bool = head(default=False)
    count: int = head()
    source: str | None = head(default=None)
    protocol: Protocol = head()
    name: str | None = attr(1, string)
    late: Late | None = attr(2, layout(Late))


V4 = struct.pack("=BBxx16sBxxx", INET, 0b111011, bytes([192, 0, 2, 1]) + b"rest of it!!", 17)
V6 = struct.pack("=BBxx16sBxxx", INET6, 0b000110, bytes([0x20, 1, 0xD, 0xB8]) + bytes(11) + b"\1", 6)
OTHER = struct.pack("=BBxx16sBxxx", 7, 0, bytes([192, 0, 2, 1]) + bytes(12), 31)
LATE = struct.pack("=16sIIH2x", bytes([192, 0, 2, 9]) + bytes(12), 0xABC00001, 1, INET)
LATE6 = struct.pack("=16sIIH2x", bytes(15) + b"\1", 0xFFF, 0, INET6)


def test_bit_fields_share_units_as_in_c() -> None:
    assert positions(Late) == {"address": (0, 16), "low": (16, 4), "high": (16, 4), "more": (20, 4), "family": (24, 2)}
    assert shifts(Late) == {"low": 0, "high": 20, "more": 0}


def test_the_family_says_which_bytes_are_the_address() -> None:
    four, six, other = (Socket.from_bytes(payload) for payload in (V4, V6, OTHER))
    assert (four.source, six.source, other.source) == ("192.0.2.1", "2001:db8::1", "c000:201::")
    assert (four.flag, four.count, four.protocol) == (True, 29, Protocol.UDP)
    assert (six.flag, six.count, six.protocol) == (False, 3, Protocol.TCP)
    assert other.protocol == 31
    late = Late.from_bytes(LATE)
    assert (late.address, late.low, late.high, late.more) == ("192.0.2.9", 1, 0xABC, 1)
    assert Late.from_bytes(LATE6).address == "::1"
    assert late.to_bytes() == LATE
    assert Late.from_bytes(LATE[:24]) == Late(low=1, high=0xABC, more=1)  # its family is not there


def test_what_the_class_says_is_in_every_record_and_in_no_message() -> None:
    found = Socket.from_bytes(V4)
    assert found.kind is Protocol.UDP
    assert b'"kind":"udp"' in to_json(found)
    assert replace_fields(found, source=None).to_bytes() == V4[:4] + bytes(16) + V4[20:]
    assert _codec.Filter(plan_of(Socket), (("kind", "udp"),)).matches(found)
    assert not _codec.Filter(plan_of(Socket), (("kind", "tcp"),)).matches(found)
    with pytest.raises(EncodeError, match=r"Socket\.kind: .*udp"):
        Socket(kind="tcp")  # type: ignore[arg-type]
    with pytest.raises(EncodeError, match=r"Socket\.kind"):
        found.replace(kind=6)
    assert Socket(kind="udp") == Socket()  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(40))
def test_all_ways_agree(seed: int) -> None:
    random = Random(seed)
    payloads = [V4, V6, OTHER] + [
        random.choice((V4, V6, OTHER))
        + attribute(2, random.choice((LATE, LATE6, LATE[:24], LATE[:18], LATE + b"tail")))
        for _ in range(4)
    ]
    payloads += [random.choice((V4, V6)) for _ in range(6)]
    random.shuffle(payloads)
    ways.check(Socket, payloads, random, complaints)


@pytest.mark.parametrize("seed", range(6))
def test_all_ways_agree_on_many_messages_each_with_its_own_header(seed: int) -> None:
    """Which are taken in together: with texts that are none between them, and others of another size or header."""
    random = Random(seed)
    payloads = []
    for number in range(400):
        flags = number % 7 != 6 or seed == 5
        head = struct.pack("=BBxx4s12xBxxx", INET if flags else INET6, number & 63, random.randbytes(4), number & 31)
        text = random.choice((*[b"cubic\0"] * 20, b"reno!\0", b"a\0b\0c\0", b"\xff\xfe456\0"))
        rest = b"" if number % 60 > 50 else attribute(1, text) + attribute(2, random.choice((LATE, LATE6)))
        payloads.append(head + rest)
    ways.check(Socket, payloads, random, complaints)
    ways.check(Socket, [payloads[0]] * 80 + payloads, random, complaints)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"family": INET, "source": "::1"}, "::1 is an IPv6 address, and the family beside it is IPv4's"),
        ({"family": INET6, "source": "192.0.2.1"}, "192.0.2.1 is an IPv4 address, and the family beside it is not"),
        ({"source": "192.0.2.1"}, "192.0.2.1 is an IPv4 address, and the family beside it is not IPv4's"),
        ({"count": 32}, "32 is out of range for an unsigned 5-bit number"),
        ({"count": -1}, "-1 is out of range"),
        ({"flag": 2}, "2 is out of range"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(fields: dict[str, Any], said: str) -> None:
    name = next(reversed(fields))
    with pytest.raises(EncodeError, match=rf"Socket\.{name}: {said}"):
        Socket(**fields).to_bytes()


def test_filters_know_the_range_of_a_bit_field() -> None:
    with pytest.raises(EncodeError, match="32 is out of range"):
        _codec.Filter(plan_of(Socket), (("count", 32),))


def test_what_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="unsigned integer"):
        bits(s16, 2)
    with pytest.raises(TypeError, match="a constant is an integer"):
        constant(string, "x")

    class Wrong(Layout):
        address: str | None = member(ip_of("no_such"))

    with pytest.raises(TypeError, match=r"Wrong\.address: the struct has no member 'no_such'"):
        plan_of(Wrong)
