"""Routing policy rules.

Source: linux/fib_rules.h, net/core/fib_rules.c, net/ipv4/fib_rules.c, net/ipv6/fib6_rules.c.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Dump, Event, EventKind, Group, make_dump
from netlynx.errors import EncodeError
from netlynx.route.arguments import family_filter, family_of, member_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.lacking import refuse
from netlynx.route.route_names import RT_TABLE, IpProtocol, RouteProtocol
from netlynx.route.unsaid import by_links, fence
from netlynx.route.verbs import Verbs, heard, register
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    be32,
    be64,
    boolean,
    enum,
    head,
    member,
    prefix,
    routing_table,
    s32,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Range
from netlynx.schema.record import was_read
from netlynx.schema.sending import deletes_no_less, taken_flags
from netlynx.wire.constants import NETLINK


class FRA(Constants):
    """Attributes of a rule message."""

    UNSPEC = 0
    DST = 1
    SRC = 2
    IIFNAME = 3
    GOTO = 4
    UNUSED2 = 5
    PRIORITY = 6
    UNUSED3 = 7
    UNUSED4 = 8
    UNUSED5 = 9
    FWMARK = 10
    FLOW = 11
    TUN_ID = 12
    SUPPRESS_IFGROUP = 13
    SUPPRESS_PREFIXLEN = 14
    TABLE = 15
    FWMASK = 16
    OIFNAME = 17
    PAD = 18
    L3MDEV = 19
    UID_RANGE = 20
    PROTOCOL = 21
    IP_PROTO = 22
    SPORT_RANGE = 23
    DPORT_RANGE = 24
    DSCP = 25
    FLOWLABEL = 26
    FLOWLABEL_MASK = 27
    SPORT_MASK = 28
    DPORT_MASK = 29
    DSCP_MASK = 30


class RuleAction(Enumeration, prefix="FR_ACT_", renamed={"TABLE": "FR_ACT_TO_TBL"}):
    """What happens to a packet that a rule matches."""

    UNSPEC = 0
    TABLE = 1
    GOTO = 2
    NOP = 3
    RES3 = 4
    RES4 = 5
    BLACKHOLE = 6
    UNREACHABLE = 7
    PROHIBIT = 8


class RuleFlags(FlagSet, prefix="FIB_RULE_"):
    """Options and state of a rule. UNRESOLVED (the target of a goto is missing) and the DETACHED ones (no such
    interface) are the kernel's to set."""

    PERMANENT = 0x01
    INVERT = 0x02
    UNRESOLVED = 0x04
    IIF_DETACHED = 0x08
    OIF_DETACHED = 0x10
    FIND_SADDR = 0x10000


