"""What `pedit` changes, in words: ``ip src set 192.0.2.1``. Source: tc-pedit(8), m_pedit.c and p_*.c of iproute2.

A key is a word of four bytes of a packet: the bits that are not in its mask are replaced. What people write is a field
of a header, which is a few of those bits or several words of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from netlynx.errors import EncodeError

_ALL: Final = 0xFFFF_FFFF
SET, ADD = 0, 1  # TCA_PEDIT_KEY_EX_CMD_*
HEADERS: Final = {"network": 0, "eth": 1, "ip": 2, "ip6": 3, "tcp": 4, "udp": 5}  # TCA_PEDIT_KEY_EX_HDR_TYPE_*
_HEADER_NAMES = {number: name for name, number in HEADERS.items()}


class Key(NamedTuple):
    """A word of a header, `offset` bytes into it: (old & mask) ^ value, both as the packet has them.

    With `ADD` the value is added to the old one, and the bits in `mask` stay. `at`, `offmask` and `shift` say where in
    the packet more of the offset stands.
    """

    header: int
    command: int
    mask: int
    value: int
    offset: int
    at: int = 0
    offmask: int = 0
    shift: int = 0


class Field(NamedTuple):
    """Where a field stands in its header, in bytes; of a few bits, how many are below it."""

    offset: int
    size: int
    form: str = "number"
    bits: int = 0
    below: int = 0

    @property
    def width(self) -> int:
        """Of how many bits it is."""
        return self.bits or 8 * self.size


FIELDS: Final[dict[str, dict[str, Field]]] = {
    "eth": {"dst": Field(0, 6, "mac"), "src": Field(6, 6, "mac"), "type": Field(12, 2, "hex")},
    "ip": {
        "ihl": Field(0, 1, "number", 4),
        "tos": Field(1, 1, "hex"),
        "ttl": Field(8, 1),
        "protocol": Field(9, 1),
        "src": Field(12, 4, "ip4"),
        "dst": Field(16, 4, "ip4"),
    },
    "ip6": {
        "traffic_class": Field(0, 4, "hex", 8, 20),
        "flow_lbl": Field(0, 4, "hex", 20),
        "payload_len": Field(4, 2),
        "nexthdr": Field(6, 1),
        "hoplimit": Field(7, 1),
        "src": Field(8, 16, "ip6"),
        "dst": Field(24, 16, "ip6"),
    },
    "tcp": {"sport": Field(0, 2), "dport": Field(2, 2), "flags": Field(13, 1, "hex")},
    "udp": {"sport": Field(0, 2), "dport": Field(2, 2)},
}
_OTHER_NAMES = {("ip", "dsfield"): "tos"}
_SIZES = {"u8": 1, "u16": 2, "u32": 4}


# -- from words to keys ------------------------------------------------------------------------------------------


def keys_of(text: str) -> list[Key]:
    """The keys that a text means. Raises EncodeError for one that means none."""
    words = text.lower().split()
    if len(words) < 3 or words[0] not in HEADERS:
        known = ", ".join(HEADERS)
        raise EncodeError(f"{text!r} is nothing such as 'ip src set 192.0.2.1': it begins with one of {known}")
    header = words[0]
    if words[1] == "offset":
        return _raw(HEADERS[header], words[2:], text)
    fields = FIELDS.get(header, {})
    field = fields.get(_OTHER_NAMES.get((header, words[1]), words[1]))
    if field is None:
        known = ", ".join([*fields, "offset"])
        raise EncodeError(f"{text!r}: there is no field {words[1]!r} in {header}, but {known}")
    return _changed(HEADERS[header], field, words[2:], text)


def _changed(header: int, field: Field, words: list[str], text: str) -> list[Key]:
    """The keys of a command: set, add, clear, invert, preserve or decrement."""
    whole = (1 << field.width) - 1
    counted = field.width
    took = whole
    if "retain" in words:
        at = words.index("retain")
        if at != len(words) - 2:
            raise EncodeError(f"{text!r}: one mask stands behind retain, and nothing else")
        took = _number(words[-1], counted, text)
        words = words[:at]
    command, *values = words or [""]
    if (command in ("set", "add")) != (len(values) == 1) or len(values) > 1:
        raise EncodeError(f"{text!r}: it ends in set VALUE, add VALUE, invert, clear, preserve or decrement")
    match command:
        case "set":
            return _keys(header, field, SET, took, _value(field, values[0], text) & took)
        case "add":
            return _keys(header, field, ADD, took, _value(field, values[0], text) & took)
        case "decrement":
            return _keys(header, field, ADD, took, whole & took)
        case "clear":
            return _keys(header, field, SET, took, 0)
        case "invert":
            return _keys(header, field, SET, 0, took)
        case "preserve":
            return _keys(header, field, SET, 0, 0)
    raise EncodeError(f"{text!r}: {command!r} is none of set, add, invert, clear, preserve, decrement")


def _keys(header: int, field: Field, command: int, replaced: int, value: int) -> list[Key]:
    """The words in which a field stands, of which `replaced` bits are replaced."""
    made = []
    for offset, shift, part in _words_of(field):
        took = _placed(replaced, shift, part)
        made.append(Key(header, command, _ALL ^ took, _placed(value, shift, part), offset))
    return made


def _words_of(field: Field) -> Iterator[tuple[int, int, int]]:
    """Of each word that a field has a part in: its offset, how far the field stands to the left of it, the part."""
    end = field.offset + field.size
    whole = (1 << field.width) - 1
    for offset in range(field.offset & ~3, end, 4):
        shift = 8 * (offset + 4 - end) + field.below
        yield offset, shift, _placed(whole, shift, _ALL)


def _placed(value: int, shift: int, part: int) -> int:
    return (value << shift if shift >= 0 else value >> -shift) & part


def _value(field: Field, text: str, where: str) -> int:
    try:
        if field.form == "ip4":
            return int(IPv4Address(text))
        if field.form == "ip6":
            return int(IPv6Address(text))
    except ValueError:
        raise EncodeError(f"{where!r}: {text!r} is no address of IPv{field.form[-1]}") from None
    if field.form == "mac":
        if not re.fullmatch("[0-9a-f]{2}([:-][0-9a-f]{2}){5}", text):
            raise EncodeError(f"{where!r}: {text!r} is no hardware address")
        return int(text.replace("-", "").replace(":", ""), 16)
    return _number(text, field.width, where)


def _number(text: str, bits: int, where: str) -> int:
    try:
        number = int(text, 0)
    except ValueError:
        raise EncodeError(f"{where!r}: {text!r} is no number") from None
    if not 0 <= number < 1 << bits:
        raise EncodeError(f"{where!r}: {text} has more than {bits} bits")
    return number


def _raw(header: int, words: list[str], text: str) -> list[Key]:
    """``offset 12 u16 set 5``, or ``offset 12 and 0xffff0000 xor 0x5 at 0 offmask 0xf shift 2``."""
    more: dict[str, int] = {}
    while len(words) > 2 and words[-2] in ("at", "offmask", "shift"):
        more[words[-2]] = _number(words[-1], 32, text)
        words = words[:-2]
    sizes = {"sets": 5, "changes": 3}
    if len(words) == sizes["sets"] and words[1] == "and" and words[3] in ("xor", "add"):
        offset = _offset(words[0], 4, text)
        mask, value = (_number(each, 32, text) for each in (words[2], words[4]))
        return [Key(header, ADD if words[3] == "add" else SET, mask, value, offset, **more)]
    if len(words) < sizes["changes"] or words[1] not in _SIZES:
        raise EncodeError(f"{text!r}: behind the offset stands u8, u16 or u32 and a command, or 'and MASK xor VALUE'")
    size = _SIZES[words[1]]
    made = _changed(header, Field(_offset(words[0], size, text), size), words[2:], text)
    return [key._replace(**more) for key in made]


def _offset(text: str, size: int, where: str) -> int:
    negative = text.startswith("-")
    offset = _number(text.removeprefix("-"), 31, where) * (-1 if negative else 1)
    if offset % 4 + size > 4:
        raise EncodeError(f"{where!r}: the kernel changes words of four bytes, and these {size} are in two")
    return offset


# -- from keys to words ------------------------------------------------------------------------------------------


def words_of(keys: Sequence[Key]) -> list[str]:
    """The texts that mean these keys: fields of headers as far as they are such."""
    made, at = [], 0
    while at < len(keys):
        text, used = _found(keys[at:])
        made.append(text)
        at += used
    return made


def _found(keys: Sequence[Key]) -> tuple[str, int]:
    """The text of the first field among keys, and how many of them it takes."""
    first = keys[0]
    header = _HEADER_NAMES.get(first.header)
    if header is None:
        raise ValueError(f"there is no header of type {first.header}")
    for name, field in FIELDS.get(header, {}).items():
        places = list(_words_of(field))
        taken = keys[: len(places)]
        if len(taken) < len(places) or any(each[5:] != (0, 0, 0) for each in taken):
            continue
        if any(key[:2] != first[:2] for key in taken):
            continue
        if [key.offset for key in taken] == [offset for offset, _, _ in places]:
            said = _said(field, taken, places)
            if said is not None:
                return f"{header} {name} {said}", len(places)
    more = "".join(f" {name} {value:#x}" for name, value in zip(Key._fields[5:], first[5:], strict=True) if value)
    how = "add" if first.command == ADD else "xor"
    return f"{header} offset {first.offset} and {first.mask:#010x} {how} {first.value:#010x}{more}", 1


def _said(field: Field, keys: Sequence[Key], places: Sequence[tuple[int, int, int]]) -> str | None:
    """What is done to a field, where that is all that keys do."""
    replaced = value = 0
    for key, (_, shift, part) in zip(keys, places, strict=True):
        took = _ALL ^ key.mask
        if took & ~part or key.value & ~part:
            return None
        replaced |= _placed(took, -shift, (1 << field.width) - 1)
        value |= _placed(key.value, -shift, (1 << field.width) - 1)
    whole = (1 << field.width) - 1
    adds = keys[0].command == ADD
    if not replaced and value == whole and not adds:
        return "invert"
    if not replaced or value & ~replaced:
        return None
    said = f"{'add' if adds else 'set'} {_shown(field, value)}"
    return said if replaced == whole else f"{said} retain {replaced:#x}" if len(keys) == 1 else None


def _shown(field: Field, value: int) -> str:
    match field.form:
        case "ip4":
            return str(IPv4Address(value))
        case "ip6":
            return str(IPv6Address(value))
        case "mac":
            return value.to_bytes(6, "big").hex(":")
        case "hex":
            return f"{value:#x}"
    return str(value)
