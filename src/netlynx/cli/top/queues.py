"""Queues of qdiscs: what waits, what leaves in a second, and what is dropped or held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netlynx import tc
from netlynx.cli.tables import text
from netlynx.cli.top.figures import many, scaled, whole
from netlynx.cli.top.pane import Pane, Read
from netlynx.cli.top.rows import Column, Item, Order, Round, counted, rated

if TYPE_CHECKING:
    from netlynx.cli.top.known import Known
    from netlynx.client.connection import Connection

_BYTES, _PACKETS, _DROPS, _OVERLIMITS, _REQUEUES = range(5)


def _read(nl: Connection, known: Known) -> Read:
    known.read(nl)
    listed = nl.dump(tc.qdiscs()).all()
    return Read(
        [
            Item((each.index, each.parent, each.handle, each.kind), (each, known.name(each.index)), _counts(each))
            for each in listed
        ]
    )


def _counts(each: tc.Qdisc) -> tuple[int | None, ...]:
    """Bytes and packets that left, and what went wrong; in 64 bits what there is in as many."""
    told = each.statistics
    if told is None:
        return (None,) * 5
    basic, queue = told.basic, told.queue
    sent = (None, told.packets) if basic is None else (basic.bytes, told.packets or basic.packets)
    return (*sent, *((None,) * 3 if queue is None else (queue.drops, queue.overlimits, queue.requeues)))


def _waiting(name: str) -> Any:
    def value(entry: Any) -> int | None:
        told = entry.record[0].statistics
        return None if told is None or told.queue is None else getattr(told.queue, name)

    return value


def _said(now: Round) -> str:
    packets, size = (sum(_waiting(name)(each) or 0 for each in now.entries) for name in ("qlen", "backlog"))
    return f"{many(len(now.entries), 'qdisc')}; waiting in all: {many(packets, 'packet')}, {many(size, 'byte')}"


def _is_something(value: float) -> bool:
    return value > 0


QUEUES = Pane(
    "queues",
    "qdisc",
    (
        Column("link", "LINK", lambda entry: entry.record[1], sought=True, width=8),
        Column("kind", "KIND", lambda entry: text(entry.record[0].kind), sought=True, width=8),
        Column("handle", "HANDLE", lambda entry: text(entry.record[0].handle), sought=True),
        Column("backlog", "BACKLOG", _waiting("backlog"), scaled, number=True),
        Column("waiting", "PACKETS", _waiting("qlen"), scaled, number=True),
        rated("bits", "OUT b/s", _BYTES, scaled, 8),
        rated("packets", "OUT p/s", _PACKETS, scaled),
        rated("drops", "DROP/s", _DROPS, scaled, alarm=_is_something),
        rated("overlimits", "OVER/s", _OVERLIMITS, scaled),
        Column("parent", "PARENT", lambda entry: text(entry.record[0].parent), sought=True, spare=3),
        counted("dropped", "DROPS", _DROPS, whole, spare=1),
        counted("over_limit", "OVERLIMITS", _OVERLIMITS, whole, spare=2),
        rated("requeues", "REQU/s", _REQUEUES, scaled, spare=4),
    ),
    Order("bits"),
    _read,
    _said,
)
