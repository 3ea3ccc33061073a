"""Who is there, from the last message of each subject: when a host was heard, and where its latest tables begin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netlynx.fleet.cursor import LATEST, Cursor, Message, Stream
from netlynx.fleet.messages import Events, Part, read
from netlynx.fleet.needed import FleetError
from netlynx.fleet.server import STREAM, UNSAID, Security, connected
from netlynx.fleet.subjects import PREFIX, escape, escape_namespace
from netlynx.wire.nearest import nearest


@dataclass(slots=True)
class Latest:
    """What the stream has last of one namespace of a host.

    `seen` is when that came by the server's clock, `said` when it happened by the host's, both in ns of UTC; `position`
    is where the latest round of tables begins, or else `last`, that of the last message.
    """

    host: str
    namespace: str | int | None
    start: str = ""
    generation: int = 0
    sequence: int = 0
    seen: int = 0
    said: int = 0
    last: int = 0
    event: str = ""
    unreadable: int = 0
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def subjects(self) -> str:
        """All of it, as NATS filters."""
        return f"{PREFIX}.{escape(self.host)}.{escape_namespace(self.namespace)}.>"

    @property
    def position(self) -> int:
        """Where reading has to begin to have all tables of the latest rounds."""
        whole = [each for each in self.tables.values() if each.start == self.start and each.is_whole]
        newest = max((each.snapshot for each in whole), default=0)
        return min((each.position for each in whole if each.snapshot >= newest - 1), default=self.last)


@dataclass(slots=True)
class Table:
    """The latest parts of a table."""

    start: str
    snapshot: int
    parts: int
    rows: int
    positions: dict[int, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether all its parts are there."""
        return len(self.positions) == self.parts

    @property
    def position(self) -> int:
        """Of the first of its parts."""
        return min(self.positions.values())


async def latest_of(stream: Stream, hosts: Iterable[str] = ()) -> list[Latest]:
    """What the stream has last of each namespace of these hosts, or of all, by name.

    Raises FleetError for a stream that there is not, and for a host of which it has nothing.
    """
    wanted = tuple(hosts)
    end = (await stream.info()).state.last_seq
    found: dict[tuple[str, str | int | None], Latest] = {}
    cursor = Cursor(stream, f"{PREFIX}.>", LATEST, headers_only=True)
    try:
        async for message in cursor.until(end):
            _note(found, message)
    finally:
        await cursor.close()
    known = sorted({host for host, _ in found})
    for name in wanted:
        if name not in known:
            near = nearest(name, known, listed="")
            listed = " (`netlynx fleet hosts` lists all)" if near else ": `netlynx fleet hosts` lists all that are"
            raise FleetError(f"nothing is there of a host {name!r}{near}{listed}")
    kept = [each for key, each in found.items() if not wanted or key[0] in wanted]
    return sorted(kept, key=lambda each: (each.host, str(each.namespace or "")))


async def hosts(url: str, *, stream: str = STREAM, security: Security = UNSAID) -> list[Latest]:
    """Who publishes, and how far each has come. Raises FleetError."""
    async with connected(url, security) as client:
        return await latest_of(Stream(client, stream))


def called(namespace: str | int | None) -> str:
    """A namespace as rows and lines have it."""
    return "" if namespace is None else f"nsid {namespace}" if isinstance(namespace, int) else namespace


def _note(found: dict[tuple[str, str | int | None], Latest], message: Message) -> None:
    try:
        said = read(message.subject, message.headers, b"")
    except FleetError:
        return
    subject = said.subject
    key = (subject.host, subject.namespace)
    latest = found.setdefault(key, Latest(*key))
    if isinstance(said, Part):
        name, part = subject.table or "", subject.part
        table = latest.tables.get(name)
        if table is None or (table.start, table.snapshot) != (said.start, said.snapshot):
            table = latest.tables[name] = Table(said.start, said.snapshot, said.parts, said.rows)
        table.positions[part] = message.position
    if message.position < latest.last:
        return
    latest.last, latest.seen, latest.said = message.position, message.stamp, said.time
    if said.start != latest.start:
        latest.start, latest.sequence = said.start, 0
    latest.generation = said.generation
    latest.sequence = max(latest.sequence, said.last if isinstance(said, Events) else said.sequence)
    latest.event = subject.kind
