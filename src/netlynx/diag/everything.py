"""The sockets of all protocols, one listing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from netlynx.diag.conditions import Condition, check, every, may_be_asked_of, of_fields
from netlynx.diag.constants import SocketFamily
from netlynx.diag.inet import (
    DccpSocket,
    InetSocket,
    MptcpSocket,
    RawSocket,
    SctpSocket,
    TcpSocket,
    UdpLiteSocket,
    UdpSocket,
)
from netlynx.diag.listing import Family, States, Wanted, checked, dccp, mptcp, raw, sctp, states_of, tcp, udp, udplite
from netlynx.engine.several import Several
from netlynx.errors import EncodeError
from netlynx.schema.arguments import member_of, texts_of

T = TypeVar("T", covariant=True)

_INET = (SocketFamily.INET, SocketFamily.INET6)


class Table(NamedTuple):
    """A listing of sockets of one sort: their families, their record, and the function that makes it.

    The function takes a condition, a family (None: all that it has) and states (None: all).
    """

    families: tuple[SocketFamily, ...]
    record: type[Any]
    listing: Callable[..., Any]


TABLES: dict[str, Table] = {
    "tcp": Table(_INET, TcpSocket, tcp),
    "mptcp": Table(_INET, MptcpSocket, mptcp),
    "udp": Table(_INET, UdpSocket, udp),
    "udplite": Table(_INET, UdpLiteSocket, udplite),
    "raw": Table(_INET, RawSocket, raw),
    "sctp": Table(_INET, SctpSocket, sctp),
    "dccp": Table(_INET, DccpSocket, dccp),
}
"""All that the kernel lists, in the order of `sockets`."""
may_be_asked_of(*(table.record for table in TABLES.values()))


class AllSockets(Several[T], Generic[T], frozen=True, kw_only=True):
    """Listings of sockets of several sorts."""

    protocols: tuple[str, ...]
    family: SocketFamily | None
    states: Any  # as `sockets` takes them
    condition: Condition | None

    def where(self, condition: Condition | None = None, /, **fields: Any) -> AllSockets[T]:
        """Those of them that meet the conditions: see `netlynx.diag.Sockets.where`."""
        given = [each for each in (self.condition, checked(condition), of_fields(fields)) if each is not None]
        made: AllSockets[T] = _listed(self.protocols, self.family, self.states, every(given))
        return made


def sockets(
    condition: Wanted = None,
    *,
    protocols: str | Iterable[str] | None = None,
    family: Family = None,
    states: States = None,
) -> AllSockets[InetSocket]:
    """The sockets of all protocols, or of these (``"tcp"``, ``"udp"`` …), each as the record of its own.

    What this kernel does not list is passed over: when the dump has ended, its iterator says what that was.

        listed = nl.dump(diag.sockets(diag.where.port == 53))
        found = listed.all()
        for error in listed.skipped: ...  # a NotSupported each, which names the module that would list them

    Sockets that lack a field of the condition are left out. Raises EncodeError and EncodeTypeError for values that
    sockets cannot have, TypeError for a field that none of them has.
    """
    name = "diag.sockets"
    given = TABLES if protocols is None else texts_of(protocols, f"{name}(protocols)")
    chosen = tuple(sorted(given, key=_place))
    for each in chosen:
        if each not in TABLES:
            raise EncodeError(f"{each!r} is none of {', '.join(TABLES)}", f"{name}(protocols)")
    if not chosen:
        raise EncodeError("give one protocol at least", f"{name}(protocols)")
    wanted = None if family is None else member_of(SocketFamily, family, f"{name}(family)") or None
    asked = None if states is None else states_of(states, f"{name}(states)")
    return _listed(chosen, wanted, asked, checked(condition))


def _place(protocol: str) -> int:
    return [*TABLES].index(protocol) if protocol in TABLES else len(TABLES)


def _listed(
    protocols: tuple[str, ...], family: SocketFamily | None, states: Any, condition: Condition | None
) -> AllSockets[Any]:
    tables = [table for name in protocols if family in (table := TABLES[name]).families or family is None]
    if not tables:
        assert family is not None
        raise EncodeError(f"there is none of {family.label}", "diag.sockets(family)")
    able, lacking = [], []
    for table in tables:
        try:
            if condition is not None:
                check(condition, table.record)
            able.append(table)
        except TypeError as error:
            lacking.append(error)
    if not able:
        raise lacking[0]
    parts = tuple(table.listing(condition, family=family, states=states) for table in able)
    return AllSockets(
        "diag.sockets",
        parts,
        skips=True,
        protocols=protocols,
        family=family,
        states=states,
        condition=condition,
    )
