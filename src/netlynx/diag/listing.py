"""Listings of sockets: what the kernel is asked, and what of its answers is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from netlynx.diag.asking import list_sockets
from netlynx.diag.conditions import (
    Comparison,
    Condition,
    Every,
    Not,
    Some,
    check,
    comparisons,
    every,
    of_fields,
    plain,
)
from netlynx.diag.constants import ALL_STATES, SocketFamily, SocketState, mask_of
from netlynx.diag.inet import (
    DccpSocket,
    InetRequest,
    InetSocket,
    MptcpSocket,
    RawSocket,
    SctpSocket,
    TcpSocket,
    UdpLiteSocket,
    UdpSocket,
)
from netlynx.diag.parts import BpfStorages
from netlynx.diag.splitting import Split, pairs, program, resolved, split
from netlynx.diag.states import States, states_of
from netlynx.engine.named import NamedDump, settled
from netlynx.engine.operation import Dump
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.arguments import member_of
from netlynx.schema.contradicting import check as check_contradictions
from netlynx.schema.wanted import Numbers
from netlynx.schema.wanted import Wanted as Name

S = TypeVar("S", bound=InetSocket, covariant=True)
T = TypeVar("T")

_EVERYTHING = 0xFE  # all that a request can ask for, but the memory in the old form
_IN_HEADER = 0xFF  # protocols with larger numbers have an attribute
_FAMILIES = (SocketFamily.INET, SocketFamily.INET6)


class Asked(msgspec.Struct, frozen=True):
    """What a listing was made from."""

    record: type[InetSocket]
    family: SocketFamily | None
    states: tuple[SocketState, ...] | None
    condition: Condition | None
    storages: bool = False


class Sockets(Dump[S], Generic[S], frozen=True, kw_only=True):
    """A listing of sockets, which knows what of its conditions goes to the kernel."""

    asked: Asked

    def where(self, condition: Condition | None = None, /, **fields: Any) -> Sockets[S]:
        """The same sockets, of which only those are wanted that meet the conditions, all of them.

        A condition is made with `netlynx.diag.where`; fields are as for every listing (`netlynx.Dump.where`), and
        ``port=`` and ``address=`` are of either end, ``automatic=True`` is of sockets that nobody bound to a port. A
        cgroup may be given as its path. An IPv4 address or subnet also means what IPv6 sockets have for it
        (``::ffff:192.0.2.1``), as for the kernel.

        The kernel compares what it can (see `split`), and what it answers is compared again. Raises TypeError for a
        field that these sockets lack, naming the nearest, EncodeError for values that it cannot have, and for what
        nothing can fit.
        """
        given = [each for each in (self.asked.condition, checked(condition), of_fields(fields)) if each is not None]
        made: Sockets[S] = inet_listing(self.name, msgspec.structs.replace(self.asked, condition=every(given)))
        return made

    def split(self) -> Split:
        """Which part of the conditions the kernel compares, and which is compared here alone: two conditions.

        Family and states, which the kernel compares always, are in neither.
        """
        return split(_stateless(self.asked.condition)[1])

    def __str__(self) -> str:
        return _words(self.name, self.asked)


class NamedSockets(NamedDump[T]):
    """A listing of sockets with names of interfaces in its conditions."""

    def split(self) -> Split:
        """As `Sockets.split`."""
        parts: Split = self.model.split()
        return parts


def inet_listing(name: str, asked: Asked) -> Any:
    """The sockets of one protocol, of one family or both: then the kernel is asked once for each."""
    if asked.condition is not None:
        check(asked.condition, asked.record)
        for each in comparisons(asked.condition):
            if isinstance(each.value, set | frozenset | range) and not each.value:
                path = ".".join((asked.record.__name__, *each.path))
                raise EncodeError("there is no value in this, which nothing could have", path)
        names = tuple(_names(asked.record, asked.condition))
        if names:
            return _named(name, asked, names)
        asked = msgspec.structs.replace(asked, condition=resolved(asked.condition))
    mask, condition = _stateless(asked.condition)
    states = _mask(asked.states) & mask
    if not states:
        raise EncodeError("no socket is in any of these states", f"{name}(states)")
    wanted = split(condition)
    match = [*pairs(wanted.kernel, told=True), *pairs(wanted.here)]
    if asked.family is not None:
        match.insert(0, ("family", asked.family))
    if states & ALL_STATES != ALL_STATES:
        match.append(("state", frozenset(_reported(states))))
    code = None if wanted.kernel is None else program(wanted.kernel).to_bytes()
    families = _FAMILIES if asked.family is None else (asked.family,)
    parts = [
        list_sockets(
            name,
            _request(asked, family, states, code),
            asked.record,
            match=tuple(match),
        )
        for family in families
    ]
    fields = {each: getattr(parts[0], each) for each in Dump.__struct_fields__}
    made: Sockets[Any] = Sockets(**{**fields, "following": tuple(parts[1:])}, asked=asked)
    made.filter()
    check_contradictions(asked.record, made.match)
    return made


def protocol_of(record: type[InetSocket]) -> int:
    """The number of the protocol whose sockets these are."""
    return int(record.__declarations__["protocol"].default)


def _request(asked: Asked, family: SocketFamily, states: int, code: bytes | None) -> InetRequest:
    protocol = protocol_of(asked.record)
    return InetRequest(
        family=family,
        protocol=protocol if protocol <= _IN_HEADER else 0,
        large_protocol=protocol if protocol > _IN_HEADER else None,
        extensions=_EVERYTHING,
        states=states,
        bytecode=code,
        storages=BpfStorages() if asked.storages else None,
    )


# -- states ----------------------------------------------------------------------------------------------------------


def _mask(states: Iterable[SocketState] | None) -> int:
    return ALL_STATES if states is None else mask_of(states)


def _reported(states: int) -> Iterable[SocketState]:
    """What sockets in these states are told to be in: those of half-made connections are told as one."""
    found = {state for state in SocketState if states >> state & 1}
    return found | ({SocketState.SYN_RECV} if SocketState.NEW_SYN_RECV in found else set())


def _stateless(condition: Condition | None) -> tuple[int, Condition | None]:
    """The states that a condition leaves, as a request has them, and the rest of it."""
    if condition is None:
        return ALL_STATES, None
    parts = condition.parts if isinstance(condition, Every) else (condition,)
    mask, rest = ALL_STATES, []
    for each in parts:
        negated = isinstance(each, Not)
        inner = each.part if isinstance(each, Not) else each
        if isinstance(inner, Comparison) and inner.path == ("state",) and isinstance(inner.value, _STATES):
            states = _mask(states_of(inner.value, "state"))
            mask &= ALL_STATES & ~states if negated else states
        else:
            rest.append(each)
    return mask, every(rest)


_STATES = (str, int, set, frozenset)


# -- names -----------------------------------------------------------------------------------------------------------


def _names(record: Any, condition: Condition | None) -> Iterable[Name]:
    for each in comparisons(condition):
        if each.path == ("index",):
            values = each.value if isinstance(each.value, set | frozenset | list | tuple) else (each.value,)
            path = f"{record.__name__}.index"
            yield from (Name("interface", value, path) for value in sorted(filter(_is_text, values)))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _named(name: str, asked: Asked, names: tuple[Name, ...]) -> NamedDump[Any]:
    def make(numbers: Numbers) -> Any:
        condition = _numbered(asked.condition, numbers)
        return inet_listing(name, msgspec.structs.replace(asked, condition=condition))

    unknown, later, model = settled(names, make)
    return NamedSockets(name, _words(name, asked)[len(name) + 1 : -1], unknown, later, model)


def _numbered(condition: Any, numbers: Numbers) -> Any:
    """The condition with numbers in the place of interfaces' names."""
    if isinstance(condition, Not):
        return Not(_numbered(condition.part, numbers))
    if isinstance(condition, Every | Some):
        return type(condition)(tuple(_numbered(each, numbers) for each in condition.parts))
    if isinstance(condition, Comparison) and condition.path == ("index",):
        value = condition.value
        if isinstance(value, set | frozenset | list | tuple):
            return Comparison(condition.path, type(value)(_numbered_index(each, numbers) for each in value))
        return Comparison(condition.path, _numbered_index(value, numbers))
    return condition


