"""Sets and maps as nft lists them, with their elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from netlynx.nftables.element import Element, ElementFlags, ElementList
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.set import Set, SetFlags, SetPolicy

from .contents import Contents, items_of, prefix_of
from .keys import OBJECTS
from .nodes import Anything, Either, Item, Joined, Looked, Prefix, Range, Scalar, Together, Verdict, Wild
from .rule_text import contents_of, plain_of
from .text import Text, quoted
from .typeof import looked_of
from .types import time_shown
from .word_text import word_text

_FIVE = frozenset(
    [
        "nf_proto",
        "integer",
        "ct_state",
        "arp_op",
        "inet_proto",
        "inet_service",
        "icmp_type",
        "tcp_flag",
        "dccp_pkttype",
        "time",
        "mark",
        "iface_index",
        "classid",
        "uid",
        "gid",
        "ct_dir",
        "icmpv6_type",
    ]
)
_INDENT = "\t\t     "


def lines_of_set(
    given: Set, elements: Iterable[Element | ElementList], interfaces: Mapping[int, str] | None = None
) -> Iterator[str]:
    """A set, or a map."""
    flags = SetFlags(given.flags or 0)
    is_map = bool(flags & (SetFlags.MAP | SetFlags.OBJECT))
    yield f"{'map' if is_map else 'set'} {given.name} {{"
    key, data, said = _types(given, flags)
    yield f"\t{said}"
    if not flags & SetFlags.CONSTANT:
        if given.policy == SetPolicy.MEMORY:
            yield "\tpolicy memory"
        if given.size:
            yield f"\tsize {given.size}"
    shown = [name for bit, name in _FLAGS if flags & bit]
    if shown and not (shown == ["timeout"] and given.timeout):
        yield f"\tflags {','.join(shown)}"
    if given.timeout:
        yield f"\ttimeout {time_shown(given.timeout)}"
    if given.gc_interval:
        yield f"\tgc-interval {time_shown(given.gc_interval)}"
    text = Text(given.family.label, interfaces)
    for each in given.expressions or ((given.expression,) if given.expression is not None else ()):
        yield f"\t{_stateless(text, each)}"
    if given.userdata is not None and given.userdata.auto_merge:
        yield "\tauto-merge"
    if given.userdata is not None and given.userdata.comment is not None:
        yield f"\tcomment {quoted(given.userdata.comment)}"
    items = _items(given, elements, key, data, text)
    if items:
        yield from _wrapped([text.item(key, each, data) for each in items], key)
    yield "}"


_FLAGS = (
    (SetFlags.CONSTANT, "constant"),
    (SetFlags.EVAL, "dynamic"),
    (SetFlags.INTERVAL, "interval"),
    (SetFlags.TIMEOUT, "timeout"),
)


def _stateless(text: Text, each: Expression) -> str:
    said = word_text(text, each)
    return "counter" if said.startswith("counter ") else said


def _types(given: Set, flags: SetFlags) -> tuple[Looked, Looked | None, str]:
    """What keys and data are, and how nft says it: by what they are values of, if that is noted, else by type."""
    told = given.userdata
    sizes = tuple(each.length or 0 for each in given.fields)
    key = plain_of(str(given.key_type), given.key_len or 0, None if told is None else told.key_order, sizes)
    data: Looked | None = None
    told_key = None if told is None else looked_of(told.key_typeof)
    text = Text(given.family.label)
    says = f"type {given.key_type}" if told_key is None else f"typeof {text.looked(told_key)}"
    if flags & SetFlags.OBJECT:
        kind = next((name for name, number in OBJECTS.items() if number == int(given.object_type or 0)), "")
        return told_key or key, None, f"{says} : {kind}"
    if flags & SetFlags.MAP:
        if given.data_type == "verdict":
            return told_key or key, None, f"{says} : verdict"
        ranged = bool(told is not None and told.data_interval)
        length = (given.data_len or 0) // (2 if ranged else 1)
        data = plain_of(str(given.data_type), length, None if told is None else told.data_order)
        told_data = None if told is None else looked_of(told.data_typeof)
        interval = "interval " if ranged else ""
        if told_key is not None and told_data is not None:
            return told_key, told_data, f"{says} : {interval}{text.looked(told_data)}"
        return key, data, f"type {given.key_type} : {interval}{given.data_type}"
    return told_key or key, None, says


def _wrapped(shown: list[str], key: Looked) -> Iterator[str]:
    """Elements, as many to a line as nft puts there."""
    many = 1
    if not isinstance(key, Joined):
        many = 2 if key.type.name == "ipv4_addr" else 5 if key.type.name in _FIVE else 1
    rows = [", ".join(shown[at : at + many]) for at in range(0, len(shown), many)]
    for place, row in enumerate(rows):
        begin = "\telements = { " if not place else f"{_INDENT}"
        yield f"{begin}{row}{',' if place + 1 < len(rows) else ' }'}"


def _items(
    given: Set, elements: Iterable[Element | ElementList], key: Looked, data: Looked | None, text: Text
) -> list[Item]:
    held = list(elements)
    if any(isinstance(each, ElementList) for each in held):
        contents: Contents = contents_of(given, [each for each in held if isinstance(each, ElementList)])
        return list(items_of(key, contents).items)
    made = [_item(each, key, data, text) for each in held if isinstance(each, Element)]
    ranged = bool(int(given.flags or 0) & SetFlags.INTERVAL)
    return sorted(made, key=lambda each: _order(key, each.key, ranged))


def _item(each: Element, key: Looked, data: Looked | None, text: Text) -> Item:
    value: Scalar = Anything() if int(each.flags or 0) & ElementFlags.CATCHALL else meant(key, each.key)
    states = each.expressions or ([each.expression] if each.expression else [])
    more = "".join(f" {word_text(text, one)}" for one in states)
    if each.timeout:
        more += f" timeout {time_shown(each.timeout)}"
    if each.expiration:
        more += f" expires {time_shown(each.expiration)}"
    told: Any = None
    if each.object is not None:
        told = quoted(each.object)
    elif isinstance(each.data, str) and data is None:
        code, _, chain = each.data.partition(" ")
        told = Verdict(code, chain)
    elif each.data is not None and data is not None:
        told = meant(data, each.data)
    comment = each.userdata.comment if each.userdata is not None else None
    return Item(value, told, comment or "", more)


def meant(looked: Looked, value: Any) -> Scalar:  # Any: as an Element has it
    """A value of an element as words have it: numbers are numbers there, whatever their datatype."""
    if isinstance(looked, Joined) and isinstance(value, tuple):
        return Together(tuple(meant(part, each) for part, each in zip(looked.parts, value, strict=True)))
    if isinstance(value, int):
        return value
    if isinstance(value, bytes):
        return int.from_bytes(value, "big")
    kind = looked.type
    if kind.text:
        return Wild(value[:-1]) if value.endswith("*") else str(value)
    if value in kind.symbols:
        return kind.symbols[value]
    if value.isdecimal():
        return int(value)
    start, slash, length = value.partition("/")
    if slash:
        return Prefix(_number(looked, start), int(length))
    low, dash, high = value.partition("-")
    if dash and kind.name != "ether_addr":
        return _span(looked, _number(looked, low), _number(looked, high))
    if dash:
        return Range(_number(looked, low), _number(looked, high))
    if "," in value and kind.flags:
        return sum(kind.symbols[each] for each in value.split(","))
    return _number(looked, value)


def _number(looked: Looked, text: str) -> int:
    kind = looked.type
    if text in kind.symbols:
        return kind.symbols[text]
    return int(text) if text.isdecimal() or kind.read is None else kind.read(text)


def _span(looked: Looked, first: int, last: int) -> Scalar:
    return prefix_of(looked, first, last) or Range(first, last)


def _order(looked: Looked, key: Scalar, ranged: bool) -> Any:  # Any: what can be compared
    """What elements are sorted by, as nft does: the numbers that their bytes are, in the order of their datatype."""
    if isinstance(key, Anything):
        return (1,)
    if isinstance(key, Together) and isinstance(looked, Joined):
        return (0, *(_order(part, each, ranged) for part, each in zip(looked.parts, key.parts, strict=True)))
    if isinstance(key, Prefix):
        return (0, key.value)
    if isinstance(key, Range):
        return (0, key.low)
    if isinstance(key, Wild):
        return (0, int.from_bytes(key.start.encode().ljust(16, b"\0"), "big"))
    if isinstance(key, str):
        return (
            0,
            int.from_bytes(key.encode("utf-8", "surrogateescape").ljust(16, b"\0"), "big" if ranged else "little"),
        )
    number = key.flags if isinstance(key, Either) else key
    return (0, number)
