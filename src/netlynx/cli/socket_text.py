"""What stands in the JSON of sockets besides what the codec writes; loading it takes next to no time."""

from __future__ import annotations

TYPE_CHECKING = False  # checkers take it for true
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOT_ASKED = b',"processes":null'
"""At the end of an object, where nobody asked who holds the socket."""


def as_lines(pieces: Iterable[memoryview | bytes], more: bytes = NOT_ASKED) -> Iterator[memoryview]:
    """Whole lines of JSON, with `more` at the end of each object."""
    for piece in pieces:
        yield memoryview(bytes(piece).replace(b"}\n", more + b"}\n"))


def as_elements(pieces: Iterable[memoryview | bytes], more: bytes = NOT_ASKED) -> Iterator[memoryview]:
    """Whole lines of JSON as elements of an array, with commas between them."""
    before = b""
    for piece in pieces:
        if piece:
            yield memoryview(before + bytes(piece).replace(b"}\n", more + b"},\n")[:-2])
            before = b",\n"
