"""Keys of sets: values of Python's as bytes, and bytes as values, by the types that nft has."""

from __future__ import annotations

import sys
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.datatypes import BY_NUMBER, DATATYPES, Form, Order
from netlynx.nftables.keys import key_type, key_type_of
from netlynx.nftables.set_type import set_type

LITTLE = sys.byteorder == "little"

# What `nft --debug=mnl` (1.0.6) sends for `add set inet t x { type NAME; }`: number, length, byte order in userdata.
OBSERVED = """
nf_proto 2 1 0 · ipv4_addr 7 4 2 · ipv6_addr 8 16 2 · ether_addr 9 6 2 · ether_type 10 2 2 · arp_op 11 2 2
inet_proto 12 1 0 · inet_service 13 2 2 · icmp_type 14 1 2 · tcp_flag 15 1 2 · dccp_pkttype 16 1 0 · mh_type 17 1 2
time 18 4 1 · mark 19 4 1 · iface_index 20 4 1 · iface_type 21 2 1 · realm 22 4 1 · classid 23 4 1 · uid 24 4 1
gid 25 4 1 · ct_state 26 4 1 · ct_dir 27 1 0 · ct_status 28 4 1 · icmpv6_type 29 1 2 · pkt_type 31 1 1
icmp_code 32 1 2 · icmpv6_code 33 1 2 · icmpx_code 34 1 2 · devgroup 35 4 1 · dscp 36 1 2 · ecn 37 1 2
fib_addrtype 38 4 1 · boolean 39 1 0 · ifname 41 16 1 · igmp_type 42 1 2 · cgroupsv2 46 8 1
"""


@pytest.mark.parametrize("line", OBSERVED.replace("\n", "·").split("·"))
def test_types_are_those_of_nft(line: str) -> None:
    if not line.strip():
        return
    name, number, length, order = line.split()
    kind = key_type(name)
    assert (kind.number, kind.length, kind.order) == (int(number), int(length), int(order))
    assert key_type_of(int(number), int(length), int(order)) == kind


# What `nft --debug=mnl` sends for elements of sets.
ELEMENTS: list[tuple[str, Any, str]] = [
    ("ipv4_addr", "1.2.3.4", "01020304"),
    ("ipv4_addr", IPv4Address("1.2.3.4"), "01020304"),
    ("ipv6_addr", "::1", "00" * 15 + "01"),
    ("ether_addr", "00:11:22:33:44:55", "001122334455"),
    ("ether_type", "ip", "0800"),
    ("ether_type", "8021q", "8100"),
    ("arp_op", "request", "0001"),
    ("inet_service", 80, "0050"),
    ("inet_proto", "tcp", "06"),
    ("icmp_type . icmp_code", ("echo-request", 0), "0800000000000000"),
    ("tcp_flag", "syn,ack", "12"),
    ("mh_type", "home-test", "03"),
    ("dscp", "cs1", "08"),
    ("ecn", "ce", "03"),
    ("boolean", "exists", "01"),
    ("ifname", "eth0", "65746830" + "00" * 12),
    ("string:16", "ftp", "66747000" + "00" * 12),
    ("integer:2", 1460, "05b4"),
    ("integer:2 . ipv4_addr", (5, "1.2.3.4"), "0005000001020304"),
    ("ifname . inet_service", ("eth0", 22), "65746830" + "00" * 12 + "00160000"),
    ("ipv4_addr . mark", ("1.2.3.4", 16), "0102030410000000"),
    ("ct_state . pkt_type", ("new,established", "host"), "0a00000000000000"),
    ("mark", 1, "01000000"),
    ("classid", 0x10002, "02000100"),
    ("iface_type", "ether", "0100"),
    ("day", "Monday", "01"),
    ("hour", 36000, "a08c0000"),
    ("time_date", 1641031200 * 10**9, "0040558d2e1dc616"),
]


@pytest.mark.parametrize(("words", "value", "raw"), ELEMENTS, ids=lambda each: str(each)[:40])
def test_values_are_the_bytes_that_nft_makes(words: str, value: Any, raw: str) -> None:
    if not LITTLE and key_type(words).order is Order.HOST:
        pytest.skip("these were seen on a little-endian machine")
    kind = key_type(words)
    assert kind.encode(value).hex() == raw
    assert kind.encode(kind.decode(bytes.fromhex(raw))).hex() == raw


