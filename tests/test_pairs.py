"""What compares the two sides of a page's tables sees where they differ, and that one failed."""

from __future__ import annotations

from typing import Any

from pairs import LIBRARIES, different, python, runnable, steady, tables

PAGES = ("pyroute2.md", "iproute2.md", "vishvananda-netlink.md")


def outcomes(first: Any, second: Any) -> list[list[list[Any]]]:
    return [[[each for _ in table.rows] for each in (first, second)] for table in runnable(PAGES[0], guest=False)]


def test_differences_are_seen() -> None:
    rows = sum(len(table.rows) for table in runnable(PAGES[0], guest=False))
    one, other = ({"value": value, "state": {"ip -j link": [value]}} for value in (1, 2))
    assert different(PAGES[0], outcomes(one, one), guest=False) == []
    assert len(different(PAGES[0], outcomes(one, other), guest=False)) == 2 * rows
    assert len(different(PAGES[0], outcomes(one, {"failed": "so it did"}), guest=False)) == rows
    assert steady([{"ifname": "v0", "mtu": 1}], set()) != steady([{"ifname": "v0", "mtu": 2}], set())


def test_expressions_are_told_from_statements() -> None:
    run = python({})
    assert run("found = [1, 2]") is None
    assert (run("found"), run("found[0]"), run("None")) == ({"many": 2}, 1, None)


def test_tables_are_read_with_all_their_cells() -> None:
    for page in PAGES:
        found = tables(page)
        assert len(found) > 6, page
        for table in found:
            empty = [row.line for row in table.rows for cell in row.cells if not cell]
            assert len(table.columns) == 2, (str(table), table.columns)
            assert empty == [], (str(table), "a cell that nothing runs")
    assert {table.columns[0] for page in PAGES[::2] for table in tables(page)} == set(LIBRARIES)
