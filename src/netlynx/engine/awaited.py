"""Operations that are over when something is told: see `netlynx.engine.awaiting`, which carries them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from netlynx.engine.operation import Do, Event, Group

T = TypeVar("T", covariant=True)


class Awaited(msgspec.Struct, Generic[T], frozen=True):
    """A request to a family of generic netlink, and the event that says what came of it.

    `chosen(request, event)` is asked of each event of `groups` once the request was taken: what it returns is the
    answer of the whole, None has the next one waited for. It may raise. An event may come before the answer: `begun`
    says whether one tells that what was asked for begins now, and what came before that is of others. After a refusal
    with an errno in `again`, the request is sent once more when the next event has been told.
    """

    name: str
    request: Any  # a `Do`, or one with names in it (`netlynx.engine.unresolved`)
    groups: tuple[Group[Any], ...]
    chosen: Callable[[Do[Any], Event[Any]], T | None]
    again: tuple[int, ...] = ()
    begun: Callable[[Do[Any], Event[Any]], bool] | None = None

    def __str__(self) -> str:
        return str(self.request)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"
