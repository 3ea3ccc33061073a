"""States as requests have them: the kernel takes a bit for each. Source: include/net/tcp_states.h of the kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from netlynx.diag.constants import ALL_STATES, SocketState, mask_of
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.arguments import member_of

States: TypeAlias = SocketState | str | int | Iterable[SocketState | str | int] | None
"""A state, or several of which any will do; None for all."""


def states_of(states: Any, path: str) -> tuple[SocketState, ...]:
    """The states meant by one, or by several. Raises EncodeError with `path` for a name that none has."""
    given = [states] if isinstance(states, str | int) else states
    if not isinstance(given, Iterable):
        raise EncodeTypeError(f"expected states such as 'listen', not {states!r}", path)
    return tuple(sorted({member_of(SocketState, each, path) for each in given}))


def asked_states(states: States, path: str) -> tuple[int, tuple[tuple[str, frozenset[SocketState]], ...]]:
    """The bits for a request, and what is looked at again in the answers. Raises as `states_of`, and for no state."""
    if states is None:
        return ALL_STATES, ()
    wanted = frozenset(states_of(states, path))
    if not wanted:
        raise EncodeError("no socket is in any of these states", path)
    return mask_of(wanted), (("state", wanted),)
