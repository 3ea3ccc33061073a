"""Actions in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netlynx.ovs.action import Action, Ct, Nat, Userspace
from netlynx.ovs.key import Key
from netlynx.ovs.values import HashAlgorithm, MplsPlace
from netlynx.ovs.words.headers import HEADERS, NUMBERS, header_words
from netlynx.ovs.words.key_writing import key_words
from netlynx.ovs.words.numbers import CT_LABEL, ETHER_TYPE, X32
from netlynx.ovs.words.tagged import MPLS, bits_words, mpls_words, nsh_words, vlan_words

WHOLE = (1 << 32) - 1  # of a probability
VLAN_PROTOCOL = 0x8100
_NAMES = {header.field: name for name, header in HEADERS.items()} | {
    field: name for name, (field, _) in NUMBERS.items()
}
HASHES = {HashAlgorithm.L4: "l4", HashAlgorithm.SYM_L4: "sym_l4"}
_BARE = ("pop_vlan", "pop_eth", "ct_clear")


def actions_words(actions: Iterable[Action]) -> str:
    """Actions with commas between them; ``drop`` for none."""
    return ",".join(action_words(each) for each in actions) or "drop"


def action_words(action: Action) -> str:
    """One action in words."""
    for name in action.__declarations__:
        value = getattr(action, name)
        if value is None or value is False:
            continue
        if name in _BARE:
            return name
        words: str = _WORDS[name](value)
        return words
    return ",".join(f"action{each.type}({each.payload.hex()})" for each in action.unknown)


def _userspace(userspace: Userspace) -> str:
    said = [f"pid={userspace.pid or 0}"]
    if userspace.data is not None:
        said.append(f"userdata({userspace.data.hex()})")
    if userspace.actions:
        said.append("actions")
    if userspace.tunnel_out_port is not None:
        said.append(f"tunnel_out_port={userspace.tunnel_out_port}")
    return f"userspace({','.join(said)})"


def _set_masked(masked: Any) -> str:
    for field in masked.__declarations__:
        pair = getattr(masked, field)
        if pair is None:
            continue
        if field == "mpls":
            return f"set(mpls({mpls_words((pair.key,), (pair.mask,))}))"
        name = _NAMES[field]
        if name in HEADERS:
            return f"set({header_words(name, pair.key, pair.mask)})"
        return f"set({name}({NUMBERS[name][1].text(pair.key, pair.mask)}))"
    return f"set({','.join(f'key{each.type}({each.payload.hex()})' for each in masked.unknown)})"


def _set(key: Key) -> str:
    return f"set({key_words(key, None)})"


def _push_vlan(tag: Any) -> str:
    protocol = "" if tag.tpid == VLAN_PROTOCOL else f"tpid={ETHER_TYPE.write(tag.tpid)},"
    return f"push_vlan({protocol}{vlan_words(tag.tci, None)})"


def _mpls(name: str, entry: Any) -> str:
    place = ",l3" if getattr(entry, "place", 0) & MplsPlace.L3 else ""
    parts = ",".join(bits_words(entry.lse, None, MPLS))
    return f"{name}({parts},eth_type={entry.eth_type:#x}{place})"


def _sample(sample: Any) -> str:
    return f"sample(sample={_percentage(sample.probability or 0)}%,actions({actions_words(sample.actions or ())}))"


def _percentage(probability: int) -> str:
    """With as few digits as say just this probability."""
    share = 100 * probability / WHOLE
    return next(text for digits in range(1, 20) if probability_of(text := f"{share:.{digits}f}") == probability)


def probability_of(percentage: str) -> int:
    """Which of all numbers a percentage is."""
    return round(float(percentage) * WHOLE / 100)


def _check_pkt_len(check: Any) -> str:
    parts = (f"size={check.length}", f"gt({actions_words(check.greater or ())})")
    return f"check_pkt_len({','.join(parts)},le({actions_words(check.less_equal or ())}))"


def _ct(ct: Ct) -> str:
    said = []
    if ct.commit:
        said.append("commit")
    if ct.force_commit:
        said.append("force_commit")
    if ct.zone is not None:
        said.append(f"zone={ct.zone}")
    if ct.mark is not None:
        said.append(f"mark={X32.text(ct.mark.key, ct.mark.mask)}")
    if ct.label is not None:
        said.append(f"label={CT_LABEL.text(ct.label.key, ct.label.mask)}")
    if ct.helper is not None:
        said.append(f"helper={ct.helper}")
    if ct.timeout is not None:
        said.append(f"timeout={ct.timeout}")
    if ct.event_mask is not None:
        said.append(f"eventmask={ct.event_mask:#x}")
    if ct.nat is not None:
        said.append(_nat(ct.nat))
    return f"ct({','.join(said)})" if said else "ct"


def _nat(nat: Nat) -> str:
    kind = "src" if nat.source else "dst" if nat.destination else ""
    said = [kind] if kind else []
    ports = "" if not nat.first_port else f":{nat.first_port}"
    if nat.last_port and nat.last_port != nat.first_port:
        ports += f"-{nat.last_port}"
    if nat.first is not None or ports:
        ends = [each for each in (nat.first, nat.last if nat.last != nat.first else None) if each is not None]
        brackets = ports and any(":" in each for each in ends)
        said[-1:] = [f"{kind}={'-'.join(f'[{each}]' if brackets else each for each in ends)}{ports}"]
    said += [name for name in ("persistent", "hash", "random") if getattr(nat, name)]
    return f"nat({','.join(said)})" if said else "nat"


def _psample(sample: Any) -> str:
    cookie = "" if sample.cookie is None else f",cookie=0x{sample.cookie.hex()}"
    return f"psample(group={sample.group or 0}{cookie})"


_WORDS: dict[str, Any] = {
    "output": str,
    "userspace": _userspace,
    "set": _set,
    "set_masked": _set_masked,
    "push_vlan": _push_vlan,
    "sample": _sample,
    "recirc": lambda number: f"recirc({X32.write(number)})",
    "hash": lambda how: f"hash({HASHES.get(how.algorithm, int(how.algorithm))}({how.basis}))",
    "push_mpls": lambda entry: _mpls("push_mpls", entry),
    "add_mpls": lambda entry: _mpls("add_mpls", entry),
    "pop_mpls": lambda number: f"pop_mpls(eth_type={number:#x})",
    "ct": _ct,
    "trunc": lambda size: f"trunc({size})",
    "push_eth": lambda key: f"push_{header_words('eth', key, None)}",
    "push_nsh": lambda key: f"push_nsh({nsh_words(key, None)})",
    "pop_nsh": lambda _: "pop_nsh()",
    "meter": lambda number: f"meter({number})",
    "clone": lambda actions: f"clone({actions_words(actions)})",
    "check_pkt_len": _check_pkt_len,
    "dec_ttl": lambda each: f"dec_ttl(le_1({actions_words(each.actions or ())}))",
    "drop": lambda reason: f"drop({reason})",
    "psample": _psample,
}
