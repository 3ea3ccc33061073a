"""A run of the benchmark: what it says and keeps when a group of it cannot be measured."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import __main__ as run
from bench import links, namespace, priority, report, routes
from bench.measure import Samples, Wrong
from bench.options import Options
from bench.targets import TARGETS, judge_all
from netlynx.errors import NotSupported


def some_links(_: Options) -> Samples:
    samples = Samples("links", "Dump of 2 links", "µs/link", routes.NULL, "link")
    samples.values = {routes.NULL: [2.0, 4.0, 3.0], routes.KEPT: [3.0, 6.0, 4.5], links.IP: [9.0, 9.0, 9.0]}
    return samples


def refusing(error: Exception) -> Callable[[Options], Samples]:
    def measure(_: Options) -> Samples:
        raise error

    return measure


FAILURES = [
    Wrong("records differ"),
    namespace.Unfilled("RTNETLINK answers: Cannot allocate memory; Command failed -:10815"),
    subprocess.CalledProcessError(1, ["ip"]),
    ChildProcessError("a contestant ended"),
    NotSupported(93, "no such protocol"),
]


@pytest.fixture
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run, "SO_FAR", tmp_path / "so-far.json")
    return tmp_path / "so-far.json"


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_group_that_fails_says_why_and_the_others_go_on(
    failure: Exception, kept_in: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "GROUPS", {"mixed": refusing(failure), "links": some_links})
    monkeypatch.setattr("sys.argv", ["bench", "--rounds", "3"])
    assert run.main() == 1
    said = capsys.readouterr()
    assert f"bench: could not be measured: mixed: {failure}" in said.err
    assert str(failure) in said.out  # in the table, where its numbers would stand
    kept = json.loads(kept_in.read_text("utf-8"))
    assert kept["groups"]["mixed"]["failed"] == str(failure)
    assert kept["groups"]["links"]["values"][routes.KEPT] == [3.0, 6.0, 4.5]


def test_results_are_there_as_they_come(kept_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(_: Options) -> Samples:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "GROUPS", {"links": some_links, "mixed": dies})
    monkeypatch.setattr("sys.argv", ["bench", "--rounds", "3"])
    with pytest.raises(KeyboardInterrupt):
        run.main()
    assert list(json.loads(kept_in.read_text("utf-8"))["groups"]) == ["links"]


def test_a_ratio_to_the_kernel_alone_comes_with_what_the_kernel_takes(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = judge_all({"links": some_links(Options())})
    assert [(outcome.median, outcome.kernel, outcome.each) for outcome in outcomes] == [
        (1.5, 3000.0, "link"),
        (0.5, 0.0, ""),
    ]
    report.print_outcomes(outcomes)
    assert "3,000 ns/link" in capsys.readouterr().out
    assert report.results({}, outcomes)["targets"][0]["kernel_ns"] == 3000


def test_every_target_is_of_a_group_that_can_be_run() -> None:
    assert {target.group for target in TARGETS} <= set(run.GROUPS)


def test_one_core_is_one_core_and_only_meanwhile() -> None:
    before = os.sched_getaffinity(0)
    with priority.on_one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before
