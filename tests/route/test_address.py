"""Addresses: captured bytes, what verbs and operations send, and what is refused. Bytes are a Linux 6.12 kernel's."""

from __future__ import annotations

import ipaddress
from typing import Any

import msgspec
import pytest

from netlynx.codec._codec import decode, encode, to_json
from netlynx.engine.operation import EventKind
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.address import (
    ADDRESSES,
    FOREVER,
    Address,
    AddressCacheInfo,
    AddressFlags,
    AddressProtocol,
    address,
    addresses,
    anycast_addresses,
    multicast_addresses,
)
from netlynx.route.constants import RTM, AddressFamily, Scope
from netlynx.route.verbs import add, append, change, delete, replace
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import parse_attributes

PLAN = plan_of(Address)
HEADER = 8

IPV4 = [
    # ip addr add 192.0.2.1/24 dev v0 brd + label v0:x metric 50 valid_lft 1000 preferred_lft 500
    (
        "021800000300000008000100c000020108000200c000020108000400c00002ff0900030076303a78000000000800080000000000"
        "080009003200000014000600f4010000e8030000f1020000f1020000",
        Address(
            index=3,
            family=AddressFamily.INET,
            prefixlen=24,
            scope=Scope.GLOBAL,
            address="192.0.2.1",
            local="192.0.2.1",
            broadcast="192.0.2.255",
            label="v0:x",
            flags=AddressFlags(0),
            metric=50,
            cacheinfo=AddressCacheInfo(preferred=500, valid=1000, created=753, updated=753),
        ),
    ),
    # ip addr add 10.0.0.1 peer 10.0.0.9/30 dev v0
    (
        "021e800003000000080001000a000009080002000a00000107000300763000000800080080000000"
        "14000600fffffffffffffffffc020000fc020000",
        Address(
            index=3,
            family=AddressFamily.INET,
            prefixlen=30,
            scope=Scope.GLOBAL,
            address="10.0.0.9",
            local="10.0.0.1",
            label="v0",
            flags=AddressFlags.PERMANENT,
            cacheinfo=AddressCacheInfo(created=764, updated=764),
        ),
    ),
    # ip addr add 192.0.2.2/24 dev v0 (the second of its subnet)
    (
        "021881000300000008000100c000020208000200c00002020700030076300000080008008100000014000600"
        "fffffffffffffffff6020000f6020000",
        Address(
            index=3,
            family=AddressFamily.INET,
            prefixlen=24,
            scope=Scope.GLOBAL,
            address="192.0.2.2",
            local="192.0.2.2",
            label="v0",
            flags=AddressFlags.SECONDARY | AddressFlags.PERMANENT,
            cacheinfo=AddressCacheInfo(created=758, updated=758),
        ),
    ),
]

IPV6 = [
    # ip addr add 2001:db8::5 peer 2001:db8::6/128 dev v0 nodad
    (
        "0a808200030000001400020020010db80000000000000000000000051400010020010db800000000000000000000000614000600"
        "ffffffffffffffff0b0300000b0300000800080082000000",
        Address(
            index=3,
            family=AddressFamily.INET6,
            prefixlen=128,
            scope=Scope.GLOBAL,
            address="2001:db8::6",
            local="2001:db8::5",
            flags=AddressFlags.NODAD | AddressFlags.PERMANENT,
            cacheinfo=AddressCacheInfo(created=779, updated=779),
        ),
    ),
    # ip addr add 2001:db8::1/64 dev v0 nodad noprefixroute: a flag above the header's byte
    (
        "0a408200030000001400010020010db800000000000000000000000114000600ffffffffffffffff0403000004030000"
        "0800080082020000",
        Address(
            index=3,
            family=AddressFamily.INET6,
            prefixlen=64,
            scope=Scope.GLOBAL,
            address="2001:db8::1",
            flags=AddressFlags.NODAD | AddressFlags.PERMANENT | AddressFlags.NOPREFIXROUTE,
            cacheinfo=AddressCacheInfo(created=772, updated=772),
        ),
    ),
    # ip link set v1 up: the kernel's own link-local address
    (
        "0a40c0fd0200000014000100fe80000000000000a0f31dfffede977314000600ffffffffffffffffeb020000eb020000"
        "08000800c000000005000b0003000000",
        Address(
            index=2,
            family=AddressFamily.INET6,
            prefixlen=64,
            scope=Scope.LINK,
            address="fe80::a0f3:1dff:fede:9773",
            protocol=AddressProtocol.KERNEL_LL,
            flags=AddressFlags.TENTATIVE | AddressFlags.PERMANENT,
            cacheinfo=AddressCacheInfo(created=747, updated=747),
        ),
    ),
]


