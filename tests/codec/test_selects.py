"""Sub-messages: chosen by a field before or behind them, by one further out, or by nothing."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from codec.records import Colour, Header, Leaf, Pair, attribute, decode, encode, nested
from netlynx.errors import DecodeError, EncodeError
from netlynx.schema import (
    Attribute,
    Layout,
    Record,
    array,
    attr,
    binary,
    enum,
    head,
    indexed,
    member,
    multi,
    nest,
    prefix,
    select,
    string,
    u8,
    u32,
)
from netlynx.schema import struct as struct_of


class Twig(Record):
    name: str | None = attr(1, string)


class Counted(Layout):
    count: int = member(u32)


KINDS = {
    "leaf": nest(Leaf),
    "pair": struct_of(Pair),
    "text": string,
    "list": indexed(u8),
    "bare": nest(Twig, bare=True),
}


class Message(Record):
    kind: str | None = attr(1, string)
    data: Any = attr(2, select("kind", KINDS))
    fallback: Any = attr(3, select("kind", {"leaf": nest(Leaf)}, default=nest(Twig)))
    colour: Colour | int | None = attr(4, enum(Colour, u8))
    paint: Any = attr(5, select("colour", {Colour.RED: nest(Leaf), Colour.GREEN: nest(Twig)}))
    number: int | None = attr(6, u32)


class Apart(Record):
    """What says what a sub-message is may stand in another nest than that."""

    kind: str | None = attr((18, 1), string)
    data: Any = attr((18, 2), select("kind", KINDS))


class Inner(Record):
    data: Any = attr(1, select("family", {1: nest(Leaf), 2: nest(Twig), 3: struct_of(Counted)}))
    name: str | None = attr(2, string)


class Middle(Record):
    inner: Inner | None = attr(1, nest(Inner))


class Outer(Record, header=Header):
    family: int = head()
    middle: Middle | None = attr(1, nest(Middle))
    name: str | None = attr(2, string)


class Kinded(Record):
    """A record with a `kind` in a record with a `kind`."""

    kind: str | None = attr(1, string)
    parts: Kinded | None = attr(2, nest(lambda: Kinded))
    data: Any = attr(3, select("kind", {"a": nest(Leaf), "b": nest(Twig)}))


NUMBER = attribute(1, struct.pack("=I", 7))


@pytest.mark.parametrize(
    ("kind", "value", "packed"),
    [
        ("leaf", Leaf(number=7), nested(2, NUMBER)),
        ("pair", Pair(low=1, high=2, name="x"), attribute(2, struct.pack("=BxxxI6sxx", 1, 2, b"x"))),
        ("text", "hello", attribute(2, b"hello\0")),
        ("list", (1, 2), nested(2, attribute(1, b"\1"), attribute(2, b"\2"))),
        ("bare", Twig(name="x"), attribute(2, attribute(1, b"x\0"))),
        ("other", b"raw", attribute(2, b"raw")),
        (None, b"raw", attribute(2, b"raw")),
    ],
)
def test_the_kind_says_what_the_data_is(kind: str | None, value: Any, packed: bytes) -> None:
    before = attribute(1, kind.encode() + b"\0") if kind else b""
    record = Message(kind=kind, data=value)
    assert encode(record) == before + packed
    assert decode(Message, before + packed) == record
    assert decode(Message, packed + before) == record
    assert decode(Message, packed + attribute(6, bytes(4)) + before).data == value


def test_a_default_takes_what_no_kind_takes() -> None:
    for kind in ("pair", "other", None):
        record = Message(kind=kind, fallback=Twig(name="x"))
        assert decode(Message, encode(record)) == record
    record = Message(kind="leaf", fallback=Leaf(number=1))
    assert decode(Message, encode(record)) == record


def test_an_enum_chooses_by_member_number_or_name() -> None:
    payload = encode(Message(colour=Colour.GREEN, paint=Twig(name="x")))
    assert decode(Message, payload) == Message(colour=Colour.GREEN, paint=Twig(name="x"))
    assert encode(Message(colour=2, paint=Twig(name="x"))) == payload
    assert encode(Message(colour="green", paint=Twig(name="x"))) == payload  # type: ignore[arg-type]


def test_what_does_not_fit_the_chosen_kind_stays_bytes() -> None:
    payload = attribute(1, b"text\0") + attribute(2, b"a\0b")
    assert decode(Message, payload).data == b"a\0b"
    assert encode(decode(Message, payload)) == payload


def test_an_error_inside_has_its_path_and_offset() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(Message, attribute(2, b"\1\0\0\0") + attribute(1, b"leaf\0"), strict=True)
    assert (caught.value.path, caught.value.offset) == ("Message.data", 4)


@pytest.mark.parametrize(
    ("record", "path", "message"),
    [
        (Message(data=Leaf()), "Message.data", "set kind too: it says what Leaf is for"),
        (Message(kind="other", data=Leaf()), "Message.data", "nothing is known of kind 'other': give bytes"),
        (Message(kind=["x"], data=Leaf()), "Message.kind", "expected a string, not list ['x']"),  # type: ignore[arg-type]
        (Message(kind="leaf", data=Twig()), "Message.data", "expected Leaf, not Twig Twig()"),
        (Message(kind="leaf", data=Leaf(number=-1)), "Message.data.number",
         "-1 is out of range: it cannot be negative"),
        (Message(kind="list", data=(1, 256)), "Message.data[1]",
         "256 is out of range for an unsigned 8-bit number (0 to 255)"),
        (Message(colour=Colour.DARK_BLUE, paint=Leaf()), "Message.paint",
         "nothing is known of colour Colour.DARK_BLUE: give bytes"),
        (Outer(middle=Middle(inner=Inner(data=Message()))), "Outer.middle.inner.data",
         "Message is none of the sub-messages that may stand here"),
        (Outer(middle=Middle(inner=Inner(data=5))), "Outer.middle.inner.data",
         "int is none of the sub-messages that may stand here"),
    ],
)  # fmt: skip
def test_what_may_not_stand_there_is_refused(record: Any, path: str, message: str) -> None:
    with pytest.raises(EncodeError) as caught:
        encode(record)
    assert (caught.value.path, caught.value.message) == (path, message)


@pytest.mark.parametrize(
    ("family", "value"), [(1, Leaf(number=7)), (2, Twig(name="x")), (3, Counted(count=9)), (4, b"rawb"), (0, b"raw")]
)
def test_a_field_further_out_chooses(family: int, value: Any) -> None:
    record = Outer(family=family, middle=Middle(inner=Inner(data=value)))
    assert decode(Outer, encode(record)) == record


def test_without_the_outer_record_it_stays_bytes() -> None:
    assert decode(Inner, nested(1, NUMBER)) == Inner(data=NUMBER)


def test_the_same_bytes_under_another_family_are_read_anew() -> None:
    """Neither the nest nor the one around it may be reused from the row before."""
    inside = nested(1, nested(1, nested(1, attribute(1, b"\7\0"))))
    for family, value in (
        (1, Leaf(number=7)),
        (2, Twig(name="\7")),
        (1, Leaf(number=7)),
        (3, Counted(count=0x10006, tail=b"\7\0\0\0")),
    ):
        record = decode(Outer, struct.pack("=BBBBI", family, 0, 0, 0, 0) + inside)
        assert record.middle.inner.data == value


def test_the_nearest_field_of_that_name_decides() -> None:
    """A part without a kind is not read as what the whole is."""
    payload = attribute(1, b"a\0") + nested(2, nested(3, NUMBER)) + nested(3, NUMBER)
    assert decode(Kinded, payload) == Kinded(kind="a", parts=Kinded(data=NUMBER), data=Leaf(number=7))
    payload = attribute(1, b"b\0") + nested(2, nested(3, NUMBER))
    assert decode(Kinded, payload) == Kinded(kind="b", parts=Kinded(data=NUMBER))


def test_more_sub_messages_than_any_kernel_sends_are_too_many() -> None:
    assert decode(Message, attribute(2, b"x") * 8).data == b"x"
    record = decode(Message, attribute(2, b"x") * 9)
    assert (record.data, record.unknown) == (b"x", (Attribute(2, b"x"),))
    assert record.unknown[0].problem == "data: more than 8 sub-messages in one record"
    with pytest.raises(DecodeError, match=r"^Message\.data: more than 8 sub-messages in one record \(at byte 68\)$"):
        decode(Message, attribute(2, b"x") * 9, strict=True)


def test_the_selector_may_stand_anywhere_in_the_record() -> None:
    before, after = nested(18, attribute(2, NUMBER)), nested(18, attribute(1, b"leaf\0"))
    for payload in (before + after, after + before, nested(18, attribute(2, NUMBER), attribute(1, b"leaf\0"))):
        assert decode(Apart, payload) == Apart(kind="leaf", data=Leaf(number=7))


def test_what_cannot_be_chosen_is_refused_when_it_is_declared() -> None:
    for make in (multi, array, indexed):
        with pytest.raises(TypeError, match="cannot be made of select"):
            make(select("kind", {"a": binary}))
    for item in (prefix("length"), multi(u8)):
        with pytest.raises(TypeError, match="cannot be made of"):
            select("kind", {"a": item})
