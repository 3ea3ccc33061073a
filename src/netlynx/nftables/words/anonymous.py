"""Sets and maps that are written out in a rule: what the kernel is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netlynx.errors import EncodeError
from netlynx.nftables import datatypes
from netlynx.nftables.intervals import marks_of

from .layout import bits_of, ends_of, everything, is_span, swapped
from .nodes import Item, Items, Joined, Looked, Range, Together, Verdict

_SIX = 6  # bits of a datatype in a set's key type
VERDICT_TYPE = datatypes.VERDICT


@dataclass(frozen=True, slots=True)
class Element:
    """One element as the kernel has it: `last` is the end of a range of concatenations, `end` that of any other."""

    key: bytes | None
    last: bytes | None = None
    end: bool = False
    data: bytes | Verdict | str | None = None
    comment: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Anonymous:
    """A set without a name: its number in the transaction, what its keys and data are, and its elements."""

    id: int
    name: str
    looked: Looked
    key_type: int
    key_length: int
    interval: bool
    fields: tuple[int, ...]
    elements: tuple[Element, ...]
    data: Looked | None = None
    data_type: int | None = None
    data_length: int = 0
    data_interval: bool = False
    objects: int | None = None
    size: int = 0  # of elements, as nft counts them: two for each range, whether they touch or not

    @property
    def is_map(self) -> bool:
        """Whether elements have data."""
        return self.data_type is not None


def type_number(looked: Looked) -> int:
    """The number that nft has for the datatype of keys: six bits for each part."""
    if isinstance(looked, Joined):
        number = 0
        for part in looked.parts:
            number = number << _SIX | type_number(part)
        return number
    return looked.type.number


def length_of(looked: Looked) -> int:
    """The bytes of a key."""
    if isinstance(looked, Joined):
        return sum(-(-bits_of(part).length // 4) * 4 for part in looked.parts)
    return bits_of(looked).length


def swaps(looked: Looked, items: Items) -> bool:
    """Whether keys stand big-endian, since some of them are ranges."""
    return any(is_span(each.key) for each in items.items)


def anonymous(
    number: int, looked: Looked, items: Items, path: str, *, data: Looked | None = None, objects: int | None = None
) -> Anonymous:
    """The set of what is written out; `data` is what its data are, None for verdicts, if it is a map."""
    swap = swaps(looked, items)
    a_map = any(each.data is not None for each in items.items) and objects is None
    joined = isinstance(looked, Joined)
    data_interval = a_map and data is not None and any(_spanned(each) for each in items.items)
    told = [(_ends(looked, each, swap, path), _data(each, data, data_interval, path), each) for each in items.items]
    if swap and not joined:
        elements = _interval(told, merged=not a_map and objects is None)
    else:
        elements = [
            Element(ends and ends[0], ends[1] if ends and swap else None, data=value, comment=each.comment)
            for ends, value, each in told
        ]
    return Anonymous(
        number,
        "__objmap%d" if objects is not None else "__map%d" if a_map else "__set%d",
        looked,
        type_number(looked),
        length_of(looked),
        swap,
        tuple(bits_of(part).length for part in looked.parts) if isinstance(looked, Joined) else (),
        tuple(elements),
        data,
        None if not a_map else VERDICT_TYPE if data is None else type_number(data),
        0 if data is None or not a_map else length_of(data) * (2 if data_interval else 1),
        data_interval,
        objects,
        _size(elements, told) if swap and not joined and a_map else len(elements),
    )


def _size(elements: list[Element], told: list[Any]) -> int:
    """Two for each range, one for where they begin and for one that goes on to the end, and for all others."""
    leading = sum(1 for each in elements[:1] if each.end)
    opened = sum(1 for each in elements if each.open)
    others = sum(1 for ends, _, _ in told if ends is None)
    return leading + 2 * (len(told) - others) - opened + others


def _spanned(item: Item) -> bool:
    return isinstance(item.data, Range | Together) and is_span(item.data)


def _ends(looked: Looked, item: Item, swap: bool, path: str) -> tuple[bytes, bytes] | None:
    if everything(item.key):
        return None
    if isinstance(looked, Joined) and not isinstance(item.key, Together):
        raise EncodeError(f"{item.key!r} is no tuple of values", path)
    turned = swap and (isinstance(looked, Joined) or swapped(looked))
    return ends_of(looked, item.key, swap=turned)


def _data(item: Item, data: Looked | None, interval: bool, path: str) -> bytes | Verdict | str | None:
    told = item.data
    if told is None or isinstance(told, Verdict):
        return told
    if data is None:
        return str(told)
    low, high = ends_of(data, told, swap=False)
    return low + high if interval else low


def _interval(
    told: list[tuple[tuple[bytes, bytes] | None, bytes | Verdict | str | None, Item]], *, merged: bool
) -> list[Element]:
    """Elements where ranges begin and end, after one at 0 that ends nothing; last what stands for all others."""
    spans = sorted(((ends, value, each) for ends, value, each in told if ends is not None), key=lambda one: one[0])
    if merged:
        joined: list[tuple[tuple[bytes, bytes], bytes | Verdict | str | None, Item]] = []
        for (low, high), value, each in spans:
            if joined and int.from_bytes(low, "big") <= int.from_bytes(joined[-1][0][1], "big") + 1:
                before = joined.pop()
                joined.append(((before[0][0], max(before[0][1], high)), before[1], before[2]))
            else:
                joined.append(((low, high), value, each))
        spans = joined
    made: list[Element] = []
    if spans and any(spans[0][0][0]):
        made.append(Element(bytes(len(spans[0][0][0])), end=True))
    for place, ((low, high), value, each) in enumerate(spans):
        marks = marks_of(low, high)
        made.append(Element(low, data=value, comment=each.comment, open=marks[0].open))
        follows = spans[place + 1][0][0] if place + 1 < len(spans) else None
        if len(marks) > 1 and marks[1].key != follows:
            made.append(Element(marks[1].key, end=True))
    made += [Element(None, data=value, comment=each.comment) for ends, value, each in told if ends is None]
    return made
