"""The page's table of all netlink protocols, against the kernel's own sources and against the rooms that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from facts.book import ABSENT, FactBook
from netlynx.wire.constants import NETLINK, PROTOCOLS
from test_house import ROOMS, SOURCES

PAGE = Path(__file__).parents[1] / "docs" / "families.md"
NOT_YET = "no room yet"
# Rooms that stand below all protocols, or make their own; what they say of protocols is no room of one.
OTHERS = {"wire", "transport", "engine", "client", "kernel", "testing", "cli", "ynl", "module", "vm", "classical"}
USED = {("usersock", int(NETLINK.SOCK_DIAG))}  # by which peers learn who is there


class Row(NamedTuple):
    protocol: str
    room: str
    tried: str
    why: str


def rows() -> Iterator[tuple[int, Row]]:
    lines = PAGE.read_text().partition("## Every protocol of the kernel\n")[2].splitlines()
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].isdecimal():
            number, protocol, room, tried, why = cells
            yield int(number), Row(protocol, room.strip("`"), tried, why)


TABLE = dict(rows())


@pytest.fixture(scope="module")
def sockets() -> dict[int, Any]:
    """What the kernel registers (`netlink_kernel_create`), by number."""
    if ABSENT:
        pytest.skip(ABSENT)
    return {each["nr"]: each for each in FactBook().families["kernel_sockets"].values()}


def spoken_by(room: str) -> set[int]:
    """The protocols that a room's own sources name."""
    named = set()
    for path in (SOURCES / "netlynx" / room).rglob("*.py"):
        named |= set(re.findall(r"\bNETLINK\.([A-Z][A-Z0-9_]+)\b", path.read_text()))
    return {int(getattr(NETLINK, name)) for name in named}


def test_the_table_has_every_number_up_to_the_last() -> None:
    assert [*TABLE] == [*range(max(PROTOCOLS) + 1)]
    assert {number: row.protocol for number, row in TABLE.items() if number in PROTOCOLS} == {
        number: each.c_name for number, each in PROTOCOLS.items()
    }


def test_the_names_are_those_of_the_header() -> None:
    if ABSENT:
        pytest.skip(ABSENT)
    header = FactBook().headers["linux/netlink.h"]
    assert {row.protocol: number for number, row in TABLE.items() if row.protocol}.items() <= header.items()


@pytest.mark.parametrize("number", TABLE)
def test_a_room_is_there_or_the_reason_is(number: int) -> None:
    row = TABLE[number]
    assert bool(row.room) != bool(row.why)
    assert bool(row.room) == bool(row.tried)
    known = PROTOCOLS.get(number)
    assert row.room == ("" if known is None else known.room)  # as `netlynx protocols` says
    if row.room:
        import_module(f"netlynx.{row.room}")
        assert number in spoken_by(row.room), f"nothing of netlynx.{row.room} is about it"


def test_no_room_speaks_a_protocol_that_the_table_says_has_none() -> None:
    for room in ROOMS.keys() - OTHERS - {"_version", "__main__"}:
        unsaid = {each for each in spoken_by(room) if not TABLE[each].room and (room, each) not in USED}
        assert not unsaid, f"netlynx.{room} speaks {unsaid}: put it into docs/families.md and wire/constants.py"


TESTS = {path: path.read_text() for path in sorted(Path(__file__).parent.rglob("test_*.py"))}
WHERE = {
    "guest": r"mark\.(guest|every_kernel)",
    "virtual": r"VirtualKernel\(",
    "host": r"\b(namespace|netns|connect)\b",
}


@pytest.mark.parametrize("number", [number for number, row in TABLE.items() if row.room])
def test_a_room_is_tried_where_the_table_says_so(number: int) -> None:
    row = TABLE[number]
    uses = re.compile(
        rf"^from netlynx(\.{row.room}\b| import [^\n]*\b{row.room}\b| import \([^)]*\b{row.room}\b)", re.M
    )
    said = re.findall("host|guest|virtual", row.tried)
    assert said
    for where in said:
        tried = [path for path, text in TESTS.items() if uses.search(text) and re.search(WHERE[where], text)]
        assert tried, f"no test of netlynx.{row.room} is one for the {where}"


def test_what_the_kernel_has_is_spoken_or_waits(sockets: dict[int, Any]) -> None:
    for number, row in TABLE.items():
        if number in sockets:
            assert row.room or row.why == NOT_YET, f"{row.protocol}: {row.why}"
        else:  # the kernel has no side of it
            assert row.why != NOT_YET
            assert row.room in ("", "usersock", "firewall"), f"{row.room} speaks what no kernel has"


def test_what_is_gone_is_said_to_be(sockets: dict[int, Any]) -> None:
    for number, known in PROTOCOLS.items():
        assert bool(known.gone) == (number not in sockets and number != NETLINK.USERSOCK), known.name


def test_what_it_says_took_its_place_is_there() -> None:
    named = set()
    for number, known in PROTOCOLS.items():
        text = f"{known.description} {known.gone}"
        for other, said in re.findall(r"NETLINK_([A-Z_]+) \((\d+)\)", text):
            assert int(getattr(NETLINK, other)) == int(said) != number
        for room in re.findall(r"\b(\w+)(?= and \w+\)|\))", text.partition("(rooms ")[2]):
            import_module(f"netlynx.{room}")
        named |= set(re.findall(r"\bnetlynx((?:\.\w+)+)(\(\))?", text))
        assert not re.search(r"(?<!netlynx\.)\b(?:firewall|netfilter)\.\w", text), "say where it is from"
    assert len(named) == 3
    for path, called in named:
        room, name = path[1:].split(".")
        found = getattr(import_module(f"netlynx.{room}"), name) if called else import_module(f"netlynx{path}")
        assert callable(found) == bool(called)
