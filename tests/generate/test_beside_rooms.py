"""What is made of specs, beside the rooms that were made by hand: the same numbers, and the same kinds or a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facts.book import ABSENT, FOLDER
from facts.walk import declared, title
from netlynx import ynl
from netlynx.schema import Constants, Record
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.ynl.c_names import attribute_name

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)


def wire(kind: Kind) -> Any:
    """What a kind is on the wire, as far as both say it."""
    if kind.options & Option.MULTI:
        assert kind.item is not None
        return "several", wire(kind.item)
    if kind.code is Code.INTEGER:
        width = 0 if kind.options & Option.AUTO else kind.width
        return f"{'be' if kind.options & Option.BIG else 'int'}{8 * width}"
    return kind.code.name.lower()


# Where a room made by hand says something else than the spec: of which kinds, and why.
BECAUSE = {
    ("hook", None): "it makes one simple value of what the attributes of a nest, or several attributes, say",
    (None, "binary"): "the spec says bytes where the kernel has something in them",
    ("ip", "be32"): "an IPv4 address, which the spec has as a number",
    ("prefix", "ip"): "an address and the length in the header are one prefix",
    ("struct", "array"): "settings by name, which the spec has as a list of numbers",
    ("binary", "array"): "options of any length, which the spec has as a list of numbers",
    ("array", "struct"): "entries of a label stack, of which the spec has one",
    ("sequence", "nest"): "actions, which are in order and may be there more than once",
    ("several", None): "it repeats, which the spec does not say",
    ("select", "nest"): "chosen by the family, which a spec cannot say of the same attribute twice",
}


def pairs() -> Iterator[tuple[str, Any, bool, Any]]:
    """Each attribute that a record and the spec of its set both have; whether the record says that they differ."""
    known = {path.stem: ynl.load(path) for path in sorted(FOLDER.glob("specs/*.yaml"))}
    for cls in declared(Record):
        if cls.__module__.startswith("netlynx.families."):
            continue  # which was made of the spec
        facts = cls.__dict__.get("__facts__", ())
        for each in facts if isinstance(facts, tuple) else (facts,):
            spec = getattr(each, "spec", ())
            if not spec or spec[0] not in known:
                continue
            made = known[spec[0]].records[spec[1]].__declarations__
            theirs = {int(other.path[0]): other.kind for other in made.values() if other.role == "attr"}
            for field, own in cls.__declarations__.items():
                number = own.path[-1] if own.role == "attr" else 0
                if getattr(number, "c_name", "") in each.attributes.__c_names__ and int(number) in theirs:
                    stated = field in getattr(cls, "__differs__", ())
                    yield f"{title(cls)}.{field}", own.kind, stated, theirs[int(number)]


def test_kinds_are_the_same_or_differ_for_a_reason() -> None:
    same = 0
    wrong = []
    reasons: set[Any] = set()
    for name, own, stated, other in pairs():
        mine, theirs = wire(own), wire(other)
        found = {(mine, theirs), (mine, None), (None, theirs)} & BECAUSE.keys()
        if mine == ("several", theirs):
            found.add(("several", None))
        reasons |= found
        if mine == theirs:
            same += 1
        elif not found and not stated:
            wrong.append(f"{name}: {mine}, in the spec {theirs}")
    assert wrong == []
    assert same > 900
    assert reasons == BECAUSE.keys()  # a reason that nothing needs is none


def test_numbers_are_the_same() -> None:
    """Of each constant that has the same name in C."""
    ours = {name: int(number) for cls in declared(Constants) for name, number in cls.__c_names__.items()}
    compared = 0
    for path in sorted(FOLDER.glob("specs/*.yaml")):
        spec = ynl.load(path)
        for name, text in spec.records.text.items():
            if text.subset_of is None and (text.name_prefix is not None or spec.protocol == "genetlink"):
                for each in spec.records.attributes(name, "").values():
                    c_name = attribute_name(spec.text, text, each.text)
                    if c_name in ours:
                        assert ours[c_name] == each.number, c_name
                        compared += 1
    assert compared > 1000
