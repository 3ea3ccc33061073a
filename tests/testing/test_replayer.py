"""Recordings replayed: what was asked of a kernel once gets the same answers again, without any kernel."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from greeter import Greeted, Greeter

import netlynx
import toy
from netlynx import route, uevent
from netlynx.errors import NetlynxError
from netlynx.kernel import VirtualKernel
from netlynx.testing import Recorder, RecordingEnded, Replayer, UnexpectedRequest
from netlynx.wire.constants import NETLINK
from support import PATIENCE, Background

Program = Callable[[netlynx.Connection], Any]


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returns, or the error that it raises, in words."""
    try:
        return call()
    except NetlynxError as error:
        return f"{type(error).__name__}: {error}"


def recorded(kernel: VirtualKernel, program: Program, path: Path) -> Any:
    """The outcome of a program on a kernel, which is recorded in a file."""
    recorder = Recorder(kernel)
    with netlynx.connect(kernel=recorder) as nl:
        result = program(nl)
    recorder.save(path)
    return result


def replayed(path: Path, program: Program) -> Any:
    with Replayer(path) as replayer, netlynx.connect(kernel=replayer) as nl:
        result = program(nl)
        replayer.assert_finished()
    return result


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "said.jsonl"


def test_answers_dumps_and_refusals_are_what_they_were(path: Path) -> None:
    def program(nl: netlynx.Connection) -> list[Any]:
        return [
            outcome(lambda: nl.do(toy.entry(1))),
            outcome(lambda: nl.do(toy.entry(7777))),
            outcome(lambda: nl.dump(toy.entries()).all()),
            outcome(lambda: nl.do(toy.add(toy.Entry(number=1)))),
            outcome(lambda: nl.do(toy.add(toy.Entry(number=1000)))),
            outcome(lambda: nl.count(toy.entries())),
            outcome(lambda: nl.do(toy.flush())),
        ]

    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(500, 200))
        before = recorded(kernel, program, path)
    assert "no such entry" in before[1]
    assert len(before[2]) == 500
    assert "attribute Entry.number" in before[3]
    assert before[-2:] == [501, 501]
    assert replayed(path, program) == before


def test_sequence_numbers_and_ports_are_put_in_their_place(path: Path) -> None:
    def program(nl: netlynx.Connection) -> Any:
        return nl.do(toy.entry(1)), outcome(lambda: nl.do(toy.entry(7777)))

    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(3))
        before = recorded(kernel, program, path)
    for _ in range(3):
        assert replayed(path, program) == before


def test_a_batch_has_the_same_outcomes(path: Path) -> None:
    operations = [toy.add(toy.Entry(number=number)) for number in range(400)] + [toy.entry(5)]

    def program(nl: netlynx.Connection) -> list[Any]:
        result = nl.batch(operations, on_error="continue")
        return [str(each) for each in result]

    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(300))
        before = recorded(kernel, program, path)
    assert sum("it is there" in each for each in before) == 300
    assert replayed(path, program) == before


def test_a_batch_in_other_datagrams_does_not_fit(path: Path) -> None:
    operations = [toy.add(toy.Entry(number=number)) for number in range(4)]
    with VirtualKernel() as kernel:
        toy.Table(kernel)
        recorded(kernel, lambda nl: nl.batch(operations), path)
    with pytest.raises(UnexpectedRequest, match=r"and 1 more   \(request 1 of 1\)"):
        replayed(path, lambda nl: nl.batch(operations, window=2))


def test_a_dump_that_was_interrupted_is_read_again_as_it_was(path: Path) -> None:
    def program(nl: netlynx.Connection) -> Any:
        return nl.dump(toy.entries()).all(), outcome(lambda: nl.dump(toy.entries(), interrupted="raise").all())

    with VirtualKernel() as kernel:
        table = toy.Table(kernel, toy.rows(5))
        kernel.faults.interrupt_dump(2)

        def interrupting(nl: netlynx.Connection) -> Any:
            read = nl.dump(toy.entries()).all()
            kernel.faults.interrupt_dump()
            return read, outcome(lambda: nl.dump(toy.entries(), interrupted="raise").all())

        before = recorded(kernel, interrupting, path)
        assert table.dumps == 4
    assert len(before[0]) == 5
    assert "DumpInterrupted" in before[1]
    assert replayed(path, program) == before


def test_notifications_come_again_with_the_overrun_among_them(path: Path) -> None:
    with VirtualKernel() as kernel:
        table = toy.Table(kernel, toy.rows(3))
        recorder = Recorder(kernel)
        with netlynx.connect(kernel=recorder) as nl, nl.subscribe(toy.ENTRIES) as events:
            table.tell(1)
            heard = [events.get(timeout=PATIENCE)]
            kernel.faults.overrun(toy.PROTOCOL)
            heard.append(events.get(timeout=PATIENCE))
            nl.do(toy.delete(toy.Entry(number=2)))
            heard.append(events.get(timeout=PATIENCE))
        recorder.save(path)
    assert heard[1] == netlynx.Overrun(1)
    with Replayer(path) as replayer, netlynx.connect(kernel=replayer) as nl, nl.subscribe(toy.ENTRIES) as events:
        again = [events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)]
        assert events.drain() == []  # the last one came of a request that was not made yet
        nl.do(toy.delete(toy.Entry(number=2)))
        assert [*again, events.get(timeout=PATIENCE)] == heard


