"""Rates of counters: of what grew, wrapped, began anew, came and went."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx.cli.top.growth import began_anew, growth
from netlynx.cli.top.rows import Item, Reading, Rounds

COUNTERS = st.lists(st.none() | st.integers(0, 2**64 - 1), min_size=1, max_size=6)
PAIRS = COUNTERS.flatmap(
    lambda old: st.tuples(st.just(old), st.tuples(*(st.none() | st.integers(0, 2**64 - 1) for _ in old)))
)


@given(PAIRS)
def test_no_rate_is_negative(pair: tuple[list[int | None], tuple[int | None, ...]]) -> None:
    old, new = pair
    assert all(grown is None or grown >= 0 for grown in growth(old, new))


@given(st.lists(st.tuples(st.integers(0, 2**63), st.integers(0, 2**40)), min_size=1, max_size=8))
def test_what_only_grows_is_told_exactly(counted: list[tuple[int, int]]) -> None:
    before, more = zip(*counted, strict=True)
    assert growth(before, [old + plus for old, plus in counted]) == list(more)


@given(st.sampled_from([32, 64]), st.integers(1, 2**20), st.integers(0, 2**20), st.integers(0, 2**30))
def test_a_counter_that_went_past_its_end_goes_on(width: int, left: int, past: int, other: int) -> None:
    """Beside others that grow, as it does where one of a device's counters wraps."""
    before, now = (2**width - left, other), (past, other + 7)
    assert growth(before, now) == [left + past, 7]


def test_a_counter_that_is_the_only_one_wraps_too() -> None:
    """As the drops of a qdisc, which nothing counts beside."""
    assert growth([0, 2**32 - 10], [0, 5]) == [0, 15]


def test_what_began_anew_has_no_rate() -> None:
    """A device that was reset, or another one with its number: not even where one of the counters was near its end."""
    assert growth([5_000, 40, 2**32 - 5, None], [100, 1, 3, None]) == [None] * 4
    assert began_anew([5_000, 40], [0, 0])
    assert not began_anew([5_000, 40], [0, 41])


def test_one_counter_that_fell_is_not_known_and_others_are() -> None:
    assert growth([5_000, 40, 9], [100, 41, 9]) == [None, 1, 0]


def test_what_was_not_counted_before_has_no_rate() -> None:
    assert growth([None, 1], [5, None]) == [None, None]


def reading(at: float, **counts: int) -> Reading:
    return Reading(at, [Item(name, name, (count,)) for name, count in counts.items()], (sum(counts.values()),))


def test_a_rate_is_of_the_time_that_has_passed_and_not_of_the_interval() -> None:
    rounds = Rounds()
    rounds.take(reading(10.0, a=0))
    (entry,) = rounds.take(reading(12.5, a=1000)).entries
    assert entry.rate(0) == 400.0


def test_first_readings_and_new_things_have_no_rates_and_those_that_went_are_forgotten() -> None:
    rounds = Rounds()
    first = rounds.take(reading(1.0, a=5))
    assert [entry.rate(0) for entry in first.entries] == [None]
    assert (first.seconds, first.totals.rate(0)) == (0.0, None)
    second = rounds.take(reading(2.0, a=6, b=100))
    assert {entry.key: entry.rate(0) for entry in second.entries} == {"a": 1.0, "b": None}
    rounds.take(reading(3.0, b=110))
    back = rounds.take(reading(4.0, a=50, b=120))
    assert {entry.key: entry.rate(0) for entry in back.entries} == {"a": None, "b": 10.0}


def test_after_a_pause_rates_are_of_what_came_behind_it() -> None:
    """What was counted during the pause is no rate of now, however it is divided."""
    rounds = Rounds()
    rounds.take(reading(1.0, a=0))
    rounds.restart()
    (entry,) = rounds.take(reading(100.0, a=10_000)).entries
    assert entry.rate(0) is None
    (entry,) = rounds.take(reading(101.0, a=10_007)).entries
    assert entry.rate(0) == 7.0


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_no_time_has_no_rate(seconds: float) -> None:
    rounds = Rounds()
    rounds.take(reading(5.0, a=1))
    assert rounds.take(reading(5.0 + seconds, a=9)).entries[0].rate(0) is None
