"""Keys and masks: two attributes that are one field, and structs that end in as many values as there are."""

from __future__ import annotations

import json
import struct as packing
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import (
    AddressKey,
    BytesKey,
    FlagSet,
    FlagsKey,
    Layout,
    MacKey,
    NumberKey,
    Record,
    attr,
    be16,
    head,
    member,
    pair,
    paired,
    rest,
    select,
    string,
    struct,
    takes,
    u8,
    u32,
)
from netlynx.schema.kinds import Kind
from netlynx.schema.masks import MaskedForm
from netlynx.tc import Flower
from worth import examples


class Colour(FlagSet):
    RED = 1
    GREEN = 2
    BLUE = 4


BY = ("proto", {6: 0, 17: 1})


class Keys(Record):
    proto: int | None = attr(1, u8)
    ip: takes.Ip[str | None] = attr(2, pair(AddressKey(), (2, 3), (4, 5)))
    mac: str | None = attr(6, pair(MacKey(), (6, 7)))
    port: takes.Amount[str | None] = attr(
        8, pair(NumberKey(2, big=True, by=BY, ranges=True), (8, 9), (10, 11), (12, 13))
    )
    tos: takes.Amount[str | None] = attr(14, pair(NumberKey(1, hexadecimal=True, names={"low": 0x10}), (14, 15)))
    colour: takes.Flags[str | None] = attr(16, pair(FlagsKey(Colour, 4, big=True), (16, 17)))
    label: str | None = attr(18, pair(BytesKey(16), (18, 19)))
    plain: int | None = attr(20, be16)


class Outer(Record):
    kind: str | None = attr(1, string)
    data: Any = attr(2, select("kind", {"keys": paired(Keys)}))


PAIRED = paired(Keys)


def attributes(payload: bytes) -> dict[int, bytes]:
    found = {}
    while payload:
        size, number = packing.unpack_from("=HH", payload)
        found[number] = payload[4:size]
        payload = payload[(size + 3) & ~3 :]
    return found


def message(**numbers: str) -> bytes:
    """Attributes of these numbers (``_8``), with these bytes in hexadecimal."""
    made = b""
    for name, digits in numbers.items():
        payload = bytes.fromhex(digits)
        made += packing.pack("=HH", 4 + len(payload), int(name[1:])) + payload + bytes(-len(payload) % 4)
    return made


def encoded(record: Any) -> bytes:
    assert PAIRED.encoder is not None
    return PAIRED.encoder(record)


def decoded(payload: bytes) -> Any:
    assert PAIRED.decoder is not None
    return PAIRED.decoder(payload)


WRITTEN: list[tuple[dict[str, Any], str, dict[int, str]]] = [
    ({"ip": "192.0.2.0/24"}, "192.0.2.0/24", {2: "c0000200", 3: "ffffff00"}),
    ({"ip": "192.0.2.1"}, "192.0.2.1", {2: "c0000201", 3: "ffffffff"}),
    ({"ip": "192.0.2.1/32"}, "192.0.2.1", {2: "c0000201", 3: "ffffffff"}),
    ({"ip": "192.0.2.1/255.0.255.0"}, "192.0.2.1/255.0.255.0", {2: "c0000201", 3: "ff00ff00"}),
    ({"ip": "2001:DB8::/32"}, "2001:db8::/32", {4: "20010db8" + 24 * "0", 5: "ffffffff" + 24 * "0"}),
    ({"mac": "02-00-00-00-00-01"}, "02:00:00:00:00:01", {6: "020000000001", 7: 12 * "f"}),
    ({"mac": "02:00:00:00:00:00/8"}, "02:00:00:00:00:00/8", {6: "020000000000", 7: "ff0000000000"}),
    (
        {"mac": "1:0:0:0:0:0/01:00:00:00:00:00"},
        "01:00:00:00:00:00/01:00:00:00:00:00",
        {6: "01" + 10 * "0", 7: "01" + 10 * "0"},
    ),
    ({"port": 80, "proto": 6}, "80", {1: "06", 8: "0050", 9: "ffff"}),
    ({"port": "80/0xfff0", "proto": 17}, "80/0xfff0", {1: "11", 10: "0050", 11: "fff0"}),
    ({"port": "80-90", "proto": 17}, "80-90", {1: "11", 12: "0050", 13: "005a"}),
    ({"tos": "0x10/0x3f"}, "low/0x3f", {14: "10", 15: "3f"}),
    ({"tos": "low"}, "low", {14: "10", 15: "ff"}),
    ({"tos": 17}, "0x11", {14: "11", 15: "ff"}),
    ({"colour": "+red-blue"}, "+red-blue", {16: "00000001", 17: "00000005"}),
    ({"colour": "red/noblue"}, "+red-blue", {16: "00000001", 17: "00000005"}),
    ({"colour": ["red", Colour.GREEN]}, "+red+green", {16: "00000003", 17: "00000003"}),
    ({"colour": Colour.RED}, "+red", {16: "00000001", 17: "00000001"}),
    ({"colour": "0x10/0x12"}, "0x10/0x12", {16: "00000010", 17: "00000012"}),
    ({"label": "01/ff"}, "01" + 30 * "0" + "/ff" + 30 * "0", {18: "01" + 30 * "0", 19: "ff" + 30 * "0"}),
]


