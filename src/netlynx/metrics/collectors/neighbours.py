"""Neighbours by device and state, and the tables that hold them. Source: linux/neighbour.h, net/core/neighbour.c."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from netlynx import route
from netlynx.metrics.model import Ask, Collector, Family, counter, gauge, of_table, text

_NEIGHBOURS = gauge("neighbours", "Neighbours of a device by their state.", "device", "family", "state")
_ENTRIES = gauge("neighbour_table_entries", "Neighbours that a table has, over all namespaces.", "table")
_LIMIT = gauge("neighbour_table_limit_entries", "Neighbours that a table has at most (gc_thresh3).", "table")
_COUNTERS = {
    "lookups": counter("neighbour_table_lookups", "Times that a neighbour was looked for.", "table"),
    "hits": counter("neighbour_table_hits", "Times that it was found.", "table"),
    "resolutions_failed": counter("neighbour_table_resolutions_failed", "Neighbours that did not answer.", "table"),
    "forced_gc_runs": counter("neighbour_table_forced_gc_runs", "Times that room was made as it was short.", "table"),
    "table_fulls": counter("neighbour_table_fulls", "Times that there was no room for a neighbour.", "table"),
}


def _asks() -> tuple[Ask, ...]:
    return Ask(route.links(statistics=False)), Ask(route.neighbours()), Ask(route.neighbour_tables())


def _read(
    links: Iterable[route.Link], neighbours: Iterable[route.Neighbour], tables: Iterable[route.NeighbourTable]
) -> list[Family]:
    names = {link.index: link.name for link in links}
    counted = Counter((each.index, each.family, each.state) for each in neighbours)
    found = {
        (names.get(index) or f"if{index}", text(family), text(state).lower() or "none"): count
        for (index, family, state), count in counted.items()
    }
    own = [each for each in tables if each.config is not None]  # the others are parameters of one device
    keys = [(text(each.name),) for each in own]
    return [
        of_table(_NEIGHBOURS, found),
        Family(_ENTRIES, keys, [each.config.entries if each.config else None for each in own]),
        Family(_LIMIT, keys, [each.threshold3 for each in own]),
        *(
            Family(metric, keys, [getattr(each.statistics, field, None) for each in own])
            for field, metric in _COUNTERS.items()
        ),
    ]


COLLECTOR = Collector(
    "neighbours",
    "neighbours by device and state, their tables' use",
    "links times two families times states",
    _asks,
    _read,
)
