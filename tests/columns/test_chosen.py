"""Columns that are chosen are those of the whole table, whatever stands in the others."""

from __future__ import annotations

import struct
from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from facts.walk import title
from netlynx import route
from netlynx.client.table import Table
from netlynx.codec._codec import Columns, encode
from netlynx.schema.compile import plan_of
from strategies import records
from table_rows import datagram, fill
from worth import examples

CLASSES = [route.Link, route.Route, route.Neighbour, route.Rule, route.Address, route.NextHopObject]


def table(cls: Any, messages: bytes, only: frozenset[str] | None = None) -> Any:
    sink = Columns(plan_of(cls), None, False, only)
    fill(sink, messages)
    made = pyarrow.table(Table(cls.__name__, sink.finish()))
    made.validate(full=True)
    return made


@pytest.mark.parametrize("cls", CLASSES, ids=title)
@examples(4)
@given(data=st.data())
def test_columns_that_are_chosen_have_what_they_have_among_all(cls: Any, data: st.DataObject) -> None:
    payloads = [encode(plan_of(cls), each) for each in data.draw(st.lists(records(cls), max_size=5))]
    payloads = [payload for payload in payloads for _ in range(data.draw(st.sampled_from([1, 3])))]
    messages = datagram(*payloads)
    whole = table(cls, messages)
    several = data.draw(st.sets(st.sampled_from(whole.column_names), max_size=3))
    kept = [name for name in whole.column_names if name in several]
    assert table(cls, messages, frozenset(several)).to_pylist() == whole.select(kept).to_pylist()


def test_what_has_no_place_in_a_column_is_told_by_the_column_that_was_chosen_for_it() -> None:
    payload = encode(plan_of(route.NextHopObject), route.NextHopObject(id=1))
    messages = datagram(payload + struct.pack("=HHI", 8, 17, 2))  # NHA_HW_STATS_USED, which is a flag to the record
    for only in (None, frozenset({"unknown"}), frozenset({"unknown", "id"})):
        made = table(route.NextHopObject, messages, only)
        assert made.column_names == [name for name in made.column_names if only is None or name in only]
        assert [each["type"] for each in made["unknown"].to_pylist()[0]] == [17]


def test_a_table_of_a_connection_has_the_columns_that_were_named() -> None:
    with netlynx.connect() as nl:
        made = nl.table(route.links(), columns=["name", "index"])
        assert made.column_names == ["index", "name"]
        assert pyarrow.table(made)["name"].to_pylist() == [each.name for each in nl.dump(route.links())]


def test_a_table_without_columns_has_rows() -> None:
    with netlynx.connect() as nl:
        assert nl.table(route.links(), columns=()).num_rows == nl.count(route.links())


def test_a_column_that_there_is_not_is_refused_with_the_nearest() -> None:
    with netlynx.connect() as nl, pytest.raises(TypeError, match=r"Link has no field 'nam'; did you mean name\?"):
        nl.table(route.links(), columns=["nam"])