def sent(operation: Any) -> Any:
    return operation.request


@pytest.mark.parametrize(("captured", "record"), IPV4 + IPV6)
def test_captured_addresses_decode_field_by_field(captured: str, record: Address) -> None:
    assert decode(PLAN, bytes.fromhex(captured)) == record


@pytest.mark.parametrize("captured", [captured for captured, _ in IPV4])
def test_ipv4_addresses_encode_to_the_kernels_bytes(captured: str) -> None:
    payload = bytes.fromhex(captured)
    assert encode(PLAN, decode(PLAN, payload)) == payload


@pytest.mark.parametrize("captured", [captured for captured, _ in IPV6])
def test_ipv6_addresses_encode_to_the_same_attributes_in_another_order(captured: str) -> None:
    payload = bytes.fromhex(captured)
    again = encode(PLAN, decode(PLAN, payload))
    assert again[:HEADER] == payload[:HEADER]
    attributes = [sorted(parse_attributes(data[HEADER:]), key=lambda each: each.type) for data in (again, payload)]
    assert attributes[0] == attributes[1]


def test_a_multicast_address_is_read() -> None:
    # ip -6 maddress, RTM_GETMULTICAST
    payload = "0a8080000200000014000700ff0200000000000000000001ffde977314000600ffffffffffffffffec020000ec020000"
    record = decode(PLAN, bytes.fromhex(payload))
    assert (record.multicast, record.address, record.index) == ("ff02::1:ffde:9773", None, 2)


def test_json_always_has_the_keys_that_scripts_rely_on() -> None:
    shown = msgspec.json.decode(to_json(Address()))
    assert set(shown) == {"index", "family", "address", "prefixlen", "scope", "label", "flags"}
    shown = msgspec.json.decode(to_json(IPV6[1][1]))
    assert shown["flags"] == ["nodad", "permanent", "noprefixroute"]
    assert (shown["family"], shown["scope"]) == ("inet6", "global")


def test_an_address_with_its_length_is_enough() -> None:
    operation = add(Address(index=2, address="192.0.2.1/24"))
    assert (operation.message_type, operation.flags) == (RTM.NEWADDR, NLM_F.CREATE | NLM_F.EXCL)
    assert sent(operation) == Address(
        index=2,
        family=AddressFamily.INET,
        prefixlen=24,
        scope=Scope.GLOBAL,
        address="192.0.2.1",
        local="192.0.2.1",
    )


def test_an_ipv6_address_has_no_local_of_its_own() -> None:
    made = sent(add(Address(index=2, address=ipaddress.ip_interface("2001:db8::1/64"))))  # type: ignore[arg-type]
    assert made == Address(index=2, family=AddressFamily.INET6, prefixlen=64, address="2001:db8::1")


@pytest.mark.parametrize(("text", "length"), [("192.0.2.1", 32), ("2001:db8::1", 128)])
def test_without_a_length_it_is_a_hosts(text: str, length: int) -> None:
    assert sent(replace(Address(index=2, address=text))).prefixlen == length


def test_a_peer_keeps_both_addresses() -> None:
    made = sent(add(Address(index=2, local="10.9.0.1", address="10.9.0.2/31")))
    assert (made.local, made.address, made.prefixlen) == ("10.9.0.1", "10.9.0.2", 31)


def test_loopback_addresses_get_scope_host_unless_told_otherwise() -> None:
    assert sent(add(Address(index=1, address="127.0.0.5/8"))).scope is Scope.HOST
    assert sent(add(Address(index=1, address="127.0.0.5/8", scope=Scope.LINK))).scope is Scope.LINK
    assert sent(add(Address(index=1, address="10.0.0.1/8"))).scope is Scope.GLOBAL


def test_an_ipv4_address_without_a_length_is_deleted_whatever_its_length() -> None:
    made = sent(delete(Address(index=2, address="192.0.2.1")))
    assert (made.local, made.address) == ("192.0.2.1", None)
    made = sent(delete(Address(index=2, address="192.0.2.1/24")))
    assert (made.local, made.address, made.prefixlen) == ("192.0.2.1", "192.0.2.1", 24)


