"""One field of a key, or of a map's data: a value of Python's as bytes, and bytes as a value.

Ranges have a first and a last value, both included. The kernel compares the bytes of keys that are ranges one after the
other, so numbers in them stand with the highest byte first, whatever their type's own order is (`big`).
"""

from __future__ import annotations

import operator
import re
import socket
import sys
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

import msgspec

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.datatypes import Datatype, Form, Order

_FAMILY = {Form.IPV4: socket.AF_INET, Form.IPV6: socket.AF_INET6}
_NETWORKS = (IPv4Network, IPv6Network)
_OBJECTS = (IPv4Address, IPv6Address, *_NETWORKS)
_NUMBER = re.compile("0[xX][0-9a-fA-F]+|[0-9]+")
_MAC = re.compile(r"[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2})*")


class Field(msgspec.Struct, frozen=True):
    """A type with the size that its set gives it."""

    datatype: Datatype
    size: int
    order: Order

    def __str__(self) -> str:
        """The type's name; with size and order, where they are the set's own."""
        kind = self.datatype
        if kind.size:
            return kind.name
        host = ":host" if self.order is Order.HOST and kind.form is Form.NUMBER else ""
        return f"{kind.name}:{self.size}{host}"

    @property
    def padded(self) -> int:
        """What it takes of a concatenation, in bytes."""
        return (self.size + 3) & ~3

    def encode(self, value: Any, *, big: bool = False) -> bytes:
        """The bytes of a value; `big` as ranges have them. Raises EncodeError, EncodeTypeError."""
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._raw(bytes(value))
        form = self.datatype.form
        if form is Form.BYTES:
            raise self._wrong(value)
        if form in _FAMILY:
            return self._address(value)
        if form is Form.MAC:
            return self._mac(value)
        if form is Form.TEXT:
            return self._text(value)
        return self._number(value).to_bytes(self.size, "big" if big else self._bytes_in)

    def decode(self, raw: bytes, *, big: bool = False) -> Any:
        """The value of bytes; bytes of another size stay what they are."""
        if len(raw) != self.size:
            return raw
        form = self.datatype.form
        if form is Form.BYTES:
            return raw
        if form in _FAMILY:
            return socket.inet_ntop(_FAMILY[form], raw)
        if form is Form.MAC:
            return raw.hex(":")
        if form is Form.TEXT:
            text, _, rest = raw.partition(b"\0")
            return raw if rest.strip(b"\0") else text.decode("utf-8", "surrogateescape")
        return self._named(int.from_bytes(raw, "big" if big else self._bytes_in))

    def encode_range(self, value: Any, *, big: bool = True) -> tuple[bytes, bytes]:
        """First and last of a range: a prefix, ``"80-90"``, a `range`, ``"eth*"``; of one value that value, twice.

        Raises EncodeError, EncodeTypeError.
        """
        if isinstance(value, range):
            if value.step != 1 or not value:
                raise EncodeError(f"{value!r}: a range of values one after the other is wanted, of one at least")
            return self._ends(value[0], value[-1], value, big)
        form = self.datatype.form
        if form in _FAMILY and ("/" in str(value) or isinstance(value, _NETWORKS)):
            return self._prefix(value)
        if isinstance(value, str) and form is Form.TEXT and value.endswith("*"):
            return self._wildcard(value)
        if isinstance(value, str) and "-" in value and (halves := self._halves(value)) is not None:
            return self._ends(*halves, value, big)
        raw = self.encode(value, big=big)
        return raw, raw

    def decode_range(self, first: bytes, last: bytes, *, big: bool = True) -> Any:
        """What `encode_range` takes: a value where both are the same, a prefix where it is one, or text."""
        if first == last:
            return self.decode(first, big=big)
        form = self.datatype.form
        if form is Form.TEXT:
            text = first.rstrip(b"\0")
            wild = last.startswith(text) and not last[len(text) :].strip(b"\xff")
            return text.decode("utf-8", "surrogateescape") + "*" if wild else (first, last)
        if form in _FAMILY:
            low, high = int.from_bytes(first, "big"), int.from_bytes(last, "big")
            rest = low ^ high
            if not low & rest and not rest & (rest + 1):  # what is different is all the lowest bits, 0 and 1
                return f"{socket.inet_ntop(_FAMILY[form], first)}/{8 * self.size - rest.bit_length()}"
        if form is Form.BYTES:
            return first, last
        if form is Form.NUMBER or form is Form.FLAGS:
            order: Any = "big" if big else self._bytes_in
            return f"{int.from_bytes(first, order)}-{int.from_bytes(last, order)}"
        return f"{self.decode(first, big=big)}-{self.decode(last, big=big)}"

    @property
    def _bytes_in(self) -> Any:  # Any: a Literal of two
        return "big" if self.order is Order.BIG else sys.byteorder

    def _wrong(self, value: Any) -> EncodeTypeError:
        return EncodeTypeError(f"expected {self.datatype.form.value} ({self}), not {type(value).__name__} {value!r}")

    def _raw(self, raw: bytes) -> bytes:
        if len(raw) != self.size:
            raise EncodeError(f"{len(raw)} bytes where {self} has {self.size}")
        return raw

    def _address(self, value: Any) -> bytes:
        if not isinstance(value, (str, *_OBJECTS)):
            raise self._wrong(value)
        try:
            return socket.inet_pton(_FAMILY[self.datatype.form], str(value))
        except (OSError, ValueError):
            pass
        hint = ": it is a prefix, for which the set has to have intervals" if "/" in str(value) else ""
        raise EncodeError(f"{str(value)!r} is no {self.datatype.form.value.partition(' ')[2]}{hint}")

    def _mac(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise self._wrong(value)
        if not _MAC.fullmatch(value):
            raise EncodeError(f"{value!r} is no hardware address")
        return self._raw(bytes(int(part, 16) for part in re.split("[:-]", value)))

    def _text(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise self._wrong(value)
        raw = value.encode("utf-8", "surrogateescape")
        if b"\0" in raw or len(raw) >= self.size:
            raise EncodeError(f"{value!r}: {self} has room for {self.size - 1} bytes, none of them 0")
        return raw.ljust(self.size, b"\0")

    def _number(self, value: Any) -> int:
        """The number that is meant, in its bounds."""
        if self.datatype.form is Form.FLAGS and (
            isinstance(value, (list, tuple, set, frozenset)) or self._several(value)
        ):
            parts = re.split(r"[,|]", value) if isinstance(value, str) else value
            number = 0
            for part in parts:
                number |= self._one(part.strip() if isinstance(part, str) else part)
        else:
            number = self._one(value)
        most = self.datatype.most or (1 << 8 * self.size) - 1
        if not 0 <= number <= most:
            raise EncodeError(f"{value} is not from 0 to {most} ({self})")
        return number

    @staticmethod
    def _several(value: Any) -> bool:
        return isinstance(value, str) and ("," in value or "|" in value)

    def _one(self, value: Any) -> int:
        names = self.datatype.names
        if isinstance(value, str):
            if value in names:
                return names[value]
            try:
                return int(value, 0)
            except ValueError:
                known = f"; known: {', '.join(names)}" if names else ""
                raise EncodeError(f"{value!r} is no {self}{known}") from None
        if isinstance(value, bool) and self.datatype.most != 1:
            raise self._wrong(value)
        try:
            return operator.index(value)
        except TypeError:
            raise self._wrong(value) from None

    def _named(self, number: int) -> int | str:
        """A number, or the name it has; flags by name, joined by commas, where all of them have one."""
        names = self.datatype.names
        for name, each in names.items():
            if each == number:
                return name
        if self.datatype.form is Form.FLAGS and number:
            found = [name for name, each in names.items() if number & each == each]
            if sum(names[name] for name in found) == number:
                return ",".join(found)
        return number

    def _halves(self, text: str) -> tuple[str, str] | None:
        """First and last value of a range in words; None for what is none. Names may have dashes of their own."""
        form = self.datatype.form
        if form is Form.TEXT:
            return None
        for dash in re.finditer("-", text):
            first, last = text[: dash.start()].strip(), text[dash.end() :].strip()
            if (form is not Form.NUMBER and form is not Form.FLAGS) or (self._says(first) and self._says(last)):
                if not first or not last:
                    raise EncodeError(f"{text!r} has one end: a range is said as FIRST-LAST")
                return first, last
        return None

    def _says(self, text: str) -> bool:
        return text in self.datatype.names or _NUMBER.fullmatch(text) is not None

    def _ends(self, first: Any, last: Any, value: Any, big: bool) -> tuple[bytes, bytes]:
        if self.encode(first, big=True) > self.encode(last, big=True):
            raise EncodeError(f"{value!r}: its first value is larger than its last")
        return self.encode(first, big=big), self.encode(last, big=big)

    def _prefix(self, value: Any) -> tuple[bytes, bytes]:
        address, _, length = str(value).partition("/")
        raw, bits = self.encode(address), 8 * self.size
        if not (length.isdecimal() and length.isascii() and int(length) <= bits):
            raise EncodeError(f"{str(value)!r}: a prefix of {self} has 0 to {bits} bits")
        number, rest = int.from_bytes(raw, "big"), (1 << bits - int(length)) - 1
        if number & rest:
            start = self.decode((number & ~rest).to_bytes(self.size, "big"))
            raise EncodeError(
                f"{str(value)!r} is neither an address nor a prefix: say {address!r} or '{start}/{length}'"
            )
        return raw, (number | rest).to_bytes(self.size, "big")

    def _wildcard(self, value: str) -> tuple[bytes, bytes]:
        raw = self._text(value[:-1]).rstrip(b"\0")
        if not raw:
            raise EncodeError("'*' as a part of a key: leave the characters before it in, or use an element of its own")
        return raw.ljust(self.size, b"\0"), raw.ljust(self.size, b"\xff")
