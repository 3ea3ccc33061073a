"""Records against attribute sets: every attribute declared or omitted for a reason, and of the right kind."""

from __future__ import annotations

from fnmatch import filter as filter_names
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from netlynx.schema import (
    AddressKey,
    Constants,
    FlagsKey,
    MacKey,
    MaskedForm,
    NumberKey,
    Record,
    be16,
    be32,
    ip4,
    ip6,
    mac,
    raw,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.kinds import Code
from netlynx.schema.record import Declaration

from .book import FactBook, SpecAttribute
from .kinds import Expectation, disagreement, plain, policy_expects, spec_expects
from .values import missing_numbers, names_of


def wrong_record(cls: Any, book: FactBook, sets: list[type[Constants]]) -> list[str]:
    """The differences between a record and the facts that it names; `sets` are all sets of constants."""
    declarations = {name: each for name, each in cls.__declarations__.items() if each.role == "attr"}
    given = getattr(cls, "__facts__", None)
    if isinstance(given, NoFacts):
        return [] if given.reason.strip() else ["NoFacts gives no reason"]
    if given is None:
        return ["has attributes but names no facts: __facts__ = Facts(…) or NoFacts(why)"] if declarations else []
    facts = given if isinstance(given, tuple) else (given,)
    problems = [problem for each in facts for problem in unknown_facts(each, book)]
    if problems:
        return problems
    omitted: dict[str, str] = getattr(cls, "__omitted__", {})
    differs: dict[str, str] = getattr(cls, "__differs__", {})
    problems += _incomplete(declarations, facts, omitted, book, sets)
    silent = set(differs)
    for name, declaration in declarations.items():
        reasons = [why for each in carriers(declaration) for why in _wrong_attribute(each, facts, book, sets)]
        if reasons and name in differs:
            silent.discard(name)
        else:
            problems += [f"{name}: {reason}" for reason in reasons]
    problems += [f"__differs__[{name!r}]: nothing differs" for name in sorted(silent)]
    problems += [f"__differs__[{name!r}] gives no reason" for name, why in differs.items() if not why.strip()]
    return problems


def unknown_facts(facts: Facts, book: FactBook) -> list[str]:
    """Policies, specifications and sets that do not exist, or describe another set of attributes."""
    problems = [f"{title_of(facts.attributes)} {each}" for each in missing_numbers(facts.attributes, book)]
    names = names_of(facts.attributes)
    for policy in policies(facts):
        table = book.policies.get(policy)
        if table is None:
            near = [key for key in book.policies if key.startswith(f"{policy}@")]
            problems.append(f"the kernel has no policy {policy!r}" + (f"; {near}" if near else ""))
        elif not names.keys() & table["attrs"].keys():
            problems.append(f"policy {policy!r} is about other attributes: {', '.join(list(table['attrs'])[:3])}…")
    if facts.spec:
        try:
            book.attribute_set(*facts.spec)
        except KeyError as error:
            problems.append(f"no specification or set {error} in {facts.spec}")
    return problems


def policies(facts: Facts) -> tuple[str, ...]:
    return tuple(filter(None, (facts.policy,) if isinstance(facts.policy, str) else facts.policy))


def title_of(cls: type) -> str:
    return cls.__name__


def covered(cls: Any, attributes: type[Constants]) -> set[int]:
    """The attributes of a set that a record declares or omits."""
    omitted = getattr(cls, "__omitted__", {})
    found = {number for name, number in names_of(attributes).items() if reason_for(name, omitted)}
    steps = [step for each in cls.__declarations__.values() for carrier in carriers(each) for step in carrier.path]
    found.update(int(step) for step in steps if getattr(step, "c_name", "") in names_of(attributes))
    return found


def carriers(declaration: Declaration) -> list[Declaration]:
    """A declaration for each attribute that carries the field: two for an address with one for each family, and
    for what older kernels say in another one."""
    if declaration.older is not None:
        older = replace(declaration, older=None, path=(*declaration.path[:-1], declaration.older))
        return [replace(declaration, older=None), older]
    if declaration.kind is not None and declaration.kind.pairs:
        return halves(declaration)
    if declaration.ip6 is None:
        return [declaration]
    return [
        replace(declaration, kind=ip4, ip6=None),
        replace(declaration, kind=ip6, ip6=None, path=(*declaration.path[:-1], declaration.ip6)),
    ]


def halves(declaration: Declaration) -> list[Declaration]:
    """A declaration for each key and each mask of a pair, of the kind that its half is."""
    kind = declaration.kind
    assert kind is not None
    assert isinstance(kind.form, MaskedForm)
    found = []
    for variant, numbers in enumerate(kind.pairs):
        size = kind.form.sizes[variant]
        half = {AddressKey: {4: ip4, 16: ip6}.get(size), MacKey: mac}.get(type(kind.form), raw(size))
        if isinstance(kind.form, NumberKey | FlagsKey):
            big = kind.form.order == "big"
            half = {1: u8, 2: be16 if big else u16, 4: be32 if big else u32}[size]
        found += [replace(declaration, kind=half, path=(*declaration.path[:-1], number)) for number in numbers]
    return found


def _incomplete(
    declarations: dict[str, Declaration],
    facts: tuple[Facts, ...],
    omitted: dict[str, str],
    book: FactBook,
    sets: list[type[Constants]],
) -> list[str]:
    """Attributes of the covered sets, those of inline nests too, that are neither declared nor omitted."""
    paths = [carrier.path for each in declarations.values() for carrier in carriers(each)]
    used = {getattr(step, "c_name", str(step)) for path in paths for step in path}
    covers = {each.attributes for each in facts}
    for declaration in declarations.values():
        if len(declaration.path) > 1:
            covers.update(home for step in declaration.path[1:] for home in [set_of(step, sets)] if home)
    known = {name for each in covers for name in names_of(each)}
    problems = [f"{name} is not of {' or '.join(map(title_of, covers))}" for name in sorted(used - known)]
    for attributes in sorted(covers, key=title_of):
        names = names_of(attributes)
        have = {number for name, number in names.items() if name in used or reason_for(name, omitted)}
        for name, number in names.items():
            if number not in have and not needless(name, number):
                problems.append(f"lacks {name} = {number} (or a reason in __omitted__)")
    for pattern, reason in omitted.items():
        if not reason.strip():
            problems.append(f"__omitted__[{pattern!r}] gives no reason")
        if not filter_names(known, pattern):
            problems.append(f"__omitted__[{pattern!r}]: the set has no such attribute")
        if pattern in used:
            problems.append(f"__omitted__[{pattern!r}]: it is declared")
    return problems


def reason_for(name: str, omitted: dict[str, str]) -> str:
    """Why an attribute is left out; empty when nothing says so."""
    return next((why for pattern, why in omitted.items() if fnmatchcase(name, pattern)), "")


def needless(name: str, number: int) -> bool:
    """Attributes that need no reason to be left out."""
    return name.endswith(("_PAD", "_UNSPEC")) or (number == 0 and name.endswith(("_UNUSED", "_NONE")))


def set_of(constant: Any, sets: list[type[Constants]]) -> type[Constants] | None:
    """The set that has this constant (the very one: names are unique in a class, not in the package)."""
    return next((each for each in sets if any(value is constant for value in each.__c_names__.values())), None)


def _wrong_attribute(
    declaration: Declaration, facts: tuple[Facts, ...], book: FactBook, sets: list[type[Constants]]
) -> list[str]:
    assert declaration.kind is not None
    constant = declaration.path[-1]
    if not hasattr(constant, "c_name"):
        return [f"{constant} is a bare number: name it in a set of constants"]
    reasons = []
    outer = facts[0]
    for step, child in pairwise(declaration.path):
        around = _expectations(step, outer, book)
        reasons += [
            f"{step} is not a nest but {each.says} ({each.source})" for each in around if Code.NEST not in each.codes
        ]
        outer = _inside(outer, step, child, facts, book, sets) or outer
    expectations = _expectations(constant, outer, book)
    reasons += [
        f"{declaration.kind.name} {why}"
        for each in expectations
        for why in [disagreement(declaration.kind, each, expectations, book)]
        if why
    ]
    return reasons + _wrong_target(declaration, constant, outer, book)


def _inside(
    outer: Facts, step: Any, child: Any, facts: tuple[Facts, ...], book: FactBook, sets: list[type[Constants]]
) -> Facts | None:
    """The facts about `child` in the inline nest `step`: the record names them, or `outer` leads there."""
    home = set_of(child, sets)
    for each in facts[1:]:
        if each.attributes is home:
            return each
    if home is None:
        return None
    entry = _spec_entry(step, outer, book)
    nested = entry.about.get("nested-attributes") if entry else None
    inner = tuple(book.policies[policy]["attrs"].get(str(step), {}).get("nested", "") for policy in policies(outer))
    return Facts(home, tuple(filter(None, inner)), (outer.spec[0], nested) if nested and outer.spec else ())


def _expectations(constant: Any, facts: Facts, book: FactBook) -> list[Expectation]:
    found = []
    for policy in policies(facts):
        entry = book.policies[policy]["attrs"].get(constant.c_name)
        if entry is None:
            entry = next(
                (
                    each
                    for name, each in book.policies[policy]["attrs"].items()
                    if each["nr"] == int(constant) and name not in names_of(facts.attributes)
                ),
                None,
            )
        if entry is not None:
            found.append(policy_expects(policy, entry))
    entry = _spec_entry(constant, facts, book)
    if entry is not None:
        found.append(spec_expects(facts.spec[0], entry))
    return found


def _spec_entry(constant: Any, facts: Facts, book: FactBook) -> SpecAttribute | None:
    """What the specification says of an attribute, found by C name, or by number where it has none."""
    if not facts.spec:
        return None
    table = book.attribute_set(*facts.spec)
    names = names_of(facts.attributes)
    for each in table:
        if each.c_name == constant.c_name:
            return each
    return next((each for each in table if each.number == int(constant) and each.c_name not in names), None)


def _wrong_target(declaration: Declaration, constant: Any, facts: Facts, book: FactBook) -> list[str]:
    """Whether a nested record covers the set that belongs in this nest."""
    kind = plain(declaration.kind)
    if kind.code is Code.INDEXED and kind.item is not None:
        kind = kind.item
    if kind.code is not Code.NEST or kind.target is None:
        return []
    target: type[Record] = kind.target()
    given = getattr(target, "__facts__", None)
    if not isinstance(given, Facts):
        return []
    problems = []
    entry = _spec_entry(constant, facts, book)
    nested = entry.about.get("nested-attributes") if entry else None
    if nested and entry and given.spec and given.spec != (facts.spec[0], nested):
        here = {each.c_name or each.number for each in book.attribute_set(facts.spec[0], nested)}
        there = {each.c_name or each.number for each in book.attribute_set(*given.spec)}
        if not here & there:
            problems.append(f"nests {target.__name__} ({given.spec[1]}), the specification {nested}")
    for policy in policies(facts):
        inner = book.policies[policy]["attrs"].get(constant.c_name, {}).get("nested")
        if inner and book.policies[inner]["attrs"] and inner not in policies(given):
            wanted = {each["nr"]: name for name, each in book.policies[inner]["attrs"].items()}
            if not names_of(given.attributes).keys() & set(wanted.values()):
                problems.append(f"nests {target.__name__}, the kernel's policy {policy} nests {inner}")
            else:
                problems.append(f"{target.__name__}.__facts__ does not name the policy {inner}")
    return problems
