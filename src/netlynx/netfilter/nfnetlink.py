"""Messages of netfilter: what comes before the attributes of all of them, and changes that take effect together.

A message type is the subsystem's number and the number of one of its own messages. Changes of nftables go between two
marks (`transaction`): the kernel carries out all of them or none.

Source: linux/netfilter/nfnetlink.h, net/netfilter/nfnetlink.c.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from netlynx import limits
from netlynx.engine.operation import Do, Dump, Transaction, make_do, make_dump
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS, NetfilterFamily
from netlynx.schema import Constants, Layout, Record, attr, be16, be32, enum, head, member, takes, u8
from netlynx.schema.arguments import record_of, several_of
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK, NLM_F


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


_OPERATIONS = "netfilter.transaction(operations)"


def transaction(
    operations: Iterable[Do[None]], *, subsystem: int = NFNL_SUBSYS.NFTABLES, generation: int | None = None
) -> Transaction:
    """Changes of one subsystem that take effect together: ``nl.do(netfilter.transaction([…]))``.

    The kernel carries out all or, when it refuses one, nothing, and the first refusal is raised. `generation` is the
    one that the changes were made for: `NetlinkError` with ERESTART when there is another one by now. They go in one
    datagram, which may have as much as the send buffer (some 200 KiB). Raises EncodeError for no operations.
    """
    changes = tuple(record_of(Do, each, _OPERATIONS) for each in several_of(operations, _OPERATIONS))
    subsystem = limits.whole("subsystem", subsystem, 0, 0xFF)
    if not changes:
        raise EncodeError("give at least one operation", _OPERATIONS)
    mark = BatchMark(resource=subsystem)
    return Transaction(
        "netfilter.transaction",
        make_do(
            "netfilter.transaction",
            NETLINK.NETFILTER,
            NFNL_MSG.BATCH_BEGIN,
            BatchMark(resource=subsystem, generation=generation),
        ),
        changes,
        make_do("netfilter.transaction", NETLINK.NETFILTER, NFNL_MSG.BATCH_END, mark),
    )


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
    )
