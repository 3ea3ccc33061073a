"""A row of a table says what the record says, for every kind of field and every record of rtnetlink."""

from __future__ import annotations

from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toy
from facts.walk import declared, title
from netlynx.client.table import Table
from netlynx.codec._codec import Records, decode, encode
from netlynx.errors import DecodeError
from netlynx.schema import Record
from netlynx.schema.compile import plan_of
from strategies import records
from table_rows import PORT, SEQUENCE, TYPE, datagram, differences, fill, row, sink, table_of_payloads
from worth import examples

OF_ROUTE = [cls for cls in declared(Record) if cls.__module__.startswith("netlynx.route")]

thorough = examples(4)


def read(table: Any) -> list[dict[str, Any]]:
    taken = pyarrow.table(table)
    taken.validate(full=True)
    rows: list[dict[str, Any]] = taken.to_pylist()
    return rows


@pytest.mark.parametrize("cls", [*OF_ROUTE, toy.Entry], ids=title)
@thorough
@given(data=st.data())
def test_rows_are_the_fields_of_the_records(cls: Any, data: st.DataObject) -> None:
    payloads = [encode(plan_of(cls), each) for each in data.draw(st.lists(records(cls), max_size=2))]
    wanted = [decode(plan_of(cls), payload) for payload in payloads]
    rows = read(table_of_payloads(cls, *payloads))
    assert len(rows) == len(wanted)
    for record, found in zip(wanted, rows, strict=True):
        expected = row(record)
        assert differences(expected if isinstance(expected, dict) else {}, found) == []


@pytest.mark.parametrize("cls", [cls for cls in OF_ROUTE if cls.__name__ in ("Link", "Route", "Neighbour")], ids=title)
@thorough
@given(data=st.data())
def test_damaged_messages_are_refused_with_the_same_words(cls: Any, data: st.DataObject) -> None:
    payload = bytearray(encode(plan_of(cls), data.draw(records(cls))))
    for _ in range(data.draw(st.integers(1, 4))):
        if payload:
            payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    message = datagram(bytes(payload[: data.draw(st.integers(0, len(payload)))]))

    def outcome(reader: Any) -> Any:
        try:
            return reader.read(message, 0, len(message), TYPE, SEQUENCE, PORT)
        except DecodeError as error:
            return str(error), error.path, error.offset

    columns = sink(cls)
    expected = outcome(Records(plan_of(cls)))
    assert outcome(columns) == expected
    if isinstance(expected[0], int):
        assert len(read(_table(columns))) == 1


def _table(columns: Any) -> Any:
    return Table("damaged", columns.finish())


@given(numbers=st.lists(st.none() | st.integers(0, 2**32 - 1), max_size=3000))
def test_nulls_stand_where_nothing_was_sent_however_long_the_gaps(numbers: list[int | None]) -> None:
    rows = [toy.Entry(number=number, label=None if number is None else str(number)) for number in numbers]
    columns = sink(toy.Entry)
    fill(columns, datagram(*(encode(plan_of(toy.Entry), each) for each in rows)))
    found = pyarrow.table(_table(columns))
    found.validate(full=True)
    assert found["number"].to_pylist() == numbers
    assert found["label"].to_pylist() == [each.label for each in rows]
    assert found["number"].null_count == numbers.count(None)
