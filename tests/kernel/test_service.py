"""Requests to a served protocol: who is answered, how errors are worded, which options are honoured."""

from __future__ import annotations

import errno
import struct

import pytest

from netlynx.errors import NetlinkError, NotFound
from netlynx.kernel import Request, Service, UserSocket, VirtualKernel
from netlynx.schema.kinds import nest, string, u8, u32
from netlynx.schema.record import Layout, Record, attr, head, member
from netlynx.wire.constants import NETLINK_OPTION, NLM_F, NLMSG
from netlynx.wire.message import Acknowledgement, Attribute, Message, parse_acknowledgement
from netlynx.wire.message import nest as nest_attribute
from virtual import ACK, DELETE, DUMP, GET, NEW, PROTOCOL, REQUEST, drain, readable, receive, request


class Header(Layout, c="none"):
    family: int = member(u8)


class Limits(Record):
    mtu: int | None = attr(7, u32)


class Thing(Record, header=Header):
    family: int = head()
    name: str | None = attr(1, string)
    limits: Limits | None = attr(2, nest(Limits))


@pytest.fixture
def service(kernel: VirtualKernel) -> Service:
    return kernel.serve(PROTOCOL)


@pytest.fixture
def user(kernel: VirtualKernel, service: Service) -> UserSocket:
    return kernel.open(PROTOCOL, port=100)


def acknowledgement(user: UserSocket) -> Acknowledgement:
    (message,) = receive(user)
    assert not readable(user)
    return parse_acknowledgement(message)


def thing(*attributes: Attribute) -> bytes:
    return bytes(4) + b"".join(attribute.pack() for attribute in attributes)


def test_a_request_without_ack_that_succeeds_is_answered_by_silence(service: Service, user: UserSocket) -> None:
    seen: list[tuple[int, int]] = []
    service.do(NEW)(lambda request: seen.append((request.type, request.portid)))
    user.send(request(NEW))
    assert seen == [(NEW, 100)]
    assert not readable(user)


def test_an_acknowledgement_comes_when_asked_for_and_is_capped(service: Service, user: UserSocket) -> None:
    service.do(NEW)(lambda request: None)
    user.send(request(NEW, b"payload!", ACK, sequence=9))
    (message,) = receive(user)
    assert (message.type, message.flags, message.sequence, message.portid) == (NLMSG.ERROR, NLM_F.CAPPED, 9, 100)
    assert message.payload == struct.pack("=iIHHII", 0, 24, NEW, REQUEST | ACK, 9, 0)


def test_an_answer_is_sent_before_the_acknowledgement(service: Service, user: UserSocket) -> None:
    service.do(GET, reply=NEW)(lambda request: Thing(name="one"))
    user.send(request(GET, bytes(4), ACK, sequence=3))
    first, second = (datagram[0] for datagram in drain(user))
    assert (first.type, first.sequence, first.portid) == (NEW, 3, 100)
    assert first.payload == thing(Attribute(1, b"one\0"))
    assert second.is_acknowledgement


def test_several_answers_of_several_kinds_are_sent_one_by_one(service: Service, user: UserSocket) -> None:
    service.do(GET, reply=NEW)(lambda request: [b"raw!", Message(DELETE, payload=b"abcd")])
    user.send(request(GET))
    assert [(m.type, m.payload) for (m,) in drain(user)] == [(NEW, b"raw!"), (DELETE, b"abcd")]


def test_the_requests_of_a_datagram_are_carried_out_in_order(service: Service, user: UserSocket) -> None:
    order: list[int] = []
    service.do(NEW)(lambda request: order.append(request.message.sequence))
    user.send(request(NEW, sequence=1) + request(NEW, b"odd", sequence=2) + request(NEW, sequence=3))
    assert order == [1, 2, 3]