def test_a_key_and_its_mask_are_one_field() -> None:
    for values, text, wire in WRITTEN:
        record = Keys(**values)
        name = next(name for name in values if name != "proto")
        assert getattr(record, name) == text, values
        payload = encoded(record)
        assert {number: each.hex() for number, each in attributes(payload).items()} == wire, values
        assert decoded(payload) == record
        outer = Outer(kind="keys", data=record)
        assert Outer.from_bytes(outer.to_bytes()) == outer
        assert json.loads(netlynx.to_json(outer))["data"][name] == text


def test_without_a_mask_all_of_the_key_counts() -> None:
    assert decoded(message(_2="c0000201")) == Keys(ip="192.0.2.1")
    assert decoded(message(_14="10")) == Keys(tos="low")


def test_the_mask_may_stand_anywhere() -> None:
    assert decoded(message(_3="ffff0000", _20="0001", _2="c0000000")) == Keys(ip="192.0.0.0/16", plain=1)


REFUSED: dict[tuple[str, Any], str] = {
    ("ip", "192.0.2.1/33"): "the mask has 33 bits, the key 32",
    ("ip", "192.0.2.1/ffff::"): "not of the family",
    ("ip", "192.0.2.1/0"): "everything matches",
    ("mac", "02:00:00:00:00:01/49"): "the mask has 49 bits, the key 48",
    ("port", "65536"): "does not fit into the 16 bits",
    ("port", "1/0x10000"): "the mask 0x10000 does not fit into the 16 bits",
    ("port", "90-80"): "ends before it begins",
    ("port", "http"): "no number",
    ("tos", "1/0x1ff"): "the mask 0x1ff does not fit into the 8 bits",
    ("tos", "high"): "no number, and none of low",
    ("tos", -1): "does not fit",
    ("colour", "+pink"): "'pink' is no flag; known: red, green, blue",
    ("colour", "0x100000000"): "does not fit",
    ("colour", ""): "everything matches",
    ("label", 34 * "0"): "the key has 17 bytes, 16 are the most",
    ("label", "zz"): "no hexadecimal digits",
}


def test_what_is_no_key_is_refused_by_the_fields_name() -> None:
    for (name, value), said in REFUSED.items():
        with pytest.raises(EncodeError, match=said) as caught:
            Keys(**{name: value})  # type: ignore[arg-type]
        assert caught.value.path == f"Keys.{name}", value
    for name in ("ip", "mac", "port", "tos", "colour", "label"):
        for value in (1.5, object()):
            with pytest.raises(EncodeTypeError):
                Keys(**{name: value})  # type: ignore[arg-type]


def test_what_looks_like_an_address_is_refused_where_it_is_sent() -> None:
    for name, value, said in (("ip", "192.0.2", "no IP address"), ("mac", "02:00:00:00:01", "no hardware address")):
        with pytest.raises(EncodeError, match=said) as caught:
            Outer(kind="keys", data=Keys(**{name: value})).to_bytes()  # type: ignore[arg-type]
        assert caught.value.path == f"Outer.data.Keys.{name}"


def test_whose_it_is_another_field_has_to_say() -> None:
    for record in (Keys(port=80), Keys(port=80, proto=1)):
        with pytest.raises(EncodeError, match="set proto to one of 6, 17: it says whose it is") as caught:
            Outer(kind="keys", data=record).to_bytes()
        assert caught.value.path == "Outer.data.Keys.port"


