"""One request and its answer, as bytes: no socket is opened here."""

from __future__ import annotations

import errno
import struct

import pytest

import netlynx
from netlynx import nftables, route
from netlynx.engine.exchange import DoExchange
from netlynx.engine.operation import omitting
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F, NLMSG, NLMSGERR_ATTR
from netlynx.wire.message import Attribute, Message, parse_messages
from toy import GET, NEW, Entry, acknowledgement, add, answer, delete, done, entries, entry

SEQUENCE, PORT = 7, 4242
MULTI = int(NLM_F.MULTI)


def getting() -> DoExchange[Entry]:
    return DoExchange(entry(5), SEQUENCE, PORT)


def adding() -> DoExchange[None]:
    return DoExchange(add(Entry(number=5)), SEQUENCE, PORT)


def feed(exchange: DoExchange[object], *messages: bytes, sender: int = 0) -> bool:
    """One datagram, in a buffer that is larger than what was received."""
    data = b"".join(messages)
    return exchange.feed(bytearray(data + bytes(64)), len(data), sender)


def test_a_get_asks_for_no_acknowledgement_and_a_change_does() -> None:
    (asked,) = parse_messages(getting().request)
    assert (asked.type, asked.flags, asked.sequence, asked.portid) == (GET, NLM_F.REQUEST, SEQUENCE, PORT)
    (asked,) = parse_messages(adding().request)
    assert (asked.type, asked.flags) == (NEW, NLM_F.REQUEST | NLM_F.ACK)


def test_the_record_that_comes_back_is_the_result() -> None:
    exchange = getting()
    assert feed(exchange, answer(Entry(number=5, label="é"), SEQUENCE, PORT))
    assert exchange.result() == Entry(number=5, label="é")


def test_a_change_is_done_when_it_is_acknowledged() -> None:
    exchange = adding()
    assert feed(exchange, acknowledgement(SEQUENCE, PORT))
    assert exchange.result() is None


def test_a_number_above_zero_is_no_error_but_what_was_made() -> None:
    exchange = adding()
    assert feed(exchange, acknowledgement(SEQUENCE, PORT, -3))  # where others have an errno, which is below
    assert exchange.result() == 3


def test_an_answer_in_parts_ends_with_done() -> None:
    exchange = getting()
    assert not feed(exchange, answer(Entry(number=5), SEQUENCE, PORT, flags=MULTI))
    assert feed(exchange, done(SEQUENCE, PORT))
    assert exchange.result() == Entry(number=5)


def test_a_stray_does_not_end_an_answer_in_parts() -> None:
    exchange = getting()
    part, stray = answer(Entry(number=5), SEQUENCE, PORT, flags=MULTI), answer(Entry(number=6), SEQUENCE - 1, PORT)
    assert not feed(exchange, part, stray)
    assert not feed(exchange, stray)
    assert feed(exchange, done(SEQUENCE, PORT, errno.EIO))
    with pytest.raises(netlynx.NetlinkError) as caught:
        exchange.result()
    assert caught.value.errno == errno.EIO


@pytest.mark.parametrize("split", [1, 2, 3])
def test_datagrams_may_be_cut_between_any_messages(split: int) -> None:
    exchange = getting()
    messages = [
        answer(Entry(number=4), SEQUENCE - 1, PORT),
        Message(int(NLMSG.NOOP), 0, SEQUENCE, PORT).pack(),
        acknowledgement(SEQUENCE - 1, PORT, errno.EPERM),
        answer(Entry(number=5), SEQUENCE, PORT),
    ]
    assert not feed(exchange, *messages[:split])
    assert feed(exchange, *messages[split:])
    assert exchange.result() == Entry(number=5)
    assert exchange.strays == 2


@pytest.mark.parametrize(
    ("sequence", "portid", "sender", "kind"),
    [
        (SEQUENCE - 1, PORT, 0, NEW),
        (0, PORT, 0, NEW),
        (SEQUENCE, PORT + 1, 0, NEW),
        (SEQUENCE, 0, 0, NEW),
        (SEQUENCE, PORT, 0, GET),
        (SEQUENCE, PORT, 999, NEW),
    ],
    ids=["sequence", "notification", "port", "no-port", "type", "sender"],
)
def test_what_belongs_to_somebody_else_is_skipped_and_counted(
    sequence: int, portid: int, sender: int, kind: int
) -> None:
    exchange = getting()
    assert not feed(exchange, answer(Entry(number=6), sequence, portid, kind=kind), sender=sender)
    assert exchange.strays == 1
    assert feed(exchange, answer(Entry(number=5), SEQUENCE, PORT))
    assert exchange.result().number == 5


