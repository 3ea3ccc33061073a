"""Messages, attributes and acknowledgements: bytes to values, values to bytes, and bytes that are wrong."""

from __future__ import annotations

import errno
import struct
import sys
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlynx.errors import DecodeError
from netlynx.wire.constants import NLM_F, NLMSG, NLMSGERR_ATTR
from netlynx.wire.message import (
    Acknowledgement,
    Attribute,
    Message,
    RequestHeader,
    Source,
    align,
    nest,
    pack_attributes,
    parse_acknowledgement,
    parse_attributes,
    parse_messages,
)

little_endian = pytest.mark.skipif(sys.byteorder != "little", reason="bytes of a little-endian kernel")

u16, u32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
messages = st.builds(Message, u16, u16, u32, u32, st.binary(max_size=64))
attributes = st.builds(Attribute, st.integers(0, 0x3FFF), st.binary(max_size=64), st.booleans(), st.booleans())
A = TypeVar("A")
T = TypeVar("T")

headers = st.builds(RequestHeader, u32, u16, u16, u32, u32)


def outcome(parse: Callable[[A], T], data: A) -> T | DecodeError:
    """What a parser makes of data, its error included; any other exception fails the test."""
    try:
        return parse(data)
    except DecodeError as error:
        return error


# ------------------------------------------------------------------------------------------------ messages


@little_endian
def test_a_message_is_the_header_the_payload_and_padding() -> None:
    message = Message(type=18, flags=NLM_F.REQUEST | NLM_F.DUMP, sequence=7, portid=9, payload=b"\x11" * 5)
    assert message.pack() == bytes.fromhex("15000000 1200 0103 07000000 09000000 1111111111 000000")


@pytest.mark.parametrize(("length", "aligned"), [(0, 0), (1, 4), (4, 4), (5, 8)])
def test_align(length: int, aligned: int) -> None:
    assert align(length) == aligned


@settings(deadline=None)
@given(st.lists(messages, max_size=5))
def test_messages_round_trip(sent: list[Message]) -> None:
    data = b"".join(message.pack() for message in sent)
    assert parse_messages(data) == sent
    assert b"".join(message.pack() for message in parse_messages(data)) == data


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_messages_or_a_decode_error(data: bytes) -> None:
    found = outcome(parse_messages, data)
    if isinstance(found, DecodeError):
        assert 0 <= found.offset < len(data)
    else:
        assert sum(len(message.pack()) for message in found) <= align(len(data))


def test_the_last_message_may_lack_its_padding() -> None:
    whole = Message(payload=b"abc").pack()
    assert parse_messages(whole[:-1]) == parse_messages(whole)


def test_zeros_after_the_messages_are_padding() -> None:
    whole = Message(payload=b"abc").pack()
    assert parse_messages(whole + bytes(1000)) == parse_messages(whole)
    assert parse_messages(bytes(7)) == []


def test_a_message_keeps_its_source() -> None:
    source = Source(portid=5, groups=2)
    assert [message.source for message in parse_messages(Message().pack() * 2, source)] == [source, source]


@pytest.mark.parametrize(
    ("data", "offset", "text"),
    [
        (b"short", 0, "5 bytes are left"),
        (Message().pack() + b"rest", 16, "4 bytes are left"),
        (struct.pack("=IHHII", 15, 1, 0, 0, 0), 0, "nlmsg_len is 15, must be 16 to 16"),
        (Message().pack() + struct.pack("=IHHII", 17, 1, 0, 0, 0), 16, "nlmsg_len is 17"),
        (struct.pack("=IHHII", 0xFFFFFFFF, 1, 0, 0, 0), 0, "nlmsg_len is 4294967295"),
        (struct.pack("=IHHII", 0, 1, 0, 0, 0), 0, "nlmsg_len is 0"),
    ],
)
def test_a_wrong_length_is_a_decode_error_with_its_offset(data: bytes, offset: int, text: str) -> None:
    with pytest.raises(DecodeError, match=text) as caught:
        parse_messages(data)
    assert caught.value.offset == offset


def test_a_header_field_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="type 65536"):
        Message(type=65536).pack()


def test_text_is_utf8_without_the_trailing_nuls() -> None:
    assert Message(payload="grüß\0\0\0".encode()).text == "grüß"
    text = Message(payload=b"\xffraw").text
    assert text.encode("utf-8", "surrogateescape") == b"\xffraw"


@pytest.mark.parametrize(
    ("message", "true"),
    [
        (Message(type=NLMSG.ERROR, payload=struct.pack("=i", -errno.EPERM)), {"is_error", "is_control"}),
        (Message(type=NLMSG.ERROR, payload=bytes(20)), {"is_acknowledgement", "is_control"}),
        (Message(type=NLMSG.DONE, flags=NLM_F.MULTI), {"is_done", "is_multipart", "is_control"}),
        (Message(type=NLMSG.MIN_TYPE), set()),
    ],
)
def test_what_a_message_is(message: Message, true: set[str]) -> None:
    names = {"is_error", "is_acknowledgement", "is_done", "is_multipart", "is_control"}
    assert {name for name in names if getattr(message, name)} == true


def test_done_may_carry_an_errno() -> None:
    assert Message(type=NLMSG.DONE, payload=struct.pack("=i", -errno.ENOENT)).errno == errno.ENOENT


# ---------------------------------------------------------------------------------------------- attributes


@settings(deadline=None)
@given(st.lists(attributes, max_size=5))
def test_attributes_round_trip(sent: list[Attribute]) -> None:
    data = pack_attributes(sent)
    assert list(parse_attributes(data)) == sent
    assert pack_attributes(parse_attributes(data)) == data


