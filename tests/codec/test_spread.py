"""Messages that hold many rows: each row becomes a message of its own for every sink, and two that say where a range
begins and is over become one."""

from __future__ import annotations

import contextlib
import json
import random
import struct
from typing import Any

import pytest

from netlynx.codec._codec import Columns, Counter, Json, Records, Sink
from netlynx.engine.exchange import DumpExchange
from netlynx.engine.operation import Dump, make_dump
from netlynx.engine.reading import Reading
from netlynx.errors import DecodeError
from netlynx.schema import Layout, Record, attr, be32, binary, head, ip4, member, string, u8

TYPE = 0x0A0C


class Header(Layout):
    family: int = member(u8)
    version: int = member(u8)
    resource: int = member(be32)


class Row(Record, header=Header):
    family: int = head()
    table: str | None = attr(1, string)
    key: Any = attr((3, 1, 1, 1), binary)
    last: bytes | None = attr((3, 1, 10, 1), binary)
    flags: int | None = attr((3, 1, 3), be32)
    said: str | None = attr(9, string)


SAID = struct.pack("=HH", 8, 9) + b"abc\0"


def nla(number: int, payload: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(payload), number) + payload + bytes(-len(payload) % 4)


def row(key: bytes, last: bytes | None = None, flags: int | None = None) -> bytes:
    made = nla(1, nla(1, key))
    if flags is not None:
        made += nla(3, flags.to_bytes(4, "big"))
    if last is not None:
        made += nla(10, nla(1, last))
    return nla(1, made)


def message(rows: list[bytes], table: bytes = b"t", kind: int = TYPE, flags: int = 2) -> bytes:
    payload = b"\x02\0\0\0\0\0\0\0" + nla(1, table + b"\0") + nla(3, b"".join(rows))
    return struct.pack("=IHHII", 16 + len(payload), kind, flags, 1, 7) + payload


DONE = struct.pack("=IHHIIi", 20, 3, 2, 1, 7, 0)


def asked(**how: Any) -> Dump[Row]:
    made = make_dump("rows", 12, TYPE, Row(), Row, TYPE)
    values = {name: getattr(made, name) for name in made.__struct_fields__}
    return Dump(**values | {"reading": Reading(how.pop("kinds", ()), 3, SAID, **how)})


def read(sink: Sink, operation: Dump[Row], *datagrams: bytes) -> DumpExchange:
    exchange = DumpExchange(operation, 1, 7, operation.sink(sink))
    for each in (*datagrams, DONE):
        exchange.feed(bytearray(each), len(each))
    assert exchange.done
    return exchange


def records(operation: Dump[Row], *datagrams: bytes) -> list[Row]:
    sink = Records(operation.plan(), operation.filter())
    read(sink, operation, *datagrams)
    return sink.records


def test_each_row_comes_with_what_stands_around_it() -> None:
    datagrams = [message([row(b"a"), row(b"bcdef")]) + message([]), message([row(b"")], table=b"other")]
    found = records(asked(), *datagrams)
    assert [(each.family, each.table, each.key, each.said) for each in found] == [
        (2, "t", b"a", "abc"),
        (2, "t", b"bcdef", "abc"),
        (2, "other", b"", "abc"),
    ]


def test_every_sink_sees_the_same_rows() -> None:
    operation = asked(kinds=(("key", ip4),))
    keys = [bytes((10, 0, 0, number)) for number in range(9)]
    datagrams = [message([row(key) for key in keys[at : at + 4]]) for at in range(0, 9, 4)]
    texts = [f"10.0.0.{number}" for number in range(9)]
    assert [each.key for each in records(operation, *datagrams)] == texts
    counter, columns = Counter(), Columns(operation.plan())
    lines = Json(operation.plan(), None, b"", b"\n")
    for sink in (counter, columns, lines):
        read(sink, operation, *datagrams)
    assert counter.count == 9
    assert columns.finish().num_rows == 9
    assert [json.loads(line)["key"] for line in bytes(lines.take()).decode().splitlines()] == texts
    wanted = operation.where(key="10.0.0.4")
    assert [each.key for each in records(wanted, *datagrams)] == ["10.0.0.4"]
    counter = Counter(wanted.filter())
    read(counter, wanted, *datagrams)
    assert counter.count == 1


