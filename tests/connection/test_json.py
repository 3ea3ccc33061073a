"""Dumps as JSON, in both shells: the text of the records, held back and read again as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import netlynx
from netlynx import route
from netlynx.kernel import VirtualKernel
from netlynx.netns import NetworkNamespace
from toy import Entry, Table, entries, rows

LARGE = 1000  # entries of 2 KB: more JSON than is held back

_anyio = pytest.mark.anyio


@pytest.fixture
def large(table: Table) -> Table:
    table.rows = {row.number: row for row in rows(LARGE, 2000)}
    return table


@pytest.fixture
def small(table: Table) -> Table:
    table.rows = {row.number: row for row in rows(20)}
    return table


def lines(records: list[Entry]) -> bytes:
    return b"".join(netlynx.to_json(each) + b"\n" for each in records)


def joined(pieces: Iterator[memoryview]) -> bytes:
    return b"".join(pieces)


def test_a_small_table_is_one_piece_and_read_again_unnoticed(
    kernel: VirtualKernel, nl: netlynx.Connection, small: Table
) -> None:
    kernel.faults.interrupt_dump(2)
    (piece,) = nl.dump(entries()).json(after=b"\n")
    assert bytes(piece) == lines(list(small.rows.values()))
    assert small.dumps == 3


def test_a_large_table_comes_in_pieces(nl: netlynx.Connection, large: Table) -> None:
    pieces = list(nl.dump(entries()).json(after=b"\n"))
    assert len(pieces) > 1
    assert joined(iter(pieces)) == lines(list(large.rows.values()))
    between = joined(nl.dump(entries()).json(between=b"\n", hold=0))
    assert between + b"\n" == lines(list(large.rows.values()))


def test_a_large_table_that_was_handed_out_says_at_its_end_that_it_was_interrupted(
    kernel: VirtualKernel, nl: netlynx.Connection, large: Table
) -> None:
    kernel.faults.interrupt_dump()
    read: list[memoryview] = []
    with pytest.raises(netlynx.DumpInterrupted):
        read.extend(nl.dump(entries()).json(after=b"\n"))
    assert joined(iter(read)) == lines(list(large.rows.values()))
    kernel.faults.interrupt_dump()
    assert len(list(nl.dump(entries()).json(hold=1 << 30))) == 1
    assert large.dumps == 3


def test_an_empty_table_has_no_pieces(nl: netlynx.Connection, table: Table) -> None:
    assert list(nl.dump(entries()).json(between=b",", after=b"\n")) == []


def test_what_is_given_up_half_way_leaves_the_connection_usable(nl: netlynx.Connection, large: Table) -> None:
    pieces = nl.dump(entries()).json(hold=0)
    next(pieces)
    del pieces
    assert nl.count(entries()) == LARGE


def test_routes_of_a_host_are_read_many_datagrams_at_once(namespace: NetworkNamespace) -> None:
    with netlynx.connect(netns=namespace) as nl:
        nl.do(route.up(1))
        nl.batch(route.add(route.Route(destination=f"10.{n >> 8}.{n & 255}.0/24", oif=1)) for n in range(5000))
        records = nl.dump(route.routes()).all()
        pieces = list(nl.dump(route.routes()).json(after=b"\n", hold=0))
    assert len(records) > 5000
    assert joined(iter(pieces)) == b"".join(netlynx.to_json(each) + b"\n" for each in records)
    assert len(pieces) < 5000 // 100


@_anyio
async def test_async_pieces_are_the_same(kernel: VirtualKernel, anl: netlynx.AsyncConnection, large: Table) -> None:
    kernel.faults.interrupt_dump()
    pieces = [bytes(piece) async for piece in anl.dump(entries()).json(after=b"\n", hold=1 << 30)]
    assert pieces == [lines(list(large.rows.values()))]
    pieces = [bytes(piece) async for piece in anl.dump(entries()).json(between=b",", hold=0)]
    assert len(pieces) > 1
    assert large.dumps == 3
    kernel.faults.interrupt_dump()
    with pytest.raises(netlynx.DumpInterrupted):
        async for _ in anl.dump(entries()).json(hold=0):
            pass
    assert await anl.count(entries()) == LARGE
