"""Sockets of IP: what waits in their queues, what goes through them, and what had to be sent again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx import diag
from netlynx.cli.socket_table import end
from netlynx.cli.tables import text
from netlynx.cli.top.figures import milliseconds, scaled, whole
from netlynx.cli.top.pane import Pane, Read
from netlynx.cli.top.rows import Column, Entry, Item, Order, Round, counted, rated
from netlynx.errors import NetlinkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlynx.cli.top.known import Known
    from netlynx.client.connection import Connection

_LISTINGS = (("tcp", diag.tcp), ("udp", diag.udp))
_RECEIVED, _ACKED, _RETRANSMITS, _DROPS = range(4)


class Facts(NamedTuple):
    """Which protocols' sockets cannot be listed, and why."""

    missing: Sequence[tuple[str, str]]


def _read(nl: Connection, known: Known) -> Read:
    known.read(nl)
    items: list[Item] = []
    missing: list[tuple[str, NetlinkError]] = []
    for protocol, listing in _LISTINGS:
        try:
            listed: list[Any] = nl.dump(listing(), interrupted="accept").all()
        except NetlinkError as error:
            missing.append((protocol, error))
        else:
            items += [Item((protocol, *_key(each)), (each, known.name(each.index)), _counts(each)) for each in listed]
    if len(missing) == len(_LISTINGS):
        raise missing[0][1]
    return Read(items, (), Facts([(protocol, error.message or str(error)) for protocol, error in missing]))


def _key(each: Any) -> tuple[Any, ...]:
    """A cookie tells a socket; those in time-wait have none on some kernels."""
    return (each.cookie, each.source, each.source_port, each.destination, each.destination_port)


def _counts(each: Any) -> tuple[int | None, ...]:
    info = getattr(each, "info", None)
    drops = None if each.memory is None else each.memory.drops
    if not isinstance(info, diag.TcpInfo) or each.state is diag.SocketState.LISTEN:
        return (None, None, None, drops)
    return (info.bytes_received, info.bytes_acked, info.total_retransmits, drops)


def _rtt(entry: Entry) -> float | None:
    info = getattr(entry.record[0], "info", None)
    return info.rtt / 1000 if isinstance(info, diag.TcpInfo) and info.rtt else None


def _local(entry: Entry) -> str:
    each, device = entry.record
    return end(each.source, each.source_port, device)


def _peer(entry: Entry) -> str:
    each = entry.record[0]
    return end(each.destination, each.destination_port)


def _said(now: Round) -> str:
    missing = dict(now.facts.missing)
    said = []
    for protocol, _ in _LISTINGS:
        states = Counter(text(socket.state) for socket, _ in _records(now) if text(socket.protocol) == protocol)
        told = ", ".join(f"{number:,} {state}" for state, number in states.most_common())
        said.append(f"{protocol}: {missing.get(protocol) or told or 'none'}")
    return "; ".join(said)


def _records(now: Round) -> Iterator[tuple[Any, str]]:
    return (each.record for each in now.entries)


def _is_something(value: float) -> bool:
    return value > 0


SOCKETS = Pane(
    "sockets",
    "socket",
    (
        Column("protocol", "KIND", lambda entry: text(entry.record[0].protocol), sought=True),
        Column("state", "STATE", lambda entry: text(entry.record[0].state), sought=True, width=11),
        Column("receive_queue", "RECV-Q", lambda entry: entry.record[0].receive_queue, scaled, number=True),
        Column("send_queue", "SEND-Q", lambda entry: entry.record[0].send_queue, scaled, number=True),
        rated("in_bits", "IN b/s", _RECEIVED, scaled, 8),
        rated("out_bits", "OUT b/s", _ACKED, scaled, 8),
        rated("retransmits", "RETR/s", _RETRANSMITS, scaled, alarm=_is_something),
        Column("local", "LOCAL", _local, sought=True, tail=True),
        Column("peer", "PEER", _peer, sought=True, tail=True),
        Column("rtt", "RTT ms", _rtt, milliseconds, number=True, spare=1),
        counted("retransmitted", "RETR", _RETRANSMITS, whole, spare=2),
        rated("drops", "DROP/s", _DROPS, scaled, spare=3, alarm=_is_something),
        counted("dropped", "DROPS", _DROPS, whole, spare=4),
    ),
    Order("in_bits"),
    _read,
    _said,
)
