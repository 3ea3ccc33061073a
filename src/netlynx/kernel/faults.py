"""Faults on demand: what goes wrong on a real kernel once a year goes wrong here when a test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlynx import limits
from netlynx.errors import NetlinkError, from_errno

if TYPE_CHECKING:
    from .sockets import UserSocket


@dataclass(slots=True)
class _Fault:
    """Something that happens to one datagram on its way to a socket."""

    protocol: int | None
    portid: int | None
    before: int  # how many datagrams pass unharmed first
    times: int  # how many it hits
    delay: float | None  # seconds; None: it is lost

    def meets(self, sock: UserSocket) -> bool:
        return self.protocol in (None, sock.protocol) and self.portid in (None, sock.portid)


class Faults:
    """The faults of one kernel, at its attribute `faults`. Each happens exactly as often as it was asked for."""

    def __init__(self, sockets: Callable[[], Iterable[UserSocket]]) -> None:
        self.armed = False  # whether any datagram is to be lost or delayed
        self._sockets = sockets
        self._lock = threading.Lock()
        self._interrupts = 0
        self._failures: dict[int, NetlinkError] = {}  # by how many requests are to come first
        self._deliveries: list[_Fault] = []

    def interrupt_dump(self, times: int = 1) -> None:
        """Have the tables of the next `times` dumps change while they are dumped: NLM_F_DUMP_INTR is set."""
        with self._lock:
            self._interrupts += limits.whole("times", times)

    def fail(self, nth: int, errno: int, text: str = "") -> None:
        """Refuse the `nth` message from now on (1 is the next one) to any protocol's kernel side.

        It is answered with NLMSG_ERROR and not carried out. Served protocols count their requests. `errno` is a
        positive number, `text` the kernel's words in the extended acknowledgement.
        """
        before = _before(nth)
        with self._lock:
            self._failures[before] = from_errno(errno, text)

    def drop(self, nth: int = 1, *, times: int = 1, protocol: int | None = None, portid: int | None = None) -> None:
        """Lose the `nth` datagram from now on to the sockets of a protocol (or to `portid`), and the `times` - 1 after.

        Nobody is told, neither its sender nor its receiver.
        """
        self._arm(_Fault(protocol, portid, _before(nth), limits.whole("times", times, 1), None))

    def delay(
        self,
        seconds: float,
        nth: int = 1,
        *,
        times: int = 1,
        protocol: int | None = None,
        portid: int | None = None,
    ) -> None:
        """Hold the `nth` datagram back for some seconds of the kernel's clock; as `drop` otherwise.

        What is sent meanwhile overtakes it. If the queue is full by then, the receiver hears of the overrun.
        """
        seconds = limits.seconds("seconds", seconds)
        if not seconds:
            raise ValueError(f"a delay is more than 0 seconds, not {seconds}")
        self._arm(_Fault(protocol, portid, _before(nth), limits.whole("times", times, 1), seconds))

    def overrun(self, protocol: int | None = None, portid: int | None = None) -> int:
        """Have the sockets of a protocol, or all of them, lose a message now: ENOBUFS, once, unless NO_ENOBUFS is set.

        With `portid` only that one. Returns how many sockets it hit.
        """
        hit = self._matching(protocol, portid)
        for sock in hit:
            sock.overrun()
        return len(hit)

    def close_port(self, portid: int, protocol: int | None = None) -> int:
        """Close the sockets that have a port, as if their program had died: sending to them is refused.

        Returns how many there were. The kernel's own side goes away with `KernelSocket.release`.
        """
        hit = self._matching(protocol, portid)
        for sock in hit:
            sock.close()
        return len(hit)

    def _matching(self, protocol: int | None, portid: int | None) -> list[UserSocket]:
        return [sock for sock in self._sockets() if protocol in (None, sock.protocol) and portid in (None, sock.portid)]

    def _arm(self, fault: _Fault) -> None:
        with self._lock:
            self._deliveries.append(fault)
            self.armed = True

    # --------------------------------------------------------------------------------- the kernel's side

    def next_request(self) -> NetlinkError | None:
        """Counts a message to the kernel, and gives the error to answer it with if there is one."""
        with self._lock:
            failure = self._failures.pop(0, None)
            self._failures = {left - 1: error for left, error in self._failures.items()}
            return failure

    def next_dump(self) -> bool:
        """Counts a dump, and tells whether it is to be interrupted."""
        with self._lock:
            interrupted = self._interrupts > 0
            self._interrupts -= interrupted
            return interrupted

    def next_delivery(self, sock: UserSocket) -> float | None:
        """Counts a datagram to a socket, and tells how many seconds to hold it back; None is to lose it."""
        with self._lock:
            outcome: float | None = 0
            for fault in [fault for fault in self._deliveries if fault.meets(sock)]:
                if fault.before:
                    fault.before -= 1
                elif outcome == 0:
                    outcome = fault.delay
                    fault.times -= 1
            self._deliveries = [fault for fault in self._deliveries if fault.times]
            self.armed = bool(self._deliveries)
            return outcome


def _before(nth: int) -> int:
    return limits.whole("nth", nth, 1) - 1
