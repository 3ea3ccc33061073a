"""Values that messages wrap in a tag and what it stands for: in records they are what it stands for."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from codec.records import attribute, nested
from netlynx import EncodeError, to_json
from netlynx.codec._codec import Filter, decode
from netlynx.schema import Record, attr, multi, nest, select, string, tagged, u32
from netlynx.schema.compile import plan_of
from netlynx.schema.from_json import from_json
from netlynx.schema.locate import locate


class Wheel(Record):
    """A toy."""

    spokes: int | None = attr(1, u32)


class Bell(Record):
    """A toy that has nothing to say."""


class Part(Record):
    """The wrapping record."""

    name: str | None = attr(1, string)
    data: Record | bytes | None = attr(2, select("name", {"wheel": nest(Wheel), "bell": nest(Bell)}))


class Bicycle(Record):
    """What has parts."""

    front: Any = attr(1, tagged(Part))
    parts: Any = attr((2, 1), multi(tagged(Part)))


WHEEL = attribute(1, b"wheel\0"), nested(2, attribute(1, struct.pack("=I", 36)))
BELL = attribute(1, b"bell\0")


@pytest.mark.parametrize(
    ("payload", "value", "shown"),
    [
        (b"".join(WHEEL), Wheel(spokes=36), {"name": "wheel", "data": {"spokes": 36}}),
        (BELL, Bell(), {"name": "bell"}),
        (BELL + nested(2), Part(name="bell", data=Bell()), {"name": "bell", "data": {}}),
        (WHEEL[0], Part(name="wheel"), {"name": "wheel"}),
        (attribute(1, b"horn\0"), Part(name="horn"), {"name": "horn"}),
        (attribute(1, b"horn\0") + attribute(2, b"tuut"), Part(name="horn", data=b"tuut"), None),
        (b"", Part(), {}),
    ],
)
def test_a_value_is_what_its_tag_stands_for_and_goes_back_byte_for_byte(payload: bytes, value: Any, shown: Any) -> None:
    data = nested(1, payload) + nested(2, nested(1, payload), nested(1, payload))
    bicycle = decode(plan_of(Bicycle), data)
    assert (bicycle.front, bicycle.parts) == (value, (value, value))
    assert bicycle.to_bytes() == data
    said = json.loads(to_json(bicycle))
    assert shown is None or said == {"front": shown, "parts": [shown, shown]}
    assert from_json(Bicycle, said) == bicycle
    assert from_json(Bicycle, bicycle.to_dict()) == bicycle


def test_what_stands_beside_a_tag_stays() -> None:
    data = nested(1, *WHEEL, attribute(9, b"more"))
    bicycle = decode(plan_of(Bicycle), data)
    assert isinstance(bicycle.front, Part)
    assert bicycle.front.data == Wheel(spokes=36)
    assert bicycle.to_bytes() == data


def test_a_value_is_given_as_a_record_or_with_its_tag() -> None:
    one = Bicycle(front=Wheel(spokes=36), parts=[Bell(), Wheel(spokes=1)])
    assert one == Bicycle(
        front={"name": "wheel", "data": {"spokes": 36}},
        parts=({"name": "bell"}, {"name": "wheel", "data": Wheel(spokes=1)}),
    )
    assert one.replace(front=Bell()).front == Bell()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"front": "wheel"}, "Bicycle.front: expected a record such as Wheel or Bell"),
        ({"front": Bicycle()}, "Bicycle.front: expected a record such as Wheel or Bell"),
        ({"parts": [Bell(), Bicycle()]}, r"Bicycle.parts\[1\]: expected a record such as Wheel or Bell"),
        ({"parts": [Wheel(spokes=-1)]}, r"Bicycle.parts\[0\].spokes: -1 is out of range"),
        ({"front": Part(name="horn", data=Bell())}, "Bicycle.front.data: nothing is known of name 'horn'"),
    ],
)
def test_errors_name_what_was_given(fields: Any, words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        Bicycle(**fields).to_bytes()


def test_the_kernel_points_at_what_was_given() -> None:
    record = Bicycle(parts=[Bell(), Wheel(spokes=1)])
    data = record.to_bytes()
    assert locate(record, data, data.index(b"wheel") - 8) == "Bicycle.parts[1]"
    assert locate(record, data, len(data) - 8) == "Bicycle.parts[1].spokes"


def test_conditions_speak_of_the_tag() -> None:
    with_bell = nested(2, nested(1, BELL), nested(1, *WHEEL))
    bicycle = decode(plan_of(Bicycle), with_bell)
    for wanted, fits in (
        ({"name": "bell"}, True),
        ({"name": "horn"}, False),
        ({"name": "wheel", "data": {"spokes": 36}}, True),
        ({"name": "wheel", "data": {"spokes": 35}}, False),
        (Wheel(spokes=36), True),
        (Wheel(spokes=35), False),
    ):
        assert Filter(plan_of(Bicycle), (("parts", wanted),)).matches(bicycle) is fits


def test_a_tag_stands_for_one_class_alone() -> None:
    class Twice(Record):
        name: str | None = attr(1, string)
        data: Record | bytes | None = attr(2, select("name", {"a": nest(Bell), "b": nest(Bell)}))

    class Holder(Record):
        one: Any = attr(1, tagged(Twice))

    with pytest.raises(TypeError, match="of each class there can be one tag"):
        plan_of(Holder)
