"""Manual pages, from what help is made of and from `manual_prose`: netlynx(1), and one for each command or group.

`write(folder)` makes them; `make man` has them in build/man, from where wheels take them (share/man/man1). In the
language of man(7), which man-db's groff and mandoc read alike.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any  # of the command-line library

import typer
from typer.main import get_command

from netlynx._version import __version__
from netlynx.cli.aliases import OTHERS
from netlynx.cli.app import app
from netlynx.cli.commands import Told, arguments, groups, options, paragraphs, usage
from netlynx.cli.manual_prose import ABOUT, ENVIRONMENT, EXAMPLES, FILES, STATUS, TABLES


def write(folder: Path, version: str = __version__) -> list[Path]:
    """Write all pages into a folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages(version).items():
        path = folder / f"{name}.1"
        path.write_text(text, "ascii")
        written.append(path)
    return written


def pages(version: str = __version__) -> dict[str, str]:
    """Each page by its name."""
    root: Any = get_command(app)
    found = {"netlynx": _page("netlynx", version, _root(root))}
    for name, command in root.commands.items():
        found[f"netlynx-{name}"] = _page(
            f"netlynx-{name}", version, _command(name, command, _context(root, info_name="netlynx"))
        )
    return found


def _context(command: Any, info_name: str, parent: Any = None) -> Any:
    return typer.Context(command, info_name=info_name, parent=parent, help_option_names=["-h", "--help"])


def _page(name: str, version: str, lines: Iterable[str]) -> str:
    made = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    return "\n".join([f'.TH {name.upper()} 1 {made} "netlynx {version}" "netlynx"', *lines, ""])


def _root(root: Any) -> Iterator[str]:
    context = _context(root, info_name="netlynx")
    yield from _named("netlynx", "talk to the Linux kernel over netlink")
    yield from _synopsis(["netlynx [OPTION…] COMMAND …"])
    yield ".SH DESCRIPTION"
    yield from _text(ABOUT)
    yield ".SH OPTIONS"
    yield from _listed(options(root, context))
    yield ".SH COMMANDS"
    for panel, commands in groups(root, context).items():
        yield f".SS {escaped(panel)}"
        for name, each in commands:
            yield ".TP"
            yield f".BR netlynx\\-{escaped(name)} (1)"
            yield escaped(_first(each.help))
    yield from _ending("netlynx", [])


def _command(name: str, command: Any, parent: Any) -> Iterator[str]:
    context = _context(command, info_name=name, parent=parent)
    below = getattr(command, "commands", None)
    about = paragraphs(command.help)
    yield from _named(f"netlynx-{name}", _short(about[0]))
    contexts = {each: _context(found, info_name=each, parent=context) for each, found in (below or {}).items()}
    yield from _synopsis([usage(found.command, found) for found in contexts.values()] or [usage(command, context)])
    yield ".SH DESCRIPTION"
    others = OTHERS.get(name, ())
    yield from _text([*about, *([f"It is also called {', '.join(others)}."] if others else [])])
    if below:
        yield ".SH COMMANDS"
        for each, found in contexts.items():
            yield f".SS netlynx {escaped(name)} {escaped(each)}"
            yield from _text(paragraphs(found.command.help))
            yield from _listed([*arguments(found.command), *options(found.command, found)])
    else:
        if told := arguments(command):
            yield ".SH ARGUMENTS"
            yield from _listed(told)
        yield ".SH OPTIONS"
        yield from _listed(options(command, context))
    if any("--wide" in each.opts for one in (below or {"": command}).values() for each in one.params):
        yield ".SH OUTPUT"
        yield from _text([TABLES])
    if name in ("add", "append", "insert", "replace", "change", "set", "delete", "destroy", "flush"):
        yield ".SH OBJECTS"
        yield from _text([f"`netlynx {name} --help` lists the kinds, `netlynx {name} KIND --help` the fields of one."])
    yield from _ending(name, EXAMPLES[name])


def _ending(name: str, examples: Iterable[str]) -> Iterator[str]:
    yield ".SH EXIT STATUS"
    yield from _listed(Told(*each) for each in STATUS)
    yield ".SH ENVIRONMENT"
    yield from _listed(Told(*each) for each in ENVIRONMENT)
    yield ".SH FILES"
    yield from _listed(Told(*each) for each in FILES)
    yield ".SH EXAMPLES"
    yield ".EX"
    yield from (escaped(each) for each in (examples or ("netlynx links", "netlynx routes 192.0.2.1", "netlynx hello")))
    yield ".EE"
    yield ".SH SEE ALSO"
    yield ".BR netlink (7)," if name == "netlynx" else ".BR netlynx (1),"
    yield ".BR rtnetlink (7)" if name == "netlynx" else ".BR netlink (7)"


def _named(name: str, about: str) -> Iterator[str]:
    yield ".SH NAME"
    yield f"{escaped(name)} \\- {escaped(about)}"


def _synopsis(lines: Iterable[str]) -> Iterator[str]:
    yield ".SH SYNOPSIS"
    for number, line in enumerate(lines):
        if number:
            yield ".br"
        yield f".B {escaped(line)}"


def _text(said: Iterable[str]) -> Iterator[str]:
    for number, each in enumerate(said):
        if number:
            yield ".PP"
        yield escaped(each)


def _listed(told: Iterable[Told]) -> Iterator[str]:
    for each in told:
        yield ".TP"
        yield f".B {escaped(each.name)}"
        yield escaped(each.help)


def _first(text: str) -> str:
    return next(iter(paragraphs(text)), "")


def _short(text: str) -> str:
    """The first sentence, as a page's name has it: it begins small, and has no full stop."""
    said = re.split(r"(?<=[^.])[.:;] ", text)[0].rstrip(".")
    return said[:1].lower() + said[1:]


def escaped(text: str) -> str:
    """Text as a line of man(7): what is between backquotes in bold; all else as it is."""
    parts = []
    for number, part in enumerate(text.split("`")):
        plain = "".join(_letter(letter) for letter in part)
        parts.append(f"\\fB{plain}\\fR" if number % 2 and plain else plain)
    line = "".join(parts)
    return f"\\&{line}" if line[:1] in (".", "'") else line


def _letter(letter: str) -> str:
    known = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "~": "\\(ti", "^": "\\(ha", "…": "..."}
    return known.get(letter) or (letter if letter.isascii() else f"\\[u{ord(letter):04X}]")
