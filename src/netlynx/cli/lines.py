"""Reading JSON that others wrote: an object a line. Whatever is wrong with it is said in one line, with its place."""

from __future__ import annotations

import json
import os
import select
import stat
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn, Protocol

LONGEST = 16 << 20  # bytes of a line: no message of the kernel's holds what stands in so many
DEEPEST = 64  # objects and arrays inside of each other
_BOM = b"\xef\xbb\xbf"


class LineError(ValueError):
    """A line that cannot be read. `number` is its place from 1 on; as text it says that, and what is wrong."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"line {number}{problem}")
        self.number = number


class Source(Protocol):
    """What lines are read from."""

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, or as much of it as the size allows; nothing at the end. Raises OSError."""
        ...


class Missing(LineError):
    """There is no such line."""

    def __init__(self, number: int, lines: int) -> None:
        super().__init__(number, f" is not there: the input {f'ends with line {lines}' if lines else 'is empty'}")


class Arriving:
    """Lines that come little by little, from a pipe, a terminal or a socket: what came is known without waiting."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._poll = select.poll()
        self._poll.register(source.fileno(), select.POLLIN)
        self._held = bytearray()
        self._ended = False

    def readline(self, size: int, /) -> bytes:
        """See `Source.readline`; waits until a whole line came."""
        looked = 0
        while (end := self._held.find(b"\n", looked) + 1) == 0 and len(self._held) < size and not self._ended:
            looked = len(self._held)
            self._take()
        end = min(end or len(self._held), size)
        line = bytes(self._held[:end])
        del self._held[:end]
        return line

    def would_wait(self) -> bool:
        """Whether the next line has not come yet. Raises OSError."""
        while not self._ended and b"\n" not in self._held and len(self._held) <= LONGEST:
            if not self._poll.poll(0):
                return True
            self._take()
        return False

    def _take(self) -> None:
        came = self._source.read1(_PIECE)  # type: ignore[attr-defined]  # as buffered readers have it
        self._held += came
        self._ended = not came


_PIECE = 1 << 16  # bytes


def arriving(source: BinaryIO) -> Arriving | None:
    """How to read from what may let one wait; None for a file, which does not."""
    return None if stat.S_ISREG(os.fstat(source.fileno()).st_mode) else Arriving(source)


def objects(source: Source, first: int = 1) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    """The objects of a file, each with the number of its line and the bytes read so far.

    Empty lines and those that begin with # have None, and lines before `first` are not looked at. Raises LineError at
    the first line that cannot be read, Missing where there is no line `first`, and OSError.
    """
    number = position = 0
    whole = True
    while number < first - 1 and (piece := source.readline(_PIECE)):
        position += len(piece)
        whole = piece.endswith(b"\n")
        number += whole
    line = source.readline(LONGEST + 1)
    if not line and first > 1:
        raise Missing(first, number + (not whole))
    while line:
        number += 1
        position += len(line)
        text = line.strip()
        try:
            found = object_of(text) if text and not text.startswith(b"#") else None
        except Unreadable as error:
            raise LineError(number, str(error)) from None
        yield number, position, found
        line = source.readline(LONGEST + 1)


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
