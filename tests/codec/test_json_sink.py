"""JSON written straight from messages is the JSON of their records, whatever the messages are."""

from __future__ import annotations

import json
import socket
import struct
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import toy
from codec.records import Colour, Header, Leaf, Marks, Pair, attribute, encode, nested
from facts.walk import declared, title
from netlynx.codec._codec import Datagrams, Filter, Json, Records, Traffic, decode, page_aligned, to_json
from netlynx.codec.outlines import outline_of
from netlynx.diag import TcpSocket
from netlynx.errors import DecodeError
from netlynx.route import Address, Link, Neighbour, NextHopObject, Route, Rule
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    be16,
    binary,
    enum,
    flag,
    head,
    hook,
    indexed,
    ip,
    keyed,
    labels,
    mac,
    member,
    multi,
    nest,
    prefix,
    s8,
    s32,
    select,
    sequence,
    string,
    u8,
    u16,
    u32,
    u64,
    via,
)
from netlynx.schema import (
    struct as layout,
)
from netlynx.schema.compile import plan_of
from netlynx.schema.outlining import described
from netlynx.wire.message import Message
from strategies import records
from table_rows import PORT, SEQUENCE, TYPE, datagram
from worth import examples

MESSAGES = [Address, Link, Neighbour, NextHopObject, Route, Rule]
thorough = examples(3)


class Chosen(Record):
    number: int | None = attr(1, u32)
    kind: str | None = attr((2, 1), string)
    data: Leaf | str | bytes | None = attr((2, 2), select("kind", {"leaf": nest(Leaf), "text": string}))
    inner: Inner | None = attr(3, nest(lambda: Inner))


class Inner(Record):
    data: Leaf | str | bytes | None = attr(1, select("kind", {"leaf": nest(Leaf), "text": string, None: binary}))
    deeper: Inner | None = attr(2, nest(lambda: Inner))


def _odd(payload: bytes) -> Any:
    if payload == b"no":
        return NotImplemented
    if payload == b"bad":
        raise ValueError("not today")
    return [payload.decode("latin-1"), len(payload)]


class Everything(Record, header=Header):
    family: int = head(always=True)
    small: int = head()
    colour: Any = head()
    destination: str | None = attr(1, prefix("length", default=True))
    gateway: str | None = attr(2, ip)
    name: str | None = attr(3, string, always=True)
    number: int | None = attr(4, s32)
    large: int | None = attr(5, u64)
    marks: Any = attr(6, enum(Marks, u16))
    there: bool = attr(7, flag)
    seen: bool = attr(8, flag, always=True)
    data: bytes | None = attr(9, binary)
    address: str | None = attr(10, mac)
    stack: str | None = attr(11, labels)
    next_hop: str | None = attr(12, via)
    pair: Pair | None = attr(13, layout(Pair))
    leaf: Leaf | None = attr(14, nest(Leaf))
    several: tuple[int, ...] = attr(15, multi(u32))
    leaves: tuple[Leaf, ...] = attr(16, multi(nest(Leaf)))
    row: tuple[int, ...] | None = attr(17, array(u16))
    list: tuple[Leaf, ...] | None = attr(18, indexed(nest(Leaf)))
    hops: tuple[toy.Hop, ...] | None = attr(19, sequence(toy.Hop))
    odd: Any = attr(20, hook(_odd, lambda value: b""))
    table: dict[int, int] | None = attr(21, keyed(u32))
    chosen: Chosen | None = attr(22, nest(Chosen))
    paint: Any = attr(23, enum(Colour, u8))
    seldom: int | None = attr(24, u32, rare=True)


class WideHeader(Layout):
    large: int = member(u64)
    a_number_with_a_name_that_is_longer_than_most: int = member(u32)
    small: int = member(be16)
    least: int = member(u8)
    signed: int = member(s8)


class Wide(Record, header=WideHeader):
    large: int = head(always=True)
    a_number_with_a_name_that_is_longer_than_most: int = head(always=True)
    small: int = head(always=True)
    least: int = head(always=True)
    signed: int = head(always=True)


