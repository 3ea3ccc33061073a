"""One socket, looked up by its addresses and ports; sockets closed by who does not own them (SOCK_DESTROY).

The kernel finds the socket that a request names, and looks at its cookie: where another one has the addresses by now,
it finds none. Who had the socket open gets ECONNABORTED. Source: inet_diag_cmd_exact in net/ipv4/inet_diag.c,
tcp_abort in net/ipv4/tcp.c, sock_diag_destroy in net/core/sock_diag.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator, Sequence
from ipaddress import ip_address
from typing import Any, TypeVar, overload

import msgspec

from netlynx.diag.asking import look_up
from netlynx.diag.constants import NO_COOKIE, SOCK_DESTROY, InetProtocol, SocketFamily
from netlynx.diag.everything import TABLES, AllSockets
from netlynx.diag.inet import InetRequest, InetSocket, MptcpSocket, RawSocket, UdpSocket
from netlynx.diag.listing import NamedSockets, Sockets, raw
from netlynx.engine.operation import Do, Talk, make_do
from netlynx.engine.unresolved import by_name
from netlynx.errors import (
    Ambiguous,
    EncodeError,
    EncodeTypeError,
    NetlinkError,
    NotFound,
    NotSupported,
    PermissionDenied,
)
from netlynx.schema.arguments import record_of
from netlynx.schema.record import class_of
from netlynx.wire.constants import NETLINK, NLM_F

S = TypeVar("S", bound=InetSocket)

_EVERYTHING = 0xFE
_IN_HEADER = 0xFF
CLOSED = (InetProtocol.TCP, InetProtocol.UDP, InetProtocol.UDPLITE, InetProtocol.RAW)
"""Protocols whose sockets the kernel closes."""


class Destruction(msgspec.Struct, frozen=True):
    """What became of the sockets that were to be closed.

    `closed` are closed; `gone` the kernel did not find any more, or found another socket that has the same ends (of
    UDP several may); `refused` it did not close, each with its error. What
    the kernel does not list, of several listings, is in `skipped`. With `dry_run` nothing was sent: `closed` are those
    that would be.
    """

    closed: tuple[InetSocket, ...] = ()
    gone: tuple[InetSocket, ...] = ()
    refused: tuple[tuple[InetSocket, NetlinkError], ...] = ()
    skipped: tuple[NotSupported, ...] = ()
    dry_run: bool = False


@overload
def socket(which: S) -> Do[S]: ...
@overload
def socket(
    which: str | InetProtocol,
    *,
    source: Any,
    source_port: int,
    destination: Any = ...,
    destination_port: int = ...,
    index: int | str = ...,
    cookie: int | None = ...,
) -> Do[Any]: ...
@by_name(index="interface")
def socket(
    which: Any,
    *,
    source: Any = None,
    source_port: int | None = None,
    destination: Any = None,
    destination_port: int = 0,
    index: int | str = 0,
    cookie: int | None = None,
) -> Do[Any]:
    """The socket that was listed, as it is now; or the one of a protocol (``"tcp"``) with these addresses and ports.

    Without `destination` one that listens, or has no peer. With `cookie` it is that very socket or none. The kernel
    looks as it does for a packet: a TCP connection that is not there may find the socket that listens for it.

    `NotFound` if there is none. Raises EncodeError for a protocol of which the kernel looks up none by addresses, and
    for addresses of two families; EncodeTypeError for what is no socket.
    """
    name = "diag.socket"
    record: Any
    told = {
        "source": source,
        "source_port": source_port,
        "destination": destination,
        "destination_port": destination_port,
        "index": index,
        "cookie": cookie,
    }
    given = {each: value for each, value in told.items() if value is not None and value != 0}
    if isinstance(which, InetSocket):
        for each in given:
            raise EncodeError("the socket that was listed says so itself", f"{name}({each})")
        request, record = _request(which, name, dumped=True), class_of(which)
    else:
        record = _record_of(which, f"{name}(which)")
        family = SocketFamily.INET6 if ":" in f"{source}{destination}" else SocketFamily.INET
        request = _request(record(**{"family": family, "cookie": NO_COOKIE, **given}), name, dumped=True)
        request.to_bytes()  # raises for what cannot be said
        for each in ("source", "source_port"):
            if each not in given:
                raise EncodeError("which? say at least source and source_port, or give one that was listed", name)
    return look_up(name, request, record)


@overload
def destroy(which: InetSocket | Sequence[InetSocket], *, dry_run: bool = ...) -> Talk[Destruction]: ...
@overload
def destroy(which: Sockets[Any] | NamedSockets[Any] | AllSockets[Any], *, dry_run: bool = ...) -> Talk[Destruction]: ...
def destroy(which: Any, *, dry_run: bool = False) -> Talk[Destruction]:
    """Close a socket that was listed, several, or all that a listing finds, whoever has them open.

    Takes CAP_NET_ADMIN.

    The answer says what became of each; with `dry_run` nothing is closed, and it says what would be. Without the
    privilege, and where the kernel closes none of a protocol (it has to be built with CONFIG_INET_DIAG_DESTROY),
    nothing is closed: `PermissionDenied`, `NotSupported`.

        nl.do(diag.destroy(diag.tcp((diag.where.destination == "192.0.2.0/24") & (diag.where.port == 443))))

    A socket is told by its ends and its cookie, so that very one is closed or none. Of raw sockets the kernel looks at
    the protocol and the addresses alone, and takes the first that fits: one that is bound to less fits, too. So all raw
    sockets are listed first, and where another one fits that is not to be closed, nothing is sent (`refused` has it,
    as `Ambiguous`).

    Raises EncodeError for a socket of a protocol of which the kernel closes none, EncodeTypeError for what is no socket
    and no listing of some.
    """
    name = "diag.destroy"
    if isinstance(which, InetSocket):
        which = (which,)
    if isinstance(which, list | tuple):
        several = [record_of(InetSocket, each, f"{name}(which)") for each in which]
        for each in several:
            destroyed(each)  # raises for what cannot be
        return Talk(name, lambda: _destroying(several, dry_run))
    if not isinstance(which, Sockets | NamedSockets | AllSockets):
        raise EncodeTypeError(
            "takes a socket that was listed, several, or a listing such as diag.tcp(…), not "
            f"{type(which).__name__} {which!r}",
            f"{name}(which)",
        )
    parts = which.parts if isinstance(which, AllSockets) else (which,)
    for part in parts:
        _check_closed(part.reply)

    def steps() -> Generator[Any, Any, Destruction]:
        found: list[InetSocket] = []
        skipped: list[NotSupported] = []
        for part in parts:
            try:
                found += yield part
            except NotSupported as error:
                if not isinstance(which, AllSockets):
                    raise
                skipped.append(error)
        done: Destruction = yield from _destroying(found, dry_run)
        return msgspec.structs.replace(done, skipped=tuple(skipped))

    return Talk(name, steps)


def destroyed(which: InetSocket) -> Do[None]:
    """The request that closes one socket."""
    _check_closed(class_of(which))
    request = _request(which, "diag.destroy", dumped=False)
    return make_do("diag.destroy", NETLINK.SOCK_DIAG, SOCK_DESTROY, request, flags=NLM_F.ACK)


def _check_closed(record: Any) -> None:
    """Raises EncodeError for sockets of which the kernel closes none."""
    protocol = record.__declarations__["protocol"].default if issubclass(record, InetSocket) else None
    if protocol not in CLOSED:
        closed = ", ".join(each.label for each in CLOSED)
        raise EncodeError(f"takes no {record.__name__}: the kernel closes those of {closed}", "diag.destroy(which)")


def _destroying(found: list[InetSocket], dry_run: bool) -> Generator[Any, Any, Destruction]:
    if dry_run:
        return Destruction(closed=tuple(found), dry_run=True)
    closed: list[InetSocket] = []
    gone: list[InetSocket] = []
    wanted, refused = yield from _certain(found)
    for each in wanted:
        try:
            yield destroyed(each)
        except NotFound:
            gone.append(each)
        except (PermissionDenied, NotSupported) as error:
            if not closed:  # nor will it be another time
                raise
            refused.append((each, error))
        except NetlinkError as error:
            refused.append((each, error))
        else:
            closed.append(each)
    return Destruction(tuple(closed), tuple(gone), tuple(refused))


def _certain(
    found: list[InetSocket],
) -> Generator[Any, Any, tuple[list[InetSocket], list[tuple[InetSocket, NetlinkError]]]]:
    """Those that the kernel can be told from others, in the order in which it does; and the others, with the reason.

    Of two raw sockets that are both to be closed, the one that is bound to less goes first: a request for the other
    one fits it, too. Source: raw_sock_get and raw_diag_destroy in net/ipv4/raw_diag.c, raw_v4_match in net/ipv4/raw.c.
    """
    meant = [each for each in found if isinstance(each, RawSocket)]
    if not meant:
        return found, []
    listed = yield raw()
    cookies = {each.cookie for each in meant}
    others = [each for each in listed if each.cookie not in cookies]
    refused: list[tuple[InetSocket, NetlinkError]] = []
    certain: list[InetSocket] = []
    for each in meant:
        other = next((other for other in others if _fits(other, each)), None)
        if other is None:
            certain.append(each)
        else:
            refused.append((each, _ambiguous(each, other)))
    certain.sort(key=lambda each: len(_bound(each)))
    return [*(each for each in found if not isinstance(each, RawSocket)), *certain], refused


def _bound(which: InetSocket) -> dict[str, Any]:
    """What a socket is bound to: ends and interface, those that are any left out."""
    ends = {"source": which.source, "destination": which.destination}
    bound = {name: end for name, end in ends.items() if end is not None and not ip_address(end).is_unspecified}
    return bound | ({"index": which.index} if which.index else {})


def _fits(other: InetSocket, meant: InetSocket) -> bool:
    """Whether the kernel could take another raw socket for the one that is meant."""
    if (other.family, other.source_port) != (meant.family, meant.source_port):
        return False
    return _bound(other).items() <= _bound(meant).items()


def _ambiguous(meant: InetSocket, other: InetSocket) -> Ambiguous:
    said = ", ".join(f"{name} {value}" for name, value in _bound(other).items()) or "any address"
    return Ambiguous(
        errno.ENOTUNIQ,
        asked="diag.destroy()",
        hint=f"Nothing was sent for the raw socket with inode {meant.inode}: the kernel might have closed the one with "
        f"inode {other.inode} instead ({said}), which fits the request, too",
    )


def _record_of(which: object, path: str) -> type[Any]:
    records = {name: table.record for name, table in TABLES.items() if issubclass(table.record, InetSocket)}
    if isinstance(which, InetProtocol):
        which = which.label
    if not isinstance(which, str):
        raise EncodeTypeError(f"expected a socket that was listed, or a protocol, not {which!r}", path)
    if which.lower() not in records:
        raise EncodeError(f"{which!r} is none of {', '.join(records)}", path)
    return records[which.lower()]


def _request(which: InetSocket, name: str, *, dumped: bool) -> InetRequest:
    """What names the socket in a request.

    To look up a UDP socket the kernel wants its ends the other way round (udp_dump_one in net/ipv4/udp_diag.c); of
    Multipath TCP it looks for the token, where the cookie stands (net/mptcp/mptcp_diag.c).
    """
    protocol = int(which.protocol)
    ends = (which.source, which.source_port, which.destination, which.destination_port)
    cookie = which.cookie
    if dumped and isinstance(which, UdpSocket):
        ends = (*ends[2:], *ends[:2])
    if isinstance(which, MptcpSocket) and dumped:
        if which.info is None:
            raise EncodeError("the kernel looks for its token, which stands in `info` of one that was listed", name)
        cookie = which.info.token
    return InetRequest(
        family=which.family,
        protocol=protocol if protocol <= _IN_HEADER else 0,
        large_protocol=protocol if protocol > _IN_HEADER else None,
        raw_protocol=which.source_port & 0xFF if isinstance(which, RawSocket) else 0,
        extensions=_EVERYTHING if dumped else 0,
        source=ends[0],
        source_port=0 if isinstance(which, RawSocket) else ends[1],
        destination=ends[2],
        destination_port=0 if isinstance(which, RawSocket) else ends[3],
        index=which.index,
        cookie=cookie,
    )
