"""What the words of `netlynx sockets` mean: kinds, states, ports, and conditions such as `info.rtt>=5000`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from netlynx import diag
from netlynx.cli.form import misused
from netlynx.diag.conditions import Condition, compared
from netlynx.diag.everything import TABLES
from netlynx.schema.kinds import Code
from netlynx.schema.settle import kind_of
from netlynx.wire.nearest import nearest

_CONDITION = re.compile(r"([A-Za-z_][\w.-]*)(!=|>=|<=|=|<|>)(.*)", re.DOTALL)
_MOST = (1 << 64) - 1

# As ss(8) and ip(8) call what has another name in records.
_SHORT = {
    "sport": "source_port",
    "dport": "destination_port",
    "src": "source",
    "dst": "destination",
    "dev": "index",
    "fwmark": "mark",
    "ino": "inode",
}
_EITHER = ("port", "address")
_GROUPS = {"inet": tuple(name for name, table in TABLES.items() if diag.SocketFamily.INET in table.families)}

_STATES = {each.label: (each,) for each in diag.SocketState}
_STATE_GROUPS = {
    "estab": ("established",),
    "closed": ("close",),
    "unconn": ("close",),
    "listening": ("listen",),
    "connected": tuple(name for name in _STATES if name not in ("listen", "close", "bound-inactive")),
    "synchronized": tuple(
        name for name in _STATES if name not in ("listen", "close", "bound-inactive", "syn-sent", "new-syn-recv")
    ),
    "all": tuple(_STATES),
}
LISTENING = (diag.SocketState.LISTEN, diag.SocketState.CLOSE)
"""Of whom nobody talks to yet: those that listen, and those that have no connections and no peer."""


def sorted_out(words: Iterable[str]) -> tuple[list[str], set[str], list[Condition]]:
    """Kinds of sockets among the words, those of them that were named one by one, and conditions.

    Raises typer.BadParameter.
    """
    kinds: list[str] = []
    named = set()
    conditions = []
    for word in words:
        said = _CONDITION.fullmatch(word)
        if said is not None:
            conditions.append(_condition(said[1], said[2], said[3], word))
        elif word in _GROUPS:
            kinds += _GROUPS[word]
        elif word in TABLES:
            kinds.append(word)
            named.add(word)
        else:
            hint = nearest(word, [*TABLES, *_GROUPS], listed="there are")
            raise misused(f"{word!r} is no kind of sockets, and no condition such as port=443{hint}")
    return list(dict.fromkeys(kinds)), named, conditions


def states(given: Iterable[str]) -> tuple[diag.SocketState, ...] | None:
    """The states of all words; None without one. Raises typer.BadParameter."""
    found: list[str] = []
    for word in (each for text in given for each in text.split(",")):
        name = word.strip().lower().replace("_", "-")
        name = re.sub(r"fin-wait([12])", r"fin-wait-\1", name)
        if name in _STATE_GROUPS:
            found += _STATE_GROUPS[name]
        elif name in _STATES:
            found.append(name)
        else:
            raise misused(
                f"{word!r} is no state{nearest(name, [*_STATES, *_STATE_GROUPS], listed='there are')}", "--state"
            )
    return tuple(dict.fromkeys(diag.SocketState[_member(name)] for name in found)) or None


def ports(given: Iterable[str]) -> Condition | None:
    """That either end has one of these ports: numbers, and ranges as in 8000-8099. Raises typer.BadParameter."""
    found: list[Condition] = []
    for word in (each.strip() for text in given for each in text.split(",")):
        numbers = re.fullmatch(r"(\d+)(?:-(\d+))?", word)
        low, high = (int(numbers[1]), int(numbers[2] or numbers[1])) if numbers else (-1, -1)
        if not 0 <= low <= high < 1 << 16:
            raise misused(f"{word!r} is no port: they are numbers up to 65535, or ranges of them", "--port")
        found.append(compared(("port",), low if low == high else range(low, high + 1)))
    return _any(found)


def _any(conditions: list[Condition]) -> Condition | None:
    made: Condition | None = None
    for each in conditions:
        made = each if made is None else made | each
    return made


def _member(label: str) -> str:
    return next(each.name for each in diag.SocketState if each.label == label)


def _condition(name: str, relation: str, text: str, word: str) -> Condition:
    path = tuple(_SHORT.get(each, each) for each in name.replace("-", "_").split("."))
    kind = _kind(path, word)
    if relation in ("=", "!="):
        found = [compared(path, _value(kind, each, word)) for each in text.split(",")]
        made = _any(found)
        assert made is not None
        return ~made if relation == "!=" else made
    number = _number(text, word)
    bounds = {">": (number + 1, _MOST + 1), ">=": (number, _MOST + 1), "<": (0, number), "<=": (0, number + 1)}
    return compared(path, range(*bounds[relation]))


def _kind(path: tuple[str, ...], word: str) -> Any:
    """The kind of the field, of the first sockets that have it. Raises typer.BadParameter."""
    names: list[str] = []
    for table in TABLES.values():
        owner: Any = table.record
        kind: Any = None
        for place, name in enumerate(path):
            fields = getattr(owner, "__declarations__", {})
            if not place and name in _EITHER:
                name = {"port": "source_port", "address": "source"}[name]
            if name not in fields:
                if place == len(path) - 1:
                    names += [".".join((*path[:place], each)) for each in fields]
                kind = None
                break
            kind = kind_of(owner, name)
            owner = kind.held
        if kind is not None:
            return kind
    said = ".".join(path)
    known = list(dict.fromkeys([*names, *_SHORT, *_EITHER] if len(path) == 1 else names))
    raise misused(f"{word!r}: sockets have no {said!r}{nearest(said, known, listed='there are') if known else ''}")


def _value(kind: Any, text: str, word: str) -> Any:
    """A value as Python has it."""
    text = text.strip()
    if text.lower() in ("none", "null"):
        return None
    if kind.values is bool or kind.code is Code.FLAG:
        known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in known:
            raise misused(f"{word!r}: {text!r} is neither true nor false")
        return known[text.lower()]
    if kind.code in (Code.INTEGER, Code.BITS):
        if ends := re.fullmatch(r"(\d+)-(\d+)", text):
            return range(int(ends[1]), int(ends[2]) + 1)
        if re.fullmatch(r"\d+|0x[0-9a-fA-F]+", text):
            return int(text, 0)
        if kind.values is None and not kind.names and not text.startswith("/"):  # a cgroup may be a path
            return _number(text, word)
    return text


def _number(text: str, word: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise misused(f"{word!r}: {text!r} is no number") from None
