"""What operations are called in Python: verbs first, a listing ``list_…``, whatever their order in a spec."""

from __future__ import annotations

import keyword
import re

from netlynx.generate.words import parts

# Verbs of operations, at the beginning or the end of their names, and how they are written.
_VERBS = {
    **{each: each for each in ("add", "bind", "cancel", "change", "connect", "create", "delete", "destroy", "done")},
    **{each: each for each in ("flush", "get", "join", "new", "remove", "reset", "set", "start", "stop", "unbind")},
    "del": "delete",
}
_JOINED = re.compile(r"(get|new|del|set)([a-z][a-z0-9]+)")


def operation_name(name: str, verb: str) -> str:
    """The Python name of an operation as a "do" or a "dump"."""
    words = parts(name)
    joined = _JOINED.fullmatch(words[0]) if len(words) == 1 else None
    if joined is not None and words[0] not in _VERBS:
        words = [joined[1], joined[2]]
    does = ""
    if words[-1] in _VERBS:
        does = words.pop()
    elif words[0] in _VERBS:
        does = words.pop(0)
    rest = "_".join(words)
    if verb == "dump":
        first = "list" if does in ("", "get") else f"list_{_VERBS[does]}"
        made = f"{first}_{rest}" if rest else f"{first}_all"
    else:
        made = "_".join(filter(None, (_VERBS.get(does, ""), rest)))
    if made[:1].isdigit():
        made = f"n{made}"
    return f"{made}_" if keyword.iskeyword(made) else made


def one_of(name: str, taken: set[str], ending: str = "_") -> str:
    """A name that is not taken yet, with this ending where it is; it is taken then."""
    while name in taken:
        name += ending
    taken.add(name)
    return name
