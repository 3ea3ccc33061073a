"""What iproute2 prints, said from netlynx's records: one table for each object, and the comparison of the two.

A table maps every key of `ip -d -j` to a function of a record that gives what `ip` shows under that key. A key of `ip`
that no table knows is a difference, and so is a key that the table expects and `ip` does not show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from typing import Any, Final

from netlynx.route.link import Link
from netlynx.route.link_constants import ArpHardware
from netlynx.route.nexthop import NextHopObject
from netlynx.schema.names import Enumeration, FlagSet
from netlynx.schema.spelling import Spelt


class Absent(Enum):
    """What a table gives for a key that `ip` does not print, as None stands for JSON's null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT

Say = Callable[[Any, "Names"], Any]
Table = Mapping[str, Say]

_TABLES = {0: "unspec", 253: "default", 254: "main", 255: "local"}  # /etc/iproute2/rt_tables


_TUNNELS = {ArpHardware.IPIP, ArpHardware.SIT, ArpHardware.GRE, ArpHardware.TUNNEL6, ArpHardware.GRE6}


@dataclass
class Names:
    """What `ip` looks up to print a record: links by index, nexthop objects by ID."""

    links: dict[int, Link] = field(default_factory=dict)
    nexthops: dict[int, NextHopObject] = field(default_factory=dict)

    def link(self, index: int | None) -> Any:
        """The name of a link; null where there is none, absent where nothing was said."""
        if index is None:
            return ABSENT
        return self.links[index].name if index else None


def given(value: Any) -> Any:
    """The value, or absent for None and for an absent flag."""
    return ABSENT if value is None else value


def nonzero(value: Any) -> Any:
    return value or ABSENT


def null_if(condition: object) -> Any:
    """A key that says something by being there: null, or absent."""
    return None if condition else ABSENT


def true_if(condition: object) -> Any:
    return True if condition else ABSENT


def label(value: Any) -> Any:
    """An enum by its name; a number that has none as text, as `ip` writes it."""
    if value is None:
        return ABSENT
    return value.label if isinstance(value, Enumeration) else str(int(value))


def hexadecimal(value: int | None) -> Any:
    return ABSENT if value is None else f"0x{value:x}"


def table_name(number: int | None) -> str:
    return _TABLES.get(number or 0, str(number))


def attribute(path: str, show: Callable[[Any], Any] = given) -> Say:
    """Says a field of the record, shown by `show`; absent where a record on the way to it is."""

    def say(record: Any, names: Names) -> Any:
        value = record
        for name in path.split("."):
            if value is None:
                return ABSENT
            value = getattr(value, name)
        return show(value)

    return say


def interface(path: str) -> Say:
    """Says a field that holds an interface index, by name; 0 and None are absent."""

    def say(record: Any, names: Names) -> Any:
        index = attribute(path)(record, names)
        return ABSENT if index is ABSENT or not index else names.link(index)

    return say


def hardware_address(text: str | None, type: ArpHardware) -> Any:
    """A link-layer address; a tunnel's is the IP address of its end."""
    if text is None:
        return ABSENT
    return str(ip_address(bytes.fromhex(text.replace(":", "")))) if type in _TUNNELS else text


def number(path: str) -> Say:
    """Says a bool or an enum that `ip` prints as a number."""
    return attribute(path, lambda value: ABSENT if value is None else int(value))


@dataclass(frozen=True)
class newer:  # reads as a word in the tables
    """A key that only versions of `ip` newer than 6.1 print: it may be missing."""

    say: Say

    def __call__(self, record: Any, names: Names) -> Any:
        return self.say(record, names)


def rendered(table: Table, record: Any, names: Names) -> dict[str, Any]:
    """A record as `ip` would print it."""
    said = ((key, say(record, names)) for key, say in table.items())
    return {key: value for key, value in said if value is not ABSENT}


