"""The pictures tell the truth: the house's floors are those of the plan, and the files are what is drawn."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from netlynx import netns
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


_TALK = """
import netlynx
from netlynx import route

with netlynx.connect() as nl, nl.subscribe(route.ADDRESSES) as events:
    nl.dump(route.links()).all()
    nl.do(route.add(route.Address(index=1, address="192.0.2.1", prefixlen=24)))
    events.get(timeout=10)
"""


@pytest.mark.namespace
def test_the_conversation_goes_as_it_is_drawn(namespace: netns.NetworkNamespace) -> None:
    """What the trace of a program shows, but for an overrun, which takes more than one change."""
    done = netns.run_in(
        namespace,
        subprocess.run,
        [sys.executable, "-c", _TALK],
        env={**os.environ, "NETLYNX_DEBUG": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    said = [re.sub(r".*? ([<>]) \S+ (.*)", r"\1 \2", line) for line in done.stderr.splitlines()]
    drawn = [(sort, words, more) for sort, words, more in pictures.CONVERSATION if sort in ("send", "answer", "tell")]
    for sort, words, more in drawn[: [sort for sort, *_ in drawn].index("tell") + 2]:
        way = ">" if sort == "send" else "<"
        for message in re.findall(r"[A-Z]+_[A-Z]+", words):
            flags = re.match(r"[A-Z|]*", more)[0]  # type: ignore[index]  # an empty one is found, at least
            assert any(line.startswith(f"{way} {message} {flags}".rstrip()) for line in said), (message, flags, said)