def test_an_acknowledgement_forged_by_a_peer_is_not_believed() -> None:
    exchange = adding()
    assert not feed(exchange, acknowledgement(SEQUENCE, PORT), sender=999)
    assert feed(exchange, acknowledgement(SEQUENCE, PORT, errno.EPERM))
    with pytest.raises(netlynx.PermissionDenied):
        exchange.result()


def test_noop_is_nothing() -> None:
    exchange = adding()
    assert not feed(exchange, Message(int(NLMSG.NOOP), 0, SEQUENCE, PORT).pack())
    assert exchange.strays == 0


@pytest.mark.parametrize("capped", [True, False])
def test_a_refusal_carries_the_kernels_words_whether_it_repeats_the_request_or_not(capped: bool) -> None:
    exchange = adding()
    words = (Attribute(int(NLMSGERR_ATTR.MSG), b"Not today\0"),)
    request = b"" if capped else exchange.operation.payload
    assert feed(exchange, acknowledgement(SEQUENCE, PORT, errno.EEXIST, words, request=request))
    with pytest.raises(netlynx.AlreadyExists) as caught:
        exchange.result()
    assert caught.value.message == "Not today"
    assert caught.value.asked == "toy.add(number=5)"


def test_done_may_carry_an_error_instead_of_an_answer() -> None:
    exchange = getting()
    assert feed(exchange, done(SEQUENCE, PORT, errno.ENOENT))
    with pytest.raises(FileNotFoundError):
        exchange.result()


def test_an_acknowledgement_in_place_of_a_record_is_no_silent_none() -> None:
    exchange = getting()
    assert feed(exchange, acknowledgement(SEQUENCE, PORT))
    with pytest.raises(netlynx.DecodeError, match="sent no record"):
        exchange.result()


def test_an_answer_that_may_be_left_out_is_none_when_it_was() -> None:
    exchange = DoExchange(omitting(entry(5)), SEQUENCE, PORT)
    (asked,) = parse_messages(exchange.request)
    assert asked.flags == NLM_F.REQUEST | NLM_F.ACK
    assert feed(exchange, acknowledgement(SEQUENCE, PORT))
    assert exchange.result() is None


def test_an_acknowledgement_that_was_asked_for_beside_an_answer_is_waited_for() -> None:
    exchange = DoExchange(omitting(entry(5)), SEQUENCE, PORT)
    said = answer(Entry(number=5), SEQUENCE, PORT)
    assert not exchange.settle(said, len(said), 0)
    assert not feed(exchange, said)
    assert feed(exchange, acknowledgement(SEQUENCE, PORT))
    assert exchange.result() == Entry(number=5)
    assert exchange.strays == 0


@pytest.mark.parametrize("number", [0, errno.EPERM])
@pytest.mark.parametrize("kept", [16, 18])
def test_an_acknowledgement_that_lacks_its_errno_is_malformed(kept: int, number: int) -> None:
    whole = acknowledgement(SEQUENCE, PORT, number)
    with pytest.raises(netlynx.DecodeError, match="no room for its errno"):
        feed(adding(), struct.pack("=I", kept) + whole[4:kept])


def test_a_refusal_that_is_cut_after_its_errno_is_malformed() -> None:
    whole = acknowledgement(SEQUENCE, PORT, errno.EPERM)
    with pytest.raises(netlynx.DecodeError):
        feed(adding(), struct.pack("=I", 24) + whole[4:24])


@pytest.mark.parametrize(
    "data",
    [b"\1", bytes(15), struct.pack("=IHHII", 15, NEW, 0, SEQUENCE, PORT), struct.pack("=IHHII", 400, 2, 0, 7, 7)],
)
def test_a_malformed_header_is_an_error_with_its_place(data: bytes) -> None:
    lead = acknowledgement(SEQUENCE - 1, PORT)
    with pytest.raises(netlynx.DecodeError) as caught:
        feed(adding(), lead, data)
    assert caught.value.offset == len(lead)


