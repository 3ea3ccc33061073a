"""A file descriptor that polls readable while it is told to: what makes virtual sockets work with event loops."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable


class Readiness:
    """An eventfd, or a pipe where there is none. Not thread-safe.

    It is made when it is first asked for, so that thousands of sockets that nobody polls take no descriptors, and
    lives as long as the object.
    """

    def __init__(self) -> None:
        self.ready = False
        self.listener: Callable[[], object] | None = None  # called when it becomes ready
        self._descriptors: tuple[int, ...] = ()

    def fileno(self) -> int:
        """The descriptor to poll."""
        if not self._descriptors:
            if hasattr(os, "eventfd"):
                self._descriptors = (os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK),)
            else:
                self._descriptors = os.pipe()
            if self.ready:
                self._signal()
        return self._descriptors[0]

    def set(self, ready: bool) -> None:
        """Make the descriptor readable, or not."""
        if ready == self.ready:
            return
        self.ready = ready
        if self._descriptors:
            if ready:
                self._signal()
            else:
                os.read(self._descriptors[0], 8)
        if ready and self.listener is not None:
            self.listener()

    def _signal(self) -> None:
        os.write(self._descriptors[-1], (1).to_bytes(8, "little"))

    def __del__(self) -> None:
        for descriptor in self._descriptors:
            with contextlib.suppress(OSError):
                os.close(descriptor)
