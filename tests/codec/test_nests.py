"""Nests of every sort: records, repeated attributes, indices, sequences, and nests that are part of a record."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import (
    NLA_F_NESTED,
    NLA_F_NET_BYTEORDER,
    Colour,
    Header,
    Hop,
    Leaf,
    attribute,
    decode,
    encode,
    nested,
    one,
)
from netlynx.errors import DecodeError, EncodeError, EncodeTypeError
from netlynx.schema import (
    Attribute,
    Record,
    array,
    attr,
    enum,
    flag,
    head,
    indexed,
    ip,
    multi,
    nest,
    sequence,
    string,
    u8,
    u16,
    u32,
)
from strategies import records


class Tree(Record):
    name: str | None = attr(1, string)
    left: Tree | None = attr(2, nest(lambda: Tree))
    leaves: tuple[Leaf, ...] = attr(3, multi(nest(Leaf)))
    numbered: tuple[Leaf, ...] | None = attr(4, indexed(nest(Leaf)))
    pairs: tuple[tuple[int, ...], ...] = attr(5, multi(array(u16)))


class Hopping(Record, header=Hop):
    flags: int = head()
    gateway: str | None = attr(5, ip)
    inner: Tree | None = attr(6, nest(Tree))


class Scoped(Record, header=Header):
    """Fields in nests that are part of the record, two deep, on both sides of one of its own."""

    id: int = head()
    kind: str | None = attr((18, 1), string)
    mtu: int | None = attr(4, u32)
    deep: int | None = attr((18, 2, 7), u16)
    set: bool = attr((18, 2, 9), flag)
    other: tuple[int, ...] = attr((20, 1), multi(u8))


NUMBER = attribute(1, struct.pack("=I", 7))


@given(tree=records(Tree))
def test_a_tree_comes_back_from_its_bytes(tree: Tree) -> None:
    payload = encode(tree)
    assert decode(Tree, payload) == tree
    assert encode(decode(Tree, payload)) == payload


def test_a_nest_has_its_flag_and_its_padding() -> None:
    tree = Tree(name="a", left=Tree(name="bcdef"), leaves=(Leaf(number=7), Leaf()), numbered=(Leaf(), Leaf(number=7)))
    payload = b"".join(
        [
            attribute(1, b"a\0"),
            nested(2, attribute(1, b"bcdef\0")),
            nested(3, NUMBER),
            nested(3),
            nested(4, nested(1), nested(2, NUMBER)),
        ]
    )
    assert encode(tree) == payload
    assert decode(Tree, payload) == tree


def test_the_flag_does_not_matter_when_reading() -> None:
    for flags in (0, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_F_NESTED | NLA_F_NET_BYTEORDER):
        assert decode(Tree, attribute(2, attribute(1, b"x", flags), flags)) == Tree(left=Tree(name="x"))


def test_a_bare_nest_has_no_flag() -> None:
    assert encode(one(nest(Leaf, bare=True))(value=Leaf(number=7))) == attribute(1, NUMBER)


def test_an_empty_nest_is_sent_and_an_absent_one_is_not() -> None:
    assert encode(Tree(left=Tree())) == nested(2)
    assert decode(Tree, nested(2)) == Tree(left=Tree())
    assert encode(Tree()) == b""


def test_an_attribute_that_should_not_repeat_counts_as_it_came_last() -> None:
    assert decode(Tree, attribute(1, b"a\0") + attribute(1, b"b\0")).name == "b"


def test_indices_count_from_where_the_declaration_says() -> None:
    record = one(indexed(u16, first=0))(value=(5, 6))
    assert encode(record) == nested(1, attribute(0, b"\5\0"), attribute(1, b"\6\0"))
    assert decode(type(record), encode(record)) == record


def test_an_index_whose_payload_does_not_fit_leaves_the_nest_raw() -> None:
    inner = attribute(1, b"\5\0") + attribute(2, b"\5\0\0")
    record = decode(one(indexed(u16)), attribute(1, inner, NLA_F_NESTED))
    assert (record.value, record.unknown) == (None, (Attribute(1, inner, nested=True),))
    assert encode(record) == attribute(1, inner, NLA_F_NESTED)


def test_one_repetition_that_does_not_fit_stays_raw_alone() -> None:
    record = decode(one(multi(u16)), attribute(1, b"\1\0") + attribute(1, b"\1\0\0") + attribute(1, b"\2\0"))
    assert (record.value, record.unknown) == ((1, 2), (Attribute(1, b"\1\0\0"),))


class TestSequences:
    Hops = one(sequence(Hopping))

    @given(hops=st.lists(records(Hopping, depth=2), min_size=1, max_size=4).map(tuple))
    def test_entries_come_back_from_their_bytes(self, hops: tuple[Hopping, ...]) -> None:
        record = self.Hops(value=hops)
        assert decode(self.Hops, encode(record)) == record

    def test_each_entry_begins_with_its_length(self) -> None:
        record = self.Hops(value=(Hopping(flags=1), Hopping(gateway="10.0.0.1")))
        entries = struct.pack("=HBB", 4, 1, 0) + struct.pack("=HBB", 12, 0, 0) + attribute(5, b"\n\0\0\1")
        assert encode(record) == attribute(1, entries)

    @pytest.mark.parametrize(
        ("payload", "offset", "message"),
        [
            (b"\0\0\0", 4, "3 bytes are left where 4 begin an entry"),
            (b"\3\0\0\0", 4, "entry length 3 does not fit into the 4 bytes that are left"),
            (b"\5\0\0\0", 4, "entry length 5 does not fit into the 4 bytes that are left"),
            (b"\4\0\0\0\0\0\0\0", 8, "entry length 0 does not fit into the 4 bytes that are left"),
            (b"\7\0\0\0\1\2\3", 8, "3 bytes are left where an attribute's 4-byte header should be"),
        ],
    )
    def test_a_length_that_is_none_is_told(self, payload: bytes, offset: int, message: str) -> None:
        with pytest.raises(DecodeError) as caught:
            decode(self.Hops, attribute(1, payload), strict=True)
        entry = 1 if payload.startswith(b"\4") else 0
        assert (caught.value.path, caught.value.message) == (f"One.value[{entry}]", message)
        assert caught.value.offset == offset

    def test_an_entry_of_another_class_is_refused(self) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value\[1\]: expected Hopping, not Leaf"):
            encode(self.Hops(value=(Hopping(), Leaf())))

    def test_an_entry_holds_65535_bytes(self) -> None:
        hop = Hopping(inner=Tree(leaves=tuple(Leaf(text="x" * 60000) for _ in range(2))))
        with pytest.raises(EncodeError, match=r"^One\.value\[0\]\.inner: 120024 bytes do not fit into one attribute"):
            encode(self.Hops(value=(hop,)))
        hop = Hopping(unknown=(Attribute(8, bytes(40000)), Attribute(9, bytes(40000))))
        with pytest.raises(EncodeError, match=r"^One\.value\[0\]: 80012 bytes do not fit into one entry"):
            encode(self.Hops(value=(hop,)))


class TestInlineNests:
    @given(record=records(Scoped))
    def test_fields_come_back_from_inside(self, record: Scoped) -> None:
        payload = encode(record)
        assert decode(Scoped, payload) == record
        assert encode(decode(Scoped, payload)) == payload

    def test_the_nests_stand_where_the_first_field_is_declared(self) -> None:
        record = Scoped(kind="x", mtu=9, deep=5, set=True, other=(1, 2))
        assert encode(record) == bytes(8) + b"".join(
            [
                nested(18, attribute(1, b"x\0"), nested(2, attribute(7, b"\5\0"), attribute(9))),
                attribute(4, b"\t\0\0\0"),
                nested(20, attribute(1, b"\1"), attribute(1, b"\2")),
            ]
        )

    def test_an_empty_one_is_not_sent(self) -> None:
        assert encode(Scoped(mtu=9)) == bytes(8) + attribute(4, b"\t\0\0\0")

    def test_unknown_attributes_go_back_to_where_they_were(self) -> None:
        payload = bytes(8) + b"".join(
            [
                nested(
                    18, attribute(1, b"x\0"), nested(2, attribute(7, b"\5\0"), attribute(99, b"deep")), attribute(98)
                ),
                nested(20, attribute(2, b"only")),
                nested(300, attribute(1, b"abc")),
                attribute(301, b"be", NLA_F_NET_BYTEORDER),
            ]
        )
        record = decode(Scoped, payload)
        assert record.unknown == (
            Attribute(99, b"deep", within=(18, 2)),
            Attribute(98, b"", within=(18,)),
            Attribute(2, b"only", within=(20,)),
            Attribute(300, attribute(1, b"abc"), nested=True),
            Attribute(301, b"be", net_byteorder=True),
        )
        assert encode(record) == payload

    def test_an_unknown_one_within_a_nest_that_is_none_goes_to_the_record(self) -> None:
        for within in ((4,), (18, 1), (77,), (18, 2, 7), (-1,), (18, -5), ("a",)):
            record = Scoped(unknown=(Attribute(50, b"abcd", within=within),))  # type: ignore[arg-type]
            assert encode(record) == bytes(8) + attribute(50, b"abcd")

    @pytest.mark.parametrize(("payload", "offset"), [(nested(18, b"\1\0\0\0"), 12), (nested(18, nested(2, b"\5")), 16)])
    def test_an_error_inside_tells_the_offset(self, payload: bytes, offset: int) -> None:
        with pytest.raises(DecodeError) as caught:
            decode(Scoped, bytes(8) + payload, strict=True)
        assert (caught.value.path, caught.value.offset) == ("Scoped", offset)


class TestPaths:
    """Where in the message an error lies, whatever is around it."""

    @pytest.mark.parametrize(
        ("payload", "path", "offset"),
        [
            (b"\1\0", "Tree", 0),
            (attribute(1, b"a\0") + b"\3\0\1\0", "Tree", 8),
            (nested(2, b"\5\0\1\0"), "Tree.left", 4),
            (nested(2, attribute(1, b"a\0"), nested(2, b"\0\0\0\0")), "Tree.left.left", 16),
            (nested(3, b"\0\0\0\0"), "Tree.leaves[0]", 4),
            (nested(3) + nested(3) + nested(3, b"\x10\0\0\0"), "Tree.leaves[2]", 12),
            (nested(4, b"\0\0\0\0"), "Tree.numbered[0]", 4),
            (nested(4, nested(1), nested(2, b"\0\0\0\0")), "Tree.numbered[1]", 12),
            (nested(2, nested(4, nested(1), nested(2, b"\1"))), "Tree.left.numbered[1]", 16),
        ],
    )
    def test_of_bytes(self, payload: bytes, path: str, offset: int) -> None:
        with pytest.raises(DecodeError) as caught:
            decode(Tree, payload, strict=True)
        assert (caught.value.path, caught.value.offset) == (path, offset)
        assert caught.value.args == (caught.value.message, offset, path)

    @pytest.mark.parametrize(
        ("tree", "path"),
        [
            (lambda: Tree(name=5), "Tree.name"),  # type: ignore[arg-type]
            (lambda: Tree(left=Tree(left=Tree(name=5))), "Tree.left.left.name"),  # type: ignore[arg-type]
            (lambda: Tree(left=Leaf()), "Tree.left"),  # type: ignore[arg-type]
            (lambda: Tree(leaves=(Leaf(), Leaf(number=-1))), "Tree.leaves[1].number"),
            (lambda: Tree(leaves=(Leaf(), Tree())), "Tree.leaves[1]"),  # type: ignore[arg-type]
            (lambda: Tree(leaves=5), "Tree.leaves"),  # type: ignore[arg-type]
            (lambda: Tree(numbered=(Leaf(text="a\0"),)), "Tree.numbered[0].text"),
            (lambda: Tree(pairs=((1, 2), (3, 70000))), "Tree.pairs[1][1]"),
            (lambda: Tree(pairs=((1, 2), 5)), "Tree.pairs[1]"),  # type: ignore[arg-type]
        ],
    )
    def test_of_values(self, tree: Callable[[], Tree], path: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(tree())
        assert caught.value.path == path
        assert caught.value.args == (caught.value.message, path)


def test_a_header_in_a_nest_must_be_whole() -> None:
    class Around(Record):
        inner: Any = attr(1, nest(Hopping))

    with pytest.raises(DecodeError) as caught:
        decode(Around, nested(1, b"\1\2"), strict=True)
    assert str(caught.value) == "Around.inner: 2 bytes are too few for the 4-byte header (at byte 4)"
    with pytest.raises(DecodeError) as caught:
        decode(Hopping, b"\1\2")
    assert str(caught.value) == "Hopping: 2 bytes are too few for the 4-byte header (at byte 0)"


def test_repeated_enums_and_strings() -> None:
    record = one(multi(enum(Colour, u8)))(value=(Colour.RED, 9))
    assert decode(type(record), encode(record)) == record
    record = one(multi(string))(value=("", "a", "b"))
    assert decode(type(record), encode(record)) == record
