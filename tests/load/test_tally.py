"""How the soak notes what it sees: latencies in little memory, and what its threads raise."""

from __future__ import annotations

import threading

import pytest

from soak.resources import GROWTH, Resources
from soak.tally import STEPS, Crew, Latencies, Tally
from support import PATIENCE


def test_percentiles_are_a_step_too_large_at_most() -> None:
    latencies = Latencies()
    for number in range(1, 1001):
        latencies.add(number / 1000)
    assert latencies.count == 1000
    for share in (0.5, 0.99):
        assert share <= latencies.percentile(share) <= share * 2 ** (1 / STEPS)
    assert latencies.percentile(1.0) == latencies.longest == 1.0


def test_a_percentile_is_never_more_than_the_longest() -> None:
    latencies = Latencies()
    latencies.add(0.3)
    assert latencies.percentile(0.5) == 0.3


def test_what_a_thread_raises_is_a_fault_with_its_name() -> None:
    def work() -> None:
        raise ExceptionGroup("several", [KeyError("which")])

    tally = Tally()
    crew = Crew(tally)
    crew.start("a writer", work)
    crew.join(PATIENCE)
    (fault,) = tally.faults
    assert fault.startswith("a writer: ")
    assert "KeyError: 'which'" in fault


def test_a_thread_that_does_not_end_is_a_fault() -> None:
    tally, stop = Tally(), threading.Event()
    crew = Crew(tally)
    crew.start("a reader", stop.wait)
    crew.join(0.0)
    stop.set()
    assert tally.faults == ["a reader does not end"]


@pytest.mark.parametrize(("growth", "faults"), [(0, 0), (GROWTH, 0), (GROWTH + 1, 1)])
def test_memory_may_not_grow_from_the_middle_to_the_end(growth: int, faults: int) -> None:
    resources, tally = Resources(), Tally()
    resources.memory = [1000, 90_000, 100_000, 100_000 + growth]
    resources.judge(tally)
    assert len(tally.faults) == faults


def test_a_descriptor_that_is_left_open_is_a_fault() -> None:
    resources, tally = Resources(), Tally()
    with open("/dev/null"):
        resources.judge(tally)
    assert tally.faults == ["1 descriptors were left open"]
