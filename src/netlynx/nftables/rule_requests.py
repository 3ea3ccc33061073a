"""What is sent of a rule: to make it, to replace it, to remove it.

Source: nf_tables_newrule, nf_tables_delrule in net/netfilter/nf_tables_api.c, nft_parse_compat in
net/netfilter/nft_compat.c.
"""

from __future__ import annotations

from itertools import pairwise

from netlynx.errors import EncodeError
from netlynx.nftables.bound_chains import by_id, id_of
from netlynx.nftables.constants import NFT_MSG, Family
from netlynx.nftables.expressions.acting import Dup
from netlynx.nftables.expressions.comparing import Compare, CompareOp
from netlynx.nftables.expressions.compat import Match, Target
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.packet import Meta, MetaKey, Payload, PayloadBase
from netlynx.nftables.naming import check_named, identity, whole
from netlynx.nftables.rule import Rule, RuleCompat, RuleCompatFlags
from netlynx.nftables.verbs import Verbs, register
from netlynx.schema import replace_fields
from netlynx.schema.record import was_read
from netlynx.schema.sending import own, settable
from netlynx.wire.constants import NLM_F

_PROTOCOL_AT = {(PayloadBase.NETWORK_HEADER, 9, 1), (PayloadBase.NETWORK_HEADER, 6, 1)}  # of IPv4, of IPv6


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
