"""A file descriptor that polls readable while it is told to: what makes virtual sockets work with event loops."""

from __future__ import annotations

import contextlib
import os


class Readiness:
    """An eventfd, or a pipe where there is none. The descriptor lives as long as the object; not thread-safe."""

    def __init__(self) -> None:
        self._ready = False
        self._descriptors: tuple[int, ...] = ()
        if hasattr(os, "eventfd"):
            self._descriptors = (os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK),)
        else:
            self._descriptors = os.pipe()

    def fileno(self) -> int:
        """The descriptor to poll."""
        return self._descriptors[0]

    def set(self, ready: bool) -> None:
        """Make the descriptor readable, or not."""
        if ready == self._ready:
            return
        self._ready = ready
        if ready:
            os.write(self._descriptors[-1], (1).to_bytes(8, "little"))
        else:
            os.read(self._descriptors[0], 8)

    def __del__(self) -> None:
        for descriptor in self._descriptors:
            with contextlib.suppress(OSError):
                os.close(descriptor)
