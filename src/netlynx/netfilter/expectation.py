"""Connections that the kernel expects, since another one announced them (FTP's data connection, say).

Source: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import ClassVar

from netlynx.engine.operation import Do, Dump, EventKind, Group
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS, NFNLGRP, Direction, NetfilterFamily
from netlynx.netfilter.messages import IPCTNL_MSG_EXP
from netlynx.netfilter.nfnetlink import NetfilterHeader, message_type, netfilter_do, netfilter_dump
from netlynx.netfilter.tuples import Tuple, tracked_family, whole_family
from netlynx.schema import (
    Constants,
    FlagSet,
    Record,
    attr,
    be16,
    be32,
    enum,
    fields_of,
    head,
    nest,
    replace_fields,
    string,
    takes,
)
from netlynx.schema.arguments import record_of
from netlynx.schema.facts import Facts
from netlynx.schema.sending import own
from netlynx.wire.constants import NETLINK, NLM_F

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


class Expectation(Record, header=NetfilterHeader):
    """A connection that is expected (`nfgenmsg` + `CTA_EXPECT_*`).

    `expected` is the tuple of its first packet, in which only the bits of `mask` count; `master` the original
    direction of the connection that announced it. `function` is what the kernel does when it comes.

    To add one, `master`, `expected` and `mask` are needed, and a master connection that has a helper (`Flow.helper`),
    or else the kernel refuses it (`NotSupported`). Its timeout is the helper's own, until it is changed. Of the mask,
    the kernel looks at the source's address and port: the rest of a packet is compared whole. It does not tell the zone
    of one that is listed.

    Source: ctnetlink_exp_dump_expect in net/netfilter/nf_conntrack_netlink.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=CTA_EXPECT, policy="exp_nla_policy"),
        Facts(attributes=CTA_EXPECT_NAT, policy="exp_nat_nla_policy"),
    )

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    master: takes.Nested[Tuple | None] = attr(CTA_EXPECT.MASTER, nest(Tuple), always=True)
    expected: takes.Nested[Tuple | None] = attr(CTA_EXPECT.TUPLE, nest(Tuple), always=True)
    mask: takes.Nested[Tuple | None] = attr(CTA_EXPECT.MASK, nest(Tuple), always=True)
    nat_direction: takes.Member[Direction | None] = attr((CTA_EXPECT.NAT, CTA_EXPECT_NAT.DIR), enum(Direction, be32))
    nat: takes.Nested[Tuple | None] = attr((CTA_EXPECT.NAT, CTA_EXPECT_NAT.TUPLE), nest(Tuple))
    timeout: int | None = attr(CTA_EXPECT.TIMEOUT, be32)  # seconds
    id: int | None = attr(CTA_EXPECT.ID, be32)
    helper: str | None = attr(CTA_EXPECT.HELP_NAME, string(15))
    zone: int | None = attr(CTA_EXPECT.ZONE, be16)
    flags: takes.Flags[ExpectationFlags | None] = attr(CTA_EXPECT.FLAGS, enum(ExpectationFlags, be32))
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
    *, family: NetfilterFamily | str | int | None = None, master: Tuple | None = None, zone: int | None = None
) -> Dump[Expectation]:
    """All expectations, or those of a family, or those that one connection (its original direction) announced.

    The kernel filters. Raises EncodeError for a family of which nothing is tracked, and for a zone without a master.
    """
    wanted = tracked_family(family, "conntrack.expectations(family)") or NetfilterFamily.UNSPEC
    if master is not None:
        master = record_of(Tuple, master, "conntrack.expectations(master)")
        wanted = whole_family(master, "conntrack.expectations(master)", wanted, "conntrack.expectations(family)")
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

    `NotFound` if there is none. Raises EncodeError for a tuple that does not say all of a packet.
    """
    expected = record_of(Tuple, expected, "conntrack.expectation(expected)")
    family = whole_family(expected, "conntrack.expectation(expected)")
    return netfilter_do(
        "conntrack.expectation",
        _SUBSYSTEM,
        IPCTNL_MSG_EXP.GET,
        Expectation(family=family, expected=expected, zone=zone, id=id),
        reply=Expectation,
        reply_message=IPCTNL_MSG_EXP.NEW,
    )


def flush_expectations(*, helper: str | None = None) -> Do[None]:
    """Forget all expectations, or those that one helper made, in one request. Raises EncodeError for no name."""
    if helper == "":
        raise EncodeError("no helper is called that", "conntrack.flush_expectations(helper)")
    return netfilter_do("conntrack.flush_expectations", _SUBSYSTEM, IPCTNL_MSG_EXP.DELETE, Expectation(helper=helper))


_DIRECTIONS = (
    ("master", "the original direction of its master"),
    ("expected", "the tuple of its packet"),
    ("mask", "which bits of the tuple count"),
)


def add_expectation(name: str, record: Expectation) -> Do[None]:
    """What makes an expectation. Raises EncodeError for what is missing or would have no effect."""
    family = _whole(record_of(Expectation, record, f"{name}(record)"))
    said = own(record)
    if "timeout" in said and record.timeout is not None:
        raise EncodeError("is the helper's own at first: set it by conntrack.change", "Expectation.timeout")
    if record.helper is None and record.helper_class:
        raise EncodeError("is a class of the helper's: set helper too", "Expectation.helper_class")
    if "id" in said and record.id is not None:
        raise EncodeError("the kernel alone gives expectations their numbers: leave it out", "Expectation.id")
    flags = _flags(record)
    _check_mask(record)
    _check_nat(record, family)
    request = replace_fields(record, family=family, id=None, timeout=None, flags=flags)
    return netfilter_do(name, _SUBSYSTEM, IPCTNL_MSG_EXP.NEW, request, flags=NLM_F.CREATE | NLM_F.EXCL)


def change_expectation(name: str, record: Expectation) -> Do[None]:
    """What changes the timeout of an expectation. Raises EncodeError for what is missing or cannot be changed."""
    family = _whole(record_of(Expectation, record, f"{name}(record)"))
    if record.timeout is None:
        raise EncodeError("of an expectation, the timeout can be changed: set it", "Expectation.timeout")
    _refuse(record, ("timeout", "family", "zone", *(field for field, _ in _DIRECTIONS)), "cannot be changed")
    request = Expectation(
        family=family,
        master=record.master,
        expected=record.expected,
        mask=record.mask,
        timeout=record.timeout,
        zone=record.zone,
    )
    return netfilter_do(name, _SUBSYSTEM, IPCTNL_MSG_EXP.NEW, request)


def delete_expectation(name: str, record: Expectation) -> Do[None]:
    """What forgets one expectation. Raises EncodeError without its tuple, or with more than is compared."""
    record_of(Expectation, record, f"{name}(record)")
    if record.expected is None:
        raise EncodeError("set the tuple that is expected", "Expectation.expected")
    family = whole_family(record.expected, "Expectation.expected", record.family, "Expectation.family")
    _refuse(record, ("expected", "family", "zone", "id"), "the kernel does not compare it when it forgets one")
    request = Expectation(family=family, expected=record.expected, zone=record.zone, id=record.id)
    return netfilter_do(name, _SUBSYSTEM, IPCTNL_MSG_EXP.DELETE, request)


def of_packet(record: Expectation) -> Expectation:
    """What a verdict announces: the packet's connection is the master. Raises EncodeError for what cannot be said."""
    record_of(Expectation, record, "queue.accept(expectation)")
    _family(record, _DIRECTIONS[1:])
    for field in ("master", "timeout", "id", "zone"):
        if getattr(record, field) is not None:
            raise EncodeError("no verdict says it: it follows from the packet's connection", f"Expectation.{field}")
    _check_mask(record)
    return replace_fields(record, flags=_flags(record))


