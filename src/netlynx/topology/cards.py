"""What stands on the cards of a picture, line by line, cut to the width that there is."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from netlynx.topology import words
from netlynx.topology.folding import Box, Row
from netlynx.topology.model import Link
from netlynx.wire.shown import shown

NAME, SMALL, HEAD = 13, 11, 15  # sizes of letters, in pixels
LINE = 15  # from one small line to the next
PAD = 9  # around text
ADDRESSES = 3  # that are written on a card; of others it says how many
LISTENERS = 10  # that are written in a box
_WIDE = 0.62  # of a letter of a monospaced font, in its size; a little more than any has
_NARROWEST, _WIDEST = 210, 330


class Line(msgspec.Struct):
    """A text, its class in the style, and what it is in full where it was cut."""

    text: str
    style: str
    full: str = ""


class Card(msgspec.Struct):
    """A row as it is drawn. `kind` stands at the right of its first line."""

    row: Row
    depth: int
    name: Line
    kind: Line
    lines: list[Line]
    title: str

    @property
    def height(self) -> int:
        """In pixels."""
        return 26 + LINE * len(self.lines) + (4 if self.lines else 0)


def wide(text: str, size: int) -> int:
    """How wide a text is at most."""
    return math.ceil(len(text) * size * _WIDE)


def cut(text: str, style: str, size: int, room: float) -> Line:
    """A text, or as much of it as there is room for."""
    said = shown(text)
    most = max(4, int(room / (size * _WIDE)))
    return Line(said, style) if len(said) <= most else Line(said[: most - 1] + "…", style, said)


def width_of(box: Box, rows: list[tuple[Row, int]], links: dict[str, Link], indent: int) -> int:
    """How wide cards are to be that nothing usual in their box is cut, with what their depth takes."""
    space = box.namespace
    beside = [words.way_out(each, links) for each in space.routes[:ADDRESSES]]
    beside += [words.listening(each, links) for each in space.listeners[:LISTENERS]]
    found = max(_NARROWEST, min(_WIDEST, max((wide(text, SMALL) for text in beside), default=0)))
    for row, depth in rows:
        link = row.link
        first = wide(words.more_links(row) if row.folded else link.name, NAME) + wide(_kind(row), SMALL) + 34
        rest = [wide(text, SMALL) for text in (link.detail, *map(str, _shown(link)))] if not row.folded else []
        found = max(found, depth * indent + min(_WIDEST, max([first, *rest]) + 2 * PAD))
    return found


def card(row: Row, depth: int, above: Link | None, width: int) -> Card:
    """The card of a row, `width` pixels wide."""
    room = width - 2 * PAD
    if row.folded:
        said = words.more_links(row)
        kind = cut(_kind(row), "s", SMALL, room / 3)
        name = cut(said, "s", NAME, room - wide(kind.text, SMALL) - 16)
        return Card(row, depth, name, kind, [], f"{shown(said)}: alike, and folded into this one")
    link = row.link
    kind = cut(_kind(row), "s", SMALL, room * 0.6)
    name = cut(link.name, "b", NAME, room - wide(kind.text, SMALL) - 24)
    lines = [cut(text, "s", SMALL, room) for text in _lines(row, above)]
    return Card(row, depth, name, kind, lines, "\n".join(map(shown, filter(None, _title(row, above)))))


def _kind(row: Row) -> str:
    state = "" if row.link.up or row.folded else " down" if row.link.state == "admin-down" else f" {row.link.state}"
    return row.link.kind + state


def _shown(link: Link) -> list[str]:
    return [str(each) for each in link.addresses if each.scope != "link"][:ADDRESSES]


def _lines(row: Row, above: Link | None) -> Iterator[str]:
    link = row.link
    if link.detail:
        yield link.detail
    said = _shown(link)
    near = sum(each.scope == "link" for each in link.addresses)
    more = len(link.addresses) - len(said) - near
    rest = ", ".join(filter(None, (f"{more} more" if more else "", f"{near} link-local" if near else "")))
    yield from said
    if rest:
        yield f"+ {rest}"
    if vlans := words.vlans(link, above):
        yield vlans


def _title(row: Row, above: Link | None) -> Iterator[str]:
    link = row.link
    yield f"{link.name}: {link.kind}, {link.state}, index {link.index}"
    if above is not None:
        yield f"{words.role(row) or 'on'} ({above.name})"
    yield link.detail
    yield f"MTU {link.mtu}" if link.mtu else ""
    yield f"hardware address {link.hardware_address}" if link.hardware_address else ""
    yield f"alias {link.alias}" if link.alias else ""
    yield from map(str, link.addresses)
    yield f"vlans {' '.join(map(str, link.vlans))}" if link.vlans else ""


def head(box: Box, links: dict[str, Link], width: float) -> list[Line]:
    """What stands above the rows of a box."""
    space = box.namespace
    room = width - 2 * PAD
    if box.folded:
        return [cut(words.more_namespaces(box), "s", SMALL, room)]
    lines = [cut(space.label, "h", HEAD, room)]
    said = words.about(box)
    if said:
        lines.append(cut(said, "s", SMALL, room))
    if space.unseen is not None:
        lines.append(cut(f"not looked into: {space.unseen}", "w", SMALL, room))
    lines += [cut(words.way_out(each, links), "r", SMALL, room) for each in space.routes[:ADDRESSES]]
    if (more := len(space.routes) - ADDRESSES) > 0:
        rest = "\n".join(shown(words.way_out(each, links)) for each in space.routes)
        lines.append(Line(f"+ {more:,} more default routes", "s", rest))
    return lines


def foot(box: Box, links: dict[str, Link], width: float, *, all_of_them: bool) -> list[Line]:
    """What stands below the rows of a box: who listens."""
    found = box.namespace.listeners
    kept = found if all_of_them else found[:LISTENERS]
    lines = [cut(words.listening(each, links), "l", SMALL, width - 2 * PAD) for each in kept]
    if len(found) > len(kept):
        rest = "\n".join(shown(words.listening(each, links)) for each in found[len(kept) :])
        lines.append(Line(f"+ {len(found) - len(kept):,} more that listen", "s", rest))
    return [Line("listening", "s"), *lines] if lines else []
