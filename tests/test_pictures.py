"""The pictures tell the truth: the house's floors are those of the plan, and the files are what is drawn."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from scripts import pictures
from test_house import ROOMS

ROOT = Path(__file__).parents[1]
FLOOR = {room: number for number, (_, _, rooms) in enumerate(pictures.FLOORS) for room in rooms if room}


def test_every_room_stands_on_one_floor() -> None:
    drawn = [room for _, _, rooms in pictures.FLOORS for room in rooms if room]
    assert sorted([*drawn, *pictures.BESIDE, "__main__"]) == sorted(ROOMS)


def test_each_room_stands_above_those_it_uses() -> None:
    upwards = [
        f"{room} uses {below}"
        for room, several in ROOMS.items()
        for below in several
        if room in FLOOR and below in FLOOR and FLOOR[below] < FLOOR[room]
    ]
    assert upwards == []


def test_the_page_has_the_same_floors() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| ([\w ]+) \| (`.*?) \|.*\|$", page.partition("## ")[0], re.M)
    assert [title for title, _ in rows] == [title.lower() for title, _, _ in pictures.FLOORS]
    for (title, cell), (_, _, rooms) in zip(rows, pictures.FLOORS, strict=True):
        assert {*re.findall(r"`(\w+)/`", cell)} <= {*rooms}, title


def test_the_files_are_what_is_drawn() -> None:
    for name, draw in pictures.PICTURES.items():
        assert (ROOT / "docs" / name).read_text() == draw(), f"draw docs/{name} anew: python scripts/pictures.py"


def test_pictures_need_nothing_from_elsewhere_and_know_the_dark() -> None:
    files = sorted((ROOT / "docs").rglob("*.svg"))
    assert {*pictures.PICTURES, "bench.svg"} <= {path.name for path in files}
    for path in files:
        text = path.read_text()
        ElementTree.fromstring(text)
        assert re.findall(r"(?:href|url|@import|src)\s*[=(:]", text) == [], path.name
        if path.parent.name != "assets":
            assert "prefers-color-scheme: dark" in text, path.name
