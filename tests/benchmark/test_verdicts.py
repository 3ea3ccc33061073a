"""How the benchmark judges: ratios within rounds, what a target allows, and the picture of it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bench import commands, memory
from bench.measure import Samples, Wrong, compare
from bench.picture import draw
from bench.targets import ANY_DUMP, TARGETS, Outcome, at_least, at_most, eased, judge

SVG = "{http://www.w3.org/2000/svg}"


def samples(**values: list[float]) -> Samples:
    return Samples("group", "a title", "ms", values=dict(values))


def test_a_ratio_is_that_of_two_in_the_same_round() -> None:
    # The machine was ten times slower in the second round: the ratio does not see it.
    outcome = judge(at_most("group", "row", "own", "other", 2.5), samples(own=[2.0, 20.0], other=[1.0, 10.0]))
    assert (outcome.median, outcome.low, outcome.high) == (2, 2, 2)
    assert outcome.held
    assert outcome.used == pytest.approx(0.8)


def test_a_contestant_with_fewer_rounds_is_compared_in_those_it_had() -> None:
    outcome = judge(at_least("group", "row", "own", "slow", 100), samples(own=[1.0, 1.0, 5.0], slow=[150.0]))
    assert outcome.median == 150
    assert outcome.held


@pytest.mark.parametrize(("bound", "held"), [(3.0, True), (5.0, False)])
def test_what_is_to_be_reached_counts_the_other_way_round(bound: float, held: bool) -> None:
    outcome = judge(at_least("group", "row", "own", "other", bound), samples(own=[1.0, 1.0], other=[4.0, 4.0]))
    assert outcome.median == 4
    assert outcome.held is held


@pytest.mark.parametrize(("lost", "held"), [(0.0, True), (1.0, False)])
def test_a_target_of_none_allows_none(lost: float, held: bool) -> None:
    assert judge(at_most("group", "row", "own", "", 0), samples(own=[lost, lost])).held is held


def test_what_could_not_be_measured_does_not_hold() -> None:
    found = samples(other=[1.0])
    found.missing["own"] = "Connection has no table()"
    outcome = judge(at_most("group", "row", "own", "other", 2), found)
    assert not outcome.held
    assert "no table()" in outcome.missing


def test_the_first_difference_is_told() -> None:
    with pytest.raises(Wrong, match=r"own: record 2 is\n  b\nand should be\n  c"):
        compare("own", ["a", "b"], ["a", "c"])


@pytest.mark.parametrize("found", [["a"], ["a", "b", "c"], []])
def test_too_few_and_too_many_are_differences(found: list[str]) -> None:
    with pytest.raises(Wrong):
        compare("own", found, ["a", "b"])


def row(outcome: Outcome) -> dict[str, object]:
    return {
        "row": outcome.target.row,
        "beside": outcome.target.beside,
        "unit": outcome.target.unit,
        "target": outcome.target.bound,
        "at_least": outcome.target.least,
        "median": outcome.median,
        "quartiles": [outcome.low, outcome.high],
        "holds": outcome.held,
        "missing": outcome.missing,
    }


def test_the_picture_has_a_bar_for_each_row_that_was_measured() -> None:
    target = at_most("group", "a & b", "own", "C <other>", 2)
    outcomes = [
        Outcome(target, 1.0, 0.9, 1.1),
        Outcome(target, 3.0, 2.9, 3.1),
        Outcome(target, missing="not there"),
    ]
    keys = ("kernel", "python", "iproute2", "cpu", "compiler", "pyroute2")
    picture = draw({"environment": dict.fromkeys(keys, "x"), "targets": [row(outcome) for outcome in outcomes]})
    drawn = ElementTree.fromstring(picture)
    widths = {
        each.get("class"): float(each.get("width", "0"))
        for each in drawn.iter(f"{SVG}rect")
        if each.get("class") in ("holds", "missed")
    }
    assert set(widths) == {"holds", "missed"}
    assert widths["missed"] > widths["holds"]
    words = "".join(drawn.itertext())
    assert "a & b against C <other>" in words.replace("·", "")
    assert "not measured: not there" in words


def test_every_row_has_a_name_of_its_own() -> None:
    labels = [target.label for target in TARGETS]
    assert len(set(labels)) == len(labels)


def test_a_smaller_table_is_allowed_less_memory() -> None:
    target = next(target for target in TARGETS if target.contestant == memory.KEPT and target.group == "memory")
    found = Samples("memory", "", "MB", values={memory.KEPT: [100.0]})
    assert eased(judge(target, found), found, 1_000_000).target.bound == target.bound
    assert eased(judge(target, found), found, 100_000).target.bound == target.bound / 10 + ANY_DUMP


def test_a_slower_machine_may_take_longer_to_start() -> None:
    target = next(target for target in TARGETS if target.group == "start")
    found = Samples("start", "", "ms", values={commands.PYTHON: [30.0], target.contestant: [100.0]})
    assert eased(judge(target, found), found, 1_000_000).target.bound == 2 * target.bound
