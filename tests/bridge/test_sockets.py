"""What the conformance suite does not reach: sizes, waiting, closing and other threads, on the client's side."""

from __future__ import annotations

import errno
import os
import select
import socket
import threading
from collections.abc import Callable

import anyio
import anyio.lowlevel
import pytest

import netlynx
from conformance.sides import errno_of
from netlynx.kernel import KernelSocket, Server, SteppedClock, VirtualKernel
from netlynx.transport.bridge import BridgeKernel
from netlynx.wire.message import Message
from support import PATIENCE, Background, in_child, until
from toy import SILENT, Entry, Silent, Table, add, entries, entry, rows

USERSOCK = 2
LARGEST = 212992 - 32


def readable(sock: netlynx.NetlinkSocket, timeout: float = 0) -> bool:
    return bool(select.select([sock], [], [], timeout)[0])


@pytest.mark.parametrize("size", [1, 32768, 32769, 65536, LARGEST])
def test_messages_of_every_size_arrive_whole(at: str, size: int) -> None:
    data = os.urandom(size)
    with netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at) as one, netlynx.NetlinkSocket(USERSOCK, kernel=at) as two:
        assert two.send(data, to=1, raw=True) == size
        assert one.recv_datagram(peek=True).data == data
        assert one.recv_datagram().data == data


def test_the_largest_message_is_the_largest_of_the_real_kernel(at: str) -> None:
    with netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at) as sock:
        with pytest.raises(netlynx.NetlinkError, match="exceeds the send buffer") as caught:
            sock.send(bytes(LARGEST + 1), to=1, raw=True)
        assert caught.value.errno == errno.EMSGSIZE
        assert not readable(sock)
        sock.send_buffer = 4_000_000
        assert sock.send(bytes(5_000_000), to=1, raw=True) == 5_000_000
        assert len(sock.recv_datagram().data) == 5_000_000


def test_multicasts_of_the_largest_size_arrive_too(at: str) -> None:
    with (
        netlynx.NetlinkSocket(USERSOCK, groups=[1], kernel=at) as one,
        netlynx.NetlinkSocket(USERSOCK, kernel=at) as two,
    ):
        two.send(bytes(LARGEST), group=1, raw=True)
        assert len(one.recv_datagram().data) == LARGEST


def test_the_descriptor_is_readable_exactly_while_something_waits(at: str) -> None:
    with netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at) as one, netlynx.NetlinkSocket(USERSOCK, kernel=at) as two:
        assert not readable(one)
        two.send("a", to=1)
        two.send("b", to=1)
        for text in "ab":
            assert readable(one)
            assert one.getsockname() == (1, 0)  # a call in between takes nothing away
            assert readable(one)
            assert one.recv().text == text
        assert not readable(one)
        one.send("to myself", to=1)
        assert readable(one)
        assert one.recv().text == "to myself"
        assert not readable(one)


def test_an_overrun_is_told_once_and_the_socket_stays_usable(kernel: VirtualKernel, at: str) -> None:
    with netlynx.NetlinkSocket(USERSOCK, groups=[1], kernel=at) as sock:
        sock.settimeout(PATIENCE)
        kernel.faults.overrun(USERSOCK)
        assert readable(sock)
        with pytest.raises(netlynx.BufferOverrun):
            sock.recv()
        assert not readable(sock)


def fill(kernel: VirtualKernel, at: str, port: int) -> int:
    """Fill the queue of a port; how many messages it took."""
    count = 0
    with netlynx.NetlinkSocket(USERSOCK, kernel=at) as sock:
        sock.settimeout(0)
        while True:
            try:
                sock.send("x", to=port)
            except BlockingIOError:
                return count
            count += 1


def test_a_blocked_sender_waits_and_blocks_nobody_else(kernel: VirtualKernel, at: str) -> None:
    with (
        netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at) as full,
        netlynx.NetlinkSocket(USERSOCK, port=2, kernel=at) as sender,
        netlynx.NetlinkSocket(USERSOCK, port=3, kernel=at) as other,
    ):
        count = fill(kernel, at, 1)
        sending = Background(lambda: sender.send("last", to=1))
        for number in range(50):
            other.send(str(number), to=3)
            assert other.recv().text == str(number)
            other.send(str(number), to=2)  # the blocked socket itself receives
            assert sender.recv().text == str(number)
        texts = [full.recv().text for _ in range(count + 1)]
        assert texts == ["x"] * count + ["last"]
        assert sending.result() == 20


