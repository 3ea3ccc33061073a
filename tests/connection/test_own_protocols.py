"""Protocols of one's own: C structs and records on any number, in netlink's manner or in none, sync and async."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import classical, route
from netlynx.classical import Protocol, call, do, dump, event
from netlynx.engine.call import CallExchange
from netlynx.kernel import KernelSocket, Request, Server, VirtualKernel
from netlynx.schema import Layout, Record, attr, boolean, chars, head, member, string, u8, u16, u32
from netlynx.testing import Recorder
from netlynx.wire.constants import NLMSG
from netlynx.wire.message import Message

PATIENCE = 10.0


class Door(Protocol, number=25):
    class Which(Layout, c="door_which"):
        number: int = member(u32)

    class State(Layout, c="door_state"):
        number: int = member(u32)
        open: bool = member(boolean)
        angle: int = member(u16)
        label: str = member(chars(8))

    class Told(Record, header=Which):
        number: int = head()
        by: str | None = attr(1, string)

    state = do(0x10, request=Which, reply=State)
    all = dump(0x10, reply=State)
    some = dump(0x10, request=Which, reply=State)
    set = do(0x11, request=State)
    tell = do(0x13, request=Told, reply=Told)
    reset = do(0x14)
    moved = event(0x12, State, group=1)
    told = event(0x13, Told, group=2)


class House:
    """The kernel's side of it."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.doors = {number: Door.State(number=number, label=f"d{number}") for number in range(1, 4)}
        self.service = kernel.serve(Door.number, groups=2)
        self.service.do(0x10, reply=0x10, get=True)(self._state)
        self.service.dump(0x10, reply=0x10)(self._all)
        self.service.do(0x11)(self._set)
        self.service.do(0x13, reply=0x13)(self._tell)
        self.service.do(0x14)(lambda request: self.doors.clear())

    def _state(self, request: Request) -> bytes:
        which = Door.Which.from_bytes(request.payload)
        if which.number not in self.doors:
            raise netlynx.NotFound(2, "there is no such door")
        return self.doors[which.number].to_bytes()

    def _all(self, request: Request) -> Iterator[bytes]:
        first = Door.Which.from_bytes(request.payload).number
        return (door.to_bytes() for door in self.doors.values() if door.number >= first)

    def _set(self, request: Request) -> None:
        door = Door.State.from_bytes(request.payload)
        self.doors[door.number] = door
        self.service.sock.multicast(Message(0x12, payload=door.to_bytes()), group=1)

    def _tell(self, request: Request) -> bytes:
        told = Door.Told.from_bytes(request.payload)
        self.service.sock.multicast(Message(0x13, payload=told.to_bytes()), group=2)
        return told.to_bytes()


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as kernel:
        yield kernel


@pytest.fixture
def house(kernel: VirtualKernel) -> House:
    return House(kernel)


def asynchronously(kernel: Any, work: Callable[[netlynx.AsyncConnection], Any], **how: Any) -> Any:
    async def run() -> Any:
        async with netlynx.aconnect(kernel=kernel, **how) as nl:
            return await work(nl)

    return anyio.run(run)


def carried_out(kernel: Any, operation: Any, manner: str, **how: Any) -> Any:
    """What comes of an operation in one of the ways to carry it out."""
    if manner == "async":
        return asynchronously(kernel, lambda nl: nl.do(operation), **how)
    with netlynx.connect(kernel=kernel, **how) as nl:
        return nl.do(operation)


BOTH = pytest.mark.parametrize("manner", ["sync", "async"])


# ------------------------------------------------------------------------------------------ as netlink has it


@BOTH
def test_structs_and_records_are_asked_for_and_answered(kernel: VirtualKernel, house: House, manner: str) -> None:
    assert carried_out(kernel, Door.state(number=2), manner) == Door.State(number=2, label="d2")
    assert carried_out(kernel, Door.state(Door.Which(number=2)), manner).label == "d2"
    assert carried_out(kernel, Door.tell(number=7, by="me"), manner) == Door.Told(number=7, by="me")
    assert carried_out(kernel, Door.set(number=9, open=True, angle=90), manner) is None
    assert house.doors[9] == Door.State(number=9, open=True, angle=90)
    with pytest.raises(FileNotFoundError, match=r"Door\.state\(number=5\): there is no such door"):
        carried_out(kernel, Door.state(number=5), manner)
    assert carried_out(kernel, Door.reset(), manner) is None
    assert house.doors == {}


