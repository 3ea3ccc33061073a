"""Time: timers of the kernel's side, a clock that a test steps, and a kernel that does the same in every run."""

from __future__ import annotations

import threading

import pytest

from netlynx.errors import BufferOverrun
from netlynx.kernel import Credentials, SteppedClock, VirtualKernel
from netlynx.wire.constants import NETLINK
from support import Background, until
from virtual import PROTOCOL, readable, receive

USERSOCK = int(NETLINK.USERSOCK)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def stepped(clock: SteppedClock) -> VirtualKernel:
    return VirtualKernel(clock=clock)


def test_a_module_speaks_first_when_its_timer_expires(stepped: VirtualKernel, clock: SteppedClock) -> None:
    module = stepped.protocol(PROTOCOL, None)
    user = stepped.open(PROTOCOL, groups=[1])
    stepped.timer(1.5, lambda: module.multicast(b"tick"))
    clock.advance(1.4)
    assert not readable(user)
    clock.advance(0.1)
    assert receive(user)[0].payload == b"tick"
    clock.advance(10)
    assert not readable(user)


def test_a_repeated_timer_expires_each_time_its_period_has_passed(stepped: VirtualKernel, clock: SteppedClock) -> None:
    at: list[float] = []
    timer = stepped.timer(2, lambda: at.append(clock.now()), repeat=True)
    clock.advance(7)
    assert at == [2, 4, 6]
    timer.cancel()
    timer.cancel()
    clock.advance(7)
    assert at == [2, 4, 6]
    assert not timer.active


def test_timers_expire_in_the_order_of_their_time_then_of_their_making(
    stepped: VirtualKernel, clock: SteppedClock
) -> None:
    order: list[str] = []
    for name, seconds in (("c", 3), ("a", 1), ("b", 2), ("b2", 2)):
        stepped.timer(seconds, lambda name=name: order.append(name))
    clock.advance(3)
    assert order == ["a", "b", "b2", "c"]


def test_a_timer_may_start_another_that_is_due_within_the_same_step(
    stepped: VirtualKernel, clock: SteppedClock
) -> None:
    order: list[float] = []
    stepped.timer(1, lambda: stepped.timer(1, lambda: order.append(clock.now())))
    clock.advance(5)
    assert order == [2]


def test_a_timer_may_cancel_itself(stepped: VirtualKernel, clock: SteppedClock) -> None:
    count: list[int] = []
    timer = stepped.timer(1, lambda: (count.append(1), timer.cancel()), repeat=True)
    clock.advance(5)
    assert count == [1]


