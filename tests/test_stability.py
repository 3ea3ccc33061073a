"""What was public stays, or the changelog tells that it went (docs/project/stability.md)."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import netlynx
from scripts import release

ROOT = Path(__file__).parents[1]
KEPT = (ROOT / "tests" / "public_names.txt").read_text().split()


def is_there(name: str) -> bool:
    room, _, last = name.rpartition(".")
    try:
        return hasattr(import_module(room), last)
    except ModuleNotFoundError:
        return False


def test_a_name_that_went_would_be_missed() -> None:
    assert is_there("netlynx.route.links")
    assert not is_there("netlynx.route.linkz")
    assert not is_there("netlynx.rout.links")


def test_no_public_name_goes_without_a_word() -> None:
    changelog = release.notes((ROOT / "CHANGELOG.md").read_text(), "Unreleased")
    told = "\n".join(re.findall(r"^### (?:Changed|Removed)\n(.*?)(?=^### |\Z)", changelog, re.S | re.M))
    gone = [name for name in KEPT if not is_there(name) and f"`{name}`" not in told]
    assert gone == [], "say it under Changed or Removed in CHANGELOG.md, or bring it back"


def test_errors_are_the_builtin_exceptions_that_the_page_says() -> None:
    page = (ROOT / "docs" / "project" / "stability.md").read_text()
    pairs = re.findall(r"`(\w+)` (?:is )?an? `(\w+)`", page)
    assert len(pairs) == 8
    for name, builtin in pairs:
        error = getattr(netlynx, name)
        assert issubclass(error, netlynx.NetlynxError)
        assert builtin in [each.__name__ for each in error.__mro__], name


def test_the_list_has_the_front_and_the_rooms() -> None:
    assert {"netlynx.connect", "netlynx.route.links", "netlynx.tc.impair", "netlynx.netns.create"} <= set(KEPT)
    assert not [name for name in KEPT if "._" in name and not name.endswith("__version__")]