def _numbered_index(value: Any, numbers: Numbers) -> Any:
    return numbers["interface", value] if isinstance(value, str) else value


def narrowed(listing: Dump[T], condition: Condition | None) -> Any:
    """A listing of sockets of which the kernel compares nothing, for those that meet a condition. Raises as `tcp`."""
    if condition is None:
        return listing
    check(condition, listing.reply)
    names = tuple(_names(listing.reply, condition))
    if names:
        unknown, later, model = settled(names, lambda numbers: narrowed(listing, _numbered(condition, numbers)))
        return NamedDump(listing.name, str(condition), unknown, later, model)
    made = msgspec.structs.replace(listing, match=(*listing.match, *pairs(plain(resolved(condition)))), mirrored=None)
    made.filter()
    check_contradictions(made.reply, made.match)
    return made


# -- words and arguments -----------------------------------------------------------------------------------------------


def _words(name: str, asked: Asked) -> str:
    said = [] if asked.condition is None else [str(asked.condition)]
    if asked.family is not None:
        said.append(f"family={asked.family.label}")
    if asked.states is not None:
        said.append(f"states={', '.join(each.label for each in asked.states)}")
    return f"{name}({', '.join(said)})"


def checked(condition: object) -> Condition | None:
    """The condition, if it is one. Raises EncodeTypeError."""
    if condition is not None and not isinstance(condition, Condition):
        raise EncodeTypeError(
            f"expected a condition such as diag.where.source_port == 443, not {condition!r}", "condition"
        )
    return condition


