"""The kernel's side of nftables as far as transactions and what is told of them go: tables, which have handles."""

from __future__ import annotations

import contextlib
import errno
import struct
from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol

from netlynx.codec._codec import decode, encode
from netlynx.engine.gathering import GatheringFeed
from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, EventKind, Group, Talk, make_dump
from netlynx.errors import NetlinkError, TransactionError, from_errno
from netlynx.kernel import VirtualKernel
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import (
    NFNL_MSG,
    BatchMark,
    NetfilterFamily,
    NetfilterHeader,
    message_type,
    netfilter_change,
    netfilter_do,
    transaction,
)
from netlynx.schema import Record, attr, be32, be64, head, string
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message, parse_messages

NEWTABLE, GETTABLE, DELTABLE, NEWGEN, GETGEN = (message_type(NFNL_SUBSYS.NFTABLES, n) for n in (0, 1, 2, 15, 16))
GROUP = 7  # NFNLGRP_NFTABLES
WRITER = (4711, "writer")  # the process that every generation is told to be of


class Table(Record, header=NetfilterHeader):
    """As much of a table as is needed."""

    family: NetfilterFamily = head(default=NetfilterFamily.UNSPEC)
    resource: int = head(default=0)
    name: str | None = attr(1, string)
    handle: int | None = attr(4, be64)


class Gen(Record, header=NetfilterHeader):
    """A generation."""

    resource: int = head(default=0)
    id: int | None = attr(1, be32)
    pid: int | None = attr(2, be32)
    process: str | None = attr(3, string)


def add(name: str, flags: int = NLM_F.CREATE | NLM_F.EXCL) -> Any:
    return netfilter_change("add", NFNL_SUBSYS.NFTABLES, 0, Table(name=name), flags=flags, reply=Table, reply_message=0)


def delete(name: str) -> Any:
    return netfilter_change("delete", NFNL_SUBSYS.NFTABLES, 2, Table(name=name))


class Talking(Protocol):
    """What both shells do."""

    def do(self, operation: Any) -> Any: ...
    def batch(self, operations: Any, **how: Any) -> Any: ...


def generation() -> Do[Gen]:
    return netfilter_do("generation", NFNL_SUBSYS.NFTABLES, 16, Gen(), reply=Gen, reply_message=15)


def settled(number: int) -> Talk[None]:
    """Answered once the kernel has told of all up to this generation. Raises StaleGeneration."""

    def steps() -> Generator[Any, Any, None]:
        with contextlib.suppress(TransactionError):
            yield transaction([generation()], generation=number)

    return Talk("settled", steps)


def _feed(groups: list[Group[Any]]) -> GatheringFeed:
    return GatheringFeed(groups, parts=frozenset((Table,)), end=Gen)


CHANGES: Group[Any] = Group(
    "CHANGES",
    int(NETLINK.NETFILTER),
    (GROUP,),
    {NEWTABLE: (EventKind.NEW, Table), DELTABLE: (EventKind.DELETE, Table), NEWGEN: (EventKind.NEW, Gen)},
    feed=_feed,
)


def tables(*, again: bool = False) -> Dump[Table]:
    """The listing; it is read `again` whenever something changes."""
    how = Mirrored(
        CHANGES,
        lambda table: table.name,
        {("name",): None},
        state=generation,
        settled=settled,
        unsaid=_always if again else _never,
    )
    return make_dump("tables", NETLINK.NETFILTER, GETTABLE, Table(), Table, NEWTABLE, mirrored=how)


def _always(listing: Any, record: Any) -> bool:
    return True


def _never(listing: Any, record: Any) -> bool:
    return False


