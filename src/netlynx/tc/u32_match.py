"""What `u32` matches, in tc's words, and back: ``ip src 192.0.2.0/24``, ``ip dport 80 0xffff``, ``u32 1 0xff at 8``.

Source: tc_u32_key of linux/pkt_cls.h, tc-u32(8), tc/f_u32.c of iproute2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_interface
from socket import AF_INET, inet_pton
from typing import Any

from netlynx.errors import EncodeError
from netlynx.schema import Layout, be32, member, s32

NEXT_HEADER = -1
"""`next_header` of one whose offset counts from where the filter before it said that the next header is."""


class U32Match(Layout, c="tc_u32_key"):
    """The bits of `mask` in the four bytes at `offset`, from the network header on, are those of `value`.

    With `next_header` -1 the offset counts from the end of the headers that other filters have passed. Given as text,
    it is in tc's words (``u32 0x800 0xffff at 0``, ``ip protocol 6 0xff``); what takes several of them is understood
    where a list stands.
    """

    mask: int = member(be32)
    value: int = member(be32, c="val")
    offset: int = member(s32, c="off")
    next_header: int = member(s32, c="offmask")

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        if isinstance(value, str):
            return match_of(value)
        return value

    def __str__(self) -> str:
        return words_of((self,), "ip")[0]


# -- places of fields in headers: offset and bytes, how far a value is shifted, the bits that it has ------------------

_Place = tuple[int, int, int, int]
_PLACES: dict[str, dict[str, _Place]] = {
    "ip": {
        "ihl": (0, 1, 0, 0x0F),
        "tos": (1, 1, 0, 0xFF),
        "dsfield": (1, 1, 0, 0xFF),
        "precedence": (1, 1, 0, 0xFF),
        "ttl": (8, 1, 0, 0xFF),
        "protocol": (9, 1, 0, 0xFF),
        "sport": (20, 2, 0, 0xFFFF),
        "dport": (22, 2, 0, 0xFFFF),
        "icmp_type": (20, 1, 0, 0xFF),
        "icmp_code": (21, 1, 0, 0xFF),
    },
    "ip6": {
        "priority": (0, 4, 20, 0x0FF00000),
        "flowlabel": (0, 4, 0, 0x000FFFFF),
        "protocol": (6, 1, 0, 0xFF),
        "sport": (40, 2, 0, 0xFFFF),
        "dport": (42, 2, 0, 0xFFFF),
        "icmp_type": (40, 1, 0, 0xFF),
        "icmp_code": (41, 1, 0, 0xFF),
    },
    "tcp": {"src": (0, 2, 0, 0xFFFF), "dst": (2, 2, 0, 0xFFFF)},
    "udp": {"src": (0, 2, 0, 0xFFFF), "dst": (2, 2, 0, 0xFFFF)},
    "icmp": {"type": (0, 1, 0, 0xFF), "code": (1, 1, 0, 0xFF)},
}
_FRAGMENTS = {"nofrag": (0, 0x3FFF), "firstfrag": (0x2000, 0x3FFF), "df": (0x4000, 0x4000), "mf": (0x2000, 0x2000)}
_ADDRESSES = {("ip", "src"): 12, ("ip", "dst"): 16, ("ip6", "src"): 8, ("ip6", "dst"): 24}
_ETHER = {"src": -8, "dst": -14}
_BYTES = {"u8": 1, "u16": 2, "u32": 4}
_SHOWN = {
    "ip": ("ihl", "dsfield", "protocol", "ttl", "sport", "dport"),
    "ip6": ("priority", "flowlabel", "protocol", "sport", "dport"),
}


def match_of(text: str) -> U32Match:
    """The only match that a text means. Raises EncodeError for one that means several."""
    made = matches_of((text,))
    if len(made) != 1:
        raise EncodeError(f"{text!r} takes {len(made)} matches: give it where a list of them stands")
    return made[0]


def matches_of(texts: Iterable[object]) -> tuple[U32Match, ...]:
    """The matches that texts mean, those of the same four bytes as one, as tc has them; matches are taken as they are.

    Raises EncodeError for what is no match in tc's words, and for two that contradict each other.
    """
    made: list[U32Match] = []
    for i, each in enumerate(texts):
        try:
            for one in _parsed(each) if isinstance(each, str) else [U32Match.__natural__(each)]:
                _join(made, one if isinstance(one, U32Match) else U32Match(**one))
        except EncodeError as error:
            raise error.within(f"[{i}]") from None
    return tuple(made)


def _join(made: list[U32Match], one: U32Match) -> None:
    for i, other in enumerate(made):
        if (other.offset, other.next_header) != (one.offset, one.next_header):
            continue
        if (other.value ^ one.value) & other.mask & one.mask:
            raise EncodeError(f"{_raw(one)} contradicts {_raw(other)}: nothing is both")
        made[i] = other.replace(mask=other.mask | one.mask, value=other.value | one.value)
        return
    made.append(one)


def _parsed(text: str) -> list[U32Match]:
    words = text.split()
    if words[:1] == ["match"]:
        words = words[1:]
    head, rest = (words[0].lower(), words[1:]) if words else ("", [])
    next_header = 0
    if len(rest) >= 2 and rest[-2] == "at":
        next_header = NEXT_HEADER if rest[-1].startswith("nexthdr") else 0
    field = rest[0].lower() if rest else ""
    try:
        if head in _BYTES and len(rest) in (2, 4):
            at = _number(rest[3].removeprefix("nexthdr+")) if len(rest) == 4 else 0
            whole = (1 << 8 * _BYTES[head]) - 1
            return [_packed(_number(rest[0], 0), _number(rest[1], 16), at, _BYTES[head], whole, next_header)]
        if (head, field) in _ADDRESSES and len(rest) == 2:
            return _address(_ADDRESSES[head, field], rest[1], head == "ip6")
        if head == "ether" and field in _ETHER and len(rest) in (2, 3):
            return _mac(_ETHER[field], rest[1])
        if head == "ip" and field in _FRAGMENTS and len(rest) == 1:
            value, mask = _FRAGMENTS[field]
            return [_packed(value, mask, 6, 2, 0xFFFF, 0)]
        if field in _PLACES.get(head, ()) and len(rest) in (2, 3):
            offset, size, shift, bits = _PLACES[head][field]
            mask = _number(rest[2], 16) if len(rest) == 3 else bits >> shift
            value = _number(rest[1], 0)
            if max(value, mask) << shift & ~bits or value < 0:
                raise EncodeError(f"{text!r}: {field} has the bits {bits >> shift:#x}, no others")
            after = 0 if head in ("ip", "ip6") else NEXT_HEADER
            return [_packed(value << shift, mask << shift, offset, size, (1 << 8 * size) - 1, after)]
    except ValueError as error:
        if isinstance(error, EncodeError):
            raise
    such = "'ip src 192.0.2.0/24', 'ip dport 80 0xffff', 'u16 0x800 0xffff at 12'"
    raise EncodeError(f"{text!r} is no match in tc's words, such as {such}")


def _number(text: str, base: int = 0) -> int:
    return int(text, 16) if base == 16 else int(text, 0) if not text.isdecimal() else int(text)


def _packed(value: int, mask: int, at: int, size: int, whole: int, next_header: int) -> U32Match:
    """A match of one, two or four bytes, which stand in four that begin at a multiple of four."""
    if not 0 <= value <= whole or not 0 <= mask <= whole:
        raise EncodeError(f"{max(value, mask):#x} does not fit into {8 * size} bits")
    if at % size:
        raise EncodeError(f"{size} bytes begin at a multiple of {size}, not at {at}")
    shift = 8 * (4 - size - at % 4)
    return U32Match(value=(value & mask) << shift, mask=mask << shift, offset=at - at % 4, next_header=next_header)


def _address(at: int, text: str, six: bool) -> list[U32Match]:
    if not six and (found := _prefix4(text)) is not None:
        return [U32Match(value=found[0] & found[1], mask=found[1], offset=at)]
    given = ip_interface(text)
    if (given.version == 6) is not six:
        raise EncodeError(f"{text!r} is no {'IPv6' if six else 'IPv4'} address")
    value, mask = int(given.ip) & int(given.netmask), int(given.netmask)
    words = 4 if six else 1
    made = []
    for i in range(words):
        shift = 32 * (words - 1 - i)
        if mask >> shift & 0xFFFF_FFFF or words == 1:
            part = U32Match(value=value >> shift & 0xFFFF_FFFF, mask=mask >> shift & 0xFFFF_FFFF, offset=at + 4 * i)
            made.append(part)
    return made


def _prefix4(text: str) -> tuple[int, int] | None:
    """The numbers of an IPv4 prefix as it is usually written: there may be many of them."""
    address, _, length = text.partition("/")
    try:
        ones = int(length or "32")
        number = int.from_bytes(inet_pton(AF_INET, address), "big")
    except (OSError, ValueError):
        return None
    return (number, 0xFFFF_FFFF << (32 - ones) & 0xFFFF_FFFF) if 0 <= ones <= 32 else None


def _mac(at: int, text: str) -> list[U32Match]:
    raw = bytes.fromhex(text.replace(":", "").replace("-", ""))
    if len(raw) != 6:
        raise EncodeError(f"{text!r} is no hardware address")
    first, last = (raw[:4], raw[4:]) if at == -8 else (raw[2:], raw[:2])
    whole = U32Match(value=int.from_bytes(first, "big"), mask=0xFFFF_FFFF, offset=-8 if at == -8 else -12)
    half = _packed(int.from_bytes(last, "big"), 0xFFFF, -4 if at == -8 else -14, 2, 0xFFFF, 0)
    return [whole, half] if at == -8 else [half, whole]


# -- and back ------------------------------------------------------------------------------------------------------


def words_of(matches: Sequence[U32Match], protocol: str = "ip") -> list[str]:
    """Texts that mean the same, in the words of the protocol's header: ``ip``, ``ipv6``, or of none."""
    header = {"ip": "ip", "ipv6": "ip6", "ip6": "ip6"}.get(protocol, "")
    said: list[str] = []
    left = list(matches)
    while left:
        one = left[0]
        found = _prefix6(left) if header == "ip6" else None
        if found is not None:
            text, taken = found
            left = left[taken:]
        else:
            text, left = _word(one, header), left[1:]
        if tuple(matches_of([*said, text])) != tuple(matches[: len(matches) - len(left)]):
            text = _raw(one)  # what words would join with another one, or not say exactly
        said.append(text)
    return said


