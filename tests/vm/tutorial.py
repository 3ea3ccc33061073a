"""The files of the tutorial, taken from its page: for the test that follows it, and for the guest's modules."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text()
STANDING = re.compile(r"^int door_do_turn\(.*?^}\n\nint door_dump_all\(.*?^}\n", re.S | re.M)


def files() -> dict[str, str]:
    """The Python files, by the names that their first lines say."""
    return {name: text for text, name in re.findall(r"^```python\n(# (\S+\.py)\n.*?)^```", PAGE, re.S | re.M)}


def handlers_of(standing: str) -> str:
    """A generated file of handlers with what the page has in the place of two of them."""
    written = re.search(r"^```c\n(.*?)^```", PAGE, re.S | re.M)
    assert written is not None
    text, count = STANDING.subn(lambda _: written[1], standing)
    assert count == 1, "the two functions do not stand where the tutorial says"
    return text