def test_a_dump_is_not_done() -> None:
    with pytest.raises(TypeError, match=r"do takes operations such as .* not toy.entries"):
        DoExchange(entries(), 1, 1)  # type: ignore[arg-type]  # the mistake that this is about


def test_the_name_of_the_operation_is_in_the_error() -> None:
    exchange = DoExchange(delete(Entry(number=5, label="x")), SEQUENCE, PORT)
    feed(exchange, acknowledgement(SEQUENCE, PORT, errno.ENODEV))
    with pytest.raises(netlynx.NotFound, match=r"^toy.delete\(number=5, label=x\): No such device \(ENODEV\)"):
        exchange.result()


def settle(exchange: DoExchange[object], *messages: bytes, sender: int = 0) -> bool:
    data = b"".join(messages)
    return exchange.settle(bytearray(data + bytes(64)), len(data), sender)


def test_the_usual_answer_is_settled_at_once() -> None:
    exchange = getting()
    plan_of(Entry)
    assert settle(exchange, answer(Entry(number=5, label="é"), SEQUENCE, PORT))
    assert exchange.done
    assert exchange.result() == Entry(number=5, label="é")
    changing = adding()
    assert settle(changing, acknowledgement(SEQUENCE, PORT))
    assert changing.result() is None


def cut(message: bytes) -> bytes:
    """The message with an attribute that claims more than there is."""
    bad = bytearray(message)
    bad[20:22] = b"\xff\x00"
    return bytes(bad)


@pytest.mark.parametrize(
    ("messages", "sender"),
    [
        ([answer(Entry(number=5), SEQUENCE, PORT)], 999),
        ([answer(Entry(number=5), SEQUENCE - 1, PORT)], 0),
        ([answer(Entry(number=5), SEQUENCE, PORT + 1)], 0),
        ([answer(Entry(number=5), SEQUENCE, PORT, kind=GET)], 0),
        ([answer(Entry(number=5), SEQUENCE, PORT, flags=MULTI)], 0),
        ([answer(Entry(number=5), SEQUENCE, PORT), acknowledgement(SEQUENCE, PORT)], 0),
        ([acknowledgement(SEQUENCE, PORT, errno.EPERM)], 0),
        ([cut(answer(Entry(number=5), SEQUENCE, PORT))], 0),
        ([answer(Entry(number=5), SEQUENCE, PORT)[:12]], 0),
        ([], 0),
    ],
    ids=["forged", "sequence", "port", "type", "part", "two", "refused", "malformed", "short", "empty"],
)
def test_anything_else_is_left_to_be_fed(messages: list[bytes], sender: int) -> None:
    exchange = getting()
    assert not settle(exchange, *messages, sender=sender)
    assert not exchange.done
    assert exchange.strays == 0
    assert feed(exchange, answer(Entry(number=6), SEQUENCE, PORT))
    assert exchange.result().number == 6


def test_a_refusal_of_a_change_is_not_settled_but_fed() -> None:
    exchange = adding()
    refused = acknowledgement(SEQUENCE, PORT, errno.EEXIST)
    assert not settle(exchange, refused)
    assert not settle(exchange, refused[:18])
    assert feed(exchange, refused)
    with pytest.raises(netlynx.AlreadyExists):
        exchange.result()


def test_what_was_asked_is_told_without_what_says_nothing_and_not_at_any_length() -> None:
    assert str(route.routes()) == "route.routes()"
    hops = [route.NextHop(oif=number) for number in range(1, 20)]
    asked = str(route.add(route.Route(destination="10.0.0.0/8", multipath=hops)))
    assert asked.endswith("multipath=(oif=1, oif=2, oif=3, oif=4, oif=5, oif=6, oif=7, oif=8, 11 more))")


def test_what_only_a_class_says_is_told_by_its_name() -> None:
    rule = nftables.Rule(family="ip", table="t", chain="c", expressions=(nftables.Counter(), nftables.Masquerade()))
    assert str(nftables.add(rule)) == "nftables.add(family=ip, table=t, chain=c, expressions=(Counter(), Masquerade()))"
