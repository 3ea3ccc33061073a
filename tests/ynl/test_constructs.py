"""Each construct of a spec: what it becomes in Python, and on the wire."""

from __future__ import annotations

import struct
import sys
from typing import Any

import pytest

import netlynx
from netlynx import ynl
from netlynx.codec._codec import decode, to_json
from netlynx.schema.compile import plan_of
from ynl.conftest import Load

GENERIC_HEADER = 4


def attribute(number: int, payload: bytes, *, nested: bool = False) -> bytes:
    head = struct.pack("=HH", 4 + len(payload), number | (0x8000 if nested else 0))
    return head + payload + bytes(-len(payload) % 4)


def one(kind: str, more: str = "") -> str:
    """A spec with one attribute, `value`, of some type."""
    return f"""
name: small
definitions:
  - {{name: mood, type: enum, entries: [good, {{name: not-so-good, value: 5}}, bad]}}
  - {{name: tone, type: flags, entries: [loud, {{name: fast_paced, value: 3}}]}}
  - {{name: late, type: enum, value-start: 10, entries: [ten, eleven]}}
  - {{name: wide, type: const, value: 6}}
  - {{name: pair, type: struct, members: [{{name: left, type: u8}}, {{name: right, type: u32}}]}}
attribute-sets:
  - name: things
    attributes:
      - {{name: first, type: unused}}
      - {{name: value, type: {kind}{", " + more if more else ""}}}
      - {{name: other-one, type: u8}}
operations:
  list:
    - {{name: get, attribute-set: things, do: {{request: {{attributes: [value]}}, reply: {{attributes: [value]}}}}}}
"""


def payload(spec: ynl.Spec, **values: Any) -> bytes:
    return spec.do("get", **values).payload[GENERIC_HEADER:]


def answer(spec: ynl.Spec, attributes: bytes) -> Any:
    return decode(plan_of(spec.request_record("get")), bytes(GENERIC_HEADER) + attributes)


NATIVE = sys.byteorder


@pytest.mark.parametrize(
    ("kind", "more", "value", "raw"),
    [
        ("u8", "", 200, b"\xc8"),
        ("u16", "", 1, (1).to_bytes(2, NATIVE)),
        ("u16", "byte-order: big-endian", 1, b"\0\1"),
        ("u32", "byte-order: big-endian", 258, b"\0\0\1\2"),
        ("u32", "byte-order: little-endian", 258, b"\2\1\0\0"),
        ("u64", "byte-order: big-endian", 1, b"\0\0\0\0\0\0\0\1"),
        ("s32", "", -2, (-2).to_bytes(4, NATIVE, signed=True)),
        ("s16", "byte-order: big-endian", -2, b"\xff\xfe"),
        ("uint", "", 7, (7).to_bytes(4, NATIVE)),
        ("uint", "", 1 << 40, (1 << 40).to_bytes(8, NATIVE)),
        ("sint", "", -(1 << 40), (-(1 << 40)).to_bytes(8, NATIVE, signed=True)),
        ("flag", "", True, b""),
        ("string", "", "hä", "hä\0".encode()),
        ("binary", "", b"\1\2\3", b"\1\2\3"),
        ("binary", "display-hint: mac", "02:00:00:00:00:01", b"\2\0\0\0\0\1"),
        ("binary", "display-hint: ipv4-or-v6", "2001:db8::1", bytes.fromhex("20010db8" + "0" * 23 + "1")),
        ("binary", "display-hint: ipv4", "192.0.2.1", b"\xc0\0\2\1"),
        ("u32", "byte-order: big-endian, display-hint: ipv4", "192.0.2.1", b"\xc0\0\2\1"),
        ("binary", "display-hint: hex", b"\xab", b"\xab"),
        ("u32", "display-hint: hex", 171, (171).to_bytes(4, NATIVE)),
        ("binary", "sub-type: u16", (1, 2), (1).to_bytes(2, NATIVE) + (2).to_bytes(2, NATIVE)),
        ("binary", "sub-type: u16, byte-order: big-endian", (1, 2), b"\0\1\0\2"),
        ("indexed-array", "sub-type: u8", (7, 8), attribute(1, b"\7") + attribute(2, b"\x08")),
        (
            "indexed-array",
            "sub-type: binary, display-hint: ipv6, checks: {exact-len: 16}",
            ("::1",),
            attribute(1, bytes(15) + b"\1"),
        ),
    ],
)
def test_a_type_is_read_as_it_is_written(load: Load, kind: str, more: str, value: Any, raw: bytes) -> None:
    spec = load(one(kind, more))
    sent = payload(spec, value=value)
    assert sent == attribute(2, raw, nested=kind == "indexed-array")
    assert answer(spec, sent).value == value