def test_what_is_no_request_is_not_carried_out_but_acknowledged(service: Service, user: UserSocket) -> None:
    service.do(NEW)(lambda request: pytest.fail("must not run"))
    user.send(Message(NEW, ACK, 5).pack())
    assert acknowledgement(user).errno == 0
    user.send(Message(int(NLMSG.NOOP), REQUEST | ACK, 6).pack())
    assert acknowledgement(user).errno == 0
    user.send(Message(NEW, 0, 7).pack())
    assert not readable(user)


def test_an_unknown_type_is_not_supported(service: Service, user: UserSocket) -> None:
    user.send(request(0x55))
    assert acknowledgement(user).errno == errno.EOPNOTSUPP


def test_an_error_repeats_the_request_unless_cap_ack_is_set(service: Service, user: UserSocket) -> None:
    @service.do(DELETE)
    def delete(request: Request) -> None:
        raise NotFound(errno.ENODEV, "No such thing")

    user.send(request(DELETE, b"12345"))
    capped = acknowledgement(user)
    assert (capped.errno, capped.text, capped.payload) == (errno.ENODEV, "No such thing", None)
    user.set_option(NETLINK_OPTION.CAP_ACK, 0)
    user.send(request(DELETE, b"12345"))
    whole = acknowledgement(user)
    assert (whole.errno, whole.text, whole.payload) == (errno.ENODEV, "No such thing", b"12345")


def test_without_ext_ack_an_error_has_no_words(service: Service, user: UserSocket) -> None:
    @service.do(DELETE)
    def delete(request: Request) -> None:
        raise NotFound(errno.ENODEV, "No such thing")

    user.set_option(NETLINK_OPTION.EXT_ACK, 0)
    user.send(request(DELETE))
    answer = acknowledgement(user)
    assert (answer.errno, answer.attributes, answer.flags) == (errno.ENODEV, (), NLM_F.CAPPED)


def test_any_oserror_refuses_a_request(service: Service, user: UserSocket) -> None:
    @service.do(NEW)
    def new(request: Request) -> None:
        raise FileExistsError(errno.EEXIST, "there")

    user.send(request(NEW))
    assert acknowledgement(user).errno == errno.EEXIST


