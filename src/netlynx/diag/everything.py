"""The sockets of all protocols, one listing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any, Generic, NamedTuple, TypeVar

from netlynx.diag.conditions import Automatic, Condition, check, every, leaves, may_be_asked_of, of_fields
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
from netlynx.diag.listing import Family, Wanted, checked, dccp, mptcp, narrowed, raw, sctp, tcp, udp, udplite
from netlynx.diag.netlink_sockets import NetlinkSocket, netlink
from netlynx.diag.packet_sockets import PacketSocket, packet
from netlynx.diag.smc_sockets import SmcSocket, smc
from netlynx.diag.states import States, states_of
from netlynx.diag.tipc_sockets import TipcSocket, tipc
from netlynx.diag.unix_sockets import UnixSocket, unix
from netlynx.diag.vsock_sockets import VsockSocket, vsock
from netlynx.diag.xdp_sockets import XdpSocket, xdp
from netlynx.engine.operation import Dump
from netlynx.engine.several import Several
from netlynx.errors import EncodeError
from netlynx.schema.arguments import member_of, texts_of

T = TypeVar("T", covariant=True)

_INET = (SocketFamily.INET, SocketFamily.INET6)


class Table(NamedTuple):
    """A listing of sockets of one sort: their families, their record, and the function that makes it.

    The function takes a condition, a family (None: all that it has) and states (None: all). `stateful` says whether
    its sockets are in such states at all.
    """

    families: tuple[SocketFamily, ...]
    record: type[Any]
    listing: Callable[..., Any]
    stateful: bool = True


def _other(family: SocketFamily, record: type[Any], make: Callable[..., Dump[Any]]) -> Table:
    """The listing of a family of which the kernel compares no conditions."""

    def listing(condition: Condition | None, *, family: object = None, states: States = None) -> Any:
        return narrowed(make() if states is None else make(states=states), condition)

    return Table((family,), record, listing, "states" in signature(make).parameters)


TABLES: dict[str, Table] = {
    "tcp": Table(_INET, TcpSocket, tcp),
    "mptcp": Table(_INET, MptcpSocket, mptcp),
    "udp": Table(_INET, UdpSocket, udp),
    "udplite": Table(_INET, UdpLiteSocket, udplite),
    "raw": Table(_INET, RawSocket, raw),
    "sctp": Table(_INET, SctpSocket, sctp),
    "dccp": Table(_INET, DccpSocket, dccp),
    "unix": _other(SocketFamily.UNIX, UnixSocket, unix),
    "packet": _other(SocketFamily.PACKET, PacketSocket, packet),
    "netlink": _other(SocketFamily.NETLINK, NetlinkSocket, netlink),
    "vsock": _other(SocketFamily.VSOCK, VsockSocket, vsock),
    "xdp": _other(SocketFamily.XDP, XdpSocket, xdp),
    "tipc": _other(SocketFamily.TIPC, TipcSocket, tipc),
    "smc": _other(SocketFamily.SMC, SmcSocket, smc),
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
) -> AllSockets[Any]:
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


def _is_automatic(condition: Condition) -> bool:
    return isinstance(condition, Automatic)


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
                if not issubclass(table.record, InetSocket) and any(map(_is_automatic, leaves(condition))):
                    raise TypeError(f"{table.record.__name__} has no ports that could be chosen")
            if states is not None and not table.stateful:
                raise TypeError(f"{table.record.__name__} has none of these states")
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
