"""Expressions that iptables-nft makes: matches and targets of xtables, whose data only their modules understand."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.expressions.expression import Expression
from netlynx.schema import Constants, attr, be32, binary, string
from netlynx.schema.facts import Facts


class NFTA_MATCH(Constants):
    """Attributes of a match."""

    UNSPEC = 0
    NAME = 1
    REV = 2
    INFO = 3


class NFTA_TARGET(Constants):
    """Attributes of a target."""

    UNSPEC = 0
    NAME = 1
    REV = 2
    INFO = 3


class Match(Expression):
    """`match`: a match of xtables; `info` is its C struct. Source: net/netfilter/nft_compat.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_MATCH, policy="nft_match_policy")

    name: str | None = attr(NFTA_MATCH.NAME, string(29))
    rev: int | None = attr(NFTA_MATCH.REV, be32)
    info: bytes | None = attr(NFTA_MATCH.INFO, binary)


class Target(Expression):
    """`target`: a target of xtables; `info` is its C struct. Source: net/netfilter/nft_compat.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_TARGET, policy="nft_target_policy")

    name: str | None = attr(NFTA_TARGET.NAME, string(29))
    rev: int | None = attr(NFTA_TARGET.REV, be32)
    info: bytes | None = attr(NFTA_TARGET.INFO, binary)
