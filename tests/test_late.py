"""Rooms whose names are loaded as they are used: each is there, where checkers see it, and nothing is loaded before."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

import netlynx
from netlynx.late import Room

ROOMS = [
    room
    for each in iter_modules(netlynx.__path__, "netlynx.")
    if each.ispkg and isinstance(room := import_module(each.name), Room)
]


def homes(room: ModuleType) -> dict[str, str]:
    found: dict[str, str] = vars(room)["__homes__"]
    return found


def run(code: str) -> str:
    """Standard output of a Python of its own: what this process has loaded already proves nothing."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def test_there_are_such_rooms() -> None:
    assert {"netlynx.route", "netlynx.tc", "netlynx.nl80211", "netlynx.nftables"} <= {room.__name__ for room in ROOMS}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_name_is_there(room: ModuleType) -> None:
    assert room.__all__ == sorted(homes(room))
    for name, home in homes(room).items():
        value = getattr(room, name)
        assert value is getattr(import_module(home), name), name
        assert not isinstance(value, ModuleType), name
        assert name in dir(room)
    with pytest.raises(AttributeError, match=rf"'{room.__name__}' has no attribute 'linx'"):
        _ = room.linx


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_checkers_see_the_same_names_in_the_same_places(room: ModuleType) -> None:
    assert room.__file__ is not None
    seen = {}
    for block in (node for node in ast.parse(Path(room.__file__).read_text()).body if isinstance(node, ast.If)):
        for each in block.body:
            assert isinstance(each, ast.ImportFrom)
            for alias in each.names:
                assert alias.asname == alias.name, "a plain import is not a re-export to checkers"
                seen[alias.name] = each.module
    assert seen == homes(room)


def test_loading_a_room_loads_nothing_else() -> None:
    names = [room.__name__ for room in ROOMS]
    code = (
        f"import sys\nfrom importlib import import_module\nfor name in {names}:\n"
        "    import_module(name)\n    print(*(each for each in sys.modules if each.startswith(name + '.')))"
    )
    assert run(code) == ""


@pytest.mark.parametrize(
    ("name", "package", "needed"),
    [
        ("route.Link", "netlynx.route.kinds", "bridge bridge_port vlan"),
        ("route.Address", "netlynx.route.kinds", ""),
        ("nftables.CHANGES", "netlynx.nftables.expressions", "computing counting expression tracking"),
        ("nl80211.wiphys", "netlynx.nl80211.parts", "radios"),
        ("ovs.Flow", "netlynx.ovs.words", ""),
    ],
)
def test_a_name_loads_what_it_is_made_of(name: str, package: str, needed: str) -> None:
    """And no kinds of links, expressions of rules, parts of families: those are for who meets one."""
    code = (
        f"import sys, netlynx.{name.partition('.')[0]}\nnetlynx.{name}\n"
        f"print(*sorted(each.removeprefix('{package}.') for each in sys.modules if each.startswith('{package}.')))"
    )
    assert run(code) == needed


def test_what_a_kind_of_link_has_is_loaded_with_the_first_link() -> None:
    code = (
        "import sys\nfrom netlynx import route\nbefore = 'netlynx.route.kinds.bond' in sys.modules\n"
        "route.Link(name='x').to_bytes()\nprint(before, 'netlynx.route.kinds.bond' in sys.modules)"
    )
    assert run(code) == "False True"
