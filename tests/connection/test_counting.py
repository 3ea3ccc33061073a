"""Counting and filtering a dump, in both shells."""

from __future__ import annotations

import pytest

import netlynx
from netlynx.kernel import VirtualKernel
from toy import Limits, Table, entries, entry, rows


@pytest.fixture
def filled(table: Table) -> Table:
    table.rows = {row.number: row for row in rows(300, 2000)}
    return table


@pytest.mark.usefixtures("filled")
def test_a_table_is_counted(nl: netlynx.Connection) -> None:
    assert nl.count(entries()) == 300
    assert nl.count(entries().where(number=range(10, 20))) == 10
    assert nl.count(entries().where(number={1, 2, 999}).where(number={2, 3})) == 1
    assert nl.count(entries().where(limits={"soft": 1})) == 0


@pytest.mark.usefixtures("filled")
def test_only_what_fits_becomes_a_record(nl: netlynx.Connection) -> None:
    wanted = entries().where(number={7, 8})
    assert [each.number for each in nl.dump(wanted)] == [7, 8]
    assert [each.number for each in nl.dump(wanted).all()] == [7, 8]
    assert nl.dump(entries().where(limits=Limits(soft=1))).all() == []


@pytest.mark.anyio
@pytest.mark.usefixtures("filled")
async def test_the_async_shell_counts_too(kernel: VirtualKernel) -> None:
    async with netlynx.aconnect(kernel=kernel, timeout=10) as nl:
        assert await nl.count(entries()) == 300
        assert [each.number async for each in nl.dump(entries().where(number={7, 8}))] == [7, 8]


def test_an_interrupted_count_is_made_again(kernel: VirtualKernel, nl: netlynx.Connection, filled: Table) -> None:
    kernel.faults.interrupt_dump()
    assert nl.count(entries()) == 300
    kernel.faults.interrupt_dump()
    with pytest.raises(netlynx.DumpInterrupted):
        nl.count(entries(), interrupted="raise")


def test_only_dumps_are_counted(nl: netlynx.Connection) -> None:
    with pytest.raises(TypeError, match=r"route\.links"):
        nl.count(entry(1))  # type: ignore[arg-type]  # that is the mistake


def test_a_condition_is_checked_when_it_is_made() -> None:
    with pytest.raises(TypeError, match="did you mean number"):
        entries().where(numbr=1)
    with pytest.raises(netlynx.EncodeError, match=r"^Entry\.number: -1 is out of range"):
        entries().where(number=-1)
