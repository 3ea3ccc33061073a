"""Words as expressions of the kernel: those that nft makes of the same words, in the same registers.

First what is said is settled (values, and what has to be asked before it), then matches of neighbouring fields are
joined, then expressions are made. Source: `nft --debug=netlink`, of nft 1.0.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from netlynx.nftables.expressions.expression import Expression

from .anonymous import Anonymous
from .context import Context
from .emitter import Emitter
from .emitting import emit
from .merging import merged
from .settling import settled


def compiled(
    words: Iterable[Any], family: str, *, numbers: Iterator[int] | None = None
) -> tuple[tuple[Expression, ...], list[Anonymous]]:
    """The expressions of words in a chain of a family (``ip``, ``inet`` …), and the sets that they need.

    `numbers` are what sets are known by, 1, 2, … if they are not given.

    Raises EncodeError with the word's number and what is wrong with it.
    """
    context = Context(family)
    statements: list[Any] = []
    for place, word in enumerate(words):
        statements += settled(word, context, f"words[{place}]")
    emitter = Emitter(count(1) if numbers is None else numbers)
    for statement in merged(statements):
        emit(emitter, statement)
    return tuple(emitter.expressions), emitter.sets
