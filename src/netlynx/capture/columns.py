"""A capture as Arrow columns, a row a message.

| column | what is in it |
|---|---|
| `time` | when it was recorded, in nanoseconds since 1970 |
| `direction` | ``sent`` or ``received``, null where that is not recorded |
| `protocol`, `type`, `flags` | by name; flags are joined by commas |
| `sequence`, `port` | as in the header |
| `error` | what went wrong, in words: why the kernel refused a request, why this cannot be read |
| `record` | what it says: a struct of its record's columns where all records are of one class, else JSON |
| `payload` | the bytes of what nothing reads |
| `unknown` | as for every table; a `record` that cannot be read is there, with its bytes and the problem |

A row is made as a message of its own, whose attributes are these, and the codec reads them as it reads a table's: the
columns of a record are made where all are made.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

import msgspec

from netlynx.capture.captured import Captured, messages, protocol_name
from netlynx.capture.cooked import Datagram, Direction
from netlynx.capture.filtering import Wanted
from netlynx.client.table import Table
from netlynx.codec._codec import ArrowTable, Columns, decode, to_json
from netlynx.engine.decoding import Decoded, Decoder, flag_names
from netlynx.engine.lexicon import Said, is_control, look_up
from netlynx.errors import DecodeError
from netlynx.schema import Layout, Record, attr, binary, head, member, nest, string, u32, u64
from netlynx.schema.compile import plan_of
from netlynx.schema.facts import NoFacts
from netlynx.schema.record import class_of
from netlynx.schema.secrets import without_secrets
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message

_DIRECTION, _PROTOCOL, _TYPE, _FLAGS, _ERROR, _RECORD, _PAYLOAD = range(1, 8)
_ROW = struct.Struct("=IHHIIQII")  # struct nlmsghdr, and what a row has in its fixed header
_KIND = 16  # the type of all rows
_ATTRIBUTE = struct.Struct("=HH")
_LONGEST = 0xFFFF - _ATTRIBUTE.size  # bytes that an attribute holds
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")
_MESSAGE = struct.Struct("=IHHII")
_AT_ONCE = 16384  # rows that are handed to the codec

# Protocols whose messages say by their header, and the family of addresses behind it, what they are.
_PLAIN = frozenset({int(NETLINK.ROUTE), int(NETLINK.NETFILTER)})


class _Fixed(Layout):
    """What each row has."""

    __facts__: ClassVar[NoFacts] = NoFacts("rows are this library's own, of what it read")

    time: int = member(u64)
    sequence: int = member(u32)
    port: int = member(u32)


def _row(carried: Any) -> Any:
    """The class of rows whose records are of this kind."""

    class Row(Record, header=_Fixed):
        time: int = head(always=True)
        direction: str | None = attr(_DIRECTION, string)
        protocol: str | None = attr(_PROTOCOL, string)
        type: str | None = attr(_TYPE, string)
        flags: str | None = attr(_FLAGS, string)
        sequence: int = head(always=True)
        port: int = head(always=True)
        error: str | None = attr(_ERROR, string)
        record: Any = attr(_RECORD, carried)
        payload: bytes | None = attr(_PAYLOAD, binary)

    return Row


class _Known(NamedTuple):
    """What is so of all messages with the same header: the class of their records, whether they are wanted, and what
    their rows begin with. Without a class, each is looked at by itself."""

    record: Any = None
    wanted: bool = False
    said: bytes = b""


def table(datagrams: Iterable[Datagram], wanted: Wanted | None = None) -> Table[Any]:
    """The messages of a capture as columns, those that are wanted. Raises what reading the capture raises."""
    rows = Rows(wanted or Wanted(()))
    rows.take(datagrams)
    return rows.table()


class Rows:
    """The rows of a table, until all of them are there."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._decoder = Decoder()
        self._known: dict[tuple[int, int, int, Direction | None, int], _Known] = {}
        self._rows: list[bytes] = []
        self._kinds: list[Any] = []  # of each row's record: its class, str where it is JSON already, None for none

    def take(self, datagrams: Iterable[Datagram]) -> None:
        """Take in what a capture says. Raises what the capture raises; what came before that is in the table."""
        by_header = self._wanted.by_header
        for datagram in datagrams:
            at = self._alike(datagram) if by_header and datagram.protocol in _PLAIN else 0
            if at < len(datagram.data) or datagram.length > len(datagram.data):
                rest = msgspec.structs.replace(datagram, data=datagram.data[at:], length=datagram.length - at)
                for said in messages(rest if at else datagram, self._decoder):
                    if self._wanted.holds(said):
                        self._put(said)

    def table(self) -> Table[Any]:
        """All rows as columns."""
        return Table("capture", self._columns())

    # -- rows --------------------------------------------------------------------------------------------------------

    def _alike(self, datagram: Datagram) -> int:
        """Take in messages whose headers say all, up to the first that is another; where that is."""
        data, protocol, direction, time = datagram.data, datagram.protocol, datagram.direction, datagram.time
        size, at = len(data), 0
        while at + 16 < size:
            length, kind, flags, sequence, port = _MESSAGE.unpack_from(data, at)
            end = at + length
            if length <= 16 or end > size:
                break
            known = self._known.get((protocol, kind, flags, direction, data[at + 16]))
            if known is None:
                known = self._learn(protocol, Message(kind, flags, payload=data[at + 16 : end]), direction)
            if known.record is None or length > _LONGEST:
                break
            if known.wanted:
                carried = _ATTRIBUTE.pack(length - 12, _RECORD) + data[at + 16 : end] + _PADDING[length & 3]
                whole = _ROW.size + len(known.said) + len(carried)
                self._rows.append(_ROW.pack(whole, _KIND, 0, 0, 0, time, sequence, port) + known.said + carried)
                self._kinds.append(known.record)
            at = end + 3 & ~3
        return min(at, size)

    def _learn(self, protocol: int, message: Message, direction: Direction | None) -> _Known:
        answer = not message.flags & NLM_F.REQUEST if direction is None else direction == "received"
        entry = look_up(protocol, Said(message, answer, {}))
        known = _Known()
        if _has_columns(entry.record) and entry.payload is None and not is_control(protocol, message.type):
            flags = flag_names(message, entry.name, answer=answer)
            said = Captured(
                Datagram(0, protocol, b"", direction), Decoded(protocol, message, answer, entry.name, flags)
            )
            known = _Known(entry.record, self._wanted.holds(said), b"".join(_words(said)))
        self._known[protocol, message.type, message.flags, direction, message.payload[0]] = known
        return known

    def _put(self, said: Captured) -> None:
        message = said.message
        body, kind = [*_words(said)], None
        if message is None:
            sequence = port = 0
            body.append(_attribute(_PAYLOAD, said.rest))
        else:
            sequence, port = message.message.sequence, message.message.portid
            kind, carried = _carried(message)
            body += carried
        data = b"".join(body)
        self._rows.append(_ROW.pack(_ROW.size + len(data), _KIND, 0, 0, 0, said.datagram.time, sequence, port) + data)
        self._kinds.append(kind)

    # -- columns -----------------------------------------------------------------------------------------------------

    def _columns(self) -> ArrowTable:
        kinds = {*self._kinds} - {None}
        if len(kinds) != 1 or str in kinds:
            return _read(_row(string), [*self._as_json()])
        return _read(_row(nest(kinds.pop())), self._rows)

    def _as_json(self) -> Iterator[bytes]:
        for data, kind in zip(self._rows, self._kinds, strict=True):
            yield data if kind is None or kind is str else _replaced(data, kind)