class RuleMessage(Layout, c="fib_rule_hdr"):
    """The fixed header of a rule message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="family")
    dst_len: int = member(u8, c="dst_len")
    src_len: int = member(u8, c="src_len")
    tos: int = member(u8, c="tos")
    table: int = member(u8, c="table")
    res1: int = member(u8, c="res1")
    res2: int = member(u8, c="res2")
    action: takes.Member[RuleAction] = member(enum(RuleAction, u8), c="action")
    flags: takes.Flags[RuleFlags] = member(enum(RuleFlags, u32), c="flags")


class UidRange(Layout, Range, c="fib_rule_uid_range"):
    """User IDs from `start` to `end`, both included."""

    start: int = member(u32, c="start")
    end: int = member(u32, c="end")


class PortRange(Layout, Range, c="fib_rule_port_range"):
    """Ports from `start` to `end`, both included, in host byte order."""

    start: int = member(u16, c="start")
    end: int = member(u16, c="end")


class Rule(Record, header=RuleMessage):
    """One routing policy rule (`fib_rule_hdr` + `FRA_*`): which table, or what else, for which packets.

    A selector that is None matches every packet.

    To add one: without `family` that of `source` or `destination`, else IPv4; without `action` the table (or `goto`,
    if given); without `table` and `l3mdev` the main table (254); without `protocol` static, as for routes; without
    `priority` the kernel takes one less than the second rule's. To delete one, every given field must match, and the
    first rule that does is removed.

    A kernel that does not know a selector ignores it and makes the rule without: `flow_label` came with Linux 6.14,
    the masks of ports and DSCP with 6.15.

    Source: linux/fib_rules.h, fib_nl_fill_rule in net/core/fib_rules.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=FRA, policy="fib_rule_policy", spec=("rt-rule", "fib-rule-attrs"))
    __omitted__: ClassVar[dict[str, str]] = {
        "FRA_UNUSED2": "unused in the kernel",
        "FRA_UNUSED3": "unused in the kernel",
        "FRA_UNUSED4": "unused in the kernel",
        "FRA_UNUSED5": "unused in the kernel",
    }
    __differs__: ClassVar[dict[str, str]] = {
        "suppress_prefixlen": "an int in the kernel, which always shows it: -1 where nothing is suppressed",
        "tunnel_id": "network byte order, which neither policy nor specification says",
    }

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    tos: int = head(default=0)  # the DSCP in the upper six bits
    action: takes.Member[RuleAction] = head(default=RuleAction.UNSPEC, always=True)
    flags: takes.Flags[RuleFlags] = head(default=RuleFlags(0))
    table: takes.Name[int | None] = attr(
        FRA.TABLE, routing_table, header="table", overflow=int(RT_TABLE.COMPAT), always=True
    )
    suppress_prefixlen: int | None = attr(FRA.SUPPRESS_PREFIXLEN, s32)  # -1: suppresses none
    protocol: takes.Member[RouteProtocol | None] = attr(FRA.PROTOCOL, enum(RouteProtocol, u8))  # who made it
    iifname: str | None = attr(FRA.IIFNAME, string(15))
    oifname: str | None = attr(FRA.OIFNAME, string(15))
    priority: int | None = attr(FRA.PRIORITY, u32, always=True, zero=True)
    fwmark: int | None = attr(FRA.FWMARK, u32)
    fwmask: int | None = attr(FRA.FWMASK, u32)
    goto: int | None = attr(FRA.GOTO, u32)  # priority of the rule to go on with
    tunnel_id: int | None = attr(FRA.TUN_ID, be64)
    l3mdev: bool | None = attr(FRA.L3MDEV, boolean)  # the table of the VRF that the interface is in
    uid_range: takes.Natural[UidRange | None] = attr(FRA.UID_RANGE, struct(UidRange))
    source_ports: takes.Natural[PortRange | None] = attr(FRA.SPORT_RANGE, struct(PortRange))
    source_port_mask: int | None = attr(FRA.SPORT_MASK, u16)
    destination_ports: takes.Natural[PortRange | None] = attr(FRA.DPORT_RANGE, struct(PortRange))
    destination_port_mask: int | None = attr(FRA.DPORT_MASK, u16)
    ip_proto: takes.Member[IpProtocol | None] = attr(FRA.IP_PROTO, enum(IpProtocol, u8))
    suppress_ifgroup: int | None = attr(FRA.SUPPRESS_IFGROUP, u32)
    dscp: int | None = attr(FRA.DSCP, u8)  # 0 … 63
    dscp_mask: int | None = attr(FRA.DSCP_MASK, u8)
    destination: takes.Prefix[str | None] = attr(FRA.DST, prefix("dst_len"), always=True)
    source: takes.Prefix[str | None] = attr(FRA.SRC, prefix("src_len"), always=True)
    realms: int | None = attr(FRA.FLOW, u32)  # IPv4: source realm << 16 | destination realm
    flow_label: int | None = attr(FRA.FLOWLABEL, be32)
    flow_label_mask: int | None = attr(FRA.FLOWLABEL_MASK, be32)


RULES: Group[Rule] = Group(
    "route.RULES",
    NETLINK.ROUTE,
    (RTNLGRP.IPV4_RULE, RTNLGRP.IPV6_RULE),
    {RTM.NEWRULE: (EventKind.NEW, Rule), RTM.DELRULE: (EventKind.DELETE, Rule)},
)
"""Rules that come and go, IPv4 and IPv6."""


def _always(event: Event[Rule]) -> bool:
    return True  # nothing but all its fields tells a rule from others, and one changes what is said of others (goto)


_MIRRORED = Mirrored(
    RULES,
    key=repr,
    lookups={("priority",): None, ("table",): None, ("family", "priority"): None},
    doubtful=_always,
    causes=by_links,
    fence=fence,
)


_FAMILIES = (AddressFamily.INET, AddressFamily.INET6, AddressFamily.IPMR, AddressFamily.IP6MR)


