"""What may stand for a value in `where`: subnets, bits, any of a set of flags, and what was read as it is."""

from __future__ import annotations

import ipaddress
import struct
from typing import Any

import pytest

from codec.records import attribute, nested
from netlynx import route
from netlynx.codec import _codec
from netlynx.errors import EncodeError
from netlynx.netfilter import conntrack
from netlynx.schema.compile import plan_of

HEADER = struct.Struct("=IHHII")

Address: Any = route.Address  # made with names, which is no matter here
Neighbour: Any = route.Neighbour
Route: Any = route.Route
Flow: Any = conntrack.Flow
Tuple: Any = conntrack.Tuple


def chosen(cls: Any, payloads: list[bytes], **wanted: Any) -> list[int]:
    """Which of the messages pass, as all sinks say."""
    data = b"".join(HEADER.pack(16 + len(each), 24, 2, 7, 9) + each + bytes(-len(each) & 3) for each in payloads)
    conditions = _codec.Filter(plan_of(cls), tuple(wanted.items()))
    sinks: list[Any] = [kind(plan_of(cls), conditions) for kind in (_codec.Records, _codec.Json)]
    counter = _codec.Counter(conditions)
    for sink in (*sinks, counter):
        assert sink.read(data, 0, len(data), 24, 7, 9)[0] == len(data)
    assert len(sinks[0].records) == sinks[1].count == counter.count
    decoded = [_codec.decode(plan_of(cls), each) for each in payloads]
    assert [each for each in decoded if conditions.matches(each)] == sinks[0].records
    return [number for number, each in enumerate(decoded) if conditions.matches(each)]


def encoded(*records: Any) -> list[bytes]:
    return [_codec.encode(plan_of(type(each)), each) for each in records]


ADDRESSES = encoded(
    Address(family="inet", address="192.0.2.1"),
    Address(family="inet", address="192.0.3.1"),
    Address(family="inet6", address="2001:db8::1"),
    Address(family="inet"),
)


@pytest.mark.parametrize(
    ("network", "found"),
    [
        ("192.0.2.0/24", [0]),
        ("192.0.2.0/23", [0, 1]),
        (ipaddress.ip_network("192.0.2.0/23"), [0, 1]),
        ("0.0.0.0/0", [0, 1]),
        ("::/0", [2]),
        ("2001:db8::/127", [2]),
        ("2001:db8::1/128", [2]),
        ({"192.0.3.0/24", "2001:db8::/32"}, [1, 2]),
        ({"192.0.3.0/24", None}, [1, 3]),
        ("192.0.2.1", [0]),
        ("198.51.100.0/24", []),
    ],
)
def test_a_subnet_stands_for_its_addresses(network: Any, found: list[int]) -> None:
    assert chosen(Address, ADDRESSES, address=network) == found


def test_a_subnet_does_wherever_an_address_stands() -> None:
    flows = encoded(*(Flow(original=Tuple(source=each, destination="192.0.2.9")) for each in ("192.0.2.1", "10.0.0.1")))
    assert chosen(Flow, flows, original={"source": "192.0.2.0/24"}) == [0]
    hops = (route.NextHop(oif=1, gateway="192.0.2.1"), route.NextHop(oif=1, gateway="10.0.0.1"))
    routes = encoded(Route(family="inet", multipath=hops), Route(family="inet", gateway="10.0.0.1"))
    assert chosen(Route, routes, multipath={"gateway": "10.0.0.0/8"}) == [0]
    assert chosen(Route, routes, gateway="10.0.0.0/8") == [1]
    via = encoded(Route(family="inet", via="2001:db8::1"), Route(family="inet", via="192.0.2.1"))
    assert chosen(Route, via, via="2001:db8::/32") == [0]
    assert chosen(
        Neighbour, encoded(Neighbour(family="inet", destination="192.0.2.1")), destination="192.0.0.0/16"
    ) == [0]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("192.0.2.1/24", "say '192.0.2.1' or '192.0.2.0/24'"),
        (ipaddress.ip_interface("192.0.2.1/24"), "say '192.0.2.1' or '192.0.2.0/24'"),
        ("192.0.2.0/33", "has 0 to 32 bits"),
        ("192.0.2.0/255.255.255.0", "has 0 to 32 bits"),
        ("lo/24", "is not an IPv4 or IPv6 address"),
    ],
)
def test_what_is_no_subnet_is_refused(wanted: Any, words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        _codec.Filter(plan_of(Address), (("address", wanted),))


def test_the_number_of_a_bit_stands_for_the_labels_that_have_it() -> None:
    flows = encoded(Flow(labels=b"\x21"), Flow(labels=bytes(15) + b"\x80"), Flow(labels=b""), Flow())
    assert chosen(Flow, flows, labels=5) == [0]
    assert chosen(Flow, flows, labels=[0, 5]) == [0]
    assert chosen(Flow, flows, labels=[1, 5]) == []
    assert chosen(Flow, flows, labels={1, 5, 127}) == [0, 1]
    assert chosen(Flow, flows, labels=b"\x21") == [0]
    for wanted in (128, -1, [5, 128]):
        with pytest.raises(EncodeError, match="there is no bit"):
            _codec.Filter(plan_of(Flow), (("labels", wanted),))


def test_of_a_set_of_flags_any_will_do_and_of_a_list_all() -> None:
    states = ("permanent", "stale", ("reachable", "stale"), 0)
    neighbours = encoded(*(Neighbour(family="inet", destination="192.0.2.1", state=each) for each in states))
    assert chosen(Neighbour, neighbours, state={"permanent", "stale"}) == [0, 1, 2]
    assert chosen(Neighbour, neighbours, state=["reachable", "stale"]) == [2]
    assert chosen(Neighbour, neighbours, state={("reachable", "stale"), "permanent"}) == [0, 2]
    assert chosen(Neighbour, neighbours, state={0, "permanent"}) == [0, 3]
    assert chosen(Neighbour, neighbours, state=0) == [3]


LINK = struct.pack("=BxHiII", 0, 1, 7, 0, 0)


@pytest.mark.parametrize(
    ("cls", "name", "payload"),
    [
        (route.Link, "stats64", LINK + attribute(23, bytes(30))),  # a struct shorter than declared
        (route.Link, "data", LINK + nested(18, attribute(1, b"quux\0"), nested(2, b"abcdefgh"))),  # raw: not known
        (route.Link, "af_spec", LINK + nested(26, nested(10, attribute(2)))),
        (Route, "metrics", bytes(12) + nested(8, attribute(16, b""), attribute(99, b"x"))),
    ],
)
def test_what_was_read_finds_what_it_was_read_from(cls: Any, name: str, payload: bytes) -> None:
    value = getattr(_codec.decode(plan_of(cls), payload), name)
    assert chosen(cls, [payload, bytes(len(payload[: plan_of(cls).header_size]))], **{name: value})[:1] == [0]