def listening(path: Path, numbers: int) -> None:
    """A recording of somebody who heard of some entries."""
    with VirtualKernel() as kernel:
        table = toy.Table(kernel)
        recorder = Recorder(kernel)
        with netlynx.connect(kernel=recorder) as nl, nl.subscribe(toy.ENTRIES) as events:
            for number in range(numbers):
                table.tell(number)
                events.get(timeout=PATIENCE)
        recorder.save(path)


def test_who_would_listen_for_ever_is_told_that_the_recording_ends(path: Path) -> None:
    listening(path, 3)
    heard: list[Any] = []
    ends = pytest.raises(RecordingEnded, match=r"no more notifications for groups 1 of protocol 25: all 3 were")
    with netlynx.connect(kernel=Replayer(path)) as nl, nl.subscribe(toy.ENTRIES) as events, ends:
        heard.extend(event.record.number for event in events)
    assert heard == [0, 1, 2]


def test_or_waits_until_it_is_closed_where_that_is_wanted(path: Path) -> None:
    listening(path, 1)
    with netlynx.connect(kernel=Replayer(path, at_end="wait")) as nl, nl.subscribe(toy.ENTRIES) as events:
        events.get(timeout=PATIENCE)
        with pytest.raises(netlynx.RequestTimeout):
            events.get(timeout=0.01)
        waiter = Background(lambda: list(events))
        events.close()
        assert waiter.result() == []
    with pytest.raises(ValueError, match="at_end is"):
        Replayer(path, at_end="stop")  # type: ignore[arg-type]  # that is the point


def test_device_events_come_again_from_who_sent_them(path: Path) -> None:
    change = b"change@/devices/d\0ACTION=change\0DEVPATH=/devices/d\0SUBSYSTEM=net\0SEQNUM=8\0"
    heard = []
    with VirtualKernel() as kernel:
        speaker = kernel.protocol(NETLINK.KOBJECT_UEVENT, None)
        recorder = Recorder(kernel)
        with netlynx.connect(kernel=recorder) as nl, nl.subscribe(uevent.events(action="change")) as events:
            speaker._multicast(change, 1, 0)  # as it is: uevents have no nlmsghdr
            heard.append(events.get(timeout=PATIENCE))
        recorder.save(path)
    with netlynx.connect(kernel=Replayer(path)) as nl, nl.subscribe(uevent.events(action="change")) as events:
        assert [events.get(timeout=PATIENCE)] == heard


def test_a_subscription_to_other_groups_does_not_fit(path: Path) -> None:
    listening(path, 1)
    other = netlynx.Group("toy.OTHERS", toy.PROTOCOL, (2,), toy.ENTRIES.messages)
    fails = pytest.raises(UnexpectedRequest, match=r"joined groups 2 of protocol 25; .* left in .*: groups 1$")
    with netlynx.connect(kernel=Replayer(path)) as nl, fails:
        nl.subscribe(other)


def test_a_request_that_does_not_fit_names_itself_and_what_was_recorded(path: Path) -> None:
    with VirtualKernel() as kernel:
        service = kernel.serve(NETLINK.ROUTE)
        service.do(24)(lambda request: None)
        service.do(16)(lambda request: None)
        add = route.add(route.Route(destination="10.1.0.0/16", oif=2))
        recorded(kernel, lambda nl: (nl.do(add), nl.do(route.up(2))), path)
    replayer = Replayer(path)
    with netlynx.connect(kernel=replayer) as nl:
        with pytest.raises(UnexpectedRequest) as caught:
            nl.do(route.add(route.Route(destination="10.2.0.0/16", oif=2)))
        text = str(caught.value)
        assert f"the program asked for what {path} does not have next" in text
        assert "asked:    RTM_NEWROUTE EXCL|CREATE Route(" in text
        assert text.index("10.2.0.0/16") < text.index("recorded: RTM_NEWROUTE") < text.index("10.1.0.0/16")
        assert "(request 1 of 2)" in text
        with pytest.raises(UnexpectedRequest, match=r"It is request 2 of the recording: ordered=False takes"):
            nl.do(route.up(2))
        nl.do(add)
        replayer.unexpected.clear()
        with pytest.raises(AssertionError, match=r"1 requests of .* were not made:\n  2\. RTM_NEWLINK Link"):
            replayer.assert_finished()
        nl.do(route.up(2))
        with pytest.raises(UnexpectedRequest, match=r"nothing more; all 2 requests were made"):
            nl.do(route.up(2))


def test_a_request_that_does_not_fit_is_told_even_if_the_program_swallowed_it(path: Path) -> None:
    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(3))
        recorded(kernel, lambda nl: nl.do(toy.entry(1)), path)

    def careless(nl: netlynx.Connection) -> None:
        with contextlib.suppress(Exception):
            nl.do(toy.entry(2))

    with pytest.raises(UnexpectedRequest), Replayer(path) as replayer, netlynx.connect(kernel=replayer) as nl:
        careless(nl)


