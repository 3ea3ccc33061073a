"""What happens to the firewall, in words: transactions that changed it, and the steps of packets through it."""

from __future__ import annotations

import json as plain
from typing import TYPE_CHECKING, Any

from netlynx.cli.form import json_text
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listening import event_as_json
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text
from netlynx.wire.packets import Packet

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.gathering import Commit
    from netlynx.engine.operation import Event
    from netlynx.nftables import Trace

_KINDS = {"ElementList": "element", "Flowtable": "flowtable"}


def kind_of(record: Any) -> str:
    """What an object of nftables is called."""
    name = type(record).__name__
    return _KINDS.get(name, name.lower())


def object_in_words(record: Any) -> str:
    """Which object it is, as `nft` names it: family, table and name; a rule as it lists it, with its handle."""
    kind = kind_of(record)
    words = [record.family.label]
    if kind != "table":
        words.append(record.table)
    if kind == "rule":
        words += [record.chain, record, f"# handle {record.handle}"]
    elif kind == "element":
        words.append(record.set)
    else:
        words.append(record.name)
    said = " ".join(str(word) for word in words if word is not None)
    if kind == "element":
        return f"{said} ({len(record.elements)})"
    return said


def by_whom(commit: Commit[Any]) -> str:
    """Which generation it made, and who did."""
    whom = f" by {commit.process} (process {commit.pid})" if commit.process else ""
    lost = "" if commit.complete else "; notifications of it may have been lost"
    return f"generation {commit.generation}{whom}{lost}"


def _commit_row(record: Any, _: Interfaces) -> list[Row]:
    if not hasattr(record, "changes"):  # of no transaction
        return [[f"{kind_of(record)} {object_in_words(record)}"]]
    changes = [f"{each.kind} {kind_of(each.record)} {object_in_words(each.record)}" for each in record.changes]
    return [[": ".join([by_whom(record), *([", ".join(changes)] if changes else [])])]]


def commit_as_json(name: str, event: Event[Any]) -> str:
    """A transaction as one object, with an object for each of its `changes`."""
    commit = event.record
    if not hasattr(commit, "changes"):
        return event_as_json(kind_of(commit), event)
    said = {
        "event": str(event.kind),
        "object": name,
        "generation": commit.generation,
        "pid": commit.pid,
        "process": commit.process,
        "complete": commit.complete,
        "changes": [plain.loads(event_as_json(kind_of(each.record), each)) for each in commit.changes],
    }
    return json_text(said, compact=True)


def _trace_row(trace: Trace, interfaces: Interfaces) -> list[Row]:
    what = "" if trace.type is None else trace.type.label
    verdict = text(trace.policy)
    if trace.verdict is not None and trace.verdict.code is not None:
        verdict = " ".join(filter(None, (trace.verdict.code.label, trace.verdict.chain)))
    return [
        [
            f"{trace.id or 0:08x}",
            " ".join(filter(None, (trace.family.label, trace.table, trace.chain))),
            f"{what} {trace.rule}" if trace.rule is not None else what,
            verdict,
            interfaces.name(trace.input),
            interfaces.name(trace.output),
            str(Packet.read((trace.network or b"") + (trace.transport or b""))),
            text(trace.mark),
        ]
    ]


class Rules:
    """Rules by where they are and their handles, as `nft` lists them; each is asked for once."""

    def __init__(self, nl: Connection) -> None:
        self._nl = nl
        self._texts: dict[tuple[Any, ...], str] = {}

    def text(self, trace: Trace) -> str:
        """The rule of a step; empty where it is about none, or none that is still there."""
        if trace.rule is None or trace.table is None or trace.chain is None:
            return ""
        place = trace.family, trace.table, trace.chain, trace.rule
        if place not in self._texts:
            from netlynx import nftables
            from netlynx.errors import NetlinkError

            try:
                found = self._nl.do(nftables.rule(trace.table, trace.chain, trace.rule, family=trace.family))
                self._texts[place] = str(found)
            except NetlinkError:  # gone by now
                self._texts[place] = ""
        return self._texts[place]


COMMITS = Table((Column("CHANGES", bare=True),), _commit_row)
TRACES = Table(
    (
        Column("ID", bare=True),
        Column("CHAIN", bare=True),
        Column("STEP", bare=True),
        Column("VERDICT", bare=True),
        Column("IN"),
        Column("OUT"),
        Column("PACKET", bare=True),
        Column("MARK", right=True),
    ),
    _trace_row,
)
