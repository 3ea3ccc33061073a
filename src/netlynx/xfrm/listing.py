"""What is asked of states and policies: listed, looked up, and how many there are. Source: net/xfrm/xfrm_user.c."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias, TypeVar

from netlynx.engine.operation import Do, Dump, make_do, make_dump
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.constants import AddressFamily
from netlynx.schema import Record, attr, enum, struct, takes, u8
from netlynx.schema.arguments import flags_of, member_of
from netlynx.schema.facts import Facts, NoFacts
from netlynx.wire.constants import NETLINK
from netlynx.xfrm.constants import XFRM_MSG, XFRMA, Direction, EventFlags, PolicyType, Protocol
from netlynx.xfrm.databases import PolicyDatabase, StateDatabase
from netlynx.xfrm.defaults import Defaults
from netlynx.xfrm.parts import AddressFilter, Mark, Selector, family_of
from netlynx.xfrm.policy import Policy, PolicyId
from netlynx.xfrm.replaying import ReplayEvent
from netlynx.xfrm.state import Spi, State, StateId

T = TypeVar("T")

Address: TypeAlias = str | ipaddress.IPv4Address | ipaddress.IPv6Address
Prefix: TypeAlias = Address | ipaddress.IPv4Network | ipaddress.IPv6Network


class WantedStates(Record):
    """Which states are listed. It has no header: attributes stand behind the message's own."""

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": "the kernel looks at no other"}

    protocol: takes.Member[Protocol | None] = attr(XFRMA.PROTO, enum(Protocol, u8))
    addresses: takes.Nested[AddressFilter | None] = attr(XFRMA.ADDRESS_FILTER, struct(AddressFilter))


class WantedPolicies(Record):
    """Policies that are listed: all of them."""

    __facts__: ClassVar[NoFacts] = NoFacts("the kernel looks at no attribute of it")


def states(
    *, protocol: Protocol | str | int | None = None, source: Prefix | None = None, destination: Prefix | None = None
) -> Dump[State]:
    """All states, or those of a protocol (esp, ah, comp), and from and to addresses within these prefixes.

    The kernel filters by them. States have their keys, which their text does not show; a kernel in lockdown tells
    zeros for them. Raises EncodeError for what is no protocol or prefix, and for prefixes of two families.
    """
    name = "xfrm.states"
    wanted = WantedStates(
        protocol=None if protocol is None else member_of(Protocol, protocol, f"{name}(protocol)"),
        addresses=_filter(name, source, destination),
    )
    return make_dump(name, NETLINK.XFRM, XFRM_MSG.GETSA, wanted, State, XFRM_MSG.NEWSA)


def _filter(name: str, source: Prefix | None, destination: Prefix | None) -> AddressFilter | None:
    nets = {
        each: _net(given, f"{name}({each})")
        for each, given in (("source", source), ("destination", destination))
        if given is not None
    }
    if not nets:
        return None
    if len({each.version for each in nets.values()}) > 1:
        raise EncodeError("both are of one family", f"{name}(destination)")
    said: dict[str, Any] = {}
    for each, net in nets.items():
        said |= {each: str(net.network_address), f"{each}_length": net.prefixlen}
        said["family"] = AddressFamily.INET6 if net.version == 6 else AddressFamily.INET
    return AddressFilter(**said)


