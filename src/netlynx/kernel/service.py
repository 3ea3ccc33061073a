"""A structured protocol: handlers by message type behind the checks that every kernel subsystem shares.

Source: `netlink_rcv_skb` and `__netlink_dump_start` in net/netlink/af_netlink.c; `rtnl_register` is the model.
"""

from __future__ import annotations

import contextlib
import errno
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from netlynx.errors import DecodeError, NetlinkError, NotSupported, from_errno
from netlynx.schema.record import Record
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Message, parse_messages

from .dump import DumpRun
from .kernel_socket import KernelSocket, source_of
from .policy import Validation
from .replies import ExtendedAck, acknowledge
from .requests import DoHandler, DumpHandler, Reply, Request, answer, explain, several, unhandled
from .sockets import UserSocket

_Do = TypeVar("_Do", bound=DoHandler)
_Dump = TypeVar("_Dump", bound=DumpHandler)


@dataclass(slots=True)
class _Entry:
    """A handler and what it was registered with."""

    handler: Callable[[Request], Any]
    record: type[Record] | None
    reply: int
    get: bool
    admin: bool
    validation: Validation | None
    split: bool = False


class Service:
    """A protocol's kernel side, made of one handler for each message type; made by `VirtualKernel.serve`.

    Handlers run in the thread that sends the request (dumps: that receives), one at a time. To refuse a request
    they raise `NetlinkError` (or any OSError): the requester gets NLMSG_ERROR with errno and `message`, and the
    place of `attribute` if that names a field of the request's record (``Route.metrics.mtu``) or `request.extack`
    says it in numbers. Any other exception is a bug and reaches whoever made the call.
    """

    sock: KernelSocket  # what the protocol sends with

    def __init__(self) -> None:
        self.lock = threading.RLock()  # held while a handler runs: the subsystem's mutex
        self._generation = 1
        self._do: dict[tuple[int, int], _Entry] = {}  # by message type and family
        self._dump: dict[tuple[int, int], _Entry] = {}

    def do(
        self,
        type: int,
        *,
        record: type[Record] | None = None,
        reply: int = 0,
        get: bool = False,
        admin: bool = False,
        validation: Validation | None = None,
        family: int = 0,
    ) -> Callable[[_Do], _Do]:
        """Register what carries out requests of a message type.

        The handler returns None, or what is sent before the acknowledgement: one `Reply` or several. `record` is
        what requests are decoded to, once they have passed its policy: as strictly as the socket asks for
        (NETLINK_GET_STRICT_CHK), or as `validation` says. `reply` is the message type of answers. `get` says that
        the type reads, so that NLM_F_DUMP asks for a table and is EOPNOTSUPP without a `dump` handler; in other
        requests the same bits mean NLM_F_REPLACE and NLM_F_EXCL, or NLM_F_BULK. `admin` refuses those without
        CAP_NET_ADMIN (EPERM). A handler with a `family` takes requests whose first byte is that (an address family),
        before the one without takes all others: so rtnetlink does it (`rtnl_register`).
        """
        return partial(self._register, self._do, (type, family), (record, reply, get, admin, validation))

    def dump(
        self,
        type: int,
        *,
        record: type[Record] | None = None,
        reply: int = 0,
        admin: bool = False,
        validation: Validation | None = None,
        split: bool = False,
        family: int = 0,
    ) -> Callable[[_Dump], _Dump]:
        """Register what lists the table, for requests of a message type with NLM_F_DUMP; a generator as a rule.

        What it raises before it returns is answered with NLMSG_ERROR, as is a request that breaks the policy of
        `record`; what its iterator raises with NLMSG_DONE. With `split` the NLMSG_DONE of success comes in a datagram
        of its own, as most tables of rtnetlink have it (RTNL_FLAG_DUMP_SPLIT_NLM_DONE), else after the last row if
        there is room. The other parameters are those of `do`.
        """
        return partial(self._register, self._dump, (type, family), (record, reply, True, admin, validation, split))

    def _register(
        self, table: dict[tuple[int, int], _Entry], what: tuple[int, int], how: tuple[Any, ...], handler: Any
    ) -> Any:  # Any: as given
        type, family = what
        if type < NLMSG.MIN_TYPE:
            raise ValueError(f"message types below {int(NLMSG.MIN_TYPE)} are netlink's own, {type} is one")
        if what in table:
            of = f" of family {family}" if family else ""
            raise ValueError(f"message type {type}{of} has such a handler already")
        table[what] = _Entry(handler, *how)
        return handler

    @staticmethod
    def _entry(table: dict[tuple[int, int], _Entry], message: Message) -> _Entry | None:
        family = message.payload[0] if message.payload else 0
        return table.get((message.type, family)) or table.get((message.type, 0))

    def changed(self) -> None:
        """The tables have changed: dumps under way will say that they were interrupted (NLM_F_DUMP_INTR)."""
        with self.lock:
            self._generation += 1

    def receive(self, sock: KernelSocket, data: bytes, user: UserSocket) -> None:
        """A datagram from a user socket: its requests are carried out in order, up to the first malformed one."""
        for message in parse_sound(data, user):
            extack = ExtendedAck()
            number: int | None = 0
            if message.flags & NLM_F.REQUEST and message.type >= NLMSG.MIN_TYPE and _is_looked_at(sock, message):
                number = self._request(sock, message, user, extack)
            if number is not None and (number or message.flags & NLM_F.ACK):
                _acknowledge(sock, message, number, extack, user)

    def _request(self, sock: KernelSocket, message: Message, user: UserSocket, extack: ExtendedAck) -> int | None:
        """Carry out one request; its errno, or None for a dump under way, which is not acknowledged."""
        entry: _Entry | None = None
        try:
            failure = sock.netns.kernel.faults.next_request()
            if failure is not None:
                raise failure
            lists = message.flags & NLM_F.DUMP == NLM_F.DUMP
            entry = self._entry(self._dump, message) if lists else None
            if entry is not None:
                self._start_dump(entry, Request(message, sock, user, None, extack, entry.reply))
                return None
            entry = self._entry(self._do, message)
            if entry is None or (lists and entry.get):
                raise NotSupported(errno.EOPNOTSUPP, unhandled(sock.protocol, message))
            request = Request(message, sock, user, None, extack, entry.reply)
            for reply in several(self._called(entry, request)):
                sock.unicast(answer(entry.reply, reply, message.sequence, user.portid), to=user.portid)
        except OSError as error:
            explain(error, message, entry.record if entry is not None else None, extack)
            return error.errno or errno.EIO
        return 0

    def _start_dump(self, entry: _Entry, request: Request) -> None:
        if request.user.dumping:
            raise from_errno(errno.EBUSY)
        self._run_dump(request, iter(self._called(entry, request)), entry.record, entry.split)

    def _run_dump(self, request: Request, table: Iterator[Reply], record: type[Record] | None, split: bool) -> None:
        """Begin to list a table for who asks for it, with a request of that record."""
        user = request.user
        messages = self._listed(request.reply_type, table)
        interrupted = request.sock.netns.kernel.faults.next_dump()

        def refused(error: OSError) -> ExtendedAck:
            explain(error, request.message, record, request.extack)
            return request.extack

        def generation() -> int:
            return self._generation

        run = DumpRun(request.message, user, messages, generation, refused, interrupted=interrupted, split=split)
        user.start_dump(run)

    def _called(self, entry: _Entry, request: Request) -> Any:  # Any: what the handler returns
        if entry.admin and not request.capable():
            raise from_errno(errno.EPERM)
        if entry.record is not None:
            request.record = request.parse(entry.record, entry.validation)
        with self.lock:
            return entry.handler(request)

    def _listed(self, type: int, table: Iterator[Reply]) -> Iterator[Message]:
        try:
            while True:
                with self.lock:
                    reply = next(table, None)
                if reply is None:
                    return
                yield answer(type, reply)
        finally:
            close = getattr(table, "close", None)
            if close is not None:
                with self.lock:
                    close()


def _is_looked_at(sock: KernelSocket, message: Message) -> bool:
    """Rtnetlink passes over messages without a byte for the family (`rtnetlink_rcv_msg`)."""
    return bool(message.payload) or sock.protocol != NETLINK.ROUTE


def parse_sound(data: bytes, user: UserSocket) -> list[Message]:
    """The messages of a datagram up to the first malformed one, from which on the kernel ignores it."""
    source = source_of(user)
    try:
        return parse_messages(data, source)
    except DecodeError as error:
        return parse_messages(data[: error.offset], source)


def acknowledge_failure(sock: KernelSocket, message: Message, error: NetlinkError, user: UserSocket) -> None:
    """Answer a message with the NLMSG_ERROR of an error."""
    _acknowledge(sock, message, error.errno or errno.EIO, ExtendedAck(error.message), user)


def _acknowledge(sock: KernelSocket, message: Message, number: int, extack: ExtendedAck, user: UserSocket) -> None:
    # A requester without room hears of the overrun; one that is gone hears nothing.
    with contextlib.suppress(NetlinkError):
        sock.unicast(acknowledge(message, number, extack, user), to=user.portid)
