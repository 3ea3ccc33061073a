"""A structured protocol: handlers by message type behind the checks that every kernel subsystem shares.

Source: `netlink_rcv_skb` and `__netlink_dump_start` in net/netlink/af_netlink.c; `rtnl_register` is the model.
"""

from __future__ import annotations

import contextlib
import errno
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from netlynx.errors import DecodeError, NetlinkError, NotSupported, from_errno
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Record
from netlynx.wire._codec import decode, encode
from netlynx.wire.constants import NETLINK_OPTION, NLM_F, NLMSG
from netlynx.wire.message import Message, parse_messages

from .dump import DumpRun
from .faults import Faults
from .kernel_socket import KernelSocket, source_of
from .replies import ExtendedAck, acknowledge, offset_of, types_of
from .sockets import UserSocket

Reply: TypeAlias = Record | Message | bytes
"""What handlers answer with: a record or a payload, of the declared reply type, or a message of any type."""


@dataclass(slots=True)
class Request:
    """A request as a handler gets it."""

    message: Message
    sock: KernelSocket
    user: UserSocket  # who asks
    record: Any = None  # the payload as the record class declared for the type; Any: each handler knows its own
    extack: ExtendedAck = field(default_factory=ExtendedAck)

    @property
    def type(self) -> int:
        """The message type."""
        return self.message.type

    @property
    def flags(self) -> int:
        """The flags of the header, NLM_F."""
        return self.message.flags

    @property
    def payload(self) -> bytes:
        """The payload, undecoded."""
        return self.message.payload

    @property
    def portid(self) -> int:
        """The port ID of the socket that asks."""
        return self.user.portid

    @property
    def strict(self) -> bool:
        """Whether the socket asks for its dump requests to be checked strictly (NETLINK_GET_STRICT_CHK)."""
        return bool(self.user.option(NETLINK_OPTION.GET_STRICT_CHK))


DoHandler: TypeAlias = Callable[[Request], Reply | Iterable[Reply] | None]
DumpHandler: TypeAlias = Callable[[Request], Iterable[Reply]]
_Do = TypeVar("_Do", bound=DoHandler)
_Dump = TypeVar("_Dump", bound=DumpHandler)
_Handler = TypeVar("_Handler", bound=Callable[[Request], Any])


@dataclass(slots=True)
class _Entry:
    """A handler and what it was registered with."""

    handler: Callable[[Request], Any]
    record: type[Record] | None
    reply: int
    get: bool


class Service:
    """A protocol's kernel side, made of one handler for each message type; made by `VirtualKernel.serve`.

    Handlers run in the thread that sends the request (dumps: that receives), one at a time. To refuse a request
    they raise `NetlinkError` (or any OSError): the requester gets NLMSG_ERROR with errno and `message`, and the
    place of `attribute` if that names a field of the request's record (``Route.metrics.mtu``) or `request.extack`
    says it in numbers. Any other exception is a bug and reaches whoever made the call.
    """

    sock: KernelSocket  # what the protocol sends with

    def __init__(self, faults: Faults) -> None:
        self.lock = threading.RLock()  # held while a handler runs: the subsystem's mutex
        self._faults = faults
        self._generation = 1
        self._do: dict[int, _Entry] = {}
        self._dump: dict[int, _Entry] = {}

    def do(
        self, type: int, *, record: type[Record] | None = None, reply: int = 0, get: bool = False
    ) -> Callable[[_Do], _Do]:
        """Register what carries out requests of a message type.

        The handler returns None, or what is sent before the acknowledgement: one `Reply` or several. `record` is
        what requests are decoded to (EINVAL if they cannot be), `reply` the message type of answers. `get` says
        that the type reads, so that NLM_F_DUMP asks for a table and is EOPNOTSUPP without a `dump` handler; in
        other requests the same bits mean NLM_F_REPLACE and NLM_F_EXCL, or NLM_F_BULK.
        """
        return _registrar(self._do, type, record, reply, get)

    def dump(self, type: int, *, record: type[Record] | None = None, reply: int = 0) -> Callable[[_Dump], _Dump]:
        """Register what lists the table, for requests of a message type with NLM_F_DUMP; a generator as a rule.

        What it raises before it returns is answered with NLMSG_ERROR, what its iterator raises with NLMSG_DONE.
        """
        return _registrar(self._dump, type, record, reply)

    def changed(self) -> None:
        """The tables have changed: dumps under way will say that they were interrupted (NLM_F_DUMP_INTR)."""
        with self.lock:
            self._generation += 1

    def receive(self, sock: KernelSocket, data: bytes, user: UserSocket) -> None:
        """A datagram from a user socket: its requests are carried out in order, up to the first malformed one."""
        for message in parse_sound(data, user):
            extack = ExtendedAck()
            number: int | None = 0
            if message.flags & NLM_F.REQUEST and message.type >= NLMSG.MIN_TYPE:
                number = self._request(sock, message, user, extack)
            if number is not None and (number or message.flags & NLM_F.ACK):
                # A requester without room hears of the overrun; one that is gone hears nothing.
                with contextlib.suppress(NetlinkError):
                    sock.unicast(acknowledge(message, number, extack, user), to=user.portid)

    def _request(self, sock: KernelSocket, message: Message, user: UserSocket, extack: ExtendedAck) -> int | None:
        """Carry out one request; its errno, or None for a dump under way, which is not acknowledged."""
        entry: _Entry | None = None
        try:
            failure = self._faults.next_request()
            if failure is not None:
                raise failure
            lists = message.flags & NLM_F.DUMP == NLM_F.DUMP
            entry = self._dump.get(message.type) if lists else None
            if entry is not None:
                self._start_dump(entry, Request(message, sock, user, extack=extack))
                return None
            entry = self._do.get(message.type)
            if entry is None or (lists and entry.get):
                raise NotSupported(errno.EOPNOTSUPP)
            request = Request(message, sock, user, extack=extack)
            for reply in _several(self._called(entry, request)):
                answer = _answer(entry, reply, message.sequence, user.portid)
                sock.unicast(answer, to=user.portid)
        except OSError as error:
            if isinstance(error, NetlinkError):
                _explain(error, message, entry, extack)
            return error.errno or errno.EIO
        return 0

    def _start_dump(self, entry: _Entry, request: Request) -> None:
        user = request.user
        if user.dumping:
            raise from_errno(errno.EBUSY)
        table = iter(self._called(entry, request))
        messages = self._listed(entry, table)
        interrupted = self._faults.next_dump()
        user.start_dump(DumpRun(request.message, user, messages, lambda: self._generation, interrupted=interrupted))

    def _called(self, entry: _Entry, request: Request) -> Any:  # Any: what the handler returns
        if entry.record is not None:
            request.record = _decoded(entry.record, request.payload)
        with self.lock:
            return entry.handler(request)

    def _listed(self, entry: _Entry, table: Iterator[Reply]) -> Iterator[Message]:
        try:
            while True:
                with self.lock:
                    reply = next(table, None)
                if reply is None:
                    return
                yield _answer(entry, reply)
        finally:
            close = getattr(table, "close", None)
            if close is not None:
                with self.lock:
                    close()


