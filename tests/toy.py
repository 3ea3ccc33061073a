"""A small protocol of the tests' own: records, operations, and the table of a virtual kernel that serves them."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator

import netlynx
from netlynx.codec._codec import encode
from netlynx.engine.operation import Do, Dump, EventKind, Flush, Group, make_do, make_dump
from netlynx.errors import from_errno
from netlynx.kernel import Request, VirtualKernel
from netlynx.schema import Layout, Record, attr, binary, head, member, multi, nest, sequence, string, u8, u16, u32
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F, NLMSG
from netlynx.wire.message import Acknowledgement, Attribute, Message, RequestHeader

PROTOCOL = 25
SILENT = 26  # a protocol whose kernel side answers when the test says so
NEW, DELETE, GET = 0x10, 0x11, 0x12


class EntryHeader(Layout):
    family: int = member(u8)
    flags: int = member(u8)
    extra: int = member(u16)


class Limits(Record):
    soft: int | None = attr(1, u32)
    hard: int | None = attr(2, u32)


class HopHeader(Layout):
    length: int = member(u16)
    flags: int = member(u16)


class Hop(Record, header=HopHeader):
    flags: int = head()
    gateway: int | None = attr(1, u32)


class Entry(Record, header=EntryHeader):
    family: int = head()
    number: int | None = attr(1, u32)
    label: str | None = attr(2, string)
    limits: Limits | None = attr(3, nest(Limits))
    kind: str | None = attr((4, 1), string)  # in a nest whose fields are the entry's own
    speed: int | None = attr((4, 2), u32)
    others: tuple[Limits, ...] = attr(5, multi(nest(Limits)))
    hops: tuple[Hop, ...] = attr(6, sequence(Hop))
    filler: bytes | None = attr(7, binary)


ENTRIES: Group[Entry] = Group(
    "toy.ENTRIES", PROTOCOL, (1,), {NEW: (EventKind.NEW, Entry), DELETE: (EventKind.DELETE, Entry)}
)


def entry(number: int, *, protocol: int = PROTOCOL) -> Do[Entry]:
    return make_do("toy.entry", protocol, GET, Entry(number=number), reply=Entry, reply_type=NEW)


def entries(*, family: int | None = None, protocol: int = PROTOCOL) -> Dump[Entry]:
    match = () if family is None else (("family", family),)
    return make_dump("toy.entries", protocol, GET, Entry(family=family or 0), Entry, NEW, match=match)


def add(record: Entry, *, protocol: int = PROTOCOL) -> Do[None]:
    return make_do("toy.add", protocol, NEW, record)


def delete(record: Entry) -> Do[None]:
    return make_do("toy.delete", PROTOCOL, DELETE, record)


def flush() -> Flush[Entry]:
    return Flush("toy.flush", entries(), delete)


def payload(record: Record) -> bytes:
    return encode(plan_of(type(record)), record)


# ---------------------------------------------------------------------------------- what a kernel would answer


def answer(record: Record, sequence: int, portid: int, *, flags: int = 0, kind: int = NEW) -> bytes:
    return Message(kind, flags, sequence, portid, payload(record)).pack()


def acknowledgement(
    sequence: int, portid: int, number: int = 0, attributes: tuple[Attribute, ...] = (), *, request: bytes = b""
) -> bytes:
    """NLMSG_ERROR with a positive errno, or 0; capped unless the request's payload is given."""
    flags = (0 if request else int(NLM_F.CAPPED)) | (int(NLM_F.ACK_TLVS) if attributes else 0)
    repeated = RequestHeader(16 + len(request), NEW, int(NLM_F.REQUEST), sequence, portid)
    return Acknowledgement(number, repeated, request or None, attributes, flags).message(sequence, portid).pack()


def done(sequence: int, portid: int, number: int = 0, *, flags: int = 0) -> bytes:
    body = (-number).to_bytes(4, "little", signed=True)
    return Message(int(NLMSG.DONE), int(NLM_F.MULTI) | flags, sequence, portid, body).pack()


# ------------------------------------------------------------------------------------------- the kernel's side


class Table:
    """The kernel's side of the protocol: a table by number, which tells its listeners of changes."""

    def __init__(self, kernel: VirtualKernel, rows: Iterable[Entry] = (), *, protocol: int = PROTOCOL) -> None:
        self.rows = {row.number: row for row in rows}
        self.service = kernel.serve(protocol)
        self.dumps = 0
        self.requests: list[Entry] = []  # that asked for changes
        self.service.do(GET, record=Entry, reply=NEW, get=True)(self._get)
        self.service.do(NEW, record=Entry)(self._new)
        self.service.do(DELETE, record=Entry)(self._delete)
        self.service.dump(GET, record=Entry, reply=NEW)(self._list)

    def tell(self, number: int, kind: int = NEW) -> None:
        """Multicast an entry to the listeners."""
        self.service.sock.multicast(Message(kind, 0, 0, 0, payload(Entry(number=number))), group=1)

    def _get(self, request: Request) -> Entry:
        found = self.rows.get(request.record.number)
        if found is None:
            raise from_errno(errno.ENOENT, "no such entry")
        return found

    def _new(self, request: Request) -> None:
        self.requests.append(request.record)
        if request.record.number in self.rows:
            raise netlynx.AlreadyExists(errno.EEXIST, "it is there", attribute="Entry.number")
        self.rows[request.record.number] = request.record
        self.tell(request.record.number)

    def _delete(self, request: Request) -> None:
        self.requests.append(request.record)
        if self.rows.pop(request.record.number, None) is None:
            raise from_errno(errno.ENOENT, "no such entry")
        self.tell(request.record.number, DELETE)

    def _list(self, request: Request) -> Iterator[Entry]:
        self.dumps += 1
        yield from list(self.rows.values())


def rows(count: int, size: int = 0) -> list[Entry]:
    """Entries numbered from 0, each with `size` bytes of filler."""
    return [Entry(number=number, filler=bytes(size) if size else None) for number in range(count)]


class Silent:
    """A kernel side that keeps the requests it gets; the test answers when it likes."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.requests: list[Message] = []
        self.sock = kernel.protocol(SILENT, lambda sock, message: self.requests.append(message))

    def reply(self, record: Record, *, flags: int = 0, to: Message | None = None) -> None:
        """Answer the newest request, or another one."""
        asked = to or self.requests[-1]
        assert asked.source is not None
        self.sock.unicast(
            Message(NEW, flags, asked.sequence, asked.source.portid, payload(record)), to=asked.source.portid
        )

    def acknowledge(self) -> None:
        """Acknowledge the newest request."""
        asked = self.requests[-1]
        assert asked.source is not None
        self.sock.unicast(
            Message(int(NLMSG.ERROR), 0, asked.sequence, asked.source.portid, bytes(20)), to=asked.source.portid
        )

    def finish(self) -> None:
        """End the dump of the newest request."""
        asked = self.requests[-1]
        assert asked.source is not None
        end = Message(int(NLMSG.DONE), int(NLM_F.MULTI), asked.sequence, asked.source.portid, bytes(4))
        self.sock.unicast(end, to=asked.source.portid)
