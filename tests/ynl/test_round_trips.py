"""Any spec, with any values: what is sent comes back, from bytes and from JSON."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx.codec._codec import decode, encode, to_json
from netlynx.schema.compile import plan_of
from netlynx.schema.from_json import from_json
from netlynx.ynl import Spec, SpecError
from netlynx.ynl.reader import read
from strategies import records
from worth import examples

thorough = examples(25)
names = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
widths = st.sampled_from(["u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"])
orders = st.sampled_from([{}, {"byte-order": "big-endian"}, {"byte-order": "little-endian"}])


@st.composite
def integers(draw: st.DrawFn, kinds: st.SearchStrategy[str] = widths) -> dict[str, Any]:
    about: dict[str, Any] = {"type": draw(kinds), **draw(orders)}
    if about["type"].startswith("u"):
        about |= draw(st.sampled_from([{}, {}, {"enum": "mood"}, {"enum": "tone"}]))
    return about


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, Any]:
    about = draw(
        integers(widths | st.sampled_from(["uint", "sint"]))
        | st.sampled_from(
            [
                {"type": "flag"},
                {"type": "string"},
                {"type": "string", "checks": {"max-len": 7}},
                {"type": "binary"},
                {"type": "binary", "display-hint": "mac"},
                {"type": "binary", "display-hint": "ipv4-or-v6"},
                {"type": "binary", "struct": "box"},
                {"type": "binary", "sub-type": "u16", "byte-order": "big-endian"},
                {"type": "bitfield32"},
                {"type": "bitfield32", "enum": "tone"},
                {"type": "nest", "nested-attributes": "things"},
                {"type": "indexed-array", "sub-type": "nest", "nested-attributes": "things"},
                {"type": "indexed-array", "sub-type": "u32"},
                {"type": "nest-type-value", "type-value": ["a", "b"], "nested-attributes": "things"},
                {"type": "pad"},
                {"type": "unused"},
            ]
        )
    )
    if about["type"] != "flag" and draw(st.booleans()):
        about = {**about, "multi-attr": True}
    return about


def named(parts: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"name": name, **about} for name, about in parts]


def unique_parts(one: st.SearchStrategy[dict[str, Any]], least: int = 1) -> st.SearchStrategy[list[dict[str, Any]]]:
    pairs = st.lists(st.tuples(names, one), min_size=least, max_size=8, unique_by=lambda pair: pair[0])
    return pairs.map(named)


members = integers() | st.sampled_from(
    [
        {"type": "pad", "len": "3"},
        {"type": "binary", "len": "5"},
        {"type": "string", "len": "8"},
        {"type": "binary", "len": "6", "display-hint": "mac"},
        {"type": "binary", "len": "16", "display-hint": "ipv6"},
    ]
)
entries = st.lists(names, min_size=1, max_size=5, unique=True)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    text = {
        "name": "any",
        "definitions": [
            {"name": "mood", "type": "enum", "entries": draw(entries), "value-start": draw(st.integers(0, 250))},
            {"name": "tone", "type": "flags", "entries": draw(entries)},
            {"name": "box", "type": "struct", "members": draw(unique_parts(members))},
            {"name": "head", "type": "struct", "members": draw(unique_parts(members))},
        ],
        "attribute-sets": [{"name": "things", "attributes": draw(unique_parts(attributes()))}],
        "operations": {
            "fixed-header": "head",
            "list": [{"name": "get", "attribute-set": "things", "do": {"request": {"attributes": []}}}],
        },
    }
    return Spec(read(json.dumps(text).encode(), "any.yaml"), "any.yaml")


@thorough
@given(spec=specs(), data=st.data())
def test_what_any_spec_describes_comes_back_from_its_bytes_and_its_json(spec: Spec, data: st.DataObject) -> None:
    cls = spec.request_record("get")
    record = data.draw(records(cls))
    payload = encode(plan_of(cls), record)
    assert decode(plan_of(cls), payload) == record
    assert spec.do("get", record).payload[4:] == payload[4:]
    again = from_json(cls, json.loads(to_json(record)))
    assert again == record or "pad" in repr(record)  # JSON shows everything but padding


WHOLE = Path(__file__).with_name("greeter.yaml").read_bytes()
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a value with each of its keys."""
    found = []
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found += [(value, key), *places(value[key])]
    return found


@examples(60)
@given(data=st.data())
def test_a_spec_with_anything_in_it_is_refused_or_works(data: st.DataObject) -> None:
    yaml = pytest.importorskip("yaml")
    text = copy.deepcopy(yaml.safe_load(WHOLE))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(text)))
        known = [inner[name] for inner, name in places(text)]
        container[key] = copy.deepcopy(data.draw(anything | st.sampled_from(known)))
    with contextlib.suppress(SpecError):
        spec = Spec(read(json.dumps(text).encode(), "any.yaml"), "any.yaml")
        for name in spec.operations:
            plan_of(spec.request_record(name))
        for each in (*spec.enums, *spec.structs, *spec.records):
            assert each in spec.enums or each in spec.structs or plan_of(spec.records[each])
        assert all(spec.groups[name].name for name in spec.groups)
