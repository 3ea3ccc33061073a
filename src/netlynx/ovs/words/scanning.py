"""Words taken apart: ``eth(),ipv4(src=192.0.2.1,frag=no)`` is a list of names, each with what is in its brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlynx.errors import EncodeError

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|0|[1-9][0-9]*", re.ASCII)
_OPEN, _CLOSE = "({", ")}"
_DEEPEST = 32  # brackets; the kernel follows 16 levels of actions


def parts_of(text: str) -> list[str]:
    """What stands between commas or spaces, outside of brackets. Raises EncodeError for brackets that do not match."""
    found, begin, depth = [], 0, 0
    for at, letter in enumerate(text):
        if letter in _OPEN:
            depth += 1
            if depth > _DEEPEST:
                raise EncodeError(f"more than {_DEEPEST} brackets, one in another")
        elif letter in _CLOSE:
            depth -= 1
            if depth < 0:
                raise EncodeError(f"{text[: at + 1]!r} closes a bracket that it does not open")
        elif not depth and (letter == "," or letter.isspace()):
            found.append(text[begin:at])
            begin = at + 1
    if depth:
        raise EncodeError(f"{text!r} opens a bracket that it does not close")
    return [part for part in (*found, text[begin:]) if part]


def taken_apart(part: str) -> tuple[str, str | None]:
    """A name, and what stands in the brackets behind it, if there are any. Raises EncodeError for anything else."""
    name, bracket, inner = part.partition("(")
    if not _NAME.fullmatch(name) or (bracket and not inner.endswith(")")):
        raise EncodeError(f"{part!r} is no word such as in_port(1)")
    return name, inner[:-1] if bracket else None


def members_of(inner: str, known: tuple[str, ...], what: str) -> dict[str, str]:
    """``src=1,dst=2`` by its names, each once. Raises EncodeError for a name that is none of those known."""
    found: dict[str, str] = {}
    for part in parts_of(inner):
        name, equals, value = part.partition("=")
        if name not in known or not equals:
            raise EncodeError(f"{part!r} is no part of {what}: it has {', '.join(f'`{each}=…`' for each in known)}")
        if name in found:
            raise EncodeError(f"{name} stands twice in {what}")
        found[name] = value
    return found


def number_of(text: str, bits: int) -> int:
    """A number of so many bits at most. Raises EncodeError."""
    if not _NUMBER.fullmatch(text):
        raise EncodeError(f"{text!r} is no number")
    number = int(text, 0)
    if number >> bits:
        raise EncodeError(f"{text} does not fit into {bits} bits")
    return number


def signed(text: str) -> Iterator[tuple[str, str]]:
    """``+new-est``: signs and names. Raises EncodeError."""
    if not re.fullmatch(r"([+-][a-z_]+)*", text):
        raise EncodeError(f"{text!r} is not flags with + or - before each")
    yield from re.findall(r"([+-])([a-z_]+)", text)
