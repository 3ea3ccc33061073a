"""The room as its users see it: every name is there, typed and loaded when it is used, and not before."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest

from netlynx import route
from netlynx.engine.operation import Group
from netlynx.schema import Enumeration, FlagSet, Record

# Wire forms that users never meet.
HIDDEN = {  # what requests alone are made of
    *("MplsRoute", "VlanRequest", "VlanDumpFlags", "VniRequest", "TunnelDumpFlags", "SourceRequest"),
    *("MulticastRouteRequest", "SourceAddress", "StatsRequest"),
}


def modules() -> list[ModuleType]:
    return [import_module(each.name) for each in walk_packages(route.__path__, f"{route.__name__}.")]


def run(code: str) -> str:
    """Standard output of a Python of its own: what this process has loaded already proves nothing."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", route.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(route, name) is not None
    assert name in dir(route)


def test_checkers_see_the_same_names_in_the_same_places() -> None:
    assert route.__file__ is not None
    tree = ast.parse(Path(route.__file__).read_text())
    seen = {}
    for block in (node for node in tree.body if isinstance(node, ast.If)):
        for each in block.body:
            assert isinstance(each, ast.ImportFrom)
            for alias in each.names:
                assert alias.asname == alias.name, "a plain import is not a re-export to checkers"
                seen[alias.name] = each.module
    assert seen == route._HOME


def test_every_record_enum_and_group_is_public() -> None:
    lacking = set()
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ != module.__name__:
                continue
            public = isinstance(value, Group) or (
                isinstance(value, type) and issubclass(value, (Record, Enumeration, FlagSet))
            )
            if public and name not in {*route.__all__, *HIDDEN} and not name.startswith("_"):
                lacking.add(f"{module.__name__}.{name}")
    assert lacking == set()


def test_importing_the_room_loads_nothing_else() -> None:
    code = "import sys; from netlynx import route; print([name for name in sys.modules if 'netlynx.route.' in name])"
    assert run(code) == "[]"


@pytest.mark.parametrize("name", ["link", "address", "route", "neighbour", "nexthop"])
def test_a_module_never_stands_in_the_place_of_the_function_it_is_named_like(name: str) -> None:
    for first in (f"import netlynx.route.{name}", f"from netlynx import route; route.{name}", "import netlynx"):
        code = f"{first}; from netlynx import route; print(route.{name}.__name__, callable(route.{name}))"
        assert run(code) == f"{name} True"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'netlynx\.route' has no attribute 'linx'"):
        _ = route.linx  # type: ignore[attr-defined]