def test_a_blocked_multicast_reaches_the_group_once(kernel: VirtualKernel, at: str) -> None:
    raw = BridgeKernel(at).system_socket(USERSOCK)
    with (
        netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at) as full,
        netlynx.NetlinkSocket(USERSOCK, groups=[1], kernel=at) as member,
        raw,
    ):
        count = fill(kernel, at, 1)
        sending = Background(lambda: raw.sendto(b"both", (1, 1)))
        assert member.recv_datagram().data == b"both"
        for _ in range(count):
            full.recv()
        assert full.recv_datagram().data == b"both"
        assert sending.result() == 4
        assert not readable(member)


def test_a_blocked_sender_is_woken_by_closing(kernel: VirtualKernel, at: str) -> None:
    with netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at):
        fill(kernel, at, 1)
        sender = BridgeKernel(at).system_socket(USERSOCK)
        sending = Background(lambda: sender.sendto(b"x", (1, 0)))
        until(lambda: len(kernel.sockets()) == 2)
        sender.close()
        assert errno_of(sending.result) == errno.EBADF


@pytest.mark.parametrize("closing", ["the socket", "the connection", "the server", "the kernel"])
def test_who_waits_is_woken_by_closing(kernel: VirtualKernel, server: Server, at: str, closing: str) -> None:
    silent = Silent(kernel)
    sock = netlynx.NetlinkSocket(USERSOCK, kernel=at)
    with netlynx.connect(kernel=at, timeout=PATIENCE) as nl:
        receiving, asking = Background(sock.recv), Background(lambda: nl.do(entry(1, protocol=SILENT)))
        until(lambda: silent.requests)
        {"the socket": sock, "the connection": nl, "the server": server, "the kernel": kernel}[closing].close()
        sock.close()
        nl.close()
        for waiting in (receiving, asking):
            with pytest.raises(netlynx.NetlynxError):
                waiting.result()


def test_a_raw_receiver_is_woken_by_closing(kernel: VirtualKernel, at: str) -> None:
    sock = BridgeKernel(at).system_socket(USERSOCK)
    receiving = Background(lambda: sock.recv(9))
    until(lambda: sock._connection._waiting)
    sock.close()
    assert errno_of(receiving.result) == errno.EBADF
    assert sock.fileno() == -1
    assert errno_of(sock.recv, 9) == errno.EBADF


def test_many_threads_share_one_socket(at: str) -> None:
    with netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at) as shared:
        shared.settimeout(PATIENCE)

        def talk() -> list[str]:
            return [shared.recv().text for _ in range(50) if shared.send("x", to=1)]

        talks = [Background(talk) for _ in range(4)]
        assert [talk.result() for talk in talks] == [["x"] * 50] * 4


def test_time_limits_are_the_clients_own_while_the_kernels_clock_stands_still(tmp_path: object) -> None:
    with (
        VirtualKernel(clock=SteppedClock()) as kernel,
        Server(kernel, f"{tmp_path}/k") as server,
        netlynx.NetlinkSocket(USERSOCK, port=1, kernel=f"unix:{server.path}") as sock,
    ):
        sock.settimeout(0.02)
        with pytest.raises(TimeoutError):
            sock.recv()
        fill(kernel, f"unix:{server.path}", 1)
        with pytest.raises(TimeoutError):
            sock.send("x", to=1)


def test_a_slow_handler_keeps_the_one_who_called_it(kernel: VirtualKernel, at: str) -> None:
    entered, go_on = threading.Event(), threading.Event()

    @kernel.protocol(25)
    def slow(sock: KernelSocket, message: Message) -> None:
        entered.set()
        assert go_on.wait(PATIENCE)
        sock.unicast(b"done", to=message.portid)

    with netlynx.NetlinkSocket(25, kernel=at) as one, netlynx.NetlinkSocket(USERSOCK, port=1, kernel=at) as other:
        sending = Background(lambda: one.send("x"))
        assert entered.wait(PATIENCE)
        other.send("quick", to=1)
        assert other.recv().text == "quick"
        go_on.set()
        sending.result()
        assert one.recv().text == "done"


