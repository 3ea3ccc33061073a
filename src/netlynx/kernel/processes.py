"""The process connector, the kernel's side: what processes do, told to who listens.

    processes = Processes(kernel)
    processes.tell(connector.Exec(pid=7, tgid=7))

Source: drivers/connector/cn_proc.c, drivers/connector/connector.c.
"""

from __future__ import annotations

import errno
import itertools
import struct
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from netlynx.codec._codec import encode
from netlynx.connector.constants import ALL, CN_IDX, CN_VAL, NONE, Kinds, Operation
from netlynx.connector.events import Exit, Unknown
from netlynx.connector.messages import Acknowledgement, Envelope, ProcessInput, enveloped
from netlynx.connector.processes import RECORDS, ProcessEvent
from netlynx.errors import DecodeError
from netlynx.schema.compile import layout_size, plan_of
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message

from .credentials import Capability, ConfigFlag

if TYPE_CHECKING:
    from .kernel_socket import KernelSocket
    from .sockets import UserSocket
    from .virtual import VirtualKernel

_WHAT = struct.Struct("=I")  # what an event is, before anything else
_NUMBERS = {record: kind for kind, record in RECORDS.items()}


class Processes:
    """The process connector of a virtual kernel.

    `listeners` is how many said that they listen, and did not take it back: nothing is told, and nothing numbered,
    without any. With ``filters=False`` it is that of a kernel before Linux 6.6, which does not filter, and lets nobody
    listen without CAP_NET_ADMIN.
    """

    def __init__(self, kernel: VirtualKernel, *, filters: bool = True) -> None:
        self._filters = filters
        self._wanted: dict[UserSocket, tuple[Operation, Kinds]] = {}
        self._numbers: dict[int, itertools.count[int]] = {}
        self.listeners = 0
        flags = ConfigFlag.NONROOT_RECV if filters else ConfigFlag(0)
        receive: Callable[[KernelSocket, bytes, UserSocket], None] = self._receive
        self._sock = kernel.attach(NETLINK.CONNECTOR, receive, flags=flags)

    def tell(self, event: ProcessEvent, *, lost: int = 0) -> None:
        """Say what a process did to all that listen and want to hear it; `lost` events before it find no memory."""
        if not self.listeners:
            return
        what = event.what if isinstance(event, Unknown) else int(_NUMBERS[type(event)])
        code = event.exit_code if isinstance(event, Exit) else 0
        numbers = self._numbers.setdefault(event.cpu, itertools.count())
        for _ in range(lost):
            next(numbers)
        data = _WHAT.pack(what) + encode(plan_of(type(event)), event)[_WHAT.size :]
        self._send(enveloped(data, sequence=next(numbers)), what, code)

    def _send(self, message: Message, what: int, code: int) -> None:
        self._sock.multicast(message, group=int(CN_IDX.PROC), passes=partial(self._passes, what, code))

    def _passes(self, what: int, code: int, user: UserSocket) -> bool:
        if not self._filters or user not in self._wanted:
            return True
        operation, kinds = self._wanted[user]
        if operation == Operation.IGNORE:
            return False
        failed = bool(code and what == Kinds.EXIT and kinds & Kinds.NONZERO_EXIT)
        return kinds == ALL or failed or bool(kinds & what)

    def _receive(self, sock: KernelSocket, data: bytes, user: UserSocket) -> None:
        from .service import parse_sound

        for message in parse_sound(data, user):
            try:
                envelope = Envelope.from_bytes(message.payload)
                said = message.payload[layout_size(Envelope)[0] :][: envelope.length]
                wanted = ProcessInput.from_bytes(said)
            except DecodeError:
                continue
            short = envelope.length == 4
            if (envelope.index, envelope.value) != (CN_IDX.PROC, CN_VAL.PROC) or envelope.length != len(said):
                continue
            if short or (self._filters and envelope.length == 8):
                kinds = ALL if short else Kinds(wanted.kinds & ALL) or ALL
                refused = self._said(user, int(wanted.operation), kinds)
                self._acknowledge(envelope, refused)

    def _said(self, user: UserSocket, operation: int, kinds: Kinds) -> int:
        """Note what a listener said; an errno, or 0."""
        if not self._filters and not user.credentials.may(Capability.NET_ADMIN):
            return errno.EPERM
        if operation not in (Operation.LISTEN, Operation.IGNORE):
            return errno.EINVAL
        self._wanted = {each: how for each, how in self._wanted.items() if not each.closed}
        before = self._wanted.get(user, (Operation.IGNORE, ALL))[0]
        self._wanted[user] = Operation(operation), kinds
        if operation == Operation.LISTEN:
            self.listeners += not self._filters or before != Operation.LISTEN
        else:
            self.listeners -= not self._filters or before != Operation.IGNORE
        return 0

    def _acknowledge(self, envelope: Envelope, error: int) -> None:
        if not self.listeners:
            return
        data = encode(plan_of(Acknowledgement), Acknowledgement(what=NONE, error=error))
        numbers = self._numbers.setdefault(0, itertools.count())
        answer = enveloped(data, sequence=next(numbers), acknowledged=envelope.acknowledged + 1)
        self._send(answer, NONE, 0)
