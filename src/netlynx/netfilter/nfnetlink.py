"""Messages of netfilter: what comes before the attributes of all of them, and changes that take effect together.

A message type is the subsystem's number and the number of one of its own messages. Changes of nftables go between two
marks (`transaction`): the kernel carries out all of them or none.

Source: linux/netfilter/nfnetlink.h, net/netfilter/nfnetlink.c.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from netlynx import limits
from netlynx.codec._codec import encode_record
from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Bound, Do, Dump, Series, Transaction, make_do, make_dump
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS, NetfilterFamily
from netlynx.schema import Constants, Layout, Record, attr, be16, be32, enum, head, member, takes, u8
from netlynx.schema.arguments import record_of, several_of
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK, NLM_F

T = TypeVar("T")


class NFNL_MSG(Constants):
    """Messages of no subsystem."""

    BATCH_BEGIN = 16
    BATCH_END = 17


class NFNL_BATCH(Constants):
    """Attributes of the message that begins a batch."""

    UNSPEC = 0
    GENID = 1


class NetfilterHeader(Layout, c="nfgenmsg"):
    """The fixed header of every message: family, version (0) and a number such as that of a queue."""

    family: takes.Member[NetfilterFamily] = member(enum(NetfilterFamily, u8), c="nfgen_family")
    version: int = member(u8, c="version")
    resource: int = member(be16, c="res_id")


class BatchMark(Record, header=NetfilterHeader):
    """The begin or the end of changes that take effect together; `resource` is the subsystem that they are for.

    `generation` is the state of the subsystem that they were made for: has it changed since, the kernel refuses them
    all with ERESTART.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFNL_BATCH)

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    resource: int = head(default=0)
    generation: int | None = attr(NFNL_BATCH.GENID, be32)


def message_type(subsystem: int, message: int) -> int:
    """The type of a subsystem's message."""
    return limits.whole("subsystem", subsystem, 0, 0xFF) << 8 | limits.whole("message", message, 0, 0xFF)


def marks(subsystem: int, generation: int | None = None) -> tuple[Do[None], Do[None]]:
    """What stands before and behind changes of a subsystem that take effect together."""
    begin, end = BatchMark(resource=subsystem, generation=generation), BatchMark(resource=subsystem)
    name = "netfilter.transaction"
    return (
        make_do(name, NETLINK.NETFILTER, NFNL_MSG.BATCH_BEGIN, begin),
        make_do(name, NETLINK.NETFILTER, NFNL_MSG.BATCH_END, end),
    )


_plain_marks = functools.cache(marks)


def transaction(
    operations: Iterable[Do[T] | Series],
    *,
    subsystem: int = NFNL_SUBSYS.NFTABLES,
    generation: int | None = None,
    split: int | None = None,
) -> Transaction[T]:
    """Changes of one subsystem that take effect together: ``nl.do(netfilter.transaction([…]))``.

    The kernel carries out all of them, and then `do` returns an `Outcome`: what was made, with its handles. Or it
    refuses some; then it carries out nothing, and a `TransactionError` has the error of each. They go in one datagram,
    for which the socket gets the room that it needs if it may (root of the first user namespace; others have
    net.core.wmem_max bytes).

    `generation` is the state of the subsystem that the changes were made for: `StaleGeneration` when there is another
    one by now. With `split` they are cut into several transactions of so many bytes at most, where they are more: each
    is carried out whole or not at all, one after the other up to the first that is refused.

    Raises EncodeError for no operations, and for both `generation` and `split`: it would guard the first part alone.
    """
    return transaction_of("netfilter.transaction", operations, subsystem, generation, split)


def transaction_of(
    name: str,
    operations: Iterable[Do[T] | Series],
    subsystem: int,
    generation: int | None,
    split: int | None,
    told: tuple[int, type[Record]] | None = None,
) -> Transaction[T]:
    """As `transaction`, called `name` in errors; `told` is the message that says which state came of it.

    Raises EncodeError.
    """
    where = f"{name}(operations)"
    changes: list[Do[T] | Series] = []
    for each in several_of(operations, where):
        changes.append(each if isinstance(each, Series) else record_of(Do, each, where))
    subsystem = limits.whole("subsystem", subsystem, 0, 0xFF)
    if not changes:
        raise EncodeError("give at least one operation", where)
    if split is not None:
        split = limits.whole("split", split, 1, unit=" of bytes")
        if generation is not None:
            raise EncodeError("it becomes several transactions, and a generation guards one", f"{name}(split)")
    if generation is None:
        begin, end = _plain_marks(subsystem)
    elif generation == 0:
        raise EncodeError("0 asks for no check: no state has that number", f"{name}(generation)")
    else:
        begin, end = marks(subsystem, generation)
    return Transaction(name, begin, tuple(changes), end, told, split)


def netfilter_change(
    name: str,
    subsystem: int,
    message: int,
    request: Record,
    *,
    flags: int = 0,
    reply: type[Record] | None = None,
    reply_message: int = 0,
) -> Bound[Any]:
    """A change that the subsystem takes as part of a transaction only; by itself it is one.

    With `reply` the kernel is asked to tell what it made, in a message of that type and subsystem. Raises EncodeError
    with the path of the field at fault.
    """
    begin, end = _plain_marks(subsystem)
    return Bound(
        name,
        int(NETLINK.NETFILTER),
        message_type(subsystem, message),
        int(flags | NLM_F.ECHO if reply is not None else flags),
        request,
        encode_record(request),
        reply,
        message_type(subsystem, reply_message) if reply is not None else 0,
        begin=begin,
        end=end,
    )


def netfilter_series(name: str, subsystem: int, make: Callable[[], Iterable[Bound[Any]]]) -> Series:
    """A change that takes several messages (`netfilter_change`), which `make` makes while they are sent: elements."""
    begin, end = _plain_marks(subsystem)
    return Series(name, make, begin, end)


def netfilter_do(
    name: str,
    subsystem: int,
    message: int,
    request: Record,
    *,
    flags: int = 0,
    reply: type[Record] | None = None,
    reply_message: int = 0,
) -> Do[Any]:
    """A `Do` of a subsystem, which answers with `reply_message`. Raises EncodeError with the path of the field."""
    if reply is not None:
        flags |= NLM_F.ACK  # the answer may be flagged as one of several, and no NLMSG_DONE follows
    return make_do(
        name,
        NETLINK.NETFILTER,
        message_type(subsystem, message),
        request,
        flags=flags,
        reply=reply,
        reply_type=message_type(subsystem, reply_message),
    )


def netfilter_dump(
    name: str,
    subsystem: int,
    message: int,
    request: Record,
    reply: type[Record],
    reply_message: int,
    *,
    match: tuple[tuple[str, Any], ...] = (),
    mirrored: Mirrored | str | None = None,
) -> Dump[Any]:
    """A `Dump` of a subsystem. Raises EncodeError with the path of the field at fault."""
    return make_dump(
        name,
        NETLINK.NETFILTER,
        message_type(subsystem, message),
        request,
        reply,
        message_type(subsystem, reply_message),
        match=match,
        mirrored=mirrored,
    )
