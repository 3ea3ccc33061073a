"""Whole tables as JSON from outlines that lie ready (`netlynx.cli.outlines`), without loading what their records are:
that would take longer than to list a hundred thousand of them.

Whatever is unusual before anything is printed (a refusal, a table that changed meanwhile) is left to who does it the
whole way, from the start; only for an answer that does not come nobody waits twice.
"""

from __future__ import annotations

import _socket  # without the enums that `socket` makes
import select
from struct import Struct

from netlynx.cli.stdout import HELD, status_of, write_array, write_lines
from netlynx.codec._codec import Datagrams, Json, Traffic, page_aligned, read_header
from netlynx.codec.outlines import outline_of
from netlynx.errors import DumpInterrupted, NetlynxError, RequestTimeout

TYPE_CHECKING = False  # checkers take it for true
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from netlynx.engine.operation import Dump

_LINES_HELD = 1 << 20  # bytes of lines held back
_STRETCH = 64  # datagrams read without Python between, as `netlynx.engine.dumping` has it
_BUFFER = 256 << 10  # bytes; the kernel fills 32 KiB of it at most, but for a single larger message
_TIMEOUT = 30.0  # seconds that the kernel may take to go on
_SEQUENCE = 1  # of the first request
_OF_SOCKETS = "sockets_"  # the tables of `netlynx sockets KIND`

# linux/netlink.h
_SOL_NETLINK = 270
_CAP_ACK, _EXT_ACK, _GET_STRICT_CHK = 10, 11, 12
_DONE = 3
_REQUEST, _DUMP_INTR, _DUMP = 1, 0x10, 0x300
_HEADER = Struct("=IHHII")
_ERRNO = Struct("=i")


class _Unusual(Exception):
    """Nothing was printed yet, and what came is for who does it the whole way."""


def run(name: str, *, lines: bool) -> int | None:
    """Print a table and return the exit status; None, with nothing printed, for what is not for here."""
    if not hasattr(_socket, "AF_NETLINK"):
        return None
    try:
        if lines:
            return status_of(lambda: write_lines(_read(name, b"", b"\n", _LINES_HELD)))
        # The kernel does not tell of a dump of sockets that it was interrupted (net/ipv4/inet_diag.c).
        hold = _LINES_HELD if name.startswith(_OF_SOCKETS) else HELD
        return status_of(lambda: write_array(_read(name, b",\n", b"", hold)))
    except _Unusual:
        return None
    except KeyboardInterrupt:
        return 130


def _operation(name: str) -> Dump[object]:
    """The table as everybody else asks for it."""
    if name.startswith(_OF_SOCKETS):
        from netlynx import diag
        from netlynx.cli.socket_json import with_processes

        sockets: Dump[object] = with_processes(getattr(diag, name.removeprefix(_OF_SOCKETS))())
        return sockets
    from netlynx import route

    operation: Dump[object] = getattr(route, name)()
    return operation


def _read(name: str, between: bytes, after: bytes, hold: int) -> Iterator[memoryview]:
    """The table's JSON, piece by piece, as `DumpIterator.json` gives it. Raises _Unusual before the first piece, later
    what that raises; RequestTimeout at any time."""
    begun = False
    try:
        for text in _attempt(name, between, after, hold):
            begun = True
            yield text
    except RequestTimeout:
        raise
    except (NetlynxError, OSError) as error:
        if begun:
            raise
        raise _Unusual from error


def _attempt(name: str, between: bytes, after: bytes, hold: int) -> Iterator[memoryview]:
    """One reading of the table."""
    table = __import__(f"netlynx.cli.outlines.{name}", fromlist=["TABLE"]).TABLE
    outline = outline_of(table["names"], table["records"])
    sink = Json(outline, None, between, after, lambda: _operation(name).plan())
    sock = _opened(table["protocol"])
    datagrams = Datagrams(sock.fileno())
    try:
        portid = sock.getsockname()[0]
        flags = table["flags"] | _REQUEST | _DUMP
        interrupted = False
        for sequence, payload in enumerate((table["payload"], *table.get("following", ())), _SEQUENCE):
            head = _HEADER.pack(_HEADER.size + len(payload), table["message_type"], flags, sequence, portid)
            sock.send(head + payload)
            interrupted |= yield from _drained(name, sink, datagrams, table["reply_type"], portid, sequence, hold)
    finally:
        datagrams.close()
        sock.close()
    if interrupted:
        raise DumpInterrupted(str(_operation(name)))
    if sink.size:
        yield memoryview(sink.take())


def _opened(protocol: int) -> _socket.socket:
    """A socket with what `netlynx.transport.host` sets too. Raises OSError."""
    sock = _socket.socket(_socket.AF_NETLINK, _socket.SOCK_RAW | _socket.SOCK_CLOEXEC, protocol)
    sock.setblocking(False)
    for option in (_CAP_ACK, _EXT_ACK, _GET_STRICT_CHK):
        sock.setsockopt(_SOL_NETLINK, option, 1)
    sock.bind((0, 0))
    return sock


def _drained(
    name: str, sink: Json, datagrams: Datagrams, reply_type: int, portid: int, sequence: int, hold: int
) -> Generator[memoryview, None, bool]:
    """Receive to the end; returns whether the table changed meanwhile."""
    buffer = page_aligned(_BUFFER)
    traffic = Traffic()
    poll = select.poll()
    poll.register(datagrams.descriptor, select.POLLIN)
    begun = interrupted = False
    exchange = None
    while True:
        size, sender, at, flags = sink.drain(datagrams, buffer, reply_type, sequence, portid, traffic, _STRETCH)
        interrupted = interrupted or bool(flags & _DUMP_INTR)
        if size < 0:
            from netlynx.client.exchanging import broken_off

            raise broken_off(-size, _operation(name))
        if size > len(buffer):
            from netlynx.client.exchanging import too_large

            raise too_large(size, _operation(name))
        if size:
            if sender == 0 and _ends(buffer, at, size, portid, sequence):
                return interrupted or bool(read_header(buffer, at, size)[2] & _DUMP_INTR)
            if exchange is None:
                from netlynx.engine.exchange import DumpExchange

                exchange = DumpExchange(_operation(name), sequence, portid, sink)
            exchange.feed(buffer, size, sender, at)
            interrupted = interrupted or exchange.interrupted
            if exchange.done:
                return interrupted
        if sink.size > hold or (begun and sink.size):
            begun = True
            yield memoryview(sink.take())
        if not datagrams.pending and not poll.poll(_TIMEOUT * 1000):
            raise RequestTimeout(f"{_operation(name)}: no answer within {_TIMEOUT} s")


def _ends(buffer: memoryview, at: int, size: int, portid: int, asked: int) -> bool:
    """Whether nothing is left but the end of a dump that went well, as nearly all do."""
    length, kind, _, sequence, to = read_header(buffer, at, size)
    if (kind, sequence, to) != (_DONE, asked, portid) or length < _HEADER.size + _ERRNO.size or at + length < size:
        return False
    return bool(_ERRNO.unpack_from(buffer, at + _HEADER.size)[0] == 0)