def _word(one: U32Match, header: str) -> str:
    if one.next_header or not header or one.value & ~one.mask:
        return _raw(one)
    if header == "ip" and one.offset in (12, 16):
        ones = one.mask.bit_count()
        if one.mask == 0xFFFF_FFFF << (32 - ones) & 0xFFFF_FFFF and ones:
            return f"ip {'src' if one.offset == 12 else 'dst'} {IPv4Address(one.value)}/{ones}"
    for field in _SHOWN[header]:
        offset, size, shift, bits = _PLACES[header][field]
        below = 8 * (4 - size - offset % 4)
        if offset - offset % 4 == one.offset and not one.mask & ~(bits << below):
            value, mask = one.value >> below >> shift, one.mask >> below >> shift
            if mask:
                return f"{header} {field} {value} {mask:#x}"
    return _raw(one)


def _prefix6(matches: list[U32Match]) -> tuple[str, int] | None:
    """The prefix that the first few say, and how many of them."""
    for name, at in (("src", 8), ("dst", 24)):
        if matches[0].offset != at:
            continue
        taken = 0
        value = mask = 0
        for i, one in enumerate(matches[:4]):
            if one.offset != at + 4 * i or one.next_header:
                break
            value, mask, taken = value << 32 | one.value, mask << 32 | one.mask, i + 1
        value, mask = value << 32 * (4 - taken), mask << 32 * (4 - taken)
        ones = mask.bit_count()
        if mask == (1 << 128) - (1 << 128 - ones) and ones:
            return f"ip6 {name} {IPv6Address(value)}/{ones}", taken
    return None


def _raw(one: U32Match) -> str:
    at = f"nexthdr+{one.offset}" if one.next_header else str(one.offset)
    return f"u32 {one.value:#x} {one.mask:#x} at {at}"
