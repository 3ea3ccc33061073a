"""Receive queues: what they hold, what happens when they are full, and who waits."""

from __future__ import annotations

import errno
import threading

import pytest

from netlynx.errors import Busy
from netlynx.kernel import UserSocket, VirtualKernel
from netlynx.kernel.accounting import block_cost, unicast_cost
from netlynx.wire.constants import NETLINK, NETLINK_OPTION
from virtual import PROTOCOL, readable

USERSOCK = int(NETLINK.USERSOCK)
SMALL = 832  # what a message of up to 256 bytes counts


def count_until_empty(sock: UserSocket) -> int:
    count = 0
    while True:
        try:
            sock.receive_into(bytearray(64))
        except BlockingIOError:
            return count
        count += 1


@pytest.mark.parametrize(
    ("length", "unicast", "block"),
    [
        (1, 832, 832),
        (256, 832, 832),
        (257, 1280, 1280),
        (704, 1280, 1280),
        (705, 2304, 2304),
        (1728, 2304, 2304),
        (1729, 4352, 4352),
        (3776, 4352, 4352),
        (3780, 4416, 8448),
        (6000, 6592, 8448),
        (16384, 16960, 33024),
        (40000, 40576, 65792),
        (200000, 200576, 262400),
    ],
)
def test_a_message_counts_what_so_meminfo_shows_on_a_real_kernel(length: int, unicast: int, block: int) -> None:
    assert (unicast_cost(length), block_cost(length)) == (unicast, block)


