"""Where things stand in a picture: boxes in columns around the one that most leads to, rows one below the other.

Only curves go through what is between columns, and in a box they run behind the cards: no text is ever overlapped.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

import msgspec

from netlynx.topology.cards import HEAD, LINE, Card, Line, card, foot, head, width_of
from netlynx.topology.folding import Box, Crossing, Drawing, Row
from netlynx.topology.model import Link, Topology

INDENT = 30
GAP = 8  # between cards
BETWEEN = 26  # boxes of a column
GUTTER = 120  # between columns
INSIDE = 46  # between columns of cards within a box
EDGE = 14  # from the border of a box to what is in it
BULGE = 9  # from one bow beside the cards to the next
_TALL = 900  # pixels of cards, above which they are put in several columns
_MOST = 4  # columns of cards


class Spot(msgspec.Struct):
    """Where a card is, in pixels from the corner of its box, or of the picture."""

    card: Card
    x: float
    y: float
    width: float
    column: int = 0

    @property
    def height(self) -> float:
        """In pixels."""
        return self.card.height


class Placed(msgspec.Struct):
    """A box with its size, what stands in it, and, once it has its place, where that is. `bows` is how many bows
    beside its cards need room."""

    box: Box
    width: float
    height: float
    head: list[Line]
    foot: list[Line]
    spots: list[Spot]
    foot_at: float = 0
    bows: int = 0
    x: float = 0
    y: float = 0
    column: int = 0
    strip: tuple[float, float, float] = (0, 0, 0)  # its column: from left to right, and where that begins


class Band(msgspec.Struct):
    """Columns of boxes, and what is left free between two of them."""

    columns: list[list[Placed]]
    gap: int

    @property
    def width(self) -> float:
        """In pixels."""
        return sum(max(each.width for each in column) + self.gap for column in self.columns) - self.gap


class Layout(msgspec.Struct):
    """The whole picture, and where each row (or folded box) is, by its key."""

    boxes: list[Placed]
    spots: dict[str, tuple[Placed, Spot | None]]
    width: float
    height: float


def arranged(topology: Topology, drawn: Drawing) -> Layout:
    """Boxes with their cards, all in their places."""
    links = topology.links
    owners = {row.key: box.key for box, row, _ in drawn.rows()} | {box.key: box.key for box in drawn.boxes}
    bows = _bows(drawn.crossings, owners)
    boxes = {box.key: _placed(box, links, bows.get(box.key, 0), drawn.whole) for box in drawn.boxes}
    near: dict[str, set[str]] = {key: set() for key in boxes}
    for each in drawn.crossings:
        source, target = owners[each.source], owners[each.target]
        if source != target:
            near[source].add(target)
            near[target].add(source)
    ends = {each.source: each.target for each in drawn.crossings} | {
        each.target: each.source for each in drawn.crossings
    }
    order = {owners[ends[row.key]]: place for place, (_, row, _) in enumerate(drawn.rows()) if row.key in ends}
    width, height = _put(_bands(boxes, near, order))
    spots: dict[str, tuple[Placed, Spot | None]] = {key: (each, None) for key, each in boxes.items()}
    for each_box in boxes.values():
        for spot in each_box.spots:
            spot.x += each_box.x
            spot.y += each_box.y
            spots[spot.card.row.key] = (each_box, spot)
    return Layout([*boxes.values()], spots, width, height)


def _bows(crossings: Iterable[Crossing], owners: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in crossings:
        if owners[each.source] == owners[each.target]:
            found[owners[each.source]] = found.get(owners[each.source], 0) + 1
    return found


# -- within a box ------------------------------------------------------------------------------------------------------


def _placed(box: Box, links: dict[str, Link], bows: int, unfolded: bool) -> Placed:
    rows: list[tuple[Row, int]] = []

    def walk(found: list[Row], depth: int) -> None:
        for row in found:
            rows.append((row, depth))
            walk(row.children, depth + 1)

    walk(box.rows, 0)
    room = 24 + min(bows, 8) * BULGE if bows else 0
    wide = width_of(box, rows, links, INDENT)
    columns = _stacks(box.rows, wide)
    inside = wide * len(columns) + (INSIDE + room) * (len(columns) - 1) + room
    width = inside + 2 * EDGE
    above = head(box, links, width)
    top = EDGE + _heading(above) + 10
    spots: list[Spot] = []
    bottom = top
    for number, cards in enumerate(columns):
        y = top
        x = EDGE + number * (wide + INSIDE + room)
        for each in cards:
            spots.append(Spot(each, x + each.depth * INDENT, y, wide - each.depth * INDENT, number))
            y += each.height + GAP
        bottom = max(bottom, y - GAP)
    below = foot(box, links, width, all_of_them=unfolded)
    at = bottom + (18 if below else 0)
    height = at + LINE * len(below) + EDGE - 2
    return Placed(box, width, height, above, below, spots, at, min(bows, 8))


def _heading(lines: list[Line]) -> float:
    return sum(HEAD + 6 if line.style == "h" else LINE for line in lines)


def _stacks(rows: list[Row], wide: int) -> list[list[Card]]:
    """The cards of a box in one column, or in several where they are many; what stands together stays together."""
    trees = [_cards(row, 0, None, wide) for row in rows]
    tall = [sum(each.height + GAP for each in tree) for tree in trees]
    count = max(1, min(_MOST, round(sum(tall) / max([_TALL, *tall])), len(trees)))
    share = sum(tall) / count
    found: list[list[Card]] = [[]]
    so_far = 0.0
    for tree, height in zip(trees, tall, strict=True):
        if found[-1] and len(found) < count and so_far + height / 2 > share * len(found):
            found.append([])
        found[-1] += tree
        so_far += height
    return found


def _cards(row: Row, depth: int, above: Link | None, wide: int) -> list[Card]:
    found = [card(row, depth, above, wide - depth * INDENT)]
    for each in row.children:
        found += _cards(each, depth + 1, row.link, wide)
    return found


# -- boxes among each other --------------------------------------------------------------------------------------------


def _bands(boxes: dict[str, Placed], near: dict[str, set[str]], order: dict[str, int]) -> list[Band]:
    """What hangs together in a band each; those that lead nowhere wherever there is room, the rest last."""
    left = {key: each for key, each in boxes.items() if near[key]}
    bands = []
    while left:
        hub = max(left, key=lambda key: (len(near[key]), left[key].box.namespace.own))
        band = _around(hub, left, near, order)
        for column in band.columns:
            for each in column:
                del left[each.box.key]
        bands.append(band)
    return _filled(bands, [each for key, each in boxes.items() if not near[key]])


def _around(hub: str, boxes: dict[str, Placed], near: dict[str, set[str]], order: dict[str, int]) -> Band:
    """The hub in the middle, who is next to it at its sides, whoever is next to those further out."""
    places: dict[str, int] = {hub: 0}
    tall = {-1: 0.0, 1: 0.0}
    queue = deque([hub])
    while queue:
        at = queue.popleft()
        for key in sorted(near[at] - places.keys(), key=lambda each: (order.get(each, 0), each)):
            if at == hub:
                beside = sum(places.get(each, 0) for each in near[key])
                side = 1 if beside > 0 or (not beside and tall[1] <= tall[-1]) else -1
                places[key] = side
                tall[side] += boxes[key].height + BETWEEN
            else:
                places[key] = places[at] + (1 if places[at] > 0 else -1)
            queue.append(key)
    columns: dict[int, list[Placed]] = {}
    for key, place in places.items():
        columns.setdefault(place, []).append(boxes[key])
    return Band([columns[place] for place in sorted(columns)], GUTTER)


def _filled(bands: list[Band], alone: list[Placed]) -> list[Band]:
    """The same bands, with boxes that lead nowhere put where they fit, and the rest in a band of their own."""
    rest = []
    for each in alone:
        fits = [
            column
            for band in bands
            for column in band.columns
            if _tall(column) + BETWEEN + each.height <= max(map(_tall, band.columns))
            and each.width <= max(one.width for one in column) + 40
        ]
        if fits:
            min(fits, key=_tall).append(each)
        else:
            rest.append(each)
    if not rest:
        return bands
    widest = max((band.width for band in bands), default=0.0)
    wide = max(each.width for each in rest) + BETWEEN
    square = math.sqrt(sum(each.height + BETWEEN for each in rest) * 1.5 / wide)
    count = max(1, min(len(rest), round(max(widest / wide, square))))
    columns: list[list[Placed]] = [[] for _ in range(count)]
    for each in sorted(rest, key=lambda one: -one.height):
        min(columns, key=_tall).append(each)
    return [*bands, Band(columns, BETWEEN)]


def _tall(column: list[Placed]) -> float:
    return sum(each.height for each in column) + BETWEEN * max(0, len(column) - 1)


def _put(bands: list[Band]) -> tuple[float, float]:
    """Give each box its place; the size of all."""
    y, number = 0.0, 0
    for band in bands:
        tallest = max(map(_tall, band.columns))
        x = 0.0
        for column in band.columns:
            wide = max(each.width for each in column)
            top = y if band.gap != GUTTER else y + (tallest - _tall(column)) / 2
            for each in column:
                each.x, each.y, each.column = x + (wide - each.width) / 2, top, number
                each.strip = (x, x + wide, y)
                top += each.height + BETWEEN
            x += wide + band.gap
            number += 1
        y += tallest + 2 * BETWEEN
        number += 1  # so that no column of the next band is taken for a neighbour of the last one
    return max((band.width for band in bands), default=0.0), max(0.0, y - 2 * BETWEEN)
