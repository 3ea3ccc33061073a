"""The whole ruleset of a namespace, of one generation: to be shown as nft does, and to be saved and made again."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from netlynx.engine.operation import Talk
from netlynx.errors import DumpInterrupted, EncodeTypeError, NotFound, NotSupported
from netlynx.nftables.chain import Chain, ChainFlags, chains
from netlynx.nftables.constants import NFT_MSG, Family
from netlynx.nftables.data import Data, Verdict
from netlynx.nftables.element import Element, ElementList, WireElement
from netlynx.nftables.elements import elements
from netlynx.nftables.expressions.computing import Immediate
from netlynx.nftables.expressions.every import Dynset
from netlynx.nftables.flowtable import Flowtable, flowtables
from netlynx.nftables.generation import Generation, generation
from netlynx.nftables.object import Object, objects
from netlynx.nftables.requests import a_name, listing, one_family
from netlynx.nftables.rule import Rule, rules
from netlynx.nftables.set import Set, SetFlags, sets
from netlynx.nftables.table import Table, TableFlags, tables
from netlynx.schema import Record, replace_fields
from netlynx.schema.sending import settable

_ATTEMPTS = 10
_NUMBERED = re.compile(r"\d+$")
_OWNED = TableFlags.OWNER | TableFlags.PERSIST

Place = tuple[Family, str, str]  # family, table and name


class Ruleset(msgspec.Struct, frozen=True):
    """All that there is of nftables, or of one table. `generation` is the number of the state that it is of.

    `elements` has those of each set by family, table and name: as `Element` where their types are known and the set has
    a name, else as `ElementList`, bytes as the kernel has them. ``str(ruleset)`` is what ``nft list ruleset`` prints.
    """

    generation: int
    tables: tuple[Table, ...]
    chains: tuple[Chain, ...] = ()
    sets: tuple[Set, ...] = ()
    elements: Mapping[Place, tuple[Element | ElementList, ...]] = {}
    objects: tuple[Object, ...] = ()
    flowtables: tuple[Flowtable, ...] = ()
    rules: tuple[Rule, ...] = ()

    def __str__(self) -> str:
        from netlynx.nftables.words.ruleset_text import text_of_ruleset

        return text_of_ruleset(self)


def ruleset(*, family: Family | str | int | None = None, table: str | None = None) -> Talk[Ruleset]:
    """Everything of one generation: ``nl.do(nftables.ruleset())``; of a family, of the table of a name.

    It is read again where it changes meanwhile. Raises DumpInterrupted where it did each time.
    """
    which = None if family is None else one_family(family, "nftables.ruleset(family)")
    wanted = None if table is None else a_name(table, "nftables.ruleset(table)")

    def steps() -> Generator[Any, Any, Ruleset]:
        for _ in range(_ATTEMPTS):
            before: Generation = yield generation()
            try:
                found = yield from _read(which, wanted, int(before.id or 0))
            except NotFound:  # a set that was listed is gone
                continue
            after: Generation = yield generation()
            if before.id == after.id:
                return found
        raise DumpInterrupted("nftables.ruleset()", attempts=_ATTEMPTS)

    return Talk("nftables.ruleset", steps)


def _read(family: Family | None, table: str | None, number: int) -> Generator[Any, Any, Ruleset]:
    def wanted(found: list[Any]) -> tuple[Any, ...]:
        return tuple(each for each in found if table is None or each.table == table)

    found_tables: list[Table] = yield tables(family=family)
    found_chains = wanted((yield chains(family=family)))
    found_sets = wanted((yield sets(family=family)))
    found_objects = wanted((yield objects(family=family)))
    try:
        found_flowtables = wanted((yield flowtables(family=family)))
    except NotSupported:  # a kernel without them
        found_flowtables = ()
    found_rules = wanted((yield rules(family=family)))
    held: dict[Place, tuple[Element | ElementList, ...]] = {}
    for each in found_sets:
        held[each.family, each.table, each.name] = tuple((yield _elements(each)))
    return Ruleset(
        number,
        tuple(each for each in found_tables if table is None or each.name == table),
        found_chains,
        found_sets,
        held,
        found_objects,
        found_flowtables,
        found_rules,
    )


def _elements(of: Set) -> Any:  # Any: a Dump of one class or the other
    if int(of.flags or 0) & SetFlags.ANONYMOUS or any(not each.datatype.number for each in of.content.key.fields):
        asked = ElementList(family=of.family, table=of.table, set=of.name)
        return listing("nftables.elements", NFT_MSG.GETSETELEM, asked, NFT_MSG.NEWSETELEM)
    return elements(of)


# -- what makes it again -----------------------------------------------------------------------------------------------


def remade(of: Ruleset) -> Iterator[Record]:
    """What has to be added, in this order and in one transaction, to make a ruleset again where nothing of it is.

    Sets without a name, and chains that go with a rule, have numbers in place of the names that the kernel gave them.
    A table that its process owns is made without an owner: it would be gone with whoever makes it.
    """
    if not isinstance(of, Ruleset):
        raise EncodeTypeError(f"expected a Ruleset, not {type(of).__name__} {of!r}", "nftables.remade(of)")
    saving = _Saving(of)
    return (record for table in of.tables for record in saving.table(table))


class _Saving:
    """The objects of a ruleset, and the numbers of those that have no name."""

    def __init__(self, of: Ruleset) -> None:
        self._of = of
        self._numbers: dict[tuple[Any, ...], int] = {}
        nameable: tuple[Set | Chain, ...] = (*of.sets, *of.chains)
        for each in nameable:
            if _nameless(each):
                self._numbers[type(each), each.family, each.table, each.name] = len(self._numbers) + 1

    def table(self, table: Table) -> Iterator[Record]:
        """A table and all that is in it."""
        yield _bare(table, flags=TableFlags(table.flags or 0) & ~_OWNED or None)
        own = self._own
        for kind in (own(self._of.objects, table), own(self._of.flowtables, table)):
            yield from (_bare(each) for each in kind)
        for chain in own(self._of.chains, table):
            number = self._numbers.get((Chain, chain.family, chain.table, chain.name))
            device = None if chain.devices else chain.device  # of a single one the kernel tells twice
            yield _bare(chain, id=number, name=None if number else chain.name, device=device)
        named = [each for each in own(self._of.sets, table) if not self._number(each)]
        for each in named:
            yield _bare(each)
        for each in named:
            yield from self._elements(each)
        chains = {each.name: each for each in own(self._of.chains, table)}
        by_chain: dict[str | None, list[Rule]] = {}
        for rule in own(self._of.rules, table):
            by_chain.setdefault(rule.chain, []).append(rule)
        for name, chain in chains.items():
            if not _nameless(chain):
                yield from self._rules(by_chain.get(name, ()), by_chain)

    @staticmethod
    def _own(found: Any, table: Table) -> list[Any]:  # Any: records of one class
        return [each for each in found if (each.family, each.table) == (table.family, table.name)]

    def _number(self, each: Set | Chain) -> int | None:
        return self._numbers.get((type(each), each.family, each.table, each.name))

    def _rules(self, found: Any, by_chain: Mapping[str | None, list[Rule]]) -> Iterator[Record]:
        """Rules, each behind the sets and chains that are its own."""
        for rule in found:
            place = (rule.family, rule.table)
            made = []
            for each in rule.expressions:
                field = "set" if hasattr(each, "set") else "set_name"
                number = self._numbers.get((Set, *place, getattr(each, field, None)))
                if number is not None:
                    (of,) = (one for one in self._of.sets if self._number(one) == number)
                    for name in self._chains_of(of):
                        yield from self._rules(by_chain.get(name, ()), by_chain)
                    yield _bare(of, id=number, name=_pattern(of))
                    yield from self._elements(of)
                    each = replace(each, **{field: _pattern(of), "set_id": number})
                if isinstance(each, Dynset) and not each.timeout:
                    each = replace(each, timeout=None)  # told of every set, and taken for those with times alone
                if isinstance(each, Immediate) and each.data is not None and each.data.verdict is not None:
                    chain = each.data.verdict.chain
                    if (Chain, *place, chain) in self._numbers:
                        yield from self._rules(by_chain.get(chain, ()), by_chain)
                    each = replace(each, data=self._data(each.data, *place))
                made.append(each)
            number = self._numbers.get((Chain, *place, rule.chain))
            yield _bare(
                rule,
                expressions=tuple(made),
                position=None,
                chain=None if number else rule.chain,
                chain_id=number,
            )

    def _chains_of(self, of: Set) -> list[str]:
        """The chains without a name to which a map of verdicts leads."""
        found = []
        for held in self._of.elements.get((of.family, of.table or "", of.name or ""), ()):
            for each in held.elements if isinstance(held, ElementList) else ():
                verdict = None if each.data is None else each.data.verdict
                if verdict is not None and (Chain, of.family, of.table, verdict.chain) in self._numbers:
                    found.append(verdict.chain or "")
        return found

    def _data(self, data: Data, family: Family, table: str | None) -> Data:
        verdict = data.verdict
        number = None if verdict is None else self._numbers.get((Chain, family, table, verdict.chain))
        if verdict is None or number is None:
            return data
        return Data(verdict=Verdict(code=verdict.code, chain_id=number))

    def _elements(self, of: Set) -> Iterator[Record]:
        number = self._number(of)
        for held in self._of.elements.get((of.family, of.table or "", of.name or ""), ()):
            if isinstance(held, ElementList):
                if not held.elements:
                    continue
                made = tuple(self._again(each, of) for each in held.elements)
                yield ElementList(
                    family=of.family,
                    table=of.table,
                    set=_pattern(of) if number else of.name,
                    set_id=number,
                    elements=made,
                )
            else:
                yield _bare(held)

    def _again(self, each: WireElement, of: Set) -> WireElement:
        if each.data is None:
            return each
        return replace_fields(each, data=self._data(each.data, of.family, of.table))


def _nameless(each: Set | Chain) -> bool:
    """Whether the kernel gave it its name."""
    if isinstance(each, Set):
        return bool(int(each.flags or 0) & SetFlags.ANONYMOUS)
    return bool(int(each.flags or 0) & ChainFlags.BINDING)


def _pattern(of: Set) -> str:
    """The name to make a set with that has none of its own; a meter has one."""
    name = of.name or ""
    return _NUMBERED.sub("%d", name) if name.startswith("__") else name


def _bare(record: Any, **changes: Any) -> Any:  # Any: a record of one class
    """A record without what the kernel gave it."""
    made = settable(record, type(record).__name__)
    if "handle" in type(record).__struct_fields__:
        changes["handle"] = None
    return replace_fields(made, **changes)
