"""One request and its answer: a `do` or a `dump`.

An exchange owns one socket until it is done. It is fed whole datagrams; what belongs to another exchange (another
sequence number, port or sender) is skipped and counted in `strays`.

    do:    request ──> record           (a get: no ACK is asked for, the answer is the answer)
                   └─> NLMSG_ERROR      errno 0: done; below 0: `NetlinkError`; above: the number of what was made
    dump:  request ──> records … ──> NLMSG_DONE    errno in it, NLM_F_DUMP_INTR on any of them
                   └─> NLMSG_ERROR
"""

from __future__ import annotations

import errno
import struct
from typing import Any, Generic, TypeVar, cast

from netlynx.codec._codec import Asked, Records, Sink, read_header
from netlynx.engine.operation import Do, Dump
from netlynx.errors import DecodeError, NetlinkError, NotFound
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Message

T = TypeVar("T")

HEADER = struct.Struct("=IHHII")
HEADER_SIZE = HEADER.size
_ERRNO = struct.Struct("=i")

# Plain ints: these are used for every datagram.
_REQUEST, _MULTI, _ACK = int(NLM_F.REQUEST), int(NLM_F.MULTI), int(NLM_F.ACK)
_DUMP, _INTERRUPTED = int(NLM_F.DUMP), int(NLM_F.DUMP_INTR)
_ECHO = int(NLM_F.ECHO)
_NOOP, _ERROR, _DONE = int(NLMSG.NOOP), int(NLMSG.ERROR), int(NLMSG.DONE)

KERNEL = 0  # the port ID that answers
_AUDIT, _GENERIC = int(NETLINK.AUDIT), int(NETLINK.GENERIC)


def _answered(operation: Do[Any] | Dump[Any], portid: int) -> int:
    """The port that the headers of an answer have: the one that asked. Audit leaves it 0, but in acknowledgements."""
    return 0 if operation.protocol == _AUDIT else portid


def control_message(data: bytes | bytearray | memoryview, at: int, header: tuple[int, int, int, int, int]) -> Message:
    """The message at `at` as a value, its payload copied."""
    length, kind, flags, sequence, portid = header
    return Message(kind, flags, sequence, portid, bytes(data[at + HEADER_SIZE : at + length]))


def _refusal(operation: Do[Any] | Dump[Any], message: Message, request: bytes) -> NetlinkError | None:
    """See `netlynx.engine.refusal.refusal`; all that explains errors is loaded when there is one."""
    from netlynx.engine.refusal import refusal

    return refusal(operation, message, request)


class DoExchange(Asked, Generic[T]):
    """The state of one `do`. Feed datagrams until `done`; then `result()`.

    `settle` is a quicker `feed` for the first datagram: where it is the whole answer, that stands in `answer`; where it
    is not, nothing has happened, and the datagram is to be fed.
    """

    __slots__ = ()

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL) -> bool:
        """Take in one datagram; True when the exchange is done. Raises DecodeError."""
        if sender != KERNEL:
            self.strays += 1
            return self.done
        if self.answers is None and self.operation.reply is not None:
            self.answers = Records(plan_of(self.operation.reply))
        operation, answers = self.operation, self.answers
        port = _answered(operation, self.portid)
        at = 0
        while at < size:
            if answers is not None:
                start = at
                at, flags = answers.read(data, at, size, operation.reply_type, self.sequence, port)
                # What answers ends with the record; where an ACK was asked for besides, with that.
                if at > start and not flags & _MULTI and not operation.flags & _ACK:
                    self.done = True
                if at >= size:
                    break
            header = read_header(data, at, size)
            length, kind, flags, sequence, portid = header
            if sequence != self.sequence or portid not in (self.portid, port):
                asked = sequence == self.sequence and kind == operation.reply_type
                if answers is not None and asked and portid == 0 and operation.protocol == _GENERIC:
                    port = 0  # the older family of 802.15.4 answers to nobody's port (ieee802154_nl_fill_phy)
                    continue
                self.strays += 1
            elif kind in (_ERROR, _DONE):
                if length < HEADER_SIZE + 4:
                    raise DecodeError(f"an acknowledgement of {length} bytes has no room for its errno", at)
                code = _ERRNO.unpack_from(data, at + HEADER_SIZE)[0]
                if code < 0:
                    self.error = _refusal(operation, control_message(data, at, header), self.request)
                elif code:  # no error: what was made is called so (mac80211_hwsim)
                    self.answer = code
                self.done = True
            elif kind != _NOOP:
                self.strays += 1
            at += (length + 3) & ~3
        return self.done

    def result(self) -> T:
        """What came back: the record, or None for a plain acknowledgement. To be asked once. Raises NetlinkError."""
        if self.error is not None:
            raise self._taken_error()
        if self.answers is not None:
            if not self.answers.records:
                if self.operation.omissible:
                    return cast(T, None)
                if self.operation.absent:
                    raise NotFound(errno.ENOENT, self.operation.absent, asked=str(self.operation))
                done = "carried it out" if self.operation.flags & _ECHO else "acknowledged the request"
                raise DecodeError(f"{self.operation}: the kernel {done} and sent no record")
            self.answer = self.answers.records[0]
        answer: T = self.answer
        return answer

    def _taken_error(self) -> NetlinkError:
        """The error, let go of: raised, it holds this exchange, and the two would wait for the garbage collector."""
        error: NetlinkError = self.error
        self.error = None
        return error


