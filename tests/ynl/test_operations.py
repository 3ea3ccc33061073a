"""Operations and groups: their numbers, and what is said where there is none of a name."""

from __future__ import annotations

import pytest

import netlynx
from netlynx import ynl
from ynl.conftest import Load

UNIFIED = """
name: one
operations:
  list:
    - {name: get, do: {request: {attributes: []}, reply: {attributes: []}}, dump: {reply: {attributes: []}}}
    - {name: get-ntf, notify: get, mcgrp: news}
    - {name: set, value: 7, do: {request: {attributes: []}}}
    - {name: hello, event: {attributes: []}, mcgrp: other}
    - {name: drop, do: {request: {attributes: []}}}
mcast-groups: {list: [{name: news}, {name: other}]}
"""

DIRECTIONAL = """
name: two
protocol: genetlink-legacy
operations:
  enum-model: directional
  list:
    - {name: get, do: {request: {attributes: []}, reply: {attributes: []}}}
    - {name: set, do: {request: {attributes: []}}}
    - {name: set-ntf, notify: get}
    - {name: act, do: {request: {value: 9}, reply: {value: 5}}}
    - {name: late-ntf, value: 30, notify: act}
    - {name: last, do: {request: {attributes: []}, reply: {attributes: []}}}
mcast-groups: {list: [{name: news}]}
"""

RAW = """
name: three
protocol: netlink-raw
protonum: 25
operations:
  enum-model: directional
  list:
    - {name: new, do: {request: {value: 16}}}
    - {name: del, do: {request: {value: 17}}}
    - {name: get, do: {request: {value: 18}, reply: {value: 16}}, dump: {request: {value: 19}, reply: {value: 20}}}
    - {name: new-ntf, value: 16, notify: get}
mcast-groups: {list: [{name: first, value: 4}, {name: second}]}
"""


def heard(group: netlynx.engine.operation.Group[object]) -> dict[int, str]:
    return {number: str(kind) for number, (kind, _) in (group.commands or group.messages).items()}


def test_one_model_counts_everything_together(load: Load) -> None:
    spec = load(UNIFIED)
    numbers = [spec.do(name).payload[0] for name in ("get", "set", "drop")]
    assert numbers == [1, 7, 9]
    assert spec.dump("get").payload[0] == 1
    assert heard(spec.group("news")) == {1: "get", 2: "get-ntf", 7: "set", 8: "hello", 9: "drop"}


def test_the_other_counts_each_direction_for_itself(load: Load) -> None:
    spec = load(DIRECTIONAL)
    assert [spec.do(name).payload[0] for name in ("get", "set", "act", "last")] == [1, 2, 9, 10]
    assert heard(spec.group("news")) == {1: "get", 2: "set-ntf", 5: "act", 30: "late-ntf", 31: "last"}


def test_messages_of_raw_protocols_have_types(load: Load) -> None:
    spec = load(RAW)
    assert spec.do("del").message_type == 17
    assert (spec.do("get").message_type, spec.do("get").reply_type) == (18, 16)
    assert (spec.dump("get").message_type, spec.dump("get").reply_type) == (19, 20)
    assert heard(spec.group("first")) == {16: "new-ntf", 20: "get", 17: "del", 18: "get"}
    assert [spec.groups[name].numbers for name in spec.groups] == [(4,), (5,)]


def test_all_groups_are_subscribed_to_at_once(load: Load) -> None:
    assert [group.groups for group in load(UNIFIED).subscribe()] == [("news",), ("other",)]


def test_an_operation_tells_what_it_can_be(load: Load) -> None:
    operations = load(UNIFIED).operations
    assert operations["get"].verbs == ("do", "dump")
    assert (operations["get-ntf"].verbs, operations["get-ntf"].notifies, operations["hello"].group) == (
        (),
        "get",
        "other",
    )


@pytest.mark.parametrize(
    ("verb", "name", "error"),
    [
        ("do", "gte", r"one has no operation 'gte'; did you mean get\?"),
        ("dump", "set", r"one\.set is no dump; it is a do"),
        ("do", "get-ntf", r"one\.get-ntf is no do; it is a notification: subscribe to its group"),
        ("group", "new", r"one has no group 'new'; did you mean news\?"),
    ],
)
def test_a_name_that_there_is_not_is_told_with_the_nearest(load: Load, verb: str, name: str, error: str) -> None:
    spec = load(UNIFIED)
    with pytest.raises(ynl.SpecError, match=error):
        getattr(spec, verb)(name)


def test_a_field_that_there_is_not_is_told_with_the_nearest(load: Load) -> None:
    spec = load(
        """
        name: four
        attribute-sets: [{name: things, attributes: [{name: mtu, type: u32}, {name: inner, type: nest,
          nested-attributes: things}]}]
        operations: {list: [{name: get, attribute-set: things, do: {request: {attributes: [mtu]}}}]}
        """
    )
    with pytest.raises(TypeError, match=r"four\.get: Things has no field 'mtuu'; did you mean mtu\?"):
        spec.do("get", mtuu=1)
    with pytest.raises(TypeError, match=r"four\.get\.inner: Things has no field 'mru'"):
        spec.do("get", inner={"mru": 1})
    with pytest.raises(netlynx.EncodeError, match=r"four\.get\.inner\.mtu: expected a number"):
        spec.do("get", inner={"mtu": "x"})
    with pytest.raises(netlynx.EncodeError, match=r"four\.get: takes a Things, not a Nothing"):
        spec.do("get", netlynx.generic.message.Nothing())
    with pytest.raises(TypeError, match=r"four\.get: give a record or its values, not both"):
        spec.do("get", spec.request_record("get")(), mtu=1)