def test_tables_of_structs(kernel: VirtualKernel, house: House) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        assert nl.dump(Door.all()).all() == list(house.doors.values())
        assert [door.number for door in nl.dump(Door.some(number=2))] == [2, 3]
        assert nl.count(Door.all()) == 3
    listed = asynchronously(kernel, lambda nl: nl.dump(Door.all()).all())
    assert listed == list(house.doors.values())


def test_structs_make_no_columns_and_no_json(kernel: VirtualKernel, house: House) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        with pytest.raises(TypeError, match=r"Door\.all\(\): its rows are C structs \(State\): `dump` reads them"):
            nl.table(Door.all())
        with pytest.raises(TypeError, match="JSON cannot"):
            list(nl.dump(Door.all()).json())
        assert nl.dump(Door.all().where(label="d2")).all() == [house.doors[2]]


def test_many_changes_go_out_together(kernel: VirtualKernel, house: House) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        assert len(nl.batch(Door.set(number=number) for number in range(1000))) == 1000
        result = nl.batch([Door.state(number=1), Door.tell(number=1, by="x")])
    assert len(house.doors) == 1000
    assert list(result) == [Door.State(number=1), Door.Told(number=1, by="x")]


def test_notifications_of_structs_and_records(kernel: VirtualKernel, house: House) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(Door.moved, Door.told) as heard:
        nl.do(Door.set(number=1, angle=5))
        nl.do(Door.tell(number=1, by="me"))
        moved, told = heard.get(timeout=PATIENCE), heard.get(timeout=PATIENCE)
    assert moved == netlynx.Event("moved", Door.State(number=1, angle=5))
    assert told == netlynx.Event("told", Door.Told(number=1, by="me"))


def test_a_struct_that_grew_and_one_that_was_shorter(kernel: VirtualKernel) -> None:
    answers = iter([Door.State(number=1, angle=2).to_bytes() + b"more", struct.pack("=I", 7)])
    kernel.serve(Door.number).do(0x10, reply=0x10)(lambda request: next(answers))
    with netlynx.connect(kernel=kernel) as nl:
        assert nl.do(Door.state(number=1)) == Door.State(number=1, angle=2, tail=b"more")
        assert nl.do(Door.state(number=1)) == Door.State(number=7)


# --------------------------------------------------------------------------------------------- in no manner


class Hello(Protocol, number=26):
    class Question(Layout):
        number: int = member(u32)

    class Answer(Layout):
        number: int = member(u32)
        kind: int = member(u8)

    text = call(request=str, reply=str)
    data = call(0x20, request=bytes, reply=bytes)
    ask = call(0x21, request=Question, reply=Answer)
    record = call(0x22, request=Door.Told, reply=Door.Told)
    picky = call(0x23, request=Question, reply=Answer, reply_type=0x40)
    bare = call(0x24, reply=bytes)
    say = call(0x25, request=str)
    news = event(3, str, group=1)
    raw = event(4, bytes, group=1)
    counted = event(0x30, Answer, group=2)


def answering(kernel: VirtualKernel, *answers: Message, protocol: int = Hello.number) -> KernelSocket:
    """A kernel's side that answers whatever comes with these messages, each a datagram."""

    def received(sock: KernelSocket, message: Message) -> None:
        for answer in answers:
            sock.unicast(answer, to=message.portid)

    return kernel.protocol(protocol, received)


def answer_of(number: int, kind: int = 0x21, **header: int) -> Message:
    return Message(kind, payload=Hello.Answer(number=number).to_bytes(), **header)


HEADERS: list[dict[str, int]] = [
    {},  # nlmsg_put(skb, 0, 0, …)
    {"sequence": 4711},
    {"portid": 4711},
    {"flags": 2},  # NLM_F_MULTI
    {"sequence": 1, "portid": 77, "flags": 0xFFFF},
]


