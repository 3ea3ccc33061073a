"""Chains that go with the rule that jumps there (``jump { … }``): without a name until the kernel gives them one.

Where such a chain and its rules were read and are added again, they find each other by a number that follows from the
name that the kernel gave. The rules of the chain have to be added before the one that jumps there: then it is closed.

Source: nf_tables_newchain, nft_verdict_init and nf_tables_newrule in net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

import re
from typing import Any

from netlynx.nftables.data import Data
from netlynx.nftables.expressions.computing import Immediate
from netlynx.nftables.expressions.expression import Expression
from netlynx.schema import replace_fields

_NAME = re.compile(r"__chain([0-9]{1,9})")


def id_of(name: str | None) -> int | None:
    """The ID, in a transaction, of the chain to which the kernel gave this name; None for a name that somebody gave."""
    found = None if name is None else _NAME.fullmatch(name)
    return None if found is None else int(found[1]) + 1  # chains that have none have 0


def by_id(expressions: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """The expressions, of which jumps into such chains tell their IDs."""
    return tuple(_by_id(each) for each in expressions)


def _by_id(expression: Any) -> Any:
    data = expression.data if isinstance(expression, Immediate) else None
    if not isinstance(data, Data) or data.verdict is None or (number := id_of(data.verdict.chain)) is None:
        return expression
    return replace_fields(
        expression, data=replace_fields(data, verdict=replace_fields(data.verdict, chain=None, chain_id=number))
    )
