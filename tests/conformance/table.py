"""Writes the list of cases in docs/conformance.md: ``PYTHONPATH=src:tests python -m conformance.table``."""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Callable
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "conformance.md"
BEGIN, END = "<!-- cases: written by tests/conformance/table.py -->\n", "<!-- end of cases -->\n"


def inputs(function: Callable[..., object]) -> int:
    """How many times a case runs on each kernel."""
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    return math.prod(len(mark.args[1]) for mark in marks)


def listing() -> str:
    """Every case by subject, as Markdown."""
    total, sections, summary = 0, [], []
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.stem == "test_table":
            continue
        module = importlib.import_module(f"conformance.{path.stem}")
        cases = [
            (name.removeprefix("test_").replace("_", " "), inputs(function))
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if name.startswith("test_") and function.__module__ == module.__name__
        ]
        count = sum(times for _, times in cases)
        total += count
        about = (module.__doc__ or "").splitlines()[0].rstrip(".")
        summary.append(f"| [{about}](#{path.stem.removeprefix('test_')}) | {count} |")
        lines = [f"| {name} | {times} |" for name, times in cases]
        heading = f"### {path.stem.removeprefix('test_').capitalize()}\n\n{about} (`tests/conformance/{path.name}`).\n"
        sections.append("\n".join([heading, "| case | inputs |", "|---|---|", *lines]) + "\n")
    runs = f"{total} cases, each run on both kernels, and on the virtual one behind a Unix socket.\n"
    head = [runs, "| subject | cases |", "|---|---|", *summary]
    return "\n".join(head) + "\n\n" + "\n".join(sections)


def document(text: str) -> str:
    """The document with the list of now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{listing()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text()))