def outcome(sink: Any, data: bytes) -> Any:
    """What reading gives: where it stopped and the flags, or the error."""
    try:
        return sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
    except DecodeError as error:
        return str(error), error.path, error.offset


def written(sink: Json) -> bytes:
    return bytes(sink.take())


@cache
def outline(cls: Any) -> Any:
    return outline_of(*described(plan_of(cls)))


def check(cls: Any, *payloads: bytes) -> bytes:
    """All ways to JSON give the same for these messages; returns it."""
    data = datagram(*payloads)
    reference = Records(plan_of(cls))
    expected = outcome(reference, data)
    for sink in (Json(plan_of(cls), None, b","), Json(outline(cls), None, b",", complete=lambda: plan_of(cls))):
        assert outcome(sink, data) == expected
        text = b"[" + written(sink) + b"]"
        assert text == to_json(reference.records)
        assert sink.count == len(reference.records)
        assert len(json.loads(text)) == sink.count
    return to_json(reference.records)


@pytest.mark.parametrize("cls", [*declared(Record), toy.Entry, Everything], ids=title)
@thorough
@given(data=st.data())
def test_the_text_is_that_of_the_records(cls: Any, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(records(cls), min_size=1, max_size=2))
    check(cls, *(encode(each) for each in drawn))


@pytest.mark.parametrize("cls", [*MESSAGES, toy.Entry, Everything], ids=title)
@thorough
@given(data=st.data())
def test_damaged_messages_give_the_same_text_or_are_refused_with_the_same_words(cls: Any, data: st.DataObject) -> None:
    payload = bytearray(encode(data.draw(records(cls))))
    for _ in range(data.draw(st.integers(1, 4))):
        if payload:
            payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    check(cls, bytes(payload))


@pytest.mark.parametrize("cls", [*MESSAGES, Everything], ids=title)
@thorough
@given(data=st.data())
def test_rows_that_hardly_differ_do_not_show_in_each_other(cls: Any, data: st.DataObject) -> None:
    payload = encode(data.draw(records(cls)))
    rows = [payload]
    for _ in range(data.draw(st.integers(1, 6))):
        row = bytearray(data.draw(st.sampled_from([payload, rows[-1]])))
        for _ in range(data.draw(st.integers(0, 2))):
            row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from([0, 1, 2, 10, 24, 255]))
        rows.append(bytes(row))
    check(cls, *rows)


