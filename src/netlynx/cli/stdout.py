"""What every command does with standard output and standard error; loading it takes next to no time."""

from __future__ import annotations

import codecs
import os
import sys

from netlynx.errors import EncodeError, NetlynxError

TYPE_CHECKING = False  # checkers take it for true
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HELD = 64 << 20  # bytes of an array held back: one of up to this size is whole, and read again when it must be


def tell(problem: str) -> None:
    """One line on stderr."""
    print(f"netlynx: {problem}", file=sys.stderr)


def status_of(run: Callable[[], object], *, traceback: bool = False) -> int:
    """Do it; an error is one line on stderr and status 1, a reader that went away is no error.

    Raises EncodeError, which says that an option has a wrong value, and everything else with `traceback`.
    """
    if hasattr(sys.stdout, "reconfigure"):
        codecs.register_error("netlynx", escaped)
        sys.stdout.reconfigure(errors="netlynx")  # a name that the locale cannot write
    try:
        run()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the very end
    except EncodeError:
        raise
    except (NetlynxError, OSError) as error:
        if traceback:
            raise
        sys.stdout.flush()
        tell(" ".join(str(error).split()))
        return 1
    return 0


def escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Characters that an encoding has not, as ``\u00e9``: unlike ``\xe9``, that is JSON too. Raises other errors."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


def write(text: str, *, flush: bool = False) -> None:
    """Print a line. Raises BrokenPipeError when nobody reads it."""
    sys.stdout.write(text + "\n")
    if flush:
        sys.stdout.flush()


def write_lines(pieces: Iterable[memoryview]) -> None:
    """JSON of records, each in a line that is there already: printed as it comes."""
    for text in pieces:
        _write_text(text)
        sys.stdout.flush()


def write_array(pieces: Iterable[memoryview]) -> None:
    """JSON of records, with a comma and a line's end between them: printed as one array."""
    begun = False
    for text in pieces:
        if not begun:
            sys.stdout.write("[\n")
            begun = True
        _write_text(text)
    write("\n]" if begun else "[]")


def _write_text(text: memoryview) -> None:
    """JSON in UTF-8: bytes where that is what standard output takes."""
    if sys.stdout.encoding.lower() in ("utf-8", "utf8"):
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
    else:
        sys.stdout.write(str(text, "utf-8"))
