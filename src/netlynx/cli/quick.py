"""Listings, and changes of one object, without the command-line library. What is written as usual is understood here,
from the same declarations; anything else (help, a mistake, another kernel, columns) is left to the whole command line.
What is asked for most often, a whole table as JSON, takes even less: see `netlynx.cli.ready`."""

from __future__ import annotations

import os
import sys

from netlynx.cli.aliases import meant

TYPE_CHECKING = False  # checkers take it for true; importing typing takes as long as all that is loaded here
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LISTINGS = frozenset(("links", "addresses", "routes", "neighbours", "rules"))
SOCKETS = frozenset(("tcp", "udp"))
"""The kinds of sockets whose whole table is printed from an outline, too."""
CHANGES = frozenset(("add", "append", "insert", "replace", "change", "set", "delete", "destroy", "flush"))
"""The commands of `netlynx.cli.writing`."""


def run(arguments: list[str]) -> int | None:
    """Carry out a listing and return the exit status; None, before anything is printed, for what is not for here."""
    if not arguments:
        return None
    arguments = [meant(arguments[0]), *arguments[1:]]
    if arguments[0] == "sockets":
        return _sockets(arguments[1:])
    if arguments[0] not in LISTINGS and arguments[0] not in CHANGES:
        return None
    if len(arguments) == 2 and arguments[1] in ("--json", "--lines") and arguments[0] in LISTINGS and _of_host():
        from netlynx.cli import ready

        status = ready.run(arguments[0], lines=arguments[1] == "--lines")
        if status is not None:
            return status
    from netlynx.cli.form import COLUMNS
    from netlynx.cli.stdout import fault, status_of
    from netlynx.errors import EncodeError

    command = _command(arguments[0])
    given = understood(command, arguments[1:])
    if given is None or given.get("kernel", "host") != "host" or given.get("format") in COLUMNS:
        return None
    try:
        return status_of(lambda: command(**given))
    except KeyboardInterrupt:
        return 130
    except EncodeError:
        return None
    except Exception as error:
        return None if is_misuse(error) else fault(error)


def _command(name: str) -> Callable[..., None]:
    command: Callable[..., None]
    if name in CHANGES:
        from netlynx.cli.writing import COMMANDS

        command = COMMANDS[name]
    else:
        from netlynx.cli import listing

        command = getattr(listing, name)
    return command


def _sockets(words: list[str]) -> int | None:
    """All sockets of a kind as JSON, without processes; None for all else."""
    if len(words) != 2 or words[0] not in SOCKETS or words[1] not in ("--json", "--lines") or not _of_host():
        return None
    from netlynx.cli import ready

    return ready.run(f"sockets_{words[0]}", lines=words[1] == "--lines")


def _of_host() -> bool:
    """Whether no other kernel is asked for by a variable."""
    return os.environ.get("NETLYNX_KERNEL", "") in ("", "host")


def is_misuse(error: Exception) -> bool:
    """Whether it says that the command was used in a wrong way: see `netlynx.cli.form.misused`."""
    library = sys.modules.get("typer")
    return library is not None and isinstance(error, library.BadParameter)


def understood(command: Callable[..., None], words: list[str]) -> dict[str, Any] | None:
    """What the words say, by parameter; None where they have to be looked at more closely."""
    from enum import Enum
    from typing import get_args

    from netlynx.cli.declare import Argument, Option, declared

    parameters = declared(command)
    options = {about.name: name for name, (_, about) in parameters.items() if isinstance(about, Option)}
    places = [name for name, (_, about) in parameters.items() if isinstance(about, Argument)]
    given: dict[str, Any] = {}
    for name, (_, about) in parameters.items():
        if isinstance(about, Option) and about.variable and os.environ.get(about.variable):
            given[name] = os.environ[about.variable]
    seen = set()
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            if not word or not places:
                return None
            if list[str] in get_args(parameters[places[0]][0]):  # that, and all behind it
                given.setdefault(places[0], []).append(word)
            else:
                given[places.pop(0)] = word
            continue
        option, equals, value = word.partition("=")
        name = options.get(option, "")
        if not name or name in seen:
            return None
        seen.add(name)
        kind = parameters[name][0]
        if kind is bool:
            if equals:
                return None
            given[name] = True
            continue
        if not equals:
            value = next(rest, "")
        if not value or value.startswith("-"):
            return None
        for each in get_args(kind):
            if isinstance(each, type) and issubclass(each, Enum):
                if value not in [member.value for member in each]:
                    return None
                given[name] = each(value)
                break
        else:
            given[name] = value
    needed = [name for name, (kind, about) in parameters.items() if isinstance(about, Argument) and kind is str]
    return None if any(name not in given for name in needed) else given
