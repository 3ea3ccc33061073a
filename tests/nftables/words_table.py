"""The table of ``rules_in_words.txt`` as values, and rules that are compiled from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from netlynx import nftables
from netlynx.nftables import words
from netlynx.nftables.element import ElementList
from netlynx.nftables.words.contents import Contents
from netlynx.nftables.words.rule_text import contents_of

RULES = Path(__file__).parent / "rules_in_words.txt"
PRELUDE = RULES.with_suffix(".nft").read_text()
"""What the rules stand in and use, as nft reads it."""

NAMED = {"om": Contents((), objects="counter", named=True)}
"""What rules have to know of sets with a name: of which kind the objects of a map are."""


class Line(NamedTuple):
    """A rule: where it stands, nft's words for it, how nft lists it, Python's words."""

    family: str
    chain: str
    written: str
    listed: str
    python: str

    @property
    def records(self) -> tuple[Any, ...]:
        """What `words.rule` makes of it."""
        said = eval(f"({self.python},)", {name: getattr(words, name) for name in dir(words)})
        return words.rule("t", self.chain, *said, family=self.family)


def lines() -> Iterator[Line]:
    """All rules of the table."""
    for line in RULES.read_text().splitlines()[1:]:
        where, told, python = (part.strip() for part in line.split(" ;; "))
        family, chain = where.split()
        written, _, listed = told.partition(" => ")
        yield Line(family, chain, written.strip(), (listed or written).strip(), python)


def named(records: tuple[Any, ...]) -> tuple[nftables.Rule, dict[str, Contents]]:
    """The rule and its sets as the kernel has them: with names."""
    names: dict[int, str] = {}
    sets: dict[str, Contents] = dict(NAMED)
    for each in records:
        if isinstance(each, nftables.Set):
            names[each.id or 0] = f"{re.sub('%d', '', each.name or '')}{len(names)}"
        elif isinstance(each, ElementList):
            made = next(one for one in records if isinstance(one, nftables.Set) and one.id == each.set_id)
            sets[names[each.set_id or 0]] = contents_of(made, [each])
    rule = records[-1]
    expressions = []
    for each in rule.expressions:
        if getattr(each, "set_id", None) in names:
            field = "set" if isinstance(each, nftables.Lookup) else "set_name"
            each = replace(each, **{field: names[each.set_id], "set_id": None})
        expressions.append(each)
    return replace(rule, expressions=tuple(expressions)), sets
