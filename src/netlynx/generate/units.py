"""Parts of a generated room: each a class or a few assignments, with the names that it has from elsewhere; and files,
of as many parts as a person would put into one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from netlynx.generate.layout import all_order, docstring, import_lines, lines_of, several

LONGEST = 390  # lines of a file, unless one part alone is longer

SUBJECTS = {
    "constants": "Numbers of attributes and commands",
    "values": "Enumerations and flags",
    "structs": "C structs",
    "records": "Records of messages and nests",
    "requests": "Records of requests",
    "operations": "Operations and groups",
}


@dataclass(slots=True)
class Unit:
    """One part: `name` is that of its class, `names` all that it defines. `uses` are names of this package by module,
    `needs` those of other parts. Parts of one `knot` refer to each other, and stand in one file."""

    subject: str
    name: str
    lines: list[str] = field(default_factory=list)
    names: tuple[str, ...] = ()
    uses: dict[str, set[str]] = field(default_factory=dict)
    needs: set[str] = field(default_factory=set)
    knot: int = 0
    plain: bool = False  # assignments, which stand without empty lines between them

    def use(self, module: str, *names: str) -> str:
        """Take names of a module; returns the last one."""
        self.uses.setdefault(module, set()).update(names)
        return names[-1]


@dataclass(slots=True)
class File:
    """Some parts in their order."""

    name: str
    units: list[Unit]

    @property
    def names(self) -> list[str]:
        """All that it defines."""
        return [name for unit in self.units for name in unit.names]


def filed(units: Sequence[Unit]) -> list[File]:
    """The files of a room: one where all fits in, else one for each subject, or several of a large one."""
    if _length(units) <= LONGEST:
        return [File("", list(units))]
    files = []
    for subject in SUBJECTS:
        chunks = list(_chunks([unit for unit in units if unit.subject == subject]))
        for chunk in chunks:
            name = subject if len(chunks) == 1 else f"{subject}_{_snake(chunk[0].name)}"
            files.append(File(name, chunk))
    return files


def _chunks(units: Sequence[Unit]) -> Iterable[list[Unit]]:
    chunk: list[Unit] = []
    i = 0
    while i < len(units):
        knot = [units[i]]
        while units[i].knot and i + len(knot) < len(units) and units[i + len(knot)].knot == units[i].knot:
            knot.append(units[i + len(knot)])
        if chunk and _length([*chunk, *knot]) > LONGEST:
            yield chunk
            chunk = []
        chunk += knot
        i += len(knot)
    if chunk:
        yield chunk


def _length(units: Iterable[Unit]) -> int:
    """About how many lines a file of these parts has."""
    found = list(units)
    imported = {name for unit in found for names in unit.uses.values() for name in names}
    needed = {name for unit in found for name in unit.needs}
    return sum(len(unit.lines) + 2 for unit in found) + len(imported) + len(needed) + 12


def text_of(file: File, files: Sequence[File], about: str, width: int) -> str:
    """A file's text: its docstring, imports, parts."""
    uses: dict[str, set[str]] = {}
    for unit in file.units:
        for module, names in unit.uses.items():
            uses.setdefault(module, set()).update(names)
    standard = {module: names for module, names in uses.items() if module.partition(".")[0] != "netlynx"}
    ours = {module: names for module, names in uses.items() if module not in standard}
    local: dict[str, set[str]] = {}
    home = {name: other for other in files for name in other.names}
    for name in {name for unit in file.units for name in unit.needs} - set(file.names):
        local.setdefault(f".{home[name].name}", set()).add(name)
    lines = [*docstring(about, width), "", "from __future__ import annotations", ""]
    for group in (standard, ours, local):
        if group:
            for module in sorted(group):
                lines += import_lines(module, sorted(group[module]), width)
            lines.append("")
    before = None
    for unit in file.units:
        if before is None:
            lines += [] if unit.plain else [""]
        elif not (unit.plain and before.plain):
            lines += ["", ""]
        lines += unit.lines
        before = unit
    return "\n".join(lines) + "\n"


def all_lines(names: Iterable[str], width: int) -> list[str]:
    """The names that a module offers."""
    shown: Sequence[str] = [f'"{name}"' for name in sorted(names, key=all_order)]
    return lines_of(several("[]", shown), width, before="__all__ = ")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
