"""Calls that may take long, made by threads while an event loop goes on.

A kernel carries a request out within the call that sends it, and nobody can end that call. So whoever waits for it may
give it up, but not what it uses: a socket, buffers. Those are let go of when the thread is done, by the thread.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_THREADS = 8  # at a time, for one connection: the kernel mostly does one change after the other anyhow
_IDLE = 1.0  # seconds after which a thread that has nothing to do ends

_count_lock = threading.Lock()
_count = 0


def under_way() -> int:
    """How many errands are run in this process."""
    return _count


def _counted(change: int) -> None:
    global _count
    with _count_lock:
        _count += change


def _after_fork() -> None:
    global _count, _count_lock
    _count, _count_lock = 0, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Errand(Generic[T]):
    """One call and what becomes of it.

    `begun` and `over` say how far it has come; the lock `returned` is free once the call is over. An errand that was
    given up before it was begun is over, too.
    """

    __slots__ = ("_after", "_bells", "_call", "_lock", "begun", "error", "over", "returned", "took", "value")

    def __init__(self, call: Callable[[], T]) -> None:
        self._call: Callable[[], T] | None = call
        self._lock = threading.Lock()
        self._bells: list[Callable[[], object]] = []
        self._after: list[Callable[[Errand[T]], object]] = []
        self.begun = self.over = False
        self.took = 0.0  # seconds
        self.value: T | None = None
        self.error: BaseException | None = None
        self.returned = threading.Lock()
        self.returned.acquire()

    def run(self) -> None:
        """Make the call, in a thread of `Hands`; do nothing if it was given up already."""
        with self._lock:
            call, self._call = self._call, None
            if self.over or call is None:
                return
            self.begun = True
        _counted(1)
        began = monotonic()
        try:
            self.value = call()
        except BaseException as error:
            self.error = error
        finally:
            self.took = monotonic() - began
            _counted(-1)
        del call
        with self._lock:
            self.over = True
            bells, self._bells = self._bells, []
            after, self._after = self._after, []
        self.returned.release()
        for bell in bells:
            bell()
        for function in after:
            function(self)

    def ring(self, bell: Callable[[], object]) -> bool:
        """Have `bell` called, in the thread, when it is over; False if it is."""
        with self._lock:
            if self.over:
                return False
            self._bells.append(bell)
            return True

    def give_up(self) -> None:
        """Nobody waits for it any more; what was not begun will not be."""
        with self._lock:
            self._bells.clear()
            if not self.begun and not self.over:
                self.over = True
                self._call = None
                self.returned.release()

    def afterwards(self, function: Callable[[Errand[T]], object]) -> bool:
        """Have a function called, in the thread, when it is over; False if it is."""
        with self._lock:
            if self.over:
                return False
            self._after.append(function)
            return True

    def result(self) -> T:
        """What the call returned, once it is over. Raises what it raised."""
        if self.error is not None:
            error, self.error = self.error, None  # which, raised, holds the frames that hold this
            raise error
        value, self.value = self.value, None
        return value  # type: ignore[return-value]  # it is over: None is what the call returned


class _Hand:
    """A thread, and the errand that it is to run next."""

    __slots__ = ("bell", "errand")

    def __init__(self, errand: Errand[Any]) -> None:
        self.errand: Errand[Any] | None = errand
        self.bell = threading.Lock()
        self.bell.acquire()


class Hands:
    """Threads that run errands, a few at a time and the rest in their order. They are there as long as they are used.

    May be used from any thread. In a child process of a fork there are none of the parent's, nor its errands.
    """

    def __init__(self, threads: int = _THREADS) -> None:
        self._threads = threads
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._count = 0
        self._closed = False
        self._idle: list[_Hand] = []
        self._queue: deque[Errand[Any]] = deque()

    def give(self, errand: Errand[Any]) -> None:
        """Have an errand run as soon as a thread is free. Raises RuntimeError where no thread can be started."""
        if os.getpid() != self._process:
            self._begin()
        with self._lock:
            if self._idle:
                hand = self._idle.pop()
                hand.errand = errand
                hand.bell.release()
                return
            if self._count >= self._threads:
                self._queue.append(errand)
                return
            self._count += 1
        try:
            hand = _Hand(errand)
            threading.Thread(target=self._work, args=(hand,), name="netlynx errands", daemon=True).start()
        except RuntimeError:  # there are as many threads as there may be
            with self._lock:
                self._count -= 1
                if self._count:  # one of those will come to it
                    self._queue.append(errand)
                    return
            raise

    def close(self) -> None:
        """End the threads that have nothing to do; the others end when they have done what was given to them."""
        if os.getpid() != self._process:
            self._begin()
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            self._count -= len(idle)
        for hand in idle:
            with suppress(RuntimeError):
                hand.bell.release()

    def _work(self, hand: _Hand) -> None:
        while hand.errand is not None:
            hand.errand.run()
            hand.errand = None
            with self._lock:
                if self._queue:
                    hand.errand = self._queue.popleft()
                    continue
                if self._closed:
                    self._count -= 1
                    return
                self._idle.append(hand)
            if hand.bell.acquire(timeout=_IDLE):
                continue
            with self._lock:
                if hand in self._idle:
                    self._idle.remove(hand)
                    self._count -= 1
                    return
            hand.bell.acquire()  # it was given an errand, or the end, just now