MACS = "00:11:22:33:44:00-00:11:22:33:44:ff"
RANGES: list[tuple[str, Any, str, str, Any]] = [
    ("ipv4_addr", "10.0.0.0/24", "0a000000", "0a0000ff", "10.0.0.0/24"),
    ("ipv4_addr", IPv4Network("10.0.0.0/8"), "0a000000", "0affffff", "10.0.0.0/8"),
    ("ipv4_addr", "10.0.1.0-10.0.1.5", "0a000100", "0a000105", "10.0.1.0-10.0.1.5"),
    ("ipv4_addr", "10.0.0.0-10.0.0.255", "0a000000", "0a0000ff", "10.0.0.0/24"),
    ("ipv4_addr", "1.2.3.4", "01020304", "01020304", "1.2.3.4"),
    ("ipv4_addr", "0.0.0.0/0", "00000000", "ffffffff", "0.0.0.0/0"),
    ("ipv4_addr", "1.2.3.4/32", "01020304", "01020304", "1.2.3.4"),
    ("ipv6_addr", IPv6Network("2001:db8::/32"), "20010db8" + "00" * 12, "20010db8" + "ff" * 12, "2001:db8::/32"),
    ("inet_service", "80-90", "0050", "005a", "80-90"),
    ("inet_service", range(80, 91), "0050", "005a", "80-90"),
    ("inet_service", 22, "0016", "0016", 22),
    ("mark", "16-255", "00000010", "000000ff", "16-255"),
    ("mark", 1, "00000001", "00000001", 1),
    ("ifname", "veth*", "76657468" + "00" * 12, "76657468" + "ff" * 12, "veth*"),
    ("ifname", "eth0", "65746830" + "00" * 12, "65746830" + "00" * 12, "eth0"),
    ("icmp_type", "echo-request", "08", "08", "echo-request"),
    ("icmp_type", "echo-request-router-solicitation", "08", "0a", "8-10"),
    ("dscp", "cs1-cs7", "08", "38", "8-56"),
    ("ct_status", "expected,seen-reply", "00000003", "00000003", "expected,seen-reply"),
    ("inet_service", "0x50 - 90", "0050", "005a", "80-90"),
    ("ipv4_addr . inet_service", ("10.0.0.0/8", "8-9"), "0a00000000080000", "0affffff00090000", ("10.0.0.0/8", "8-9")),
    ("ipv4_addr . mark", ("1.2.3.4", "5-6"), "0102030400000005", "0102030400000006", ("1.2.3.4", "5-6")),
    ("ether_addr", MACS, "001122334400", "0011223344ff", MACS),
]  # fmt: skip


@pytest.mark.parametrize(("words", "value", "first", "last", "read"), RANGES, ids=lambda each: str(each)[:30])
def test_ranges_are_those_of_nft(words: str, value: Any, first: str, last: str, read: Any) -> None:
    kind = key_type(words)
    assert [end.hex() for end in kind.encode_range(value)] == [first, last]
    assert kind.decode_range(bytes.fromhex(first), bytes.fromhex(last)) == read
    assert kind.encode_range(read) == kind.encode_range(value)


REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("ipv4_addr", "fe80::1", EncodeError, "'fe80::1' is no IPv4 address"),
    ("ipv4_addr", 5, EncodeTypeError, "expected an IPv4 address (ipv4_addr), not int 5"),
    ("ipv4_addr", "10.0.0.0/24", EncodeError, "it is a prefix, for which the set has to have intervals"),
    ("ipv6_addr", "10.0.0.1", EncodeError, "is no IPv6 address"),
    ("ipv6_addr", "fe80::1%eth0", EncodeError, "is no IPv6 address"),
    ("inet_service", 70000, EncodeError, "70000 is not from 0 to 65535"),
    ("inet_service", -1, EncodeError, "-1 is not from 0"),
    ("inet_service", "ssh", EncodeError, "'ssh' is no inet_service"),
    ("inet_service", True, EncodeTypeError, "not bool True"),
    ("inet_service", 1.5, EncodeTypeError, "not float 1.5"),
    ("inet_proto", "tpc", EncodeError, "known: icmp, igmp, tcp"),
    ("tcp_flag", "syn,foo", EncodeError, "'foo' is no tcp_flag"),
    ("dscp", 64, EncodeError, "64 is not from 0 to 63"),
    ("ether_addr", "00:11", EncodeError, "2 bytes where ether_addr has 6"),
    ("ether_addr", "eth0", EncodeError, "is no hardware address"),
    ("ifname", "x" * 16, EncodeError, "has room for 15 bytes"),
    ("ifname", b"eth0", EncodeError, "4 bytes where ifname has 16"),
    ("ipv4_addr . mark", ("1.2.3.4",), EncodeError, "it has 1 of the 2 values"),
    ("ipv4_addr . mark", "1.2.3.4", EncodeTypeError, "expected a tuple of 2 values (ipv4_addr . mark)"),
    ("bytes:4", "1.2.3.4", EncodeTypeError, "expected bytes (bytes:4)"),
]