def test_an_enum_is_known_by_its_names(load: Load) -> None:
    spec = load(one("u8", "enum: mood"))
    assert payload(spec, value="not-so-good") == payload(spec, value=5) == attribute(2, b"\5")
    record = answer(spec, attribute(2, b"\6"))
    assert (record.value, record.value.label, spec.enums["mood"].BAD) == (6, "bad", 6)
    assert answer(spec, attribute(2, b"\x63")).value == 99
    with pytest.raises(netlynx.EncodeError, match=r"small\.get\.value: unknown name 'so-so'; known: bad, good"):
        payload(spec, value="so-so")


def test_entries_count_from_where_the_enum_says(load: Load) -> None:
    assert [int(member) for member in load(one("u8")).enums["late"]] == [10, 11]


def test_flags_are_the_numbers_of_bits(load: Load) -> None:
    spec = load(one("u32", "enum: tone"))
    assert payload(spec, value=["loud", "fast_paced"]) == attribute(2, (9).to_bytes(4, NATIVE))
    record = answer(spec, attribute(2, (25).to_bytes(4, NATIVE)))
    assert record.value.labels == ["loud", "fast_paced", "0x10"]
    assert b'"value":["loud","fast_paced","0x10"]' in to_json(record)


def test_an_enum_can_serve_as_flags(load: Load) -> None:
    spec = load(one("u16", "enum: mood, enum-as-flags: true"))
    assert payload(spec, value="bad") == attribute(2, (1 << 6).to_bytes(2, NATIVE))


def test_a_bitfield_has_names_in_both_its_halves(load: Load) -> None:
    spec = load(one("bitfield32", "enum: tone"))
    sent = payload(spec, value={"value": ["loud"], "selector": ["loud", "fast_paced"]})
    assert sent == attribute(2, struct.pack("=II", 1, 9))
    assert answer(spec, sent).value.selector.labels == ["loud", "fast_paced"]
    plain = load(one("bitfield32").replace("small", "plain"))
    assert payload(plain, value={"value": 1, "selector": 3}) == attribute(2, struct.pack("=II", 1, 3))


def test_an_attribute_repeats(load: Load) -> None:
    spec = load(one("u8", "multi-attr: true"))
    assert payload(spec, value=[1, 2]) == attribute(2, b"\1") + attribute(2, b"\2")
    assert answer(spec, payload(spec, value=[1, 2])).value == (1, 2)
    assert answer(spec, b"").value == ()


def test_checks_limit_what_is_sent(load: Load) -> None:
    spec = load(one("binary", "checks: {max-len: wide}"))
    with pytest.raises(netlynx.EncodeError, match=r"get\.value: 7 bytes where 6 are the most"):
        payload(spec, value=bytes(7))
    assert payload(spec, value=bytes(6))


def test_a_range_is_known_to_who_serves_the_family(load: Load) -> None:
    record = load(one("u32", "checks: {min: wide, max: s32-max}")).records["things"]
    kind = record.__declarations__["value"].kind
    assert kind is not None
    assert (kind.low, kind.high) == (6, 2**31 - 1)


def test_padding_and_unused_numbers_are_no_fields(load: Load) -> None:
    spec = load(one("pad"))
    assert list(spec.records["things"].__declarations__) == ["other_one"]
    assert answer(spec, attribute(3, b"\1") + attribute(2, b"")).other_one == 1


