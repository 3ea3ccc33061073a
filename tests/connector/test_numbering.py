"""What was lost is counted once, whoever tells of it first: numbers that are missing, or the kernel."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netlynx.connector.numbering import Numbering

CPUS = 3


def test_numbers_in_a_row_miss_nothing() -> None:
    numbers = Numbering()
    assert [numbers.see(cpu, sequence) for cpu, sequence in ((0, 7), (1, 100), (0, 8), (1, 101), (0, 9))] == [0] * 5


def test_missing_numbers_are_counted_over_the_turn_of_32_bits() -> None:
    numbers = Numbering()
    assert numbers.see(0, 2**32 - 2) == 0
    assert numbers.see(0, 1) == 2  # 2³² − 1 and 0
    assert numbers.see(0, 2) == 0


def test_a_counter_that_begins_anew_is_no_loss() -> None:
    numbers = Numbering()
    assert [numbers.see(0, 5000), numbers.see(0, 0), numbers.see(0, 1)] == [0, 0, 0]


@given(st.lists(st.sampled_from(["event", "full", "empty", "no memory"]), max_size=60), st.randoms())
def test_all_that_was_lost_is_told_once(happens: list[str], chance: object) -> None:
    """Events of some CPUs meet a queue that gets full and is emptied, and a kernel that may be out of memory."""
    numbers = Numbering()
    sequences, lost, told, dropped, full = [0] * CPUS, 0, 0, 0, False
    for cpu in range(CPUS):
        told += numbers.see(cpu, 0)
    for step in happens:
        if step == "full":
            full = True
        elif step == "empty":
            full = False
            if chance.random() < 0.5:  # type: ignore[attr-defined]  # whoever reads looks at the counter now or later
                told += numbers.dropped(dropped)
                dropped = 0
        else:
            cpu = chance.randrange(CPUS)  # type: ignore[attr-defined]
            sequences[cpu] += 1
            if full or step == "no memory":
                lost += 1
                dropped += full and step == "event"
            else:
                told += numbers.see(cpu, sequences[cpu])
        assert told <= lost
    told += numbers.dropped(dropped)
    for cpu in range(CPUS):  # each says one more
        told += numbers.see(cpu, sequences[cpu] + 1)
    assert told == lost
