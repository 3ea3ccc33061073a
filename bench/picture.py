"""The picture of a run: for each target a bar, and the line that it should not reach beyond.

The card has its own background, so that it reads well on a light and on a dark page, whatever the page is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any  # of results as JSON has them

from .report import with_unit

WIDTH = 960
MARGIN = 28
ROW = 26
HEAD = 96
FOOT = 64
BARS = 424  # where bars begin
FULL = 230  # the length that is a target's all
MOST = 1.4  # no bar is longer than this, in targets
NUMBERS = 840  # where numbers end

STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de; }
  .title { fill: #1f2328; font-size: 19px; font-weight: 600; }
  .row { fill: #1f2328; font-size: 13px; }
  .soft { fill: #59636e; font-size: 12px; }
  .stripe { fill: #f6f8fa; }
  .track { fill: #e7ebef; }
  .holds { fill: #1a7f6b; }
  .missed { fill: #c4432b; }
  .number { fill: #1f2328; font-size: 13px; font-weight: 600; }
  .line { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 4 3; }
  .spread { stroke: #1f2328; stroke-width: 1.5; stroke-opacity: 0.55; }
  text { font-family: -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, "DejaVu Sans", sans-serif; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d; }
    .title, .row, .number { fill: #f0f6fc; }
    .soft { fill: #9198a1; }
    .stripe { fill: #151b23; }
    .track { fill: #262c36; }
    .holds { fill: #3fb59c; }
    .missed { fill: #f0715a; }
    .line { stroke: #9198a1; }
    .spread { stroke: #f0f6fc; }
  }
"""


def draw(results: Mapping[str, Any]) -> str:
    """An SVG document of the results of a whole run."""
    rows = results["targets"]
    bottom = HEAD + ROW * len(rows)
    height = bottom + FOOT
    line = BARS + FULL
    summary = _summary(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="netlynx, measured against its targets: {summary}">',
        f"<style>{STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="10"/>',
        _text(MARGIN, 38, "title", "netlynx, measured against its targets"),
        _text(MARGIN, 60, "soft", f"A bar that ends before the dashed line holds; shorter is better. {summary}."),
        _text(line, HEAD - 8, "soft", "target", "middle"),
    ]
    for number, row in enumerate(rows):
        parts += _row(row, HEAD + ROW * number, number % 2 == 0)
    parts.append(f'<line class="line" x1="{line}" x2="{line}" y1="{HEAD - 2}" y2="{bottom + 2}"/>')
    parts += _foot(results["environment"], bottom)
    return "\n".join([*parts, "</svg>", ""])


def _summary(rows: Sequence[Mapping[str, Any]]) -> str:
    missing = sum(bool(row["missing"]) for row in rows)
    held = sum(row["holds"] for row in rows)
    counts = {"missed": len(rows) - held - missing, "not measured": missing}
    return ", ".join([f"{held} of {len(rows)} hold", *(f"{count} {what}" for what, count in counts.items() if count)])


def _row(row: Mapping[str, Any], top: int, striped: bool) -> Iterable[str]:
    middle = top + ROW / 2
    base = middle + 4.5
    if striped:
        yield f'<rect class="stripe" x="1" y="{top}" width="{WIDTH - 2}" height="{ROW}"/>'
    beside = f'<tspan class="soft" dx="8">{escape(row["beside"])}</tspan>' if row["beside"] else ""
    yield f'<text class="row" x="{MARGIN}" y="{base}">{escape(row["row"])} {beside}</text>'
    if row["missing"]:
        yield _text(BARS, base, "soft", f"not measured: {row['missing']}")
        return
    yield f'<rect class="track" x="{BARS}" y="{middle - 6}" width="{FULL}" height="12" rx="2"/>'
    yield from _bar(row, middle)
    sign = "≥" if row["at_least"] else "≤"
    yield _text(NUMBERS, base, "number", with_unit(row["median"], row["unit"]), "end")
    yield _text(NUMBERS + 10, base, "soft", f"{sign} {with_unit(row['target'], row['unit'])}")


def _bar(row: Mapping[str, Any], middle: float) -> Iterable[str]:
    """The share of the target that was used, cut off at MOST with a tip, and a line from quartile to quartile."""
    used = _used(row, row["median"])
    if used > 0:
        kind = "holds" if row["holds"] else "missed"
        width = max(2.0, min(used, MOST) * FULL)
        yield f'<rect class="{kind}" x="{BARS}" y="{middle - 6}" width="{width:.1f}" height="12" rx="2"/>'
        if used > MOST:
            end = BARS + width - 1
            yield f'<path class="{kind}" d="M{end} {middle - 6} l7 6 l-7 6 z"/>'
    low, high = (BARS + min(value, MOST) * FULL for value in sorted(_used(row, each) for each in row["quartiles"]))
    if high > low:
        yield f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'


def _used(row: Mapping[str, Any], value: float) -> float:
    """The share of the target that a value takes; for what is to be reached, the other way round."""
    target = row["target"]
    if row["at_least"]:
        return float(target / value) if value else MOST
    if not target:
        return MOST if value else 0.0
    return float(value / target)


def _foot(environment: Mapping[str, str], bottom: int) -> Iterable[str]:
    first = f"{environment['kernel']} · {environment['python']} · {environment['iproute2']}"
    second = f"{environment['cpu']} · {environment['compiler']} · pyroute2 {environment['pyroute2']}"
    yield _text(MARGIN, bottom + 28, "soft", first)
    yield _text(MARGIN, bottom + 46, "soft", f"{second} · medians; the thin line spans the quartiles")


def _text(x: float, y: float, kind: str, content: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(content)}</text>'