@BOTH
@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("kind", [0, int(NLMSG.DONE), 5, 0x21, 0xFFFF])
def test_the_first_message_is_the_answer_whatever_its_header_says(
    kernel: VirtualKernel, kind: int, header: dict[str, int], manner: str
) -> None:
    answering(kernel, answer_of(42, kind, **header))
    assert carried_out(kernel, Hello.ask(number=1), manner) == Hello.Answer(number=42)


@BOTH
def test_text_bytes_structs_and_records_go_both_ways(kernel: VirtualKernel, manner: str) -> None:
    kernel.protocol(Hello.number, lambda sock, message: sock.unicast(message.payload, to=message.portid))
    assert carried_out(kernel, Hello.text("häuser"), manner) == "häuser"
    assert carried_out(kernel, Hello.data(b"\0\1\2"), manner) == b"\0\1\2"
    assert carried_out(kernel, Hello.ask(number=3), manner) == Hello.Answer(number=3)
    assert carried_out(kernel, Hello.record(number=3, by="me"), manner) == Door.Told(number=3, by="me")
    assert carried_out(kernel, Hello.bare(), manner) == b""


@BOTH
def test_an_answer_may_have_to_have_a_type(kernel: VirtualKernel, manner: str) -> None:
    answering(kernel, answer_of(1), answer_of(2, int(NLMSG.DONE)), answer_of(3, 0x40), answer_of(4, 0x40))
    for _ in range(3):  # what came besides is not taken for the answer to the next
        assert carried_out(kernel, Hello.picky(number=1), manner).number == 3
    with netlynx.connect(kernel=kernel) as nl:
        assert [nl.do(Hello.picky(number=1)).number for _ in range(3)] == [3, 3, 3]
        assert nl.statistics.strays == 2 * 3 + 2  # two before each, and one after each but the last


@BOTH
def test_refusals_and_acknowledgements(kernel: VirtualKernel, manner: str) -> None:
    refusal = Message(int(NLMSG.ERROR), payload=struct.pack("=i", -17) + bytes(16))
    fine = Message(int(NLMSG.ERROR), payload=bytes(20))
    sock = answering(kernel, fine, answer_of(7))
    assert carried_out(kernel, Hello.ask(number=1), manner).number == 7
    sock.release()
    answering(kernel, refusal)
    with pytest.raises(FileExistsError, match=r"Hello\.ask\(number=1\)"):
        carried_out(kernel, Hello.ask(number=1), manner)


@BOTH
def test_where_no_reply_is_declared_none_is_waited_for(kernel: VirtualKernel, manner: str) -> None:
    heard: list[str] = []
    kernel.protocol(Hello.number, lambda sock, message: heard.append(message.text))
    assert carried_out(kernel, Hello.say("something"), manner) is None
    assert heard == ["something"]


@BOTH
def test_a_kernel_that_says_nothing_is_waited_for_no_longer_than_the_timeout(
    kernel: VirtualKernel, manner: str
) -> None:
    kernel.protocol(Hello.number, lambda sock, message: None)
    with pytest.raises(netlynx.RequestTimeout, match=r"Hello\.ask\(number=1\)"):
        carried_out(kernel, Hello.ask(number=1), manner, timeout=0.05)


def test_an_answer_that_comes_late_is_nobody_elses(kernel: VirtualKernel) -> None:
    waiting: list[Message] = []
    sock = kernel.protocol(Hello.number, lambda sock, message: waiting.append(message))
    with netlynx.connect(kernel=kernel, timeout=0.05) as nl:
        with pytest.raises(netlynx.RequestTimeout):
            nl.do(Hello.ask(number=1))
        with pytest.raises(netlynx.PortRefused):
            sock.unicast(answer_of(1), to=waiting[0].source.portid if waiting[0].source else 0)
        sock.release()
        answering(kernel, answer_of(2))
        assert nl.do(Hello.ask(number=2)).number == 2


def test_only_the_kernel_answers() -> None:
    exchange = CallExchange(Hello.text("who is there?"), 1, 77)
    said = Message(3, payload=b"me").pack()
    assert not exchange.feed(bytearray(said), len(said), 4711)
    assert exchange.strays == 1
    assert exchange.feed(bytearray(said), len(said))
    assert exchange.result() == "me"


