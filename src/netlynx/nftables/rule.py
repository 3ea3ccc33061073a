"""Rules: expressions, one after the other. Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.bound_chains import by_id, id_of
from netlynx.nftables.comments import comment_in
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, NFTA_LIST, USERDATA_LENGTH, Family
from netlynx.nftables.expressions.acting import Dup
from netlynx.nftables.expressions.comparing import Compare, CompareOp
from netlynx.nftables.expressions.compat import Match, Target
from netlynx.nftables.expressions.every import expression
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.packet import Meta, MetaKey, Payload, PayloadBase
from netlynx.nftables.naming import check_named, identity, whole
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.nftables.verbs import Verbs, register
from netlynx.schema import (
    Constants,
    FlagSet,
    Record,
    attr,
    be32,
    be64,
    binary,
    enum,
    head,
    multi,
    nest,
    replace_fields,
    string,
    takes,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import was_read
from netlynx.schema.sending import own, settable
from netlynx.wire.constants import NLM_F


class NFTA_RULE(Constants):
    """Attributes of a rule."""

    UNSPEC = 0
    TABLE = 1
    CHAIN = 2
    HANDLE = 3
    EXPRESSIONS = 4
    COMPAT = 5
    POSITION = 6
    USERDATA = 7
    PAD = 8
    ID = 9
    POSITION_ID = 10
    CHAIN_ID = 11


class NFTA_RULE_COMPAT(Constants):
    """Attributes of what matches of xtables want to know of a rule."""

    UNSPEC = 0
    PROTO = 1
    FLAGS = 2


class RuleCompatFlags(FlagSet, prefix="NFT_RULE_COMPAT_F_"):
    """INV: any protocol but this."""

    UNUSED = 1
    INV = 2


_PROTOCOL_AT = {(PayloadBase.NETWORK_HEADER, 9, 1), (PayloadBase.NETWORK_HEADER, 6, 1)}  # of IPv4, of IPv6


class RuleCompat(Record):
    """The protocol that a rule of iptables-nft is about. Source: nft_parse_compat in net/netfilter/nft_compat.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_RULE_COMPAT, policy="nft_rule_compat_policy")

    proto: int | None = attr(NFTA_RULE_COMPAT.PROTO, be32)
    flags: takes.Flags[RuleCompatFlags | None] = attr(NFTA_RULE_COMPAT.FLAGS, enum(RuleCompatFlags, be32))


class Rule(Record, header=NetfilterHeader):
    """A rule (`nfgenmsg` + `NFTA_RULE_*`): `handle` tells it from others of its table.

    To add one, `family`, `table`, `chain` and `expressions` are needed. It is put at the end of the chain, or behind
    the rule with the handle `position`; inserted, at the beginning, or before that rule. `chain_id` and `position_id`
    are IDs of a chain and a rule of the same transaction, `id` is what such a `position_id` means.

    A rule that was read tells in `position` the handle of the one before it (0: it is the first). It does not tell its
    `compat`: where it is added again, that is what its expressions say of the protocol.

    Source: nf_tables_newrule in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_RULE, policy="nft_rule_policy")
    __differs__: ClassVar[dict[str, str]] = {"expressions": "the policy is that of an expression's own attributes"}

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_RULE.TABLE, string(NAME_LENGTH), always=True)
    chain: str | None = attr(NFTA_RULE.CHAIN, string(NAME_LENGTH), always=True)
    chain_id: int | None = attr(NFTA_RULE.CHAIN_ID, be32)
    handle: int | None = attr(NFTA_RULE.HANDLE, be64, always=True)
    position: int | None = attr(NFTA_RULE.POSITION, be64)
    expressions: takes.Records[Expression] = attr((NFTA_RULE.EXPRESSIONS, NFTA_LIST.ELEM), multi(expression))
    compat: takes.Nested[RuleCompat | None] = attr(NFTA_RULE.COMPAT, nest(RuleCompat))
    userdata: bytes | None = attr(NFTA_RULE.USERDATA, binary(USERDATA_LENGTH))
    id: int | None = attr(NFTA_RULE.ID, be32)
    position_id: int | None = attr(NFTA_RULE.POSITION_ID, be32)

    def __str__(self) -> str:
        """In nft's syntax, sets that have no name by number; what nft could not have written is in brackets."""
        from netlynx.nftables.words.rule_text import text_of_rule  # only where one is shown

        return text_of_rule(self)

    @property
    def comment(self) -> str | None:
        """The comment that nft shows; see `nftables.comment` for how one is given."""
        return comment_in(self.userdata)


