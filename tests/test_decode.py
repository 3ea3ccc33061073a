"""Any bytes of any protocol as typed messages: `netlynx.decode`."""

from __future__ import annotations

import errno
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from netlynx import audit, crypto, diag, ethtool, fib_lookup, generic, ipset, nftables, route, tc
from netlynx.codec._codec import encode_record
from netlynx.connector.constants import Operation
from netlynx.connector.messages import said as said_by_a_listener
from netlynx.engine import lexicon
from netlynx.engine.messages import flags_of
from netlynx.engine.operation import make_do
from netlynx.netfilter import accounting, conntrack
from netlynx.netfilter.nfnetlink import message_type
from netlynx.nftables.table import Table
from netlynx.route.constants import RTM
from netlynx.schema.record import class_of
from netlynx.sql.catalogue import LISTINGS
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG, NLMSGERR_ATTR, PROTOCOLS
from netlynx.wire.message import Acknowledgement, Attribute, Message, RequestHeader

# Rooms of protocols whose messages are nobody's but those of the programs that send them.
WITHOUT_WORDS = {"usersock"}


def sent(operation: Any) -> bytes:
    """The datagram of an operation."""
    flags = flags_of(operation) | NLM_F.REQUEST
    return Message(int(operation.message_type), int(flags), 7, payload=bytes(operation.payload)).pack()


def of_kernel(kind: int, record: Any, flags: int = 0, sequence: int = 7) -> bytes:
    """A datagram with what the kernel says."""
    return Message(int(kind), flags, sequence, payload=encode_record(record)).pack()


LOOK_UP = make_do("look up", NETLINK.FIB_LOOKUP, 16, fib_lookup.Found(address="192.0.2.1"))


@pytest.mark.parametrize(
    ("operation", "name", "record"),
    [
        (route.links(), "RTM_GETLINK", "Link"),
        (route.add(route.Route(destination="10.0.0.0/8", oif=2)), "RTM_NEWROUTE", "Route"),
        (route.interface_stats(1), "RTM_GETSTATS", "StatsRequest"),
        (tc.add(tc.Qdisc(index=1, parent="root", data=tc.Fq())), "RTM_NEWQDISC", "Qdisc"),
        (conntrack.flows(), "IPCTNL_MSG_CT_GET", "Flow"),
        (accounting.accounts(), "NFNL_MSG_ACCT_GET", "Account"),
        (nftables.tables(), "NFT_MSG_GETTABLE", "Table"),
        (ipset.sets(), "IPSET_CMD_LIST", "SetRequest"),
        (diag.unix(), "SOCK_DIAG_BY_FAMILY", "UnixRequest"),
        (crypto.algorithm("sha256"), "CRYPTO_MSG_GETALG", "Wanted"),
        (audit.status(), "AUDIT_GET", "Nothing"),
        (generic.family("ethtool"), "nlctrl.CTRL_CMD_GETFAMILY", "FamilyInfo"),
        (LOOK_UP, "fib_lookup", "Found"),
    ],
)
def test_requests_of_each_protocol_are_told_by_name_and_record(operation: Any, name: str, record: str) -> None:
    (found,) = netlynx.decode(operation.protocol, sent(operation))
    assert found.name == name
    assert type(found.record).__name__ == record
    assert not found.answer
    assert "REQUEST" in found.flags
    assert found.message.sequence == 7


# Of accounts, a listing may say which are wanted; that is a record of its own, and everything else has an account.
OTHERWISE = {"accounting"}


@pytest.mark.parametrize("name", [name for name, each in LISTINGS.items() if not each.sweep and name not in OTHERWISE])
def test_the_request_of_every_listing_is_read_as_what_it_is(name: str) -> None:
    operation = LISTINGS[name].function()
    operation = getattr(operation, "model", operation)  # of all devices of RDMA: as of one
    if operation.protocol == NETLINK.GENERIC:
        pytest.skip("its family has a number on a kernel only")
    (found,) = netlynx.decode(operation.protocol, sent(operation))
    assert class_of(found.record) is class_of(operation.request)


