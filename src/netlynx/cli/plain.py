"""Text for a terminal in two columns, as help has it."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

_WIDEST = 100  # columns at most of a line
NARROW = 26  # columns at most of what stands before its help


def width() -> int:
    """The columns of a line."""
    return max(40, min(shutil.get_terminal_size().columns, _WIDEST))


def aligned(first: str, text: str, indent: int = NARROW) -> Iterator[str]:
    """A text behind the first word of its lines, which stands alone where it is long."""
    head = f"  {first}".ljust(indent)
    if len(f"  {first}") > indent - 2 and text:
        yield head.rstrip()
        head = " " * indent
    most = max(width(), indent + 20)
    lines = textwrap.wrap(text, most - indent, break_long_words=False, break_on_hyphens=False) or [""]
    yield (head + lines[0]).rstrip()
    yield from (" " * indent + line for line in lines[1:])