def rules(
    *, family: Family | str | int | None = None, table: str | None = None, chain: str | None = None
) -> Dump[Rule]:
    """All rules in order, or those of a family, of the tables of a name, of the chains of a name (the kernel filters).

    Raises EncodeError for a family that tables have not, and for a chain without its table.
    """
    wanted = any_family(family, "nftables.rules(family)")
    if chain is not None and table is None:
        raise EncodeError("say of which table: alone the kernel ignores it", "nftables.rules(chain)")
    request = Rule(family=wanted, table=table, chain=chain)
    match = asked(family=wanted, table=table, chain=chain)
    return listing("nftables.rules", NFT_MSG.GETRULE, request, NFT_MSG.NEWRULE, match=match, mirrored="RULES")


def rule(table: str, chain: str, handle: int, *, family: Family | str | int = Family.IP) -> Do[Rule]:
    """One rule of a chain. `NotFound` if there is none. Raises EncodeError for a name or family that none has."""
    request = Rule(
        family=one_family(family, "nftables.rule(family)"),
        table=a_name(table, "nftables.rule(table)"),
        chain=a_name(chain, "nftables.rule(chain)"),
        handle=handle,
    )
    return single("nftables.rule", NFT_MSG.GETRULE, request, NFT_MSG.NEWRULE)


def protocol_said(expressions: tuple[Expression, ...]) -> RuleCompat | None:
    """What matches of xtables want to know beside their rule, and the kernel does not tell: the rule's steps say it.

    None where there are no such matches, or no step asks for the protocol.
    """
    if not any(isinstance(each, Match | Target) for each in expressions):
        return None
    for load, compare in pairwise(expressions):
        asks = isinstance(load, Meta) and load.key == MetaKey.L4PROTO
        asks = asks or (isinstance(load, Payload) and (load.base, load.offset, load.len) in _PROTOCOL_AT)
        if asks and isinstance(compare, Compare) and compare.data is not None and len(compare.data.value or b"") == 1:
            inverted = RuleCompatFlags.INV if compare.op == CompareOp.NEQ else RuleCompatFlags(0)
            return RuleCompat(proto=(compare.data.value or b"\0")[0], flags=inverted)
    return None


def _prepare(record: Rule, verb: str) -> Rule:
    if verb in ("delete", "destroy"):
        return identity(record, ("table", "chain"), name="id")
    if verb == "reset":
        return identity(record, ("table", "chain"), name="")
    made = _replacing(record) if verb == "replace" else whole(record, ("table",))
    if was_read(record) and verb != "replace":
        made = replace_fields(made, expressions=by_id(made.expressions))
        if (number := id_of(made.chain)) is not None:
            made = replace_fields(made, chain=None, chain_id=number)
    if made.family == Family.NETDEV:
        for number, each in enumerate(made.expressions):
            if isinstance(each, Dup) and each.sreg_addr is not None:
                raise EncodeError(
                    "a device's copies go by an interface, to no address: leave it out",
                    f"Rule.expressions[{number}].sreg_addr",
                )
    if made.chain is None and made.chain_id is None:
        raise EncodeError("it is needed: set it", "Rule.chain")
    for name, other in (("chain_id", "chain"), ("position_id", "position")):
        if getattr(made, name) is not None and getattr(made, other) is not None and other in own(record):
            raise EncodeError(f"of both the kernel looks at {other} alone: leave one of the two out", f"Rule.{name}")
    if was_read(record) and made.compat is None:
        made = replace_fields(made, compat=protocol_said(made.expressions))
    if was_read(record) and "position" not in own(record):
        return replace_fields(made, position=None)  # it told where the rule was, among others
    return made


def _replacing(record: Rule) -> Rule:
    made = settable(record, "Rule")
    check_named(made, ("table", "handle"), "Rule")
    for name in ("position", "position_id"):
        if name in own(record) and getattr(record, name) is not None:
            raise EncodeError("a rule that is replaced keeps its place: leave it out", f"Rule.{name}")
    return made


register(
    Rule,
    Verbs(
        messages={
            "add": (NFT_MSG.NEWRULE, NLM_F.CREATE | NLM_F.APPEND),
            "insert": (NFT_MSG.NEWRULE, NLM_F.CREATE),
            "replace": (NFT_MSG.NEWRULE, NLM_F.REPLACE),
            "delete": (NFT_MSG.DELRULE, 0),
            "destroy": (NFT_MSG.DESTROYRULE, 0),
        },
        told=NFT_MSG.NEWRULE,
        prepare=_prepare,
        without={
            "change": "a rule is replaced whole: nftables.replace(rule)",
            "flush": "all rules of a chain go with nftables.flush(nftables.Chain(…))",
        },
        reset=NFT_MSG.GETRULE_RESET,
    ),
)
