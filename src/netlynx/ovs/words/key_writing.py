"""Keys and masks in words, in the order in which the kernel tells them: of each header what counts."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from enum import IntFlag

from netlynx.ovs.key import Key
from netlynx.ovs.values import CtState
from netlynx.ovs.words.headers import HEADERS, NUMBERS, header_words, is_nothing
from netlynx.ovs.words.numbers import X32
from netlynx.ovs.words.tagged import mpls_words, nsh_words, vlan_words
from netlynx.ovs.words.tunnels import tunnel_words

CT_STATES = {
    "new": CtState.NEW,
    "est": CtState.ESTABLISHED,
    "rel": CtState.RELATED,
    "rpl": CtState.REPLY_DIR,
    "inv": CtState.INVALID,
    "trk": CtState.TRACKED,
    "snat": CtState.SRC_NAT,
    "dnat": CtState.DST_NAT,
}
TCP_FLAGS = {name: 1 << i for i, name in enumerate(("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns"))} | {
    f"[{1 << i:#x}]": 1 << i for i in range(9, 12)
}
_TCP = 0x0FFF
_ORDER = (
    *("recirc_id", "dp_hash", "skb_priority", "tunnel", "in_port", "skb_mark", "ct_state", "ct_zone", "ct_mark"),
    *("ct_label", "ct_tuple4", "ct_tuple6", "eth", "eth_type", "vlan", "encap", "ipv4", "ipv6", "ipv6_exthdrs", "nsh"),
    *("arp", "mpls", "tcp", "tcp_flags", "udp", "sctp", "icmp", "icmpv6", "nd"),
)


def key_words(key: Key, mask: Key | None) -> str:
    """A key, behind slashes the bits that count; what does not count at all is left out. Without a mask, all does."""
    found = (word for name in _ORDER for word in _word(name, key, mask))
    return ",".join([*found, *_unknown(key)])


def _word(name: str, key: Key, mask: Key | None) -> Iterator[str]:
    if name in HEADERS:
        yield from _header(name, key, mask)
    elif name in NUMBERS:
        field, way = NUMBERS[name]
        value, counts = getattr(key, field), None if mask is None else getattr(mask, field)
        if value is None and name == "eth_type" and counts:
            yield f"eth_type(0/{way.write_mask(counts)})"  # packets that have none (IEEE 802.3)
        elif value is not None and (mask is None or (counts is not None and not way.is_nothing(counts))):
            yield f"{name}({way.text(value, counts)})"
    else:
        yield from _OTHERS[name](key, mask)


def _header(name: str, key: Key, mask: Key | None) -> Iterator[str]:
    header = HEADERS[name]
    value, counts = getattr(key, header.field), None if mask is None else getattr(mask, header.field)
    if value is None:
        return
    if mask is not None and (counts is None or is_nothing(header, counts)):
        if name == "eth":
            yield "eth()"  # that there is such a header counts
        return
    yield header_words(name, value, counts)


def _ct_state(key: Key, mask: Key | None) -> Iterator[str]:
    counts = None if mask is None else mask.ct_state
    if key.ct_state is not None and (mask is None or counts):
        yield f"ct_state({flag_words(key.ct_state, counts, CT_STATES, X32.whole)})"


def _tcp_flags(key: Key, mask: Key | None) -> Iterator[str]:
    counts = None if mask is None else mask.tcp_flags
    if key.tcp_flags is not None and (mask is None or counts):
        yield f"tcp_flags({flag_words(key.tcp_flags, counts, TCP_FLAGS, _TCP)})"


def flag_words(value: int, mask: int | None, names: Mapping[str, int | IntFlag], whole: int) -> str:
    """``syn|ack`` of a whole number, ``+syn-ack`` of one of which some bits count; a number where names do not do."""
    known = sum(names.values())
    if mask is None or mask & whole == whole:
        said = "|".join(name for name, bit in names.items() if value & bit)
        return said if said and not value & ~known else X32.write(value)
    if mask & ~known:
        return X32.text(value, mask)
    return "".join(f"{'+' if value & bit else '-'}{name}" for name, bit in names.items() if mask & bit)


def _tunnel(key: Key, mask: Key | None) -> Iterator[str]:
    if key.tunnel is not None and (mask is None or mask.tunnel is not None):
        yield f"tunnel({tunnel_words(key.tunnel, None if mask is None else mask.tunnel)})"


def _vlan(key: Key, mask: Key | None) -> Iterator[str]:
    counts = None if mask is None else mask.vlan
    if key.vlan is not None and (mask is None or counts):
        yield f"vlan({vlan_words(key.vlan, counts)})"


def _encap(key: Key, mask: Key | None) -> Iterator[str]:
    if key.encap is not None:
        yield f"encap({key_words(key.encap, None if mask is None else mask.encap or Key())})"


def _mpls(key: Key, mask: Key | None) -> Iterator[str]:
    counts = None if mask is None else mask.mpls
    if key.mpls and (mask is None or any(counts or ())):
        yield f"mpls({mpls_words(key.mpls, counts)})"


def _nsh(key: Key, mask: Key | None) -> Iterator[str]:
    if key.nsh is not None and (mask is None or mask.nsh is not None):
        yield f"nsh({nsh_words(key.nsh, None if mask is None else mask.nsh)})"


_OTHERS = {
    "ct_state": _ct_state,
    "tcp_flags": _tcp_flags,
    "tunnel": _tunnel,
    "vlan": _vlan,
    "encap": _encap,
    "mpls": _mpls,
    "nsh": _nsh,
}


def ufid_words(ufid: bytes) -> str:
    """The identifier of a flow, one of 16 bytes as four numbers of this host are written: as a UUID."""
    if len(ufid) != struct.calcsize("=4I"):
        return f"ufid:{ufid.hex()}"
    a, b, c, d = struct.unpack("=4I", ufid)
    return f"ufid:{a:08x}-{b >> 16:04x}-{b & 0xFFFF:04x}-{c >> 16:04x}-{c & 0xFFFF:04x}{d:08x}"


def _unknown(key: Key) -> Iterator[str]:
    """What has no words: its number and its bytes, which no words are read as."""
    for each in key.unknown:
        yield f"key{each.type}({each.payload.hex()})"