def test_a_queue_of_default_size_holds_256_small_multicasts(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    listener = kernel.open(PROTOCOL, groups=[1])
    delivered = sum(module.multicast(b"tick") for _ in range(300))
    assert delivered == 212992 // SMALL == 256
    assert listener.drops == 44
    assert listener.queued == 256 * SMALL


def test_an_overrun_is_told_once_and_first_then_come_the_oldest_messages(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    listener = kernel.open(PROTOCOL, groups=[1])
    listener.set_receive_buffer(3 * SMALL // 2)
    for number in range(5):
        module.multicast(f"{number}", group=1)
    with pytest.raises(OSError, match="No buffer space") as caught:
        listener.receive_into(bytearray(64))
    assert caught.value.errno == errno.ENOBUFS
    seen = []
    while readable(listener):
        assert module.multicast(b"nothing gets in before the queue was read empty") == 0
        buffer = bytearray(64)
        listener.receive_into(buffer)
        seen.append(buffer[16:17])
    assert seen == [b"0", b"1", b"2"]
    with pytest.raises(BlockingIOError):
        listener.receive_into(bytearray(64))
    assert module.multicast(b"again") == 1
    assert listener.receive_into(bytearray(64))[0] == 24


def test_no_enobufs_hides_the_loss_and_takes_messages_as_soon_as_there_is_room(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    listener = kernel.open(PROTOCOL, groups=[1])
    listener.set_receive_buffer(3 * SMALL // 2)
    listener.set_option(NETLINK_OPTION.NO_ENOBUFS, 1)
    assert [module.multicast(b"x") for _ in range(5)] == [1, 1, 1, 0, 0]
    listener.receive_into(bytearray(64))
    assert module.multicast(b"x") == 1
    assert count_until_empty(listener) == 3


def test_broadcast_error_tells_the_kernel_that_a_listener_lost_a_multicast(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    listener = kernel.open(PROTOCOL, groups=[1])
    listener.set_receive_buffer(0)
    listener.set_option(NETLINK_OPTION.BROADCAST_ERROR, 1)
    for _ in range(2):
        module.multicast(b"x")
    with pytest.raises(OSError, match="No buffer space"):
        module.multicast(b"x")


def test_the_kernel_does_not_wait_for_a_full_receiver(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    user = kernel.open(PROTOCOL)
    user.set_receive_buffer(SMALL // 2)
    for _ in range(2):
        module.unicast(b"x", to=user.portid)
    with pytest.raises(Busy):
        module.unicast(b"x", to=user.portid)
    with pytest.raises(OSError, match="No buffer space"):
        user.receive_into(bytearray(64))
    assert count_until_empty(user) == 2


def test_an_empty_queue_takes_a_message_larger_than_itself(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK)
    assert bob.set_receive_buffer(1) == 2304
    alice.send(bytes(50000), bob.portid)
    assert bob.receive_into(bytearray(10))[0] == 50000


def test_a_sender_that_may_not_wait_is_told_to_try_again_and_nothing_is_lost(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK)
    for _ in range(256):
        alice.send(b"x", bob.portid)
    with pytest.raises(BlockingIOError):
        alice.send(b"x", bob.portid)
    assert count_until_empty(bob) == 256


def test_a_sender_that_waits_goes_on_when_the_receiver_reads(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK)
    bob.set_receive_buffer(SMALL)
    for _ in range(2):
        alice.send(b"x", bob.portid)
    sender = threading.Thread(target=alice.send, args=(b"y", bob.portid), kwargs={"timeout": 30})
    sender.start()
    assert bob.receive_into(bytearray(1))[0] == 1
    sender.join(30)
    assert not sender.is_alive()
    assert count_until_empty(bob) == 2


def test_a_sender_that_waits_is_refused_when_the_receiver_closes(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK)
    bob.set_receive_buffer(SMALL // 2)
    for _ in range(2):
        alice.send(b"x", bob.portid)
    outcome: list[OSError] = []

    def send() -> None:
        try:
            alice.send(b"y", bob.portid, timeout=30)
        except OSError as error:
            outcome.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    bob.close()
    sender.join(30)
    assert isinstance(outcome[0], ConnectionRefusedError)


def test_a_sender_stops_waiting_when_its_time_is_over(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK)
    bob.set_receive_buffer(0)
    alice.send(bytes(3000), bob.portid)
    with pytest.raises(BlockingIOError):
        alice.send(b"y", bob.portid, timeout=0.01)


def test_closing_a_socket_wakes_whoever_polls_it(kernel: VirtualKernel) -> None:
    user = kernel.open(USERSOCK)
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(readable(user, 30)))
    waiter.start()
    user.close()
    waiter.join(30)
    assert woken == [True]
    with pytest.raises(OSError, match="Bad file descriptor"):
        user.receive_into(bytearray(1))
    with pytest.raises(OSError, match="Bad file descriptor"):
        user.send(b"x", 1)


def test_a_message_larger_than_the_send_buffer_is_too_long(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK)
    assert alice.send(bytes(212960), bob.portid) == 212960
    with pytest.raises(OSError, match="Message too long"):
        alice.send(bytes(212961), bob.portid)
    assert alice.set_send_buffer(0) == 4608
    with pytest.raises(OSError, match="No data available"):
        alice.send(b"", bob.portid)


def test_an_overrun_on_demand_hits_the_socket_it_names(kernel: VirtualKernel) -> None:
    first, second = kernel.open(USERSOCK), kernel.open(USERSOCK)
    assert kernel.faults.overrun(portid=second.portid) == 1
    assert not readable(first)
    assert readable(second)
    with pytest.raises(OSError, match="No buffer space"):
        second.receive_into(bytearray(1))
    assert not readable(second)
    assert kernel.faults.overrun(USERSOCK) == 2


def test_an_overrun_while_a_message_is_handed_out_is_told_for_itself(
    kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread makes it where the last message was taken and its taker has not let senders try again."""
    module = kernel.protocol(PROTOCOL, None)
    listener = kernel.open(PROTOCOL, groups=[1])
    listener.set_receive_buffer(3 * SMALL // 2)
    module.multicast(b"first", group=1)
    taken = UserSocket._woken

    def interrupted(sock: UserSocket) -> None:
        monkeypatch.setattr(UserSocket, "_woken", taken)
        kernel.faults.overrun(portid=listener.portid)
        taken(sock)

    monkeypatch.setattr(UserSocket, "_woken", interrupted)
    listener.receive_into(bytearray(64))
    assert module.multicast(b"behind an overrun that nobody was told of: the next one would be in the same word") == 0
    with pytest.raises(OSError, match="No buffer space"):
        listener.receive_into(bytearray(64))
    assert module.multicast(b"again", group=1) == 1
    assert count_until_empty(listener) == 1


def test_many_threads_lose_nothing(kernel: VirtualKernel) -> None:
    receiver = kernel.open(USERSOCK)
    receiver.set_receive_buffer(10 * SMALL)
    senders = [kernel.open(USERSOCK) for _ in range(4)]

    def send_all(sock: UserSocket) -> None:
        for number in range(200):
            sock.send(number.to_bytes(2, "big"), receiver.portid, timeout=30)

    threads = [threading.Thread(target=send_all, args=(sock,)) for sock in senders]
    for thread in threads:
        thread.start()
    seen: dict[int, list[int]] = {sock.portid: [] for sock in senders}
    for _ in range(800):
        assert readable(receiver, 30)
        buffer = bytearray(2)
        _, portid, _ = receiver.receive_into(buffer)
        seen[portid].append(int.from_bytes(buffer, "big"))
    for thread in threads:
        thread.join(30)
    assert all(numbers == list(range(200)) for numbers in seen.values())
    assert receiver.queued == 0
