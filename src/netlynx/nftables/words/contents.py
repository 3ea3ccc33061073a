"""Elements of sets as values: of what a rule looks at, or of the datatypes that a set has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from netlynx.nftables.intervals import ranges_of

from .layout import bits_of, from_bytes, swapped
from .nodes import Anything, Item, Items, Joined, Looked, Plain, Prefix, Range, Scalar, Together, Verdict, Wild
from .unknown import Unknown

PREFIXED = ("ipv4_addr", "ipv6_addr", "mark")


@dataclass(frozen=True, slots=True)
class Row:
    """An element as the kernel tells it: bytes, or a verdict or the name of an object; `end` of an interval."""

    key: bytes | None
    last: bytes | None = None
    end: bool = False
    data: bytes | str | None = None
    verdict: bool = False
    comment: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a set has: its elements, whether it has ranges, and what its data are (verdicts, objects: None)."""

    rows: tuple[Row, ...]
    interval: bool = False
    data: Looked | None = None
    data_interval: bool = False
    objects: str = ""  # what its objects are: "counter", "quota" …
    named: bool = False  # rules name it, and what it has stands with the table
    meter: int | None = None  # the size, of one that nft calls a meter


def items_of(looked: Looked, contents: Contents) -> Items:
    """The elements as values of what is looked at, sorted as nft lists them."""
    joined = isinstance(looked, Joined)
    swap = contents.interval and (joined or swapped(looked))
    if contents.interval and not joined:
        rows = _ranges(contents.rows)
    else:
        keyed = [(row.key, row) for row in contents.rows if row.key is not None]
        rows = [(key, key if row.last is None else row.last, row) for key, row in keyed]
    made = []
    for low, high, row in rows:
        made.append((low, Item(_span(looked, low, high, swap=swap), _data(contents, row), row.comment, row.more)))
    if not contents.interval:
        made.sort(key=lambda one: _order(looked, one[0]))
    items = [each for _, each in made]
    items += [Item(Anything(), _data(contents, row), row.comment, row.more) for row in contents.rows if row.key is None]
    return Items(tuple(items))


def _ranges(rows: Sequence[Row]) -> list[tuple[bytes, bytes, Row]]:
    marks = [(row.key, row.end, row) for row in rows if row.key is not None]
    return list(ranges_of(marks))


def _order(looked: Looked, key: bytes) -> Any:
    """What keys are sorted by: as numbers in their own byte order; of several things, the first counts most."""
    if isinstance(looked, Joined):
        found, at = [], 0
        for part in looked.parts:
            length = bits_of(part).length
            found.append(_order(part, key[at : at + length]))
            at += -(-length // 4) * 4
        return tuple(found)
    number = int.from_bytes(key, "big" if looked.order == "big" else "little")
    if looked.type.flags:  # several flags stand where the first of them does, before it alone
        return number & -number, number.bit_count() == 1
    return number


def _span(looked: Looked, low: bytes, high: bytes, *, swap: bool) -> Scalar:
    if isinstance(looked, Joined):
        found, at = [], 0
        for part in looked.parts:
            length = bits_of(part).length
            turned = swap and swapped(part)
            found.append(_one(part, low[at : at + length], high[at : at + length], swap=turned, shifted=False))
            at += -(-length // 4) * 4
        return Together(tuple(found))
    return _one(looked, low, high, swap=swap, shifted=True)


def _one(looked: Looked, low: bytes, high: bytes, *, swap: bool, shifted: bool) -> Scalar:
    if low == high:
        return from_bytes(looked, low, swap=swap, shifted=shifted)
    if looked.type.text:
        start = low.rstrip(b"\0")
        if high == start.ljust(len(high), b"\xff"):
            return Wild(start.decode("utf-8", "surrogateescape"))
        return from_bytes(looked, low, swap=swap)
    first = from_bytes(looked, low, swap=swap, shifted=shifted)
    last = from_bytes(looked, high, swap=swap, shifted=shifted)
    if not isinstance(first, int) or not isinstance(last, int):
        raise Unknown
    return prefix_of(looked, first, last) or Range(first, last)


def prefix_of(looked: Looked, first: int, last: int) -> Prefix | None:
    """A range as a prefix, where it is one and its datatype is written so."""
    free = (first ^ last).bit_length()
    whole = last - first == (1 << free) - 1 and not first & (1 << free) - 1
    return Prefix(first, looked.bits - free) if whole and looked.type.name in PREFIXED else None


def _data(contents: Contents, row: Row) -> Scalar | Verdict | None:
    if row.data is None:
        return None
    if isinstance(row.data, str):
        if not row.verdict:
            return row.data
        code, _, chain = row.data.partition(" ")
        return Verdict(code, chain)
    like = contents.data if contents.data is not None else Plain("integer", len(row.data) * 8)
    if contents.data_interval:
        half = len(row.data) // 2
        return _span(like, row.data[:half], row.data[half:], swap=False)
    return _span(like, row.data, row.data, swap=False)