HEAD = struct.pack("=BBBBI", 2, 24, 1, 1, 0)
SELECTING = st.sampled_from([b"leaf", b"text\0", b"\x08\0\1\0\1\0\0\0"])
SELECTED = st.sampled_from([b"", b"a", b"\x08\0\1\0text"])
parts = st.one_of(
    st.builds(attribute, st.integers(1, 26), st.binary(max_size=12), st.sampled_from([0, 0x4000, 0x8000])),
    st.builds(attribute, st.sampled_from([7, 8]), st.sampled_from([b"", b"\0", b"\1", b"\2", b"\0\0"])),
    st.builds(attribute, st.just(20), st.sampled_from([b"no", b"bad", b"yes"])),
    st.builds(attribute, st.just(3), st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogateescape"))),
    st.builds(nested, st.just(21), *[st.builds(attribute, st.integers(0, 3), st.just(b"abcd"))] * 2),
    st.builds(
        nested,
        st.just(22),
        *[
            st.one_of(
                st.builds(attribute, st.just(1), st.just(b"abcd")),
                st.builds(
                    nested,
                    st.just(2),
                    *[st.builds(attribute, st.integers(1, 2), SELECTING)] * 2,
                ),
                st.builds(
                    nested,
                    st.just(3),
                    st.builds(attribute, st.integers(1, 2), SELECTED),
                ),
            )
        ]
        * 3,
    ),
)


@examples(60)
@given(messages=st.lists(st.lists(parts, max_size=5), min_size=1, max_size=4), family=st.sampled_from([2, 10, 28, 0]))
@example(messages=[[attribute(20, b"bad")]], family=2)
@example(messages=[[attribute(3, each)] for each in (b'"', b"\\", b"\xff", b"\n\0", b"a\0b", b"")], family=2)
@example(messages=[[attribute(15, b"1234"), attribute(15, b"123"), attribute(15, b"12")]], family=2)
def test_anything_that_attributes_can_be_is_written_alike(messages: list[list[bytes]], family: int) -> None:
    header = struct.pack("=BBBBI", family, 24, 1, 77, 0)
    check(Everything, *(header + b"".join(each) for each in messages))


def test_of_what_comes_twice_the_last_counts() -> None:
    twice = HEAD + attribute(4, b"\1\0\0\0") + attribute(4, b"\2\0\0\0")
    other = HEAD + attribute(4, b"\3\0\0\0") + attribute(4, b"\2\0\0\0")
    text = check(Everything, twice, twice, other, twice)
    assert [each["number"] for each in json.loads(text)] == [2, 2, 2, 2]


def test_a_sub_message_is_what_its_selector_said_when_it_was_met() -> None:
    """Of a nest further in, only what stands before it decides; of its own nest, all does."""
    leaf = nested(2, attribute(1, struct.pack("=I", 7)))
    kind = nested(2, attribute(1, b"leaf"))
    inside = nested(3, nested(1, attribute(1, struct.pack("=I", 7))))
    assert b'"data":{"number":7}' in check(Chosen, nested(2, leaf, attribute(1, b"leaf")))
    assert b'"inner":{"data":{"number":7}}' in check(Chosen, kind + inside)
    assert b'"inner":{"data":"0800010007000000"}' in check(Chosen, inside + kind)
    assert b'"inner":{"deeper":{"data":"61"}}' in check(Chosen, nested(3, nested(2, attribute(1, b"a"))))
    check(Chosen, nested(2, attribute(1, b"other"), leaf), nested(2, leaf), kind + kind + inside)


def test_nests_may_be_as_deep_as_for_records() -> None:
    payload = b""
    for _ in range(60):
        payload = nested(2, payload)
        check(Chosen, nested(3, payload))


def test_what_is_unknown_is_shown_as_in_the_record() -> None:
    text = check(Everything, HEAD + attribute(60, b"abc"), HEAD + attribute(13, bytes(24)))
    assert b'"unknown":[{"type":60' in text
    assert b'"tail":"' in text


def test_a_filter_leaves_out_what_does_not_pass() -> None:
    payloads = [HEAD + attribute(4, struct.pack("=i", number)) for number in (-5, 7, 8, 7)]
    plan = plan_of(Everything)
    sink = Json(plan, Filter(plan, (("number", 7),)), b",")
    data = datagram(*payloads)
    assert sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)[0] == len(data)
    assert [each["number"] for each in json.loads(b"[" + written(sink) + b"]")] == [7, 7]


def test_text_is_taken_in_pieces() -> None:
    sink = Json(plan_of(Leaf), between=b",", after=b";")
    data = datagram(attribute(1, b"\1\0\0\0"))
    pieces = []
    for _ in range(3):
        sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
        assert sink.size > 0
        pieces.append(written(sink))
        assert sink.size == 0
    assert pieces == [b'{"number":1};', b',{"number":1};', b',{"number":1};']
    assert written(sink) == b""


def test_text_outlives_its_sink_and_grows_past_any_buffer() -> None:
    sink = Json(plan_of(Leaf), after=b"\n")
    data = datagram(*[attribute(1, b"\1\0\0\0")] * 2000)
    for _ in range(50):
        sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
    text = sink.take()
    del sink
    assert len(text) == 100_000 * len('{"number":1}\n')
    view = memoryview(text)
    del text
    assert view[-13:] == b'{"number":1}\n'
    assert view.readonly


def test_text_that_is_kept_stays_while_others_are_written_and_let_go() -> None:
    sink = Json(plan_of(Leaf))
    kept = []
    for number in range(40):
        data = datagram(*[attribute(1, struct.pack("=I", number))] * 1000)
        sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
        text = sink.take()
        if number % 3:
            kept.append((number, text))
    for number, text in kept:
        assert bytes(text) == b'{"number":%d}' % number * 1000


