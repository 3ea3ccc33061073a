"""IP addresses, prefixes, MPLS labels, and next hops of another family."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codec.records import Header, attribute, decode, encode, one
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Attribute, Record, attr, head, ip, ip4, ip6, labels, nest, prefix, via
from worth import examples

INET, INET6, MPLS = 2, 10, 28  # linux/socket.h

four = st.binary(min_size=4, max_size=4)
sixteen = st.binary(min_size=16, max_size=16)

# Runs of zeros in every place, and IPv4 addresses inside: what decides how an IPv6 address is shortened.
words = st.lists(st.sampled_from([0, 0, 0, 1, 0xF, 0xFF, 0x123, 0xFFFF]), min_size=8, max_size=8)
shortened = words.map(lambda each: struct.pack("!8H", *each))


class Reached(Record, header=Header):
    family: int = head()
    destination: str | None = attr(1, prefix("length", default=True))
    gateway: str | None = attr(2, ip)
    source: str | None = attr(3, prefix("small"))


def message(family: int, length: int, *attributes: bytes, small: int = 0) -> bytes:
    return struct.pack("=BBBBI", family, length, small, 0, 0) + b"".join(attributes)


class TestAddresses:
    @given(raw=four | sixteen)
    def test_an_address_is_what_ipaddress_makes_of_it(self, raw: bytes) -> None:
        record = decode(one(ip), attribute(1, raw))
        assert ipaddress.ip_address(record.value).packed == raw
        assert encode(record) == attribute(1, raw)
        assert encode(one(ip)(value=ipaddress.ip_address(raw))) == attribute(1, raw)

    @examples(300)
    @given(
        text=st.text("0123456789.:/ax", max_size=18)
        | st.lists(st.integers(0, 300)).map(lambda n: ".".join(map(str, n)))
    )
    @example(text="010.0.0.1")
    @example(text="1.2.3.")
    @example(text="1.2.3.4.5")
    @example(text="0.0.0.0")
    def test_text_is_an_address_when_inet_pton_takes_it(self, text: str) -> None:
        raw = b""
        for family in (socket.AF_INET, socket.AF_INET6):
            with contextlib.suppress(OSError):
                raw = raw or socket.inet_pton(family, text)
        if raw:
            assert encode(one(ip)(value=text)) == attribute(1, raw)
        else:
            with pytest.raises(EncodeError):
                encode(one(ip)(value=text))

    @examples(300)
    @given(raw=shortened | sixteen)
    @example(raw=bytes(16))
    @example(raw=bytes(10) + b"\xff\xff\xc0\0\2\1")
    @example(raw=bytes(12) + b"\xc0\0\2\1")
    def test_ipv6_addresses_are_shortened_as_the_c_library_does(self, raw: bytes) -> None:
        assert decode(one(ip), attribute(1, raw)).value == socket.inet_ntop(socket.AF_INET6, raw)

    @pytest.mark.parametrize("size", [0, 1, 3, 5, 8, 15, 17, 20])
    def test_what_has_no_length_of_an_address_stays_raw(self, size: int) -> None:
        record = decode(one(ip), attribute(1, bytes(size)))
        assert (record.value, record.unknown) == (None, (Attribute(1, bytes(size)),))

    @pytest.mark.parametrize(("kind", "size"), [(ip4, 16), (ip6, 4)])
    def test_a_field_of_one_version_keeps_the_other_raw(self, kind: Any, size: int) -> None:
        record = decode(one(kind), attribute(1, bytes(size)))
        assert (record.value, record.unknown) == (None, (Attribute(1, bytes(size)),))

    @pytest.mark.parametrize(
        ("kind", "text", "message"),
        [
            (ip4, "::1", "::1 is not an IPv4 address"),
            (ip6, "10.0.0.1", "10.0.0.1 is not an IPv6 address"),
            (ip, "10.0.0", "'10.0.0' is not an IPv4 or IPv6 address"),
            (ip, "10.0.0.256", "'10.0.0.256' is not an IPv4 or IPv6 address"),
            (ip, "10.0.0.1/8", "'10.0.0.1/8' is not an IPv4 or IPv6 address"),
            (ip, "fe80::1%eth0", "'fe80::1%eth0' is not an IPv4 or IPv6 address"),
            (ip, "", "'' is not an IPv4 or IPv6 address"),
            (ip, "10.0.0.1\0", "'10.0.0.1\\x00' is not an IPv4 or IPv6 address"),
            (ip, "::1\0junk", "'::1\\x00junk' is not an IPv4 or IPv6 address"),
            (ip, "\u0661\u0660.0.0.1", "'\u0661\u0660.0.0.1' is not an address"),
            (ip, "\udcff", "'\\udcff' is not an address"),
            (via, "router", "'router' is not an IPv4 or IPv6 address"),
        ],
    )
    def test_what_is_no_address_is_refused(self, kind: Any, text: str, message: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(one(kind)(value=text))
        assert (caught.value.path, caught.value.message) == ("One.value", message)

    @pytest.mark.parametrize("value", [b"\n\0\0\1", 167772161, True])
    def test_a_number_or_bytes_are_no_address(self, value: Any) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value: expected an address, not "):
            encode(one(ip)(value=value))


class TestFamilies:
    def test_an_address_of_the_other_family_is_refused(self) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(Reached(family=INET, gateway="::1"))
        assert str(caught.value) == "Reached.gateway: ::1 is an IPv6 address in an IPv4 message"
        with pytest.raises(EncodeError) as caught:
            encode(Reached(family=INET6, destination="10.0.0.0/8"))
        assert str(caught.value) == "Reached.destination: 10.0.0.0/8 is an IPv4 address in an IPv6 message"

    def test_the_header_next_to_the_address_counts(self) -> None:
        """A record in a record, each with a header: the peer of a veth link."""

        class Peered(Record, header=Header):
            family: int = head()
            peer: Reached | None = attr(9, nest(Reached))
            gateway: str | None = attr(10, ip)

        peer = Reached(family=INET, destination="10.0.0.0/8", gateway="10.0.0.1")
        record = Peered(family=INET6, peer=peer, gateway="::1")
        assert decode(Peered, encode(record)) == record
        with pytest.raises(EncodeError, match=r"^Peered\.peer\.gateway: ::1 is an IPv6 address in an IPv4 message$"):
            encode(Peered(family=INET6, peer=Reached(family=INET, gateway="::1")))
        with pytest.raises(EncodeError, match=r"^Peered\.gateway: 10.0.0.1 is an IPv4 address in an IPv6 message$"):
            encode(Peered(family=INET6, peer=Reached(family=INET), gateway="10.0.0.1"))

    def test_without_a_family_either_is_taken(self) -> None:
        for gateway in ("10.0.0.1", "::1"):
            assert decode(Reached, encode(Reached(gateway=gateway))).gateway == gateway


class TestPrefixes:
    @given(raw=four, length=st.integers(1, 32))
    def test_an_ipv4_prefix_comes_back(self, raw: bytes, length: int) -> None:
        record = decode(Reached, message(INET, length, attribute(1, raw)))
        assert record.destination == f"{ipaddress.IPv4Address(raw)}/{length}"
        assert encode(record) == message(INET, length, attribute(1, raw))

    @given(raw=sixteen, length=st.integers(1, 128))
    def test_an_ipv6_prefix_comes_back(self, raw: bytes, length: int) -> None:
        record = decode(Reached, message(INET6, length, attribute(1, raw)))
        address, _, bits = record.destination.partition("/")
        assert (ipaddress.IPv6Address(address).packed, int(bits)) == (raw, length)
        assert encode(record) == message(INET6, length, attribute(1, raw))

    @pytest.mark.parametrize(("family", "everything"), [(INET, "0.0.0.0/0"), (INET6, "::/0"), (0, None), (MPLS, None)])
    def test_an_absent_destination_is_everything(self, family: int, everything: str | None) -> None:
        record = decode(Reached, message(family, 0))
        assert (record.destination, record.source) == (everything, None)
        assert encode(record) == message(family, 0)

    def test_an_absent_destination_with_a_length_is_nothing(self) -> None:
        assert decode(Reached, message(INET, 8)).destination is None

    @pytest.mark.parametrize("text", ["default", "0.0.0.0/0"])
    def test_everything_is_said_by_a_length_of_0_alone(self, text: str) -> None:
        assert encode(Reached(family=INET, destination=text)) == message(INET, 0)

    def test_only_a_destination_can_be_default(self) -> None:
        with pytest.raises(EncodeError, match=r"^Reached\.source: only a destination can be 'default'$"):
            encode(Reached(source="default"))

    def test_an_address_alone_is_a_host(self) -> None:
        assert encode(Reached(family=INET, destination="10.0.0.1")) == message(INET, 32, attribute(1, b"\n\0\0\1"))
        assert encode(Reached(family=INET6, destination="::1")) == message(INET6, 128, attribute(1, bytes(15) + b"\1"))

    def test_two_prefixes_have_a_length_each(self) -> None:
        record = Reached(family=INET, destination="10.0.0.0/8", source="10.1.0.0/16")
        packed = message(INET, 8, attribute(1, b"\n\0\0\0"), attribute(3, b"\n\1\0\0"), small=16)
        assert encode(record) == packed
        assert decode(Reached, packed) == record

    def test_networks_of_ipaddress_are_taken(self) -> None:
        record = Reached(family=INET, destination=ipaddress.ip_network("10.0.0.0/8"))  # type: ignore[arg-type]
        assert decode(Reached, encode(record)).destination == "10.0.0.0/8"

    @pytest.mark.parametrize("length", ["33", "-1", "x", "", "1e1", " 8", "255", "9" * 5000, "8/8", "8\0"])
    def test_a_bad_length_is_refused(self, length: str) -> None:
        text = f"10.0.0.0/{length}"
        with pytest.raises(EncodeError) as caught:
            encode(Reached(family=INET, destination=text))
        assert caught.value.path == "Reached.destination"
        assert caught.value.message == f"{text!r}: the prefix length must be a number from 0 to 32"

    def test_what_is_no_prefix_is_refused(self) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(Reached(destination="ten/8"))
        assert str(caught.value) == (
            "Reached.destination: 'ten/8' is not an address or prefix such as 192.0.2.0/24 or 2001:db8::/32"
        )

    def test_a_length_that_no_address_has_is_shown_as_it_is(self) -> None:
        assert decode(Reached, message(INET, 255, attribute(1, bytes(4)))).destination == "0.0.0.0/255"


class TestLabels:
    @given(stack=st.lists(st.integers(0, 2**20 - 1), min_size=1, max_size=32))
    def test_a_stack_comes_back(self, stack: list[int]) -> None:
        entries = [label << 12 | (number == len(stack) - 1) << 8 for number, label in enumerate(stack)]
        payload = attribute(1, struct.pack(f">{len(stack)}I", *entries))
        record = one(labels)(value="/".join(map(str, stack)))
        assert encode(record) == payload
        assert decode(type(record), payload) == record

    def test_the_longest_stack_of_the_largest_labels_fits(self) -> None:
        text = "/".join(["1048575"] * 32)
        assert decode(one(labels), encode(one(labels)(value=text))).value == text
        mpls = message(MPLS, 20, encode(one(labels)(value=text)))
        assert decode(Reached, mpls).destination == text
        assert encode(decode(Reached, mpls)) == mpls

    @pytest.mark.parametrize(
        "payload",
        [b"", bytes(4), b"\0\0\1", b"\0\0\1\1", b"\0\0\3\0", b"\0\0\1\0" * 2, b"\0\0\1\0\0", bytes(128) + b"\0\0\1\0"],
    )
    def test_what_is_no_stack_stays_raw(self, payload: bytes) -> None:
        record = decode(one(labels), attribute(1, payload))
        assert (record.value, record.unknown) == (None, (Attribute(1, payload),))

    def test_a_single_label_may_be_a_number(self) -> None:
        assert encode(one(labels)(value=100)) == encode(one(labels)(value="100"))

    @pytest.mark.parametrize("label", ["1048576", "-1"])
    def test_a_label_has_20_bits(self, label: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(one(labels)(value=f"5/{label}"))
        assert str(caught.value) == f"One.value: {label} is out of range for an MPLS label (0 to 1048575)"

    @pytest.mark.parametrize("text", ["", "/", "100/", "ten", "100/200/x", "9" * 5000])
    def test_what_is_no_stack_is_refused(self, text: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(one(labels)(value=text))
        assert str(caught.value) == f"One.value: {text!r} is not an MPLS label stack such as 100/200"


class TestVia:
    @given(raw=four | sixteen)
    def test_the_family_stands_before_the_address(self, raw: bytes) -> None:
        payload = attribute(1, struct.pack("=H", INET if len(raw) == 4 else INET6) + raw)
        record = decode(one(via), payload)
        assert ipaddress.ip_address(record.value).packed == raw
        assert encode(record) == payload

    @pytest.mark.parametrize(
        "payload", [b"", b"\2", b"\2\0", b"\2\0" + bytes(16), b"\n\0" + bytes(4), b"\3\0" + bytes(4), bytes(18)]
    )
    def test_what_is_none_stays_raw(self, payload: bytes) -> None:
        record = decode(one(via), attribute(1, payload))
        assert (record.value, record.unknown) == (None, (Attribute(1, payload),))