def parsed(text: str) -> Any:
    """The JSON that `ip` printed. A key that stands twice in an object is kept as ``key (2)``; flags are sorted."""

    def together(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            name = f"{key} (2)" if key in found else key
            found[name] = sorted(value) if key == "flags" and isinstance(value, list) else value
        return found

    return json.loads(text or "[]", object_pairs_hook=together)


def differences(path: str, table: Table, shown: Any, before: Any, after: Any, names: Names) -> list[str]:
    """How what `ip` showed differs from the same record read before and after it.

    A value must equal one of the two readings; a number may lie between them, as counters and timers move.
    """
    first, last = rendered(table, before, names), rendered(table, after, names)
    if unknown := shown.keys() - table.keys():
        return [f"{path}: ip prints {key!r} = {shown[key]!r}, which no table knows" for key in sorted(unknown)]
    for key, say in table.items():
        if isinstance(say, newer) and key not in shown:
            first.pop(key, None)
            last.pop(key, None)
    return list(_disagreements(path, shown, first, last))


def _disagreements(path: str, shown: Any, first: Any, last: Any) -> Sequence[str]:
    if _same(shown, first) or _same(shown, last):
        return []
    if all(isinstance(each, dict) for each in (shown, first, last)):
        keys = dict.fromkeys([*shown, *first, *last])
        return [
            line
            for key in keys
            for line in _disagreements(
                f"{path}.{key}", shown.get(key, ABSENT), first.get(key, ABSENT), last.get(key, ABSENT)
            )
        ]
    if all(isinstance(each, list) for each in (shown, first, last)) and len(shown) == len(first) == len(last):
        triples = zip(shown, first, last, strict=True)
        return [line for i, each in enumerate(triples) for line in _disagreements(f"{path}[{i}]", *each)]
    if all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in (shown, first, last)):
        low, high = sorted((first, last))
        if low <= shown <= high:
            return []
    netlynx = f"{first!r}" if _same(first, last) else f"{first!r}, then {last!r}"
    return [f"{path}: ip prints {shown!r}, netlynx has {netlynx}"]


def _same(one: Any, other: Any) -> bool:
    """Equality that tells true from 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def listed(
    path: str, table: Table, shown: Sequence[Any], before: Sequence[Any], after: Sequence[Any], names: Names
) -> list[str]:
    """The differences between a list of `ip` and a dump of netlynx, in the kernel's order."""
    if not len(shown) == len(before) == len(after):
        return [f"{path}: ip prints {len(shown)}, netlynx has {len(before)}, then {len(after)}"]
    triples = zip(shown, before, after, strict=True)
    return [line for i, each in enumerate(triples) for line in differences(f"{path}[{i}]", table, *each, names)]


def misnamed(shown: Any, value: Any, path: str = "") -> list[str]:
    """Where netlynx's JSON `shown` does not say what the record holds, enums and flags by the names of `ip`."""
    if isinstance(value, Enumeration):
        expected: Any = value.label
    elif isinstance(value, FlagSet):
        expected = value.labels
    elif isinstance(value, Spelt):
        expected = str(value)
    elif isinstance(value, bytes):
        expected = value.hex()
    elif isinstance(value, tuple):
        if len(shown) != len(value):
            return [f"{path}: {len(shown)} of {len(value)} elements"]
        return [
            line
            for i, each in enumerate(zip(shown, value, strict=True))
            for line in misnamed(*each, path=f"{path}[{i}]")
        ]
    elif hasattr(value, "__struct_fields__"):
        lines = []
        names, defaults = value.__struct_fields__, value.__struct_defaults__
        default = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        for name in value.__struct_fields__:
            each = getattr(value, name)
            if name in shown:
                lines += misnamed(shown[name], each, f"{path}.{name}")
            elif each not in (None, (), False, 0, b"", default.get(name)):
                lines.append(f"{path}.{name}: {each!r} is left out")
        return lines
    else:
        expected = value
    return [] if _same(shown, expected) else [f"{path}: JSON has {shown!r}, the record {expected!r}"]
