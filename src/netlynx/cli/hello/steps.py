"""What the conversations have in common: how they speak, and how they tell that something was wrong."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], None]
"""Prints a line of a conversation, from whichever process it takes place in."""


class Failed(Exception):
    """Something was not what it had to be: what, in words."""


def check(what: str, found: object, expected: object) -> None:
    """Raise Failed unless the two are equal."""
    if found != expected:
        raise Failed(f"{what}: {found!r} where {expected!r} should be")
