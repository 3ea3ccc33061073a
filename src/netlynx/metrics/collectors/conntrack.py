"""Connection tracking: how full it is, and what it counts. Source: linux/netfilter/nfnetlink_conntrack.h."""

from __future__ import annotations

from collections.abc import Iterable

from netlynx.metrics.model import Ask, Collector, Family, counter, gauge, single
from netlynx.netfilter import conntrack_statistics

_ENTRIES = gauge("conntrack_entries", "Connections that are tracked now.")
_LIMIT = gauge("conntrack_limit_entries", "Connections that may be tracked at once.")
# Counted in 32 bits on each processor: when one of them goes round, the sum falls, as at a new start.
_COUNTERS = {
    "found": counter("conntrack_found", "Searches that found a connection."),
    "invalid": counter("conntrack_invalid", "Packets that no connection could be tracked for: they make no sense."),
    "insert": counter("conntrack_inserted", "Connections entered by a program."),
    "insert_failed": counter("conntrack_insert_failed", "Connections not entered, as there was the same already."),
    "drop": counter("conntrack_dropped", "Packets dropped, as no connection could be tracked for them."),
    "early_drop": counter("conntrack_early_dropped", "Connections dropped to make room."),
    "error": counter("conntrack_errors", "Packets that a protocol's tracker found an error in."),
    "search_restart": counter("conntrack_search_restarts", "Searches begun anew as the table was resized."),
    "clash_resolve": counter("conntrack_clashes_resolved", "Connections that came twice and were made one."),
    "chain_too_long": counter("conntrack_chains_too_long", "Connections not entered, as their chain was too long."),
}


def _asks() -> tuple[Ask, ...]:
    return Ask(conntrack_statistics.statistics()), Ask(conntrack_statistics.cpu_statistics())


def _read(
    now: conntrack_statistics.Statistics, processors: Iterable[conntrack_statistics.CpuStatistics]
) -> list[Family]:
    each = [*processors]
    return [
        single(_ENTRIES, now.entries),
        single(_LIMIT, now.max_entries),
        *(single(metric, _sum([getattr(one, field) for one in each])) for field, metric in _COUNTERS.items()),
    ]


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


COLLECTOR = Collector("conntrack", "tracked connections: how many, and what is counted", "none", _asks, _read)
