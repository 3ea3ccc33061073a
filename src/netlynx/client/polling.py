"""A descriptor for other loops than netlynx's own: readable while a subscription has something to give."""

from __future__ import annotations

import os
import select
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlynx.client.listening import Inbox


class Pollable:
    """An epoll(7) descriptor over the sockets of a subscription, and over what was taken from them already.

    Events are taken from sockets many at a time, so the sockets alone would not tell of those that wait in memory. It
    stays readable once the subscription is closed.
    """

    def __init__(self, inbox: Inbox[Any]) -> None:
        self._inbox = inbox
        self._epoll = select.epoll()
        self._waiting = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._set = False
        self._lock = threading.RLock()  # reentrant: a signal handler may close what its thread is reading
        for descriptor in (self._waiting, *(() if inbox.closed else inbox.descriptors)):
            self._epoll.register(descriptor, select.EPOLLIN)
        self.update()

    def fileno(self) -> int:
        """The descriptor."""
        return self._epoll.fileno()

    def update(self) -> None:
        """Something was taken or handed out, or the subscription was closed."""
        with self._lock:
            ready = self._inbox.ready or self._inbox.closed
            if ready and not self._set:
                os.eventfd_write(self._waiting, 1)
            elif self._set and not ready:
                os.eventfd_read(self._waiting)
            self._set = ready

    def __del__(self) -> None:
        self._epoll.close()
        os.close(self._waiting)