def test_notifications_of_text_bytes_and_structs(kernel: VirtualKernel) -> None:
    sock = kernel.protocol(Hello.number, None, groups=2)
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(Hello.news, Hello.raw, Hello.counted) as heard:
        sock.multicast("a kernel has news\0", group=1)
        sock.multicast(Message(4, payload=b"\1\2"), group=1)
        sock.multicast(Message(99, payload=b"nobody wants it"), group=1)
        sock.multicast(answer_of(5, 0x30), group=2)
        events = [heard.get(timeout=PATIENCE) for _ in range(3)]
    assert events == [
        netlynx.Event("news", "a kernel has news"),
        netlynx.Event("raw", b"\1\2"),
        netlynx.Event("counted", Hello.Answer(number=5)),
    ]


def test_another_process_calls_a_kernel_that_is_served(kernel: VirtualKernel) -> None:
    answering(kernel, answer_of(42))
    with tempfile.TemporaryDirectory() as folder, Server(kernel, Path(folder, "kernel")):
        assert carried_out(f"unix:{folder}/kernel", Hello.ask(number=1), "sync").number == 42


# ------------------------------------------------------------------------------------------- without a header


class Meter(Protocol, number=27, header=False):
    class Reading(Layout):
        value: int = member(u32)

    read = call(request=Reading, reply=Reading)
    put = call(request=Reading)
    text = call(request=str, reply=str)
    changed = event(0, Reading, group=1)
    spoken = event(0, str, group=2)


@BOTH
@pytest.mark.parametrize("value", [0, 1, 16, 0xFFFFFFFF])
def test_datagrams_without_a_header(kernel: VirtualKernel, value: int, manner: str) -> None:
    seen: list[Message] = []

    def meter(sock: KernelSocket, message: Message) -> None:
        seen.append(message)
        sock.unicast(message.payload, to=message.portid, raw=True)

    kernel.protocol(Meter.number, meter)
    assert carried_out(kernel, Meter.read(value=value), manner) == Meter.Reading(value=value)
    assert (seen[0].payload, seen[0].type) == (struct.pack("=I", value), 0)
    assert carried_out(kernel, Meter.text("x"), manner) == "x"


def test_notifications_without_a_header(kernel: VirtualKernel) -> None:
    sock = kernel.protocol(Meter.number, None, groups=2)
    with netlynx.connect(kernel=kernel) as nl:
        with nl.subscribe(Meter.changed) as heard:
            sock.multicast(Meter.Reading(value=9).to_bytes(), raw=True)
            assert heard.get(timeout=PATIENCE) == netlynx.Event("changed", Meter.Reading(value=9))
        with pytest.raises(ValueError, match=r"one at a time of Meter\.changed, Meter\.spoken"):
            nl.subscribe(Meter.changed, Meter.spoken)


GARBAGE = [
    b"n",
    b"no",
    bytes(4),
    bytes(15),
    bytes(64),
    b"\xff" * 16,
    b"\x11\0\0\0" + bytes(12),
    b"\x0f\0\0\0" + bytes(12),
]


@pytest.mark.parametrize("data", GARBAGE)
def test_a_callback_gets_what_is_no_message_as_it_is(kernel: VirtualKernel, data: bytes) -> None:
    seen: list[Message] = []
    kernel.protocol(Hello.number, lambda sock, message: seen.append(message))
    sock = kernel.open(Hello.number)
    sock.send(data)
    assert [(each.payload, each.type, each.portid) for each in seen] == [(data, 0, sock.portid)]


def test_what_is_behind_a_message_is_not_one(kernel: VirtualKernel) -> None:
    seen: list[Message] = []
    kernel.protocol(Hello.number, lambda sock, message: seen.append(message))
    kernel.open(Hello.number).send(Message(0x20, payload=b"four").pack() + b"\xff" * 20)
    assert [each.payload for each in seen] == [b"four"]


