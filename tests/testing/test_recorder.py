"""The recorder: what was asked of a kernel, by name and record, and how an assertion that fails reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from greeter import Greeted, Greeter

import netlynx
import toy
from netlynx import generic, route
from netlynx.engine.messages import asked_by, lines
from netlynx.kernel import VirtualKernel
from netlynx.testing import Recorder
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(3))
        yield kernel


@pytest.fixture
def routing() -> Iterator[Recorder]:
    """A recorder before a kernel that says yes to every request of rtnetlink."""
    with VirtualKernel() as kernel:
        service = kernel.serve(NETLINK.ROUTE)
        for kind in range(16, 32):
            service.do(kind)(lambda request: None)
        yield Recorder(kernel)


TEN = route.Route(destination="10.0.0.0/8", gateway="192.0.2.1", oif=2)


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        (18, route.Link),
        (22, route.Address),
        (26, route.Route),
        (30, route.Neighbour),
        (34, route.Rule),
    ],
)
@pytest.mark.parametrize("size", [1, 4])
def test_reads_requests_of_a_family_alone_as_c_libraries_send_them(kind: int, record: type, size: int) -> None:
    payload = b"\x02".ljust(size, b"\0")
    (asked,) = asked_by(NETLINK.ROUTE, Message(kind, int(NLM_F.REQUEST | NLM_F.DUMP), payload=payload).pack(), {})
    assert isinstance(asked.record, record)
    assert "family=" in str(asked)
    (line,) = lines(NETLINK.ROUTE, asked.message.pack(), {}, answer=False)
    assert "family=" in line


def test_does_not_read_a_short_answer_so() -> None:
    (line,) = lines(NETLINK.ROUTE, Message(16, 0, payload=b"\x02").pack(), {}, answer=True)
    assert "(1 bytes)" in line


def test_lists_what_was_asked_by_name_flags_and_record(routing: Recorder) -> None:
    with netlynx.connect(kernel=routing) as nl:
        nl.do(route.up(7))
        nl.do(route.add(TEN))
    up, add = routing.asked
    assert up.name == "RTM_NEWLINK"
    assert isinstance(up.record, route.Link)
    assert up.record.index == 7
    assert add.name == "RTM_NEWROUTE"
    assert add.flags == ("REQUEST", "ACK", "EXCL", "CREATE")
    assert isinstance(add.record, route.Route)
    assert add.record.gateway == "192.0.2.1"
    assert "gateway=192.0.2.1" in str(add)
    assert add.protocol == NETLINK.ROUTE


def test_requests_of_a_protocol_without_records_are_listed_too(kernel: VirtualKernel) -> None:
    recorder = Recorder(kernel)
    with netlynx.connect(kernel=recorder) as nl:
        nl.dump(toy.entries()).all()
    (asked,) = recorder.asked
    assert (asked.name, asked.record, asked.protocol) == (str(toy.GET), None, toy.PROTOCOL)
    assert "DUMP" in asked.flags


def test_operations_are_found_in_their_order_whatever_is_between(kernel: VirtualKernel) -> None:
    recorder = Recorder(kernel)
    with netlynx.connect(kernel=recorder) as nl:
        nl.do(toy.entry(1))
        nl.dump(toy.entries()).all()
        nl.do(toy.add(toy.Entry(number=9)))
    recorder.assert_asked(toy.entry(1), toy.add(toy.Entry(number=9)))
    recorder.assert_asked(toy.entry(1), toy.entries(), toy.add(toy.Entry(number=9)), only=True)
    with pytest.raises(AssertionError, match=r"It was asked before that"):
        recorder.assert_asked(toy.add(toy.Entry(number=9)), toy.entry(1))
    with pytest.raises(AssertionError, match=r"Something else was asked before"):
        recorder.assert_asked(toy.entry(1), toy.add(toy.Entry(number=9)), only=True)
    with pytest.raises(AssertionError, match=r"Something else was asked:"):
        recorder.assert_asked(toy.entry(1), toy.entries(), only=True)


def test_each_operation_of_a_batch_is_a_request(kernel: VirtualKernel) -> None:
    recorder = Recorder(kernel)
    wanted = [toy.add(toy.Entry(number=number)) for number in range(300)]
    with netlynx.connect(kernel=recorder) as nl:
        result = nl.batch(wanted, on_error="continue")
    assert len(result.errors) == 3
    assert len(recorder.asked) == 300
    recorder.assert_asked(*wanted, only=True)


def test_an_assertion_that_fails_shows_the_nearest_request_and_what_differs(routing: Recorder) -> None:
    with netlynx.connect(kernel=routing) as nl:
        nl.do(route.up(7))
        nl.do(route.replace(route.Route(destination="10.0.0.0/8", gateway="192.0.2.9", oif=2)))
    with pytest.raises(AssertionError) as caught:
        routing.assert_asked(route.add(TEN))
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("route.add(")
    assert "10.0.0.0/8" in lines[0]
    assert lines[0].endswith("was not asked of the kernel.")
    assert lines[1:3] == ["It was asked 2 times:", "  1. RTM_NEWLINK Link(index=7, flags=UP, change=UP)"]
    assert lines[3].startswith("  2. RTM_NEWROUTE REPLACE|CREATE Route(")
    assert lines[4:] == [
        "The nearest is request 2:",
        "  flags: EXCL|CREATE expected, REPLACE|CREATE asked",
        "  gateway: 192.0.2.1 expected, 192.0.2.9 asked",
    ]


def test_an_assertion_says_so_when_nothing_was_asked(routing: Recorder) -> None:
    with pytest.raises(AssertionError, match=r"Nothing was asked of it\."):
        routing.assert_asked(route.add(TEN))
    routing.assert_asked()
    routing.assert_asked(only=True)
    routing.assert_not_asked(route.add(TEN))


def test_what_must_not_be_asked_is_found(routing: Recorder) -> None:
    with netlynx.connect(kernel=routing) as nl:
        nl.do(route.add(TEN))
    routing.assert_not_asked(route.delete(TEN), route.replace(TEN))
    with pytest.raises(AssertionError, match=r"was asked of the kernel: request 1\."):
        routing.assert_not_asked(route.add(TEN))


def test_the_order_of_attributes_makes_no_difference(routing: Recorder) -> None:
    add = route.add(TEN)
    head, attributes = add.payload[:12], netlynx.wire.message.parse_attributes(add.payload[12:])
    shuffled = head + netlynx.wire.message.pack_attributes(reversed(attributes))
    assert shuffled != add.payload
    sock = routing.open(NETLINK.ROUTE)
    sock.send(netlynx.Message(add.message_type, add.flags | 1, 1, sock.portid, shuffled).pack())
    routing.assert_asked(add, only=True)


def test_what_is_several_requests_or_none_is_refused_with_what_to_do(routing: Recorder) -> None:
    with pytest.raises(TypeError, match=r"is not one request: name those"):
        routing.assert_asked(route.flush(route.routes()))
    with pytest.raises(TypeError, match=r"route.LINKS is something to subscribe to"):
        routing.assert_not_asked(route.LINKS)


def test_what_was_asked_can_be_forgotten(routing: Recorder) -> None:
    with netlynx.connect(kernel=routing) as nl:
        nl.do(route.up(7))
        routing.clear()
        assert routing.asked == []
        nl.do(route.down(7))
    routing.assert_asked(route.down(7), only=True)


def test_operations_of_families_are_known_by_the_familys_name(kernel: VirtualKernel) -> None:
    Greeted(kernel)
    recorder = Recorder(kernel)
    with netlynx.connect(kernel=recorder) as nl:
        nl.do(Greeter.hello(text="you"))
        nl.do(Greeter.hello(text="me"))
    assert [asked.name for asked in recorder.asked] == ["nlctrl.CTRL_CMD_GETFAMILY", "greeter.hello", "greeter.hello"]
    recorder.assert_asked(Greeter.hello(text="you"), Greeter.hello(text="me"), only=True)
    recorder.assert_asked(generic.family("greeter"), Greeter.hello(text="you"))
    with pytest.raises(AssertionError, match=r"text: us expected, (you|me) asked"):
        recorder.assert_asked(Greeter.hello(text="us"))


def test_a_connection_that_is_open_already_is_recorded_from_then_on(kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(toy.entry(1))
        recorder = Recorder(nl)
        nl.do(toy.entry(2))
        recorder.assert_asked(toy.entry(2), only=True)
        with pytest.raises(ValueError, match=r"a connection has its namespace already"):
            Recorder(nl, netns="blue")
    with pytest.raises(netlynx.ConnectionClosed):
        Recorder(nl)


async def ask(kernel: Recorder) -> None:
    async with netlynx.aconnect(kernel=kernel) as nl:
        await nl.do(toy.entry(1))
        await nl.dump(toy.entries()).all()


def test_async_connections_are_recorded_alike(kernel: VirtualKernel) -> None:
    import anyio

    recorder = Recorder(kernel)
    anyio.run(ask, recorder)
    recorder.assert_asked(toy.entry(1), toy.entries(), only=True)


def test_a_plain_socket_is_refused_rather_than_left_out(kernel: VirtualKernel) -> None:
    with pytest.raises(TypeError, match=r"a NetlinkSocket cannot"):
        netlynx.NetlinkSocket(25, kernel=Recorder(kernel))