def test_names_have_dashes_or_underscores(load: Load) -> None:
    spec = load(one("u8"))
    assert payload(spec, other_one=1) == spec.do("get", {"other-one": 1}).payload[GENERIC_HEADER:]


STRUCTS = """
name: boxes
definitions:
  - name: inner
    type: struct
    members: [{name: a, type: u8}, {name: b, type: u16, byte-order: big-endian}]
  - name: outer
    type: struct
    members:
      - {name: kind, type: u8, enum: mood}
      - {name: gap, type: pad, len: 3}
      - {name: inside, type: binary, struct: inner}
      - {name: big, type: u64}
      - {name: label, type: string, len: size}
      - {name: raw, type: binary, len: size - 1}
      - {name: hardware, type: binary, len: 6, display-hint: mac}
      - {name: address, type: binary, len: 16, display-hint: ipv6}
      - {name: host, type: u32, byte-order: big-endian, display-hint: ipv4}
      - {name: last, type: s8}
  - {name: mood, type: enum, entries: [good, bad]}
  - {name: size, type: const, value: 4}
attribute-sets:
  - {name: things, attributes: [{name: box, type: binary, struct: outer}]}
operations: {list: [{name: get, attribute-set: things, do: {request: {attributes: [box]}}}]}
"""


def test_a_struct_is_laid_out_as_in_c(load: Load) -> None:
    spec = load(STRUCTS)
    box = {
        "kind": "bad",
        "inside": {"a": 1, "b": 2},
        "big": 3,
        "label": "abc",
        "raw": b"xyz",
        "hardware": "02:00:00:00:00:01",
        "address": "::1",
        "host": "192.0.2.1",
        "last": -1,
    }
    sent = payload(spec, box=box)
    body = b"\1\0\0\0" + b"\1\0\0\2" + (3).to_bytes(8, NATIVE) + b"abc\0" + b"xyz" + b"\2\0\0\0\0\1" + bytes(3)
    body += bytes(15) + b"\1" + b"\xc0\0\2\1" + b"\xff\0\0\0"
    assert sent == attribute(1, body)
    again = answer(spec, sent).box
    assert (again.kind.label, again.inside.b, again.raw, again.address, again.last) == ("bad", 2, b"xyz", "::1", -1)
    assert b"pad" not in to_json(again)
    assert answer(spec, attribute(1, body + b"new")).box.tail == b"new"


NESTS = """
name: trees
attribute-sets:
  - name: node
    attributes:
      - {name: id, type: u32}
      - {name: child, type: nest, nested-attributes: node}
      - {name: list, type: indexed-array, sub-type: nest, nested-attributes: node}
      - {name: many, type: nest, nested-attributes: node, multi-attr: true}
      - {name: table, type: nest-type-value, type-value: [row, column], nested-attributes: node}
      - {name: class, type: u8}
  - {name: some, subset-of: node, attributes: [{name: class, doc: redefined}, {name: child, nested-attributes: leaf}]}
  - {name: leaf, attributes: [{name: weight, type: u8, value: 9}, {name: next, type: u8}]}
operations:
  list:
    - {name: get, attribute-set: node, do: {request: {attributes: [id]}}}
    - {name: get-some, attribute-set: some, do: {request: {attributes: [class]}}}
"""


def test_sets_nest_themselves(load: Load) -> None:
    spec = load(NESTS)
    sent = payload(spec, id=1, child={"id": 2, "child": {"id": 3}}, list=[{"id": 4}, {}], many=[{"id": 5}, {"id": 6}])
    four = (4).to_bytes(4, NATIVE)
    assert (
        attribute(3, attribute(1, attribute(1, four), nested=True) + attribute(2, b"", nested=True), nested=True)
        in sent
    )
    record = answer(spec, sent)
    assert record.child.child.id == 3
    assert [each.id for each in record.list] == [4, None]
    assert [each.id for each in record.many] == [5, 6]


