"""Queueing disciplines, added up by device and kind. Source: linux/gen_stats.h, net/sched/sch_api.c."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from netlynx import route, tc
from netlynx.metrics.model import Ask, Collector, Family, Key, counter, gauge, of_table, text

_LABELS = ("device", "kind")
_QDISCS = gauge("qdiscs", "Queueing disciplines of a kind that a device has.", *_LABELS)
_METRICS = (
    counter("qdisc_bytes", "Bytes sent. One that has children of its own kind counts theirs again.", *_LABELS),
    counter("qdisc_packets", "Packets sent.", *_LABELS),
    counter("qdisc_drops", "Packets dropped.", *_LABELS),
    counter("qdisc_requeues", "Packets put back.", *_LABELS),
    counter("qdisc_overlimits", "Packets that went over a limit.", *_LABELS),
    gauge("qdisc_queue_length_packets", "Packets that wait now.", *_LABELS),
    gauge("qdisc_backlog_bytes", "Bytes that wait now.", *_LABELS),
)


def _asks() -> tuple[Ask, ...]:
    return Ask(route.links(statistics=False)), Ask(tc.qdiscs())


def _read(links: Iterable[route.Link], qdiscs: Iterable[tc.Qdisc]) -> list[Family]:
    names = {link.index: link.name for link in links}
    sums: dict[Key, list[int]] = defaultdict(lambda: [0] * (1 + len(_METRICS)))
    for qdisc in qdiscs:
        found = sums[names.get(qdisc.index) or f"if{qdisc.index}", text(qdisc.kind)]
        found[0] += 1
        counted = qdisc.statistics
        if counted is None:
            continue
        if counted.basic is not None:
            found[1] += counted.basic.bytes
            found[2] += counted.basic.packets if counted.packets is None else counted.packets
        if counted.queue is not None:
            queue = counted.queue
            waiting = (queue.drops, queue.requeues, queue.overlimits, queue.qlen, queue.backlog)
            for at, value in enumerate(waiting, 3):
                found[at] += value
    return [
        of_table(metric, {key: values[at] for key, values in sums.items()})
        for at, metric in enumerate((_QDISCS, *_METRICS))
    ]


COLLECTOR = Collector(
    "qdiscs", "queueing disciplines, added up by device and kind", "links times kinds on each", _asks, _read
)
