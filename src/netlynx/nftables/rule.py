"""Rules: expressions, one after the other. Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.comments import comment_in
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, NFTA_LIST, USERDATA_LENGTH, Family
from netlynx.nftables.expressions.expression import Expression, any_expression
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
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
    string,
    takes,
)
from netlynx.schema.facts import Facts


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
    expressions: takes.Records[Expression] = attr((NFTA_RULE.EXPRESSIONS, NFTA_LIST.ELEM), multi(any_expression))
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
