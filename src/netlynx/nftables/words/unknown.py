"""How readers say that no word stands for something."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


class Unknown(Exception):
    """Expressions that no word stands for."""


def given(value: T | None) -> T:
    """A value that has to be there."""
    if value is None:
        raise Unknown
    return value


def known(condition: bool) -> None:
    """What has to be so for a word to stand for it."""
    if not condition:
        raise Unknown
