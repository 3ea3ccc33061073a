"""The recorder: what a program asked of a kernel, to be asserted, and saved for the replayer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec

from netlynx.engine.decoding import Decoded
from netlynx.engine.messages import asked_by, family_numbers, headlines, split
from netlynx.testing.difference import check_operation, fits, listed, not_asked
from netlynx.transport.choose import chosen_kernel
from netlynx.transport.record import RecordingKernel
from netlynx.transport.recording import Open, Receive, Recording, Send

if TYPE_CHECKING:
    from netlynx.client.async_connection import AsyncConnection
    from netlynx.client.connection import Connection
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel


class Recorder(RecordingKernel):
    """A kernel that hands everything on to another one and remembers what was said.

    `of` is what it stands before: a kernel (a `VirtualKernel`, say), or a connection that is open already, whose
    requests and subscriptions from then on it notes; by default this host's, as seen from `netns`. It is itself a
    kernel: ``netlynx.connect(kernel=recorder)``.
    """

    def __init__(self, of: Kernel | Connection | AsyncConnection | None = None, *, netns: Where | None = None) -> None:
        self._since = 0  # the step with which `asked` begins
        pool = getattr(of, "_pool", None)
        kernel: Any = None if pool is not None else of
        if pool is None:
            super().__init__(chosen_kernel(netns, kernel), Recording())
        elif netns is not None:
            raise ValueError("a connection has its namespace already: give no netns")
        else:
            super().__init__(pool.kernel, Recording())
            pool.through(self)

    @property
    def asked(self) -> list[Decoded]:
        """All requests, in the order in which they were sent: of a batch, each operation."""
        protocols, families = self._protocols(), self._families()
        return [
            asked
            for step in self._steps()[self._since :]
            if isinstance(step, Send)
            for asked in asked_by(protocols[step.socket], step.data, families)
        ]

    def assert_asked(self, *operations: Any, only: bool = False) -> None:
        """Assert that these operations were asked for, in this order; others may have been before, between and after.

        A request fits an operation if it has its type, flags and record; sequence numbers, port IDs, NLM_F_ACK and the
        order of attributes make no difference. With `only`, nothing else may have been asked: but what netlynx asks
        by itself, for the numbers of generic netlink's families.

        Raises AssertionError that lists what was asked, and what is different about the nearest request. TypeError
        for what is several requests, as a flush is.
        """
        __tracebackhide__ = True  # pytest then shows the line of the test instead
        wanted = [check_operation(operation) for operation in operations]
        families = self._families()
        asked = [each for each in self.asked if not (only and _is_lookup(each) and not _wants_lookup(wanted))]
        position = 0
        for number, operation in enumerate(wanted):
            found = next((at for at in range(position, len(asked)) if fits(operation, asked[at], families)), None)
            if found is None:
                raise AssertionError(not_asked(operation, asked, families, position))
            if only and found != number:
                raise AssertionError(f"Something else was asked before {operation}: {asked[number]}\n{listed(asked)}")
            position = found + 1
        if only and len(asked) > len(wanted):
            raise AssertionError(f"Something else was asked: {asked[len(wanted)]}\n{listed(asked)}")

    def assert_not_asked(self, *operations: Any) -> None:
        """Assert that none of these operations was asked for. Raises AssertionError, TypeError as `assert_asked`."""
        __tracebackhide__ = True
        asked, families = self.asked, self._families()
        for operation in map(check_operation, operations):
            for number, each in enumerate(asked, 1):
                if fits(operation, each, families):
                    raise AssertionError(f"{operation} was asked of the kernel: request {number}.\n{listed(asked)}")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all that was said to a file, for `Replayer`: lines of JSON, datagrams in hexadecimal. Raises OSError.

        It holds what the kernel said: names and addresses of the machine included.
        """
        protocols, families = self._protocols(), self._families()
        steps = [
            msgspec.structs.replace(
                step,
                says=headlines(protocols[step.socket], step.data, families, answer=isinstance(step, Receive)),
                hex=" ".join(message.hex() for message in split(step.data)),
            )
            if isinstance(step, Send | Receive)
            else step
            for step in self._steps()
        ]
        Recording(steps).save(path)

    def clear(self) -> None:
        """Forget what was asked until now; a recording that is saved is still whole."""
        self._since = len(self.recording.steps)

    def _steps(self) -> list[Any]:
        return list(self.recording.steps)  # another thread may be adding some

    def _protocols(self) -> dict[int, int]:
        return {step.socket: step.protocol for step in self._steps() if isinstance(step, Open)}

    def _families(self) -> dict[int, str]:
        protocols = self._protocols()
        families: dict[int, str] = {}
        for step in self._steps():
            if isinstance(step, Receive):
                families |= family_numbers(protocols[step.socket], step.data)
        return families


def _is_lookup(asked: Decoded) -> bool:
    """Whether this is how a connection finds out the number of a family: asked for one, by name."""
    return asked.name == "nlctrl.CTRL_CMD_GETFAMILY" and "DUMP" not in asked.flags


def _wants_lookup(operations: list[Any]) -> bool:
    return any(operation.name == "generic.family" for operation in operations)
