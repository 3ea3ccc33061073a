"""A topology in the language of Graphviz: a cluster for each namespace. Source: dot(1), graphviz.org/doc/info/lang."""

from __future__ import annotations

from collections.abc import Iterator

from netlynx.topology import words
from netlynx.topology.folding import FOLD, Drawing, drawing
from netlynx.topology.model import Basis, Edge, EdgeKind, Topology
from netlynx.wire.shown import shown

_COLOURS = {
    EdgeKind.PORT: "#1f6fc4",
    EdgeKind.MEMBER: "#7a4fc9",
    EdgeKind.VRF: "#b83a74",
    EdgeKind.PAIR: "#c26a12",
    EdgeKind.ABOVE: "#2c8a57",
    EdgeKind.UNDERLAY: "#11808f",
}


def dot(topology: Topology, *, fold: int | None = FOLD) -> str:
    """The topology as a graph for ``dot -Tsvg``; `fold` as for `svg`."""
    return "\n".join(_lines(topology, drawing(topology, fold))) + "\n"


def _lines(topology: Topology, drawn: Drawing) -> Iterator[str]:
    links = topology.links
    yield "graph topology {"
    yield "  graph [rankdir=TB, compound=true, fontname=monospace, labelloc=t, labeljust=l];"
    yield "  node [shape=box, style=rounded, fontname=monospace, fontsize=10];"
    yield "  edge [fontname=monospace, fontsize=9];"
    notes = [words.title(topology), words.folded(drawn), *topology.notes]
    yield f"  label={_quoted(*filter(None, notes))};"
    for number, box in enumerate(drawn.boxes):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_quoted(*words.box_lines(box, links))};"
        if box.namespace.unseen is not None or box.folded:
            yield "    style=dashed;"
        if box.folded or not box.rows:
            yield f'    {_quoted(box.key)} [shape=point, style=invis, label=""];'
        for row, above in words.rows_of(box.rows):
            style = "" if row.folded or row.link.up else ", style=dashed, fontcolor=gray50"
            yield f"    {_quoted(row.key)} [label={_quoted(*words.row_lines(row, above))}{style}];"
        yield "  }"
    for _, row, _ in drawn.rows():
        for child in row.children:
            if child.edge is not None:
                yield _edge(row.key, child.key, child.edge, child.folded or 1)
    for each in drawn.crossings:
        yield _edge(each.target, each.source, each.edge, each.count)
    yield "}"


def _edge(upper: str, lower: str, edge: Edge, count: int) -> str:
    said = words.over(edge.basis, edge.remote) if edge.basis is not None else ""
    many = f"{count:,}" if count > 1 else ""
    label = " ".join(filter(None, (many, said)))
    style = [f'color="{_COLOURS[edge.kind]}"', f"tooltip={_quoted(words.EDGES[edge.kind])}"]
    if label:
        style.append(f"label={_quoted(label)}")
    if edge.basis is Basis.ROUTE:
        style.append("style=dashed")
    if edge.kind is EdgeKind.PAIR:
        style.append("constraint=false")
    if count > 1:
        style.append("penwidth=3")
    return f"  {_quoted(upper)} -- {_quoted(lower)} [{', '.join(style)}];"


def _quoted(*lines: str) -> str:
    """Lines as one quoted string, in which nothing is an escape of Graphviz's but the ends of lines."""
    said = (shown(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(said) + '"'
