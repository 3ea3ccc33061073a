"""Records tell people and their tools all that they have: `help`, `inspect.signature`, tool-tips."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import pydoc
import sys
from typing import Any

import pytest

from facts.walk import declared, title
from netlynx.codec._codec import decode, encode
from netlynx.errors import EncodeError
from netlynx.route import Address, Link, NextHop, PortRange, Route, Rule, UidRange, VlanFlag, VlanFlags
from netlynx.schema import Layout, Record
from netlynx.schema.compile import plan_of
from netlynx.schema.from_json import from_json
from netlynx.schema.record import READ, was_read

CLASSES = [cls for base in (Record, Layout) for cls in declared(base) if cls.__module__.startswith("netlynx.")]


@pytest.mark.parametrize("cls", CLASSES, ids=title)
def test_the_signature_has_every_field(cls: Any) -> None:
    parameters = inspect.signature(cls).parameters
    assert set(cls.__declarations__) <= set(parameters)
    assert {name: parameters[name].default for name in cls.__declarations__} == {
        name: declaration.default for name, declaration in cls.__declarations__.items()
    }


@pytest.mark.parametrize("cls", CLASSES, ids=title)
def test_the_documentation_has_every_field(cls: Any) -> None:
    text = inspect.getdoc(cls)
    assert text is not None
    assert all(f"    {name}: " in text for name in cls.__declarations__)


def test_help_shows_rare_fields_and_what_they_mean() -> None:
    text = pydoc.plain(pydoc.render_doc(Route))
    assert "multipath: tuple[NextHop, ...]" in text
    assert "interface index" in text


class TestReplacing:
    def test_every_field_can_be_replaced_rare_ones_too(self) -> None:
        route = Route(destination="10.0.0.0/8")
        assert route.replace(multipath=[NextHop(oif=3)]).multipath == (NextHop(oif=3),)
        assert route.replace(multipath=[NextHop(oif=3)]).replace(multipath=None) == route
        with pytest.raises(TypeError, match=r"did you mean multipath"):
            route.replace(multipaht=())

    @pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace came with Python 3.13")
    def test_the_standard_library_does_so(self) -> None:
        assert copy.replace(Route(oif=1), multipath=[NextHop(oif=3)]).multipath == (NextHop(oif=3),)  # type: ignore[attr-defined]

    def test_what_was_read_knows_what_was_replaced(self) -> None:
        read = decode(plan_of(Route), encode(plan_of(Route), Route(destination="10.0.0.0/8", oif=3)))
        assert read.unknown is READ
        changed = read.replace(oif=4, metric=None)
        assert changed.unknown.changed == {"oif"}
        assert changed == read.replace(oif=4)
        assert changed.replace(metric=7).unknown.changed == {"oif", "metric"}
        again = pickle.loads(pickle.dumps(changed))
        assert (again, again.unknown.changed) == (changed, {"oif"})
        assert not was_read(Route(destination="10.0.0.0/8"))
        assert repr(read) == repr(read).replace("unknown", "")


class TestDictionaries:
    @pytest.mark.parametrize(
        "record", [Link(name="v0", flags=["up"], kind="vlan", data={"id": 5}), Route(multipath=[NextHop(oif=3)])]
    )
    def test_they_are_json_and_make_the_record_again(self, record: Any) -> None:
        said = record.to_dict()
        assert json.loads(json.dumps(said)) == said
        assert from_json(type(record).__narrow__, said) == record


class TestNaturalShapes:
    @pytest.mark.parametrize(
        "given", [53, "53", (53,), (53, 53), [53, 53], PortRange(start=53), {"start": 53}, {"start": 53, "end": 53}]
    )
    def test_a_range_is_a_number_two_or_text(self, given: Any) -> None:
        assert Rule(destination_ports=given).destination_ports == PortRange(start=53, end=53)

    def test_a_range_of_two_ends(self) -> None:
        assert Rule(uid_range="5-7").uid_range == UidRange(start=5, end=7)  # type: ignore[arg-type]
        assert Rule(uid_range=(0, 5)).uid_range == UidRange(start=0, end=5)  # type: ignore[arg-type]

    def test_a_mask_follows_from_the_flags(self) -> None:
        assert VlanFlags(flags="gvrp") == VlanFlags(flags=VlanFlag.GVRP, mask=VlanFlag.GVRP)  # type: ignore[arg-type]
        assert VlanFlags(flags=0, mask=1).mask == 1  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("cls", "values", "path"),
        [
            (Rule, {"destination_ports": "a-b"}, "Rule.destination_ports"),
            (Rule, {"destination_ports": (1, 2, 3)}, "Rule.destination_ports"),
            (Address, {"cacheinfo": 5}, "Address.cacheinfo"),
            (Address, {"cacheinfo": {"vaild": 5}}, "Address.cacheinfo"),
            (Route, {"multipath": 5}, "Route.multipath"),
        ],
    )
    def test_any_other_shape_is_refused_with_its_path(self, cls: Any, values: Any, path: str) -> None:
        with pytest.raises(EncodeError) as caught:
            cls(**values)
        assert caught.value.path == path
