"""How copies of the ruleset are kept: all of one generation, whatever was done to it meanwhile.

A rule that is put between others changes the `position` of the next one without a word, a chain that is renamed all
jumps to it, and of changed chains and flowtables the kernel tells the devices alone that are new or gone. So what a
transaction changed is read again, and all copies wait for that; only tables are taken in as they are told.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from functools import partial
from typing import Any

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Dump, Talk
from netlynx.errors import TransactionError
from netlynx.nftables.chain import Chain
from netlynx.nftables.element import Element, ElementList
from netlynx.nftables.expressions.counting import Counter, Last, Quota, QuotaFlags
from netlynx.nftables.generation import generation
from netlynx.nftables.monitor import CHANGES
from netlynx.nftables.object import Object
from netlynx.nftables.rule import Rule
from netlynx.nftables.set import Set
from netlynx.nftables.transaction import transaction


def settled(number: int) -> Talk[None]:
    """Answered once the kernel has told of all that led to a generation. Raises StaleGeneration if that is over.

    A transaction waits for the one before it, which tells what it did before it lets the next one in. This one has
    nothing to do but a question, which the kernel refuses there.
    """

    def steps() -> Generator[Any, Any, None]:
        with suppress(TransactionError):
            yield transaction([generation()], generation=number)

    return Talk("nftables.settled", steps)


def without_counts(value: Any) -> Any:
    """An expression, or the data of an object, without what packets change."""
    if isinstance(value, Counter):
        return value.replace(bytes=None, packets=None)
    if isinstance(value, Quota):
        flags = None if value.flags is None else value.flags & ~QuotaFlags.DEPLETED
        return value.replace(consumed=None, flags=flags)
    if isinstance(value, Last):
        return Last()
    return value


def _rule(rule: Rule) -> Rule:
    return rule.replace(expressions=tuple(map(without_counts, rule.expressions)))


def _object(one: Object) -> Object:
    return one.replace(data=without_counts(one.data))


def _element(one: Element) -> Element:
    return one.replace(expressions=tuple(map(without_counts, one.expressions)))


def _own(record: Any) -> tuple[Any, ...]:
    return record.family, record.table, record.handle


def _listed(listing: Dump[Any], record: Any) -> bool:
    """Whether a record that is new or gone is one of the listing: then that is read again."""
    return type(record) is listing.reply and all(getattr(record, name) == value for name, value in listing.match)


def _of_rules(listing: Dump[Any], record: Any) -> bool:
    """The same of rules: a chain that gets another name is called so in them, too."""
    return isinstance(record, Chain) or _listed(listing, record)


def _of_set(listing: Dump[Any], record: Any) -> bool:
    """Whether a record says that elements of the listed set are new or gone, or that where they jump to is renamed."""
    asked: Any = listing.request
    if not isinstance(record, ElementList | Set | Chain):
        return False
    name = asked.set if isinstance(record, Chain) else record.name if isinstance(record, Set) else record.set
    return (record.family, record.table, name) == (asked.family, asked.table, asked.set)


_NAMED = {("family", "table", "name"): None, ("table", "name"): None, ("table",): None}
_bound = partial(Mirrored, CHANGES, state=generation, settled=settled)

TABLES = _bound(
    key=lambda table: (table.family, table.name),
    lookups={("family", "name"): None, ("name",): None},
    volatile=("use",),
)
CHAINS = _bound(_own, _NAMED, volatile=("use", "counters"), unsaid=_listed)
RULES = _bound(
    _own,
    {("family", "table", "chain"): None, ("table", "chain"): None, ("table", "handle"): None},
    unsaid=_of_rules,
    still=_rule,
)
SETS = _bound(_own, _NAMED, volatile=("count",), unsaid=_listed)
OBJECTS = _bound(_own, _NAMED, volatile=("use",), unsaid=_listed, still=_object)
FLOWTABLES = _bound(_own, _NAMED, volatile=("use",), unsaid=_listed)
ELEMENTS = _bound(
    lambda one: (one.key, one.key_end, one.flags),
    {("key",): None},
    volatile=("expiration",),
    unsaid=_of_set,
    still=_element,
)
