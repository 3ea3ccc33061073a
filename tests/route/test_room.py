"""The room as its users see it: every name is there, and stays what it is (`tests/test_late.py` has more)."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
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


@pytest.mark.parametrize("name", ["link", "address", "route", "neighbour", "nexthop"])
def test_a_module_never_stands_in_the_place_of_the_function_it_is_named_like(name: str) -> None:
    for first in (f"import netlynx.route.{name}", f"from netlynx import route; route.{name}", "import netlynx"):
        code = f"{first}; from netlynx import route; print(route.{name}.__name__, callable(route.{name}))"
        assert run(code) == f"{name} True"
