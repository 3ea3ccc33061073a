"""`netlynx sockets --kill`: sockets closed by who does not have them open."""

from __future__ import annotations

import sys
from typing import Any

import typer

from netlynx import diag
from netlynx.cli.form import misused
from netlynx.cli.socket_places import Place, read
from netlynx.cli.socket_table import kind, rows, write_sockets
from netlynx.cli.stdout import note, tell
from netlynx.cli.wording import words
from netlynx.diag.ending import CLOSED
from netlynx.errors import NotSupported, PermissionDenied

_CLOSABLE = tuple(each.label for each in CLOSED)
_SURE = ("y", "yes")


def closable(kinds: list[str], named: set[str], *, narrowed: bool) -> list[str]:
    """The kinds of sockets to close, of a group (``inet``) those that the kernel closes.

    Raises typer.BadParameter for one that was named and that the kernel does not close.
    """
    if not narrowed:
        raise misused("say which, by a state, a port or a condition: nobody closes all sockets of a host", "--kill")
    for name in kinds:
        if name in named and name not in _CLOSABLE:
            raise misused(f"the kernel closes no {name} sockets, only {', '.join(_CLOSABLE)}", "--kill")
    return [name for name in kinds or _CLOSABLE if name in _CLOSABLE]


def close(
    place: Place,
    asked: diag.AllSockets[Any],
    held: diag.Owners | None,
    skipped: dict[str, str],
    *,
    wide: bool,
    sure: bool,
    dry_run: bool,
) -> None:
    """Show them, ask, and close those that were shown, no others. Raises typer.Exit where one was not closed."""
    from netlynx.cli.interfaces import Interfaces

    found = read(place, asked, skipped)
    write_sockets(rows("", found, held, Interfaces(place.nl), wide), wide)
    sys.stdout.flush()
    number = f"{len(found)} socket{'' if len(found) == 1 else 's'}"
    if not found or dry_run:
        note(f"{number} would be closed" if dry_run else "there is none to close")
        return
    if not sure and not _agreed(number):
        note("nothing was closed")
        raise typer.Exit(1)
    try:
        done = place.nl.do(diag.destroy(found))
    except (PermissionDenied, NotSupported) as error:
        tell(f"{words(error)}; nothing of {number} was closed")
        raise typer.Exit(1) from None
    closed, gone = len(done.closed), len(done.gone)
    for each, why in done.refused:
        tell(f"{kind(each)} {each.source}:{each.source_port}: {words(why, asked=False)}")
    note(f"{closed} of {number} closed{f', {gone} gone by themselves' if gone else ''}")
    if closed + gone < len(found):
        raise typer.Exit(1)


def _agreed(number: str) -> bool:
    if not sys.stdin.isatty():
        raise misused("standard input is no terminal to ask at: give --yes, or --dry-run", "--kill")
    note(f"close {number}? [y/N]")
    return sys.stdin.readline().strip().lower() in _SURE
