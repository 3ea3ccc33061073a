"""Where each public name is described: its page and anchor in the reference, and what a mention of it means."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from .names import Name, home, public, source
from .rooms import FIRST, LARGE, ROOMS, TITLES

FOLDER = "reference"

# What is called comes before what it takes and gives, and the file that a subject is named after before its others.
ORDER = (
    "function",
    "words",
    "kind of field",
    "group",
    "class",
    "record",
    "value",
    "struct",
    "flags",
    "enum",
    "constants",
    "error",
)


@dataclass(frozen=True)
class Subject:
    """Names that one file of a room declares, or files that go together."""

    key: str
    title: str
    about: str
    names: tuple[Name, ...]


@cache
def rooms() -> tuple[str, ...]:
    return tuple(room for several in ROOMS.values() for room in several)


def file_of(room: str) -> str:
    """The name of a room's page, or folder of pages."""
    return room.removeprefix("netlynx.") if room != "netlynx" else "netlynx"


def is_large(room: str) -> bool:
    return len(public(room)) > LARGE


def _key(room: str, home: str, files: frozenset[str]) -> str:
    """The subject that a file belongs to: `link_stats` goes with `link`, `kinds.veth` with all kinds."""
    inner = home.removeprefix(f"{room}.") if home.startswith(f"{room}.") else ""
    first = inner.partition(".")[0]
    while first and "_" in first and first.rpartition("_")[0] in files:
        first = first.rpartition("_")[0]
    return first


@cache
def subjects(room: str) -> tuple[Subject, ...]:
    """A room's names by the files that declare them; those that come from elsewhere are last."""
    names = [each for each in public(room) if canonical(each) == each.path]
    files = frozenset(each.home.removeprefix(f"{room}.").partition(".")[0] for each in names)
    grouped: dict[str, list[Name]] = {}
    for each in names:
        grouped.setdefault(_key(room, each.home, files), []).append(each)
    found = []
    first = FIRST.get(room, ())
    for key in sorted(grouped, key=lambda key: (first.index(key) if key in first else len(first), not key, key)):
        several = grouped[key]
        told = TITLES.get(room, {}).get(key or "others", "")
        described = source(f"{room}.{key}") if key else None
        text = described.text if described is not None else ""
        title = told or title_of(text) or key.replace("_", " ").capitalize() or "Others"
        several.sort(
            key=lambda each: (ORDER.index(each.kind), each.home != f"{room}.{key}", each.home, each.name.lower())
        )
        found.append(Subject(key or "others", title, text, tuple(several)))
    return tuple(found)


def title_of(text: str) -> str:
    """A heading of what a file says of itself: its first sentence, without its last parts where that is long."""
    first = re.split(r"(?<=[^.\s])[.:;]+(?:\s|$)", text.split("\n\n")[0].replace("\n", " "), maxsplit=1)[0]
    title = re.sub(r"\s*\(`?[^()]*`?\)$", "", first).replace("`", "").strip()
    while len(title) > 48 and "," in title:
        title = title.rpartition(",")[0]
    return title


@cache
def _first_homes() -> dict[tuple[str, str, int], str]:
    """Of what several rooms offer: the path under which it is described."""
    first: dict[tuple[str, str, int], str] = {}
    for room in sorted(rooms(), key=lambda each: each != "netlynx"):
        for each in public(room):
            first.setdefault((each.home, each.name, id(each.value)), each.path)
    return first


def canonical(name: Name) -> str:
    return _first_homes()[name.home, name.name, id(name.value)]


@cache
def pages() -> dict[str, str]:
    """The page and anchor of each path, `netlynx.route.Link`, of rooms too."""
    found: dict[str, str] = {}
    for room in rooms():
        large = is_large(room)
        front = f"{FOLDER}/{file_of(room)}/index.md" if large else f"{FOLDER}/{file_of(room)}.md"
        found[room] = front
        for subject in subjects(room):
            page = f"{FOLDER}/{file_of(room)}/{subject.key}.md" if large else front
            found |= {each.path: f"{page}#{each.name}" for each in subject.names}
    for room in rooms():
        for each in public(room):
            found.setdefault(each.path, found[canonical(each)])
    return found


@cache
def _by_home() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for room in rooms():
        for each in public(room):
            found.setdefault((each.home, each.called), pages()[each.path])
    return found


@cache
def meant(name: str, module: str) -> str | None:
    """The page and anchor of what a name is in a file: what it defines or imports, if that is public."""
    return _by_home().get(home(module, name)) if module else None


@cache
def _short() -> dict[str, str]:
    """`route` and `netlynx.route` alike; not where two rooms end in the same word."""
    ends = Counter(room.rpartition(".")[2] for room in rooms())
    return {room.rpartition(".")[2]: room for room in rooms() if ends[room.rpartition(".")[2]] == 1}


_MENTION = re.compile(r"(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")


@cache
def mentioned(text: str, room: str = "") -> str | None:
    """The page and anchor of what a piece of code begins with: `route.Link`, `Link` within its room, `Link.mtu`."""
    found = _MENTION.match(text)
    if found is None or (found.end() < len(text) and text[found.end()] not in "([ ,"):
        return None
    parts = found["path"].split(".")
    for length in range(len(parts), max(len(parts) - 2, 0), -1):  # what has a name of its own, or the field of such
        for starts in _starts(parts, room):
            path = ".".join([*starts, *parts[:length]])
            if path in pages():
                return pages()[path]
    return None


def _starts(parts: list[str], room: str) -> Iterator[tuple[str, ...]]:
    """What may stand before a mention. A bare word is a name of its room; what another one is called is too common."""
    first = parts[0]
    if room:
        yield (room,)
    if first == "netlynx":
        yield ()
        return
    if first in _short() and (len(parts) > 1 or not room):
        yield (_short()[first].rpartition(".")[0],)
    if not room:
        return
    yield ("netlynx",)


def relative(goal: str, page: str) -> str:
    """The address of a page, from another one, as browsers take it."""
    path, _, anchor = goal.partition("#")
    if path == page:
        return f"#{anchor}"
    address = posixpath.relpath(path, posixpath.dirname(page) or ".").removesuffix(".md") + ".html"
    return f"{address}#{anchor}" if anchor else address