def test_every_room_of_a_protocol_says_what_its_messages_are() -> None:
    with_rooms = {number: each.room for number, each in PROTOCOLS.items() if each.room}
    assert {number for number, room in with_rooms.items() if room not in WITHOUT_WORDS} == set(lexicon.ROOMS)
    for number, rooms in lexicon.ROOMS.items():
        assert with_rooms[number] in rooms
        assert len(lexicon._lexicons(number)) == len(rooms)


def test_a_message_that_nothing_reads_keeps_its_bytes() -> None:
    (found,) = netlynx.decode("smc", Message(16, NLM_F.REQUEST, 3, 4, b"\1\2\3\4").pack())
    assert (found.name, found.record, found.error) == ("16", None, None)
    assert found.message.payload == b"\1\2\3\4"
    assert str(found) == "16 (4 bytes)"


def test_what_the_kernel_refuses_is_told_in_its_own_words() -> None:
    header = RequestHeader(32, RTM.NEWLINK, 5, 7, 0)
    words = (
        Attribute(int(NLMSGERR_ATTR.MSG), b"Attribute failed policy validation\0"),
        Attribute(int(NLMSGERR_ATTR.OFFS), (32).to_bytes(4, "little")),
    )
    refused = Acknowledgement(errno.EINVAL, header, bytes(16), words, NLM_F.ACK_TLVS).message(7)
    (found,) = netlynx.decode("route", refused.pack())
    assert found.name == "NLMSG_ERROR"
    assert found.answer
    assert found.error == netlynx.Refused(errno.EINVAL, "EINVAL", "Attribute failed policy validation", 32)
    assert str(found) == "NLMSG_ERROR EINVAL: Attribute failed policy validation (at byte 32 of the request)"
    (agreed,) = netlynx.decode("route", Acknowledgement(0, header).message(7).pack())
    assert (agreed.error, agreed.record) == (None, None)


def test_requests_and_answers_of_a_family_are_different_records() -> None:
    name = ethtool.rings(1).family
    request = bytearray(sent(ethtool.rings(1)))
    request[4:6] = (23).to_bytes(2, "little")
    (asked,) = netlynx.decode("generic", request, families={23: name})
    (answered,) = netlynx.decode("generic", request, families={23: name}, answer=True)
    (unknown,) = netlynx.decode("generic", request)
    assert asked.name == "ethtool.rings"
    assert type(asked.record) is not type(answered.record)
    assert unknown.name == "family 23, command 15"


def test_a_decoder_learns_families_from_what_the_controller_says() -> None:
    decoder = netlynx.Decoder()
    told = of_kernel(16, generic.FamilyInfo(name="ethtool", id=23))
    told = told[:16] + b"\1" + told[17:]  # CTRL_CMD_NEWFAMILY
    request = bytearray(sent(ethtool.rings(1)))
    request[4:6] = (23).to_bytes(2, "little")
    names = [each.name for data in (bytes(request), told, bytes(request)) for each in decoder.each(16, data)]
    assert names == ["family 23, command 15", "nlctrl.CTRL_CMD_NEWFAMILY", "ethtool.rings"]
    assert decoder.families == {23: "ethtool"}


def test_a_connection_tells_the_names_of_families() -> None:
    asked = SimpleNamespace(dump=lambda operation: [generic.FamilyInfo(name="ethtool", id=23)])
    request = bytearray(sent(ethtool.rings(1)))
    request[4:6] = (23).to_bytes(2, "little")
    assert netlynx.decode("generic", request, families=asked)[0].name == "ethtool.rings"


def test_an_answer_about_sockets_is_read_as_what_was_asked_for() -> None:
    decoder = netlynx.Decoder()
    request = sent(diag.tcp(family="inet"))
    answer = Message(20, NLM_F.MULTI, 7, payload=b"\2" + bytes(71)).pack()
    assert [type(each.record).__name__ for each in decoder.each(4, answer)] == ["InetSocket"]
    assert [type(each.record).__name__ for each in decoder.each(4, request)] == ["InetRequest"]
    assert [type(each.record).__name__ for each in decoder.each(4, answer)] == ["TcpSocket"]


