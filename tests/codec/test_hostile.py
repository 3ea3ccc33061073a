"""Bytes from a sender who means harm: a record or a DecodeError that points into the data, and nothing else."""

from __future__ import annotations

import json
import random
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures import captured
from codec.records import NLA_F_NESTED, Header, Hop, Leaf, Pair, attribute, decode, encode, nested, one
from facts.walk import declared, title
from netlynx.codec import _codec
from netlynx.engine.operation import Event
from netlynx.errors import DecodeError
from netlynx.route.link import Link
from netlynx.route.route import Route
from netlynx.schema import (
    Attribute,
    Layout,
    Record,
    array,
    attr,
    binary,
    boolean,
    flag,
    head,
    hook,
    indexed,
    ip,
    labels,
    mac,
    multi,
    nest,
    prefix,
    select,
    sequence,
    sint,
    string,
    u8,
    u16,
    u32,
    via,
)
from netlynx.schema import struct as struct_of
from netlynx.schema.compile import plan_of
from strategies import records
from worth import examples

RECORDS = [cls for cls in declared(Record) if cls.__module__.startswith("netlynx.")]
LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 255, 256, 0x7FFF, 0x8000, 65531, 65534, 65535]


class Hopping(Record, header=Hop):
    gateway: str | None = attr(5, ip)


class Everything(Record, header=Header):
    """A field of every kind."""

    family: int = head()
    destination: str | None = attr(1, prefix("length", default=True))
    number: int | None = attr(2, u32, header="small", overflow=252)
    some: int | None = attr(3, sint)
    truth: bool | int | None = attr(4, boolean)
    there: bool = attr(5, flag)
    text: str | None = attr(6, string)
    data: bytes | None = attr(7, binary)
    address: str | None = attr(8, ip)
    hardware: str | None = attr(9, mac)
    stack: str | None = attr(10, labels)
    gateway: str | None = attr(11, via)
    pair: Pair | None = attr(12, struct_of(Pair))
    inner: Everything | None = attr(13, nest(lambda: Everything))
    numbers: tuple[int, ...] | None = attr(14, array(u16))
    leaves: tuple[Leaf, ...] | None = attr(15, indexed(nest(Leaf)))
    repeated: tuple[Leaf, ...] = attr(16, multi(nest(Leaf)))
    hops: tuple[Hopping, ...] | None = attr(17, sequence(Hopping))
    chosen: Any = attr(18, select("text", {"leaf": nest(Leaf), "pair": struct_of(Pair)}, default=nest(Leaf)))
    odd: Any = attr(19, hook(lambda raw: struct.unpack("=I", raw)[0], lambda value: struct.pack("=I", value)))
    deep: int | None = attr((20, 1, 1), u8)
    deeper: tuple[int, ...] = attr((20, 1, 2), multi(u16))


def attempt(cls: Any, data: bytes, plan: Any = None) -> Any:
    """The record, or None after a DecodeError that is as it should be. Millions have the `plan` at hand."""
    try:
        return _codec.decode(plan or plan_of(cls), data)
    except DecodeError as caught:
        error = caught
    assert 0 <= error.offset <= len(data)
    assert error.path.partition(".")[0].partition("[")[0] == cls.__name__
    assert error.message
    assert error.args == (error.message, error.offset, error.path)
    return None


def test_the_captures_are_read() -> None:
    assert len(captured()) > 60
    assert all(isinstance(attempt(cls, data), cls) for cls, data in captured())


def test_every_truncation_of_real_messages() -> None:
    for cls, data in captured():
        for size in range(len(data)):
            attempt(cls, data[:size])


def test_every_length_field_of_real_messages_at_its_limits() -> None:
    for cls, data in captured():
        for at in range(0, len(data) - 1, 2):
            for length in (0, 1, 3, 4, 5, 8, 65535, len(data), len(data) - at, len(data) - at + 1):
                attempt(cls, data[:at] + struct.pack("=H", length & 0xFFFF) + data[at + 2 :])


def test_real_messages_with_bytes_changed_at_random() -> None:
    chance = random.Random(1)
    for cls, data in captured():
        for _ in range(300):
            changed = bytearray(data)
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(changed))
                changed[at] = chance.choice((0, 1, 4, 5, 127, 128, 255, chance.randrange(256)))
            record = attempt(cls, bytes(changed))
            if record is not None:
                again(cls, record)


