"""What becomes of a table: who takes it, how long it lives, what it says of itself."""

from __future__ import annotations

import contextlib
import gc
import sys
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pytest

import netlynx
import toy
from codec.records import Colour, Marks, attribute, one
from facts.walk import declared
from netlynx.codec._codec import decode, encode
from netlynx.kernel import VirtualKernel
from netlynx.route import Route
from netlynx.schema import (
    Layout,
    Record,
    attr,
    binary,
    boolean,
    enum,
    flag,
    head,
    hook,
    ip,
    mac,
    member,
    multi,
    nest,
    s16,
    string,
    u8,
    u16,
    u32,
)
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code
from support import resident
from table_rows import table_of, table_of_payloads

DEFAULTS: dict[str, Any] = {"family": 2, "table": 254, "protocol": 4, "scope": 0, "type": 1, "tos": 0, "flags": 0}


def values(table: Any) -> list[Any]:
    read = pyarrow.table(table)
    read.validate(full=True)
    return list(read["value"].to_pylist())


def one_column(kind: Any, *payloads: bytes, **options: Any) -> Any:
    return table_of_payloads(one(kind), *(attribute(1, payload) for payload in payloads), **options)


def routes(count: int) -> Any:
    return table_of(
        *(Route(destination=f"10.0.{n}.0/24", gateway=f"192.0.2.{n % 3}", oif=n, **DEFAULTS) for n in range(count))
    )


def test_polars_takes_a_table_as_it_is() -> None:
    frame = polars.DataFrame(routes(9)).filter(polars.col("gateway") == "192.0.2.1")
    assert frame["destination"].to_list() == ["10.0.1.0/24", "10.0.4.0/24", "10.0.7.0/24"]
    assert frame["type"].cast(str).to_list() == ["unicast"] * 3


def test_duckdb_queries_a_table_by_its_variable() -> None:
    table = routes(9)
    assert table.num_rows == 9
    counted = duckdb.sql(
        "select gateway, count(*), max(oif) from table group by 1 order by 1".replace("table", '"table"')
    )
    assert counted.fetchall() == [("192.0.2.0", 3, 6), ("192.0.2.1", 3, 7), ("192.0.2.2", 3, 8)]


def test_pandas_takes_a_table_as_it_is() -> None:
    frame = pandas.DataFrame.from_arrow(routes(4))
    assert list(frame["destination"]) == [f"10.0.{n}.0/24" for n in range(4)]


def test_a_table_without_rows_has_its_columns() -> None:
    table = table_of_payloads(Route)
    assert len(table) == 0
    assert polars.DataFrame(table).columns == table.column_names == pyarrow.table(table).column_names
    assert pyarrow.schema(table).names == table.column_names


def test_columns_without_a_value_have_their_type_and_take_nothing() -> None:
    few, many = routes(1), routes(200)
    assert few.schema == many.schema
    assert many.schema["metric"] == "uint32"
    assert many.schema["protocol"] == "dictionary<uint8, string>"
    assert many.nbytes < 200 * 60


def test_what_was_made_from_a_table_outlives_it() -> None:
    table = routes(100)
    first, second = pyarrow.table(table), pyarrow.table(table)
    column = first["destination"]
    del table, first
    gc.collect()
    assert column.to_pylist() == second["destination"].to_pylist() == [f"10.0.{n}.0/24" for n in range(100)]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_capsules_that_nobody_takes_and_tables_that_many_take_leave_nothing_behind() -> None:
    payload = encode(netlynx.schema.compile.plan_of(toy.Entry), toy.Entry(number=1, label="x" * 100))

    def round_() -> None:
        table = table_of_payloads(toy.Entry, *[payload] * 2000)
        table.__arrow_c_stream__()
        table.__arrow_c_schema__()
        reader = pyarrow.RecordBatchReader.from_stream(table)
        del reader
        assert pyarrow.table(table)["number"][0].as_py() == 1

    for _ in range(20):
        round_()
    before = resident()
    for _ in range(200):
        round_()
    assert resident() - before < 20 * 2000 * 100  # a tenth of what the tables held


def test_numbers_have_their_width_and_sign_and_grow_with_what_is_sent() -> None:
    assert one_column(s16, b"\xff\xff").schema["value"] == "int16"
    assert values(one_column(s16, b"\xff\xff", b"\x01\x00")) == [-1, 1]
    wide = one_column(u32, b"\x01\0\0\0", b"\0\0\0\0\1\0\0\0", b"\x02\0")
    assert values(wide) == [1, 1 << 32, 2]
    assert wide.schema["value"] == "uint64"


