"""What is drawn of a topology: for each namespace a forest of rows, and what crosses between rows.

A link stands below the one that it is a port or member of, or else below the one that it stands on. What has many
alike beside it is folded into one row that says how many; what crosses to folded ones leads to that row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

import msgspec

from netlynx.topology.model import Edge, EdgeKind, Link, Namespace, Topology

FOLD = 12
"""How many alike are drawn one by one, unless told otherwise; of more, the first `KEPT` are."""
KEPT = 3

T = TypeVar("T")

# What makes a link stand below another, what counts most first.
_BELOW = (EdgeKind.PORT, EdgeKind.MEMBER, EdgeKind.VRF, EdgeKind.ABOVE, EdgeKind.UNDERLAY)


class Row(msgspec.Struct):
    """A link, with what stands below it; or several that are folded into one (`links`, what stands below included).

    `edge` is what joins it to the row above.
    """

    key: str
    links: tuple[Link, ...]
    edge: Edge | None = None
    children: list[Row] = []
    folded: int = 0

    @property
    def link(self) -> Link:
        """The link, or the first of those that are folded."""
        return self.links[0]


class Box(msgspec.Struct):
    """A namespace with its rows; or several of one shape that are folded into one."""

    key: str
    namespaces: tuple[Namespace, ...]
    rows: list[Row] = []
    folded: int = 0

    @property
    def namespace(self) -> Namespace:
        """The namespace, or the first of those that are folded."""
        return self.namespaces[0]


class Crossing(msgspec.Struct):
    """What joins two rows that do not stand one below the other: `count` edges of a kind."""

    kind: EdgeKind
    source: str
    target: str
    edge: Edge
    count: int = 1


class Drawing(msgspec.Struct):
    """Boxes and crossings. `places` has for each `Link.id` the key of the row, or of the box, where it is drawn."""

    boxes: list[Box]
    crossings: list[Crossing]
    places: dict[str, str]
    folded: int = 0  # links that are not drawn one by one
    whole: bool = False  # nothing is to be left out, nor folded

    def rows(self) -> Iterator[tuple[Box, Row, int]]:
        """All rows in their order, with their boxes and how deep they stand."""

        def below(box: Box, rows: list[Row], depth: int) -> Iterator[tuple[Box, Row, int]]:
            for row in rows:
                yield box, row, depth
                yield from below(box, row.children, depth + 1)

        for box in self.boxes:
            yield from below(box, box.rows, 0)


def drawing(topology: Topology, fold: int | None = FOLD) -> Drawing:
    """What is to be drawn. `fold` is how many alike are drawn one by one, None for all."""
    above = _above(topology)
    crossing = [edge for edge in topology.edges if above.get(edge.source) is not edge]
    boxes = []
    places: dict[str, str] = {}
    for namespace in topology.namespaces:
        rows = _forest(namespace, above)
        boxes.append(Box(f"n{namespace.id}", (namespace,), rows))
    if fold is not None:
        boxes = _fold_boxes(boxes, topology, fold)
        for box in boxes:
            if not box.folded:
                box.rows = _fold_rows(box.rows, fold)
    for box in boxes:
        if box.folded:
            places.update({link.id: box.key for space in box.namespaces for link in space.links})
    found = Drawing(boxes, [], places, whole=fold is None)
    for _, row, _ in found.rows():
        places.update({link.id: row.key for link in row.links})
    found.folded = sum(len(row.links) for _, row, _ in found.rows() if row.folded)
    found.folded += sum(len(space.links) for box in boxes if box.folded for space in box.namespaces)
    found.crossings = [*_crossings(crossing, places)]
    return found


def _above(topology: Topology) -> dict[str, Edge]:
    """For each link the edge to the one that it is drawn below: in its own namespace, and never in a circle."""
    spaces = {link.id: link.namespace for space in topology.namespaces for link in space.links}
    found: dict[str, Edge] = {}
    for kind in _BELOW:
        for edge in topology.edges:
            if edge.kind is not kind or edge.source in found or spaces.get(edge.source) != spaces.get(edge.target):
                continue
            at: str | None = edge.target
            while at is not None and at != edge.source:
                at = found[at].target if at in found else None
            if at is None:
                found[edge.source] = edge
    return found


def _forest(namespace: Namespace, above: dict[str, Edge]) -> list[Row]:
    rows = {link.id: Row(link.id, (link,), above.get(link.id)) for link in namespace.links}
    roots: list[Row] = []
    for row in rows.values():
        (roots if row.edge is None else rows[row.edge.target].children).append(row)
    for row in rows.values():
        row.children.sort(key=lambda each: (_BELOW.index(each.edge.kind) if each.edge else 0, natural(each.link.name)))
    return roots


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """An order of names in which v2 comes before v10."""
    return tuple((text, int(number or 0)) for text, number in re.findall(r"(\D*)(\d*)", name))


def _shape(row: Row) -> Hashable:
    """What rows that may be folded together have in common."""
    kind = row.edge.kind if row.edge is not None else None
    below = frozenset(Counter(_shape(each) for each in row.children).items())
    return (kind, row.link.kind, row.link.up, below)


def _grouped(items: Iterable[T], shape: Callable[[T], Hashable]) -> dict[Hashable, list[T]]:
    found: dict[Hashable, list[T]] = {}
    for each in items:
        found.setdefault(shape(each), []).append(each)
    return found


def _all_of(row: Row) -> Iterator[Link]:
    yield from row.links
    for each in row.children:
        yield from _all_of(each)


def _fold_rows(rows: list[Row], fold: int) -> list[Row]:
    found = []
    for alike in _grouped(rows, _shape).values():
        if len(alike) <= fold:
            found += alike
            continue
        alike.sort(key=lambda each: natural(each.link.name))
        kept, rest = alike[:KEPT], alike[KEPT:]
        links = tuple(link for row in rest for link in _all_of(row))
        found += [*kept, Row(f"{rest[0].key}+", links, rest[0].edge, folded=len(rest))]
    order = {id(row): place for place, row in enumerate(rows)}
    found.sort(key=lambda row: order.get(id(row), len(rows)))
    for row in found:
        row.children = _fold_rows(row.children, fold)
    return found


def _fold_boxes(boxes: list[Box], topology: Topology, fold: int) -> list[Box]:
    """Namespaces of one shape that lead to the same others become one."""
    spaces = {link.id: space.id for space in topology.namespaces for link in space.links}
    leads: dict[str, set[str]] = {space.id: set() for space in topology.namespaces}
    for edge in topology.edges:
        leads[spaces[edge.source]].add(spaces[edge.target])
        leads[spaces[edge.target]].add(spaces[edge.source])

    def shape(box: Box) -> Hashable:
        others = frozenset(leads[box.namespace.id] - {box.namespace.id})
        below = frozenset(Counter(_shape(row) for row in box.rows).items())
        return (box.namespace.own, box.namespace.unseen, others, below)

    found = []
    for alike in _grouped(boxes, shape).values():
        if len(alike) <= fold:
            found += alike
            continue
        alike.sort(key=lambda each: natural(each.namespace.label))
        rest = tuple(each.namespace for each in alike[KEPT:])
        found += [*alike[:KEPT], Box(f"{alike[KEPT].key}+", rest, folded=len(rest))]
    return found


def _crossings(edges: Iterable[Edge], places: dict[str, str]) -> Iterator[Crossing]:
    found: dict[Hashable, Crossing] = {}
    for edge in edges:
        source, target = places[edge.source], places[edge.target]
        ends: Hashable = frozenset((source, target)) if edge.kind is EdgeKind.PAIR else (source, target)
        if source == target:
            continue  # among what is folded into one
        if (edge.kind, ends) in found:
            found[edge.kind, ends].count += 1
        else:
            found[edge.kind, ends] = Crossing(edge.kind, source, target, edge)
    return iter(found.values())