def again(cls: Any, record: Any) -> None:
    """What was read can be shown, and what can be sent reads as the same."""
    json.loads(_codec.to_json(record))
    repr(record)
    try:
        payload = encode(record)
    except _codec.EncodeError:  # a widened number, a prefix length beyond the address: shown, but never sent
        return
    decode(cls, payload)


@examples(50)
@given(data=st.data())
def test_any_record_with_bytes_changed(data: st.DataObject) -> None:
    payload = bytearray(encode(data.draw(records(Everything, depth=2))))
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(payload) - 1), st.integers(0, 255)), max_size=8)):
        payload[at] = value
    record = attempt(Everything, bytes(payload[: data.draw(st.integers(0, len(payload)))]))
    if record is not None:
        again(Everything, record)


@examples(50)
@given(payload=st.binary(max_size=200))
def test_any_bytes(payload: bytes) -> None:
    for cls in (Everything, Route, Link):
        attempt(cls, payload)
        attempt(cls, bytes(16) + payload)


@pytest.mark.parametrize("cls", RECORDS, ids=title)
def test_every_attribute_of_every_record_with_any_small_payload(cls: Any) -> None:
    chance = random.Random(2)
    plan = plan_of(cls)
    start = -(-plan.header_size // 4) * 4
    heads = {bytes([family] + [255] * (start - 1))[:start] for family in (0, 2, 7, 10, 28)}  # one where there is none
    numbers = {int(d.path[0]) for d in cls.__declarations__.values() if d.path} | {0, 0x3FFF}
    for number in numbers:
        for size in (*range(20), 40, 64, 65, 128, 132):
            inner = nested(1, bytes(size)), b"\4\0\1\0" * size
            for payload in (bytes(size), b"\xff" * size, chance.randbytes(size), *inner):
                sent = attribute(number, payload)
                for header in heads:
                    attempt(cls, header + sent, plan)


@pytest.mark.parametrize("cls", declared(Layout), ids=title)
def test_every_struct_of_any_size(cls: Any) -> None:
    size = plan_of(cls).size
    for fill in (b"\0", b"\xff", b"A"):
        for length in {*range(min(size, 80) + 10), size - 1, size, size + 1, 5 * size}:
            assert isinstance(decode(cls, fill * length), cls)


@pytest.mark.parametrize("length", LENGTHS)
def test_lengths_at_their_limits(length: int) -> None:
    for number in range(22):
        for left in (0, 1, 3, 4, 8, 40):
            head_ = struct.pack("=HH", length, number)
            attempt(Everything, bytes(8) + head_ + bytes(left))
            attempt(Everything, bytes(8) + attribute(6, b"x\0") + head_ + b"\xff" * left)
            attempt(Everything, bytes(8) + nested(13, bytes(8) + head_ + bytes(left)))
            attempt(Everything, bytes(8) + nested(20, nested(1, head_ + bytes(left))))


@pytest.mark.parametrize("number", range(24))
def test_an_attribute_of_65535_bytes(number: int) -> None:
    for fill in (b"\0", b"\xff", b"A", b"\4"):
        payload = struct.pack("=HH", 65535, number) + fill * 65531
        record = attempt(Everything, bytes(8) + payload)
        if record is not None:
            json.loads(_codec.to_json(record))
        attempt(Everything, bytes(8) + payload[:-1])


def test_strings_without_their_terminator_end_where_the_attribute_does() -> None:
    data = bytes(8) + attribute(6, b"A" * 13) + attribute(7, b"B" * 4)
    assert decode(Everything, data).text == "A" * 13


@pytest.mark.parametrize("depth", [39, 40, 41, 1000, 5000])
def test_nests_1000_deep(depth: int) -> None:
    data = b""
    for _ in range(depth):
        data = struct.pack("=HH", 4 + 8 + len(data), 13 | NLA_F_NESTED) + bytes(8) + data
    if depth <= 40:
        record = decode(Everything, bytes(8) + data)
        for _ in range(depth):
            record = record.inner
        assert record.inner is None
    else:
        with pytest.raises(DecodeError, match="nested more than 40 deep") as caught:
            decode(Everything, bytes(8) + data, strict=True)
        assert caught.value.path == "Everything" + ".inner" * 41
        assert caught.value.offset == 8 + 40 * 12 + 4


def test_counts_beyond_measure_take_no_time_to_speak_of() -> None:
    """What takes time for each pair of them would take hours, which the limit of every test ends."""
    for number in (16, 18, 20, 6, 100):
        attempt(Everything, bytes(8) + attribute(number) * 200_000)
    for number in (14, 15, 17):
        for fill in (attribute(1), b"\4\0\0\0", bytes(2)):
            attempt(Everything, bytes(8) + attribute(number, fill * (65528 // len(fill))) * 20)


def test_200_000_unknown_attributes_are_kept() -> None:
    record = decode(Leaf, attribute(100) * 200_000)
    assert len(record.unknown) == 200_000
    assert record.unknown[-1] == Attribute(100, b"")
    assert encode(record) == attribute(100) * 200_000


def test_a_huge_stack_of_labels_is_no_overrun() -> None:
    for count in (16, 17, 30, 32, 33, 100, 16382):
        entries = [0xFFFFF000] * (count - 1) + [0xFFFFF100]
        record = decode(one(labels), attribute(1, struct.pack(f">{count}I", *entries)))
        assert (record.value == "/".join(["1048575"] * count)) == (count <= 32)
        assert bool(record.unknown) == (count > 32)


class TestMessages:
    """Headers of messages, whose lengths have 32 bits."""

    plan = plan_of(Leaf)

    def read(self, data: bytes) -> tuple[list[Any], int]:
        sink = _codec.Records(self.plan)
        end, _ = sink.read(data, 0, len(data), 1, 2, 3)
        return sink.records, end

    @pytest.mark.parametrize("length", [0, 1, 15, 21, 255, 2**16, 2**31 - 1, 2**31, 2**32 - 4, 2**32 - 1])
    def test_a_length_that_cannot_be_is_an_error(self, length: int) -> None:
        whole = struct.pack("=IHHII", 20, 1, 0, 2, 3) + attribute(9)
        data = whole + struct.pack("=IHHII", length, 1, 0, 2, 3) + bytes(4)
        with pytest.raises(DecodeError, match=rf"^message length {length} ") as caught:
            self.read(data)
        assert caught.value.offset == 20
        assert caught.value.args[1] == 20
        with pytest.raises(DecodeError, match=rf"^message length {length} "):
            _codec.read_header(data, 20, len(data))
        with pytest.raises(DecodeError, match=rf"^message length {length} "):
            _codec.Notifications({}, Event).read(data, len(data), [])

    @pytest.mark.parametrize("left", range(1, 16))
    def test_half_a_header_is_an_error(self, left: int) -> None:
        with pytest.raises(DecodeError, match=rf"^{left} bytes are left where a 16-byte message header should be"):
            self.read(bytes(left))

    @pytest.mark.parametrize("length", range(16, 20))
    def test_the_last_one_need_not_be_padded(self, length: int) -> None:
        data = struct.pack("=IHHII", length, 1, 0, 2, 3) + bytes(length - 16)
        if length == 16:
            assert self.read(data) == ([Leaf()], 16)
        else:
            with pytest.raises(DecodeError, match="bytes are left where an attribute's") as caught:
                self.read(data)
            assert caught.value.offset == 16

    def test_a_range_outside_the_data_is_refused(self) -> None:
        data = struct.pack("=IHHII", 16, 1, 0, 2, 3)
        for at, end in ((-1, 16), (0, 17), (0, 2**40)):
            with pytest.raises(ValueError, match="outside"):
                _codec.Records(self.plan).read(data, at, end, 1, 2, 3)
        for at, end in ((-1, 16), (0, 17), (16, 16), (20, 16)):
            with pytest.raises(ValueError, match="outside"):
                _codec.read_header(data, at, end)
        for at, stop in ((-1, 16), (17, None), (0, 17), (9, 8), (0, -1)):
            with pytest.raises(ValueError, match="outside"):
                _codec.decode(self.plan, data, at, stop)
        with pytest.raises(ValueError, match="outside"):
            _codec.Notifications({}, Event).read(data, 17, [])

    def test_nothing_is_a_message_of_nothing(self) -> None:
        assert self.read(b"") == ([], 0)
        assert decode(Leaf, b"") == Leaf()
        assert _codec.decode(self.plan, b"abc", 3) == Leaf()

    @pytest.mark.parametrize("data", ["text", None, 5, [1], memoryview(b"abcd")[::2]])
    def test_only_contiguous_bytes_are_read(self, data: Any) -> None:
        with pytest.raises((TypeError, ValueError, BufferError)):
            decode(Leaf, data)

    def test_every_sort_of_buffer_is_read(self) -> None:
        data = attribute(1, b"\7\0\0\0")
        for buffer in (data, bytearray(data), memoryview(data), memoryview(bytearray(data))):
            assert decode(Leaf, buffer) == Leaf(number=7)
