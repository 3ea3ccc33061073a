"""Connections that the kernel expects, since another one announced them (FTP's data connection, say).

Source: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS, NFNLGRP, NetfilterFamily
from netlynx.netfilter.messages import IPCTNL_MSG_EXP
from netlynx.netfilter.nfnetlink import NetfilterHeader, message_type, netfilter_do, netfilter_dump
from netlynx.netfilter.tuples import Tuple, family_of
from netlynx.operation import Do, Dump, EventKind, Group
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    be16,
    be32,
    enum,
    head,
    nest,
    replace_fields,
    string,
)
from netlynx.schema.arguments import member_of
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK

_SUBSYSTEM = int(NFNL_SUBSYS.CTNETLINK_EXP)


class CTA_EXPECT(Constants):
    """Attributes of an expectation."""

    UNSPEC = 0
    MASTER = 1
    TUPLE = 2
    MASK = 3
    TIMEOUT = 4
    ID = 5
    HELP_NAME = 6
    ZONE = 7
    FLAGS = 8
    CLASS = 9
    NAT = 10
    FN = 11


class CTA_EXPECT_NAT(Constants):
    """How an expected connection is translated."""

    UNSPEC = 0
    DIR = 1
    TUPLE = 2


class ExpectationFlags(FlagSet, prefix="NF_CT_EXPECT_"):
    """PERMANENT: it stays when its connection came; INACTIVE: it waits; USERSPACE: not from a helper in the kernel."""

    PERMANENT = 0x1
    INACTIVE = 0x2
    USERSPACE = 0x4


class Direction(Enumeration, prefix="IP_CT_DIR_"):
    """One of the two directions of a connection."""

    ORIGINAL = 0
    REPLY = 1

    __omitted__: ClassVar[dict[str, str]] = {"IP_CT_DIR_MAX": "only marks the end"}


class Expectation(Record, header=NetfilterHeader):
    """A connection that is expected (`nfgenmsg` + `CTA_EXPECT_*`).

    `expected` is the tuple of its first packet, in which only the bits of `mask` count; `master` the original
    direction of the connection that announced it. `function` is what the kernel does when it comes.

    To add one, `master`, `expected`, `mask` and `timeout` are needed, and a master connection that has a helper
    (`Flow.helper`), or else the kernel refuses it (`NotSupported`). Of a helper in the kernel, the timeout is its own.

    Source: ctnetlink_exp_dump_expect in net/netfilter/nf_conntrack_netlink.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=CTA_EXPECT, policy="exp_nla_policy"),
        Facts(attributes=CTA_EXPECT_NAT, policy="exp_nat_nla_policy"),
    )

    family: NetfilterFamily = head(default=NetfilterFamily.UNSPEC)
    master: Tuple | None = attr(CTA_EXPECT.MASTER, nest(Tuple), always=True)
    expected: Tuple | None = attr(CTA_EXPECT.TUPLE, nest(Tuple), always=True)
    mask: Tuple | None = attr(CTA_EXPECT.MASK, nest(Tuple), always=True)
    nat_direction: Direction | None = attr((CTA_EXPECT.NAT, CTA_EXPECT_NAT.DIR), enum(Direction, be32))
    nat: Tuple | None = attr((CTA_EXPECT.NAT, CTA_EXPECT_NAT.TUPLE), nest(Tuple))
    timeout: int | None = attr(CTA_EXPECT.TIMEOUT, be32)  # seconds
    id: int | None = attr(CTA_EXPECT.ID, be32)
    helper: str | None = attr(CTA_EXPECT.HELP_NAME, string(15))
    zone: int | None = attr(CTA_EXPECT.ZONE, be16)
    flags: ExpectationFlags | None = attr(CTA_EXPECT.FLAGS, enum(ExpectationFlags, be32))
    helper_class: int | None = attr(CTA_EXPECT.CLASS, be32)  # as the helper numbers those that it makes
    function: str | None = attr(CTA_EXPECT.FN, string)