def test_what_is_no_pair_stays_as_it_was() -> None:
    for payload in (
        message(_2="c00002"),  # no address
        message(_2="c00002", _3="ffffff"),
        message(_3="ffffffff"),  # a mask alone
        message(_12="0050"),  # half a range
        message(_99="01"),
    ):
        record = decoded(payload)
        assert record.unknown
        assert attributes(encoded(record)) == attributes(payload), payload.hex()
        assert {each.type: each.payload for each in record.unknown} == attributes(payload)
    for payload in (
        message(_2="c0000201", _4=32 * "0"),  # two families
        message(_8="0050", _10="0050"),
        message(_2="c0000201", _3="ffff"),  # a mask of another size
        message(_2="c0000201") + message(_2="c0000202"),
    ):
        outer = Outer(kind="keys", data=payload)
        assert Outer.from_bytes(outer.to_bytes()) == outer, payload.hex()


def forms() -> Iterator[tuple[str, Kind, MaskedForm]]:
    for cls in (Keys, Flower):
        for name, declaration in cls.__declarations__.items():
            kind = declaration.kind
            if kind is not None and isinstance(kind.form, MaskedForm):
                yield f"{cls.__name__}.{name}", kind, kind.form


@examples(30)
@given(data=st.data())
def test_every_key_and_mask_come_back_from_their_text(data: st.DataObject) -> None:
    for name, kind, form in forms():
        variant = data.draw(st.integers(0, len(kind.pairs) - 1))
        size = form.sizes[variant]
        key, mask = (data.draw(st.binary(min_size=size, max_size=size)) for _ in range(2))
        if not any(mask) or (variant == getattr(form, "range", -1) and key > mask):
            continue
        text = form.read(variant, key, mask)
        assert form.settle(text) == text, name
        record = Anything(variant, form)
        assert form.write(text, record) in ((variant, key, mask), (variant, key, None)), name


class Anything:
    """A record whose fields choose a variant."""

    def __init__(self, variant: int, form: MaskedForm) -> None:
        name, variants = getattr(form, "by", None) or ("", {})
        found = [value for value, number in variants.items() if number == variant] or [*variants][:1]
        if found:
            setattr(self, name, found[0])


class Item(Layout):
    one: int = member(be16)
    two: int = member(u8)


class Counted(Layout):
    flags: int = member(u8)
    count: int = member(u8)
    items: takes.Several[Item] = member(rest(struct(Item)))


class Holder(Record):
    before: int | None = attr(1, u32)
    counted: takes.Nested[Counted | None] = attr(2, struct(Counted))


def test_a_struct_ends_in_as_many_values_as_there_are() -> None:
    for count in range(4):
        items = [Item(one=i, two=2 * i) for i in range(count)]
        made = Counted(flags=7, count=count, items=items)
        raw = made.to_bytes()
        assert len(raw) == 2 + 4 * count
        assert Counted.from_bytes(raw) == made
        holder = Holder(before=1, counted=made)
        assert Holder.from_bytes(holder.to_bytes()) == holder
        assert json.loads(netlynx.to_json(holder))["counted"]["items"] == [
            {"one": i, "two": 2 * i} for i in range(count)
        ]
        more = Counted.from_bytes(raw + b"\1\2\3")
        assert (more.items, more.tail) == (made.items, b"\1\2\3")
        assert more.to_bytes() == raw + b"\1\2\3"
    assert Counted.from_bytes(b"\7").items == ()


def test_what_takes_the_rest_stands_at_the_end() -> None:
    class Wrong(Layout):
        items: takes.Several[int] = member(rest(u8))
        after: int = member(u8)

    with pytest.raises(TypeError, match="stands at its end"):
        Wrong(after=1).to_bytes()

    class Header(Layout):
        items: takes.Several[int] = member(rest(u8))

    class Headed(Record, header=Header):
        items: takes.Several[int] = head()

    with pytest.raises(TypeError, match=r"Headed.items: a header ends where the attributes begin"):
        Headed(items=[1]).to_bytes()


def test_addresses_are_what_ipaddress_takes_for_some() -> None:
    taken = [
        "192.0.2.1",
        "0.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "2001:DB8::a",
        "::ffff:192.0.2.1",
        "1:2:3:4:5:6:7:8",
    ]
    refused = ["", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", " 1.2.3.4", "1.2.3.4 ", "0x1.2.3.4", "1::2::3"]
    refused += ["12345::", ":1", "1:2:3:4:5:6:7:8:9", "::1.2.3", "1.2.3.4\0", "\u0661.2.3.4", "g::"]
    for text in taken:
        assert AddressKey().write(text, None)[1] == ip_address(text).packed
    for text in refused:
        with pytest.raises(ValueError, match="IPv4 or IPv6"):
            ip_address(text)
        with pytest.raises(EncodeError):
            AddressKey().write(text, None)
