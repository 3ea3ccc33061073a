"""How a key and the mask of its bits that count are written: ``80``, ``0x10/0x3f``, ``192.0.2.0/24``, ``+new-est``."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from enum import IntFlag
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network, ip_address
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Any, Literal

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.kinds import Code

Written = tuple[int, bytes, bytes | None]
"""The variant, the key, the mask or None; of a range its ends."""


class Form:
    """What the value of a field is that is given in any of several ways. A text `like` those of another kind, which
    says all of the value, is the canonical one. Where it is `spoken`, a text may say several values as one."""

    like: Code | None = None
    spoken = False

    def settle(self, value: Any) -> Any:
        """The one value that means the same as what somebody gave. Raises EncodeError and EncodeTypeError."""
        raise NotImplementedError


class MaskedForm(Form):
    """A way to write keys with masks: as texts. `sizes` are the bytes of a key, for each variant."""

    sizes: tuple[int, ...]

    def read(self, variant: int, key: bytes, mask: bytes | None) -> Any:
        """The text of a key; NotImplemented for what has none."""
        raise NotImplementedError

    def write(self, text: str, record: Any) -> Written:
        """What a settled text says, in this record."""
        raise NotImplementedError


def _none_left(mask: int) -> None:
    if not mask:
        raise EncodeError("with no bit of it in the mask, everything matches: leave the field out")


def _is_whole(mask: bytes | None) -> bool:
    return mask is None or mask.count(255) == len(mask)


def prefix_of(mask: bytes) -> int | None:
    """How many bits a mask begins with, if there are no others in it."""
    number, bits = int.from_bytes(mask, "big"), 8 * len(mask)
    ones = number.bit_count()
    return ones if number == (1 << bits) - (1 << bits - ones) else None


def mask_of(length: int, size: int) -> bytes:
    """The mask that has so many bits at its beginning. Raises EncodeError for more bits than there are."""
    if length > 8 * size:
        raise EncodeError(f"the mask has {length} bits, the key {8 * size}")
    return ((1 << 8 * size) - (1 << 8 * size - length)).to_bytes(size, "big")


_WHOLE = {4: b"\xff" * 4, 16: b"\xff" * 16}  # the mask of all of an address, by its bytes


class AddressKey(MaskedForm):
    """An IP address, with the length of a prefix or another mask behind it."""

    like = Code.IP

    def __init__(self, *sizes: Literal[4, 16]) -> None:
        self.sizes = sizes or (4, 16)

    def settle(self, value: Any) -> str:
        """Raises EncodeError for what is no address of such a family, or no mask."""
        given = isinstance(value, IPv4Address | IPv6Address | IPv4Network | IPv6Network | IPv4Interface | IPv6Interface)
        if not given and not isinstance(value, str):
            raise EncodeTypeError(f"expected an address such as '192.0.2.0/24', not {type(value).__name__} {value!r}")
        key, mask = self._parsed(str(value))
        _none_left(int.from_bytes(mask, "big"))
        return self._text(key, mask)

    def read(self, variant: int, key: bytes, mask: bytes | None) -> Any:
        """An address, and its mask unless that is all of it."""
        return self._text(key, mask)

    def write(self, text: str, record: Any) -> Written:
        """The variant is the family's."""
        try:  # most are of one address
            key = inet_pton(AF_INET6 if ":" in text else AF_INET, text)
            return self.sizes.index(len(key)), key, _WHOLE[len(key)]
        except (OSError, ValueError):
            key, mask = self._parsed(text)
        return self.sizes.index(len(key)), key, mask

    def _parsed(self, text: str) -> tuple[bytes, bytes]:
        address, slash, mask = text.partition("/")
        try:
            key = _packed(address)
        except ValueError:
            raise EncodeError(f"{text!r} is no IP address, nor one with a mask such as '192.0.2.0/24'") from None
        if len(key) not in self.sizes:
            raise EncodeError(f"{text!r} is no IPv{4 if self.sizes == (4,) else 6} address")
        if not slash:
            return key, _WHOLE[len(key)]
        if re.fullmatch("[0-9]+", mask):
            return key, mask_of(int(mask), len(key))
        try:
            made = _packed(mask)
        except ValueError:
            raise EncodeError(f"{mask!r} is no mask of {address}: a number of bits, or an address") from None
        if len(made) != len(key):
            raise EncodeError(f"the mask {mask} is not of the family of {address}")
        return key, made

    @staticmethod
    def _text(key: bytes, mask: bytes | None) -> str:
        family = AF_INET if len(key) == 4 else AF_INET6
        text = inet_ntop(family, key)
        if mask is None or _is_whole(mask):
            return text
        length = _length(mask)
        return f"{text}/{inet_ntop(family, mask) if length is None else length}"


