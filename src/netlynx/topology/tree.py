"""A topology for a terminal: a tree for each namespace."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from netlynx.topology import words
from netlynx.topology.folding import FOLD, Box, Crossing, Drawing, Row, drawing
from netlynx.topology.model import EdgeKind, Link, Topology

_NARROWEST = 24


def text(topology: Topology, *, width: int = 80, fold: int | None = FOLD) -> str:
    """The topology as lines of text, `width` columns at most where a name allows it.

    `fold` is how many links alike are drawn one by one: of more there are the first few, and a line that says how many
    more; None draws all. Raises nothing of its own.
    """
    return "\n".join(_Text(topology, drawing(topology, fold), width).lines())


class _Text:
    def __init__(self, topology: Topology, drawn: Drawing, width: int) -> None:
        self._topology = topology
        self._drawn = drawn
        self._width = max(width, _NARROWEST)
        self._links = topology.links
        self._rows = {row.key: row for _, row, _ in drawn.rows()}
        self._boxes = {row.key: box for box, row, _ in drawn.rows()} | {box.key: box for box in drawn.boxes}
        self._crossings: dict[str, list[Crossing]] = {}
        for each in drawn.crossings:
            for end in {each.source, each.target} if each.kind is EdgeKind.PAIR else {each.source}:
                self._crossings.setdefault(end, []).append(each)

    def lines(self) -> Iterator[str]:
        yield words.title(self._topology)
        for box in self._drawn.boxes:
            yield ""
            yield from self._box(box)
        if self._topology.notes or self._drawn.folded:
            yield ""
        if self._drawn.folded:
            yield from self._wrapped(words.folded(self._drawn), "", "  ")
        for note in self._topology.notes:
            yield from self._wrapped(note, "note: ", "      ")

    def _box(self, box: Box) -> Iterator[str]:
        if box.folded:
            yield from self._wrapped(f"({words.more_namespaces(box)})", "", "  ")
            return
        space = box.namespace
        said = words.about(box)
        yield from self._wrapped(f"{space.label}  ({said})" if said else space.label, "", "  ")
        if space.unseen is not None:
            yield from self._wrapped(f"not looked into: {space.unseen}", "  ", "    ")
        for way in space.routes:
            yield from self._wrapped(words.way_out(way, self._links), "  ", "    ")
        yield from self._tree(box.rows, "")
        for listener in space.listeners:
            yield from self._wrapped(f"listens: {words.listening(listener, self._links)}", "  ", "    ")

    def _tree(self, rows: list[Row], lead: str, above: Link | None = None) -> Iterator[str]:
        for place, row in enumerate(rows):
            last = place == len(rows) - 1
            first, rest = (lead + "└─ ", lead + "   ") if last else (lead + "├─ ", lead + "│  ")
            hang = rest + ("│  " if row.children else "   ")
            yield from self._wrapped("  ".join(filter(None, self._row(row, above))), first, hang)
            yield from self._tree(row.children, rest, row.link)

    def _row(self, row: Row, above: Link | None) -> Iterator[str]:
        crossings = self._crossings.get(row.key, ())
        link = row.link
        if row.folded:
            yield f"({words.more_links(row)})"
            yield from (f"{each.count:,} {self._where(each, row.key)}" for each in crossings)
            return
        yield link.name
        yield link.kind
        yield "" if link.up else "DOWN" if link.state == "admin-down" else link.state.upper()
        yield words.role(row)
        yield link.detail
        yield from map(str, link.addresses)
        yield words.vlans(link, above)
        yield from (self._where(each, row.key) for each in crossings)

    def _where(self, crossing: Crossing, key: str) -> str:
        """The other end of what crosses."""
        far = crossing.target if crossing.source == key else crossing.source
        box = self._boxes[far]
        row = self._rows.get(far)
        name = "" if row is None else f"({row.folded:,} more)" if row.folded else row.link.name
        place = f"{box.folded:,} more namespaces" if box.folded else box.namespace.label
        here = box is self._boxes[key]
        end = name if here else f"{place}:{name}" if name else place
        if crossing.kind is EdgeKind.PAIR:
            return f"<-> {end}"
        edge = crossing.edge
        return f"over {end}" + (f" ({words.over(edge.basis, edge.remote)})" if edge.basis is not None else "")

    def _wrapped(self, said: str, first: str, rest: str) -> Iterable[str]:
        # What belongs together is parted by one space, and stays together where that is possible.
        glued = said.replace("  ", "\0").replace(" ", "\1").replace("\0", "  ")
        room = max(self._width, len(rest) + _NARROWEST)
        pieces = glued if max(map(len, glued.split()), default=0) <= room - len(rest) else said
        lines = textwrap.wrap(
            pieces, room, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        )
        return [line.replace("\1", " ") for line in lines]