class Firewall:
    """Tables of a virtual kernel, changed by transactions."""

    def __init__(self, kernel: VirtualKernel, names: Iterable[str] = ()) -> None:
        self.generation = 1
        self.handles = 0
        self.denies = False
        self.tables: dict[str, int] = {}
        self.transactions: list[list[str]] = []  # what each was asked for
        self.before: Callable[[], object] = lambda: None  # what happens before a transaction is looked at
        for name in names:
            self._new(self.tables, name)
        self.sock = kernel.attach(NETLINK.NETFILTER, self.receive, groups=9)

    def receive(self, sock: Any, data: bytes, user: Any) -> None:
        messages = parse_messages(data)
        if self.denies:
            self._acknowledge(messages[0], errno.EPERM, user)
            return
        if messages[0].type != NFNL_MSG.BATCH_BEGIN:
            for message in messages:
                self._ask(message, user)
            return
        before, self.before = self.before, lambda: None
        before()
        begin, *changes, end = messages
        assert end.type == NFNL_MSG.BATCH_END
        wanted = decode(plan_of(BatchMark), begin.payload).generation
        if wanted not in (None, self.generation):
            self._acknowledge(begin, errno.ERESTART, user)
            return
        self._carry_out(changes, user)

    def change(self, *names: str) -> None:
        """Somebody else adds tables, or removes those that are there."""
        changes = [
            Message(DELTABLE if name in self.tables else NEWTABLE, NLM_F.REQUEST, at, 1, _asked(name))
            for at, name in enumerate(names, 1)
        ]
        self._carry_out(changes, None)

    def _carry_out(self, changes: list[Message], user: Any) -> None:
        tables = dict(self.tables)
        answers: list[tuple[Message, int]] = []
        told: list[tuple[Message, Message]] = []
        self.transactions.append([])
        for message in changes:
            if message.type == GETGEN:  # no change, and nothing that could be part of a transaction
                answers.append((message, errno.EINVAL))
                continue
            asked = decode(plan_of(Table), message.payload)
            self.transactions[-1].append(asked.name)
            try:
                handle = self._looked_at(tables, message, asked.name)
            except NetlinkError as error:
                answers.append((message, error.errno or 0))
                continue
            if handle:
                portid = user.portid if user else 1
                said = encode(plan_of(Table), Table(name=asked.name, handle=handle))
                told.append((message, Message(message.type, 0, message.sequence, portid, said)))
            if message.flags & NLM_F.ACK:
                answers.append((message, 0))
        if not any(number for _, number in answers):
            self.tables = tables
            if told:
                self.generation += 1
                self._tell(changes[0], told, user)
        for message, number in answers:
            self._acknowledge(message, number, user)

    def _looked_at(self, tables: dict[str, int], message: Message, name: str) -> int:
        if message.type == DELTABLE:
            if name not in tables:
                raise from_errno(errno.ENOENT)
            return tables.pop(name)
        if name in tables:
            if message.flags & NLM_F.EXCL:
                raise from_errno(errno.EEXIST)
            return 0
        return self._new(tables, name)

    def _new(self, tables: dict[str, int], name: str) -> int:
        self.handles += 1
        tables[name] = self.handles
        return self.handles

    def _tell(self, first: Message, told: list[tuple[Message, Message]], user: Any) -> None:
        gen = Gen(id=self.generation, pid=WRITER[0], process=WRITER[1])
        last = Message(NEWGEN, 0, first.sequence, told[0][1].portid, encode(plan_of(Gen), gen))
        for asked, said in (*told, (first, last)):
            if user is not None and asked.flags & NLM_F.ECHO:
                self._unicast(said, user)
            self.sock.multicast(said, group=GROUP)

    def _ask(self, message: Message, user: Any) -> None:
        if message.type == GETGEN:
            said = encode(plan_of(Gen), Gen(id=self.generation, pid=1, process="asker"))
            self._unicast(Message(NEWGEN, 0, message.sequence, user.portid, said), user)
            self._acknowledge(message, 0, user)
        elif message.type == GETTABLE:
            for name, handle in self.tables.items():
                said = encode(plan_of(Table), Table(name=name, handle=handle))
                self._unicast(Message(NEWTABLE, NLM_F.MULTI, message.sequence, user.portid, said), user)
            self._unicast(Message(3, NLM_F.MULTI, message.sequence, user.portid, bytes(4)), user)
        else:
            self._acknowledge(message, errno.EOPNOTSUPP, user)

    def _acknowledge(self, message: Message, number: int, user: Any) -> None:
        if user is not None:
            asked = struct.pack(
                "=IHHII", 16 + len(message.payload), message.type, message.flags, message.sequence, message.portid
            )
            body = struct.pack("=i", -number) + asked
            self._unicast(Message(2, NLM_F.CAPPED, message.sequence, user.portid, body), user)

    def _unicast(self, message: Message, user: Any) -> None:
        with contextlib.suppress(NetlinkError):  # a full queue: whoever asked hears of the overrun
            self.sock.unicast(message, to=user.portid)


def _asked(name: str) -> bytes:
    return encode(plan_of(Table), Table(name=name))