def test_what_a_timer_raises_reaches_who_lets_time_pass(stepped: VirtualKernel, clock: SteppedClock) -> None:
    stepped.timer(1, lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        clock.advance(1)


def test_timers_end_with_the_kernel(stepped: VirtualKernel, clock: SteppedClock) -> None:
    timer = stepped.timer(1, lambda: pytest.fail("must not run"))
    stepped.close()
    assert not timer.active
    clock.advance(2)


def test_times_that_cannot_be(stepped: VirtualKernel, clock: SteppedClock) -> None:
    with pytest.raises(ValueError, match="seconds takes a number of seconds, 0 or more"):
        stepped.timer(-1, lambda: None)
    with pytest.raises(ValueError, match="a timer that repeats"):
        stepped.timer(0, lambda: None, repeat=True)
    with pytest.raises(ValueError, match="seconds takes a number of seconds, 0 or more"):
        clock.advance(-1)


def test_the_log_tells_the_time_of_the_clock(stepped: VirtualKernel, clock: SteppedClock) -> None:
    clock.advance(2.5)
    stepped.log("late")
    assert [str(entry) for entry in stepped.messages] == ["[    2.500000] late"]


def test_a_sender_waits_in_the_time_of_the_clock(stepped: VirtualKernel, clock: SteppedClock) -> None:
    alice, bob = stepped.open(USERSOCK), stepped.open(USERSOCK)
    while True:
        try:
            alice.send(b"x", bob.portid)
        except BlockingIOError:
            break
    sender = Background(lambda: alice.send(b"y", bob.portid, timeout=3600))
    until(lambda: stepped.lock in clock._waiting)
    clock.advance(3600)
    with pytest.raises(BlockingIOError):
        sender.result()


def test_a_reader_that_waits_is_woken_by_a_timer(stepped: VirtualKernel, clock: SteppedClock) -> None:
    module = stepped.protocol(PROTOCOL, None)
    user = stepped.open(PROTOCOL)
    stepped.timer(5, lambda: module.unicast(b"tick", to=user.portid))
    reader = Background(lambda: user.receive(100, timeout=60).data[16:])
    clock.advance(5)
    assert reader.result() == b"tick"


def test_with_a_fixed_process_id_the_ports_are_the_same_in_every_run() -> None:
    kernel = VirtualKernel(clock=SteppedClock(), credentials=Credentials(pid=1000))
    assert [kernel.open(USERSOCK).portid for _ in range(3)] == [1000, 2**32 - 4097, 2**32 - 4098]


def test_timers_run_by_themselves_on_the_hosts_time(kernel: VirtualKernel) -> None:
    ticks: list[str] = []
    enough = threading.Event()

    def tick() -> None:
        ticks.append(threading.current_thread().name)
        if len(ticks) == 3:
            timer.cancel()
            enough.set()

    late = kernel.timer(3600, lambda: None)
    timer = kernel.timer(0.001, tick, repeat=True)
    assert enough.wait(10)
    assert set(ticks) == {"netlynx-kernel-timers"}
    late.cancel()
    until(lambda: not any(thread.name == "netlynx-kernel-timers" for thread in threading.enumerate()))
    kernel.timer(0, enough.clear)
    until(lambda: not enough.is_set())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_a_timer_does_not_stop_time(kernel: VirtualKernel) -> None:
    went_on = threading.Event()
    kernel.timer(0, lambda: 1 // 0)
    kernel.timer(0.001, went_on.set)
    assert went_on.wait(10)


# ---------------------------------------------------------------------------------------------------- faults


def test_a_delayed_message_comes_when_its_time_has_come(stepped: VirtualKernel, clock: SteppedClock) -> None:
    module = stepped.protocol(PROTOCOL, None)
    user = stepped.open(PROTOCOL)
    stepped.faults.delay(2)
    module.unicast(b"late", to=user.portid)
    module.unicast(b"next", to=user.portid)
    assert receive(user)[0].payload == b"next"
    clock.advance(1)
    assert not readable(user)
    clock.advance(1)
    assert receive(user)[0].payload == b"late"


def test_a_delayed_message_that_finds_no_room_overruns(stepped: VirtualKernel, clock: SteppedClock) -> None:
    module = stepped.protocol(PROTOCOL, None)
    user = stepped.open(PROTOCOL, groups=[1])
    user.set_receive_buffer(0)
    stepped.faults.delay(1)
    assert sum(module.multicast(b"x") for _ in range(3)) == 3
    clock.advance(1)
    with pytest.raises(OSError, match="No buffer space"):
        user.receive(100)


def test_the_nth_message_to_a_port_is_lost_in_silence(stepped: VirtualKernel) -> None:
    module = stepped.protocol(PROTOCOL, None)
    user, other = stepped.open(PROTOCOL, groups=[1]), stepped.open(PROTOCOL, groups=[1])
    stepped.faults.drop(2, times=2, portid=user.portid)
    for number in range(5):
        assert module.multicast(bytes([number])) == 2
    assert [receive(user)[0].payload[0] for _ in range(3)] == [0, 3, 4]
    assert len([receive(other) for _ in range(5)]) == 5
    assert not readable(user)
    assert not stepped.faults.armed


def test_faults_of_one_protocol_leave_others_alone(stepped: VirtualKernel) -> None:
    module = stepped.protocol(PROTOCOL, None)
    alice, bob, user = stepped.open(USERSOCK), stepped.open(USERSOCK), stepped.open(PROTOCOL)
    stepped.faults.drop(protocol=PROTOCOL)
    alice.send(b"heard", bob.portid)
    module.unicast(b"lost", to=user.portid)
    assert readable(bob)
    assert not readable(user)


def test_a_port_that_is_closed_on_demand_refuses(stepped: VirtualKernel) -> None:
    alice, bob = stepped.open(USERSOCK), stepped.open(USERSOCK)
    assert stepped.faults.close_port(bob.portid, USERSOCK) == 1
    with pytest.raises(ConnectionRefusedError):
        alice.send(b"x", bob.portid)
    assert bob.closed
    assert stepped.faults.close_port(4242) == 0


def test_the_nth_message_of_a_raw_protocol_fails_too(stepped: VirtualKernel) -> None:
    from netlynx.wire.message import Message, parse_acknowledgement

    heard: list[str] = []
    stepped.protocol(PROTOCOL, lambda sock, message: heard.append(message.text))
    user = stepped.open(PROTOCOL)
    stepped.faults.fail(2, 12, "out of memory")
    for text in (b"one.", b"two.", b"three"):
        user.send(Message(payload=text).pack())
    answer = parse_acknowledgement(receive(user)[0])
    assert (answer.errno, answer.text, heard) == (12, "out of memory", ["one.", "three"])


def test_faults_are_counted_from_1(stepped: VirtualKernel) -> None:
    for call in (lambda: stepped.faults.drop(0), lambda: stepped.faults.fail(0, 1), lambda: stepped.faults.delay(0)):
        with pytest.raises(ValueError, match=r"1 or more|more than 0"):
            call()


def test_a_multicast_that_a_listener_wants_to_be_told_of_still_fails(stepped: VirtualKernel) -> None:
    from netlynx.wire.constants import NETLINK_OPTION

    module = stepped.protocol(PROTOCOL, None)
    user = stepped.open(PROTOCOL, groups=[1])
    user.set_option(NETLINK_OPTION.BROADCAST_ERROR, 1)
    stepped.faults.overrun(PROTOCOL)
    with pytest.raises(BufferOverrun):
        module.multicast(b"x")
