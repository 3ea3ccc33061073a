"""A topology as a flowchart of Mermaid, which documents and forges draw. Source: mermaid.js.org/syntax/flowchart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlynx.topology import words
from netlynx.topology.folding import FOLD, Drawing, drawing
from netlynx.topology.model import Basis, Edge, EdgeKind, Topology
from netlynx.wire.shown import shown

_LINES = {EdgeKind.PAIR: "<-->", EdgeKind.UNDERLAY: "-->"}


def mermaid(topology: Topology, *, fold: int | None = FOLD) -> str:
    """The topology as a flowchart, to be put between ```` ```mermaid ```` and ```` ``` ````; `fold` as for `svg`."""
    return "\n".join(_lines(topology, drawing(topology, fold))) + "\n"


def _lines(topology: Topology, drawn: Drawing) -> Iterator[str]:
    links = topology.links
    names = {box.key: f"n{number}" for number, box in enumerate(drawn.boxes)}
    names |= {row.key: f"l{number}" for number, (_, row, _) in enumerate(drawn.rows())}
    yield "flowchart TB"
    for note in filter(None, (words.title(topology), words.folded(drawn), *topology.notes)):
        yield f"  %% {re.sub('[{}]', '', shown(note))}"
    down = []
    for box in drawn.boxes:
        yield f"  subgraph {names[box.key]}[{_quoted(*words.box_lines(box, links))}]"
        if box.folded or not box.rows:
            yield f"    {names[box.key]}_[{_quoted(words.more_namespaces(box) if box.folded else 'no links')}]"
        for row, above in words.rows_of(box.rows):
            yield f"    {names[row.key]}[{_quoted(*words.row_lines(row, above))}]"
            if not row.folded and not row.link.up:
                down.append(names[row.key])
        yield "  end"
    for _, row, _ in drawn.rows():
        for child in row.children:
            if child.edge is not None:
                yield f"  {names[child.key]} {_edge(child.edge, child.folded or 1)} {names[row.key]}"
    for each in drawn.crossings:
        yield f"  {names[each.source]} {_edge(each.edge, each.count)} {names[each.target]}"
    if down:
        yield "  classDef down stroke-dasharray:4 3,opacity:0.6"
        yield f"  class {','.join(down)} down"


def _edge(edge: Edge, count: int) -> str:
    said = words.over(edge.basis, edge.remote) if edge.basis is not None else words.EDGES[edge.kind]
    label = f"{count:,} times {said}" if count > 1 else said
    line = "-.->" if edge.basis is Basis.ROUTE else _LINES.get(edge.kind, "---")
    return f"{line}|{_quoted(label)}|"


def _quoted(*lines: str) -> str:
    """Lines as one quoted text of Mermaid, with entities for what would mean something there."""
    found = []
    for line in lines:
        found.append(re.sub(r"[^\w .,:/+*()…–-]", lambda letter: f"#{ord(letter[0])};", shown(line)))
    return '"' + "<br>".join(found) + '"'
