"""Records that cannot be sent: said before anything is, with the path, and without harm to the record."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest

from codec.records import Leaf, Pair, attribute, decode, encode, nested, one
from netlynx.codec import _codec
from netlynx.errors import DecodeError, EncodeError, EncodeTypeError, NetlynxError
from netlynx.route.constants import AddressFamily
from netlynx.route.link import Link
from netlynx.route.metrics import Metrics
from netlynx.route.route import NextHop, Route
from netlynx.schema import Attribute, Record, attr, binary, multi, nest, string, u32
from netlynx.schema.compile import plan_of

MOST = 65531  # bytes of one attribute's payload: its length has 16 bits and counts the header


class Chain(Record):
    inner: Chain | None = attr(1, nest(lambda: Chain))
    number: int | None = attr(2, u32)
    blob: bytes | None = attr((3, 1), binary)


class TestConstruction:
    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"gatewya": "10.0.0.1"}, "Route has no field 'gatewya'; did you mean gateway?"),
            ({"dst": "10.0.0.0/8"}, "Route has no field 'dst'; it has "),
            ({"oiff": 3, "gateway": "10.0.0.1"}, "Route has no field 'oiff'; did you mean oif?"),
        ],
    )
    def test_an_unknown_keyword_is_refused_with_a_hint(self, values: dict[str, Any], message: str) -> None:
        with pytest.raises(TypeError) as caught:
            Route(**values)
        assert str(caught.value).startswith(message)

    def test_layouts_do_so_too(self) -> None:
        with pytest.raises(TypeError, match=r"^Pair has no field 'hihg'; did you mean high\?$"):
            Pair(hihg=1)  # type: ignore[call-arg]

    def test_fields_are_given_by_name(self) -> None:
        with pytest.raises(TypeError, match="positional"):
            Route(1)  # type: ignore[misc]

    def test_a_record_cannot_be_changed(self) -> None:
        route = Route(oif=1)
        with pytest.raises(AttributeError):
            route.oif = 2  # type: ignore[misc]
        with pytest.raises(AttributeError):
            del route.oif  # type: ignore[misc]

    def test_no_record_is_made_without_its_slots(self) -> None:
        with pytest.raises(TypeError):
            object.__new__(Route)
        with pytest.raises(TypeError):
            msgspec.Struct.__new__(Route)


REFUSED = [
    (lambda: Route(oif="eth0"), "Route.oif", "expected a number, not str 'eth0'", EncodeTypeError),  # type: ignore[arg-type]
    (lambda: Route(oif=2**32), "Route.oif",
     "4294967296 is out of range for an unsigned 32-bit number (0 to 4294967295)", EncodeError),
    (lambda: Route(oif=-1), "Route.oif", "-1 is out of range: it cannot be negative", EncodeError),
    (lambda: Route(type="unicats"), "Route.type", "unknown name 'unicats'; known: ", EncodeError),  # type: ignore[arg-type]
    (lambda: Route(family=AddressFamily.INET, gateway="::1"), "Route.gateway",
     "::1 is an IPv6 address in an IPv4 message", EncodeError),
    (lambda: Route(metrics=Metrics(mtu=-5)), "Route.metrics.mtu",
     "-5 is out of range: it cannot be negative", EncodeError),
    (lambda: Route(multipath=(NextHop(), NextHop(gateway="x"))), "Route.multipath[1].gateway",
     "'x' is not an IPv4 or IPv6 address", EncodeError),
    (lambda: Route(multipath=(NextHop(weight=257),)), "Route.multipath[0].weight",
     "a weight is a number from 1 to 256, not 257", EncodeError),
    (lambda: Route(metrics=NextHop()), "Route.metrics",  # type: ignore[arg-type]
     "expected Metrics, not NextHop", EncodeTypeError),
    (lambda: Link(name="sixteen-bytes-xx"), "Link.name",
     "'sixteen-bytes-xx' is 16 bytes long, 15 are the most", EncodeError),
    (lambda: Link(name="a\0b"), "Link.name",
     "'a\\x00b' holds a NUL character, which would end it early", EncodeError),
    (lambda: Link(address="2:0:0"), "Link.address",
     "'2:0:0' is not a hardware address such as 02:00:00:00:00:01", EncodeError),
]  # fmt: skip


@pytest.mark.parametrize(("record", "path", "message", "error"), REFUSED, ids=[each[1] for each in REFUSED])
def test_a_bad_value_is_named(record: Callable[[], Any], path: str, message: str, error: type) -> None:
    with pytest.raises(error) as caught:
        encode(record())
    assert (caught.value.path, caught.value.message[: len(message)]) == (path, message)
    assert str(caught.value) == f"{path}: {caught.value.message}"


def test_a_refused_record_stays_as_it_is() -> None:
    record = Route(destination="10.0.0.0/8", oif=-1)
    before = msgspec.structs.asdict(record)
    with pytest.raises(EncodeError):
        encode(record)
    assert msgspec.structs.asdict(record) == before


def test_refusals_are_value_errors_and_type_errors() -> None:
    assert issubclass(EncodeError, NetlynxError | ValueError)
    assert issubclass(EncodeTypeError, EncodeError | TypeError)


@pytest.mark.parametrize("error", [EncodeError("m", "A.b"), EncodeTypeError("m", "A.b"), DecodeError("m", 7, "A.b")])
def test_errors_are_pickled(error: Any) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def test_a_decode_error_is_pickled_with_the_place_it_tells() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(Chain, attribute(2, bytes(4)) + nested(1, b"\1"), strict=True)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.offset, copy.path) == (12, "Chain.inner")


class TestSize:
    def test_one_attribute_holds_65531_bytes(self) -> None:
        record = one(binary)(value=b"x" * MOST)
        assert encode(record) == b"\xff\xff\1\0" + b"x" * MOST + b"\0"
        assert decode(type(record), encode(record)) == record

    @pytest.mark.parametrize(
        ("record", "path", "size"),
        [
            (one(binary)(value=bytes(MOST + 1)), "One.value", MOST + 1),
            (one(string)(value="x" * MOST), "One.value", MOST + 1),
            (one(multi(binary))(value=(b"", bytes(MOST + 1))), "One.value[1]", MOST + 1),
            (Chain(inner=Chain(unknown=(Attribute(9, bytes(MOST - 4)),))), "Chain.inner", MOST + 1),
            (Chain(unknown=(Attribute(8, b""), Attribute(9, bytes(MOST + 1)))), "Chain.unknown[1]", MOST + 1),
            (Chain(inner=Chain(blob=bytes(MOST))), "Chain.inner", MOST + 5),
            (Chain(inner=Chain(inner=Chain(blob=bytes(MOST + 1)))), "Chain.inner.inner.blob", MOST + 1),
        ],
    )
    def test_more_is_refused(self, record: Any, path: str, size: int) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(record)
        assert caught.value.message == f"{size} bytes do not fit into one attribute (65531 at most)"
        assert caught.value.path.startswith(path.removesuffix(".blob"))

    def test_a_message_may_be_larger_than_an_attribute(self) -> None:
        record = one(multi(binary))(value=(b"x" * MOST,) * 20)
        assert decode(type(record), encode(record)) == record


def chain(depth: int) -> Chain:
    record = Chain(number=1)
    for _ in range(depth):
        record = Chain(inner=record)
    return record


def test_nests_go_40_deep_in_both_directions() -> None:
    assert decode(Chain, encode(chain(40))) == chain(40)
    for depth in (41, 1000, 20_000):
        with pytest.raises(EncodeError, match=r"^Chain(\.inner){41}: nested more than 40 deep$"):
            encode(chain(depth))


def _strange(value: Any) -> str:
    """A name that is the same in every process, which the address in a mock's own is not."""
    return "mock" if isinstance(value, Mock) else repr(value)


