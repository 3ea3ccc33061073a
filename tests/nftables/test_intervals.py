"""Ranges as two elements each: what is made of them, and what comes of elements in any order."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netlynx.nftables.intervals import Mark, marks_of, ranges_of


def test_a_single_value_is_a_range_of_one() -> None:
    """It is not one that goes on to the highest value."""
    assert marks_of(b"\x0a\0\0\1", b"\x0a\0\0\1") == (Mark(b"\x0a\0\0\1", False), Mark(b"\x0a\0\0\2", True))


def test_what_goes_to_the_highest_value_has_no_end() -> None:
    assert marks_of(b"\xff\0", b"\xff\xff") == (Mark(b"\xff\0", False, True),)
    assert marks_of(b"\xff\xff", b"\xff\xff") == (Mark(b"\xff\xff", False, True),)
    assert marks_of(b"\0\xff", b"\0\xff") == (Mark(b"\0\xff", False), Mark(b"\1\0", True))


@given(st.sets(st.integers(0, 0xFFFF), min_size=2), st.booleans(), st.randoms(use_true_random=False))
def test_ranges_come_of_their_elements_in_any_order(bounds: set[int], touching: bool, chance: random.Random) -> None:
    ordered = sorted(bounds)
    if touching:
        ranges = [(first, behind - 1) for first, behind in pairwise(ordered)]
    else:
        ranges = list(zip(ordered[::2], ordered[1::2], strict=False))
    given_ = [(first.to_bytes(2, "big"), last.to_bytes(2, "big")) for first, last in ranges]
    marks = [(mark.key, mark.end, i) for i, ends in enumerate(given_) for mark in marks_of(*ends)]
    marks.append((b"\0\0", True, -1))  # nft says so where the first range does not begin at 0
    chance.shuffle(marks)
    assert list(ranges_of(marks)) == [(*ends, i) for i, ends in enumerate(given_)]
