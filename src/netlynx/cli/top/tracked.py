"""Tracked connections: how many there are of each protocol in each state, and how the table fares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.cli.tables import text
from netlynx.cli.top.figures import scaled, whole
from netlynx.cli.top.pane import Pane, Read
from netlynx.cli.top.rows import Column, Item, Order, Round
from netlynx.netfilter import conntrack

if TYPE_CHECKING:
    from netlynx.cli.top.known import Known
    from netlynx.client.connection import Connection

_TOTALS = ("insert", "insert_failed", "drop", "early_drop", "invalid", "error")
_NEW, _TRANSLATED = conntrack.FlowStatus.SEEN_REPLY, conntrack.FlowStatus.SRC_NAT | conntrack.FlowStatus.DST_NAT
_ASSURED = conntrack.FlowStatus.ASSURED


class Group:
    """The connections of a protocol that are in one state."""

    __slots__ = ("assured", "bytes", "connections", "packets", "protocol", "state", "translated")

    def __init__(self, protocol: str, state: str) -> None:
        self.protocol = protocol
        self.state = state
        self.connections = self.assured = self.translated = 0
        self.packets: int | None = None  # None: nothing counts them (nf_conntrack_acct)
        self.bytes: int | None = None

    def add(self, flow: Any) -> None:
        """Count one connection."""
        status = flow.status or conntrack.FlowStatus(0)
        self.connections += 1
        self.assured += bool(status & _ASSURED)
        self.translated += bool(status & _TRANSLATED)
        if flow.original_packets is not None:
            self.packets = (self.packets or 0) + flow.original_packets + (flow.reply_packets or 0)
            self.bytes = (self.bytes or 0) + (flow.original_bytes or 0) + (flow.reply_bytes or 0)


class Table(NamedTuple):
    """How many connections there are, and how many there may be."""

    entries: int | None
    most: int | None


def grouped(flows: Any) -> list[Group]:
    """Connections by protocol and state."""
    found: dict[tuple[Any, Any], Group] = {}
    for flow in flows:
        key = (None if flow.original is None else flow.original.protocol, _state(flow))
        group = found.get(key)
        if group is None:
            group = found[key] = Group(*map(text, key))
        group.add(flow)
    return list(found.values())


def _state(flow: Any) -> Any:
    """The protocol's own state; of one that has none, whether anybody has answered."""
    info = flow.tcp or flow.sctp or flow.dccp
    if info is not None:
        return info.state
    return "answered" if flow.status and flow.status & _NEW else "unanswered"


def _read(nl: Connection, known: Known) -> Read:
    table = nl.do(conntrack.statistics())
    cpus = nl.dump(conntrack.cpu_statistics()).all()
    groups = grouped(nl.dump(conntrack.flows(), interrupted="accept"))
    items = [Item((each.protocol, each.state), each) for each in groups]
    return Read(items, _sums(cpus), Table(table.entries, table.max_entries))


def _sums(cpus: Sequence[Any]) -> list[int | None]:
    """What all CPUs counted together; None for what none of them counts."""
    told = [[value for cpu in cpus if (value := getattr(cpu, name)) is not None] for name in _TOTALS]
    return [sum(values) if values else None for values in told]


def _said(now: Round) -> str:
    made, failed, drop, early, invalid, _ = (now.totals.rate(at) for at in range(len(_TOTALS)))
    table: Table = now.facts
    lost = None if failed is None or drop is None or early is None else failed + drop + early
    return (
        f"{whole(table.entries)} of {whole(table.most)} connections; "
        f"lost {scaled(lost)}/s, invalid {scaled(invalid)}/s, inserted {scaled(made)}/s"
    )


def _whole(now: Round) -> dict[str, Any]:
    rates = {f"{name}_per_second": now.totals.rate(at) for at, name in enumerate(_TOTALS)}
    return {"entries": now.facts.entries, "most": now.facts.most, **rates}


def _of(name: str) -> Any:
    return lambda entry: getattr(entry.record, name)


CONNTRACK = Pane(
    "conntrack",
    "group",
    (
        Column("protocol", "PROTOCOL", _of("protocol"), sought=True),
        Column("state", "STATE", _of("state"), sought=True, width=12),
        Column("connections", "CONNECTIONS", _of("connections"), whole, number=True),
        Column("assured", "ASSURED", _of("assured"), whole, number=True),
        Column("translated", "TRANSLATED", _of("translated"), whole, number=True),
        Column("packets", "PACKETS", _of("packets"), scaled, number=True, width=7),
        Column("bytes", "BYTES", _of("bytes"), scaled, number=True, width=7),
    ),
    Order("connections"),
    _read,
    _said,
    _whole,
)
