"""What is said over netlink, as it is said: of an nlmon device, or, where there can be none, of all subscriptions."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from netlynx.cli.form import failed
from netlynx.cli.stdout import note
from netlynx.errors import BufferOverrun, NetlinkError, NetlynxError, NotSupported, PermissionDenied
from netlynx.wire.constants import NETLINK, NLM_F, PROTOCOLS
from netlynx.wire.message import Message, parse_messages

if TYPE_CHECKING:
    from netlynx.capture.cooked import Direction
    from netlynx.capture.writer import Writer
    from netlynx.client.connection import Connection
    from netlynx.netns import Where
    from netlynx.transport.netlink_socket import NetlinkSocket

_ROOM = 1 << 20  # bytes of the longest datagram that is recorded whole
_QUEUE = 64 << 20  # bytes that may wait to be written
_SOL_PACKET, _PACKET_STATISTICS = 263, 6  # linux/socket.h, linux/if_packet.h
_SO_TIMESTAMPNS, _SO_RCVBUFFORCE = 35, 33  # asm-generic/socket.h
_EVERYTHING = 3  # ETH_P_ALL of linux/if_ether.h
_FAMILIES = Message(16, int(NLM_F.REQUEST | NLM_F.DUMP), 1, payload=b"\3\1\0\0")  # CTRL_CMD_GETFAMILY to nlctrl
_HEADER = struct.Struct("=I12x")  # struct nlmsghdr
_MOST = 256  # datagrams of one source, before it is looked whether to end

# The groups that are joined where nothing can be tapped, beside all those of generic netlink's families.
_GROUPS: dict[int, range] = {
    NETLINK.ROUTE: range(1, 40),
    NETLINK.NETFILTER: range(1, 10),
    NETLINK.SOCK_DIAG: range(1, 5),
    NETLINK.XFRM: range(1, 9),
    NETLINK.KOBJECT_UEVENT: range(1, 3),
    NETLINK.AUDIT: range(1, 2),
    NETLINK.SELINUX: range(1, 2),
}


class Heard(NamedTuple):
    """One datagram, and how long it was; `received` where it is known to have come from the kernel."""

    protocol: int
    data: bytes
    time: int
    length: int
    received: bool


class Source(Protocol):
    """Where datagrams come from."""

    def fileno(self) -> int:
        """What is ready to be read when something waits."""
        ...

    def waiting(self) -> Iterator[Heard]:
        """What waits, or the first of it."""
        ...

    def lost(self) -> str:
        """What was lost, in words; nothing where nothing was."""
        ...

    def close(self) -> None:
        """Hear nothing any more."""
        ...


class Tap:
    """An nlmon device, which is read as packets. To be made in its namespace. Raises OSError."""

    def __init__(self, device: str) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        try:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _QUEUE)
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
            self._socket.bind((device, _EVERYTHING))
        except BaseException:
            self._socket.close()
            raise
        self._buffer = bytearray(_ROOM)
        self._lost = 0

    def fileno(self) -> int:
        """See `Source.fileno`."""
        return self._socket.fileno()

    def waiting(self) -> Iterator[Heard]:
        """See `Source.waiting`."""
        for _ in range(_MOST):
            try:
                size, control, _, address = self._socket.recvmsg_into([self._buffer], 64, socket.MSG_TRUNC)
            except BlockingIOError:
                return
            kept = bytes(memoryview(self._buffer)[: min(size, _ROOM)])
            yield Heard(address[1], kept, _stamp(control), size, False)

    def lost(self) -> str:
        """See `Source.lost`."""
        packed = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        self._lost += struct.unpack("=II", packed)[1]  # since it was last asked
        return f"{self._lost} datagrams were lost" if self._lost else ""

    def close(self) -> None:
        """See `Source.close`."""
        self._socket.close()


def _stamp(control: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in control:
        if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS) and len(data) >= 16:
            seconds, fraction = struct.unpack_from("=qq", data)
            return int(seconds * 10**9 + fraction)
    return time.time_ns()


class Groups:
    """The groups of one protocol."""

    def __init__(self, sock: NetlinkSocket) -> None:
        self._socket = sock
        self._overruns = 0

    def fileno(self) -> int:
        """See `Source.fileno`."""
        return self._socket.fileno()

    def waiting(self) -> Iterator[Heard]:
        """See `Source.waiting`."""
        try:
            datagrams = self._socket.recv_waiting(_MOST)
        except BufferOverrun:
            self._overruns += 1
            return
        for each in datagrams:
            yield Heard(self._socket.protocol, each.data, time.time_ns(), len(each.data), each.source.portid == 0)

    def lost(self) -> str:
        """See `Source.lost`."""
        name = PROTOCOLS[self._socket.protocol].name
        return f"messages of {name} were lost, {self._overruns} times" if self._overruns else ""

    def close(self) -> None:
        """See `Source.close`."""
        self._socket.close()


def subscriptions(netns: Where | None) -> tuple[list[Source], list[str]]:
    """All groups of all protocols that may be joined, and what may not: protocols with the reason."""
    from netlynx.client.connection import connect
    from netlynx.generic.family import families
    from netlynx.transport.netlink_socket import NetlinkSocket

    groups: dict[int, list[int]] = {protocol: [*numbers] for protocol, numbers in _GROUPS.items()}
    with connect(netns=netns) as nl:
        groups[NETLINK.GENERIC] = [each.id for info in nl.dump(families()) for each in info.groups if each.id]
    sources: list[Source] = []
    without = []
    for protocol, numbers in groups.items():
        refused: NetlynxError | None = None
        try:
            sock = NetlinkSocket(protocol, netns=netns)
        except NotSupported:
            continue  # nothing is said of what the kernel has not
        joined = 0
        for number in numbers:
            try:
                sock.join(number)
                joined += 1
            except PermissionDenied as error:
                refused = error
            except NetlinkError:
                pass  # a group that this kernel has not
        if joined:
            sources.append(Groups(sock))
        else:
            sock.close()
        if refused is not None:
            without.append(PROTOCOLS[protocol].name)
    return sources, without


@contextlib.contextmanager
def sources(dev: str | None, netns: Where | None) -> Iterator[list[Source]]:
    """What there is to record from in a namespace; says on standard error what that is.

    A device that is made is removed again. Raises what the connection raises; typer.Exit for a `dev` that is no nlmon
    device.
    """
    from netlynx import netns as namespaces
    from netlynx.client.connection import connect

    with connect(netns=netns) as nl, contextlib.ExitStack() as stack:
        why = ""
        if dev is None:
            dev, why = _made(nl)
            if dev is not None:
                stack.callback(_remove, nl, dev)
        else:
            _check(nl, dev)
        if dev is not None:
            tap = Tap(dev) if netns is None else namespaces.run_in(netns, Tap, dev)
            stack.callback(tap.close)
            note(f"netlynx: recording from the nlmon device {dev}: both directions, of all programs of the namespace")
            yield [tap]
            return
        found, without = subscriptions(netns)
        for each in found:
            stack.callback(each.close)
        but = f", without what takes privileges of {', '.join(without)}" if without else ""
        note(f"netlynx: {why}: recording what the kernel tells unasked{but}; no requests, and no answers to them")
        yield found


def _made(nl: Connection) -> tuple[str | None, str]:
    """The name of an nlmon device that was made, or None and why there is none."""
    from netlynx import route

    name = f"nlmon{os.getpid()}"
    try:
        nl.do(route.add(route.Link(name=name, kind="nlmon", flags="up")))
    except NotSupported:
        return None, "this kernel has no nlmon devices"
    except PermissionDenied:
        return None, "an nlmon device takes CAP_NET_ADMIN"
    return name, ""


def _remove(nl: Connection, name: str) -> None:
    from netlynx import route

    nl.do(route.delete(route.Link(name=name)))


def _check(nl: Connection, name: str) -> None:
    """Refuse what is no nlmon device, or is down. Raises typer.Exit and what the connection raises."""
    from netlynx import route

    found = nl.do(route.link(name=name))
    if found.kind != "nlmon":
        raise failed(f"{name} is a link of kind {found.kind or 'none'}, not nlmon: without --dev, one is made")
    if not found.flags & route.LinkFlags.UP:
        raise failed(f"{name} is down, and tells nothing: `netlynx change link name={name} flags=up`")


@contextlib.contextmanager
def ended() -> Iterator[int]:
    """What can be read when Ctrl-C was typed, or the process is asked to end."""
    over = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, lambda *_: os.eventfd_write(over, 1))
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(over)


def record(sources: list[Source], writer: Writer, over: int, *, seconds: float | None, count: int | None) -> int:
    """Write what comes until it is enough, or `over` can be read; how many messages there were."""
    end = None if seconds is None else time.monotonic() + seconds
    found = 0
    by_number = {each.fileno(): each for each in sources}
    poll = select.poll()
    for number in by_number:
        poll.register(number, select.POLLIN)
    poll.register(over, select.POLLIN)
    while count is None or found < count:
        left = None if end is None else max(end - time.monotonic(), 0) * 1000
        ready = [number for number, _ in poll.poll(left)]
        for heard in chain.from_iterable(by_number[number].waiting() for number in ready if number != over):
            way: Direction | None = "received" if heard.received else None
            writer.write(heard.protocol, heard.data, direction=way, time=heard.time, length=heard.length)
            found += _messages(heard)
            if count is not None and found >= count:
                break
        writer.flush()
        if over in ready or (end is not None and time.monotonic() >= end):
            break
    return found


def told_families(netns: Where | None) -> list[bytes]:
    """What the controller says of the families of generic netlink: with it, a capture tells what they are called."""
    from netlynx.transport.netlink_socket import NetlinkSocket

    found = []
    with NetlinkSocket(NETLINK.GENERIC, netns=netns) as sock:
        sock.send(_FAMILIES)
        while True:
            data = sock.recv_datagram().data
            found.append(data)
            if any(each.is_control for each in parse_messages(data)):
                return found


def _messages(heard: Heard) -> int:
    """How many messages a datagram has."""
    if heard.protocol == NETLINK.KOBJECT_UEVENT:
        return 1
    found = at = 0
    while len(heard.data) - at >= _HEADER.size:
        size = _HEADER.unpack_from(heard.data, at)[0]
        if size < _HEADER.size:
            break
        found += 1
        at += size + 3 & ~3
    return found