def test_a_bug_of_a_handler_reaches_the_program_that_met_it(service: Service, user: UserSocket) -> None:
    service.do(NEW)(lambda request: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        user.send(request(NEW))


def test_the_path_of_an_attribute_becomes_its_offset(service: Service, user: UserSocket) -> None:
    @service.do(NEW, record=Thing)
    def new(request: Request) -> None:
        assert request.record.limits.mtu == 10
        raise NetlinkError(errno.ERANGE, "MTU too small", attribute="Thing.limits.mtu")

    name, mtu = Attribute(1, b"abc\0"), Attribute(7, struct.pack("=I", 10))
    user.send(request(NEW, thing(name, nest_attribute(2, [mtu]))))
    answer = acknowledgement(user)
    assert (answer.errno, answer.text) == (errno.ERANGE, "MTU too small")
    assert answer.offset == 16 + 4 + 8 + 4


def test_a_missing_attribute_is_told_by_type_and_nest(service: Service, user: UserSocket) -> None:
    @service.do(NEW, record=Thing)
    def new(request: Request) -> None:
        missing = "Thing.name" if request.record.name is None else "Thing.limits.mtu"
        raise NetlinkError(errno.EINVAL, missing=missing)

    user.send(request(NEW, thing()))
    answer = acknowledgement(user)
    assert (answer.missing_type, answer.missing_nest) == (1, None)
    user.send(request(NEW, thing(Attribute(1, b"a\0"), nest_attribute(2, []))))
    answer = acknowledgement(user)
    assert (answer.missing_type, answer.missing_nest) == (7, 16 + 4 + 8)


def test_a_handler_can_word_the_extended_acknowledgement_itself(service: Service, user: UserSocket) -> None:
    @service.do(NEW)
    def new(request: Request) -> None:
        request.extack.cookie = b"id-7"
        request.extack.message = "deprecated"
        request.extack.offset = 20
        if request.payload:
            request.extack.policy = Attribute(1, struct.pack("=I", 3)).pack()
            raise NetlinkError(errno.EINVAL)

    user.send(request(NEW, flags=ACK))
    warning = acknowledgement(user)
    assert (warning.errno, warning.text, warning.cookie, warning.offset) == (0, "deprecated", b"id-7", None)
    user.send(request(NEW, b"bad!"))
    error = acknowledgement(user)
    assert (error.errno, error.text, error.offset) == (errno.EINVAL, "deprecated", 20)
    assert error.policy == Attribute(1, struct.pack("=I", 3)).pack()


def test_a_payload_that_is_no_such_record_is_refused(service: Service, user: UserSocket) -> None:
    service.do(NEW, record=Thing)(lambda request: None)
    user.send(request(NEW, bytes(4) + b"\xff\xff\x01\x00"))
    answer = acknowledgement(user)
    assert (answer.errno, answer.text) == (errno.EINVAL, "bytes leftover after parsing attributes")


def test_dump_flags_mean_a_table_only_where_there_is_one(service: Service, user: UserSocket) -> None:
    service.do(NEW)(lambda request: None)  # NLM_F_REPLACE | NLM_F_EXCL are the same bits
    service.do(GET, get=True)(lambda request: None)
    user.send(request(NEW, flags=DUMP | ACK))
    assert acknowledgement(user).errno == 0
    user.send(request(GET, flags=DUMP | ACK))
    assert acknowledgement(user).errno == errno.EOPNOTSUPP


def test_a_family_s_own_handler_comes_before_that_of_all_others(service: Service, user: UserSocket) -> None:
    """As rtnetlink has it: by the first byte of a request, to do something and to list."""
    seen: list[str] = []
    service.do(NEW)(lambda request: seen.append("any"))
    service.do(NEW, family=29)(lambda request: seen.append("29"))
    service.dump(GET, reply=NEW)(lambda request: iter([bytes(4)]))
    service.dump(GET, reply=NEW, family=29)(lambda request: iter([bytes([29, 0, 0, 0])]))
    for payload in (bytes(4), bytes([29, 0, 0, 0]), bytes([45, 0, 0, 0]), b""):
        user.send(request(NEW, payload=payload))
    assert seen == ["any", "29", "any", "any"]
    for family in (0, 29, 45):
        user.send(request(GET, flags=DUMP, payload=bytes([family, 0, 0, 0])))
        told = [message.payload[0] for datagram in drain(user) for message in datagram if message.type == NEW]
        assert told == [29 if family == 29 else 0]
    with pytest.raises(ValueError, match=f"message type {NEW} of family 29 has such a handler already"):
        service.do(NEW, family=29)(lambda request: None)


def test_the_nth_request_fails_when_a_fault_is_asked_for(
    kernel: VirtualKernel, service: Service, user: UserSocket
) -> None:
    done: list[int] = []
    service.do(NEW)(lambda request: done.append(request.message.sequence))
    kernel.faults.fail(2, errno.ENOMEM, "no memory today")
    user.send(b"".join(request(NEW, flags=ACK, sequence=number) for number in (1, 2, 3)))
    answers = [parse_acknowledgement(message) for (message,) in drain(user)]
    assert [answer.errno for answer in answers] == [0, errno.ENOMEM, 0]
    assert answers[1].text == "no memory today"
    assert done == [1, 3]


def test_handlers_notify_a_group(kernel: VirtualKernel, service: Service, user: UserSocket) -> None:
    @service.do(NEW)
    def new(request: Request) -> None:
        request.sock.multicast(Message(NEW, payload=request.payload), group=1)

    listener = kernel.open(PROTOCOL, groups=[1])
    user.send(request(NEW, b"made"))
    (message,) = receive(listener)
    assert (message.type, message.payload) == (NEW, b"made")


def test_one_handler_for_a_type_and_none_for_control_messages(service: Service) -> None:
    service.do(NEW)(lambda request: None)
    with pytest.raises(ValueError, match="already"):
        service.do(NEW)(lambda request: None)
    with pytest.raises(ValueError, match="netlink's own"):
        service.dump(3)(lambda request: [])
