"""A topology as SVG: one file that needs no other, for light and dark, with what is known of each thing as tooltip."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from xml.sax.saxutils import escape

from netlynx.topology import words
from netlynx.topology.cards import LINE, PAD, SMALL, Line, wide
from netlynx.topology.folding import FOLD, Crossing, Drawing, drawing
from netlynx.topology.layout import BULGE, EDGE, Layout, Placed, Spot, arranged
from netlynx.topology.model import Basis, Edge, EdgeKind, Topology
from netlynx.topology.style import STYLE
from netlynx.wire.shown import shown

_MARGIN = 26
_TOP = 64  # for the title
_LEAST = 560  # pixels across: what the legend needs
_LANE = 7  # from one line to the next that run beside each other
_LANES = 12
_SPINE = 7  # from one kind of what stands below to the next


def svg(topology: Topology, *, fold: int | None = FOLD) -> str:
    """The topology as a picture: an SVG document of its own, which asks for nothing from elsewhere.

    `fold` is how many links (or namespaces) alike are drawn one by one: of more there are the first few, and one card
    that says how many more; None draws all. What is cut or folded, and all else that is known of a link, is told when
    the pointer rests on it.
    """
    drawn = drawing(topology, fold)
    return "\n".join(_Picture(topology, drawn, arranged(topology, drawn)).parts()) + "\n"


class _Picture:
    def __init__(self, topology: Topology, drawn: Drawing, layout: Layout) -> None:
        self._topology = topology
        self._drawn = drawn
        self._layout = layout
        self._links = topology.links
        far = sum(map(self._is_far, drawn.crossings))
        self._x, self._y = _MARGIN, _TOP + _LANE * min(far, _LANES)
        self._width = max(layout.width, _LEAST) + 2 * _MARGIN
        self._lanes: dict[str, int] = {}

    def parts(self) -> Iterator[str]:
        legend = [*self._legend()]
        notes = [line for note in self._notes() for line in self._wrapped(note)]
        below = self._y + self._layout.height + 30
        height = below + 22 * len(legend) + LINE * len(notes) + _MARGIN
        size = f'width="{self._width:.0f}" height="{height:.0f}" viewBox="0 0 {self._width:.0f} {height:.0f}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" class="nlx" {size} role="img">'
        yield f"<title>Network topology: {_xml(words.title(self._topology))}</title><style>{STYLE}</style>"
        yield f'<rect class="paper" width="{self._width:.0f}" height="{height:.0f}"/>'
        yield _text(_MARGIN, 38, "t", words.title(self._topology))
        yield f'<g transform="translate({self._x} {self._y})">'
        yield from (self._box(each) for each in self._layout.boxes)
        yield from (self._crossing(each) for each in self._drawn.crossings)
        for box in self._layout.boxes:
            yield from self._inside(box)
        yield "</g>"
        for number, line in enumerate(legend):
            yield f'<g transform="translate({_MARGIN} {below + 22 * number:.0f})">{line}</g>'
        below += 22 * len(legend)
        for number, note in enumerate(notes):
            yield _text(_MARGIN, below + LINE * (number + 1), "s", note)
        yield "</svg>"

    # -- boxes and cards -----------------------------------------------------------------------------------------------

    def _box(self, placed: Placed) -> str:
        space = placed.box.namespace
        style = "box" + (" own" if space.own else "") + (" unseen" if space.unseen or placed.box.folded else "")
        lines = [space.label, f"id {space.id}", *(space.names if len(space.names) > 1 else ())]
        if placed.box.folded:
            lines = [each.label for each in placed.box.namespaces]
        title = "\n".join(map(shown, lines))
        size = f'width="{placed.width:.0f}" height="{placed.height:.0f}" rx="10"'
        return (
            f'<g data-namespace="{_xml(space.id)}"><title>{_xml(title)}</title>'
            f'<rect class="{style}" x="{placed.x:.0f}" y="{placed.y:.0f}" {size}/></g>'
        )

    def _inside(self, placed: Placed) -> Iterator[str]:
        yield from self._lines(placed, placed.head, placed.y + EDGE)
        yield from self._spines(placed)
        for spot in placed.spots:
            yield self._card(spot)
        yield from self._lines(placed, placed.foot, placed.y + placed.foot_at)

    def _lines(self, placed: Placed, lines: list[Line], y: float) -> Iterator[str]:
        """Lines of text in a box, with its colour behind them: a curve may pass there."""
        x = placed.x + EDGE
        for line in lines:
            step = 21 if line.style == "h" else LINE
            across = wide(line.text, 15 if line.style == "h" else SMALL)
            across = min(across, int(placed.width - 2 * EDGE))
            yield f'<rect class="back" x="{x:.0f}" y="{y:.0f}" width="{across}" height="{step}"/>'
            yield _titled(_text(x, y + step - 4, line.style, line.text), line.full)
            y += step

    def _card(self, spot: Spot) -> str:
        card = spot.card
        link = card.row.link
        style = "card fold" if card.row.folded else "card" if link.up else "card down"
        lead = 0 if card.row.folded else 14
        parts = [
            f'<rect x="{spot.x:.0f}" y="{spot.y:.0f}" width="{spot.width:.0f}" height="{spot.height}" rx="5"/>',
            "" if not lead else f'<circle class="dot" cx="{spot.x + PAD + 4:.0f}" cy="{spot.y + 14:.0f}" r="3.5"/>',
            _text(spot.x + PAD + lead, spot.y + 18, "n" if card.row.folded else card.name.style, card.name.text),
            _text(spot.x + spot.width - PAD, spot.y + 18, card.kind.style, card.kind.text, end=True),
        ]
        y = spot.y + 34
        for line in card.lines:
            parts.append(_text(spot.x + PAD, y, line.style, line.text))
            y += LINE
        mark = "" if card.row.folded else f' data-link="{_xml(link.id)}"'
        title = f"<title>{_xml(card.title)}</title>"
        return f'<g class="{style}"{mark}>{title}{"".join(parts)}</g>'

    def _spines(self, placed: Placed) -> Iterator[str]:
        """What joins cards to the one that they stand below: a line down for each kind, a step aside for each card."""
        at = {spot.card.row.key: spot for spot in placed.spots}
        for spot in placed.spots:
            kinds = list(dict.fromkeys(each.edge.kind for each in spot.card.row.children if each.edge is not None))
            for child in reversed(spot.card.row.children):
                if child.edge is None:
                    continue
                x = spot.x + 10 + _SPINE * min(kinds.index(child.edge.kind), 2)
                below = at[child.key]
                y = below.y + min(14, below.height / 2)
                path = f"M{x:.0f} {spot.y + spot.height:.0f}V{y - 5:.0f}q0 5 5 5H{below.x:.0f}"
                yield self._edge(child.edge, path, child.folded or 1)

    # -- what crosses --------------------------------------------------------------------------------------------------

    def _is_far(self, crossing: Crossing) -> bool:
        a, b = self._layout.spots[crossing.source][0], self._layout.spots[crossing.target][0]
        return abs(a.column - b.column) > 1

    def _crossing(self, crossing: Crossing) -> str:
        a, b = self._layout.spots[crossing.source], self._layout.spots[crossing.target]
        left, right = sorted((a, b), key=lambda end: (end[0].column, _middle(end)))
        if left[0].column == right[0].column:
            path = self._bow(left, right)
        elif self._is_far(crossing):
            path = self._over(left, right)
        else:
            x1, y1 = _side(left, right=True)
            x2, y2 = _side(right, right=False)
            bend = max(36.0, (x2 - x1) * 0.5)
            path = f"M{x1:.0f} {y1:.1f}C{x1 + bend:.0f} {y1:.1f} {x2 - bend:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
        return self._edge(crossing.edge, path, crossing.count)

    def _bow(self, a: tuple[Placed, Spot | None], b: tuple[Placed, Spot | None]) -> str:
        """From one card to another of the same column, beside the cards."""
        x1, y1 = _side(a, right=True)
        x2, y2 = _side(b, right=True)
        if a[1] is not None and b[1] is not None and a[0] is b[0] and a[1].column != b[1].column:
            x1, y1 = _side(a, right=a[1].column < b[1].column)
            x2, y2 = _side(b, right=a[1].column > b[1].column)
            bend = (x2 - x1) * 0.5
            return f"M{x1:.0f} {y1:.1f}C{x1 + bend:.0f} {y1:.1f} {x2 - bend:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
        if a[0] is b[0]:
            out = max(x1, x2) + 12 + BULGE * self._lane(a[0].box.key, 8)
        else:
            out = a[0].strip[1] + 12 + _LANE * self._lane(f"{a[0].column}", _LANES)
        lead = f"M{x1:.0f} {y1:.1f}H{out - 8:.0f}Q{out:.0f} {y1:.1f} {out:.0f} {y1 + 8:.1f}"
        return f"{lead}V{y2 - 8:.1f}Q{out:.0f} {y2:.1f} {out - 8:.0f} {y2:.1f}H{x2:.0f}"

    def _over(self, a: tuple[Placed, Spot | None], b: tuple[Placed, Spot | None]) -> str:
        """From one column to another that is no neighbour: up between columns, over the boxes, and down again."""
        (x1, y1), (x2, y2) = _side(a, right=True), _side(b, right=False)
        lane = _LANE * self._lane("over", _LANES)
        top = min(a[0].strip[2], b[0].strip[2]) - 14 - lane
        up, down = a[0].strip[1] + 12 + lane, b[0].strip[0] - 12 - lane
        return (
            f"M{x1:.0f} {y1:.1f}H{up - 8:.0f}q8 0 8 -8V{top + 8:.1f}q0 -8 8 -8"
            f"H{down - 8:.0f}q8 0 8 8V{y2 - 8:.1f}q0 8 8 8H{x2:.0f}"
        )

    def _lane(self, where: str, most: int) -> int:
        """The next of the lines beside each other that there is room for at a place."""
        self._lanes[where] = self._lanes.get(where, -1) + 1
        return self._lanes[where] % most

    def _edge(self, edge: Edge, path: str, count: int) -> str:
        style = f"edge {edge.kind.value}" + (" many" if count > 1 else "")
        style += " route" if edge.basis is Basis.ROUTE else ""
        source, target = (self._links.get(end) for end in (edge.source, edge.target))
        title = f"{words.EDGES[edge.kind]}: {source.name if source else '?'} – {target.name if target else '?'}"
        if edge.basis is not None:
            title += f" ({words.over(edge.basis, edge.remote)})"
        if count > 1:
            title = f"{count:,} times {title}, …"
        return f'<g class="{style}"><title>{_xml(shown(title))}</title><path d="{path}"/></g>'

    # -- below the picture ---------------------------------------------------------------------------------------------

    def _legend(self) -> Iterator[str]:
        kinds = dict.fromkeys(edge.kind for edge in self._topology.edges)
        bases = {edge.basis for edge in self._topology.edges}
        entries = []
        for kind in EdgeKind:
            if kind is EdgeKind.UNDERLAY:
                entries += [(f"edge {kind}", "tunnel bound to it")] if Basis.DEVICE in bases else []
                entries += [(f"edge {kind} route", "tunnel by its route")] if Basis.ROUTE in bases else []
            elif kind in kinds:
                entries.append((f"edge {kind}", words.EDGES[kind]))
        drawn = [
            (f'<g class="{style}"><path d="M0 -4H26"/></g>' + _text(34, 0, "s", said), 34 + wide(said, SMALL) + 22)
            for style, said in entries
        ]
        for style, said in (("card", "up"), ("card down", "down, or without carrier")):
            dot = f'<g class="{style}"><circle class="dot" cx="5" cy="-4" r="3.5"/></g>'
            drawn.append((dot + _text(16, 0, "s", said), 16 + wide(said, SMALL) + 22))
        line, x = "", 0
        for part, across in drawn:
            if line and x + across > self._width - 2 * _MARGIN:
                yield line
                line, x = "", 0
            line += f'<g transform="translate({x} 0)">{part}</g>'
            x += across
        yield line

    def _notes(self) -> Iterator[str]:
        if said := words.folded(self._drawn):
            yield said
        yield from self._topology.notes

    def _wrapped(self, note: str) -> list[str]:
        room = int((self._width - 2 * _MARGIN) / wide("m", SMALL))
        return textwrap.wrap(shown(note), max(40, room), subsequent_indent="  ")


def _middle(end: tuple[Placed, Spot | None]) -> float:
    return _side(end, right=True)[1]


def _side(end: tuple[Placed, Spot | None], *, right: bool) -> tuple[float, float]:
    """The middle of a side of a card, or of a box that is folded."""
    placed, spot = end
    if spot is None:
        return placed.x + (placed.width if right else 0), placed.y + placed.height / 2
    return spot.x + (spot.width if right else 0), spot.y + min(14, spot.height / 2)


def _titled(text: str, title: str) -> str:
    return text if not title else f"<g><title>{_xml(title)}</title>{text}</g>"


def _text(x: float, y: float, style: str, said: str, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text class="{style}" x="{x:.0f}" y="{y:.0f}"{anchor}>{_xml(said)}</text>'


def _xml(text: str) -> str:
    """A text that was `shown`, and so has no characters that XML has not, as XML has it."""
    return escape(text, {'"': "&quot;"})
