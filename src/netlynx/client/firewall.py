"""Packets and verdicts, whatever the kernel calls them: ip_queue where there is one, else a queue of netfilter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from netlynx.client.connection import Connection, connect
from netlynx.client.subscription import Subscription
from netlynx.engine.operation import Event, Overrun
from netlynx.errors import NetlynxError, NotSupported
from netlynx.firewall import ip_queue as firewall
from netlynx.netfilter import queue
from netlynx.netfilter.constants import Hook
from netlynx.schema.arguments import member_of

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel


def open(
    queue: int = 0,
    *,
    copy: firewall.Copy | str | int = firewall.Copy.PACKET,
    range: int = firewall.WHOLE,
    netns: Where | None = None,
    kernel: Kernel | None = None,
    timeout: float = 30.0,
) -> Firewall:
    """The packets that a kernel queues for a verdict, and the way to give it.

    ip_queue had one queue, which rules called QUEUE; NFQUEUE calls it number 0, and `queue` may name another. `netns`,
    `kernel` and `timeout` are as for `netlynx.connect`. Raises NetlinkError: `NotSupported` where the kernel has
    neither, `PermissionDenied` without CAP_NET_ADMIN or where somebody else has the queue.
    """
    return Firewall(connect(netns=netns, kernel=kernel, timeout=timeout), queue, copy, range)


class Firewall:
    """Packets that wait for a verdict: iterate, and `accept` or `drop` each. Close it when done, or use ``with``.

    `protocol` says what is spoken: ``"ip_queue"`` or ``"nfqueue"``. Iterating gives `firewall.Packet`s, and `Overrun`
    where some were lost. Any thread may close it, which ends the iteration.
    """

    def __init__(self, connection: Connection, number: int, copy: firewall.Copy | str | int, range: int) -> None:
        self._connection = connection
        self._number = number
        self._names: dict[int, str] = {}
        self._stream: Subscription[Any]
        try:
            try:
                self._stream = connection.subscribe(firewall.packets(copy=copy, range=range))
                self.protocol = "ip_queue"
            except NotSupported:
                mode = member_of(firewall.Copy, copy, "firewall.open(copy)").label  # both have the same words
                self._stream = connection.subscribe(queue.packets(number, copy=mode, range=range, flags=0))
                self.protocol = "nfqueue"
        except BaseException:
            connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the queue: the kernel drops what waits in it."""
        self._stream.close()
        self._connection.close()

    def __iter__(self) -> Iterator[firewall.Packet | Overrun]:
        return self

    def __next__(self) -> firewall.Packet | Overrun:
        return self._given(next(self._stream))

    def get(self, timeout: float | None = None) -> firewall.Packet | Overrun:
        """The next packet, waiting at most `timeout` seconds for it. Raises RequestTimeout, ConnectionClosed."""
        return self._given(self._stream.get(timeout))

    def accept(self, packet: firewall.Packet, *, payload: bytes | None = None) -> None:
        """Let a packet go on its way, with another content (and right checksums) if given.

        A packet that is gone by then is no error. Raises NetlinkError, ConnectionClosed.
        """
        if self.protocol == "ip_queue":
            self._stream.send(firewall.accept(packet, payload=payload))
        else:
            self._stream.send(queue.accept(self._queued(packet), payload=payload))

    def drop(self, packet: firewall.Packet) -> None:
        """Let a packet vanish. Raises as `accept`."""
        if self.protocol == "ip_queue":
            self._stream.send(firewall.drop(packet))
        else:
            self._stream.send(queue.drop(self._queued(packet)))

    def _queued(self, packet: firewall.Packet) -> queue.Packet:
        """As much of a packet of NFQUEUE as its verdict needs."""
        return queue.Packet(queue=self._number, header=queue.PacketHeader(id=packet.id))

    def _given(self, event: Event[Any] | Overrun) -> firewall.Packet | Overrun:
        if isinstance(event, Overrun):
            return event
        if isinstance(event.record, firewall.Packet):
            return event.record
        return self._translated(event.record)

    def _translated(self, queued: queue.Packet) -> firewall.Packet:
        """A packet of NFQUEUE, as ip_queue would have told of it."""
        content = queued.payload or b""
        address, time = queued.address, queued.time
        return firewall.Packet(
            id=queued.id,
            mark=queued.mark or 0,
            seconds=0 if time is None else time.seconds,
            microseconds=0 if time is None else time.microseconds,
            hook=Hook.PREROUTING if queued.hook is None else queued.hook,
            input=self._name(queued.input),
            output=self._name(queued.output),
            protocol=0 if queued.header is None else queued.header.protocol,
            address_length=0 if address is None else address.length,
            address_octets=bytes(8) if address is None else address.octets,
            payload_length=len(content),
            tail=content,
        )

    def _name(self, index: int | None) -> str:
        """The name of an interface; asked for once, as a name that changes meanwhile is the smaller harm."""
        if not index:
            return ""
        if index not in self._names:
            from netlynx import route

            try:
                self._names[index] = self._connection.do(route.link(index, statistics=False)).name or ""
            except NetlynxError:
                return f"if{index}"
        return self._names[index]
