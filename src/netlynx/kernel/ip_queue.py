"""ip_queue, the kernel's side: packets handed to one process, which decides what becomes of them.

    packets = IpQueue(kernel)
    packets.enqueue(b"…", input="eth0", then=lambda verdict, payload: …)

Source: net/ipv4/netfilter/ip_queue.c of Linux 3.4.
"""

from __future__ import annotations

import errno
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from netlynx import firewall
from netlynx.codec._codec import decode, encode
from netlynx.errors import Busy, DecodeError, PortRefused, from_errno
from netlynx.netfilter.constants import Hook
from netlynx.netfilter.queue_constants import VerdictKind
from netlynx.schema.compile import layout_size, plan_of
from netlynx.schema.record import Layout
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message

from .requests import Request

if TYPE_CHECKING:
    from .virtual import VirtualKernel

L = TypeVar("L", bound=Layout)

QUEUE_LENGTH = 1024  # packets that may wait for a verdict

Then = Callable[[VerdictKind, bytes], object]
"""What is to be done with a packet: called with the verdict and its content, which may be a new one."""


class IpQueue:
    """The queue of a virtual kernel. Whoever asks for packets first gets them, until its socket is closed.

    `dropped` counts packets that nobody was asked about: no process, mode NONE, a full queue.
    """

    def __init__(self, kernel: VirtualKernel) -> None:
        self._service = kernel.serve(NETLINK.FIREWALL, close=self._closed)
        self._service.do(firewall.IPQM.MODE, admin=True)(self._set_mode)
        self._service.do(firewall.IPQM.VERDICT, admin=True)(self._take_verdict)
        self._peer = 0
        self._mode = firewall.Mode()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[bytes, Then]] = {}
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def enqueue(
        self,
        payload: bytes,
        *,
        then: Then,
        hook: Hook = Hook.INPUT,
        mark: int = 0,
        input: str = "",
        output: str = "",
    ) -> bool:
        """Ask the process what becomes of a packet; `then` is called when it has said it, or at once to drop it.

        Returns whether the process was asked.
        """
        with self._service.lock:
            number = next(self._numbers)
            if self._peer and self._mode.copy != firewall.Copy.NONE and len(self._waiting) < QUEUE_LENGTH:
                told = payload if self._mode.copy == firewall.Copy.PACKET else b""
                told = told[: self._mode.range] if self._mode.range else told
                packet = firewall.Packet(
                    id=number,
                    mark=mark,
                    hook=hook,
                    input=input,
                    output=output,
                    protocol=0x0800,
                    payload_length=len(told),
                    tail=told,
                )
                self._waiting[number] = payload, then
                try:
                    content = encode(plan_of(firewall.Packet), packet)
                    self._service.sock.unicast(Message(firewall.IPQM.PACKET, payload=content), to=self._peer)
                    return True
                except (Busy, PortRefused):
                    del self._waiting[number]
            self.dropped += 1
        then(VerdictKind.DROP, payload)
        return False

    def _set_mode(self, request: Request) -> None:
        mode = _read(firewall.Mode, request)
        if mode.copy not in list(firewall.Copy):
            raise from_errno(errno.EINVAL, "no such mode")
        self._claim(request)
        self._mode = mode

    def _take_verdict(self, request: Request) -> None:
        verdict = _read(firewall.Verdict, request)
        if verdict.verdict > VerdictKind.STOP:
            raise from_errno(errno.EINVAL, "no such verdict")
        self._claim(request)
        payload, then = self._waiting.pop(verdict.id, (b"", None))
        if then is None:
            raise from_errno(errno.ENOENT, "no such packet waits")
        then(verdict.verdict, payload if verdict.payload is None else verdict.payload)

    def _claim(self, request: Request) -> None:
        """The socket that asks is the one that packets go to. Raises Busy where another one is."""
        if self._peer not in (0, request.portid):
            raise from_errno(errno.EBUSY, "another process gets the packets")
        self._peer = request.portid

    def _closed(self, port: int) -> None:
        with self._service.lock:
            if port == self._peer:
                self._forget_peer()

    def _forget_peer(self) -> None:
        self._peer = 0
        self._mode = firewall.Mode()
        waiting, self._waiting = self._waiting, {}
        for payload, then in waiting.values():
            self.dropped += 1
            then(VerdictKind.DROP, payload)


def _read(layout: type[L], request: Request) -> L:
    if len(request.payload) < layout_size(layout)[0]:
        raise from_errno(errno.EINVAL, f"{len(request.payload)} bytes are too few for {layout.__c__}")
    try:
        read: L = decode(plan_of(layout), request.payload)
        return read
    except DecodeError as error:
        raise from_errno(errno.EINVAL, str(error)) from None
