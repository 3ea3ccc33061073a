"""What a run says: tables on the terminal, results.json, and the name of the machine's parts without its own."""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import netlynx

from .measure import Samples
from .targets import Outcome, Target, spread


@cache
def environment() -> dict[str, str]:
    """What the numbers depend on. No host name is in it."""
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    try:
        pyroute2 = metadata.version("pyroute2")
    except metadata.PackageNotFoundError:
        pyroute2 = "not installed"
    return {
        "netlynx": netlynx.__version__,
        "kernel": "Linux " + re.split(r"[-+]", platform.release())[0],
        "cpu": f"{os.cpu_count()} × {found[1] if found else platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler": _first_line("cc", "--version"),
        "iproute2": _first_line("ip", "-V"),
        "pyroute2": pyroute2,
    }


def _first_line(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout.partition("\n")[0]


# ------------------------------------------------------------------------------------------------ terminal


def print_group(samples: Samples) -> None:
    yardstick = samples.values.get(samples.yardstick)
    rows = []
    for name, values in samples.values.items():
        middle, low, high = spread(values)
        ratio = ""
        if yardstick:
            ratio = f"{statistics.median(own / over for own, over in zip(values, yardstick, strict=False)):.2f}"
        calls = f"{samples.calls[name]:,}" if name in samples.calls else ""
        rows.append((name, number(middle), f"{number(low)} – {number(high)}", ratio, str(len(values)), calls))
    rows += [(name, "not measured", reason, "", "", "") for name, reason in samples.missing.items()]
    print(f"\n{samples.title}\n")
    headings = ("", samples.unit, "quartiles", "ratio" if yardstick else "", "rounds")
    print_table((*headings, "system calls" if samples.calls else ""), rows)
    for note in samples.notes:
        print(f"  {note}")


def print_outcomes(outcomes: Iterable[Outcome]) -> None:
    rows = []
    for outcome in outcomes:
        target, unit = outcome.target, outcome.target.unit
        verdict = "not measured" if outcome.missing else "holds" if outcome.held else "MISSED"
        measured = "" if outcome.missing else with_unit(outcome.median, unit)
        between = outcome.missing or f"{number(outcome.low)} – {number(outcome.high)}"
        rows.append((target.label, measured, between, bound(target), verdict, kernel(outcome)))
    print("\nTargets\n")
    print_table(("", "measured", "quartiles", "target", "", "the kernel alone"), rows)


def kernel(outcome: Outcome) -> str:
    """What the kernel itself takes, where that is what the row is a ratio to: a quick one makes ratios large."""
    return f"{number(outcome.kernel)} ns/{outcome.each}" if outcome.each else ""


def bound(target: Target) -> str:
    return f"{'≥' if target.least else '≤'} {with_unit(target.bound, target.unit)}"


def with_unit(value: float, unit: str) -> str:
    return f"{number(value)}{'' if unit in ('', '×', '/s') else ' '}{unit}"


def number(value: float) -> str:
    """Three digits or more, never in scientific notation."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, tuple("-" * width for width in widths), *rows):
        first, *rest = (
            text.ljust(width) if index == 0 else text.rjust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *rest]).rstrip())


# ------------------------------------------------------------------------------------------------ results


def results(groups: Mapping[str, Samples], outcomes: Iterable[Outcome]) -> dict[str, Any]:
    return {
        "environment": environment(),
        "targets": [
            {
                "row": outcome.target.row,
                "beside": outcome.target.beside,
                "unit": outcome.target.unit,
                "target": outcome.target.bound,
                "at_least": outcome.target.least,
                "median": _rounded(outcome.median),
                "quartiles": [_rounded(outcome.low), _rounded(outcome.high)],
                "holds": outcome.held,
                "missing": outcome.missing,
                **({"kernel_ns": _rounded(outcome.kernel), "each": outcome.each} if outcome.each else {}),
            }
            for outcome in outcomes
        ],
        "groups": {
            key: {
                "title": samples.title,
                "unit": samples.unit,
                "values": {name: list(map(_rounded, values)) for name, values in samples.values.items()},
                "missing": samples.missing,
                **({"failed": samples.failed} if samples.failed else {}),
                "system_calls": samples.calls,
                "notes": samples.notes,
            }
            for key, samples in groups.items()
        },
    }


def write_ways(path: Path, groups: Mapping[str, Samples]) -> None:
    """Puts the three ways into the text that speaks of them, between its marks."""
    lines = ["| asked for | way | system calls | time, ms |", "|---|---|---|---|"]
    if "ways-links" not in groups:  # it could not be measured
        return
    for key in ("ways-links", "ways-routes"):
        samples = groups[key]
        what = samples.title.removeprefix("The same ").partition(", asked")[0]
        for name, values in samples.values.items():
            calls = f"{samples.calls[name]:,}" if name in samples.calls else "not counted"
            lines.append(f"| {what} | {name} | {calls} | {number(spread(values)[0])} |")
    text = path.read_text(encoding="utf-8")
    before, mark, rest = text.partition("<!-- ways -->\n")
    _, end, after = rest.partition("<!-- /ways -->")
    path.write_text(before + mark + "\n".join(lines) + "\n" + end + after, encoding="utf-8")


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False)
    flat = re.sub(r"\[\s+([-\d.e,\s]+?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text)
    path.write_text(flat + "\n", encoding="utf-8")