def _net(given: object, path: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    if not isinstance(given, Prefix):
        raise EncodeTypeError(f"expected an address or a prefix such as 10.0.0.0/8, not {given!r}", path)
    try:
        net = ipaddress.ip_network(given, strict=False)
    except ValueError:
        raise EncodeError(f"{given!r} is no address and no prefix such as 10.0.0.0/8", path) from None
    if not net.prefixlen:
        raise EncodeError(f"{given} is any address, which the kernel does not look at: leave it out", path)
    return net


def policies() -> Dump[Policy]:
    """All policies of the namespace, those of sockets among them. The kernel lists them all: `where` chooses."""
    return make_dump("xfrm.policies", NETLINK.XFRM, XFRM_MSG.GETPOLICY, WantedPolicies(), Policy, XFRM_MSG.NEWPOLICY)


def state(
    destination: Address,
    spi: int | str | None = None,
    protocol: Protocol | str | int = "esp",
    *,
    source: Address | None = None,
    mark: Mark | str | int | None = None,
) -> Do[State]:
    """One state, by where its packets go to, its SPI and its protocol; with `mark`, the one that packets with it take.

    Those of Mobile IPv6 (hao, route2) have no SPI, and are found by `source` instead. `NotFound` if there is none.
    Raises EncodeError for what the kernel does not look at.
    """
    asked = state_id("xfrm.state", destination, spi, protocol, source, mark)
    return make_do("xfrm.state", NETLINK.XFRM, XFRM_MSG.GETSA, asked, reply=State, reply_type=XFRM_MSG.NEWSA)


def state_id(
    name: str, destination: Any, spi: Any, protocol: Any, source: Any, mark: Any, family: int | None = None
) -> StateId:
    """What a state is asked for by. Raises EncodeError."""
    kind = member_of(Protocol, protocol, f"{name}(protocol)")
    if kind is Protocol.ANY:
        raise EncodeError("say which one: esp, ah, comp, hao, route2", f"{name}(protocol)")
    if destination is None:
        raise EncodeError("say where its packets go to", f"{name}(destination)")
    by_address = kind in BY_ADDRESS
    if by_address and source is None:
        raise EncodeError(f"a state of {kind} is found by it: give it", f"{name}(source)")
    if not by_address and source is not None:
        raise EncodeError(f"a state of {kind} is found by its SPI: leave it out", f"{name}(source)")
    if by_address is (spi is not None):
        raise EncodeError(
            f"a state of {kind} has none: leave it out" if by_address else "say which: give its SPI", f"{name}(spi)"
        )
    said: dict[str, Any] = {"destination": destination, "protocol": kind, "source": source, "mark": mark}
    if spi is not None:
        said["spi"] = Spi.of(spi)
        if not isinstance(said["spi"], Spi):
            raise EncodeTypeError(f"expected a number such as 0x1000, not {spi!r}", f"{name}(spi)")
    made = StateId(**said)
    return made.replace(family=family or family_of(made.destination))


BY_ADDRESS = (Protocol.HAO, Protocol.ROUTE2)
"""Protocols whose states have addresses in the place of an SPI."""


def policy(
    direction: Direction | str | int,
    selector: Selector | dict[str, Any] | None = None,
    *,
    index: int | None = None,
    type: PolicyType | str | int | None = None,
    mark: Mark | str | int | None = None,
    if_id: int | None = None,
    security: str | None = None,
) -> Do[Policy]:
    """One policy: by its index, or by its selector (and security context). `mark`, `if_id` and `type` are those it has.

    `NotFound` if there is none. Raises EncodeError unless exactly one of selector and index is given.
    """
    asked = policy_id("xfrm.policy", direction, selector, index, type, mark, if_id, security)
    return named("xfrm.policy", _looked_up, asked)


def _looked_up(asked: PolicyId) -> Do[Policy]:
    return make_do("xfrm.policy", NETLINK.XFRM, XFRM_MSG.GETPOLICY, asked, reply=Policy, reply_type=XFRM_MSG.NEWPOLICY)


def named(name: str, make: Callable[[Any], T], record: Record) -> T:
    """The operation that `make` makes of a record; where there are names in that, once they are looked up."""
    try:
        return make(record)
    except (EncodeError, TypeError):
        later = by_record(name, make, record)
        if later is None:
            raise
        return later


def policy_id(
    name: str,
    direction: Any,
    selector: Any,
    index: int | None,
    type: Any = None,
    mark: Any = None,
    if_id: int | None = None,
    security: Any = None,
) -> PolicyId:
    """What a policy is asked for by. Raises EncodeError."""
    if (selector is None) is not bool(index):
        raise EncodeError("give a selector, or an index", f"{name}(selector)")
    if index and security is not None:
        raise EncodeError("one with an index is found by that alone: leave it out", f"{name}(security)")
    return PolicyId(
        selector=selector,
        index=index or 0,
        direction=member_of(Direction, direction, f"{name}(direction)"),
        type=type,
        mark=mark,
        if_id=if_id,
        security=security,
    )


def state_database() -> Do[StateDatabase]:
    """How many states there are, and how they are hashed."""
    return make_do(
        "xfrm.state_database",
        NETLINK.XFRM,
        XFRM_MSG.GETSADINFO,
        StateDatabase(),
        reply=StateDatabase,
        reply_type=XFRM_MSG.NEWSADINFO,
    )


def policy_database() -> Do[PolicyDatabase]:
    """How many policies there are, and how they are hashed."""
    return make_do(
        "xfrm.policy_database",
        NETLINK.XFRM,
        XFRM_MSG.GETSPDINFO,
        PolicyDatabase(),
        reply=PolicyDatabase,
        reply_type=XFRM_MSG.NEWSPDINFO,
    )


def defaults() -> Do[Defaults]:
    """What becomes of packets that no policy is about. `NotSupported` before Linux 5.14."""
    return make_do(
        "xfrm.defaults",
        NETLINK.XFRM,
        XFRM_MSG.GETDEFAULT,
        Defaults(),
        reply=Defaults,
        reply_type=XFRM_MSG.GETDEFAULT,
    )


def replay(
    destination: Address,
    spi: int | str,
    protocol: Protocol | str | int = "esp",
    *,
    mark: Mark | str | int | None = None,
    flags: EventFlags | str | int | list[str] = 0,
) -> Do[ReplayEvent]:
    """How far the numbers and the lifetime of a state are; with `flags` rthr and ethr, its thresholds too.

    `NotFound` if there is none. Raises EncodeError as `state`.
    """
    name = "xfrm.replay"
    known = state_id(name, destination, spi, protocol, None, mark)
    asked = ReplayEvent(
        destination=known.destination,
        spi=known.spi,
        family=known.family,
        protocol=known.protocol,
        mark=known.mark,
        flags=flags_of(EventFlags, flags, f"{name}(flags)"),
    )
    return make_do(name, NETLINK.XFRM, XFRM_MSG.GETAE, asked, reply=ReplayEvent, reply_type=XFRM_MSG.NEWAE)
