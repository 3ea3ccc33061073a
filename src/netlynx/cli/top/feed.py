"""What comes of one kernel, in one namespace: readings when they are asked for, and events as they arrive."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Self

from netlynx.cli.stdout import words
from netlynx.cli.top.known import Known
from netlynx.cli.top.log import FAILED, LOST, Heard, Listener
from netlynx.cli.top.rows import Reading
from netlynx.errors import ConnectionClosed, NetlynxError

if TYPE_CHECKING:
    from netlynx.cli.top.pane import Pane
    from netlynx.client.connection import Connection
    from netlynx.client.subscription import Subscription


class Feed:
    """A connection, and a subscription to what changes. One thread may use it; any may `close` it.

    Raises as `Connection.subscribe`.
    """

    def __init__(self, nl: Connection) -> None:
        self._nl = nl
        self._known = Known()
        self._listener = Listener(self._known)
        self._events: Subscription[Any] | None = nl.subscribe(*self._listener.groups)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End it: whoever waits is woken, and gets `ConnectionClosed`."""
        self._nl.close()

    def fileno(self) -> int | None:
        """A descriptor that is readable while `hear` has something to give; None once nothing is heard any more."""
        return None if self._events is None else self._events.fileno()

    def hear(self) -> list[Heard]:
        """What was said since it was last asked for, without waiting."""
        if self._events is None:
            return []
        found: list[Heard] = []
        try:
            told = self._events.drain()
            if told:
                with contextlib.suppress(NetlynxError, OSError):  # what is said has numbers for names
                    self._known.read(self._nl)
            for item in told:
                line = self._listener.heard(item)
                if line is not None:
                    found.append(line)
                    if line.kind == LOST:
                        self._known.doubt()
        except ConnectionClosed:
            self._events = None
            found.append(self._listener.line(FAILED, "", "nothing is heard any more: the kernel's side has ended it"))
        except (NetlynxError, OSError) as error:
            found.append(self._listener.line(FAILED, "", words(error)))
            self._known.doubt()
        return found

    def read(self, pane: Pane) -> Reading:
        """What a pane shows, read now. Raises NetlynxError."""
        if self._events is None:
            self._known.doubt()
        read = pane.reads(self._nl, self._known)
        return Reading(time.monotonic(), *read)