def test_requests_may_come_in_any_order_where_that_is_wanted(path: Path) -> None:
    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(3))
        recorded(kernel, lambda nl: [nl.do(toy.entry(number)) for number in (0, 1, 2)], path)
    replayer = Replayer(path, ordered=False)
    with netlynx.connect(kernel=replayer) as nl:
        assert [nl.do(toy.entry(number)).number for number in (2, 0)] == [2, 0]
        with pytest.raises(UnexpectedRequest, match=r"recorded and left \(1 of 3\):"):
            nl.do(toy.entry(2))
        assert nl.do(toy.entry(1)).number == 1


async def together(kernel: Any) -> list[Any]:
    """Requests and a subscription of several tasks at a time."""
    found: dict[int, Any] = {}
    async with netlynx.aconnect(kernel=kernel) as nl:
        async with nl.subscribe(toy.ENTRIES) as events, anyio.create_task_group() as tasks:

            async def one(number: int) -> None:
                found[number] = (await nl.do(toy.entry(number))).label

            for number in range(20):
                tasks.start_soon(one, number)
            await nl.do(toy.add(toy.Entry(number=99)))
            found[99] = await events.get(timeout=PATIENCE)
        found[100] = [entry async for entry in nl.dump(toy.entries())]
    return sorted(found.items())


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async_programs_replay_alike(path: Path, backend: str) -> None:
    with VirtualKernel() as kernel:
        toy.Table(kernel, [toy.Entry(number=number, label=f"n{number}") for number in range(20)])
        recorder = Recorder(kernel)
        before = anyio.run(together, recorder, backend=backend)
    recorder.save(path)
    replayer = Replayer(path, ordered=False)
    assert anyio.run(together, replayer, backend=backend) == before
    replayer.assert_finished()


def test_families_are_found_as_they_were_numbered(path: Path) -> None:
    def program(nl: netlynx.Connection) -> Any:
        with nl.subscribe(Greeter.said) as news:
            answer = nl.do(Greeter.hello(text="you"))
            return answer, news.get(timeout=PATIENCE), outcome(lambda: nl.do(Greeter.hello(text="you", count=11)))

    with VirtualKernel() as kernel:
        kernel.family(type("Other", (netlynx.generic.Family,), {}, name="other"))
        Greeted(kernel)
        before = recorded(kernel, program, path)
    assert "count" in before[2]
    assert replayed(path, program) == before


def test_sockets_that_could_not_be_opened_cannot_again(path: Path) -> None:
    def program(nl: netlynx.Connection) -> str:
        text: str = outcome(lambda: nl.do(toy.entry(1, protocol=29)))
        return text

    with VirtualKernel() as kernel:
        before = recorded(kernel, program, path)
    assert "NotSupported" in before
    assert replayed(path, program) == before
    with pytest.raises(UnexpectedRequest, match=r"opened a socket on protocol 25; those of .* are on protocol 29"):
        replayed(path, lambda nl: nl.do(toy.entry(1)))


def test_an_answer_that_was_given_up_ends_where_it_did(path: Path) -> None:
    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(2000, 100))

        def impatient(nl: netlynx.Connection) -> None:
            with nl.dump(toy.entries()) as entries:
                next(entries)

        recorded(kernel, impatient, path)
    replayed(path, impatient)
    with pytest.raises(RecordingEnded, match=r"no more of the answer to request 1: 5 datagrams were replayed"):
        replayed(path, lambda nl: nl.dump(toy.entries()).all())


def test_errors_of_calls_come_again(path: Path) -> None:
    class Refusing:
        """A kernel whose sockets send nothing and join nothing."""

        def __init__(self, kernel: VirtualKernel) -> None:
            self.kernel = kernel

        def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> Any:
            sock = self.kernel.open(protocol, port, groups)

            class Mute:
                portid = sock.portid
                fileno, close, set_receive_buffer = sock.fileno, sock.close, sock.set_receive_buffer

                def send(self, *_: Any) -> int:
                    raise OSError(errno.ECONNREFUSED, "")

                def join(self, group: int) -> None:
                    raise PermissionError(errno.EPERM, "")

            return Mute()

    def program(nl: netlynx.Connection) -> Any:
        return outcome(lambda: nl.do(toy.entry(1))), outcome(lambda: nl.subscribe(toy.ENTRIES))

    with VirtualKernel() as kernel:
        toy.Table(kernel)
        before = recorded(Refusing(kernel), program, path)  # type: ignore[arg-type]  # as much of a kernel as it takes
    assert "PortRefused" in before[0]
    assert "PermissionDenied" in before[1]
    assert replayed(path, program) == before


def test_a_plain_socket_is_refused(path: Path) -> None:
    listening(path, 1)
    with pytest.raises(TypeError, match=r"answers connections, not a NetlinkSocket"):
        netlynx.NetlinkSocket(25, kernel=Replayer(path))