def test_flags_are_what_the_type_makes_of_them() -> None:
    delete = Message(RTM.DELNEIGH, NLM_F.REQUEST | NLM_F.BULK, payload=bytes(12)).pack()
    assert netlynx.decode("route", delete)[0].flags == ("REQUEST", "BULK")
    rules = Message(message_type(10, 0), NLM_F.MULTI | NLM_F.DUMP_INTR, payload=encode_record(Table(name="t"))).pack()
    assert netlynx.decode("netfilter", rules)[0].flags == ("MULTI", "DUMP_INTR")


def test_what_has_no_header_of_netlink_is_read_too() -> None:
    (found,) = netlynx.decode("kobject_uevent", b"add@/devices/x\0ACTION=add\0DEVPATH=/devices/x\0")
    assert (found.name, found.record.action, found.record.devpath) == ("uevent", "add", "/devices/x")
    (listener,) = netlynx.decode("connector", said_by_a_listener(Operation.LISTEN, 5))
    assert (listener.name, listener.record.operation) == ("proc_input", Operation.LISTEN)


@pytest.mark.parametrize(
    ("protocol", "data", "offset"),
    [
        ("route", Message(16, payload=bytes(16)).pack() + b"\1\2\3", 32),
        ("route", (200).to_bytes(4, "little") + bytes(28), 0),
        ("route", Message(3).pack() + Message(16, payload=bytes(3)).pack(), 32),
        ("route", Message(24, payload=bytes(12) + b"\x08\0\x0f\0\1").pack(), 28),
        ("kobject_uevent", b"add@/x\0KEY\0", 7),
        ("audit", Message(1300, payload=b"nonsense").pack(), 16),
    ],
)
def test_bytes_that_are_no_message_are_an_error_with_its_offset(protocol: str, data: bytes, offset: int) -> None:
    with pytest.raises(netlynx.DecodeError) as raised:
        netlynx.decode(protocol, data)
    assert raised.value.offset == offset


def test_what_came_before_a_fault_is_read_all_the_same() -> None:
    data = Message(NLMSG.DONE, payload=bytes(4)).pack() + Message(16, payload=bytes(3)).pack() + b"\1\2\3"
    messages = netlynx.Decoder().each(NETLINK.ROUTE, data)
    done, cut = next(messages), next(messages)
    assert (done.name, done.fault) == ("NLMSG_DONE", None)
    assert cut.name == "RTM_NEWLINK"
    assert cut.fault is not None
    with pytest.raises(netlynx.DecodeError):
        next(messages)


def fault_in(protocol: int, data: bytes, answer: bool | None = None) -> int | None:
    """Where decoding stumbles, None where it does not; what was read has words."""
    try:
        found = netlynx.decode(protocol, data, answer=answer, families={29: "ethtool", 30: "IPVS"})
    except netlynx.DecodeError as error:
        return error.offset
    assert all(each.name and str(each) for each in found)
    return None


@given(st.integers(0, 31), st.binary(max_size=200), st.sampled_from([None, True, False]))
def test_no_bytes_do_anything_but_say_where_they_are_wrong(protocol: int, data: bytes, answer: bool | None) -> None:
    fault = fault_in(protocol, data, answer)
    assert fault is None or 0 <= fault <= len(data)


@given(st.sampled_from(sorted(lexicon.ROOMS)), st.integers(0, 3000), st.integers(0, 0xFFFF), st.binary(max_size=120))
def test_no_payload_does_either(protocol: int, kind: int, flags: int, payload: bytes) -> None:
    data = Message(kind, flags, payload=payload).pack()
    fault = fault_in(protocol, data)
    assert fault is None or 0 <= fault <= len(data) + len(payload)  # what a short header lacks is filled in