def test_a_bug_of_a_handler_is_told_to_the_caller_and_logged(kernel: VirtualKernel, at: str) -> None:
    @kernel.protocol(25)
    def broken(sock: KernelSocket, message: Message) -> None:
        raise LookupError("no such thing \udcff " + "x" * 100_000)

    with netlynx.NetlinkSocket(25, kernel=at) as sock:
        for _ in range(2):
            with pytest.raises(netlynx.NetlinkError, match=r"LookupError: no such thing.*The log") as caught:
                sock.send("x")
            assert caught.value.errno == errno.EIO
    assert "Traceback (most recent call last):" in kernel.messages.texts()


def test_a_kernel_that_does_not_answer_is_given_up(kernel: VirtualKernel, at: str) -> None:
    go_on = threading.Event()
    kernel.protocol(25, lambda sock, message: go_on.wait(PATIENCE))
    with netlynx.NetlinkSocket(25, port=7, kernel=at) as sock:
        sock.settimeout(0.05)
        with pytest.raises(netlynx.RequestTimeout, match=r"did not answer within 0.05 s"):
            sock.send("x")
        go_on.set()
        until(lambda: answered(sock))


def answered(sock: netlynx.NetlinkSocket) -> bool:
    """Whether calls are answered again; late answers to others are passed over."""
    try:
        return sock.getsockname() == (7, 0)
    except netlynx.RequestTimeout:
        return False


def test_a_child_process_leaves_its_parents_sockets_alone(at: str, server: Server) -> None:
    sock = BridgeKernel(at).system_socket(USERSOCK)
    sock.bind((1, 0))

    def child() -> str:
        try:
            sock.getsockname()
        finally:
            sock.close()
        return "it works"

    assert "belongs to the process that this one was forked from" in in_child(child)
    assert sock.getsockname() == (1, 0)
    sock.close()


@pytest.mark.parametrize("call", ["listen", "accept"])
def test_netlink_has_no_connections(at: str, call: str) -> None:
    with BridgeKernel(at).system_socket(USERSOCK) as sock:
        assert errno_of(getattr(sock, call)) == errno.EOPNOTSUPP


def test_numbers_that_are_no_address_are_refused_before_they_are_sent(at: str) -> None:
    with BridgeKernel(at).system_socket(USERSOCK, socket.SOCK_DGRAM) as sock:
        for address in ((-1, 0), (2**32, 0), (0, 2**32)):
            with pytest.raises(OverflowError):
                sock.bind(address)
        assert errno_of(sock.setsockopt, socket.SOL_SOCKET, socket.SO_RCVBUF, bytes(40_000)) == errno.EINVAL


# ------------------------------------------------------------------------------------------------- the async shell


@pytest.mark.anyio
async def test_a_wait_can_be_cancelled_and_the_connection_goes_on(kernel: VirtualKernel, at: str) -> None:
    Silent(kernel)
    table = Table(kernel, rows(1))
    async with netlynx.aconnect(kernel=at, timeout=PATIENCE) as nl:
        calls: list[Callable[[], object]] = [
            lambda: nl.do(entry(1, protocol=SILENT)),
            lambda: nl.dump(entries(protocol=SILENT)).all(),
        ]
        for call in calls:
            with anyio.move_on_after(0.02) as scope:
                await call()  # type: ignore[misc]  # both are awaitable
            assert scope.cancelled_caught
        await nl.do(add(Entry(number=1)))
        assert [each.number for each in await nl.dump(entries()).all()] == [0, 1]
    assert len(table.requests) == 1
    until(lambda: kernel.sockets() == [])


@pytest.mark.anyio
async def test_closing_wakes_the_tasks_that_wait(kernel: VirtualKernel, at: str) -> None:
    silent = Silent(kernel)
    async with netlynx.aconnect(kernel=at, timeout=PATIENCE) as nl, anyio.create_task_group() as tasks:

        async def ask() -> None:
            with pytest.raises(netlynx.ConnectionClosed):
                await nl.do(entry(1, protocol=SILENT))

        tasks.start_soon(ask)
        while not (silent.requests and nl._waiting):
            await anyio.lowlevel.checkpoint()
        nl.close()
