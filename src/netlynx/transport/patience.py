"""How long a kernel that another process serves may be waited for, and what ends that before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from netlynx.transport.base import Transport
    from netlynx.transport.deadline import Deadline

LONGEST = 60.0  # seconds that a call may take if nobody says otherwise; the kernel's handlers run in it
PARTING = 5.0  # seconds until a socket is given up whose end the kernel does not confirm


class Readable(Protocol):
    """Something to poll."""

    def fileno(self) -> int:
        """Its descriptor."""


class Patience:
    """What the calls of a connection's sockets have in common. `seconds` may change at any time.

    `waker` is readable once nobody waits any more; with `parting`, closing a socket waits for the kernel to confirm it.
    """

    def __init__(self, seconds: float = LONGEST, waker: Readable | None = None, *, parting: bool = True) -> None:
        self.seconds = seconds
        self.waker = waker
        self.parting = parting


@runtime_checkable
class PatientKernel(Protocol):
    """A `Kernel` whose sockets wait for another process."""

    def open_within(self, protocol: int, patience: Patience, deadline: Deadline | None) -> Transport:
        """As `Kernel.open`. Raises RequestTimeout and ConnectionClosed besides."""
