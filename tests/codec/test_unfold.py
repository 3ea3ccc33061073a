"""Messages whose rows lie in nests, each with a C struct of its own: what is made of them, and of broken ones."""

from __future__ import annotations

import random
import struct
from contextlib import suppress

import pytest

from netlynx.codec._codec import Counter, Records, Unfold
from netlynx.errors import DecodeError
from netlynx.schema import Constants, Layout, Record, attr, head, member, u8, u16, u32
from netlynx.schema.compile import plan_of

TYPE, OTHER, SEQUENCE = 300, 301, 7


class ROW(Constants):
    LIST = 1
    GROUP = 2
    ITEM = 3
    NUMBER = 4
    BESIDE = 9


class RowHeader(Layout):
    family: int = member(u8)
    index: int = member(u32)
    key: int = member(u16)
    more: int = member(u16)


class Row(Record, header=RowHeader):
    index: int = head()
    key: int = head()
    number: int | None = attr((ROW.LIST, ROW.GROUP, ROW.ITEM, ROW.NUMBER), u32)
    beside: int | None = attr(ROW.BESIDE, u32)


def attribute(number: int, payload: bytes) -> bytes:
    size = 4 + len(payload)
    return struct.pack("=HH", size, number) + payload + bytes(-size % 4)


def item(key: int, number: int) -> bytes:
    return attribute(ROW.ITEM, struct.pack("=HH", key, 0) + attribute(ROW.NUMBER, struct.pack("=I", number)))


def message(payload: bytes, kind: int = TYPE, index: int = 5) -> bytes:
    body = struct.pack("=B3xI", 7, index) + payload
    return struct.pack("=IHHII", 16 + len(body), kind, 2, SEQUENCE, 0) + body + bytes(-len(body) % 4)


def unfold(
    sink: Records | Counter | None, path: tuple[int, ...] = (ROW.LIST, ROW.GROUP, ROW.ITEM), **more: int
) -> Unfold:
    return Unfold(sink, 8, path, more.pop("lead", 4), **more)  # type: ignore[arg-type]  # numbers


def rows(data: bytes, **more: int) -> list[Row]:
    sink = Records(plan_of(Row))
    unfold(sink, **more).read(data, 0, len(data), TYPE, SEQUENCE, 0)
    found: list[Row] = sink.records
    return found


BESIDE = attribute(ROW.BESIDE, struct.pack("=I", 77))
GROUPS = attribute(
    ROW.LIST,
    attribute(ROW.GROUP, item(1, 10) + item(2, 20)) + attribute(ROW.GROUP, b"") + attribute(ROW.GROUP, item(3, 30)),
)


def test_every_row_of_every_nest_is_a_record_with_what_stands_beside() -> None:
    data = message(GROUPS + BESIDE) + message(attribute(ROW.LIST, b""), index=6) + message(GROUPS, index=7)
    assert rows(data) == [
        *(Row(index=5, key=key, number=10 * key, beside=77) for key in (1, 2, 3)),
        *(Row(index=7, key=key, number=10 * key) for key in (1, 2, 3)),
    ]


def test_rows_may_stand_in_the_message_itself_and_their_struct_in_an_attribute() -> None:
    class FlatRow(Record, header=RowHeader):
        index: int = head()
        key: int = head()
        number: int | None = attr((ROW.ITEM, ROW.NUMBER), u32)

    def flat(key: int, number: int) -> bytes:
        return attribute(
            ROW.ITEM, attribute(8, struct.pack("=HH", key, 0)) + attribute(ROW.NUMBER, struct.pack("=I", number))
        )

    sink = Records(plan_of(FlatRow))
    data = message(flat(1, 10) + BESIDE + flat(2, 20))
    Unfold(sink, 8, (ROW.ITEM,), 4, 8, aside=(ROW.BESIDE,)).read(data, 0, len(data), TYPE, SEQUENCE, 0)
    assert sink.records == [FlatRow(index=5, key=1, number=10), FlatRow(index=5, key=2, number=20)]


def test_messages_of_another_type_belong_to_them_where_it_is_told() -> None:
    data = message(GROUPS, OTHER) + message(GROUPS)
    assert [each.key for each in rows(data, also=OTHER)] == [1, 2, 3, 1, 2, 3]
    assert rows(data) == []


def test_what_is_broken_is_kept_and_ends_nothing() -> None:
    broken = attribute(ROW.LIST, attribute(ROW.GROUP, struct.pack("=HH", 99, ROW.ITEM)))
    first, *others = rows(message(broken + BESIDE) + message(GROUPS))
    assert (first.index, first.key, first.beside) == (5, 0, 77)
    assert first.unknown
    assert [each.key for each in others] == [1, 2, 3]
    (short,) = rows(message(attribute(ROW.LIST, attribute(ROW.GROUP, attribute(ROW.ITEM, b"\1\0")))))
    assert (short.key, short.number) == (0, None)


def test_notifications_are_unfolded_and_told_apart_by_their_mark() -> None:
    data = message(BESIDE, OTHER) + message(GROUPS) + message(b"")
    found = unfold(None).unfolded(data, len(data), {TYPE}, 0x4000)
    assert found is not None
    kinds, at = [], 0
    while at < len(found):
        size, kind = struct.unpack_from("=IH", found, at)
        kinds.append(kind)
        at += size + -size % 4
    assert kinds == [OTHER, *[TYPE | 0x4000] * 3, TYPE]
    assert unfold(None).unfolded(message(b""), len(message(b"")), {TYPE}, 0x4000) is None


@pytest.mark.parametrize("seed", range(4))
def test_no_bytes_are_too_strange(seed: int) -> None:
    """Whatever is changed in a message, reading it ends: with rows, or with an error of the message."""
    chance = random.Random(seed)
    whole = bytearray(message(GROUPS + BESIDE) + message(GROUPS, OTHER))
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(16, len(data))] = chance.randrange(256)
        counter = Counter()
        sink = unfold(counter, also=OTHER, within=chance.choice((0, ROW.NUMBER)))
        with suppress(DecodeError):
            sink.read(data, 0, chance.randrange(len(data) + 1), TYPE, SEQUENCE, 0)
        sink.unfolded(data, chance.randrange(len(data) + 1), {TYPE, OTHER}, 0x4000)