def test_a_last_value_stands_behind_the_first() -> None:
    operation = asked(key=1, last=10)
    found = records(operation, message([row(b"aaaa", b"zzzz"), row(b"only"), row(b"12345", b"123456789")]))
    assert [(each.key, each.last) for each in found] == [
        (b"aaaazzzz", None),
        (b"onlyonly", None),
        (b"12345123456789", None),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_ends_find_their_beginnings_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    bounds = sorted(chance.sample(range(1, 65536), 40))
    ranges = list(zip(bounds[::2], bounds[1::2], strict=True))
    if seed % 2:  # some touch each other, and the last one has no end
        ranges = [(bounds[at], bounds[at + 1]) for at in range(39)] + [(bounds[39], 65536)]
    rows = [row(first.to_bytes(2, "big")) for first, _ in ranges]
    rows += [row(behind.to_bytes(2, "big"), flags=1) for _, behind in ranges if behind < 65536]
    rows.append(row(b"\0\0", flags=1))  # it ends nothing
    chance.shuffle(rows)
    cut = chance.randrange(len(rows))
    found = records(asked(key=1, last=10, flags=3), message(rows[:cut]), message(rows[cut:]))
    made = [(int.from_bytes(each.key[:2], "big"), int.from_bytes(each.key[2:], "big") + 1) for each in found]
    assert made == ranges


def test_a_row_without_a_key_is_no_range() -> None:
    everything = nla(1, nla(3, (2).to_bytes(4, "big")))
    found = records(asked(key=1, last=10, flags=3), message([everything, row(b"\x01"), row(b"\x05", flags=1)]))
    assert [(each.key, each.flags) for each in found] == [(None, 2), (b"\x01\x04", None)]


STRANGE = {
    "a row that is longer than its list": [struct.pack("=HH", 400, 1) + bytes(8)],
    "a row that is shorter than its own header": [struct.pack("=HH", 2, 1) + bytes(8)],
    "bytes that are no row": [b"\1\2"],
}


@pytest.mark.parametrize("rows", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("how", [{}, {"key": 1, "last": 10}, {"key": 1, "last": 10, "flags": 3}], ids=str)
def test_what_is_strange_goes_on_as_it_is(rows: list[bytes], how: dict[str, int]) -> None:
    plain = make_dump("rows", 12, TYPE, Row(), Row, TYPE)
    data = message([row(b"a"), *rows])

    def outcome(operation: Dump[Row]) -> object:
        try:
            return records(operation, data)
        except DecodeError as error:
            return str(error)

    assert outcome(asked(**how)) == outcome(plain)


@pytest.mark.parametrize("how", [{}, {"key": 1, "last": 10}, {"key": 1, "last": 10, "flags": 3}], ids=str)
def test_no_bytes_make_it_read_beyond_them(how: dict[str, int]) -> None:
    chance = random.Random(5)
    good = message([row(b"abcd", b"efgh"), row(b"abcd", flags=1), row(b"x" * 300)])
    for _ in range(400):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(16, len(data))] = chance.choice((0, 1, 3, 4, 5, 8, 255, chance.randrange(256)))
        for sink in (Records(asked(**how).plan()), Counter(), Columns(asked(**how).plan()), Json(asked(**how).plan())):
            with contextlib.suppress(DecodeError):
                read(sink, asked(**how), bytes(data))


def test_messages_of_others_end_what_is_read() -> None:
    operation = asked()
    sink = Records(operation.plan())
    exchange = DumpExchange(operation, 1, 7, operation.sink(sink))
    data = message([row(b"a")]) + message([row(b"b")], kind=99)
    exchange.feed(bytearray(data), len(data))
    assert [each.key for each in sink.records] == [b"a"]
    assert exchange.strays == 1


def test_an_interrupted_list_says_so() -> None:
    assert read(Counter(), asked(), message([row(b"a")], flags=2 | 0x10)).interrupted
