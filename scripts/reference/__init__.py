"""The reference: pages about every public name, made of docstrings, signatures and declarations.

MkDocs' own tools for this read sources, and would see little of ours: rooms load their names when they are used, the
fields of records are declared with `attr(…)` and explained by the comments beside them, and operations of generic
families are objects that can be called. So the package is imported and asked.
"""

from __future__ import annotations

from .described import entry, line, table, what_it_says
from .names import Name, public, source
from .places import FOLDER, canonical, file_of, is_large, mentioned, pages, relative, rooms, subjects
from .rooms import INNER, LARGE, ROOMS
from .words import Place, inline, prose, summary

__all__ = [
    "INNER",
    "LARGE",
    "ROOMS",
    "Name",
    "all_pages",
    "mentioned",
    "navigation",
    "pages",
    "public",
    "relative",
    "rooms",
    "what_it_says",
]


def _room_text(room: str) -> str:
    found = source(room)
    return found.text if found is not None else ""


def _overview(names: tuple[Name, ...], place: Place) -> str:
    return table(("name", "what", ""), [line(each, place) for each in names], "overview")


def _elsewhere(room: str, place: Place) -> str:
    """What a room offers that another one describes."""
    others = [each for each in public(room) if canonical(each) != each.path]
    if not others:
        return ""
    links = ", ".join(place.link(canonical(each), f"<code>{each.name}</code>") for each in others)
    return f"## Described elsewhere {{ #also }}\n\n{links}"


def all_pages() -> dict[str, str]:
    """Every page of the reference, as Markdown, by its path in the site."""
    found = {f"{FOLDER}/index.md": _front()}
    for room in rooms():
        page = pages()[room]
        place = Place(page, room)
        large = is_large(room)
        parts = [f"# {room}", prose(_room_text(room), place)]
        for subject in subjects(room):
            if large:
                inner = f"{FOLDER}/{file_of(room)}/{subject.key}.md"
                parts.append(f"## [{subject.title}]({subject.key}.md) {{ #subject-{subject.key} }}")
                parts.append(_overview(subject.names, place))
                found[inner] = _subject_page(room, subject.title, subject.about, subject.names, inner)
            else:
                parts += [f"## {subject.title} {{ #subject-{subject.key} }}"] if len(subjects(room)) > 1 else []
                parts += [_overview(subject.names, place)] if len(subject.names) > 1 else []
                parts += [entry(each, place) for each in subject.names]
        parts.append(_elsewhere(room, place))
        found[page] = "\n\n".join(filter(None, parts)) + "\n"
    return found


def _subject_page(room: str, title: str, about: str, names: tuple[Name, ...], page: str) -> str:
    place = Place(page, room)
    parts = [f"# {title}", f"Part of [`{room}`](index.md).", prose(about, place), _overview(names, place)]
    return "\n\n".join([*filter(None, parts), *(entry(each, place) for each in names)]) + "\n"


def _front() -> str:
    parts = [
        "# Reference",
        "Every public name, made of the docstrings and declarations in the source. What rooms have in common is told "
        "by [records](../records.md) (how values may be spelt, what is sent back) and [waiting](../waiting.md) (time "
        "limits and cancellation).",
    ]
    for group, several in ROOMS.items():
        parts.append(f"## {group}")
        place = Place(f"{FOLDER}/index.md")
        rows = [
            (place.link(room, f"<code>{room}</code>"), inline(summary(_room_text(room)), place)) for room in several
        ]
        parts.append(table(("room", "what it has"), rows, "overview"))
    return "\n\n".join(parts) + "\n"


def navigation() -> list[object]:
    """The reference's part of the site's list of pages."""
    found: list[object] = [f"{FOLDER}/index.md"]
    for group, several in ROOMS.items():
        entries: list[object] = []
        for room in several:
            if is_large(room):
                inner = [{each.title: f"{FOLDER}/{file_of(room)}/{each.key}.md"} for each in subjects(room)]
                entries.append({room: [pages()[room], *inner]})
            else:
                entries.append({room: pages()[room]})
        found.append({group: entries})
    return found