class DumpExchange:
    """The state of one `dump`. Each `feed` fills the sink from one datagram; then see `done` and `interrupted`."""

    __slots__ = (
        "_asked", "_latest", "done", "interrupted", "operation", "portid", "request", "sequence", "sink", "strays"
    )  # fmt: skip

    def __init__(self, operation: Dump[Any], sequence: int, portid: int, sink: Sink) -> None:
        self.operation = operation
        self.sequence = self._latest = sequence
        self.portid = _answered(operation, portid)
        self._asked = portid
        self.sink = sink
        families = operation.reply.__families__
        if families:
            sink.only_of(families)
        self.done = False
        self.interrupted = False
        self.strays = 0
        payload = operation.payload
        flags = operation.flags | _REQUEST | (0 if operation.once else _DUMP)
        self.request = (
            HEADER.pack(HEADER_SIZE + len(payload), operation.message_type, flags, sequence, portid) + payload
        )

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL, at: int = 0, flags: int = 0) -> None:
        """Take in one datagram, of which the sink has read up to `at`; `flags` are those of all messages that it read
        since the last `feed`. A datagram of no bytes is none. Raises NetlinkError, DecodeError."""
        if flags & _INTERRUPTED:
            self.interrupted = True
        if sender != KERNEL:
            self.strays += 1
            return
        operation = self.operation
        while at < size:
            at, flags = self.sink.read(data, at, size, operation.reply_type, self.sequence, self.portid)
            if flags & _INTERRUPTED:
                self.interrupted = True
            if at >= size:
                break
            header = read_header(data, at, size)
            length, kind, flags, sequence, portid = header
            if kind == operation.reply_type and not (flags or sequence or portid) and operation.protocol == _GENERIC:
                # Lists of thermal zones have no number, and are told to nobody (thermal_genl_cmd_dumpit).
                self.sink.read(data, at, min(at + ((length + 3) & ~3), size), kind, sequence, portid)
            elif self._counted_on(header):
                # NetLabel numbers the rows of its lists (netlbl_mgmt_listall_cb), and ends them with the first number.
                self._latest = sequence
                self.sink.read(data, at, min(at + ((length + 3) & ~3), size), kind, sequence, portid)
                self.interrupted = self.interrupted or bool(flags & _INTERRUPTED)
            elif sequence != self.sequence or portid not in (self.portid, self._asked, KERNEL):
                self.strays += 1
            elif portid != self.portid and kind == operation.reply_type:
                self.portid = portid  # nfnetlink's hooks, too, are told to nobody's port (nfnl_hook_dump_one)
                continue
            elif kind in (_DONE, _ERROR):
                self.done = True
                self.interrupted = self.interrupted or bool(flags & _INTERRUPTED)
                # A dump may end well with nothing said, or carry its error in NLMSG_DONE.
                if kind == _ERROR and length < HEADER_SIZE + 4:
                    raise DecodeError(f"an acknowledgement of {length} bytes has no room for its errno", at)
                if length >= HEADER_SIZE + 4 and _ERRNO.unpack_from(data, at + HEADER_SIZE)[0]:
                    error = _refusal(operation, control_message(data, at, header), self.request)
                    if error is not None:
                        raise error
                self.sink.settle()
            elif kind == operation.reply_type:  # a row of another family's table, where all families were asked
                self.interrupted = self.interrupted or bool(flags & _INTERRUPTED)
            elif kind != _NOOP:
                self.strays += 1
            at += (length + 3) & ~3

    def _counted_on(self, header: tuple[int, int, int, int, int]) -> bool:
        """Whether it is a row with the number after that of the row before, which no request of this socket has had."""
        _, kind, flags, sequence, portid = header
        return (
            kind == self.operation.reply_type
            and sequence == (self._latest + 1) & 0xFFFFFFFF
            and portid == self.portid
            and bool(flags & _MULTI)
            and self.operation.protocol == _GENERIC
        )