@pytest.mark.parametrize(("captured", "record"), IPV4 + IPV6)
def test_a_listed_address_can_be_deleted_and_added_as_it_is(captured: str, record: Address) -> None:
    read = decode(PLAN, bytes.fromhex(captured))
    for verb in (add, replace, delete):
        made = sent(verb(read))
        assert (made.index, made.prefixlen, made.address) == (record.index, record.prefixlen, record.address)


REFUSED = [
    (Address(address="192.0.2.1"), "Address.index"),
    (Address(index=2), "Address.address"),
    (Address(index=2, address="192.0.2.1/33"), "Address.address"),
    (Address(index=2, address="192.0.2.1/24", prefixlen=25), "Address.address"),
    (Address(index=2, local="192.0.2.1/24", address="192.0.2.2/25"), "Address.address"),
    (Address(index=2, address="nonsense"), "Address.address"),
    (Address(index=2, address="192.0.2.1", local="fe80::1"), "Address.address"),
    (Address(index=2, family=AddressFamily.INET6, address="192.0.2.1"), "Address.address"),
    (Address(index=2, address="192.0.2.1", label="a" * 16), "Address.label"),
    (Address(index=2, address="192.0.2.1", cacheinfo=AddressCacheInfo(valid=9)), "Address.cacheinfo.preferred"),
    (
        Address(index=2, address="192.0.2.1", cacheinfo=AddressCacheInfo(preferred=0, valid=0)),
        "Address.cacheinfo.valid",
    ),
]


@pytest.mark.parametrize(("record", "path"), REFUSED)
def test_what_cannot_work_is_refused_with_its_path(record: Address, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        add(record)
    assert caught.value.path == path


@pytest.mark.parametrize("verb", [change, append])
def test_verbs_that_the_kernel_lacks_say_what_to_do(verb: Any) -> None:
    with pytest.raises(EncodeError, match=r"use route\.(replace|add)"):
        verb(Address(index=2, address="192.0.2.1"))


def test_lifetimes_do_not_end_unless_given() -> None:
    assert AddressCacheInfo() == AddressCacheInfo(preferred=FOREVER, valid=FOREVER)


def test_filters_go_to_the_kernel_and_are_checked_again() -> None:
    operation = addresses(family="inet6", index=7)
    assert (operation.message_type, operation.reply_type) == (RTM.GETADDR, RTM.NEWADDR)
    assert operation.payload == bytes([10, 0, 0, 0, 7, 0, 0, 0])
    assert operation.match == (("family", AddressFamily.INET6), ("index", 7))
    assert addresses().match == ()
    assert addresses().payload == bytes(8)


def test_another_namespace_is_asked_by_its_id() -> None:
    assert addresses(target_netnsid=3).payload == bytes(8) + bytes.fromhex("08000a0003000000")


def test_multicast_and_anycast_answers_have_the_requests_type() -> None:
    assert multicast_addresses().reply_type == RTM.GETMULTICAST
    assert anycast_addresses(index=4).reply_type == RTM.GETANYCAST


def test_one_ipv6_address_is_looked_up() -> None:
    operation = address("2001:db8::1", index=3)
    assert operation.payload == bytes.fromhex("0a000000030000001400010020010db8000000000000000000000001")
    with pytest.raises(EncodeError, match="IPv6 addresses only"):
        address("192.0.2.1")


@pytest.mark.parametrize(
    ("arguments", "error", "path"),
    [
        ({"family": "ipv4"}, EncodeError, "route.addresses(family)"),
        ({"family": 4.5}, EncodeTypeError, "route.addresses(family)"),
        ({"index": 0}, EncodeError, "route.addresses(index)"),
        ({"index": 1.5}, EncodeTypeError, "route.addresses(index)"),
        ({"index": True}, EncodeTypeError, "route.addresses(index)"),
    ],
)
def test_filters_that_are_none_are_refused(arguments: dict[str, Any], error: type[Exception], path: str) -> None:
    with pytest.raises(error) as caught:
        addresses(**arguments)
    assert caught.value.path == path  # type: ignore[attr-defined]


def test_notifications_say_what_happened() -> None:
    assert {number: kind for number, (kind, _) in ADDRESSES.messages.items()} == {
        RTM.NEWADDR: EventKind.NEW,
        RTM.DELADDR: EventKind.DELETE,
    }