def _has_columns(record: Any) -> bool:
    return isinstance(record, type) and issubclass(record, Record)


def _carried(message: Decoded) -> tuple[Any, Iterator[bytes]]:
    """The kind of a message's record, and the attributes that have it."""
    payload, record = message.message.payload, message.record
    if record is not None and not isinstance(record, Record):
        return str, iter([_attribute(_RECORD, _json(record))])
    if record is None and message.fault is None:
        unread = not is_control(message.protocol, message.message.type)
        return None, iter([_attribute(_PAYLOAD, payload)] if payload and unread else [])
    entry = look_up(message.protocol, Said(message.message, message.answer, {}))
    kind = entry.record if record is None else class_of(record)
    if not _has_columns(kind):
        return None, iter([_attribute(_ERROR, str(message.fault).encode()), _attribute(_PAYLOAD, payload)])
    if entry.payload is not None:  # what a short header lacks
        payload = entry.payload
    if len(payload) > _LONGEST:
        return None, iter([_attribute(_ERROR, _too_long(payload))])
    return kind, iter([_attribute(_RECORD, payload)])


def _words(said: Captured) -> Iterator[bytes]:
    """The attributes of a row that are words."""
    datagram, message = said.datagram, said.message
    if datagram.direction is not None:
        yield _attribute(_DIRECTION, datagram.direction.encode())
    yield _attribute(_PROTOCOL, protocol_name(datagram.protocol).encode())
    if message is not None:
        yield _attribute(_TYPE, message.name.encode())
        yield _attribute(_FLAGS, ",".join(message.flags).encode())
    if said.error and (message is None or message.fault is None):
        yield _attribute(_ERROR, said.error.encode("utf-8", "surrogateescape"))


def _attribute(kind: int, data: bytes) -> bytes:
    """An attribute; of what it has no room for, the beginning."""
    data = data[:_LONGEST]
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(data), kind) + data + _PADDING[len(data) & 3]


def _json(record: Any) -> bytes:
    if isinstance(record, Record | Layout):
        return to_json(without_secrets(record))
    return msgspec.json.encode(record, enc_hook=str)


def _too_long(payload: bytes) -> bytes:
    return f"a record of {len(payload)} bytes is longer than a column holds ({_LONGEST}): read it with --lines".encode()


def _parts(data: bytes) -> tuple[bytes, bytes]:
    """What stands before the record in a row, and the record's bytes: it is the last attribute."""
    at = _ROW.size
    while True:
        size, kind = _ATTRIBUTE.unpack_from(data, at)
        if kind == _RECORD:
            return data[:at], data[at + _ATTRIBUTE.size : at + size]
        at += size + 3 & ~3


def _replaced(data: bytes, kind: Any) -> bytes:
    """A row with its record in JSON."""
    before, payload = _parts(data)
    try:
        text = _json(decode(plan_of(kind), payload))
    except DecodeError as error:
        return _resized(before + _attribute(_ERROR, error.message.encode()) + _attribute(_PAYLOAD, payload))
    if len(text) > _LONGEST:
        return _resized(before + _attribute(_ERROR, _too_long(text)))
    return _resized(before + _attribute(_RECORD, text))


def _resized(data: bytes) -> bytes:
    return struct.pack("=I", len(data)) + data[4:]


def _read(row: Any, rows: list[bytes]) -> ArrowTable:
    columns = Columns(plan_of(row))
    for first in range(0, len(rows), _AT_ONCE):
        data = b"".join(rows[first : first + _AT_ONCE])
        columns.read(data, 0, len(data), _KIND, 0, 0)
    columns.settle()
    return columns.finish()
