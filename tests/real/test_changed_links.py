"""What is changed of a link's data is so afterwards, or the change is refused: every kind, every field.

A field that the kernel takes when it makes a link, and ignores in one that is there, is declared so (`at_once`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import route
from netlynx.errors import EncodeError, NetlinkError
from netlynx.route import Link, kinds
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.settle import kind_of

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

KEYED: dict[str, Any] = {
    "input_key": 5,
    "output_key": 5,
    "input_flags": ["key", "seq"],
    "output_flags": ["key", "seq"],
}
INET: dict[str, Any] = {"remote": "192.0.2.9", "local": "192.0.2.1"}
INET6: dict[str, Any] = {"remote": "2001:db8::9", "local": "2001:db8::1"}
BOND_MODES = ("active-backup", "802.3ad", "balance-tlb", "balance-alb", "balance-rr", "balance-xor", "broadcast")

# What makes one of each kind: its own data, and its parent, in one shape or more.
SHAPES: list[tuple[str, dict[str, Any], str | None]] = [
    ("amt", {"mode": "relay", "local": "192.0.2.1", "link": "u0"}, None),
    ("amt", {"mode": "gateway", "local": "192.0.2.1", "link": "u0", "discovery": "192.0.2.9"}, None),
    ("bareudp", {"port": 5555, "ethertype": 0x0800}, None),
    ("batadv", {}, None),
    *(("bond", {"mode": mode, "miimon": 100}, None) for mode in BOND_MODES),
    ("bond", {"mode": "active-backup", "arp_interval": 100, "arp_targets": ["192.0.2.9"]}, None),
    ("bridge", {}, None),
    ("bridge", {"vlan_filtering": True}, None),
    ("erspan", {**INET, **KEYED, "erspan_version": 1, "erspan_index": 5}, None),
    ("erspan", {**INET, **KEYED, "erspan_version": 2, "erspan_direction": "ingress"}, None),
    ("geneve", {"id": 5, "remote": "192.0.2.9"}, None),
    ("geneve", {"id": 5, "remote6": "2001:db8::9"}, None),
    ("geneve", {"collect_metadata": True}, None),
    ("gre", INET, None),
    ("gre", {**INET, "link": "u0", "ttl": 7}, None),
    ("gre", {"collect_metadata": True}, None),
    ("gretap", INET, None),
    ("gretap", {"collect_metadata": True}, None),
    ("gtp", {"create_sockets": True, "role": "ggsn"}, None),
    ("hsr", {"port1": "u1", "port2": "u2"}, None),
    ("ip6erspan", {**INET6, **KEYED, "erspan_version": 1, "erspan_index": 5}, None),
    ("ip6gre", INET6, None),
    ("ip6gretap", INET6, None),
    ("ip6tnl", INET6, None),
    ("ip6tnl", {"collect_metadata": True}, None),
    ("ipip", INET, None),
    ("ipip", {"collect_metadata": True}, None),
    ("ipvlan", {"mode": "l2"}, "u0"),
    ("ipvtap", {"mode": "l2"}, "u0"),
    ("macsec", {}, "u0"),
    ("macsec", {"replay_protect": True, "window": 5}, "u0"),
    ("macvlan", {"mode": "bridge"}, "u0"),
    ("macvlan", {"mode": "source"}, "u0"),
    ("macvlan", {"mode": "passthru"}, "u0"),
    ("macvtap", {"mode": "bridge"}, "u0"),
    ("netkit", {"peer": {"name": "other"}}, None),
    ("ovpn", {}, None),
    ("rmnet", {"mux_id": 5}, "u0"),
    ("sit", INET, None),
    ("veth", {"peer": {"name": "other"}}, None),
    ("vlan", {"id": 7}, "u0"),
    ("vrf", {"table": 10}, None),
    ("vti", INET, None),
    ("vti6", INET6, None),
    ("vxcan", {"peer": {"name": "other"}}, None),
    ("vxlan", {"id": 5, "port": 4789, "group": "192.0.2.9", "local": "192.0.2.1", "link": "u0"}, None),
    ("vxlan", {"id": 5, "port": 4789, "group6": "2001:db8::9", "local6": "2001:db8::1", "link": "u0"}, None),
    ("vxlan", {"id": 5, "port": 4789}, None),
    ("vxlan", {"port": 4789, "collect_metadata": True}, None),
    ("xfrm", {"id": 7, "link": "u0"}, None),
    ("xfrm", {"collect_metadata": True}, None),
]
NONE_HERE = {
    "can": "it takes a controller",
    "dsa": "it takes a switch",
    "ipoib": "it takes InfiniBand",
    "ppp": "it takes /dev/ppp, and is never told",
    "tun": "rtnetlink makes and changes none",
    "wwan": "it takes a modem",
}


def test_every_kind_with_data_is_here() -> None:
    assert {kind for kind, _, _ in SHAPES} | {*NONE_HERE} == {*kinds.DATA}


def some(kind: Kind, inet6: bool) -> list[Any]:
    """Values of a field of this kind."""
    if kind.options & Option.MULTI or kind.code in (Code.INDEXED, Code.ARRAY):
        assert kind.item is not None
        return [(value,) for value in some(kind.item, inet6)]
    if kind.values is bool or kind.code is Code.FLAG:
        return [False, True]
    if kind.options & Option.SPELT and kind.values is not None:
        return [kind.values(1), kind.values(5)]
    if kind.values is not None:
        return [*kind.values]
    if kind.code in (Code.NEST, Code.STRUCT) and kind.target is not None:
        return [*_some_of(kind.target(), inet6)]
    six = kind.width == 16 or (not kind.width and inet6)
    return {
        Code.INTEGER: [0, 1, 2, 3, 6, 16, 100, 1234, 5554, 70000],
        Code.IP: ["2001:db8::77", "2001:db8::78"] if six else ["192.0.2.77", "192.0.2.78"],
        Code.MAC: ["02:00:00:00:00:77"],
        Code.STRING: ["x"],
        Code.BINARY: [b"\1\2\3\4", b"\1\2\3\4\5\6\7\x08"],
    }.get(kind.code, [])


def _some_of(cls: Any, inet6: bool) -> Iterator[Any]:
    first, *others = cls.__declarations__
    for value in some(kind_of(cls, first), inet6)[:6]:
        for each in [{}, *({name: more} for name in others[:1] for more in some(kind_of(cls, name), inet6))]:
            try:
                yield cls(**{first: value, **each})
            except EncodeError:
                continue


@pytest.fixture
def nl_with_links(nl: netlynx.Connection) -> netlynx.Connection:
    for name in ("u0", "u1", "u2"):
        nl.do(route.add(Link(name=name, kind="veth", data=route.Veth(peer=Link(name=f"{name}p")))))
        nl.do(route.up(name))
        nl.do(route.up(f"{name}p"))
    for address in ("192.0.2.1/24", "2001:db8::1/64"):
        nl.do(route.add(route.Address(index="u0", address=address, flags="nodad" if ":" in address else None)))  # type: ignore[arg-type]
    return nl


@pytest.mark.parametrize(
    ("kind", "data", "parent"), SHAPES, ids=[f"{kind}-{at}" for at, (kind, _, _) in enumerate(SHAPES)]
)
def test_what_is_changed_is_so_or_is_refused(
    nl_with_links: netlynx.Connection, kind: str, data: dict[str, Any], parent: str | None
) -> None:
    nl = nl_with_links
    target = kinds.DATA[kind].target
    assert target is not None
    cls: Any = target()
    lost, heard = [], 0
    for name, declaration in cls.__declarations__.items():
        if declaration.read_only or f"{kind}.{name}" in ACTS:
            continue
        try:
            nl.do(route.add(Link(name="made", kind=kind, parent=parent, data=cls(**data) if data else None)))  # type: ignore[arg-type]
        except netlynx.NotSupported as error:
            pytest.skip(str(error))
        for value in some(kind_of(cls, name), "2001:db8" in str(data)):
            if value == declaration.default:
                continue  # nothing is asked
            heard += 1
            there = nl.do(route.link(name="made"))
            try:
                asked = cls(**{name: value})
                operation = route.change(Link(index=there.index, kind=kind, data=asked))
            except EncodeError as error:
                refused = str(error.path)
            else:
                refused = ""
            if refused:
                lost += [] if f"data.{name}" in refused else [f"{name}={value} is refused as {refused}"]
                continue
            try:
                nl.do(operation)
            except NetlinkError:
                continue
            found = nl.do(route.link(name="made"))
            before, after = (getattr(each.data, name, None) for each in (there, found))
            if not after and f"{kind}.{name}" in {*UNTOLD, *NEWER}:
                continue
            if not is_so(name, getattr(asked, name), after):
                lost.append(f"{kind}.{name}={value}: {before} became {after}")
        nl.do(route.delete(Link(name="made")))
    assert heard
    assert not lost, "\n".join(lost)


# What a request asks to do, once, and no link has.
ACTS = {"bridge.fdb_flush", "macvlan.source", "macvlan.source_command", "macvtap.source", "macvtap.source_command"}
# What a value means to the kernel.
MEANS: dict[tuple[str, Any], Any] = {
    ("ageing", 0): 300,  # of a VXLAN: the default
    ("broadcast_cutoff", 1): None,  # the default, which is not told
}
OWN_CHOICE = {("stp", 2): "/sbin/bridge-stp chooses between user and kernel"}
# Ticks of a bridge become the kernel's own, which may be coarser.
STATE = 0x70000  # IP6_TNL_F_CAP_*: whether an IPv6 tunnel can send and receive, which the kernel finds out
# Taken, but told only where it means something.
UNTOLD = {"macsec.window": "without replay protection", "bond.primary": "before it is a member"}
# Newer than a kernel that does not tell them, and told only where they are set.
NEWER = {"geneve.local", "geneve.local6", "geneve.gro_hint"}
WHOLE = ("up_delay", "down_delay", "peer_notify_delay")  # of a bond: in whole times of miimon, 100 here
ROUNDED = {name for name in route.Bridge.__declarations__ if name.endswith(("_interval", "ageing", "_delay", "_time"))}


def is_so(name: str, asked: Any, found: Any) -> bool:
    """Whether a value is what was asked for; of several flags those that the mask is about."""
    if name.endswith("_qos"):  # a map to which is added
        return all(each in found or not each.target for each in asked)
    if name in WHOLE and found == asked // 100 * 100:
        return True
    if name == "flags" and isinstance(asked, route.Ip6TunnelFlag):
        asked, found = asked & ~STATE, found & ~STATE
    mask = getattr(asked, "mask", None)
    if mask is not None and found is not None:
        first = next(iter(type(asked).__declarations__))
        return bool((getattr(asked, first) ^ getattr(found, first)) & mask == 0)
    if name in ROUNDED and isinstance(asked, int) and isinstance(found, int) and abs(asked - found) == 1:
        return True
    key = (name, asked) if isinstance(asked, int) else None
    if key in MEANS and MEANS[key] == found:
        return True
    return bool(asked == found) or key in OWN_CHOICE or (found is None and asked in (False, 0, ()))


PORTS: list[tuple[str, Any, dict[str, Any]]] = [
    ("bridge", route.BridgePort, {}),
    *(
        ("bond", route.BondMember, {"mode": mode, "miimon": 100})
        for mode in ("active-backup", "802.3ad", "balance-tlb")
    ),
    ("vrf", route.VrfMember, {"table": 10}),
]


@pytest.mark.parametrize(("kind", "cls", "data"), PORTS, ids=[f"{kind}-{at}" for at, (kind, _, _) in enumerate(PORTS)])
def test_what_is_changed_of_a_port_is_so_or_is_refused(
    nl_with_links: netlynx.Connection, kind: str, cls: Any, data: dict[str, Any]
) -> None:
    nl = nl_with_links
    target = kinds.DATA[kind].target
    assert target is not None
    try:
        nl.do(route.add(Link(name="made", kind=kind, data=target()(**data) if data else None)))
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    nl.do(route.up("made"))
    for name in ("u1", "u2"):
        nl.do(route.down(name))
        nl.do(route.change(Link(name=name, master="made")))  # type: ignore[arg-type]
    lost = []
    for name, declaration in cls.__declarations__.items():
        for value in some(kind_of(cls, name), inet6=False):
            if value == declaration.default:
                continue
            asked = cls(**{name: value})
            there = nl.do(route.link(name="u1"))
            try:
                nl.do(route.change(Link(index=there.index, slave_kind=kind, slave_data=asked)))
            except EncodeError as error:
                refused = str(error.path)
            except NetlinkError:
                continue
            else:
                refused = ""
            found = nl.do(route.link(name="u1"))
            if refused:
                lost += [] if f"slave_data.{name}" in refused else [f"{name}={value} is refused as {refused}"]
            elif f"{kind}.{name}" not in PORT_ACTS and not is_so(
                name, getattr(asked, name), getattr(found.slave_data, name)
            ):
                lost.append(f"{kind}.{name}={value}: {getattr(there.slave_data, name)} became {found.slave_data}")
    assert not lost, "\n".join(lost)


PORT_ACTS = {"bridge.flush", "bridge.fdb_flush"}
