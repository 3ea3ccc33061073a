"""What kinds of links are to a picture: pairs, tunnels, what stands on another link; and in words, what each one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from netlynx.route import Link, LinkFlags
from netlynx.topology.looking import Listed, Wanted

PAIRS = frozenset(("veth", "vxcan", "netkit"))
TUNNELS = frozenset(
    (
        *("vxlan", "geneve", "bareudp", "amt", "wireguard", "gtp", "ovpn", "xfrm"),
        *("gre", "gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan"),
        *("ipip", "sit", "ip6tnl", "vti", "vti6"),
    )
)
_ANY = {None, "0.0.0.0", "::"}


class Tunnel(NamedTuple):
    """What a tunnel says of its underlay: the link that it is bound to (0: none), and its other ends."""

    device: int
    ends: tuple[Wanted, ...]


def tunnel_of(link: Link, listed: Listed) -> Tunnel | None:
    """The underlay that a tunnel speaks of; None for what is no tunnel."""
    if link.kind not in TUNNELS:
        return None
    device = _field(link, "link") or link.parent or 0
    if link.kind == "wireguard":
        found = listed.wireguard.get(link.index)
        peers = found.peers if found is not None else ()
        hosts = (peer.endpoint.rpartition(":")[0].strip("[]").partition("%")[0] for peer in peers if peer.endpoint)
        mark = found.fwmark if found is not None else None
        return Tunnel(device, tuple(Wanted(host, mark=mark or None) for host in dict.fromkeys(hosts)))
    remote = next((value for value in map(_of(link), _REMOTE) if value not in _ANY), None)
    local = next((value for value in map(_of(link), _LOCAL) if value not in _ANY), None)
    mark = _field(link, "fwmark") or None
    return Tunnel(device, () if remote is None else (Wanted(remote, local, mark),))


_REMOTE = ("remote", "group", "remote6", "group6")
_LOCAL = ("local", "local6")


def _of(link: Link) -> Callable[[str], Any]:
    return lambda name: _field(link, name)


def _field(link: Link, name: str) -> Any:
    """A field of what the kind says; None where it has none, or what it says is not understood."""
    return getattr(link.data, name, None)


def kind_of(link: Link) -> str:
    """The kernel's word for the kind, or what the hardware is where a driver gives none."""
    return link.kind or str(getattr(link.type, "label", f"type {int(link.type)}"))


def below(link: Link) -> Iterator[int]:
    """The links, by index, that one of another kind than a pair or a tunnel shares."""
    if link.kind in PAIRS or link.kind in TUNNELS:
        return
    if link.parent:
        yield link.parent
    if link.kind == "hsr":
        yield from filter(None, (_field(link, "port1"), _field(link, "port2")))


def detail(link: Link, listed: Listed) -> str:
    """What makes a link what it is, in words; nothing where its kind says all."""
    words = _DETAILS[link.kind](link, listed) if link.kind in _DETAILS else _parts(link)
    member = _state(link)
    return ", ".join(filter(None, (*words, member)))


def _parts(link: Link) -> tuple[str, ...]:
    """Of what has no words of its own: tunnels say where they lead, all else nothing."""
    if link.kind in TUNNELS:
        return (_to(link),)
    return (f"at {link.parent_device}",) if link.parent_device else ()


def _to(link: Link) -> str:
    found = [_field(link, name) for name in _REMOTE]
    remote = next((value for value in found if value not in _ANY), None)
    if remote is not None:
        return f"to {remote}"
    return "ends by packet" if _field(link, "collect_metadata") else "to any"


def _vlan(link: Link, listed: Listed) -> tuple[str, ...]:
    protocol = _field(link, "protocol")
    tag = "" if protocol is None or protocol.label == "802.1Q" else f"{protocol.label} "
    return (f"{tag}vlan {_field(link, 'id')}",)


def _mode(link: Link, listed: Listed) -> tuple[str, ...]:
    mode = _field(link, "mode")
    return () if mode is None else (f"mode {getattr(mode, 'label', mode)}",)


def _vni(link: Link, listed: Listed) -> tuple[str, ...]:
    number = _field(link, "id")
    return ("" if number is None or _field(link, "collect_metadata") else f"vni {number}", _to(link))


def _wireguard(link: Link, listed: Listed) -> tuple[str, ...]:
    found = listed.wireguard.get(link.index)
    if found is None:
        return ()
    count = len(found.peers)
    return (f"{count} peer{'' if count == 1 else 's'}", f"port {found.listen_port}" if found.listen_port else "")


def _bridge(link: Link, listed: Listed) -> tuple[str, ...]:
    return ("filters VLANs" if _field(link, "vlan_filtering") else "",)


_DETAILS: dict[str, Callable[[Link, Listed], tuple[str, ...]]] = {
    "vlan": _vlan,
    **dict.fromkeys(("macvlan", "macvtap", "ipvlan", "ipvtap", "bond"), _mode),
    **dict.fromkeys(("vxlan", "geneve"), _vni),
    "vrf": lambda link, listed: (f"table {_field(link, 'table')}",),
    "wireguard": _wireguard,
    "bridge": _bridge,
    "xfrm": lambda link, listed: (f"id {_field(link, 'id')}",),
}


def _state(link: Link) -> str:
    """What a port or member that is up says of its state, where that is not the usual one."""
    if LinkFlags.UP not in link.flags:
        return ""
    state = getattr(link.slave_data, "state", None)
    label = str(getattr(state, "label", state))
    return "" if state is None or label in ("forwarding", "active") or isinstance(state, msgspec.Struct) else label
