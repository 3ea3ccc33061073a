"""Messages of any declared record at random: right ones, and such as no kernel should send.

Payloads are made from the declarations, and then some are cut, widened, repeated, moved, put into nests of their own.
"""

from __future__ import annotations

import socket
import struct
from enum import IntFlag
from random import Random
from typing import Any

from netlynx.schema import Kind, Layout, Spelt
from netlynx.schema.compile import layout_size, positions
from netlynx.schema.kinds import Code, Option

FAMILIES = (socket.AF_INET, socket.AF_INET6, 28, 7, 0)  # 28 is MPLS, 7 the bridge's
TEXTS = ("", "lo", "eth0", "veth", "bridge", "a\0b", "\x1b[31m", "ü", "\udcff")


class Strange:
    """Makes messages; how strange they are is a number from 0 to 1."""

    def __init__(self, random: Random, strangeness: float = 0.15) -> None:
        self._random = random
        self._strangeness = strangeness

    def message(self, cls: Any) -> bytes:
        """The payload of a message that a record of the class would be decoded from."""
        payload = self._record(cls, 0, False)
        return payload[: self._random.randrange(len(payload) + 1)] if self._oddly(0.1) else payload

    def _oddly(self, share: float = 1.0) -> bool:
        return self._random.random() < self._strangeness * share

    def _record(self, cls: Any, depth: int, headless: bool) -> bytes:
        header = self._header(cls) if cls.__header__ and not headless else b""
        keys = _keys(cls)
        tree: dict[int, Any] = {}
        for name, declaration in cls.__declarations__.items():
            if declaration.role != "attr" or self._random.random() > 2.5 / (1 + depth) / len(cls.__declarations__):
                continue
            for _ in range(self._random.choice((1, 1, 1, 2)) if self._oddly() else 1):
                self._place(tree, declaration, keys.get(name), depth)
        return header + bytes(-len(header) & 3) + self._attributes(tree)

    def _place(self, tree: dict[int, Any], declaration: Any, keys: list[Any] | None, depth: int) -> None:
        kind = declaration.kind
        count = self._random.randrange(1, 4) if kind.options & Option.MULTI else 1
        for number in declaration.path[:-1]:
            tree = tree.setdefault(int(number), {})
            if not isinstance(tree, dict):
                return
        number = int(declaration.path[-1])
        if declaration.ip6 is not None and self._random.random() < 0.5:
            number = int(declaration.ip6)
        values = tree.setdefault(number, [])
        for _ in range(count):
            if isinstance(values, list):
                values.append(self._payload(kind.item if kind.options & Option.MULTI else kind, depth, keys))

    def _attributes(self, tree: dict[int, Any]) -> bytes:
        parts: list[tuple[int, bytes]] = []
        for number, inside in tree.items():
            if isinstance(inside, list):
                parts += [(number, each) for each in inside]
            elif self._oddly() and len(inside) > 1:  # in two nests of the same number
                items = list(inside.items())
                at = self._random.randrange(1, len(items))
                parts += [(number, self._attributes(dict(half))) for half in (items[:at], items[at:])]
            else:
                parts.append((number, self._attributes(inside)))
        if self._oddly():
            parts.append((self._random.choice((0, 99, 0x3FFF)), self._random.randbytes(self._random.randrange(9))))
        if self._random.random() < 0.3:
            self._random.shuffle(parts)
        return b"".join(self._attribute(number, self._damaged(payload)) for number, payload in parts)

    def _attribute(self, number: int, payload: bytes) -> bytes:
        length = min(4 + len(payload), 0xFFFF)
        if self._oddly(0.2):
            length = max(0, length + self._random.randrange(-5, 6))
        flags = self._random.choice((0, 0x8000, 0x4000))
        return struct.pack("=HH", length, number | flags) + payload[:0xFFFB] + bytes(-len(payload) & 3)

    def _damaged(self, payload: bytes) -> bytes:
        if not self._oddly():
            return payload
        match self._random.randrange(5):
            case 0:
                return payload[: self._random.randrange(len(payload) + 1)]
            case 1:
                return payload + self._random.randbytes(self._random.randrange(1, 9))
            case 2 if payload:
                at = self._random.randrange(len(payload))
                return payload[:at] + self._random.randbytes(1) + payload[at + 1 :]
            case 3:
                return b""
        return self._random.randbytes(self._random.choice((1, 2, 3, 4, 8, 16)))

    def _header(self, cls: Any) -> bytes:
        layout = cls.__header__
        header = bytearray(self._layout(layout))
        for name, (offset, size) in positions(layout).items():
            if name == "family" and size == 1:
                header[offset] = self._random.choice(FAMILIES)
            elif name.endswith(("length", "prefixlen")) and size == 1:
                header[offset] = self._random.choice((0, 8, 24, 32, 64, 128, 255))
        return bytes(header)

    def _layout(self, layout: type[Layout]) -> bytes:
        size = layout_size(layout)[0]
        if self._random.random() < 0.5:
            return bytes(size)
        return bytes(self._random.choice((0, 0, 1, self._random.randrange(256))) for _ in range(size))

    def _payload(self, kind: Kind, depth: int, keys: list[Any] | None = None) -> bytes:
        random = self._random
        match kind.code:
            case Code.INTEGER | Code.BITS:
                return self._integer(kind, keys)
            case Code.FLAG:
                return random.choice((b"", b"", b"\0", b"\1"))
            case Code.STRING:
                text = random.choice(keys) if keys and random.random() < 0.8 else random.choice(TEXTS)
                return str(text).encode("utf-8", "surrogateescape")[: kind.width or None] + b"\0"
            case Code.IP | Code.PREFIX:
                return self._address(kind.width or random.choice((4, 16)))
            case Code.MAC:
                return random.randbytes(6)
            case Code.LABELS:
                return b"\0\0\x40\0" * random.randrange(2) + b"\0\0\x51\0"
            case Code.VIA:
                width = random.choice((4, 16))
                return struct.pack("=H", 2 if width == 4 else 10) + self._address(width)
            case Code.STRUCT if kind.target:
                return self._layout(kind.target())  # type: ignore[arg-type]  # of a struct it is one
            case Code.NEST if kind.target:
                return self._record(kind.target(), depth + 1, kind.headless) if depth < 4 else b""
            case Code.SEQUENCE if kind.target:
                return b"".join(self._entry(kind.target(), depth) for _ in range(random.randrange(3)))
            case Code.ARRAY if kind.item:
                return b"".join(self._payload(kind.item, depth + 1) for _ in range(random.randrange(4)))
            case Code.INDEXED if kind.item:
                numbers = range(kind.first, kind.first + random.randrange(4))
                return b"".join(self._attribute(number, self._payload(kind.item, depth + 1)) for number in numbers)
            case Code.SELECT if kind.choices:
                return self._payload(random.choice(list(kind.choices.values())), depth)
            case Code.HOOK if kind.target and random.random() < 0.8:
                return self._record(kind.target(), depth + 1, False)
        return random.randbytes(kind.width or random.choice((0, 1, 2, 4, 8, 12, 16)))

    def _integer(self, kind: Kind, keys: list[Any] | None) -> bytes:
        random = self._random
        width = random.choice((1, 2, 4, 8)) if self._oddly() else kind.width
        if keys and random.random() < 0.8:
            number = int(random.choice(keys))
        elif kind.values is not None and not issubclass(kind.values, Spelt) and random.random() < 0.8:
            members = [int(member) for member in kind.values] if kind.values is not bool else [0, 1]
            number = random.choice(members or [0])
            if issubclass(kind.values, IntFlag):
                number |= random.choice(members or [0])
        else:
            number = random.choice((0, 1, 2, 7, 255, random.getrandbits(8 * width)))
        number &= (1 << 8 * width) - 1
        return number.to_bytes(width, "big" if kind.options & Option.BIG else "little")

    def _address(self, width: int) -> bytes:
        return (b"\xc0\0\2\1" if width == 4 else b"\x20\1\r\xb8" + bytes(11) + b"\1")[:-1] + self._random.choice(
            (b"\1", b"\2", b"\x80")
        )

    def _entry(self, cls: Any, depth: int) -> bytes:
        entry = self._record(cls, depth + 1, False)
        length = len(entry) if not self._oddly() else self._random.randrange(len(entry) + 4)
        return struct.pack("=H", length & 0xFFFF) + entry[2:]


def _keys(cls: Any) -> dict[str, list[Any]]:
    """What the fields of a class may be for a sub-message to be known."""
    found: dict[str, list[Any]] = {}
    for declaration in cls.__declarations__.values():
        kind = declaration.kind
        if kind is not None and kind.code is Code.SELECT:
            found.setdefault(kind.selector, []).extend(key for key in kind.choices or () if key is not None)
    return found
