"""Links: what comes in and goes out in a second, and what is lost of it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from netlynx import route
from netlynx.cli.top.figures import many, scaled, whole
from netlynx.cli.top.pane import Pane, Read
from netlynx.cli.top.rows import Column, Entry, Item, Order, Round, counted, rated

if TYPE_CHECKING:
    from netlynx.cli.top.known import Known
    from netlynx.client.connection import Connection

_COUNTERS = (
    *("rx_bytes", "tx_bytes", "rx_packets", "tx_packets"),
    *("rx_errors", "tx_errors", "rx_dropped", "tx_dropped"),
    *("multicast", "collisions"),
)
_counts = attrgetter(*_COUNTERS)
_NONE = (None,) * len(_COUNTERS)
_RX_BYTES, _TX_BYTES, _RX_PACKETS, _TX_PACKETS, _RX_ERRORS, _TX_ERRORS, _RX_DROPS, _TX_DROPS, _MULTICAST, _ = range(10)


def _read(nl: Connection, known: Known) -> Read:
    items = [Item(link.index, link, _NONE if stats is None else _counts(stats)) for link, stats in known.stats(nl)]
    return Read(items)


def _state(entry: Entry) -> str:
    """Whether it carries something; a link that does not know says whether it is switched on."""
    link = entry.record
    state = link.operstate
    if state in (None, route.OperState.UNKNOWN):
        return "UP" if link.flags & route.LinkFlags.UP else "DOWN"
    return str(state)


def _sum(*places: int) -> Any:
    def value(entry: Entry) -> float | None:
        rates = [entry.rate(at) for at in places]
        return None if None in rates else sum(each for each in rates if each is not None)

    return value


def _said(now: Round) -> str:
    up = sum(_state(each) == "UP" for each in now.entries)
    rates = (_total(now, _RX_BYTES), _total(now, _TX_BYTES))
    inwards, outwards = (scaled(None if each is None else 8 * each) for each in rates)
    return f"{many(len(now.entries), 'link')}, {up:,} up; all of them: {inwards} bit/s in, {outwards} bit/s out"


def _total(now: Round, at: int) -> float | None:
    known = [rate for each in now.entries if (rate := each.rate(at)) is not None]
    return sum(known) if known else None


def _is_something(value: float) -> bool:
    return value > 0


LINKS = Pane(
    "links",
    "link",
    (
        Column("name", "LINK", lambda entry: entry.record.name or f"if{entry.record.index}", sought=True, width=8),
        Column("state", "STATE", _state, sought=True, width=5),
        rated("in_bits", "IN b/s", _RX_BYTES, scaled, 8),
        rated("out_bits", "OUT b/s", _TX_BYTES, scaled, 8),
        rated("in_packets", "IN p/s", _RX_PACKETS, scaled),
        rated("out_packets", "OUT p/s", _TX_PACKETS, scaled),
        Column("errors", "ERR/s", _sum(_RX_ERRORS, _TX_ERRORS), scaled, number=True, width=5, alarm=_is_something),
        Column("drops", "DROP/s", _sum(_RX_DROPS, _TX_DROPS), scaled, number=True, width=5, alarm=_is_something),
        Column("kind", "KIND", lambda entry: entry.record.kind or "", sought=True, spare=2),
        counted("in_dropped", "IN DROPS", _RX_DROPS, whole, spare=3),
        counted("out_dropped", "OUT DROPS", _TX_DROPS, whole, spare=3),
        counted("in_errors", "IN ERRORS", _RX_ERRORS, whole, spare=4),
        counted("out_errors", "OUT ERRORS", _TX_ERRORS, whole, spare=4),
        rated("multicast", "MCAST/s", _MULTICAST, scaled, spare=6),
        Column("mtu", "MTU", lambda entry: entry.record.mtu, number=True, spare=5),
        Column("index", "INDEX", lambda entry: entry.record.index, number=True, spare=7),
    ),
    Order("in_bits"),
    _read,
    _said,
)
