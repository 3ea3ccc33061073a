"""Several values in a field: the collector of garbage has nothing to look for in them, and leaves them alone."""

from __future__ import annotations

import gc
import struct
from typing import Any

import pytest

from codec.records import Header, Leaf, attribute, decode, encode
from facts.walk import declared, title
from netlynx.errors import DecodeError, EncodeError, EncodeTypeError
from netlynx.schema import Record, array, attr, hook, indexed, keyed, multi, nest, u16, u32


class Row(Record, header=Header):
    leaves: tuple[Leaf, ...] = attr(1, indexed(nest(Leaf)), default=())
    numbers: tuple[int, ...] = attr(2, array(u16), default=())
    many: tuple[int, ...] = attr(3, multi(u32))
    odd: tuple[Any, ...] = attr(4, multi(hook(list, bytes)))
    table: dict[int, int] | None = attr(5, keyed(u32))


def row(*parts: bytes) -> Any:
    return decode(Row, bytes(8) + b"".join(parts))


NUMBER = attribute(1, struct.pack("=I", 7))


def test_the_collector_leaves_tuples_alone_that_hold_nothing_it_looks_at() -> None:
    read = row(
        attribute(1, attribute(1, NUMBER) + attribute(2, NUMBER)),
        attribute(2, bytes(4)),
        attribute(3, bytes(4)) + attribute(3, bytes(4)),
    )
    assert (len(read.leaves), read.numbers, read.many) == (2, (0, 0), (0, 0))
    for value in (read.leaves, read.numbers, read.many):
        assert not gc.is_tracked(value)


def test_it_goes_on_looking_at_those_that_hold_lists() -> None:
    assert gc.is_tracked(row(attribute(4, b"ab")).odd)


def test_what_is_wrong_in_a_nest_of_several_is_told_with_its_place() -> None:
    for broken, place in ((b"\3\0\1\0", "[1]"), (attribute(2, b"\2\0\1\0"), "[1]")):
        read = row(attribute(1, attribute(1, NUMBER) + broken))
        assert read.leaves == ()
        assert place in read.unknown[0].problem
    with pytest.raises(DecodeError):
        decode(Row, bytes(8) + b"\x40\0\1\0")


def test_keys_of_a_nest_stand_beside_their_values() -> None:
    inside = attribute(9, struct.pack("=I", 1)) + attribute(4, struct.pack("=I", 2)) + attribute(9, bytes(4))
    assert row(attribute(5, inside)).table == {9: 0, 4: 2}


@pytest.mark.parametrize("cls", declared(Record), ids=title)
def test_an_empty_one_that_was_set_is_sent_or_refused(cls: Any) -> None:
    """Where None is nothing, no elements are something else, which the kernel may act upon."""
    nothing = encode(cls())
    for name, declaration in cls.__declarations__.items():
        if declaration.role != "attr" or getattr(cls(), name) is not None:
            continue
        for empty in ((), {}):
            try:
                sent = encode(cls(**{name: empty}))
            except (EncodeError, EncodeTypeError):
                continue
            assert sent != nothing, f"{title(cls)}.{name}={empty!r}"
