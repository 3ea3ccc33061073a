"""Events become lines, and lines runs of one subject: what is to be put to disk and sent, in the order it was heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any  # records of whatever kind

import msgspec

from netlynx.codec._codec import to_json
from netlynx.engine.operation import Event, Overrun
from netlynx.fleet.losses import Loss
from netlynx.fleet.messages import ROOM, Before
from netlynx.fleet.segments import Run
from netlynx.fleet.subjects import Subject, escape_namespace
from netlynx.schema.record import Record, class_of
from netlynx.schema.secrets import may_hold_secrets, without_secrets

Namespace = str | int | None

_MOST_EVENTS = 1000  # of a message
_MOST_BYTES = 64 << 10
PENDING = 32 << 20  # bytes of lines that wait for the disk

_quoted = cache(msgspec.json.encode)


@dataclass(slots=True)
class _Open:
    """A run that still grows."""

    key: tuple[str, str, str, int]  # the namespace's token, subject, record, generation
    first: int
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    time: int = 0
    tells: tuple[Loss, ...] = ()


class Writer:
    """Gives events their sequences, and makes runs of them. Nothing here waits."""

    def __init__(self, host: str, start: str, clock: Callable[[], int], before: Before | None) -> None:
        self.host = host
        self.start = start
        self.generation = 1
        self.last: dict[str, int] = {}  # sequences given, by the token of the namespace
        self._clock = clock
        self._before = before
        self._runs: list[_Open] = []
        self._size = 0
        self._missed: list[Loss] = []
        self._subjects: dict[tuple[Namespace, str, str], tuple[str, str]] = {}
        self._namespaces: dict[str, Namespace] = {}

    @property
    def waits(self) -> bool:
        """Whether there is something to be taken."""
        return bool(self._runs or self._missed)

    def event(self, kind: str, event: Event[Any], namespace: Namespace, said: bytes | None) -> None:
        """Take in what a kernel said; `said` is the JSON of what is no record."""
        record = event.record
        room, name, secretive = _about(class_of(record))
        if said is None:
            said = to_json(without_secrets(record) if secretive else record)
        self._line(namespace, room, kind, name, b'%b,"object":%b' % (_quoted(str(event.kind)), _quoted(kind)), said)

    def overrun(self, overrun: Overrun, own: Namespace) -> None:
        """Take in that some of it was lost: nobody knows of which namespace."""
        self.begin(own)
        for namespace in list(self._namespaces.values()):
            self.tell(namespace, "overrun", {"reason": "kernel", "count": overrun.count, "lost": overrun.lost})
        self.generation += 1

    def lost(self, loss: Loss, namespace: Namespace) -> None:
        """Tell of what waited and is gone."""
        what = {"reason": "disk", "start": loss.start, "first": loss.first, "last": loss.last}
        self.tell(namespace, "overrun", what, (loss,))

    def begin(self, own: Namespace) -> None:
        """Tell that it begins."""
        self._name(own, ROOM, "start")

    def stop(self) -> None:
        """Tell each namespace that nothing follows."""
        for namespace in list(self._namespaces.values()):
            self.tell(namespace, "stop", {})

    def tell(self, namespace: Namespace, event: str, what: dict[str, Any], tells: tuple[Loss, ...] = ()) -> None:
        """Take in what is said of the publishing itself."""
        further = msgspec.json.encode({"object": None, **what})[1:-1]
        self._line(namespace, ROOM, event, "", b"%b,%b" % (_quoted(event), further), b"null", tells)

    def _name(self, namespace: Namespace, room: str, kind: str) -> tuple[str, str]:
        """The namespace's token and the subject; what is new begins with its start."""
        known = self._subjects.get((namespace, room, kind))
        if known is None:
            token = escape_namespace(namespace)
            known = token, Subject(self.host, namespace, room, kind).text
            self._subjects[namespace, room, kind] = known
            if token not in self._namespaces:
                self._namespaces[token] = namespace
                self.tell(namespace, "start", {"before": self._before})
        return known

    def _line(
        self,
        namespace: Namespace,
        room: str,
        kind: str,
        record: str,
        further: bytes,
        said: bytes,
        tells: tuple[Loss, ...] = (),
    ) -> None:
        token, subject = self._name(namespace, room, kind)
        sequence = self.last[token] = self.last.get(token, 0) + 1
        time = self._clock()
        if self._size > PENDING:
            self._missed.append(Loss(self.host, token, self.start, sequence, sequence))
            return
        line = b'{"sequence":%d,"time":%d,"generation":%d,"event":%b,"record":%b}\n' % (
            sequence,
            time,
            self.generation,
            further,
            said,
        )
        key = (token, subject, record, self.generation)
        run = self._runs[-1] if self._runs else None
        if (
            run is None
            or run.key != key
            or run.first + len(run.lines) != sequence
            or run.size + len(line) > _MOST_BYTES
            or len(run.lines) >= _MOST_EVENTS
            or tells
        ):
            run = _Open(key, sequence, tells=tells)
            self._runs.append(run)
        run.lines.append(line)
        run.size += len(line)
        run.time = time
        self._size += len(line)

    def take(self) -> tuple[list[Run], list[Loss]]:
        """What was taken in by now, and what was too much to be held."""
        runs, missed = self._runs, self._missed
        self._runs, self._missed, self._size = [], [], 0
        made = [
            Run(
                self.host,
                each.key[0],
                each.key[1],
                self.start,
                each.first,
                len(each.lines),
                each.key[3],
                each.time,
                each.key[2],
                b"".join(each.lines),
                each.tells,
            )
            for each in runs
        ]
        return made, missed


@cache
def _about(cls: Any) -> tuple[str, str, bool]:
    """The room that a class is of, its name below ``netlynx``, and whether what it says may be secret."""
    module = cls.__module__.split(".")
    if module[0] != "netlynx" or len(module) < 2:
        return "other", "", True
    name = ".".join((*module[1:], cls.__name__)) if issubclass(cls, Record) else ""
    return module[1], name, may_hold_secrets(cls)