def test_enums_are_labels_and_unknown_numbers_decimal() -> None:
    assert values(one_column(enum(Colour, u8), b"\x01", b"\xc8", b"\x63", b"\x01")) == ["red", "dark-blue", "99", "red"]
    assert values(one_column(enum(Marks, u8), b"\x00", b"\x03", b"\x41")) == ["", "up,loud-one", "up,0x40"]


def test_a_dictionary_of_many_values_gets_wider_indices() -> None:
    table = one_column(enum(Colour, u16), *(n.to_bytes(2, "little") for n in range(1000, 1700)))
    assert values(table) == [str(n) for n in range(1000, 1700)]
    assert table.schema["value"] == "dictionary<uint16, string>"


def test_text_that_is_not_utf_8_stands_as_escapes() -> None:
    assert values(one_column(string, b"caf\xc3\xa9\0", b"caf\xe9\0", b"\xed\xa0\x80\0", b"\0")) == [
        "café", "caf\\xe9", "\\xed\\xa0\\x80", "",
    ]  # fmt: skip


def test_a_flag_that_was_not_sent_is_false_and_a_boolean_is_null() -> None:
    assert values(table_of_payloads(one(flag), b"", attribute(1))) == [False, True]
    assert values(table_of_payloads(one(boolean), b"", attribute(1, b"\1"), attribute(1, b"\0"))) == [None, True, False]


def test_addresses_as_bytes_are_of_fixed_size_where_they_can_be() -> None:
    assert one_column(ip, bytes(4), bytes(4), binary=True).schema["value"] == "fixed_size_binary[4]"
    mixed = one_column(ip, b"\x0a\0\0\1", bytes(16), binary=True)
    assert mixed.schema["value"] == "binary"
    assert values(mixed) == [b"\x0a\0\0\1", bytes(16)]
    assert values(one_column(mac, b"\2\0\0\0\0\1", binary=True)) == [b"\2\0\0\0\0\1"]
    table = table_of(Route(destination="10.0.0.0/8", **DEFAULTS), binary=True)
    assert pyarrow.table(table)["destination"].to_pylist() == [{"address": b"\x0a\0\0\0", "length": 8}]


def test_nothing_unknown_vanishes() -> None:
    table = table_of_payloads(
        toy.Entry,
        bytes(4) + attribute(99, b"new") + attribute(3, attribute(7, b"\1")) + attribute(1, b"\1\2\3"),
        bytes(4),
    )
    unknown = pyarrow.table(table)["unknown"].to_pylist()
    assert unknown == [
        [
            {"within": "", "type": 99, "payload": b"new", "problem": None},
            {"within": "limits", "type": 7, "payload": b"\1", "problem": None},
            {
                "within": "",
                "type": 1,
                "payload": b"\1\2\3",
                "problem": "number: 3 bytes are no number (those have 1, 2, 4 or 8)",
            },
        ],
        None,
    ]


def test_what_a_hook_makes_is_text_or_json() -> None:
    assert values(one_column(hook(lambda raw: raw.hex(), bytes.fromhex), b"\1\2")) == ["0102"]
    assert values(one_column(hook(lambda raw: tuple(raw), bytes), b"\1\2")) == ["[1,2]"]


def _or_nothing(raw: bytes) -> str | None:
    return raw.hex() if raw[0] else None


class HookedHeader(Layout, c="hooked"):
    """A header whose first byte a hook reads."""

    said: int = member(u32)


class HookedNest(Record):
    """A hook within a nest."""

    value: Any = attr(1, hook(_or_nothing, bytes.fromhex))


class Hooked(Record, header=HookedHeader):
    """Hooks everywhere where one can be."""

    said: Any = head(kind=hook(_or_nothing, bytes.fromhex))
    pure: Any = attr(1, hook(_or_nothing, bytes.fromhex, pure=True))
    number: int | None = attr(2, hook(lambda raw: raw[0] or None, bytes))
    many: tuple[Any, ...] = attr(3, multi(hook(_or_nothing, bytes.fromhex)))
    within: Any = attr(4, nest(HookedNest))


