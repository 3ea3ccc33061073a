"""Matches of neighbouring fields become one, which loads the bytes of both: as nft does it (its `stmt_reduce`)."""

from __future__ import annotations

from typing import Any

from .headers import BASES, HEADERS
from .nodes import Field, Raw
from .statements import Match

_WHOLE = 128  # bits of a register
_QUICK = 32  # bits that the kernel compares without a call


def merged(statements: list[Any]) -> list[Any]:  # Any: statements and expressions
    """The statements with matches of neighbouring fields joined, each where its first field is matched."""
    made: list[Any] = []
    run: list[Match] = []
    for each in statements:
        if isinstance(each, Match):
            if _plain(each):
                run.append(each)
        else:
            made = _joined(made, run)
            run = []
        made.append(each)
    return _joined(made, run)


def _plain(match: Match) -> bool:
    left = match.left
    return (
        isinstance(left, Field | Raw)
        and match.operator in ("", "==")
        and isinstance(match.right, int)
        and _start(left) % 8 == 0
        and left.bits % 8 == 0
    )


def _of_packet(match: Match) -> Any:  # Any: a field or bytes, as `_plain` found
    return match.left


def _base(left: Field | Raw) -> int:
    return BASES[HEADERS[left.header].base] if isinstance(left, Field) else {"ll": 0, "nh": 1, "th": 2}[left.base]


def _start(left: Field | Raw) -> int:
    return left.place.offset if isinstance(left, Field) else left.offset


def _protocol(match: Match) -> bool:
    """Whether it asks for a protocol, on which others depend."""
    left = match.left
    return isinstance(left, Field) and (left.header, left.field) in (
        ("ether", "type"),
        ("vlan", "type"),
        ("ip", "protocol"),
        ("ip6", "nexthdr"),
    )


def _joined(statements: list[Any], run: list[Match]) -> list[Any]:
    if len(run) < 2:
        return statements
    order = sorted(run, key=lambda each: (_base(_of_packet(each)), _start(_of_packet(each))))
    last = order[0]
    for this in order[1:]:
        if not _mergeable(last, this):
            last = this
            continue
        a, b = _of_packet(last), _of_packet(this)
        both = Match(
            Raw(("ll", "nh", "th")[_base(a)], _start(a), a.bits + b.bits), "", last.right << b.bits | this.right
        )
        stays, goes = (this, last) if _protocol(this) else (last, this)
        statements = [both if each is stays else each for each in statements if each is not goes]
        last = both
    return statements


def _mergeable(last: Match, this: Match) -> bool:
    a, b = _of_packet(last), _of_packet(this)
    total = a.bits + b.bits
    if _base(a) != _base(b) or _start(a) + a.bits != _start(b) or total > _WHOLE:
        return False
    return total <= _QUICK or _base(a) == BASES["ll"] or a.bits > _QUICK or b.bits > _QUICK