def test_the_types_of_a_nest_can_be_values(load: Load) -> None:
    spec = load(NESTS)
    sent = payload(spec, table={7: {1: {"id": 2}}})
    inner = attribute(1, attribute(1, (2).to_bytes(4, NATIVE)), nested=True)
    assert sent == attribute(5, attribute(7, inner, nested=True), nested=True)
    assert answer(spec, sent).table[7][1].id == 2
    assert payload(spec, table={"7": {"1": {"id": 2}}}) == sent


def test_a_subset_has_the_numbers_and_types_of_the_whole(load: Load) -> None:
    spec = load(NESTS)
    sent = spec.do("get-some", class_=3, child={"weight": 1, "next": 2}).payload[GENERIC_HEADER:]
    assert sent == attribute(6, b"\3") + attribute(2, attribute(9, b"\1") + attribute(10, b"\2"), nested=True)


def test_a_word_of_python_gets_an_underscore(load: Load) -> None:
    spec = load(NESTS)
    assert "class_" in spec.records["node"].__declarations__
    assert payload(spec, class_=1) == attribute(6, b"\1")


def test_any_name_becomes_one_of_python(load: Load) -> None:
    spec = load(
        """
        name: odd
        definitions: [{name: e, type: enum, entries: [a, A, _a_, "", 6ghz, true, no]}]
        attribute-sets:
          - name: things
            attributes: [{name: 6ghz, type: u8}, {name: a-b, type: u8}, {name: a_b, type: u8}, {name: "", type: u8},
              {name: __init__, type: u8}, {name: unknown, type: u8}, {name: "ä b", type: u8},
              {name: e, type: u8, enum: e}]
        operations: {list: [{name: get, attribute-set: things, do: {request: {attributes: []}}}]}
        """
    )
    fields = list(spec.records["things"].__declarations__)
    assert fields == ["n6ghz", "a_b", "a_b_", "n", "n__init__", "unknown_", "n__b", "e"]
    assert [member.label for member in spec.enums["e"]] == ["a", "A", "_a_", "", "6ghz", "true", "no"]
    for field in fields:
        sent = payload(spec, **{field: 3})
        assert getattr(answer(spec, sent), field) == 3


SUBMESSAGES = """
name: mixed
definitions:
  - {name: sort, type: enum, entries: [zero, one]}
  - {name: head, type: struct, members: [{name: x, type: u16}, {name: y, type: u8}]}
attribute-sets:
  - name: outer
    attributes:
      - {name: kind, type: string}
      - {name: sort, type: u8, enum: sort}
      - {name: data, type: sub-message, sub-message: data, selector: kind}
      - {name: sorted, type: sub-message, sub-message: by-sort, selector: sort}
      - {name: wrap, type: nest, nested-attributes: wrap}
  - {name: wrap, attributes: [{name: data, type: sub-message, sub-message: data, selector: kind}]}
  - {name: plain, attributes: [{name: a, type: u8}]}
sub-messages:
  - name: data
    formats:
      - {value: attributes, attribute-set: plain}
      - {value: header, fixed-header: head}
      - {value: both, fixed-header: head, attribute-set: plain}
      - {value: nothing}
  - {name: by-sort, formats: [{value: one, attribute-set: plain}]}
operations: {list: [{name: get, attribute-set: outer, do: {request: {attributes: [kind, data]}}}]}
"""

HEAD = struct.pack("=HBx", 1, 2)


@pytest.mark.parametrize(
    ("kind", "data", "raw", "nested"),
    [
        ("attributes", {"a": 3}, attribute(1, b"\3"), True),
        ("header", {"x": 1, "y": 2}, HEAD, False),
        ("both", {"x": 1, "y": 2, "a": 3}, HEAD + attribute(1, b"\3"), True),
        ("nothing", b"\1\2\3\4", b"\1\2\3\4", False),
    ],
)
def test_a_sub_message_is_what_its_selector_says(load: Load, kind: str, data: Any, raw: bytes, nested: bool) -> None:
    spec = load(SUBMESSAGES)
    sent = payload(spec, kind=kind, data=data)
    assert sent == attribute(1, f"{kind}\0".encode()) + attribute(3, raw, nested=nested)
    found = answer(spec, sent).data
    assert found == data if isinstance(data, bytes) else all(getattr(found, key) == data[key] for key in data)