def family_of(family: object, path: str) -> SocketFamily | None:
    """The family to list, None for both. Raises EncodeError for one that is none of IP's."""
    if family is None:
        return None
    wanted = member_of(SocketFamily, family, path)
    if wanted is SocketFamily.UNSPEC:
        return None
    if wanted not in _FAMILIES:
        raise EncodeError(f"there is none of {wanted.label}: it is one of inet, inet6", path)
    return wanted


Wanted: TypeAlias = Condition | None
Family: TypeAlias = SocketFamily | str | int | None


def _listed(
    name: str, record: type[S], condition: Condition | None, family: Family, states: States, storages: bool
) -> Sockets[S]:
    asked = Asked(
        record,
        family_of(family, f"{name}(family)"),
        None if states is None else states_of(states, f"{name}(states)"),
        checked(condition),
        storages,
    )
    made: Sockets[S] = inet_listing(name, asked)
    return made


def tcp(
    condition: Wanted = None, *, family: Family = None, states: States = None, storages: bool = False
) -> Sockets[TcpSocket]:
    """TCP sockets of the network namespace, in all states or in these; those that meet the condition (`Sockets.where`).

    With `storages` they have what BPF maps keep for them (BPF_MAP_TYPE_SK_STORAGE), which takes CAP_BPF.

    Raises EncodeError and EncodeTypeError for values that sockets cannot have, TypeError for a field that they lack.
    """
    return _listed("diag.tcp", TcpSocket, condition, family, states, storages)


def udp(
    condition: Wanted = None, *, family: Family = None, states: States = None, storages: bool = False
) -> Sockets[UdpSocket]:
    """UDP sockets: established where they have a peer, else close. Raises as `tcp`."""
    return _listed("diag.udp", UdpSocket, condition, family, states, storages)


def udplite(
    condition: Wanted = None, *, family: Family = None, states: States = None, storages: bool = False
) -> Sockets[UdpLiteSocket]:
    """UDP-Lite sockets, of kernels that have them: they were removed. Raises as `tcp`."""
    return _listed("diag.udplite", UdpLiteSocket, condition, family, states, storages)


def raw(
    condition: Wanted = None, *, family: Family = None, states: States = None, storages: bool = False
) -> Sockets[RawSocket]:
    """Raw sockets, whose port is the number of the protocol that they hear. Raises as `tcp`."""
    return _listed("diag.raw", RawSocket, condition, family, states, storages)


def sctp(
    condition: Wanted = None, *, family: Family = None, states: States = None, storages: bool = False
) -> Sockets[SctpSocket]:
    """SCTP sockets, one record for each association and one for each that listens. Raises as `tcp`."""
    return _listed("diag.sctp", SctpSocket, condition, family, states, storages)


def dccp(
    condition: Wanted = None, *, family: Family = None, states: States = None, storages: bool = False
) -> Sockets[DccpSocket]:
    """DCCP sockets, of kernels before Linux 6.16, which removed them. Raises as `tcp`."""
    return _listed("diag.dccp", DccpSocket, condition, family, states, storages)


def mptcp(
    condition: Wanted = None, *, family: Family = None, states: States = None, storages: bool = False
) -> Sockets[MptcpSocket]:
    """Multipath TCP sockets; their subflows are listed by `tcp`. Raises as `tcp`."""
    return _listed("diag.mptcp", MptcpSocket, condition, family, states, storages)