def _packed(text: str) -> bytes:
    """The bytes of an address. Raises ValueError for what is none."""
    try:
        return inet_pton(AF_INET6 if ":" in text else AF_INET, text)
    except OSError:
        return ip_address(text).packed  # perhaps one with a scope


_length = lru_cache(256)(prefix_of)


class MacKey(MaskedForm):
    """A hardware address of 6 bytes, with a number of bits or another mask behind it."""

    sizes = (6,)
    like = Code.MAC

    def settle(self, value: Any) -> str:
        """Raises EncodeError for what is no such address, or no mask."""
        if not isinstance(value, str):
            raise EncodeTypeError(f"expected a hardware address, not {type(value).__name__} {value!r}")
        key, mask = self._parsed(value)
        _none_left(int.from_bytes(mask, "big"))
        return self.read(0, key, mask)

    def read(self, variant: int, key: bytes, mask: bytes | None) -> str:
        """An address, and its mask unless that is all of it."""
        if mask is None or _is_whole(mask):
            return key.hex(":")
        length = prefix_of(mask)
        return f"{key.hex(':')}/{mask.hex(':') if length is None else length}"

    def write(self, text: str, record: Any) -> Written:
        """There is one variant."""
        return 0, *self._parsed(text)

    def _parsed(self, text: str) -> tuple[bytes, bytes]:
        address, slash, mask = text.lower().replace("-", ":").partition("/")
        key = self._bytes(address)
        if not slash:
            return key, b"\xff" * 6
        return key, mask_of(int(mask), 6) if re.fullmatch("[0-9]+", mask) else self._bytes(mask)

    @staticmethod
    def _bytes(text: str) -> bytes:
        parts = text.split(":")
        if len(parts) != 6 or not all(re.fullmatch("[0-9a-f]{1,2}", part) for part in parts):
            raise EncodeError(f"{text!r} is no hardware address such as 02:00:00:00:00:01")
        return bytes(int(part, 16) for part in parts)


