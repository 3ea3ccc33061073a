"""Messages of one object each that are packed to one with a list, and what is read of it, by every sink."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlynx.codec._codec import Columns, Counter, Json, Records
from netlynx.engine.reading import Reading
from netlynx.schema import Layout, Record, attr, head, member, string, u16, u32
from netlynx.schema.compile import plan_of
from netlynx.schema.rows import Rows

KIND, SEQUENCE, PORT = 77, 5, 9
LIST, ITEM, ASIDE = 6, 2, 4


class Head(Layout):
    family: int = member(u32)


class Row(Record, header=Head):
    family: int = head()
    owner: str | None = attr(1, string)
    number: int | None = attr((LIST, ITEM, 1), u32)
    short: int | None = attr((LIST, ITEM, 3), u16)


ROWS = Rows(Head, LIST, ITEM)
READING = Reading((), rows=LIST, aside=(ASIDE,))


def message(payload: bytes) -> bytes:
    return struct.pack("=IHHII", 16 + len(payload), KIND, 2, SEQUENCE, PORT) + payload + bytes(-len(payload) & 3)


def attribute(kind: int, payload: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) & 3)


def sinks(messages: list[bytes], **wanted: Any) -> list[Any]:
    """What each sink makes of messages that hold lists."""
    data = b"".join(messages)
    plan = plan_of(Row)
    made: list[Any] = []
    condition = plan.filter(tuple(wanted.items())) if wanted else None
    for sink in (
        Records(plan, condition),
        Counter(condition),
        Columns(plan, condition),
        Json(plan, condition, b",", b""),
    ):
        spread = READING.sink(sink, Row)
        assert spread.read(data, 0, len(data), KIND, SEQUENCE, PORT) == (len(data), 2 if messages else 0)
        made.append(sink)
    return made


def read(messages: list[bytes], **wanted: Any) -> list[Row]:
    """The records, having seen to it that all sinks say the same."""
    records, counter, columns, text = sinks(messages, **wanted)
    found: list[Row] = records.take()
    assert counter.count == len(found)
    assert columns.finish().num_rows == len(found)
    assert json.loads(b"[" + bytes(text.take()) + b"]") == [each.to_dict() for each in found]
    return found


LOTS = st.lists(
    st.builds(Row, number=st.none() | st.integers(0, 2**32 - 1), short=st.none() | st.integers(0, 2**16 - 1)).filter(
        lambda row: (row.number, row.short) != (None, None)
    ),
    min_size=1,
    max_size=30,
)


@given(st.lists(LOTS, max_size=5), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9))
@settings(max_examples=25, deadline=None)
def test_a_message_of_many_is_read_as_many(lots: list[list[Row]], owner: str) -> None:
    lots = [[row.replace(family=7, owner=owner) for row in lot] for lot in lots]
    messages = [message(ROWS.joined([row.to_bytes() for row in lot])) for lot in lots]
    assert read(messages) == [row for lot in lots for row in lot]


@given(LOTS)
@settings(max_examples=20, deadline=None)
def test_conditions_are_on_each_row(lot: list[Row]) -> None:
    whole = [message(ROWS.joined([row.to_bytes() for row in lot]))]
    wanted = lot[0].short
    assert read(whole, short=wanted) == [row for row in lot if row.short == wanted]


def test_what_is_said_of_the_owner_is_left_out_and_what_is_not_known_is_kept() -> None:
    row = attribute(LIST | 0x8000, attribute(ITEM | 0x8000, attribute(1, b"\1\0\0\0")))
    known = attribute(1, b"me\0") + attribute(ASIDE, b"about me") + attribute(9, b"?")
    (found,) = read([message(b"\7\0\0\0" + known + row)])
    assert (found.family, found.owner, found.number) == (7, "me", 1)
    assert [(each.type, each.payload) for each in found.unknown] == [(9, b"?")]


def test_a_message_without_objects_is_no_record() -> None:
    assert read([message(b"\0\0\0\0"), message(b"\0\0\0\0" + attribute(LIST, b"")), message(b"\0\0\0\0")]) == []


def test_rows_are_joined_and_taken_out_of_their_list() -> None:
    rows = [Row(family=2, owner="me", number=n) for n in range(3)]
    whole = ROWS.joined([row.to_bytes() for row in rows], number=8)
    assert [each.unknown[0].payload for each in read([message(whole)])] == [struct.pack("=I", n + 1) for n in range(3)]
    one = rows[0].to_bytes()
    assert ROWS.alone(one) == one.replace(attribute(LIST | 0x8000, one[-12:]), one[-12:])
    with pytest.raises(ValueError, match="no messages"):
        ROWS.joined([])
    with pytest.raises(ValueError, match="no list"):
        ROWS.joined([Row(owner="me").to_bytes()])
    with pytest.raises(ValueError, match="do not fit"):
        ROWS.joined([one] * 6000)
