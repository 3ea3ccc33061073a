"""The event loop of an async connection, as the rest of its program sees it: other threads, and callbacks."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


class EventLoop:
    """The event loop that runs where this is made, asyncio's or trio's. Raises RuntimeError where none does."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._trio: Any = None  # a trio.lowlevel.TrioToken; trio need not be installed
        self._asyncio: asyncio.AbstractEventLoop | None = None
        trio = sys.modules.get("trio")
        if trio is not None:
            with suppress(RuntimeError, AttributeError):  # as long as another thread imports trio, it lacks names
                self._trio = trio.lowlevel.current_trio_token()
        if self._trio is None:  # asked second: trio may be a guest in asyncio's loop
            self._asyncio = asyncio.get_running_loop()

    def call(self, function: Callable[[], None]) -> None:
        """Call something as one of the loop's tasks does: now if this is one, else soon, without waiting for it.

        Where the loop does not run there is no task to get in the way of, and it is called now.
        """
        if not self._hand_over(function):
            function()

    def soon(self, function: Callable[[], object]) -> None:
        """Call something of another thread's in the loop, between its tasks; where that has ended, nobody waits."""
        with suppress(RuntimeError):
            if self._asyncio is None:
                self._trio.run_sync_soon(function)
            else:
                self._asyncio.call_soon_threadsafe(function)

    def _hand_over(self, function: Callable[[], None]) -> bool:
        here = threading.get_ident() == self._thread
        try:
            if self._asyncio is None:
                if not here:
                    self._trio.run_sync_soon(function)
                return not here
            if not self._asyncio.is_running() or (here and asyncio.current_task(self._asyncio)):
                return False
            # A callback, such as a signal's, is no task, and cannot do all that tasks can. That of `signal.signal`
            # comes while the loop sleeps: it has to be woken from the loop's own thread as well.
            self._asyncio.call_soon_threadsafe(self._start, function)
        except RuntimeError:  # it ended meanwhile
            return False
        return True

    def _start(self, function: Callable[[], None]) -> None:
        async def call() -> None:
            function()

        assert self._asyncio is not None
        self._asyncio.create_task(call())
