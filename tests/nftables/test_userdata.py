"""What nft keeps beside sets and elements, both ways."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx.errors import EncodeError
from netlynx.nftables.datatypes import Order
from netlynx.nftables.userdata import (
    ELEMENT_USERDATA,
    SET_USERDATA,
    ElementUserdata,
    SetUserdata,
    fields_of,
    joined,
    parts,
)
from netlynx.schema import Attribute, Record, binary, string
from netlynx.schema.kinds import Kind

little = pytest.mark.skipif(sys.byteorder != "little", reason="seen on a little-endian machine")


def read(kind: Kind, data: str) -> object:
    assert kind.decoder is not None
    return kind.decoder(bytes.fromhex(data))


def write(kind: Kind, value: object) -> str:
    assert kind.encoder is not None
    return kind.encoder(value).hex()


# Seen with `nft --debug=mnl` (1.0.6).
SEEN = [
    (
        SET_USERDATA,
        "000402000000020401000000070668656c6c6f00",
        SetUserdata(key_order=Order.BIG, auto_merge=True, comment="hello"),
    ),
    (
        SET_USERDATA,
        "000402000000010401000000060400000000",
        SetUserdata(key_order=Order.BIG, data_order=Order.HOST, data_interval=False),
    ),
    (
        SET_USERDATA,
        "000400000000030800040d0000000100",
        SetUserdata(key_order=Order.ANY, key_typeof=bytes.fromhex("00040d0000000100")),
    ),
    (ELEMENT_USERDATA, "0004666f6f00", ElementUserdata(comment="foo")),
    (ELEMENT_USERDATA, "010401000000", ElementUserdata(open=True)),
]


@little
@pytest.mark.parametrize(("kind", "data", "value"), SEEN, ids=lambda each: each if isinstance(each, str) else "")
def test_what_nft_says_is_read_and_said_again(kind: Kind, data: str, value: object) -> None:
    assert read(kind, data) == value
    assert write(kind, value) == data


def test_what_is_not_known_stays_what_it_is() -> None:
    told = read(SET_USERDATA, "630200ff0001ff")
    assert isinstance(told, SetUserdata)
    assert told.unknown == (Attribute(type=0x63, payload=b"\0\xff"), Attribute(type=0, payload=b"\xff"))
    assert write(SET_USERDATA, told) == "630200ff0001ff"


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=5))
def test_values_go_there_and_back(values: list[tuple[int, bytes]]) -> None:
    assert list(parts(joined(values))) == values


WRONG: dict[str, tuple[object, ...]] = {
    "str": (5, b"x", "a\0b"),
    "int": ("x", b"x", -1, 1 << 32, 1.5),
    "bool": ("x", 2, -1, b"x"),
    "bytes": (5, "x", 1.5),
}


@pytest.mark.parametrize(
    ("kind", "cls", "name"),
    [
        (kind, cls, name)
        for kind, cls in ((SET_USERDATA, SetUserdata), (ELEMENT_USERDATA, ElementUserdata))
        for name in cls.__declarations__
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_value_cannot_be_is_refused_and_nothing_else_sent(kind: Kind, cls: type[Record], name: str) -> None:
    said = cls.__declarations__[name].kind
    assert said is not None
    sort = "str" if said is string else "bytes" if said is binary else "bool" if said.values is bool else "int"
    for wrong in WRONG[sort]:
        with pytest.raises(EncodeError):  # where the record is made, or where it is sent
            write(kind, cls(**{name: wrong}))


def test_a_comment_that_no_text_can_be_stays_as_it_is() -> None:
    for data in ("0003610062", "000461006200", "0000"):
        told = read(ELEMENT_USERDATA, data)
        assert isinstance(told, ElementUserdata)
        assert told.comment is None
        assert write(ELEMENT_USERDATA, told) == data


def test_there_is_room_for_so_much() -> None:
    for comment in ("x" * 255, "x" * 300):
        with pytest.raises(EncodeError, match="room for 255"):
            write(ELEMENT_USERDATA, ElementUserdata(comment=comment))
    with pytest.raises(EncodeError, match="the kernel takes 256"):
        write(SET_USERDATA, SetUserdata(comment="x" * 200, key_typeof=b"x" * 100))


@pytest.mark.parametrize("data", ["00", "0004", "000401"])
def test_what_is_cut_short_is_no_userdata(data: str) -> None:
    with pytest.raises(ValueError, match="cut short"):
        read(SET_USERDATA, data)


@little
def test_numbers_of_a_header_are_as_long_as_nft_says() -> None:
    """``typeof vlan id . ip saddr``, ``ip length``, ``tcp option maxseg size``."""
    vlan = "001a000407000000011200041000000001040400000004040c000000"
    concatenated = f"00040d0000000132{vlan}0114000407000000010c00040c00000001040b000000"
    assert fields_of(bytes.fromhex(concatenated)) == ("integer:2", "")
    assert fields_of(bytes.fromhex("000407000000011200040c000000010405000000040410000000"))[0] == ""
    assert fields_of(bytes.fromhex("0004080000000112010402000000020401000000000402000000")) == ("",)
    assert fields_of(b"\0") == ()
    assert fields_of(None) == ()