class NumberKey(MaskedForm):
    """A number, with a mask behind it; with `hexadecimal` it is shown so. `names` stand for numbers.

    `by` is another field of the record, and by its values the variant: whose port it is. With `ranges`, the last
    variant has two ends in place of a key and a mask: ``80-90``. `bits` are those of the key that count, of its bytes;
    a mask of all of them is not sent if the key is `bare`.
    """

    def __init__(
        self,
        size: int,
        *,
        big: bool = False,
        hexadecimal: bool = False,
        names: Mapping[str, int] | None = None,
        by: tuple[str, Mapping[Any, int]] | None = None,
        ranges: bool = False,
        bits: int = 0,
        bare: bool = False,
    ) -> None:
        self.size = size
        self.bare = bare
        self.order: Literal["big", "little"] = "big" if big else sys.byteorder
        self.hexadecimal = hexadecimal
        self.names = names or {}
        self.by = by
        self.range = len(set(by[1].values())) if ranges and by else -1
        self.sizes = (size,) * (1 + max(self.range, *(by[1].values() if by else (0,))))
        self.most = (1 << 8 * size) - 1
        self.whole = (1 << bits) - 1 if bits else self.most

    def settle(self, value: Any) -> str:
        """Raises EncodeError for what does not fit into the key's bytes, or a mask that does not."""
        if not isinstance(value, str):
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise EncodeTypeError(f"expected a number or a text such as '80' or '0x10/0x3f', not {value!r}")
            value = str(value.__index__())
        ends = self._ends(value)
        if ends is not None:
            return f"{ends[0]}-{ends[1]}"
        key, mask = self._parsed(value)
        _none_left(mask)
        return self._text(key, mask)

    def read(self, variant: int, key: bytes, mask: bytes | None) -> Any:
        """A number, and its mask unless that is all of it; two ends of a range."""
        if variant == self.range:
            if mask is None:
                return NotImplemented
            return f"{int.from_bytes(key, self.order)}-{int.from_bytes(mask, self.order)}"
        number = int.from_bytes(key, self.order)
        return self._text(number, self.whole if mask is None else int.from_bytes(mask, self.order))

    def write(self, text: str, record: Any) -> Written:
        """Raises EncodeError where another field should say which variant it is, and does not."""
        variant = 0
        ends = self._ends(text)
        numbers = ends or self._parsed(text)
        if self.by is not None:
            name, variants = self.by
            chosen = getattr(record, name)
            if chosen not in variants:
                known = ", ".join(str(getattr(each, "label", each)) for each in variants)
                raise EncodeError(f"set {name} to one of {known}: it says whose it is")
            variant = self.range if ends is not None else variants[chosen]
        key, mask = (number.to_bytes(self.size, self.order) for number in numbers)
        return variant, key, None if self.bare and ends is None and numbers[1] == self.whole else mask

    def _ends(self, text: str) -> tuple[int, int] | None:
        if self.range < 0 or "-" not in text:
            return None
        low, high = (self._number(part) for part in text.split("-", 1))
        if low > high:
            raise EncodeError(f"the range {text!r} ends before it begins")
        return low, high

    def _parsed(self, text: str) -> tuple[int, int]:
        key, slash, mask = text.partition("/")
        return self._number(key), self._number(mask, "the mask ") if slash else self.whole

    def _number(self, text: str, what: str = "") -> int:
        stripped = text.strip().lower()
        if stripped in self.names:
            return self.names[stripped]
        try:
            number = int(stripped, 0) if not stripped.isdecimal() else int(stripped)
        except ValueError:
            known = f", and none of {', '.join(self.names)}" if self.names else ""
            raise EncodeError(f"{text!r} is no number{known}") from None
        if not 0 <= number <= self.most:
            raise EncodeError(f"{what}{text} does not fit into the {8 * self.size} bits of the key")
        return number

    def _text(self, key: int, mask: int) -> str:
        text = next((name for name, number in self.names.items() if number == key), "")
        text = text or (f"{key:#x}" if self.hexadecimal else str(key))
        return text if mask == self.whole else f"{text}/{mask:#x}"


