"""Lines of ``ipset save`` and of ipset(8)'s other commands: what they ask for.

Source: ipset(8).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from netlynx.errors import EncodeError
from netlynx.ipset.constants import EntryFlags, Extensions
from netlynx.ipset.entries import Entry
from netlynx.ipset.sets import Set
from netlynx.ipset.types import TYPES

_FAMILIES = {"inet": "ipv4", "ipv4": "ipv4", "-4": "ipv4", "inet6": "ipv6", "ipv6": "ipv6", "-6": "ipv6"}


def words_of(line: str) -> list[str]:
    """The words of a line; text in double quotes is one. Raises EncodeError for quotes that do not end."""
    if '"' not in line:
        return line.split()
    if line.count('"') % 2:
        raise EncodeError("a quote does not end")
    return [each[2] if each[1] is None else each[1] for each in _WORD.finditer(line)]


_WORD = re.compile(r'"([^"]*)"|([^"\s]+)')


def _number(text: str) -> int:
    return int(text, 0)


def _seconds(text: str) -> int:
    return int(text)


def _family(text: str) -> str:
    return _FAMILIES[text.lower()]


_SET_OPTIONS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "family": ("family", _family),
    "hashsize": ("hashsize", _number),
    "maxelem": ("maxelem", _number),
    "bucketsize": ("bucketsize", _number),
    "initval": ("initval", lambda text: int(text, 16 if text.startswith("0x") else 10)),
    "netmask": ("netmask", _number),
    "bitmask": ("bitmask", str),
    "markmask": ("markmask", _number),
    "size": ("size", _number),
    "timeout": ("timeout", _seconds),
    "range": ("first", str),
}
_SET_FLAGS = {flag.label: flag for flag in Extensions}

_ENTRY_OPTIONS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "timeout": ("timeout", _seconds),
    "packets": ("packets", _number),
    "bytes": ("bytes", _number),
    "comment": ("comment", str),
    "skbmark": ("skbmark", str),
    "skbprio": ("skbprio", str),
    "skbqueue": ("skbqueue", _number),
    "before": ("reference", str),
    "after": ("reference", str),
}
_ENTRY_FLAGS = {"nomatch": EntryFlags.NOMATCH, "wildcard": EntryFlags.WILDCARD}


def set_of(name: str, type: str, words: list[str]) -> Set:
    """The set that ``create NAME TYPE …`` makes. Raises EncodeError, in the words of the line."""
    fields: dict[str, Any] = {"name": name, "type": type}
    flags = Extensions(0)
    rest = iter(words)
    for word in rest:
        if word in _SET_FLAGS:
            flags |= _SET_FLAGS[word]
            continue
        option, value = _option(word, rest, _SET_OPTIONS)
        if option == "first" and TYPES.get(type) and "first_port" in TYPES[type].options:
            option = "first_port"
        fields[option] = value
    return Set(**fields, flags=flags or None)


def entry_of(set: str, type: str, element: str, words: list[str]) -> Entry:
    """The entry that ``add SET ELEMENT …`` adds to a set of that type. Raises EncodeError, in the words of the line."""
    fields = element_of(type, element)
    flags = EntryFlags(fields.pop("flags", 0))
    rest = iter(words)
    for word in rest:
        if word in _ENTRY_FLAGS:
            flags |= _ENTRY_FLAGS[word]
            continue
        option, value = _option(word, rest, _ENTRY_OPTIONS)
        if word == "before":
            flags |= EntryFlags.BEFORE
        fields[option] = value
    return Entry(set=set, **fields, flags=flags or None)


def element_of(type: str, text: str) -> dict[str, Any]:
    """The fields of an entry that are said by ``10.0.0.1,tcp:80``. Raises EncodeError for what is none of the type."""
    known = TYPES.get(type)
    if known is None:
        raise EncodeError(f"netlynx does not know what is in sets of type {type}")
    given = [text] if known.parts == ("name",) else text.split(",")
    least = len(known.parts) - (type == "bitmap:ip,mac")
    if not least <= len(given) <= len(known.parts):
        raise EncodeError(f"{text!r} has {len(given)} parts, sets of type {type} have {len(known.parts)}")
    fields: dict[str, Any] = {}
    for part, value in zip(known.parts, given, strict=False):
        fields.update(_part(part, value))
    if "port" in known.parts and ":" not in given[known.parts.index("port")] and len(known.parts) > 1:
        fields["port"] = f"tcp:{fields['port']}"  # as ipset(8) has it
    return fields


def _part(part: str, text: str) -> dict[str, Any]:
    if part in ("net", "address"):
        return {"address": text}
    if part in ("net2", "address2"):
        return {"address2": text}
    if part == "mark":
        try:
            return {"mark": int(text, 0)}
        except ValueError:
            raise EncodeError(f"{text!r} is no mark such as 0x10") from None
    if part == "interface" and text.startswith("physdev:"):
        return {"interface": text.removeprefix("physdev:"), "flags": EntryFlags.PHYSDEV}
    if part == "port":
        return {"port": text}
    return {part: text}


def _option(word: str, rest: Any, known: dict[str, tuple[str, Callable[[str], Any]]]) -> tuple[str, Any]:
    if word not in known:
        raise EncodeError(f"{word!r} is none of {', '.join(known)}")
    name, read = known[word]
    value = next(rest, None)
    if value is None:
        raise EncodeError(f"{word!r} has no value behind it")
    try:
        return name, read(value)
    except (ValueError, KeyError):
        raise EncodeError(f"{value!r} is no value of {word}") from None
