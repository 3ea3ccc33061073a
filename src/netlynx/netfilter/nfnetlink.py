"""Messages of netfilter: what comes before the attributes of all of them, and changes that take effect together.

A message type is the subsystem's number and the number of one of its own messages. Changes of nftables go between two
marks, `begin` and `end`: the kernel carries out all of them or none.

Source: linux/netfilter/nfnetlink.h, net/netfilter/nfnetlink.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.netfilter.constants import NFNL_SUBSYS, NetfilterFamily
from netlynx.operation import Do, Dump, make_do, make_dump
from netlynx.schema import Constants, Layout, Record, attr, be16, be32, enum, head, member, u8
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

    family: NetfilterFamily = member(enum(NetfilterFamily, u8), c="nfgen_family")
    version: int = member(u8, c="version")
    resource: int = member(be16, c="res_id")


class BatchMark(Record, header=NetfilterHeader):
    """The begin or the end of changes that take effect together; `resource` is the subsystem that they are for.

    `generation` is the state of the subsystem that they were made for: has it changed since, the kernel refuses them
    all with ERESTART.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFNL_BATCH)

    family: NetfilterFamily = head(default=NetfilterFamily.UNSPEC)
    resource: int = head(default=0)
    generation: int | None = attr(NFNL_BATCH.GENID, be32)


def message_type(subsystem: int, message: int) -> int:
    """The type of a subsystem's message."""
    return subsystem << 8 | message


def begin(subsystem: int = NFNL_SUBSYS.NFTABLES, *, generation: int | None = None) -> Do[None]:
    """The message before changes that take effect together. Raises EncodeError."""
    request = BatchMark(resource=int(subsystem), generation=generation)
    return make_do("netfilter.begin", NETLINK.NETFILTER, NFNL_MSG.BATCH_BEGIN, request)


def end(subsystem: int = NFNL_SUBSYS.NFTABLES) -> Do[None]:
    """The message behind changes that take effect together. Raises EncodeError."""
    return make_do("netfilter.end", NETLINK.NETFILTER, NFNL_MSG.BATCH_END, BatchMark(resource=int(subsystem)))


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
