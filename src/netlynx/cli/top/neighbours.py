"""Neighbours: who is where, how sure the kernel is of it, and since when."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from netlynx import route
from netlynx.cli.tables import text
from netlynx.cli.top.figures import age, many
from netlynx.cli.top.pane import Pane, Read
from netlynx.cli.top.rows import Column, Entry, Item, Order, Round

if TYPE_CHECKING:
    from netlynx.cli.top.known import Known
    from netlynx.client.connection import Connection

_TICKS = 100  # in a second: USER_HZ
_LOST = (str(route.NeighbourState.FAILED), str(route.NeighbourState.INCOMPLETE))


def _read(nl: Connection, known: Known) -> Read:
    known.read(nl)
    listed = nl.dump(route.neighbours()).all()
    kept = [each for each in listed if each.state != route.NeighbourState.NOARP]
    items = [Item((each.index, each.family, each.destination), (each, known.name(each.index))) for each in kept]
    return Read(items, facts=len(listed) - len(kept))


def _since(name: str) -> Any:
    def value(entry: Entry) -> float | None:
        info = entry.record[0].cacheinfo
        return None if info is None else getattr(info, name) / _TICKS

    return value


def _said(now: Round) -> str:
    states = Counter(text(each.record[0].state) for each in now.entries)
    told = ", ".join(f"{number:,} {state or 'without state'}" for state, number in states.most_common())
    aside = f"; without {now.facts:,} {route.NeighbourState.NOARP}, of multicast and the like" if now.facts else ""
    return f"{many(len(now.entries), 'neighbour')}{f': {told}' if told else ''}{aside}"


NEIGHBOURS = Pane(
    "neighbours",
    "neighbour",
    (
        Column("address", "ADDRESS", lambda entry: text(entry.record[0].destination), sought=True, width=15),
        Column("link", "LINK", lambda entry: entry.record[1], sought=True),
        Column("hardware", "AT", lambda entry: text(entry.record[0].address), sought=True, width=17),
        Column(
            "state", "STATE", lambda entry: text(entry.record[0].state), sought=True, width=10, alarm=_LOST.__contains__
        ),
        Column("used", "USED", _since("used"), age, number=True, width=5),
        Column("confirmed", "CONFIRMED", _since("confirmed"), age, number=True, spare=1),
        Column("updated", "UPDATED", _since("updated"), age, number=True, spare=2),
        Column("flags", "FLAGS", lambda entry: text(entry.record[0].flags), sought=True, spare=3),
        Column("protocol", "PROTOCOL", lambda entry: text(entry.record[0].protocol), spare=4),
    ),
    Order("address"),
    _read,
    _said,
)
