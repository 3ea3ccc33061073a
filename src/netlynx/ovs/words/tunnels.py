"""Tunnels in words: ``tun_id=0x5,src=192.0.2.1,dst=192.0.2.2,ttl=64,flags(df|key)``."""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.ovs.key import TunnelKey, VxlanKey
from netlynx.ovs.layouts import ErspanKey
from netlynx.ovs.words.geneve import options_of, options_words
from netlynx.ovs.words.numbers import IP4, IP6, U8, U16, X8, X32, X64, Way
from netlynx.ovs.words.scanning import members_of, parts_of, signed, taken_apart

_MEMBERS: dict[str, tuple[str, Way]] = {
    "tun_id": ("id", X64),
    "src": ("src", IP4),
    "dst": ("dst", IP4),
    "ipv6_src": ("src", IP6),
    "ipv6_dst": ("dst", IP6),
    "tos": ("tos", X8),
    "ttl": ("ttl", U8),
    "tp_src": ("tp_src", U16),
    "tp_dst": ("tp_dst", U16),
}
_FLAGS = {"df": "dont_fragment", "csum": "checksum", "oam": "oam"}
_KEYED = "key"  # that there is an ID
_GBP = {"id": (0, U16), "flags": (16, X8)}
_ERSPAN = {"ver": U8, "idx": X32, "dir": U8, "hwid": X8}


def tunnel_of(inner: str) -> tuple[TunnelKey, TunnelKey]:
    """A tunnel and its mask. Raises EncodeError."""
    key: dict[str, Any] = {}
    mask: dict[str, Any] = {}
    for part in parts_of(inner):
        name, equals, text = part.partition("=")
        if name in _MEMBERS and equals:
            field, way = _MEMBERS[name]
            if field in key:
                raise EncodeError(f"{name}: it stands there already, in tunnel")
            key[field], mask[field] = way.both(text)
            continue
        name, inside = taken_apart(part)
        reader = _PARTS.get(name)
        if reader is None or inside is None:
            known = ", ".join((*(f"{each}=…" for each in _MEMBERS), *(f"{each}(…)" for each in _PARTS)))
            raise EncodeError(f"{part!r} is no part of tunnel: it has {known}")
        for field, (value, counts) in reader(inside).items():
            key[field], mask[field] = value, counts
    return TunnelKey(**key), TunnelKey(**mask)


def _flags(inner: str) -> dict[str, tuple[Any, Any]]:
    """``df|key``, of which all flags count that there are, or ``+df-csum``: those that are said."""
    if not inner or inner[0] not in "+-":
        names = [each for each in inner.split("|") if each]
        found: dict[str, tuple[Any, Any]] = {field: (flag in names, True) for flag, field in _FLAGS.items()}
    else:
        found = {}
        names = []
        for sign, name in signed(inner):
            names.append(name)
            if name in _FLAGS:
                found[_FLAGS[name]] = (sign == "+", True)
    for name in names:
        if name not in _FLAGS and name != _KEYED:
            raise EncodeError(f"{name!r} is no flag of a tunnel: there are {', '.join(_FLAGS)}, {_KEYED}")
    return found


def _geneve(inner: str) -> dict[str, tuple[Any, Any]]:
    return {"geneve": options_of(inner)}


def _vxlan(inner: str) -> dict[str, tuple[Any, Any]]:
    name, inside = taken_apart(inner)
    if name != "gbp" or inside is None:
        raise EncodeError(f"vxlan({inner}): it has `gbp(id=…,flags=…)`")
    key = mask = 0
    for member, text in members_of(inside, tuple(_GBP), "gbp").items():
        shift, way = _GBP[member]
        value, counts = way.both(text)
        key |= value << shift
        mask |= counts << shift
    return {"vxlan": (VxlanKey(gbp=key), VxlanKey(gbp=mask))}


def _erspan(inner: str) -> dict[str, tuple[Any, Any]]:
    said = members_of(inner, tuple(_ERSPAN), "erspan")
    found = {name: _ERSPAN[name].both(text) for name, text in said.items()}
    version = found.pop("ver", (0, 0))[0]
    halves: list[dict[str, Any]] = []
    for i, whole in enumerate((version, 0xFFFFFFFF)):
        fields = {"version": whole}
        if "idx" in found:
            fields["index"] = found["idx"][i]
        if "dir" in found:
            fields["direction"] = found["dir"][i] & 1
        if "hwid" in found:
            fields["hwid"], fields["hwid_upper"] = found["hwid"][i] & 0xF, found["hwid"][i] >> 4 & 3
        halves.append(fields)
    wrong = {1: ("dir", "hwid"), 2: ("idx",)}.get(version)
    if wrong is None or any(name in found for name in wrong):
        raise EncodeError(f"erspan({inner}): of `ver=1` there is idx, of `ver=2` dir and hwid")
    return {"erspan": (ErspanKey(**halves[0]), ErspanKey(**halves[1]))}


_PARTS = {"flags": _flags, "geneve": _geneve, "vxlan": _vxlan, "erspan": _erspan}


def tunnel_words(key: TunnelKey, mask: TunnelKey | None) -> str:
    """A tunnel in words; without a mask all counts."""
    found = []
    for name, (field, way) in _MEMBERS.items():
        value = getattr(key, field)
        counts = None if mask is None else getattr(mask, field)
        if value is None or (way is IP4 and ":" in value) or (way is IP6 and ":" not in value):
            continue
        if mask is None or (counts is not None and not way.is_nothing(counts)):
            found.append(f"{name}={way.text(value, counts)}")
    if key.vxlan is not None and key.vxlan.gbp is not None:
        of = None if mask is None or mask.vxlan is None else mask.vxlan.gbp
        parts = [
            f"{name}={way.text(key.vxlan.gbp >> shift & way.whole, None if of is None else of >> shift & way.whole)}"
            for name, (shift, way) in _GBP.items()
        ]
        found.append(f"vxlan(gbp({','.join(parts)}))")
    if key.geneve is not None and (mask is None or mask.geneve is not None):
        found.append(f"geneve({options_words(key.geneve, None if mask is None else mask.geneve)})")
    if key.erspan is not None:
        found.append(f"erspan({_erspan_words(key.erspan)})")
    flags = _flag_words(key, mask)
    return ",".join([*found, *([f"flags({flags})"] if flags else [])])


def _erspan_words(erspan: ErspanKey) -> str:
    if erspan.version == 1:
        return f"ver=1,idx={X32.write(erspan.index)}"
    hwid = erspan.hwid_upper << 4 | erspan.hwid
    return f"ver={erspan.version},dir={erspan.direction},hwid={X8.write(hwid)}"


def _flag_words(key: TunnelKey, mask: TunnelKey | None) -> str:
    """``df|key``; with a mask ``-df+key``: those flags that count."""
    keyed = key.id is not None
    if mask is None or all(getattr(mask, field) for field in _FLAGS.values()):
        names = [name for name, field in _FLAGS.items() if getattr(key, field)]
        return "|".join([*names, *([_KEYED] if keyed else [])])
    signs = [f"{'+' if getattr(key, field) else '-'}{name}" for name, field in _FLAGS.items() if getattr(mask, field)]
    return "".join([*signs, *(["+key"] if keyed and mask.id is not None else [])])