# -- parts -------------------------------------------------------------------------------------------------------


def _whole(record: Expectation) -> NetfilterFamily:
    return _family(record, _DIRECTIONS)


def _family(record: Expectation, directions: Iterable[tuple[str, str]]) -> NetfilterFamily:
    """The family that all directions have. Raises EncodeError for one that is missing or says less than all."""
    family = record.family
    for field, what in directions:
        if getattr(record, field) is None:
            raise EncodeError(f"set {what}", f"Expectation.{field}")
        family = whole_family(getattr(record, field), f"Expectation.{field}", family, "Expectation.family")
    return family


def _refuse(record: Expectation, but: tuple[str, ...], why: str) -> None:
    for name in fields_of(record):
        if name in own(record) and name not in but and getattr(record, name) not in (None, ()):
            raise EncodeError(why, f"Expectation.{name}")


def _flags(record: Expectation) -> ExpectationFlags | None:
    if record.flags is None:
        return None
    if record.flags & ExpectationFlags.USERSPACE and "flags" in own(record):
        raise EncodeError("the kernel alone sets userspace", "Expectation.flags")
    return record.flags & ~ExpectationFlags.USERSPACE


def _check_mask(record: Expectation) -> None:
    """Raises EncodeError where the mask leaves out what the kernel compares all the same (ctnetlink_alloc_expect)."""
    assert record.mask is not None
    destination = ipaddress.ip_address(str(record.mask.destination))
    if int(destination) != (1 << destination.max_prefixlen) - 1:
        whole = type(destination)((1 << destination.max_prefixlen) - 1)
        raise EncodeError(f"the kernel compares the destination whole: {whole}", "Expectation.mask.destination")
    if record.mask.destination_port not in (None, 0xFFFF):
        raise EncodeError("the kernel compares it whole: 65535", "Expectation.mask.destination_port")


def _check_nat(record: Expectation, family: int) -> None:
    if record.nat is None and record.nat_direction is None:
        return
    if record.nat is None or record.nat_direction is None:
        there = "nat" if record.nat is not None else "nat_direction"
        raise EncodeError("the kernel takes nat and nat_direction together", f"Expectation.{there}")
    whole_family(record.nat, "Expectation.nat", family)
