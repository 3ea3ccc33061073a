"""Faults on demand: what goes wrong on a real kernel once a year goes wrong here when a test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from netlynx.errors import NetlinkError, from_errno

if TYPE_CHECKING:
    from .sockets import UserSocket


class Faults:
    """The faults of one kernel, at its attribute `faults`. Each happens once and exactly when it was asked for."""

    def __init__(self, sockets: Callable[[], Iterable[UserSocket]]) -> None:
        self._sockets = sockets
        self._lock = threading.Lock()
        self._interrupts = 0
        self._failures: dict[int, NetlinkError] = {}  # by how many requests are to come first

    def interrupt_dump(self, times: int = 1) -> None:
        """Have the tables of the next `times` dumps change while they are dumped: NLM_F_DUMP_INTR is set."""
        with self._lock:
            self._interrupts += times

    def fail(self, nth: int, errno: int, text: str = "") -> None:
        """Refuse the `nth` request from now on (1 is the next one) of any served protocol, before it is carried out.

        `errno` is a positive number, `text` the kernel's words in the extended acknowledgement.
        """
        if nth < 1:
            raise ValueError(f"requests are counted from 1, not {nth}")
        with self._lock:
            self._failures[nth - 1] = from_errno(errno, text)

    def overrun(self, protocol: int | None = None, portid: int | None = None) -> int:
        """Have the sockets of a protocol, or all of them, lose a message now: ENOBUFS, once, unless NO_ENOBUFS is set.

        With `portid` only that one. Returns how many sockets it hit.
        """
        hit = [sock for sock in self._sockets() if protocol in (None, sock.protocol) and portid in (None, sock.portid)]
        for sock in hit:
            sock.overrun()
        return len(hit)

    def next_request(self) -> NetlinkError | None:
        """The kernel's side: counts a request, and gives the error to answer it with if there is one."""
        with self._lock:
            failure = self._failures.pop(0, None)
            self._failures = {left - 1: error for left, error in self._failures.items()}
            return failure

    def next_dump(self) -> bool:
        """The kernel's side: counts a dump, and tells whether it is to be interrupted."""
        with self._lock:
            interrupted = self._interrupts > 0
            self._interrupts -= interrupted
            return interrupted
