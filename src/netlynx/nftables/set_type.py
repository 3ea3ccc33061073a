"""What a set holds, in words as nft says it: ``"ipv4_addr"``, ``"interval ipv4_addr . inet_service : verdict"``.

Before the colon the key, behind it what a map has for each: a type, ``verdict``, or ``object`` (the name of one).
``interval`` says that there may be ranges.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.keys import KeyType, key_type

VERDICT = "verdict"
OBJECT = "object"
_INTERVAL = "interval "
_CHAINS = ("jump", "goto")
_VERDICTS = {"accept": 1, "drop": 0, "queue": 3, "continue": -1, "break": -2, "jump": -3, "goto": -4, "return": -5}
_CODES = {code: name for name, code in _VERDICTS.items()}


class SetType(msgspec.Struct, frozen=True):
    """The types of a set's keys and, of a map, its data."""

    key: KeyType
    ranges: bool = False
    data: KeyType | None = None
    data_ranges: bool = False
    special: str = ""  # VERDICT or OBJECT, in place of the data's type

    def __str__(self) -> str:
        said = f"{_INTERVAL if self.ranges else ''}{self.key}"
        if self.special:
            return f"{said} : {self.special}"
        return said if self.data is None else f"{said} : {_INTERVAL if self.data_ranges else ''}{self.data}"

    @property
    def paired(self) -> bool:
        """Whether the kernel keeps a range as two elements: it does for keys of one field."""
        return self.ranges and len(self.key.fields) == 1

    @property
    def is_map(self) -> bool:
        """Whether there is something for each key."""
        return self.data is not None or bool(self.special)

    def key_of(self, value: Any) -> Any:
        """A key as it would be read. Raises EncodeError, EncodeTypeError."""
        if self.ranges:
            return self.key.decode_range(*self.key.encode_range(value))
        return self.key.decode(self.key.encode(value))

    def read_key(self, raw: bytes) -> Any:
        """The key of bytes; of a range the first value and behind it the last."""
        if not self.ranges:
            return self.key.decode(raw)
        half = len(raw) // 2
        return self.key.decode_range(raw[:half], raw[half:])

    def data_of(self, value: Any) -> Any:
        """Data as it would be read. Raises EncodeError, EncodeTypeError."""
        if self.special == VERDICT:
            return verdict_text(*verdict(value))
        if self.special == OBJECT:
            return value
        return self.read_data(self.data_bytes(value))

    def data_bytes(self, value: Any) -> bytes:
        """The bytes of data that is neither a verdict nor an object. Raises EncodeError, EncodeTypeError."""
        if self.data is None:
            raise EncodeError("the set is no map: it has nothing but keys")
        if self.data_ranges:
            return b"".join(self.data.encode_range(value, big=False))
        return self.data.encode(value)

    def read_data(self, raw: bytes) -> Any:
        """Data of bytes."""
        if self.data is None:
            return raw
        if self.data_ranges and len(raw) == 2 * self.data.length:
            return self.data.decode_range(raw[: self.data.length], raw[self.data.length :], big=False)
        return self.data.decode(raw)


def verdict(value: Any) -> tuple[int, str | None]:
    """Code and chain of a verdict in words: ``"accept"``, ``"jump CHAIN"``. Raises EncodeError, EncodeTypeError."""
    if not isinstance(value, str):
        raise EncodeTypeError(
            f"expected a verdict such as 'accept' or 'jump CHAIN', not {type(value).__name__} {value!r}"
        )
    word, _, chain = value.partition(" ")
    code = _VERDICTS.get(word)
    if code is None:
        raise EncodeError(f"{value!r} is no verdict; known: {', '.join(_VERDICTS)}")
    if bool(chain) != (word in _CHAINS):
        raise EncodeError(f"{value!r}: " + ("no chain belongs to it" if chain else f"say which chain: '{word} CHAIN'"))
    return code, chain or None


def verdict_text(code: int, chain: str | None) -> str | None:
    """A verdict in words; None for one that has none."""
    word = _CODES.get(code)
    if word is None or (chain is None) == (word in _CHAINS):
        return None
    return word if chain is None else f"{word} {chain}"


@lru_cache(512)
def set_type(text: str) -> SetType:
    """The type that stands in words. Raises EncodeError for what is none."""
    key, colon, data = text.partition(" : ")
    ranges, data_ranges = key.startswith(_INTERVAL), data.startswith(_INTERVAL)
    key, data = key.removeprefix(_INTERVAL), data.removeprefix(_INTERVAL)
    if data in (VERDICT, OBJECT):
        return SetType(key_type(key), ranges, special=data)
    return SetType(key_type(key), ranges, key_type(data) if colon else None, data_ranges)
