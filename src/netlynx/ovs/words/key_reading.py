"""Words as keys and masks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag
from typing import Any

from netlynx.errors import EncodeError
from netlynx.ovs.key import Key
from netlynx.ovs.values import CtState
from netlynx.ovs.words.headers import HEADERS, NUMBERS, header_of
from netlynx.ovs.words.key_writing import CT_STATES, TCP_FLAGS
from netlynx.ovs.words.numbers import X16, X32
from netlynx.ovs.words.scanning import parts_of, signed, taken_apart
from netlynx.ovs.words.tagged import mpls_of, nsh_of, vlan_of
from netlynx.ovs.words.tunnels import tunnel_of

_ALL_STATES = CtState(0xFF)


def match_of(text: Any) -> tuple[Key, Key]:
    """The key and the mask that words say: of each header the members that stand there, with all bits or those behind
    a slash. Raises EncodeError."""
    if not isinstance(text, str):
        raise EncodeError(f"expected words such as 'in_port(1),eth(),eth_type(0x0800)', not {text!r}")
    key: dict[str, Any] = {}
    mask: dict[str, Any] = {}
    for part in parts_of(text):
        name, inner = taken_apart(part)
        if inner is None:
            raise EncodeError(f"{part!r} has no brackets, as in in_port(1)")
        field, value, counts = _read(name, inner)
        if field in key:
            raise EncodeError(f"{name} stands there twice")
        key[field], mask[field] = value, counts
    if not key:
        raise EncodeError("it says nothing: eth() is any packet with an Ethernet header")
    if key.get("eth_type") == 0 and mask["eth_type"]:
        key["eth_type"] = None  # packets that have none: the kernel wants a mask for it, and no key
    return Key(**key), Key(**mask)


def key_of(text: str) -> Key:
    """The key that words say, of which all counts. Raises EncodeError for what has a mask."""
    key, _ = match_of(text)
    if "/" in text or "(+" in text or "(-" in text:
        raise EncodeError(f"{text!r} says which bits count; a key has no mask: give it as match")
    return key


def _read(name: str, inner: str) -> tuple[str, Any, Any]:
    """The field that a word is of, and what it and its mask are. Raises EncodeError."""
    if name in HEADERS:
        return (HEADERS[name].field, *header_of(name, inner))
    if name in NUMBERS:
        field, way = NUMBERS[name]
        if name == "in_port" and inner[:1].isalpha():
            raise EncodeError(f"{inner!r} is the name of a port: give its number, as `netlynx ovs ports` lists it")
        return (field, *way.both(inner))
    match name:
        case "ct_state":
            value, counts = flags_of(inner, CT_STATES, X32, name)
            return name, CtState(value), CtState(counts & _ALL_STATES)
        case "tcp_flags":
            return (name, *flags_of(inner, TCP_FLAGS, X16, name))
        case "tunnel":
            return (name, *tunnel_of(inner))
        case "vlan":
            return (name, *vlan_of(inner))
        case "mpls":
            return (name, *mpls_of(inner))
        case "nsh":
            return (name, *nsh_of(inner))
        case "encap":
            return (name, *(match_of(inner) if inner else (Key(), Key())))
    known = ", ".join((*HEADERS, *NUMBERS, "ct_state", "tcp_flags", "tunnel", "vlan", "mpls", "nsh", "encap"))
    raise EncodeError(f"{name!r} is no part of a key: there are {known}")


def flags_of(inner: str, names: Mapping[str, int | IntFlag], way: Any, what: str) -> tuple[int, int]:
    """``syn|ack``, ``+syn-ack`` or a number as a value and its mask. Raises EncodeError."""
    if not inner:
        return 0, 0
    if inner[:1].isdigit():
        value, counts = way.both(inner)
        return value, counts
    some = inner[:1] in ("+", "-")
    said = signed(inner) if some else (("+", name) for name in inner.split("|") if name)
    value = counts = 0
    for sign, name in said:
        if name not in names:
            raise EncodeError(f"{name!r} is no flag of {what}: there are {', '.join(names)}")
        counts |= int(names[name])
        value |= int(names[name]) if sign == "+" else 0
    return value, counts if some else way.whole