def test_of_what_a_hook_makes_none_is_null() -> None:
    def message(first: int) -> bytes:
        raw = bytes([first, 1, 2, 3])
        rest = attribute(1, raw) + attribute(2, raw) + attribute(3, raw) * 2
        return raw + rest + attribute(4, attribute(1, raw))

    firsts = [0, 0, 5, 0, 6, 6, 0, *[0] * 40, *[7] * 40, 0]
    payloads = [message(first) for first in firsts]
    records = [decode(plan_of(Hooked), each) for each in payloads]
    assert {each.said for each in records} == {None, "05010203", "06010203", "07010203"}
    for wanted in (payloads, payloads[:1], payloads[2:3] * 9 + payloads[:1] * 9):
        table = pyarrow.table(table_of_payloads(Hooked, *wanted))
        table.validate(full=True)
        read = [decode(plan_of(Hooked), each) for each in wanted]
        for name in ("said", "pure", "number"):
            assert table[name].to_pylist() == [getattr(each, name) for each in read], name
        assert table["many"].to_pylist() == [[*each.many] for each in read]
        assert table["within"].to_pylist() == [{"value": each.within.value} for each in read]


def payloads_of_none() -> list[tuple[Any, str, int, bytes]]:
    """Of every record's hooks that stand in attributes by themselves, what they make nothing of."""
    found = []
    for cls in declared(Record):
        for name, declaration in cls.__declarations__.items():
            kind = declaration.kind
            if kind is None or kind.code is not Code.HOOK or len(declaration.path) != 1:
                continue
            for payload in (bytes(size) for size in range(64)):
                with contextlib.suppress(Exception):
                    if kind.decoder(payload) is None:  # type: ignore[misc]
                        found.append((cls, name, declaration.path[0], payload))
    return found


def test_of_what_any_hook_makes_none_is_null() -> None:
    for cls, name, number, payload in payloads_of_none():
        message = bytes(plan_of(cls).header_size) + attribute(number, payload)
        assert getattr(decode(plan_of(cls), message), name) is None
        column = pyarrow.table(table_of_payloads(cls, message))[name]
        assert column.to_pylist() == [None], (cls, name)


def test_an_error_of_a_hook_names_the_field_and_another_comes_through() -> None:
    def refuse(raw: bytes) -> Any:
        raise ValueError("no")

    column = one_column(hook(refuse, bytes), b"\1")
    assert values(column) == [None]

    def interrupt(raw: bytes) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one_column(hook(interrupt, bytes), b"\1")


@pytest.mark.parametrize(
    ("match", "kept"),
    [
        ({"family": 2}, [1, 3]),
        ({"number": 3}, [3]),
        ({"number": None}, [None]),
        ({"label": "b"}, [2]),
        ({"limits": toy.Limits(soft=1)}, [3]),
        ({"family": 2, "label": "c"}, [3]),
    ],
)
def test_rows_that_do_not_match_are_left_out(match: dict[str, Any], kept: list[int | None]) -> None:
    table = table_of(
        toy.Entry(family=2, number=1, label="a", filler=b"x"),
        toy.Entry(family=10, number=2, label="b", others=(toy.Limits(soft=5),)),
        toy.Entry(family=2, number=3, label="c", limits=toy.Limits(soft=1)),
        toy.Entry(family=10, filler=b"y"),
        match=match,
    )
    found = pyarrow.table(table)
    found.validate(full=True)
    assert found["number"].to_pylist() == kept


def test_a_connection_reads_a_table_and_says_what_it_is() -> None:
    kernel = VirtualKernel()
    toy.Table(kernel, toy.rows(300, 200))
    with netlynx.connect(kernel=kernel) as nl:
        table = nl.table(toy.entries())
    assert repr(table).startswith("<Table of toy.entries: 300 rows, 10 columns, ")
    assert polars.DataFrame(table)["number"].to_list() == list(range(300))


async def _read(kernel: VirtualKernel) -> Any:
    async with netlynx.aconnect(kernel=kernel) as nl:
        return await nl.table(toy.entries())


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_async_connection_reads_the_same(backend: str) -> None:
    import anyio

    kernel = VirtualKernel()
    toy.Table(kernel, toy.rows(300))
    table = anyio.run(_read, kernel, backend=backend)
    assert pyarrow.table(table)["number"].to_pylist() == list(range(300))


def test_addresses_are_text_or_binary_and_nothing_else() -> None:
    with netlynx.connect(kernel=VirtualKernel()) as nl, pytest.raises(ValueError, match="'text' or 'binary'"):
        nl.table(toy.entries(), addresses="bytes")  # type: ignore[arg-type]  # refused, as it should be


def test_bytes_are_bytes() -> None:
    assert values(one_column(binary, b"\0\xff", b"")) == [b"\0\xff", b""]
