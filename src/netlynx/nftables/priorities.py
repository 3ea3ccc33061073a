"""Priorities of chains in the words of `nft`: ``filter``, ``dstnat - 5``, ``-150``.

Source: nft(8), linux/netfilter_ipv4.h, linux/netfilter_bridge.h.
"""

from __future__ import annotations

import re

from netlynx.errors import EncodeError
from netlynx.nftables.constants import Family

_IP = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100}
_BRIDGE = {"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}
_OTHERS = {"filter": 0}

_WORDS = re.compile(r"\s*([a-z]+)\s*(?:([+-])\s*([0-9]+))?\s*")
_NUMBER = re.compile(r"\s*[+-]?\s*[0-9]+\s*")


def priorities_of(family: int) -> dict[str, int]:
    """The names of priorities in a family, with their numbers."""
    if family in (Family.INET, Family.IP, Family.IP6):
        return _IP
    return _BRIDGE if family == Family.BRIDGE else _OTHERS


def priority_of(text: str, family: int) -> int:
    """The number that is meant: a name of the family, a number, or a name and what is to be added or taken off.

    Raises EncodeError for what is neither.
    """
    if _NUMBER.fullmatch(text):
        return int(text.replace(" ", ""))
    known = priorities_of(family)
    found = _WORDS.fullmatch(text)
    if found is None or found[1] not in known:
        raise EncodeError(
            f"{text!r} is no priority of this family: {', '.join(known)}, such + or - a number, or a number"
        )
    return known[found[1]] + int(f"{found[2] or '+'}{found[3] or 0}")


def in_words(priority: int, family: int) -> str:
    """The priority as `nft` shows it: by the nearest name where it is less than 11 away, else as a number."""
    name, number = min(priorities_of(family).items(), key=lambda each: abs(each[1] - priority))
    away = priority - number
    if abs(away) > 10:
        return str(priority)
    return name if not away else f"{name} {'+' if away > 0 else '-'} {abs(away)}"
