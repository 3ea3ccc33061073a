"""What is chosen of the rows, in which order, and how they fit a screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netlynx.cli.layout import width
from netlynx.cli.top.figures import age, scaled, whole
from netlynx.cli.top.fitting import GAP, cells, fitted, titles
from netlynx.cli.top.panes import PANES
from netlynx.cli.top.rows import Column, Entry, Item, Order, found, natural, ordered
from netlynx.cli.top.view import View

NAME = Column("name", "NAME", lambda entry: entry.record[0], sought=True)
SIZE = Column("size", "SIZE", lambda entry: entry.record[1], scaled, number=True, width=6)
MORE = Column("more", "MORE THAN THAT", lambda entry: "x" * 14, spare=1)
COLUMNS = (NAME, SIZE, MORE)


def entries(*pairs: tuple[str, float | None]) -> list[Entry]:
    return [Entry(Item(at, pair), None, 0.0) for at, pair in enumerate(pairs)]


def names(rows: list[Entry]) -> list[str]:
    return [entry.record[0] for entry in rows]


NUMBERS = st.lists(st.tuples(st.text(max_size=9), st.none() | st.floats(0, 1e12)), max_size=30)


@given(NUMBERS, st.booleans())
def test_sorting_loses_nothing_and_what_is_not_known_is_last(
    pairs: list[tuple[str, float | None]], other: bool
) -> None:
    made = ordered(entries(*pairs), SIZE, other)
    assert sorted(entry.key for entry in made) == list(range(len(pairs)))
    values = [entry.record[1] for entry in made]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=not other)


def test_names_with_numbers_are_sorted_as_people_do() -> None:
    rows = entries(("v10", 1), ("v9", 1), ("eth0", 1), ("V1", 1))
    assert names(ordered(rows, NAME, False)) == ["eth0", "V1", "v9", "v10"]
    assert names(ordered(rows, NAME, True)) == ["v10", "v9", "V1", "eth0"]


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert (natural(one) < natural(other)) or (natural(other) < natural(one)) or natural(one) == natural(other)


def test_a_filter_wants_every_word_somewhere() -> None:
    rows = entries(("eth0 up", 1), ("eth1 down", 2), ("lo up", 3))
    assert names(found(rows, COLUMNS, "UP eth")) == ["eth0 up"]
    assert names(found(rows, COLUMNS, "  ")) == names(rows)
    assert found(rows, COLUMNS, "xxx") == []  # of MORE nothing is looked at


@given(NUMBERS, st.integers(20, 200), st.sampled_from(COLUMNS))
def test_a_row_is_never_wider_than_the_screen(pairs: list[tuple[str, float | None]], room: int, by: Column) -> None:
    rows = entries(*pairs)
    fit = fitted(COLUMNS, [[column.cell(entry) for column in COLUMNS] for entry in rows], room, by.name)
    assert by in fit.columns
    assert {*fit.columns, *fit.left_out} == {*COLUMNS}
    whole = sum(fit.widths) + GAP * (len(fit.widths) - 1)
    for entry in rows:
        texts = [text for text, _ in cells(fit, entry)]
        assert [width(text) for text in texts] == fit.widths
    assert [width(text) for text in titles(fit, Order(by.name))] == fit.widths
    assert whole <= room or by is MORE  # which is 14 wide, and is not cut where it is a title


def test_what_is_cut_shows_it_and_addresses_keep_their_end() -> None:
    local = Column("local", "LOCAL", lambda entry: entry.record[0], tail=True)
    (entry,) = entries(("[2001:db8::1:2:3]:443", None))
    rows = [[local.cell(entry)]]
    ((text, _),) = cells(fitted([local], rows, 10, "local"), entry)
    assert text.startswith("…")
    assert text.endswith("]:443")


def test_figures() -> None:
    assert [scaled(each) for each in (None, 0, 0.04, 7.5, 999, 999.6, 1234, 99_960, 12_345_678, 1e15)] == [
        *("-", "0", "<0.1", "7.5", "999", "1.0k", "1.2k", "100k", "12.3M", "1.0P")
    ]
    assert [whole(each) for each in (None, 1234567)] == ["-", "1,234,567"]
    assert [age(each) for each in (None, 9.4, 119, 120, 7200, 200_000)] == ["-", "9s", "119s", "2m", "2h", "2d"]


@given(st.floats(0, 1e19))
def test_a_figure_fits_its_place(number: float) -> None:
    assert len(scaled(number)) <= 6


def test_every_pane_has_what_it_sorts_by_and_names_that_differ() -> None:
    for pane in PANES.values():
        assert pane.column(pane.order.column) in pane.columns
        assert len({column.name for column in pane.columns}) == len(pane.columns)
        assert any(column.sought for column in pane.columns)
        shown = fitted(pane.columns, [], 80, pane.order.column).columns
        assert [column for column in pane.columns if not column.spare and column not in shown] == []


def test_each_pane_remembers_by_what_it_is_sorted() -> None:
    view = View(PANES["links"])
    view.sort_beside(1)
    assert view.order == Order("out_bits")
    view.sort("out_bits")
    assert view.order == Order("out_bits", True)
    view.show(PANES["queues"])
    assert view.order == PANES["queues"].order
    view.show(PANES["links"])
    assert view.order == Order("out_bits", True)
    for _ in PANES["links"].columns:
        view.sort_beside(-1)
    assert view.order == Order("out_bits")