def parse_sound(data: bytes, user: UserSocket) -> list[Message]:
    """The messages of a datagram up to the first malformed one, from which on the kernel ignores it."""
    source = source_of(user)
    try:
        return parse_messages(data, source)
    except DecodeError as error:
        return parse_messages(data[: error.offset], source)


def _registrar(
    table: dict[int, _Entry], type: int, record: type[Record] | None, reply: int, get: bool = False
) -> Callable[[_Handler], _Handler]:
    def register(handler: _Handler) -> _Handler:
        if type < NLMSG.MIN_TYPE:
            raise ValueError(f"message types below {int(NLMSG.MIN_TYPE)} are netlink's own, {type} is one")
        if type in table:
            raise ValueError(f"message type {type} has such a handler already")
        table[type] = _Entry(handler, record, reply, get)
        return handler

    return register


def _several(result: Reply | Iterable[Reply] | None) -> Iterable[Reply]:
    if result is None:
        return ()
    return (result,) if isinstance(result, Record | Message | bytes) else result


def _answer(entry: _Entry, reply: Reply, sequence: int = 0, portid: int = 0) -> Message:
    """The message that carries a reply; the header of a dump's is filled in by the dump."""
    if isinstance(reply, Message):
        return Message(reply.type, reply.flags, sequence, portid, reply.payload)
    if not entry.reply:
        raise TypeError("a handler that answers with records or bytes is registered with reply=, their type")
    payload = reply if isinstance(reply, bytes) else encode(plan_of(type(reply)), reply)
    return Message(entry.reply, 0, sequence, portid, payload)


def _decoded(record: type[Record], payload: bytes) -> Any:  # Any: an instance of `record`
    try:
        return decode(plan_of(record), payload)
    except DecodeError as error:
        raise from_errno(errno.EINVAL, f"Malformed request: {error}") from None


def _explain(error: NetlinkError, message: Message, entry: _Entry | None, extack: ExtendedAck) -> None:
    """Complete the extended acknowledgement by what the error says, paths of attributes as numbers."""
    extack.message = error.message or extack.message
    if entry is None or entry.record is None:
        return
    start = plan_of(entry.record).header_size
    if error.attribute:
        found = offset_of(message.payload, start, types_of(entry.record, error.attribute))
        extack.offset = found if found is not None else extack.offset
    if error.missing:
        *around, missing = types_of(entry.record, error.missing) or (None,)
        extack.missing_type = missing if missing is not None else extack.missing_type
        extack.missing_nest = offset_of(message.payload, start, tuple(filter(None, around)))
