"""Names of routing tables, as iproute2 has them: in files of this host, beside the three that have one everywhere.

Source: rt_names.c of iproute2, ip-route(8).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from netlynx.engine.named import USUAL_TABLES

FOLDERS = ("/etc/iproute2", "/usr/share/iproute2", "/usr/lib/iproute2")
"""Where they are looked for; what an earlier one says of a file of some name counts."""


def table_names(folders: tuple[str, ...] = FOLDERS) -> dict[str, int]:
    """The number of each table that has a name: from ``rt_tables`` and from ``rt_tables.d/*.conf``.

    A line is a number and a name; what is not, and what cannot be read, is skipped, as iproute2 skips it.
    """
    found = dict(USUAL_TABLES)
    for file in _files(folders):
        try:
            lines = file.read_text("utf-8", "surrogateescape").splitlines()
        except OSError:
            continue
        for line in lines:
            words = line.split("#", 1)[0].split()
            if len(words) == 2:
                number = _number(words[0])
                if number is not None:
                    found[words[1]] = number
    return found


def table_number(text: str, folders: tuple[str, ...] = FOLDERS) -> int | None:
    """The number of a table given by its name, or as a number itself; None for what is neither."""
    known = table_names(folders)
    return known[text] if text in known else _number(text)


def table_name(number: int) -> str:
    """The name of a table, the first of several; its number where it has none."""
    usual = next((name for name, known in USUAL_TABLES.items() if known == number), "")
    return usual or next((name for name, known in _at_hand().items() if known == number), str(number))


@cache
def _at_hand() -> dict[str, int]:
    """The names as they were when one was first shown."""
    return table_names()


def _files(folders: tuple[str, ...]) -> Iterator[Path]:
    main = next((path for folder in folders if (path := Path(folder, "rt_tables")).is_file()), None)
    if main is not None:
        yield main
    seen: dict[str, Path] = {}
    for folder in folders:
        for path in Path(folder, "rt_tables.d").glob("*.conf"):
            seen.setdefault(path.name, path)
    yield from (seen[name] for name in sorted(seen))


def _number(word: str) -> int | None:
    try:
        number = int(word, 16) if word.lower().startswith("0x") else int(word)
    except ValueError:
        return None
    return number if 0 <= number < 1 << 32 else None
