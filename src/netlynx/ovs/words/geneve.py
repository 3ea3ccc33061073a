"""Options of Geneve in words: ``{class=0x102,type=0x80,len=4,0x11223344}``. Source: struct geneve_opt, net/geneve.h."""

from __future__ import annotations

import re
import struct
from typing import Any

from netlynx.errors import EncodeError
from netlynx.ovs.words.numbers import U8, X8, X16, Bytes, Number

_HEAD = struct.Struct("!HBB")
_WORDS = 0x1F  # of the length, in units of 4 bytes
_LONGEST = 4 * _WORDS
_OPTION = re.compile(r"\{class=(?P<class>[\w/]+),type=(?P<type>[\w/]+),len=(?P<len>[\w/]+)(?:,(?P<data>[\w/]+))?\}")
_LENGTH = Number(5, hexadecimal=True)


def options_of(text: str) -> tuple[bytes, bytes]:
    """The options that a text says, back to back, and their masks. Raises EncodeError."""
    key, mask, at = b"", b"", 0
    while at < len(text):
        found = _OPTION.match(text, at)
        if found is None:
            raise EncodeError(f"{text[at:]!r} is no option such as `{{class=0x102,type=0x80,len=4,0x11223344}}`")
        length, _, counts = found["len"].partition("/")
        size = U8.read(length)
        if size % 4 or size > _LONGEST:
            raise EncodeError(f"{found[0]}: the data has a multiple of 4 bytes, {_LONGEST} at most")
        owner, kind = X16.both(found["class"]), X8.both(found["type"])
        data = Bytes(size).both(found["data"] or "0")
        key += _HEAD.pack(owner[0], kind[0], size // 4) + data[0]
        mask += _HEAD.pack(owner[1], kind[1], _LENGTH.read(counts) if counts else _WORDS) + data[1]
        at = found.end()
    return key, mask


def options_words(key: bytes, mask: bytes | None) -> str:
    """The words of options; the bytes as they are where they are cut short."""
    found, at = [], 0
    while at < len(key):
        size = 4 * (key[at + 3] & _WORDS) if at + _HEAD.size <= len(key) else len(key)
        end = at + _HEAD.size + size
        if end > len(key) or (mask is not None and len(mask) < end):
            return f"0x{key.hex()}"
        owner, kind, _ = _HEAD.unpack_from(key, at)
        counts: Any = (None, None, None) if mask is None else _HEAD.unpack_from(mask, at)
        said = [f"class={X16.text(owner, counts[0])}", f"type={X8.text(kind, counts[1])}"]
        of = "" if counts[2] is None or counts[2] & _WORDS == _WORDS else f"/{_LENGTH.write(counts[2])}"
        said.append(f"len={size}{of}")
        if size:
            body = at + _HEAD.size
            way = Bytes(size, digits=2 * size)
            said.append(way.text(key[body:end], None if mask is None else mask[body:end]))
        found.append(f"{{{','.join(said)}}}")
        at = end
    return "".join(found)
