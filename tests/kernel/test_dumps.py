"""Dumps: tables in parts, made as the receiver takes them, and what interrupts them."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest

from netlynx.errors import NetlinkError
from netlynx.kernel import Request, Service, UserSocket, VirtualKernel
from netlynx.wire.constants import NETLINK_OPTION, NLM_F, NLMSG
from netlynx.wire.message import Message, parse_acknowledgement
from virtual import ACK, DUMP, GET, NEW, PROTOCOL, drain, readable, receive, request

ROW = 84  # bytes of payload, 100 with the header


class Table:
    """A served table whose rows are made one by one; `made` counts them."""

    def __init__(self, service: Service, rows: int) -> None:
        self.made = 0
        self.rows = rows
        self.ended = False
        service.dump(GET, reply=NEW)(self.list)

    def list(self, request: Request) -> Iterator[bytes]:
        try:
            for number in range(self.rows):
                self.made += 1
                yield number.to_bytes(ROW, "big")
        finally:
            self.ended = True


@pytest.fixture
def service(kernel: VirtualKernel) -> Service:
    return kernel.serve(PROTOCOL)


@pytest.fixture
def user(kernel: VirtualKernel, service: Service) -> UserSocket:
    return kernel.open(PROTOCOL, port=100)


def sizes(datagrams: list[list[Message]]) -> list[int]:
    return [sum(len(message.pack()) for message in datagram) for datagram in datagrams]


def interrupted(messages: list[Message]) -> list[int]:
    return [at for at, message in enumerate(messages) if message.flags & NLM_F.DUMP_INTR]


def test_a_small_table_and_its_end_fit_one_datagram(service: Service, user: UserSocket) -> None:
    Table(service, 2)
    user.send(request(GET, flags=DUMP | ACK, sequence=5))
    first, second, done = receive(user)
    for message in (first, second):
        assert (message.type, message.flags, message.sequence, message.portid) == (NEW, NLM_F.MULTI, 5, 100)
    assert (done.type, done.payload, done.sequence) == (NLMSG.DONE, bytes(4), 5)
    assert not readable(user)  # no acknowledgement besides


def test_an_empty_table_is_just_its_end(service: Service, user: UserSocket) -> None:
    Table(service, 0)
    user.send(request(GET, flags=DUMP))
    (done,) = receive(user)
    assert done.is_done


def test_parts_grow_from_a_page_to_32_kib_with_the_buffers_received_into(service: Service, user: UserSocket) -> None:
    Table(service, 1000)
    user.send(request(GET, flags=DUMP))
    datagrams = drain(user, 65536)
    assert sizes(datagrams) == [3700, 32400, 32400, 31500 + 20]
    rows = [int.from_bytes(m.payload, "big") for datagram in datagrams for m in datagram if not m.is_done]
    assert rows == list(range(1000))


def test_small_buffers_get_parts_of_a_page(service: Service, user: UserSocket) -> None:
    Table(service, 100)
    user.send(request(GET, flags=DUMP))
    assert sizes(drain(user, 3776)) == [3700, 3700, 2620]


def test_rows_are_made_when_they_are_received_not_before(service: Service, user: UserSocket) -> None:
    table = Table(service, 1000)
    user.send(request(GET, flags=DUMP))
    assert table.made == 38  # the part that waits, and the row that did not fit
    receive(user, 3776)
    assert table.made == 75


def test_nothing_is_made_while_half_the_queue_is_in_use(service: Service, user: UserSocket) -> None:
    table = Table(service, 1000)
    user.set_receive_buffer(5000)  # 10000: a part of a page, 4352, and two messages take over half of it
    user.send(request(GET, flags=DUMP))
    service.sock.unicast(b"in between", to=user.portid)
    service.sock.unicast(b"in between", to=user.portid)
    user.receive(3776, peek=True)
    assert table.made == 38
    assert sum(len(datagram) for datagram in drain(user, 3776)) == 1003


def test_a_part_that_the_queue_has_no_room_for_is_made_later(service: Service, user: UserSocket) -> None:
    Table(service, 100)
    user.set_receive_buffer(4352)  # 8704: two parts fill it
    user.send(request(GET, flags=DUMP))
    service.sock.unicast(b"in between", to=user.portid)
    rows = len(receive(user, 3776))
    receive(user, 3776)  # leaves the second part; there is no room for a third
    with pytest.raises(OSError, match="No buffer space"):
        receive(user, 3776)
    assert rows + sum(len(datagram) for datagram in drain(user, 3776)) == 101


def test_a_done_that_finds_no_room_comes_alone(service: Service, user: UserSocket) -> None:
    service.dump(GET, reply=NEW)(lambda request: [bytes(3760)])
    user.send(request(GET, flags=DUMP))
    assert [[m.type for m in datagram] for datagram in drain(user)] == [[NEW], [NLMSG.DONE]]


def test_a_row_that_fits_no_part_ends_the_dump(service: Service, user: UserSocket) -> None:
    service.dump(GET, reply=NEW)(lambda request: [b"fits", bytes(40000), b"never"])
    user.send(request(GET, flags=DUMP))
    first, second = drain(user)
    assert [m.payload for m in first] == [b"fits"]
    assert [m.errno for m in second] == [errno.EMSGSIZE]


def test_one_dump_at_a_time(service: Service, user: UserSocket) -> None:
    Table(service, 100)
    user.send(request(GET, flags=DUMP))
    user.send(request(GET, flags=DUMP, sequence=2))
    first, busy, *rest = drain(user)
    assert parse_acknowledgement(busy[0]).errno == errno.EBUSY
    assert busy[0].sequence == 2
    assert sum(len(datagram) for datagram in (first, *rest)) == 101
    user.send(request(GET, flags=DUMP, sequence=3))
    assert sum(len(datagram) for datagram in drain(user)) == 101


def test_an_error_before_the_table_begins_is_an_error_message(service: Service, user: UserSocket) -> None:
    @service.dump(GET, reply=NEW)
    def refuse(request: Request) -> list[bytes]:
        raise NetlinkError(errno.EPERM, "not this table")

    user.send(request(GET, flags=DUMP))
    (message,) = receive(user)
    answer = parse_acknowledgement(message)
    assert (message.type, answer.errno, answer.text) == (NLMSG.ERROR, errno.EPERM, "not this table")
    assert not user.dumping


def test_an_error_inside_the_table_is_carried_by_its_end(service: Service, user: UserSocket) -> None:
    @service.dump(GET, reply=NEW)
    def break_off(request: Request) -> Iterator[bytes]:
        yield b"row!"
        raise NetlinkError(errno.ENOENT, "the rest is gone")

    user.send(request(GET, flags=DUMP))
    row, done = receive(user)
    answer = parse_acknowledgement(done)
    assert row.payload == b"row!"
    assert (done.type, answer.errno, answer.text) == (NLMSG.DONE, errno.ENOENT, "the rest is gone")
    user.set_option(NETLINK_OPTION.EXT_ACK, 0)
    user.send(request(GET, flags=DUMP))
    assert parse_acknowledgement(receive(user)[1]).attributes == ()


def test_a_bug_in_the_table_reaches_the_reader_and_frees_the_socket(service: Service, user: UserSocket) -> None:
    @service.dump(GET, reply=NEW)
    def buggy(request: Request) -> Iterator[bytes]:
        yield from (bytes(ROW) for _ in range(50))
        raise ZeroDivisionError

    user.send(request(GET, flags=DUMP))
    with pytest.raises(ZeroDivisionError):
        receive(user)
    assert not user.dumping


def test_a_change_between_parts_marks_the_dump_as_interrupted(service: Service, user: UserSocket) -> None:
    Table(service, 100)
    user.send(request(GET, flags=DUMP))
    assert interrupted(receive(user, 3776)) == []
    service.changed()  # the second part is made already
    assert interrupted(receive(user, 3776)) == []
    assert interrupted(receive(user, 3776)) == [0]


def test_a_change_before_the_dump_is_none_of_its_business(service: Service, user: UserSocket) -> None:
    Table(service, 100)
    service.changed()
    user.send(request(GET, flags=DUMP))
    assert all(not interrupted(datagram) for datagram in drain(user))


def test_a_change_while_rows_are_made_marks_the_end(service: Service, user: UserSocket) -> None:
    @service.dump(GET, reply=NEW)
    def unstable(request: Request) -> Iterator[bytes]:
        yield b"row!"
        service.changed()

    user.send(request(GET, flags=DUMP))
    assert interrupted(receive(user)) == [1]


def test_an_interruption_on_demand_hits_one_dump(kernel: VirtualKernel, service: Service, user: UserSocket) -> None:
    table = Table(service, 2)
    kernel.faults.interrupt_dump()
    user.send(request(GET, flags=DUMP))
    assert interrupted(receive(user)) == [2]
    table.rows = 100
    user.send(request(GET, flags=DUMP))
    assert all(not interrupted(datagram) for datagram in drain(user))
    kernel.faults.interrupt_dump()
    another = kernel.open(PROTOCOL)
    another.send(request(GET, flags=DUMP))
    assert [interrupted(datagram) for datagram in drain(another, 3776)] == [[], [0], []]


def test_closing_the_socket_abandons_the_dump(service: Service, user: UserSocket) -> None:
    table = Table(service, 1000)
    user.send(request(GET, flags=DUMP))
    user.close()
    assert table.ended
    assert table.made == 38


def test_a_handler_may_close_the_socket_that_dumps(service: Service, user: UserSocket) -> None:
    @service.dump(GET, reply=NEW)
    def closing(request: Request) -> Iterator[bytes]:
        yield b"row!"
        user.close()
        yield b"more"

    user.send(request(GET, flags=DUMP))
    assert user.closed
    assert not user.dumping