@pytest.mark.parametrize(("words", "value", "kind", "said"), REFUSED, ids=lambda each: str(each)[:30])
def test_what_is_no_value_of_a_type_is_refused(words: str, value: Any, kind: type[Exception], said: str) -> None:
    for encode in (key_type(words).encode, key_type(words).encode_range):
        if encode != key_type(words).encode and "/24" in str(value):
            continue
        with pytest.raises(kind) as caught:
            encode(value)
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("words", "value", "said"),
    [
        ("ipv4_addr", "10.0.0.5/24", "say '10.0.0.5' or '10.0.0.0/24'"),
        ("ipv4_addr", "10.0.0.0/33", "has 0 to 32 bits"),
        ("ipv4_addr", "10.0.0.5-10.0.0.1", "its first value is larger than its last"),
        ("mark", "256-1", "its first value is larger than its last"),
        ("inet_service", range(80, 80), "of one at least"),
        ("inet_service", range(80, 90, 2), "one after the other"),
        ("ifname", "*", "an element of its own"),
    ],
)
def test_what_is_no_range_is_refused(words: str, value: Any, said: str) -> None:
    with pytest.raises(EncodeError) as caught:
        key_type(words).encode_range(value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ipv4_adr", "did you mean ipv4_addr?"),
        ("integer", "say how many bytes it has: 'integer:4'"),
        ("integer:4:big", "say how many bytes"),
        ("ipv4_addr:4", "no size of its own"),
        (" . ".join(["mark"] * 6), "room for 5"),
        (" . ".join(["ipv6_addr"] * 5), "a key of 80 bytes"),
        ("", "'' is no type"),
    ],
)
def test_words_that_are_no_type_are_refused(words: str, said: str) -> None:
    with pytest.raises(EncodeError) as caught:
        key_type(words)
    assert said in str(caught.value)


def test_types_that_nobody_knows_are_bytes() -> None:
    assert key_type_of(0, 4) is None
    assert key_type_of(63, 4) is None
    assert key_type_of(7, 5) is None  # an IPv4 address of five bytes
    assert key_type_of(4 << 6 | 4, 12) is None  # two numbers, of which nobody knows the sizes
    assert str(key_type_of(4, 3, Order.HOST)) == "integer:3:host"


NAMED = [name for name, kind in DATATYPES.items() if kind.size]


@st.composite
def typed_bytes(draw: st.DrawFn) -> tuple[str, bytes]:
    """A type and bytes that one of its values may have."""
    names = draw(st.lists(st.sampled_from(NAMED), min_size=1, max_size=3))
    parts = []
    for name in names:
        kind = DATATYPES[name]
        raw = draw(st.binary(min_size=kind.size, max_size=kind.size))
        if kind.most:
            raw = bytes((raw[0] & kind.most,))
        if kind.form is Form.TEXT:
            text = draw(st.text(st.characters(codec="ascii", exclude_characters="\0*"), min_size=1, max_size=15))
            raw = text.encode().ljust(kind.size, b"\0")
        parts.append(raw)
    if len(parts) == 1:
        return names[0], parts[0]
    return " . ".join(names), b"".join(part.ljust(len(part) + 3 & ~3, b"\0") for part in parts)


@given(typed_bytes())
def test_every_key_goes_back_to_its_bytes(given_: tuple[str, bytes]) -> None:
    words, raw = given_
    kind = key_type(words)
    assert kind.length == len(raw)
    assert kind.encode(kind.decode(raw)) == raw
    assert kind.encode(kind.decode(raw, big=True), big=True) == raw
    assert key_type_of(kind.number, kind.length) == kind
    assert key_type(str(kind)) is kind


@given(st.sampled_from([name for name in NAMED if DATATYPES[name].form is not Form.TEXT]), st.data())
def test_every_range_goes_back_to_its_bytes(name: str, data: st.DataObject) -> None:
    kind = key_type(name)
    most = DATATYPES[name].most or (1 << 8 * kind.length) - 1
    ends = sorted(data.draw(st.tuples(st.integers(0, most), st.integers(0, most))))
    first, last = (end.to_bytes(kind.length, "big") for end in ends)
    assert kind.encode_range(kind.decode_range(first, last)) == (first, last)


@pytest.mark.parametrize("number", BY_NUMBER)
def test_numbers_fit_a_concatenation(number: int) -> None:
    assert 0 <= number < 64


@pytest.mark.parametrize(
    "words",
    ["ipv4_addr", "interval ipv4_addr . inet_service", "ipv4_addr : verdict", "mark : interval ipv4_addr . mark",
     "interval ifname : object", "integer:2 . bytes:4", "string:16 : integer:4:host"],
)  # fmt: skip
def test_what_a_set_holds_is_read_as_it_is_said(words: str) -> None:
    assert str(set_type(words)) == words