def test_receiving_stops_for_the_text_to_be_taken() -> None:
    message = Message(TYPE, 0, SEQUENCE, PORT, bytes(72)).pack()
    text = to_json(decode(plan_of(TcpSocket), bytes(72)))
    each = 30_000 // len(message)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.setblocking(False)
    sink = Json(plan_of(TcpSocket))
    datagrams = Datagrams(ours.fileno())
    came = []
    with ours, theirs:
        while sink.size < 1 << 20:
            for _ in range(3):
                theirs.send(message * each)
            before = sink.count
            sink.drain(datagrams, page_aligned(1 << 16), TYPE, SEQUENCE, PORT, Traffic(), 64)
            came.append((sink.count - before) // each)
        assert set(came[:-1]) == {3}
        theirs.send(message * each)
        theirs.send(message * each)
        before = sink.count
        sink.drain(datagrams, page_aligned(1 << 16), TYPE, SEQUENCE, PORT, Traffic(), 64)
        assert sink.count - before == each  # one, as there is enough
        assert written(sink) == text * sink.count
        sink.drain(datagrams, page_aligned(1 << 16), TYPE, SEQUENCE, PORT, Traffic(), 64)
        assert sink.size > 0
        datagrams.close()


def test_names_that_fall_on_the_same_place_are_not_mixed_up() -> None:
    numbers = struct.pack("=B", 1), struct.pack("=B", 2), struct.pack("=B", 200)
    for colour in numbers:
        check(Everything, *(HEAD + attribute(23, colour) + attribute(6, struct.pack("=H", each)) for each in range(64)))


def test_reading_stops_where_records_stop() -> None:
    data = datagram(attribute(1, b"\1\0\0\0"))
    sink = Json(plan_of(Leaf))
    assert sink.read(data, 0, len(data), TYPE + 1, SEQUENCE, PORT) == (0, 0)
    assert sink.read(data, 0, len(data), TYPE, SEQUENCE + 1, PORT) == (0, 0)
    assert sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT + 1) == (0, 0)
    with pytest.raises(ValueError, match="outside the data"):
        sink.read(data, 0, len(data) + 1, TYPE, SEQUENCE, PORT)
    with pytest.raises(DecodeError) as caught:
        sink.read(data[:10], 0, 10, TYPE, SEQUENCE, PORT)
    assert caught.value.offset == 0
    assert sink.count == 0


def test_an_interrupt_in_a_hook_is_not_swallowed() -> None:
    def interrupted(payload: bytes) -> Any:
        raise KeyboardInterrupt

    class Slow(Record):
        odd: Any = attr(1, hook(interrupted, lambda value: b""))

    sink = Json(plan_of(Slow))
    data = datagram(attribute(1, b"x"))
    with pytest.raises(KeyboardInterrupt):
        sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
    assert sink.size == 0


def test_many_values_of_a_flag_set_take_bounded_memory() -> None:
    for start in range(0, 1 << 16, 1 << 12):
        check(Everything, *(HEAD + attribute(6, struct.pack("=H", each)) for each in range(start, start + 500)))
    assert check(Everything, HEAD + attribute(6, b"\3\0"), HEAD + attribute(23, b"\1")).count(b"red") == 3


def test_numbers_of_every_width_are_what_records_say() -> None:
    for digits in range(20):
        for near in (10**digits - 1, 10**digits, 10**digits + 1):
            check(Everything, HEAD + attribute(5, struct.pack("=Q", near)))
            check(Wide, struct.pack("=QIHBB", near, near & 0xFFFFFFFF, near & 0xFFFF, near & 0xFF, 0))
    for payload in (b"\xff", b"\xfe\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", bytes(8), b"\xff" * 8, b"123"):
        check(Everything, HEAD + attribute(4, payload) + attribute(5, payload) + attribute(6, payload))


def test_bytes_of_u8_heads_are_labels() -> None:
    assert u8.width == 1
    assert b'"colour":"red"' in check(Everything, HEAD)
    assert b'"destination":"0.0.0.0/0"' in check(Everything, struct.pack("=BBBBI", 2, 0, 0, 9, 0))
