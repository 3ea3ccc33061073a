"""What stands in messages of a fleet: events, one to a line, and parts of tables.

An event is a JSON object in a line of its own::

    {"sequence":7,"time":1764540000000000000,"generation":1,"event":"new","object":"link","record":{"index":2,…}}

`sequence` counts from 1 for each namespace and start of a publisher, over everything that it publishes of it, without
gaps; what was heard first has the smaller number. `time` is nanoseconds of UTC by the publisher's clock, which may be
set meanwhile: order is by sequence. `generation` counts up with each overrun of the kernel's queue: what was known
before may be wrong. `record` is what `netlynx.to_json` says of it; null for what is told in the room ``fleet``:

| event | further keys |
|---|---|
| ``start`` | `before`: the start before this one and the last sequence that it gave by namespace, or null |
| ``stop`` | none: nothing follows in this start |
| ``overrun`` | `reason`, and by that: |
| … ``kernel`` | `count`, `lost`: the receive queue was full, see `netlynx.Overrun` |
| … ``disk`` | `start`, `first`, `last`: what waited and was dropped, or could not be read again |
| … ``size`` | `of`: one event that no message holds; `bytes` |

| header | |
|---|---|
| `Nats-Msg-Id` | what the server drops duplicates by |
| `Netlynx-Schema` | 1 |
| `Netlynx-Start` | the publisher's start |
| `Netlynx-Sequence` | of events: of the first; of a table: the last that it holds for certain, 0 for none |
| `Netlynx-Generation` | one for all in a message |
| `Netlynx-Time` | of the last event, or when the table was read |
| `Netlynx-Count` | of events: how many; their sequences follow each other |
| `Netlynx-Settled` | of events: what is not stored of the sequences below this one never will be, and is told as lost |
| `Netlynx-Record` | of events: the class of their records below ``netlynx`` (``route.link.Link``), where it is one |
| `Netlynx-Table` `Netlynx-Rows` | of a table: its name, as in SQL, and its rows |
| `Netlynx-Snapshot` | of a table: which round of tables; counts from 1 in a start |
| `Netlynx-Part` | of a table: ``1/3``; the parts together are one Arrow IPC stream |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any  # a class of records

import msgspec

from netlynx.fleet.needed import FleetError
from netlynx.fleet.subjects import Subject, escape, escape_namespace
from netlynx.schema.from_json import from_json
from netlynx.schema.record import Record

SCHEMA = 1
ROOM = "fleet"
MESSAGE_ID = "Nats-Msg-Id"
_SCHEMA = "Netlynx-Schema"
_START = "Netlynx-Start"
_SEQUENCE = "Netlynx-Sequence"
_GENERATION = "Netlynx-Generation"
_TIME = "Netlynx-Time"
_COUNT = "Netlynx-Count"
_SETTLED = "Netlynx-Settled"
_RECORD = "Netlynx-Record"
_TABLE = "Netlynx-Table"
_ROWS = "Netlynx-Rows"
_SNAPSHOT = "Netlynx-Snapshot"
_PART = "Netlynx-Part"
_DECLARING = (  # rooms of protocols: data, which does nothing when it is loaded
    *("audit", "connector", "crypto", "dcb", "devlink", "diag", "drop_monitor", "ethtool", "families", "fib_lookup"),
    *("fou", "generic", "gtp", "ila", "ioam6", "ipset", "ipvs", "iscsi", "l2tp", "macsec", "mptcp", "netdev"),
    *("netfilter", "nftables", "nl80211", "ovs", "psample", "rdma", "route", "scsi", "seg6", "selinux", "taskstats"),
    *("tc", "tcp_metrics", "uevent", "wireguard", "xfrm"),
)

Headers = dict[str, str]


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event, as its line has it. `record` is JSON still; the rest is of what is told in the room ``fleet``."""

    sequence: int
    time: int
    generation: int
    event: str
    object: str | None
    record: msgspec.Raw = msgspec.Raw(b"null")
    nsid: int | None = None
    before: Before | None = None
    reason: str | None = None
    count: int | None = None
    lost: int | None = None
    start: str | None = None
    first: int | None = None
    last: int | None = None
    of: str | None = None
    bytes: int | None = None


class Before(msgspec.Struct, frozen=True):
    """The start before: what it was called, and the last sequence that it is known to have given, by the namespace's
    token."""

    start: str
    last: dict[str, int]