class TestStrangeObjects:
    """What is no record must not be read as one, whatever it claims to be."""

    @pytest.mark.parametrize("value", [None, 5, "Route", Route, Mock(spec=Route), Mock(), Link(), Pair()], ids=_strange)
    def test_in_place_of_the_record(self, value: Any) -> None:
        with pytest.raises(TypeError):
            _codec.encode(plan_of(Route), value)

    def test_in_place_of_a_nest_a_struct_or_an_entry(self) -> None:
        for values in ({"metrics": Mock(spec=Metrics)}, {"multipath": (Mock(spec=NextHop),)}):
            with pytest.raises(EncodeTypeError, match="not Mock"):
                encode(Route(**values))
        with pytest.raises(EncodeTypeError, match="not Mock"):
            encode(Link(stats64=Mock(spec=Pair)))

    @pytest.mark.parametrize(
        ("unknown", "path", "message"),
        [
            (5, "Chain", "expected a sequence, not int"),
            (b"abc", "Chain", "expected a sequence, not bytes"),
            (None, "Chain", "expected a sequence, not NoneType"),
            ((b"abc",), "Chain.unknown[0]", "expected an Attribute, not b'abc'"),
            (((1, b"abc"),), "Chain.unknown[0]", "expected an Attribute, not (1, b'abc')"),
            ((Attribute(1, "text"),), "Chain.unknown[0].payload", "expected bytes, not str 'text'"),  # type: ignore[arg-type]
            ((Attribute(1, None),), "Chain.unknown[0].payload", "expected bytes, not NoneType None"),  # type: ignore[arg-type]
            ((Attribute(1, b"", 5),), "Chain.unknown[0]", "expected a sequence, not int"),  # type: ignore[arg-type]
            ((Attribute(-1, b""),), "Chain.unknown[0].type", "-1 is not an attribute number (0 to 16383)"),
            ((Attribute(0x4000, b""),), "Chain.unknown[0].type", "16384 is not an attribute number (0 to 16383)"),
            ((Attribute("x", b""),), "Chain.unknown[0].type", "'x' is not an attribute number (0 to 16383)"),  # type: ignore[arg-type]
        ],
    )
    def test_in_place_of_unknown_attributes(self, unknown: Any, path: str, message: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(Chain(unknown=unknown))
        assert (caught.value.path, caught.value.message) == (path, message)

    def test_a_subclass_is_what_its_class_is(self) -> None:
        class Longer(Leaf):
            more: int | None = attr(9, u32)

        assert encode(one(nest(Leaf))(value=Longer(number=1, more=2))) == nested(1, attribute(1, b"\1\0\0\0"))
        assert encode(Longer(number=1, more=2)) == attribute(1, b"\1\0\0\0") + attribute(9, b"\2\0\0\0")
        assert decode(Longer, encode(Longer(number=1, more=2))) == Longer(number=1, more=2)