# ------------------------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("declare", "error", "words"),
    [
        (lambda: do(3), ValueError, "below 16 are netlink's own"),
        (lambda: dump(3, reply=Door.State), ValueError, "below 16"),
        (lambda: call(1 << 16), ValueError, "from 0 to 65535"),
        (lambda: call(0, reply=str, reply_type=-1), ValueError, "from 0 to 65535"),
        (lambda: do(16, request=str), TypeError, "a Layout or a Record"),
        (lambda: event(16, int), TypeError, "a Layout or a Record"),
        (lambda: event(16, str, group=0), ValueError, "whole number from 1"),
        (lambda: type("P", (Protocol,), {}, number=32), ValueError, "numbered 0 to 31"),
        (lambda: type("P", (Protocol,), {"x": do(16)}, number=25, header=False), TypeError, r"P\.x: without headers"),
        (lambda: call(request=str)("x"), TypeError, "into the body of a Protocol"),
        (lambda: Hello.text(), netlynx.EncodeTypeError, r"Hello\.text: takes one str, not nothing"),
        (lambda: Hello.text(7), netlynx.EncodeTypeError, r"Hello\.text: takes one str, not int"),
        (lambda: Hello.ask("x"), netlynx.EncodeTypeError, "takes one Question, or its fields by name, not str"),
        (lambda: Hello.bare(number=1), TypeError, "takes no values"),
        (lambda: Door.state(nummer=1), TypeError, "did you mean number"),
        (lambda: Door.state(number=-1), netlynx.EncodeError, r"Which\.number"),
        (lambda: Door.set(number=1, label="much too long"), netlynx.EncodeError, r"State\.label"),
    ],
)
def test_what_cannot_be_declared_or_said(declare: Callable[[], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        declare()


def test_calls_do_not_go_with_batches(kernel: VirtualKernel) -> None:
    answering(kernel, answer_of(1))
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(TypeError):
        nl.batch([Hello.ask(number=1)])  # type: ignore[list-item]


def test_a_recorder_knows_calls(kernel: VirtualKernel) -> None:
    answering(kernel, answer_of(1))
    recorder = Recorder(kernel)
    with netlynx.connect(kernel=recorder) as nl:
        nl.do(Hello.ask(number=1))
        nl.do(Hello.text("hi"))
    recorder.assert_asked(Hello.ask(number=1), Hello.text("hi"), only=True)
    for other in (Hello.ask(number=2), Hello.text("ho"), Hello.bare()):
        recorder.assert_not_asked(other)
        with pytest.raises(AssertionError, match=r"was not asked of the kernel"):
            recorder.assert_asked(other)
    with pytest.raises(TypeError, match="has no header"):
        recorder.assert_asked(Meter.read(value=1))


def test_what_is_declared_says_what_it_is() -> None:
    assert repr(Door.state) == "<Door.state>"
    assert str(Door.moved) == "Door.moved"
    assert str(Hello.text("hi")) == "Hello.text('hi')"
    assert str(Hello.bare()) == "Hello.bare()"
    assert issubclass(classical.Nothing, Layout)


# ------------------------------------------------------------------------------------------------------- bytes


@pytest.mark.parametrize(
    "value",
    [
        Door.State(number=1, open=True, angle=90, label="front"),
        Door.State(number=1, tail=b"more"),
        Door.Told(number=3, by="me"),
        Door.Told(),
        route.Link(name="eth0", mtu=1400, kind="bridge", data=route.Bridge(forward_delay=4)),
        route.Metrics(mtu=1400),
    ],
)
def test_what_is_written_is_read_again(value: Any) -> None:
    data = value.to_bytes()
    cls = type(value).__narrow__
    assert cls.from_bytes(data) == value
    assert cls.from_bytes(bytearray(data)) == cls.from_bytes(memoryview(data)) == value
    assert cls.from_bytes(data).to_bytes() == data


def test_bytes_that_do_not_fit_and_values_that_do_not() -> None:
    with pytest.raises(netlynx.DecodeError, match="Told"):
        Door.Told.from_bytes(b"\1")
    with pytest.raises(netlynx.DecodeError, match="Told"):
        Door.Told.from_bytes(bytes(4) + b"\xff\xff\1\0")
    with pytest.raises(netlynx.EncodeError, match=r"Which\.number"):
        Door.Which(number=-1).to_bytes()
