"""Ranges in a set of single fields, as the kernel keeps them: where each begins, and where it is over.

A range has two elements: one with its first value and another, flagged as the end of an interval, with the value behind
its last. One that goes to the highest value has no end; nft is told so in the element's userdata. Which element comes
first when a set is listed depends on the kernel, and nft adds an end at 0 that ends nothing.

Source: net/netfilter/nft_set_rbtree.c, nft's src/segtree.c.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Mark(NamedTuple):
    """Where a range begins, or is over."""

    key: bytes
    end: bool
    open: bool = False  # it begins, and nothing is behind its last value


def marks_of(first: bytes, last: bytes) -> tuple[Mark, ...]:
    """The elements of a range: two, or one if it goes to the highest value."""
    if last == b"\xff" * len(last):
        return (Mark(first, False, True),)
    behind = (int.from_bytes(last, "big") + 1).to_bytes(len(last), "big")
    return Mark(first, False), Mark(behind, True)


def ranges_of(marks: Iterable[tuple[bytes, bool, T]]) -> Iterator[tuple[bytes, bytes, T]]:
    """The ranges of elements in any order: first and last value of each, and what came with the first one.

    An end with no range before it ends nothing. A range that nothing ends goes to the next one, or to the end of all.
    """
    begun: tuple[bytes, T] | None = None
    # Where one range is over and the next begins at the same value, the end comes first.
    for key, end, told in sorted(marks, key=lambda mark: (mark[0], not mark[1])):
        if begun is not None:
            yield begun[0], (int.from_bytes(key, "big") - 1).to_bytes(len(key), "big"), begun[1]
        begun = None if end else (key, told)
    if begun is not None:
        yield begun[0], b"\xff" * len(begun[0]), begun[1]
