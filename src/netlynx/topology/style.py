"""How pictures look: one style for light and dark, by what the reader prefers."""

from __future__ import annotations

from netlynx.topology.model import EdgeKind

# kind: (in light, in dark)
_COLOURS = {
    EdgeKind.PORT: ("#1f6fc4", "#6cb2ff"),
    EdgeKind.MEMBER: ("#7a4fc9", "#b79bff"),
    EdgeKind.VRF: ("#b83a74", "#ff8fbe"),
    EdgeKind.PAIR: ("#c26a12", "#f5b04d"),
    EdgeKind.ABOVE: ("#2c8a57", "#6fd49b"),
    EdgeKind.UNDERLAY: ("#11808f", "#55d0de"),
}
# name: (in light, in dark)
_PAPER = {
    "paper": ("#ffffff", "#14171c"),
    "box": ("#f4f6f9", "#1d2229"),
    "rim": ("#c9d1db", "#3a434f"),
    "card": ("#ffffff", "#262c35"),
    "ink": ("#1b222b", "#e6eaf0"),
    "soft": ("#586373", "#a3adba"),
    "up": ("#2da44e", "#4ac26b"),
    "warn": ("#b3261e", "#ff8a80"),
}


def _variables(which: int) -> str:
    found = {**_PAPER, **{kind.value: pair for kind, pair in _COLOURS.items()}}
    return "".join(f"--{name}:{pair[which]};" for name, pair in found.items())


STYLE = (
    f"svg.nlx{{{_variables(0)}background:var(--paper)}}"
    f"@media (prefers-color-scheme: dark){{svg.nlx{{{_variables(1)}}}}}"
    "svg.nlx text{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace;"
    "font-size:11px;fill:var(--soft);white-space:pre}"
    "svg.nlx .paper{fill:var(--paper)}"
    "svg.nlx .box{fill:var(--box);stroke:var(--rim);stroke-width:1}"
    "svg.nlx .own{stroke:var(--soft);stroke-width:2}"
    "svg.nlx .unseen{stroke-dasharray:6 4}"
    "svg.nlx .back{fill:var(--box)}"
    "svg.nlx .card rect{fill:var(--card);stroke:var(--rim)}"
    "svg.nlx .card:hover rect{stroke:var(--ink)}"
    "svg.nlx .down rect{stroke-dasharray:3 3}"
    "svg.nlx .down text{opacity:.62}"
    "svg.nlx .fold rect{stroke-dasharray:7 3;fill:var(--box)}"
    "svg.nlx .dot{fill:var(--up);stroke:var(--up);stroke-width:1.5}"
    "svg.nlx .down .dot{fill:none;stroke:var(--soft)}"
    "svg.nlx text.t{font-size:17px;fill:var(--ink);font-weight:600}"
    "svg.nlx text.h{font-size:15px;fill:var(--ink);font-weight:600}"
    "svg.nlx text.b{font-size:13px;fill:var(--ink);font-weight:600}"
    "svg.nlx text.n{font-size:13px}"
    "svg.nlx text.w{fill:var(--warn)}"
    "svg.nlx text.r,svg.nlx text.l{fill:var(--ink)}"
    "svg.nlx path{fill:none;stroke-width:1.8}"
    "svg.nlx g.edge:hover path{stroke-width:4}"
    "svg.nlx .many path{stroke-width:4.5}"
    "svg.nlx .route path{stroke-dasharray:6 4}"
    "svg.nlx .new rect{stroke:var(--up);stroke-width:3}"
    + "".join(f"svg.nlx .{kind.value} path{{stroke:var(--{kind.value})}}" for kind in _COLOURS)
)
"""The text of the style element: always the same, so that a page may allow it by its hash."""
