"""The soak's accounts: which gaps an overrun stands for, and which were left unsaid."""

from __future__ import annotations

from soak.ledger import Ledger

OVERRUN = 0


def heard(*items: int) -> Ledger:
    """The account of one stream: numbers as they came, and overruns as they were told."""
    ledger = Ledger(["a"])
    for item in items:
        if item == OVERRUN:
            ledger.overrun()
        else:
            ledger.take("a", item)
    return ledger


def figures(ledger: Ledger) -> tuple[int, int, int]:
    return ledger.missed, ledger.unreported, ledger.disordered


def test_nothing_is_missing() -> None:
    ledger = heard(1, 2, 3)
    ledger.close({"a": 3})
    assert figures(ledger) == (0, 0, 0)
    assert ledger.heard == 3


def test_a_gap_with_an_overrun_is_told() -> None:
    assert figures(heard(1, OVERRUN, 2, 3, 7, 8)) == (3, 0, 0)


def test_a_gap_without_one_is_not() -> None:
    assert figures(heard(1, 2, 5)) == (2, 2, 0)


def test_a_gap_before_the_word_of_it_is_not() -> None:
    assert figures(heard(1, 5, OVERRUN, 6)) == (3, 3, 0)


def test_an_overrun_stands_for_one_gap() -> None:
    assert figures(heard(1, OVERRUN, 4, 7)) == (4, 2, 0)


def test_a_gap_may_come_behind_the_word_of_the_next_overrun() -> None:
    assert figures(heard(1, OVERRUN, 2, OVERRUN, 5, 6, 9)) == (4, 0, 0)


def test_an_overrun_does_not_stand_for_what_is_missing_later() -> None:
    assert figures(heard(1, OVERRUN, 2, OVERRUN, 3, 4, OVERRUN, 5, 6, 8, 10)) == (2, 1, 0)


def test_each_stream_may_have_a_gap_for_an_overrun() -> None:
    ledger = Ledger(["a", "b"])
    ledger.overrun()
    ledger.take("a", 3)
    ledger.take("b", 2)
    assert figures(ledger) == (3, 0, 0)


def test_what_is_missing_at_the_end_is_missing() -> None:
    told, untold = heard(1, OVERRUN, 2), heard(1, 2)
    for ledger in (told, untold):
        ledger.close({"a": 4})
    assert figures(told) == (2, 0, 0)
    assert figures(untold) == (2, 2, 0)


def test_what_comes_twice_or_late_is_neither_missed_nor_in_order() -> None:
    assert figures(heard(1, 2, 2, 1, 3)) == (0, 0, 2)


def test_a_stream_is_reached_when_its_last_number_was_heard() -> None:
    ledger = heard(1, OVERRUN, 4)
    assert ledger.reached({"a": 4})
    assert not ledger.reached({"a": 5})
