"""VLAN tags, entries of label stacks and network service headers in words: parts of numbers, each with its mask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netlynx.errors import EncodeError
from netlynx.ovs.key import NshKey
from netlynx.ovs.layouts import NshBaseKey, NshContextKey
from netlynx.ovs.words.numbers import U8, X8, X32, Number
from netlynx.ovs.words.scanning import members_of, number_of

CFI = 0x1000  # that there is a tag
Bits = Mapping[str, tuple[int, Number]]  # of each part, how far it is shifted, and how it is written

VLAN: Bits = {"vid": (0, Number(12)), "pcp": (13, Number(3)), "cfi": (12, Number(1))}
MPLS: Bits = {"label": (12, Number(20)), "tc": (9, Number(3)), "ttl": (0, Number(8)), "bos": (8, Number(1))}
PATH: Bits = {"spi": (8, Number(24, hexadecimal=True)), "si": (0, Number(8))}
_SPARE = VLAN["cfi"]


def bits_of(said: Mapping[str, str], bits: Bits) -> tuple[int, int]:
    """The number and the mask that parts make. Raises EncodeError."""
    key = mask = 0
    for name, text in said.items():
        shift, way = bits[name]
        value, whole = way.both(text)
        key |= value << shift
        mask |= whole << shift
    return key, mask


def bits_words(key: int, mask: int | None, bits: Bits) -> list[str]:
    """The parts of a number of which anything counts."""
    found = []
    for name, (shift, way) in bits.items():
        counts = None if mask is None else mask >> shift & way.whole
        if counts != 0:
            found.append(f"{name}={way.text(key >> shift & way.whole, counts)}")
    return found


def vlan_of(inner: str) -> tuple[int, int]:
    """The TCI and its mask. That there is a tag, or with ``cfi=0`` that there is none, counts always."""
    said = members_of(inner, tuple(VLAN), "vlan")
    return bits_of({**said, "cfi": said.get("cfi", "1")}, VLAN)


def vlan_words(key: int, mask: int | None) -> str:
    """A TCI in words; that there is a tag goes without saying."""
    if key & CFI and (mask is None or mask & CFI):
        return ",".join(bits_words(key, mask, {name: each for name, each in VLAN.items() if name != "cfi"}))
    return ",".join(bits_words(key, mask, VLAN))


def mpls_of(inner: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The entries of a label stack and their masks; each begins with its label. Raises EncodeError."""
    entries = re.split(r",(?=label=)", inner)
    both = [bits_of(members_of(entry, tuple(MPLS), "mpls"), MPLS) for entry in entries]
    return tuple(key for key, _ in both), tuple(mask for _, mask in both)


def mpls_words(keys: tuple[int, ...], masks: tuple[int, ...] | None) -> str:
    """A label stack in words, entry by entry."""
    each = masks if masks and len(masks) == len(keys) else (None,) * len(keys)
    return ",".join(word for key, mask in zip(keys, each, strict=True) for word in bits_words(key, mask, MPLS))


_BASE: dict[str, Number] = {"flags": X8, "ttl": U8, "mdtype": U8, "np": U8}
_WORD = Number(32, hexadecimal=True, digits=1)
_CONTEXT = ("c1", "c2", "c3", "c4")
_NSH = (*_BASE, *PATH, *_CONTEXT, "md2")


def nsh_of(inner: str) -> tuple[NshKey, NshKey]:
    """A network service header and its mask. Raises EncodeError."""
    said = members_of(inner, _NSH, "nsh")
    path = bits_of({name: text for name, text in said.items() if name in PATH}, PATH)
    base: tuple[dict[str, Any], dict[str, Any]] = ({"path_hdr": path[0]}, {"path_hdr": path[1]})
    for name, way in _BASE.items():
        if name in said:
            base[0][name], base[1][name] = way.both(said[name])
    halves = [NshKey(base=NshBaseKey(**each)) for each in base]
    context = [X32.both(said[name]) if name in said else (0, 0) for name in _CONTEXT]
    if "md2" in said:
        if any(name in said for name in _CONTEXT):
            raise EncodeError(f"nsh({inner}): c1 … are of mdtype 1, md2 of mdtype 2")
        digits = said["md2"].lower().removeprefix("0x")
        number_of(f"0x{digits}", 4 * len(digits))
        data = bytes.fromhex(digits.rjust((len(digits) + 7) // 8 * 8, "0"))
        halves = [halves[0].replace(md2=data), halves[1].replace(md2=b"\xff" * len(data))]
    elif any(name in said for name in _CONTEXT) or base[0].get("mdtype") == 1:
        halves = [
            half.replace(md1=NshContextKey(context=[each[i] for each in context])) for i, half in enumerate(halves)
        ]
    return halves[0], halves[1]


def nsh_words(key: NshKey, mask: NshKey | None) -> str:
    """A network service header in words."""
    base, counts = key.base or NshBaseKey(), _base_of(mask)
    found = [
        f"{name}={way.text(getattr(base, name), counts and getattr(counts, name))}"
        for name, way in _BASE.items()
        if counts is None or getattr(counts, name)
    ]
    found += bits_words(base.path_hdr, None if counts is None else counts.path_hdr, PATH)
    if key.md1 is not None:
        of = mask.md1.context if mask is not None and mask.md1 is not None else (None,) * len(key.md1.context)
        pairs: Any = zip(_CONTEXT, key.md1.context, of, strict=False)
        found += [f"{name}={_WORD.text(each, count)}" for name, each, count in pairs if mask is None or count]
    if key.md2 is not None:
        found.append(f"md2=0x{key.md2.hex()}")
    return ",".join(found)


def _base_of(mask: NshKey | None) -> NshBaseKey | None:
    return None if mask is None else mask.base or NshBaseKey()