class FlagsKey(MaskedForm):
    """Flags that are wanted, and flags that are not: ``+new-est``; of a mask without names, ``0x2/0x12``.

    ``new/noest`` and ``new,est`` are understood too.
    """

    def __init__(self, flags: type[IntFlag], size: int, *, big: bool = False) -> None:
        self.flags = flags
        self.sizes = (size,)
        self.order: Literal["big", "little"] = "big" if big else sys.byteorder
        self.words = {flags._label(name): int(member) for name, member in flags.__members__.items()}  # type: ignore[attr-defined]

    def settle(self, value: Any) -> str:
        """Raises EncodeError for a word that is no flag."""
        if isinstance(value, list | tuple | set | frozenset):
            value = "".join(f"+{self.words_of(each)}" for each in value)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = f"{int(value):#x}/{int(value):#x}"
        if not isinstance(value, str):
            raise EncodeTypeError(f"expected flags such as {self._example()!r}, not {type(value).__name__} {value!r}")
        key, mask = self._parsed(value)
        _none_left(mask)
        return self._text(key, mask)

    def words_of(self, flag: Any) -> str:
        """The word of a member, or a word as it is."""
        return flag if isinstance(flag, str) else str(getattr(flag, "label", flag))

    def read(self, variant: int, key: bytes, mask: bytes | None) -> str:
        """Each flag of the mask."""
        number = int.from_bytes(key, self.order)
        whole = (1 << 8 * self.sizes[0]) - 1
        return self._text(number, whole if mask is None else int.from_bytes(mask, self.order))

    def write(self, text: str, record: Any) -> Written:
        """There is one variant."""
        key, mask = (number.to_bytes(self.sizes[0], self.order) for number in self._parsed(text))
        return 0, key, mask

    def _example(self) -> str:
        words = list(self.words)
        return f"+{words[0]}-{words[1]}"

    def _parsed(self, text: str) -> tuple[int, int]:
        most = (1 << 8 * self.sizes[0]) - 1
        found = re.fullmatch(r"\s*(0x[0-9a-f]+|[0-9]+)(?:/(0x[0-9a-f]+|[0-9]+))?\s*", text.lower())
        if found:
            key, mask = int(found[1], 0), int(found[2] or found[1], 0)
            if max(key, mask) > most:
                raise EncodeError(f"{text} does not fit into the {8 * self.sizes[0]} bits of the key")
            return key, mask
        key = mask = 0
        for sign, word in re.findall(r"([+-]?)([^+,/\s-]+)", text.lower()):
            name, wanted = word, sign != "-"
            if name not in self.words and name.startswith("no") and not sign:
                name, wanted = name[2:], False
            if name not in self.words:
                raise EncodeError(f"{word!r} is no flag; known: {', '.join(self.words)}")
            mask |= self.words[name]
            key = key | self.words[name] if wanted else key & ~self.words[name]
        return key, mask

    def _text(self, key: int, mask: int) -> str:
        if mask & ~sum(self.words.values()) or key & ~mask or not mask:
            return f"{key:#x}/{mask:#x}"
        return "".join(f"{'+' if key & bit else '-'}{word}" for word, bit in self.words.items() if mask & bit)


class BytesKey(MaskedForm):
    """Bytes as hexadecimal digits, those that are missing at the end are 0; a mask behind them."""

    def __init__(self, size: int) -> None:
        self.sizes = (size,)

    def settle(self, value: Any) -> str:
        """Raises EncodeError for what are no hexadecimal digits, or too many."""
        if isinstance(value, bytes):
            value = value.hex()
        if not isinstance(value, str):
            raise EncodeTypeError(f"expected hexadecimal digits, not {type(value).__name__} {value!r}")
        key, mask = self._parsed(value)
        _none_left(int.from_bytes(mask, "big"))
        return self.read(0, key, mask)

    def read(self, variant: int, key: bytes, mask: bytes | None) -> str:
        """The digits, and those of the mask unless that is all of it."""
        return key.hex() if mask is None or _is_whole(mask) else f"{key.hex()}/{mask.hex()}"

    def write(self, text: str, record: Any) -> Written:
        """There is one variant."""
        return 0, *self._parsed(text)

    def _parsed(self, text: str) -> tuple[bytes, bytes]:
        key, slash, mask = text.partition("/")
        return self._bytes(key, "the key"), self._bytes(mask, "the mask") if slash else b"\xff" * self.sizes[0]

    def _bytes(self, text: str, what: str) -> bytes:
        try:
            made = bytes.fromhex(text.strip().lower().removeprefix("0x"))
        except ValueError:
            raise EncodeError(f"{text!r} are no hexadecimal digits, two for each byte") from None
        if len(made) > self.sizes[0]:
            raise EncodeError(f"{what} has {len(made)} bytes, {self.sizes[0]} are the most")
        return made.ljust(self.sizes[0], b"\0")
