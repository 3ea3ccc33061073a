"""Expressions of the kernel as words: what `compiler` makes of words, read back, and what other programs made.

Registers are followed from where something is loaded to where it is used. What asks for a protocol that a later word
implies is left out, as nft does when it lists. Expressions that no word stands for are kept as they are (`Shown`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netlynx.nftables.expressions.comparing import Compare
from netlynx.nftables.expressions.expression import Expression

from . import loads
from .comparing import compare
from .contents import Contents
from .following import Following
from .statements import Shown
from .steps import HOW
from .unknown import Unknown

_NOT_UNDERSTOOD = (Unknown, LookupError, StopIteration)


def words_of(
    expressions: Iterable[Expression], family: str, sets: Mapping[str, Contents] | None = None
) -> list[Any]:  # Any: statements, and expressions that are words
    """The words of a rule's expressions, in a chain of a family; `sets` are what sets without a name have."""
    following = Following(family, sets or {})
    rest = list(expressions)
    while rest:
        following.begin(rest[0])
        count = 1
        try:
            count = _one(following, rest)
        except _NOT_UNDERSTOOD:
            _shown(following)
        rest = rest[count:]
    if following.pending:
        _shown(following)
    return following.statements.words()


def _shown(following: Following) -> None:
    """Keep what was not understood as it is."""
    following.statements.add(Shown(tuple(following.pending)))
    following.pending.clear()
    following.fresh.clear()


def _one(following: Following, rest: list[Expression]) -> int:
    """Read the first expression, or the first few; how many they were."""
    first = rest[0]
    if isinstance(first, Compare):
        return compare(following, first, rest[1] if len(rest) > 1 else None)
    how = HOW.get(type(first))
    if how is not None:
        how(following, first)
    elif type(first) in loads.LOADED:
        following.load(first)
    elif type(first) in loads.PLAIN:
        following.say(first)
    else:
        raise Unknown
    return 1