class Events(msgspec.Struct, frozen=True):
    """A message of events. `record` names the class of their records, "" where they have none."""

    subject: Subject
    start: str
    first: int
    count: int
    settled: int
    generation: int
    time: int
    record: str
    payload: bytes

    @property
    def last(self) -> int:
        """The sequence of the last event."""
        return self.first + self.count - 1

    def record_of(self, said: Said) -> Record | None:
        """The record of one of the events; None where it has none, or none of a class that is known here.

        What it had of attributes that nobody knew is left out. Raises EncodeError for one that its class cannot have.
        """
        cls = record_class(self.record)
        value = None if cls is None else msgspec.json.decode(said.record)
        if cls is None or value is None:
            return None
        if isinstance(value, dict):
            value.pop("unknown", None)
        return from_json(cls, value, read=True)

    def headers(self) -> Headers:
        """The headers of the message."""
        namespace = escape_namespace(self.subject.namespace)
        said = {
            MESSAGE_ID: f"{escape(self.subject.host)}/{namespace}/{self.start}/{self.first}",
            _SCHEMA: str(SCHEMA),
            _START: self.start,
            _SEQUENCE: str(self.first),
            _COUNT: str(self.count),
            _SETTLED: str(self.settled),
            _GENERATION: str(self.generation),
            _TIME: str(self.time),
        }
        if self.record:
            said[_RECORD] = self.record
        return said

    def lines(self) -> list[Said]:
        """The events themselves. Raises FleetError where they are not what the headers say."""
        try:
            said = _LINES.decode_lines(self.payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise FleetError(f"{self.subject.text}: no lines of events: {error}") from None
        if [each.sequence for each in said] != [*range(self.first, self.first + self.count)]:
            raise FleetError(f"{self.subject.text}: its events are not the {self.count} from {self.first} on")
        return said


class Part(msgspec.Struct, frozen=True):
    """A part of a table: part `subject.part` of `parts`, of the round `snapshot`."""

    subject: Subject
    start: str
    sequence: int
    generation: int
    time: int
    snapshot: int
    rows: int
    parts: int
    payload: bytes

    def headers(self) -> Headers:
        """The headers of the message."""
        subject, table = self.subject, self.subject.table or ""
        namespace, number = escape_namespace(subject.namespace), f"{self.snapshot}/{subject.part}"
        return {
            MESSAGE_ID: f"{escape(subject.host)}/{namespace}/{self.start}/{escape(table)}/{number}",
            _SCHEMA: str(SCHEMA),
            _START: self.start,
            _SEQUENCE: str(self.sequence),
            _GENERATION: str(self.generation),
            _TIME: str(self.time),
            _TABLE: table,
            _ROWS: str(self.rows),
            _SNAPSHOT: str(self.snapshot),
            _PART: f"{subject.part}/{self.parts}",
        }


_LINES = msgspec.json.Decoder(Said)


def line(said: Mapping[str, Any], record: bytes = b"null") -> bytes:
    """An event's line, of its keys but `record`, and of that as JSON."""
    return b'%b,"record":%b}\n' % (msgspec.json.encode(said)[:-1], record)


def read(subject: str, headers: Mapping[str, str] | None, payload: bytes) -> Events | Part:
    """What a message says; the payload may be left out, of messages of which headers alone are asked for.

    Raises FleetError for what is malformed, and for a schema that is not known here.
    """
    about = Subject.parse(subject)
    said = headers or {}
    if (schema := said.get(_SCHEMA)) != str(SCHEMA):
        raise FleetError(f"{subject}: schema {schema} of messages is not known here, {SCHEMA} is")

    def number(header: str) -> int:
        text = said.get(header, "")
        if not (text.isascii() and text.isdigit()):
            raise FleetError(f"{subject}: its header {header} is no number: {text!r}")
        return int(text)

    start = said.get(_START, "")
    if not start:
        raise FleetError(f"{subject}: its header {_START} is missing")
    if about.table is None:
        first, count = number(_SEQUENCE), number(_COUNT)
        if not first or not count:
            raise FleetError(f"{subject}: {count} events from {first} on are none")
        return Events(
            about,
            start,
            first,
            count,
            number(_SETTLED),
            number(_GENERATION),
            number(_TIME),
            said.get(_RECORD, ""),
            payload,
        )
    part, _, parts = said.get(_PART, "").partition("/")
    if part != str(about.part) or not (parts.isascii() and parts.isdigit()) or int(parts) < about.part:
        raise FleetError(f"{subject}: its header {_PART} says {said.get(_PART)!r}")
    if said.get(_TABLE) != about.table:
        raise FleetError(f"{subject}: its header {_TABLE} says {said.get(_TABLE)!r}")
    rows, snapshot = number(_ROWS), number(_SNAPSHOT)
    return Part(
        about, start, number(_SEQUENCE), number(_GENERATION), number(_TIME), snapshot, rows, int(parts), payload
    )


def cut(payload: bytes, most: int) -> Sequence[bytes]:
    """A table's bytes in parts of at most so many."""
    return [payload[at : at + most] for at in range(0, len(payload), most)] or [b""]


@lru_cache(256)
def record_class(name: str) -> type[Record] | None:
    """The class of records that `Netlynx-Record` names; None where there is none of that name here.

    Who writes a message does not say what is imported: only rooms that declare records are looked into.
    """
    module, _, cls = name.rpartition(".")
    if module.partition(".")[0] not in _DECLARING or not all(each.isidentifier() for each in name.split(".")):
        return None
    try:
        found = getattr(import_module(f"netlynx.{module}"), cls, None)
    except ImportError:
        return None
    declared = isinstance(found, type) and issubclass(found, Record) and found.__module__ == f"netlynx.{module}"
    return found if declared else None
