"""docs/words.md names nothing that is not there: names are looked up, calls are made (which sends nothing), commands
are found with their options."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import typer.main

import netlynx
from netlynx.cli.app import app
from pairs import cells, codes

WORDS, IPROUTE2 = (Path(__file__).parents[1] / "docs" / name for name in ("words.md", "from/iproute2.md"))
NAMES = "audit connector dcb diag drop_monitor ethtool fib_lookup fou generate generic gtp ila ioam6 ipset ipvs"
NAMES += " kernel l2tp macsec mptcp netns nftables nftables.words ovs psample route seg6 taskstats tc tcp_metrics"
NAMES += " testing tun uevent wireguard ynl netfilter.conntrack netfilter.log netfilter.queue"
ROOMS: dict[str, Any] = {name.rpartition(".")[2]: import_module(f"netlynx.{name}") for name in NAMES.split()}
ROOMS |= {"netlynx": netlynx, "nl": SimpleNamespace(subscribe=lambda *groups: None)}  # which asks nobody
NAME = re.compile(r"[a-z]\w*(\.\w+)+")
CALL = re.compile(r"[a-z]\w*\.[\w.]+\(.*\)(\.\w+\(.*\))*")
PART = re.compile(r"\w+=.*|unknown")  # of a call, or a field that many records have


def named(page: Path) -> list[str]:
    """What stands for us in the page's tables of three columns: names, calls, commands."""
    rows = [cells(line) for line in page.read_text().splitlines() if line.startswith("| ") and "---" not in line]
    return [code for row in rows if len(row) == 3 for code in codes(row[1 if page == WORDS else 2])]


def looked_up(name: str) -> None:
    """Raises AttributeError for what is not there. Fields of a record are attributes of its class."""
    room, *path = name.split(".")
    found = ROOMS[room]
    for part in path:
        if part in getattr(found, "__declarations__", ()):
            return
        if isinstance(found, type) and issubclass(found, netlynx.NetlinkError):
            found = found(1)
        found = getattr(found, part)


def test_every_name_and_every_command_is_there() -> None:
    commands = typer.main.get_command(app)
    wrong: dict[str, str] = {}
    for page, code in [*((WORDS, code) for code in named(WORDS)), *((IPROUTE2, code) for code in named(IPROUTE2))]:
        try:
            if code.startswith("netlynx "):
                parsed(commands, shlex.split(code)[1:])
            elif NAME.fullmatch(code) and (page == WORDS or code.partition(".")[0] in ROOMS):
                looked_up(code)
            elif CALL.fullmatch(code):
                eval(code, ROOMS)
            elif page == WORDS and not PART.fullmatch(code):
                wrong[code] = "neither a name, nor a call, nor a command"
        except Exception as error:
            wrong[code] = f"{type(error).__name__}: {error}"
    assert wrong == {}


def parsed(command: Any, words: list[str]) -> None:
    """Raises where the command line would not know a command, or an option of it."""
    for number, word in enumerate(words):
        if not hasattr(command, "commands"):
            options = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
            unknown = [each for each in words[number:] if each.startswith("-") and each not in options]
            assert not unknown, f"no option {unknown}"
            return
        command = command.commands[word]


def test_what_is_not_there_would_be_seen() -> None:
    for wrong in ("route.Link.gatewya", "route.nothing", "nothing.at.all"):
        try:
            looked_up(wrong)
        except (AttributeError, KeyError):
            continue
        raise AssertionError(wrong)
