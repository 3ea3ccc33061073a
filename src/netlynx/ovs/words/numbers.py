"""How values are written in words, and the bits of them that count behind a slash: one object for each way."""

from __future__ import annotations

import re
import sys
from ipaddress import IPv4Address, IPv6Address
from typing import Any, ClassVar, Literal

from netlynx.errors import EncodeError
from netlynx.ovs.values import FragmentType
from netlynx.ovs.words.scanning import number_of
from netlynx.schema.masks import mask_of


class Way:
    """A way to write a value. `whole` is the mask of which all counts."""

    whole: Any

    def read(self, text: str) -> Any:
        """The value of a text. Raises EncodeError."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text of a value."""
        raise NotImplementedError

    def read_mask(self, text: str, key: Any) -> Any:
        """The mask of a text. Raises EncodeError."""
        return self.read(text)

    def write_mask(self, mask: Any) -> str:
        """The text of a mask."""
        return self.write(mask)

    def is_nothing(self, mask: Any) -> bool:
        """Whether a mask has no bit set."""
        return not mask

    def is_whole(self, mask: Any) -> bool:
        """Whether all of the value counts."""
        return bool(mask == self.whole)

    def both(self, text: str) -> tuple[Any, Any]:
        """The value and the mask of ``value/mask``. Raises EncodeError."""
        value, slash, mask = text.partition("/")
        key = self.read(value)
        return key, self.read_mask(mask, key) if slash else self.whole

    def text(self, value: Any, mask: Any) -> str:
        """The text of a value, and of its mask unless that is all of it (or None)."""
        if mask is None or self.is_whole(mask):
            return self.write(value)
        return f"{self.write(value)}/{self.write_mask(mask)}"


class Number(Way):
    """A number of so many bits; in hexadecimal digits, of which there are `digits` at least. Masks always are."""

    def __init__(self, bits: int, *, hexadecimal: bool = False, digits: int = 0) -> None:
        self.bits = bits
        self.whole = (1 << bits) - 1
        self.hexadecimal = hexadecimal
        self.digits = digits

    def read(self, text: str) -> int:
        """As `Way.read`."""
        return number_of(text, self.bits)

    def write(self, value: int) -> str:
        """As `Way.write`."""
        return self._hexadecimal(value) if self.hexadecimal else str(int(value))

    def write_mask(self, mask: int) -> str:
        """As `Way.write_mask`."""
        return self._hexadecimal(mask)

    def _hexadecimal(self, value: int) -> str:
        return f"0x{value:0{self.digits}x}" if value or self.digits else "0"


class Bytes(Way):
    """The bytes of a number in hexadecimal digits; the first ones are the highest, unless the `order` is another."""

    order: Literal["big", "little"] = "big"

    def __init__(self, size: int, *, digits: int = 0) -> None:
        self.number = Number(8 * size, hexadecimal=True, digits=digits)
        self.size = size
        self.whole = b"\xff" * size

    def read(self, text: str) -> bytes:
        """As `Way.read`."""
        return self.number.read(text).to_bytes(self.size, self.order)

    def write(self, value: bytes) -> str:
        """As `Way.write`."""
        return self.number.write(int.from_bytes(value, self.order))

    def is_nothing(self, mask: bytes) -> bool:
        """As `Way.is_nothing`."""
        return not any(mask)


class CtLabel(Bytes):
    """Labels of a connection, which are one number to this host."""

    order = sys.byteorder


class Ip(Way):
    """An address; a mask is one too, or the number of bits that it begins with."""

    def __init__(self, cls: type[IPv4Address] | type[IPv6Address], size: int) -> None:
        self.cls = cls
        self.size = size
        self.whole = str(cls(b"\xff" * size))
        self.nothing = str(cls(bytes(size)))

    def read(self, text: str) -> str:
        """As `Way.read`."""
        try:
            return str(self.cls(text))
        except ValueError:
            raise EncodeError(f"{text!r} is no {self.cls.__name__.removesuffix('Address')} address") from None

    def write(self, value: str | None) -> str:
        """As `Way.write`."""
        return self.nothing if value is None else value

    def read_mask(self, text: str, key: Any) -> str:
        """As `Way.read_mask`."""
        if re.fullmatch("[0-9]+", text):
            return str(self.cls(mask_of(int(text), self.size)))
        return self.read(text)

    def is_nothing(self, mask: str | None) -> bool:
        """As `Way.is_nothing`."""
        return mask is None or mask == self.nothing


class Mac(Way):
    """A hardware address; a mask is written as one."""

    whole = "ff:ff:ff:ff:ff:ff"

    def read(self, text: str) -> str:
        """As `Way.read`."""
        if not re.fullmatch("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}", text):
            raise EncodeError(f"{text!r} is no hardware address such as 02:00:00:00:00:01")
        return text.lower()

    def write(self, value: str) -> str:
        """As `Way.write`."""
        return value or "00:00:00:00:00:00"

    def is_nothing(self, mask: str) -> bool:
        """As `Way.is_nothing`."""
        return not mask.strip("0:")


class Fragment(Way):
    """Whether there is all of a packet: ``no``, ``first``, ``later``."""

    whole = 0xFF
    names: ClassVar = {"no": FragmentType.NONE, "first": FragmentType.FIRST, "later": FragmentType.LATER}

    def read(self, text: str) -> Any:
        """As `Way.read`."""
        if text in self.names:
            return self.names[text]
        number = number_of(text, 8)
        return FragmentType(number) if number in set(FragmentType) else number

    def write(self, value: int) -> str:
        """As `Way.write`."""
        return next((name for name, number in self.names.items() if number == value), str(int(value)))

    def write_mask(self, mask: int) -> str:
        """As `Way.write_mask`."""
        return f"{mask:#x}"


U8, U16, U32 = Number(8), Number(16), Number(32)
X8, X16, X32, X64 = (Number(bits, hexadecimal=True) for bits in (8, 16, 32, 64))
ETHER_TYPE = Number(16, hexadecimal=True, digits=4)
CT_LABEL = CtLabel(16)
FLOW_LABEL = Number(32, hexadecimal=True)
IP4, IP6 = Ip(IPv4Address, 4), Ip(IPv6Address, 16)
MAC = Mac()
FRAGMENT = Fragment()