@settings(deadline=None)
@given(st.lists(attributes, max_size=3))
def test_nests_round_trip(sent: list[Attribute]) -> None:
    (outer,) = parse_attributes(nest(3, [nest(4, sent)]).pack())
    (inner,) = outer.attributes()
    assert (outer.nested, inner.nested, list(inner.attributes())) == (True, True, sent)


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_attributes_or_a_decode_error(data: bytes) -> None:
    found = outcome(parse_attributes, data)
    if isinstance(found, DecodeError):
        assert 0 <= found.offset < len(data)
    else:
        assert len(pack_attributes(found)) == align(len(data))


@little_endian
def test_flag_bits_are_not_part_of_the_type() -> None:
    data = bytes.fromhex("0800 03c0 01020304")
    assert parse_attributes(data) == (Attribute(3, b"\1\2\3\4", nested=True, net_byteorder=True),)


@pytest.mark.parametrize(
    ("data", "offset", "text"),
    [
        (Attribute(1, b"abcd").pack() + b"xy", 8, "2 bytes are left"),
        (struct.pack("=HH", 3, 1), 0, "nla_len is 3, must be 4 to 4"),
        (struct.pack("=HH", 9, 1) + bytes(4), 0, "nla_len is 9"),
    ],
)
def test_a_wrong_attribute_is_a_decode_error_with_its_offset(data: bytes, offset: int, text: str) -> None:
    with pytest.raises(DecodeError, match=text) as caught:
        parse_attributes(data)
    assert caught.value.offset == offset


def test_an_attribute_that_cannot_be_sent_is_refused() -> None:
    assert len(Attribute(1, bytes(65531)).pack()) == 65536
    with pytest.raises(ValueError, match="up to 65531 bytes"):
        Attribute(1, bytes(65532)).pack()
    with pytest.raises(ValueError, match="0 to 16383"):
        Attribute(0x4000).pack()


# ----------------------------------------------------------------------------------------- acknowledgements


@st.composite
def acknowledgements(draw: st.DrawFn) -> Acknowledgement:
    """Acknowledgements as a kernel makes them: the flags say what follows."""
    number = draw(st.integers(0, 4095))
    tlvs = tuple(draw(st.lists(attributes, max_size=3)))
    flags = NLM_F.ACK_TLVS if tlvs else 0
    if draw(st.booleans()):
        return Acknowledgement(number, attributes=tlvs, flags=flags | NLM_F.MULTI)
    payload = draw(st.binary(max_size=33)) if number and draw(st.booleans()) else None
    request = draw(headers)
    if payload is None:
        return Acknowledgement(number, request, None, tlvs, flags | NLM_F.CAPPED)
    whole = RequestHeader(16 + len(payload), request.type, request.flags, request.sequence, request.portid)
    return Acknowledgement(number, whole, payload, tlvs, flags)


@settings(deadline=None)
@given(acknowledgements(), u32, u32)
def test_acknowledgements_round_trip(sent: Acknowledgement, sequence: int, portid: int) -> None:
    message = sent.message(sequence, portid)
    (received,) = parse_messages(message.pack())
    assert parse_acknowledgement(received) == sent
    assert parse_acknowledgement(received).message(sequence, portid) == message


@settings(deadline=None)
@given(st.sampled_from([NLMSG.ERROR, NLMSG.DONE]), st.sampled_from([0, 0x100, 0x200, 0x300]), st.binary())
def test_any_payload_is_an_acknowledgement_or_a_decode_error(kind: int, flags: int, payload: bytes) -> None:
    found = outcome(parse_acknowledgement, Message(int(kind), flags, payload=payload))
    if isinstance(found, DecodeError):
        assert 0 <= found.offset <= len(payload)


def test_what_an_extended_acknowledgement_says() -> None:
    tlvs = (
        Attribute(NLMSGERR_ATTR.MSG, b"Unknown device\0"),
        Attribute(NLMSGERR_ATTR.OFFS, struct.pack("=I", 36)),
        Attribute(NLMSGERR_ATTR.MISS_TYPE, struct.pack("=I", 3)),
        Attribute(NLMSGERR_ATTR.MISS_NEST, struct.pack("=I", 20)),
        Attribute(NLMSGERR_ATTR.COOKIE, b"\1\2"),
        Attribute(NLMSGERR_ATTR.POLICY, b"policy..", nested=True),
    )
    said = Acknowledgement(errno.EINVAL, attributes=tlvs)
    assert said.text == "Unknown device"
    assert (said.offset, said.missing_type, said.missing_nest) == (36, 3, 20)
    assert (said.cookie, said.policy) == (b"\1\2", b"policy..")


def test_a_bare_acknowledgement_says_nothing() -> None:
    said = Acknowledgement(0)
    assert (said.text, said.offset, said.missing_type, said.cookie, said.policy) == ("", None, None, None, None)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (Message(type=NLMSG.MIN_TYPE), "neither NLMSG_ERROR nor NLMSG_DONE"),
        (Message(type=NLMSG.ERROR, payload=bytes(19)), "19 bytes are less than the 20 of an NLMSG_ERROR"),
        (Message(type=NLMSG.DONE, payload=bytes(3)), "3 bytes are less than the 4 of an NLMSG_DONE"),
        (
            Message(type=NLMSG.ERROR, payload=struct.pack("=iIHHII", -1, 21, 0, 0, 0, 0) + bytes(4)),
            "nlmsg_len 21, must be 16 to 20",
        ),
        (
            Message(type=NLMSG.ERROR, flags=NLM_F.ACK_TLVS, payload=bytes(20) + b"\3\0\0\0"),
            r"nla_len is 3.*at byte 20",
        ),
    ],
)
def test_a_malformed_acknowledgement_is_a_decode_error(message: Message, text: str) -> None:
    with pytest.raises(DecodeError, match=text):
        parse_acknowledgement(message)
