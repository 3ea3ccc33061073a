"""How long the whole of a call may take, besides how long each answer may."""

from __future__ import annotations

from time import monotonic

from netlynx import limits
from netlynx.errors import RequestTimeout


class Deadline:
    """The end of the time that one call of a verb has. It begins when this is made."""

    __slots__ = ("at", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.at = monotonic() + seconds

    @classmethod
    def of(cls, seconds: float | None) -> Deadline | None:
        """A deadline in so many seconds; None for none. Raises TypeError and ValueError for a time that is none."""
        given = limits.optional_seconds("deadline", seconds)
        return None if given is None else cls(given)

    def left(self, timeout: float) -> float:
        """How long an answer may be waited for that may take `timeout` seconds by itself; never less than nothing."""
        return max(0.0, min(timeout, self.at - monotonic()))

    def check(self, asked: object) -> None:
        """Raises RequestTimeout once it has passed."""
        if monotonic() >= self.at:
            raise self.passed(asked)

    def passed(self, asked: object) -> RequestTimeout:
        """The error of a call that was not done in time."""
        return RequestTimeout(f"{asked}: not done within its deadline of {self.seconds} s")
