"""Every family of generic netlink in the kernel's sources is on the page: with a room, or the reason why not."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import netlynx
from facts.book import ABSENT, FactBook
from netlynx.generic import Family
from netlynx.generic.rooms import ROOMS

PAGE = Path(__file__).parents[1] / "docs" / "families.md"
ROW = re.compile(r"\| `([^`]+)` \| (?:`([\w.]+)`)? ?\|([^|]*)\|([^|]*)\|")
PLACES = {"host", "guest", "virtual"}


def rows() -> dict[str, tuple[str, str, str]]:
    """Of each family on the page, its room, where that was tried, and why there is none."""
    table = PAGE.read_text().partition("## Every family of generic netlink")[2]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    found = [ROW.fullmatch(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if match is None]
    return {each[1]: (each[2] or "", each[3].strip(), each[4].strip()) for each in found if each is not None}


def declared(room: str) -> set[str]:
    """The families that the files of a room declare."""
    top = Path(netlynx.__file__).parent
    if room == "generic":
        importlib.import_module("netlynx.kernel.generic")  # the controller, whose kernel side is declared there
    for path in (top / room.replace(".", "/")).rglob("*.py"):
        importlib.import_module(".".join(("netlynx", *path.relative_to(top).with_suffix("").parts)))

    def within(cls: type[Family]) -> set[str]:
        names = {each.__family__.name for each in cls.__subclasses__()}
        return names.union(*map(within, cls.__subclasses__()))

    return within(Family)


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
def test_the_page_has_every_family_and_no_other() -> None:
    assert rows().keys() == FactBook().families["genl"].keys()


@pytest.mark.parametrize("name", rows())
def test_each_has_a_room_or_a_reason(name: str) -> None:
    room, tried, why = rows()[name]
    if room:
        assert name in declared(room)
        assert tried
        assert set(tried.split(", ")) <= PLACES
        assert not why
    else:
        assert why
        assert not tried


def test_messages_of_each_are_read_by_its_room() -> None:
    """Of the controller's the lexicon knows by itself."""
    rooms = {name: room for name, (room, _, _) in rows().items() if room and name != "nlctrl"}
    assert {name: room.removesuffix(".family") for name, room in ROOMS.items()} == rooms