def rules(*, family: AddressFamily | str | None = None) -> Dump[Rule]:
    """All rules, or those of a family (those of multicast routing are families of their own, ipmr and ip6mr).

    The kernel filters by nothing else, and looks up no single rule. Raises EncodeError for what is no family.
    """
    request = Rule()
    match: tuple[tuple[str, object], ...] = ()
    wanted = family_filter(family, "route.rules(family)", *_FAMILIES)
    if wanted is not None:
        request = Rule(family=wanted)
        match = (("family", wanted),)
    return make_dump(
        "route.rules", NETLINK.ROUTE, RTM.GETRULE, request, Rule, RTM.NEWRULE, match=match, mirrored=_MIRRORED
    )


_SETTABLE = RuleFlags.PERMANENT | RuleFlags.INVERT | RuleFlags.FIND_SADDR


_COMPARED = (
    *("table", "fwmark", "fwmask", "tunnel_id", "source", "destination", "realms", "ip_proto", "source_port_mask"),
    *("destination_port_mask", "dscp_mask", "flow_label", "flow_label_mask", "protocol", "goto"),
)


def _prepare(record: Rule, verb: str) -> Rule:
    family = member_of(AddressFamily, record.family, "Rule.family")
    if family is AddressFamily.UNSPEC:
        family = _family(record)
    refuse(record, _LACKING.get(family, {}))
    if verb == "delete":
        if record == Rule(family=record.family):
            raise EncodeError(
                "the kernel would remove the first rule: give what tells the rule from others", "Rule.priority"
            )
        if record.priority is None:
            for name in ("flags", "goto"):
                if getattr(record, name):
                    problem = "the kernel does not look at it when it deletes: give the rule's priority, too"
                    raise EncodeError(problem, f"Rule.{name}")
        if not was_read(record):
            deletes_no_less(record, "Rule", compared=_COMPARED)
        return msgspec.structs.replace(record, family=family)
    action = member_of(RuleAction, record.action, "Rule.action")
    if action is RuleAction.UNSPEC:
        action = RuleAction.TABLE if record.goto is None else RuleAction.GOTO
    if action is RuleAction.GOTO and record.goto is None:
        raise EncodeError("set the priority of the rule to go on with", "Rule.goto")
    table = record.table
    if table is None and action is RuleAction.TABLE and not record.l3mdev:
        table = int(RT_TABLE.MAIN)
    if table and record.l3mdev:
        raise EncodeError("l3mdev takes the table of the VRF: leave table out", "Rule.table")
    _check_range("source_ports", record.source_ports)
    _check_range("destination_ports", record.destination_ports)
    _check_range("uid_range", record.uid_range)
    return msgspec.structs.replace(
        record,
        family=family,
        action=action,
        table=table,
        protocol=RouteProtocol.STATIC if record.protocol is None else record.protocol,
        flags=taken_flags(record, _SETTABLE, "Rule"),
    )


_LACKING: dict[AddressFamily, dict[str, str]] = {
    AddressFamily.INET: dict.fromkeys(("flow_label", "flow_label_mask"), "IPv4 packets have no flow label"),
    AddressFamily.INET6: {"realms": "IPv6 rules have none: the kernel would ignore it"},
}


def _family(record: Rule) -> AddressFamily:
    for selector in (record.source, record.destination):
        if selector is not None:
            return family_of(selector)
    if record.flow_label is not None or record.flow_label_mask is not None:
        return AddressFamily.INET6
    return AddressFamily.INET


def _check_range(name: str, given: UidRange | PortRange | None) -> None:
    numbers = given is not None and all(isinstance(end, int) for end in (given.start, given.end))
    if given is not None and numbers and given.start > given.end:  # of what is none the codec says so
        raise EncodeError(f"starts at {given.start}, behind its end {given.end}", f"Rule.{name}.start")


def _flushed(listing: Dump[Rule]) -> Dump[Rule]:
    """What `ip rule flush` removes, unless told otherwise: no rule of priority 0."""
    if any(name == "priority" for name, _ in listing.match):
        return listing
    return listing.where(priority=range(1, 1 << 32))


_NO_REPLACE = "rules cannot be changed: delete the old one and add the new one"

register(
    Rule,
    Verbs(
        new=RTM.NEWRULE,
        delete=RTM.DELRULE,
        prepare=_prepare,
        without={"replace": _NO_REPLACE, "change": _NO_REPLACE},
        flushed=_flushed,
        guard="netlynx.route.rule_rivals:RULES",
        mute=heard,
    ),
)