EXPECTATIONS: Group[Expectation] = Group(
    "conntrack.EXPECTATIONS",
    NETLINK.NETFILTER,
    (NFNLGRP.CONNTRACK_EXP_NEW, NFNLGRP.CONNTRACK_EXP_UPDATE, NFNLGRP.CONNTRACK_EXP_DESTROY),
    {
        message_type(_SUBSYSTEM, IPCTNL_MSG_EXP.NEW): (EventKind.NEW, Expectation),
        message_type(_SUBSYSTEM, IPCTNL_MSG_EXP.DELETE): (EventKind.DELETE, Expectation),
    },
    updates=(message_type(_SUBSYSTEM, IPCTNL_MSG_EXP.NEW),),
)
"""Expectations that come, change and go: those of connections that `conntrack.FLOWS` would tell of."""


def expectations(
    *, family: NetfilterFamily | str | None = None, master: Tuple | None = None, zone: int | None = None
) -> Dump[Expectation]:
    """All expectations, or those of a family, or those that one connection (its original direction) announced.

    The kernel filters. Raises EncodeError for what is no family, and for a zone without a master.
    """
    wanted = NetfilterFamily.UNSPEC
    if family is not None:
        wanted = member_of(NetfilterFamily, family, "conntrack.expectations(family)")
    if master is not None:
        wanted = wanted or family_of(master, "conntrack.expectations(master)")
    elif zone is not None:
        raise EncodeError("is the master's: give that too", "conntrack.expectations(zone)")
    return netfilter_dump(
        "conntrack.expectations",
        _SUBSYSTEM,
        IPCTNL_MSG_EXP.GET,
        Expectation(family=wanted, master=master, zone=zone),
        Expectation,
        IPCTNL_MSG_EXP.NEW,
        match=(("family", wanted),) if wanted else (),
    )


def expectation(expected: Tuple, *, zone: int | None = None, id: int | None = None) -> Do[Expectation]:
    """The expectation of a connection with this tuple; looked up by the kernel.

    `NotFound` if there is none. Raises EncodeError for a tuple without addresses.
    """
    family = family_of(expected, "conntrack.expectation(expected)")
    return netfilter_do(
        "conntrack.expectation",
        _SUBSYSTEM,
        IPCTNL_MSG_EXP.GET,
        Expectation(family=family, expected=expected, zone=zone, id=id),
        reply=Expectation,
        reply_message=IPCTNL_MSG_EXP.NEW,
    )


def flush_expectations(*, helper: str | None = None) -> Do[None]:
    """Forget all expectations, or those that one helper made, in one request."""
    return netfilter_do("conntrack.flush_expectations", _SUBSYSTEM, IPCTNL_MSG_EXP.DELETE, Expectation(helper=helper))


def change_expectation(name: str, record: Expectation, flags: int) -> Do[None]:
    """What makes an expectation, or changes it. Raises EncodeError for what is missing."""
    for field, what in (("master", "the original direction of its master"), ("expected", "the tuple of its packet")):
        if getattr(record, field) is None:
            raise EncodeError(f"set {what}", f"Expectation.{field}")
    if record.mask is None:
        raise EncodeError("set which bits of the tuple count", "Expectation.mask")
    assert record.expected is not None
    family = record.family or family_of(record.expected, "Expectation.expected")
    request = replace_fields(record, family=family, id=None)
    return netfilter_do(name, _SUBSYSTEM, IPCTNL_MSG_EXP.NEW, request, flags=flags)


def delete_expectation(name: str, record: Expectation) -> Do[None]:
    """What forgets one expectation. Raises EncodeError for a record without its tuple."""
    if record.expected is None:
        raise EncodeError("set the tuple that is expected", "Expectation.expected")
    family = record.family or family_of(record.expected, "Expectation.expected")
    request = Expectation(family=family, expected=record.expected, zone=record.zone, id=record.id)
    return netfilter_do(name, _SUBSYSTEM, IPCTNL_MSG_EXP.DELETE, request)
