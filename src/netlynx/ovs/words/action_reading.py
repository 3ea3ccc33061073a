"""Words as actions."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any

from netlynx.errors import EncodeError
from netlynx.ovs.action import (
    Action,
    AddMpls,
    CheckLength,
    Ct,
    DecTtl,
    Hash,
    MaskedKey,
    Nat,
    Psample,
    PushMpls,
    PushVlan,
    Sample,
    Userspace,
)
from netlynx.ovs.masked import MaskedCtLabels, MaskedNumber
from netlynx.ovs.values import MplsPlace
from netlynx.ovs.words.action_writing import HASHES, WHOLE, probability_of
from netlynx.ovs.words.headers import HEADERS, is_nothing
from netlynx.ovs.words.key_reading import match_of
from netlynx.ovs.words.numbers import CT_LABEL, ETHER_TYPE, U16, U32, X32, Way
from netlynx.ovs.words.scanning import members_of, number_of, parts_of, taken_apart
from netlynx.ovs.words.tagged import MPLS, VLAN, bits_of, nsh_of

_MASKABLE = tuple(MaskedKey.__declarations__)
_WHOLE_ALONE = ("tunnel",)
_MOST = 16  # levels of actions that the kernel follows (OVS_COPY_ACTIONS_MAX_DEPTH)


def actions_of(text: str) -> tuple[Action, ...]:
    """The actions that words say; ``drop`` alone is none. Raises EncodeError."""
    if text.strip() == "drop":
        return ()
    parts = parts_of(text)
    if not parts:
        raise EncodeError("it says nothing: drop is what has packets dropped")
    return tuple(_action(part) for part in parts)


def _action(part: str) -> Action:
    if part.isdecimal():
        return Action(output=number_of(part, 32))
    if part == "drop":
        raise EncodeError("drop stands alone, or has a reason: drop(0)")
    name, inner = taken_apart(part)
    if name in _BARE:
        if inner:
            raise EncodeError(f"{name} has nothing in brackets")
        return Action(**_BARE[name])
    reader = _READERS.get(name)
    if reader is None:
        known = ", ".join((*_BARE, *_READERS))
        raise EncodeError(f"{part!r} is no action: there are ports by number, {known}")
    if inner is None and name != "ct":
        raise EncodeError(f"{part!r} lacks what stands in brackets")
    return Action(**reader(inner or ""))


def _number(field: str, bits: int) -> Any:
    return lambda inner: {field: number_of(inner, bits)}


def _actions(field: str) -> Any:
    return lambda inner: {field: actions_of(inner)}


def _userspace(inner: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for part in parts_of(inner):
        if part == "actions":
            said["actions"] = True
        elif part.startswith("userdata("):
            digits = taken_apart(part)[1] or ""
            try:
                said["data"] = bytes.fromhex(digits)
            except ValueError:
                raise EncodeError(f"{digits!r} is not bytes as hexadecimal digits") from None
        else:
            name, _, value = part.partition("=")
            if name not in ("pid", "tunnel_out_port"):
                raise EncodeError(
                    f"{part!r} is no part of userspace: `pid=…`, userdata(…), `tunnel_out_port=…`, actions"
                )
            said[name] = number_of(value, 32)
    return {"userspace": Userspace(**said)}


def _set(inner: str) -> dict[str, Any]:
    """A header to be written: all of it where all of its members are said, else those bits that are."""
    parts = parts_of(inner)
    if len(parts) != 1:
        raise EncodeError(f"set({inner}): one header at a time")
    key, mask = match_of(inner)
    (field,) = (name for name in key.__declarations__ if getattr(key, name) is not None)
    if field in _WHOLE_ALONE:
        return {"set": key}
    if field not in _MASKABLE:
        raise EncodeError(f"set({inner}): the kernel writes no {taken_apart(inner)[0]}")
    value, counts = getattr(key, field), getattr(mask, field)
    header = next((each for each in HEADERS.values() if each.field == field), None)
    if header is not None and is_nothing(header, counts):
        raise EncodeError(f"set({inner}): it writes nothing")
    if field == "mpls":
        if len(value) != 1:
            raise EncodeError(f"set({inner}): one entry at a time")
        value, counts = value[0], counts[0]
    if header is None:
        whole = (CT_LABEL if field == "ct_label" else X32).is_whole(counts)
    else:
        whole = all(way.is_whole(getattr(counts, name)) for name, way in header.members.items())
    if whole:
        return {"set": key}
    masked = MaskedKey.__declarations__[field].kind
    assert masked is not None
    return {"set_masked": MaskedKey(**{field: masked.held(key=_only(header, value, counts), mask=counts)})}


def _only(header: Any, value: Any, mask: Any) -> Any:
    """The bits of a key that its mask has: the kernel refuses others."""
    layout = type(value)
    if isinstance(value, int):
        return value & mask
    if isinstance(value, bytes):
        return bytes(a & b for a, b in zip(value, mask, strict=True))
    kept = bytes(a & b for a, b in zip(value.to_bytes(), mask.to_bytes(), strict=True))
    return layout.from_bytes(kept)


def _push_vlan(inner: str) -> dict[str, Any]:
    said = members_of(inner, ("tpid", *VLAN), "push_vlan")
    protocol = ETHER_TYPE.read(said.pop("tpid", "0x8100"))
    tci, _ = bits_of({**said, "cfi": said.get("cfi", "1")}, VLAN)
    return {"push_vlan": PushVlan(tpid=protocol, tci=tci)}


def _mpls(name: str) -> Any:
    def read(inner: str) -> dict[str, Any]:
        parts = parts_of(inner)
        l3 = name == "add_mpls" and "l3" in parts
        said = members_of(",".join(part for part in parts if part != "l3" or not l3), (*MPLS, "eth_type"), name)
        protocol = ETHER_TYPE.read(said.pop("eth_type", "0x8847"))
        lse, _ = bits_of(said, MPLS)
        if name == "push_mpls":
            return {name: PushMpls(lse=lse, eth_type=protocol)}
        return {name: AddMpls(lse=lse, eth_type=protocol, place=MplsPlace.L3 if l3 else 0)}

    return read


def _pop_mpls(inner: str) -> dict[str, Any]:
    said = members_of(inner, ("eth_type",), "pop_mpls")
    if not said:
        raise EncodeError("pop_mpls has `eth_type=…`, the protocol of what is below")
    return {"pop_mpls": ETHER_TYPE.read(said["eth_type"])}


def _push_eth(inner: str) -> dict[str, Any]:
    key, _ = match_of(f"eth({inner})")
    return {"push_eth": key.ethernet}


def _sample(inner: str) -> dict[str, Any]:
    share, actions = _pair(inner, "sample", ("sample", "actions"))
    if not re.fullmatch(r"\d+(\.\d+)?%", share, re.ASCII):
        raise EncodeError(f"`sample={share}`: it is a percentage, as in 50.0%")
    probability = probability_of(share[:-1])
    if probability > WHOLE:
        raise EncodeError(f"`sample={share}`: there are 100% at most")
    return {"sample": Sample(probability=probability, actions=actions_of(actions))}


def _pair(inner: str, name: str, of: tuple[str, str]) -> tuple[str, str]:
    """``first=…,second(…)``."""
    found: dict[str, str] = {}
    for part in parts_of(inner):
        if part.startswith(f"{of[0]}="):
            found[of[0]] = part.partition("=")[2]
        elif part.startswith(f"{of[1]}("):
            found[of[1]] = taken_apart(part)[1] or ""
        else:
            raise EncodeError(f"{part!r} is no part of {name}: it has `{of[0]}=…`, {of[1]}(…)")
    if len(found) != len(of):
        raise EncodeError(f"{name}({inner}): it has `{of[0]}=…`, {of[1]}(…)")
    return found[of[0]], found[of[1]]


def _hash(inner: str) -> dict[str, Any]:
    name, basis = taken_apart(inner)
    known = {word: each for each, word in HASHES.items()}
    if name not in known or basis is None:
        raise EncodeError(f"hash({inner}): it has {' or '.join(f'{each}(…)' for each in known)}")
    return {"hash": Hash(algorithm=known[name], basis=number_of(basis, 32))}


def _check_pkt_len(inner: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for part in parts_of(inner):
        if part.startswith("size="):
            said["length"] = U16.read(part.removeprefix("size="))
            continue
        name, actions = taken_apart(part)
        field = {"gt": "greater", "le": "less_equal"}.get(name)
        if field is None or actions is None:
            raise EncodeError(f"{part!r} is no part of check_pkt_len: it has `size=…`, gt(…), le(…)")
        said[field] = actions_of(actions)
    if len(said) != len(CheckLength.__declarations__):
        raise EncodeError(f"check_pkt_len({inner}): it has `size=…`, gt(…), le(…)")
    return {"check_pkt_len": CheckLength(**said)}


def _dec_ttl(inner: str) -> dict[str, Any]:
    name, actions = taken_apart(inner)
    if name != "le_1" or actions is None:
        raise EncodeError(f"dec_ttl({inner}): it has le_1(…), actions for a packet whose time is up")
    return {"dec_ttl": DecTtl(actions=actions_of(actions))}


def _psample(inner: str) -> dict[str, Any]:
    said = members_of(inner, ("group", "cookie"), "psample")
    if "group" not in said:
        raise EncodeError("psample has `group=…`")
    digits = said.get("cookie", "").removeprefix("0x")
    if not re.fullmatch("([0-9a-fA-F]{2})*", digits):
        raise EncodeError(f"`cookie={said['cookie']}`: it is bytes as hexadecimal digits")
    return {"psample": Psample(group=U32.read(said["group"]), cookie=bytes.fromhex(digits) or None)}


def _ct(inner: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for part in parts_of(inner):
        name, equals, text = part.partition("=")
        if name in ("commit", "force_commit") and not equals:
            said[name] = True
        elif name in ("helper", "timeout") and text:
            said[name] = text
        elif name == "zone":
            said[name] = U16.read(text)
        elif name == "eventmask":
            said["event_mask"] = U32.read(text)
        elif name in ("mark", "label"):
            said[name] = _marked(name, text)
        elif part == "nat" or part.startswith("nat("):
            said["nat"] = _nat(taken_apart(part)[1] or "")
        else:
            parts = (
                "commit, force_commit, `zone=…`, `mark=…`, `label=…`, `helper=…`, `timeout=…`, `eventmask=…`, nat(…)"
            )
            raise EncodeError(f"{part!r} is no part of ct: it has {parts}")
    return {"ct": Ct(**said)}


def _marked(name: str, text: str) -> MaskedNumber | MaskedCtLabels:
    way: Way = X32 if name == "mark" else CT_LABEL
    value, mask = way.both(text)
    if name == "mark":
        return MaskedNumber(key=value & mask, mask=mask)
    return MaskedCtLabels(key=_only(None, value, mask), mask=mask)


_RANGE = re.compile(
    r"(?:\[(?P<low6>[^\]]*)\](?:-\[(?P<high6>[^\]]*)\])?(?::(?P<ports6>[\d-]+))?"
    r"|(?P<low4>[\d.]*)(?:-(?P<high4>[\d.]+))?(?::(?P<ports4>[\d-]+))?"
    r"|(?P<low>[0-9a-fA-F:.]+)(?:-(?P<high>[0-9a-fA-F:.]+))?)"
)


def _nat(inner: str) -> Nat:
    said: dict[str, Any] = {}
    for part in parts_of(inner):
        name, equals, text = part.partition("=")
        if name in ("src", "dst"):
            if "source" in said or "destination" in said:
                raise EncodeError(f"nat({inner}): of the source or of the destination, not of both")
            said["source" if name == "src" else "destination"] = True
            if equals:
                said.update(_range(text))
        elif part in ("persistent", "hash", "random"):
            said[part] = True
        else:
            raise EncodeError(f"{part!r} is no part of nat: it has src, dst, persistent, hash, random")
    return Nat(**said)


def _range(text: str) -> dict[str, Any]:
    """Addresses and ports: ``192.0.2.1-192.0.2.9:80-90``, ``[2001:db8::1]:80``. Raises EncodeError."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise EncodeError(f"{text!r} is no range such as 192.0.2.1-192.0.2.9:80-90")
    low = found["low6"] or found["low4"] or found["low"]
    high = found["high6"] or found["high4"] or found["high"]
    ports = found["ports6"] or found["ports4"]
    said: dict[str, Any] = {}
    try:
        if low:
            said["first"] = str(ip_address(low))
            if high:
                said["last"] = str(ip_address(high))
    except ValueError as error:
        raise EncodeError(f"{text!r}: {error}") from None
    if ports:
        first, _, last = ports.partition("-")
        said["first_port"] = U16.read(first)
        if last:
            said["last_port"] = U16.read(last)
    return said


def _push_nsh(inner: str) -> dict[str, Any]:
    return {"push_nsh": nsh_of(inner)[0]}


_BARE: dict[str, dict[str, Any]] = {
    "pop_vlan": {"pop_vlan": True},
    "pop_eth": {"pop_eth": True},
    "pop_nsh": {"pop_nsh": True},
    "ct_clear": {"ct_clear": True},
}
_READERS: dict[str, Any] = {
    "set": _set,
    "push_vlan": _push_vlan,
    "push_mpls": _mpls("push_mpls"),
    "add_mpls": _mpls("add_mpls"),
    "pop_mpls": _pop_mpls,
    "push_eth": _push_eth,
    "push_nsh": _push_nsh,
    "ct": _ct,
    "meter": _number("meter", 32),
    "recirc": _number("recirc", 32),
    "hash": _hash,
    "trunc": _number("trunc", 32),
    "clone": _actions("clone"),
    "sample": _sample,
    "check_pkt_len": _check_pkt_len,
    "dec_ttl": _dec_ttl,
    "userspace": _userspace,
    "psample": _psample,
    "drop": _number("drop", 32),
}
