"""Reading JSON that others wrote: an object a line. Whatever is wrong with it is said in one line, with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

LONGEST = 16 << 20  # bytes of a line: no message of the kernel's holds what stands in so many
DEEPEST = 64  # objects and arrays inside of each other
_BOM = b"\xef\xbb\xbf"


class LineError(ValueError):
    """A line that cannot be read. `number` is its place from 1 on; as text it says that, and what is wrong."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"line {number}{problem}")
        self.number = number


def objects(source: BinaryIO, first: int = 1) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """The objects of a file, each with the number of its line and the bytes read so far.

    Empty lines and those that begin with # are none, and lines before `first` are not looked at. Raises LineError at
    the first line that cannot be read, and OSError.
    """
    number = position = 0
    while number < first - 1 and (piece := source.readline(1 << 16)):
        position += len(piece)
        number += piece.endswith(b"\n")
    while line := source.readline(LONGEST + 1):
        number += 1
        position += len(line)
        text = line.strip()
        if text and not text.startswith(b"#"):
            try:
                found = object_of(text)
            except Unreadable as error:
                raise LineError(number, str(error)) from None
            yield number, position, found


class Unreadable(ValueError):
    """A text that is no object. As text it begins with the place, or with a colon, to follow `line 7` or so."""


def object_of(text: bytes) -> dict[str, Any]:
    """The object that is all of a text. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable(f": it is longer than {LONGEST >> 20} MiB")
    if text.startswith(_BOM):
        raise Unreadable(": it begins with a byte order mark (U+FEFF): save the file as UTF-8 without one")
    try:
        found = json.loads(text.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Unreadable(f", column {error.colno}: no JSON: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise Unreadable(f", byte {error.start + 1}: not UTF-8") from None
    except _Refused as error:
        raise Unreadable(f": {error}") from None
    except ValueError:  # the interpreter's limit for turning digits into a number
        raise Unreadable(": a number has thousands of digits") from None
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None
    if not isinstance(found, dict):
        raise Unreadable(f": expected an object, as in {{…}}, not {_NAMES[type(found)]}")
    if _deeper(found, DEEPEST):
        raise Unreadable(_TOO_DEEP)
    return found


_TOO_DEEP = f": nested deeper than {DEEPEST} objects and arrays"
_NAMES = {
    list: "an array",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "a truth value",
    type(None): "null",
}


class _Refused(Exception):
    """What JSON, or this program, does not take."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Refused(f"{next(name for name in names if names.count(name) > 1)!r} stands there twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise _Refused(f"no JSON: {word} is no number")


def _deeper(value: Any, most: int) -> bool:
    """Whether more objects and arrays than `most` are inside of each other."""
    layer = [value]
    for _ in range(most):
        inside = [inner for each in layer for inner in (each.values() if isinstance(each, dict) else each)]
        layer = [inner for inner in inside if isinstance(inner, (dict, list))]
        if not layer:
            return False
    return True
