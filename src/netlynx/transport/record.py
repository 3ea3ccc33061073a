"""A kernel that notes down what is said between programs and the kernel behind it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from netlynx.transport.base import Instruction, Kernel, Transport, lasting
from netlynx.transport.patience import Patience, PatientKernel
from netlynx.transport.recording import AnyStep, Close, Join, Leave, Open, Receive, Recording, Refusal, Send

if TYPE_CHECKING:
    from netlynx.transport.deadline import Deadline

Receiver: TypeAlias = Callable[[bytearray | memoryview], tuple[int, int, int]]
"""One of the ways in which a `Transport` receives."""


class RecordingKernel:
    """Stands between a program and `kernel`: what goes through is the same, and is noted in `recording`.

    That a call would have had to wait is not noted, nor are socket options. Safe to use from several threads.
    """

    def __init__(self, kernel: Kernel, recording: Recording) -> None:
        self.kernel = kernel
        self.recording = recording
        self._numbers = itertools.count(1)

    @property
    def lasting(self) -> int:
        """See `netlynx.transport.base.lasting`."""
        return lasting(self.kernel)

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> RecordingSocket:
        """See `Kernel.open`."""
        return self._opened(protocol, port, groups, lambda: self.kernel.open(int(protocol), port, groups))

    def open_within(self, protocol: int, patience: Patience, deadline: Deadline | None) -> RecordingSocket:
        """See `PatientKernel.open_within`."""
        kernel = self.kernel
        if not isinstance(kernel, PatientKernel):
            return self.open(protocol)
        return self._opened(protocol, 0, (), lambda: kernel.open_within(int(protocol), patience, deadline))

    def _opened(
        self, protocol: int, port: int, groups: tuple[int, ...], opening: Callable[[], Transport]
    ) -> RecordingSocket:
        protocol = int(protocol)
        number, steps = next(self._numbers), self.recording.steps
        try:
            transport = opening()
        except OSError as error:
            steps.append(Open(socket=number, protocol=protocol, port=port, groups=groups, error=Refusal.of(error)))
            raise
        steps.append(Open(socket=number, protocol=protocol, port=transport.portid, groups=groups))
        return RecordingSocket(transport, number, steps)

    def system_socket(self, protocol: int) -> NoReturn:
        """Raises TypeError: what plain sockets say is not noted."""
        raise TypeError("connections can be recorded, a NetlinkSocket cannot: give it the kernel itself (kernel=)")


class RecordingSocket:
    """A `Transport` that hands everything on and notes it."""

    def __init__(self, transport: Transport, number: int, steps: list[AnyStep]) -> None:
        self.portid = transport.portid
        self._transport = transport
        self._number = number
        self._steps = steps
        self._closed = False

    def fileno(self) -> int:
        """See `Transport.fileno`."""
        return self._transport.fileno()

    def send(self, data: bytes | memoryview, portid: int = 0, group: int = 0) -> int:
        """See `Transport.send`."""
        step = Send(socket=self._number, hex=bytes(data).hex(), portid=portid, group=group)
        self._steps.append(step)  # before what it brings about, which another thread may receive at once
        try:
            return self._transport.send(data, portid, group)
        except BlockingIOError:
            self._steps.remove(step)
            raise
        except OSError as error:
            step.error = Refusal.of(error)
            raise

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_into`."""
        size, sender, groups = self._receive(self._transport.receive_into, buffer)
        self._received(buffer, size, sender, groups=groups)
        return size, sender, groups

    def receive_with_uid(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_with_uid`."""
        size, sender, uid = self._receive(self._transport.receive_with_uid, buffer)
        self._received(buffer, size, sender, uid=uid)
        return size, sender, uid

    def _receive(self, call: Receiver, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        try:
            return call(buffer)
        except BlockingIOError:
            raise
        except OSError as error:
            if not self._closed:  # a socket that was closed under the receiver said nothing
                self._steps.append(Receive(socket=self._number, error=Refusal.of(error)))
            raise

    def _received(self, buffer: bytearray | memoryview, size: int, sender: int, groups: int = 0, uid: int = 0) -> None:
        data = bytes(memoryview(buffer)[:size])
        length = size if size > len(data) else 0
        self._steps.append(
            Receive(socket=self._number, hex=data.hex(), length=length, sender=sender, groups=groups, uid=uid)
        )

    def join(self, group: int) -> None:
        """See `Transport.join`."""
        self._note(Join(socket=self._number, group=int(group)), lambda: self._transport.join(group))

    def leave(self, group: int) -> None:
        """See `Transport.leave`."""
        self._note(Leave(socket=self._number, group=int(group)), lambda: self._transport.leave(group))

    def attach_filter(self, instructions: Sequence[Instruction]) -> None:
        """See `Transport.attach_filter`: what it keeps back is not noted either."""
        self._transport.attach_filter(instructions)

    def set_option(self, option: int, value: int) -> None:
        """See `Transport.set_option`."""
        self._transport.set_option(option, value)

    def set_receive_buffer(self, size: int) -> int:
        """See `Transport.set_receive_buffer`."""
        return self._transport.set_receive_buffer(size)

    def set_send_buffer(self, size: int) -> int:
        """See `Transport.set_send_buffer`."""
        return self._transport.set_send_buffer(size)

    def dropped(self) -> int:
        """See `Transport.dropped`."""
        return self._transport.dropped()

    def limit(self, deadline: Deadline | None) -> None:
        """Hand on until when calls are to be done, where that can be told."""
        limit = getattr(self._transport, "limit", None)
        if limit is not None:
            limit(deadline)

    def interrupt(self) -> None:
        """Hand on that a call of another thread is to end, where it can."""
        interrupt = getattr(self._transport, "interrupt", None)
        if interrupt is not None:
            interrupt()

    def close(self) -> None:
        """See `Transport.close`."""
        if not self._closed:
            self._closed = True
            self._steps.append(Close(socket=self._number))
        self._transport.close()

    def _note(self, step: Join | Leave, call: Callable[[], None]) -> None:
        self._steps.append(step)
        try:
            call()
        except OSError as error:
            step.error = Refusal.of(error)
            raise