def test_a_selector_may_stand_around_the_nest(load: Load) -> None:
    spec = load(SUBMESSAGES)
    sent = payload(spec, kind="both", wrap={"data": {"x": 1, "y": 2, "a": 3}})
    assert attribute(1, HEAD + attribute(1, b"\3"), nested=True) in sent
    assert answer(spec, sent).wrap.data.a == 3


def test_a_selector_may_be_an_enum(load: Load) -> None:
    spec = load(SUBMESSAGES)
    sent = payload(spec, sort="one", sorted={"a": 1})
    assert sent == attribute(2, b"\1") + attribute(4, attribute(1, b"\1"), nested=True)
    assert answer(spec, sent).sorted.a == 1


def test_a_sub_message_of_an_unknown_kind_stays_bytes(load: Load) -> None:
    spec = load(SUBMESSAGES)
    assert answer(spec, attribute(1, b"new\0") + attribute(3, b"\1\2\3\4")).data == b"\1\2\3\4"
    assert payload(spec, kind="new", data="01020304") == attribute(1, b"new\0") + attribute(3, b"\1\2\3\4")


HEADERS = """
name: headed
protocol: netlink-raw
protonum: 25
definitions:
  - name: short
    type: struct
    members: [{name: family, type: u8}, {name: pad, type: pad, len: 1}, {name: level, type: u16}]
  - {name: long, type: struct, members: [{name: family, type: u8}, {name: table, type: u8}, {name: text, type: u16}]}
attribute-sets:
  - name: things
    attributes: [{name: id, type: u32}, {name: table, type: u32}, {name: text, type: string}]
operations:
  fixed-header: short
  list:
    - {name: get, attribute-set: things, do: {request: {value: 18, attributes: [id]}, reply: {value: 16}}}
    - {name: new, attribute-set: things, fixed-header: long, do: {request: {value: 16, attributes: [id]}}}
"""


def test_a_fixed_header_is_part_of_the_record(load: Load) -> None:
    spec = load(HEADERS)
    operation = spec.do("get", family=2, level=300, id=1)
    assert operation.payload == struct.pack("=BxH", 2, 300) + attribute(1, (1).to_bytes(4, NATIVE))
    assert (operation.protocol, operation.message_type, operation.reply_type) == (25, 18, 16)


def test_an_operation_may_have_a_header_of_its_own(load: Load) -> None:
    spec = load(HEADERS)
    sent = spec.do("new", family=2, table=1000, header_text=5, text="a").payload
    assert sent == struct.pack("=BBH", 2, 1000 & 255, 5) + attribute(2, (1000).to_bytes(4, NATIVE)) + attribute(
        3, b"a\0"
    )
    record: Any = decode(plan_of(spec.request_record("new")), struct.pack("=BBH", 2, 7, 5))
    assert (record.table, record.text, record.header_text) == (7, None, 5)  # the header's, where no attribute is


def test_a_header_of_generic_netlink_stands_before_the_familys_own(load: Load) -> None:
    spec = load(HEADERS.replace("netlink-raw", "genetlink-legacy").replace("headed", "behind"))
    operation = spec.do("get", family=2, level=300)
    assert operation.payload == b"\x12\1\0\0" + struct.pack("=BxH", 2, 300)
    assert (operation.family, operation.protocol) == ("behind", 16)


def test_flags_of_the_request_have_names(load: Load) -> None:
    spec = load(HEADERS)
    assert spec.do("new", netlink_flags="create").flags == 0x400
    assert spec.do("new", netlink_flags=("create", "excl")).flags == 0x600
    with pytest.raises(netlynx.EncodeError, match=r"'make' is none of replace, excl, create"):
        spec.do("new", netlink_flags="make")
