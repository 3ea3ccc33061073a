"""What every command does with standard output and standard error; loading it takes next to no time."""

from __future__ import annotations

import os
import sys

from netlynx.cli.terminal import Paint, Stream, binary, check_open, drawn, is_terminal, nowhere
from netlynx.errors import EncodeError, NetlynxError
from netlynx.wire.shown import one_spelling

TYPE_CHECKING = False  # checkers take it for true
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

HELD = 64 << 20  # bytes of an array held back: one of up to this size is whole, and read again when it must be
_LONGEST_INPUT = 64 << 20  # bytes: more than any message may have


class Reported(Exception):
    """Of its cause all has been said."""


def tell(problem: str) -> bool:
    """One line on stderr: why a command cannot go on, or what went wrong meanwhile. Returns as `note`."""
    return note(f"netlynx: {' '.join(problem.split())}")


def note(text: str) -> bool:
    """One line on stderr beside the output: what is going on. False when whoever read it went away.

    What is left of it then must not be tried again at the very end, where failing would become the exit status (120).
    """
    return _beside(text)


def remark(text: str) -> bool:
    """One line on stderr as `note`, but pale: about what is printed, for who wonders."""
    pale = is_terminal(sys.stderr) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return _beside(Paint(text, "bright_black") if pale else text)


def aside(*parts: str | Paint) -> None:
    """Print a line on stderr, where standard output is another's. Raises as `write`."""
    _put(sys.stderr, drawn(parts) + "\n")


def _beside(text: str | Paint) -> bool:
    if sys.stderr is None:
        return True
    try:
        _put(sys.stderr, one_spelling(drawn((text,))) + "\n")
        sys.stderr.flush()
    except OSError:
        sys.stderr = nowhere()
        return False
    return True


def status_of(run: Callable[[], object], *, traceback: bool = False) -> int:
    """Do it; an error is one line on stderr and status 1, a reader that went away is no error.

    Raises EncodeError, which says that an option has a wrong value, and everything else with `traceback`.
    """
    try:
        run()
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up_output()
    except EncodeError:
        raise
    except Reported:
        if traceback:
            raise
        return 1
    except (NetlynxError, OSError) as error:
        if traceback:
            raise
        try:
            sys.stdout.flush()
        except OSError:
            _give_up_output()
        tell(words(error))
        return 1
    return 0


def fault(error: BaseException | None) -> int:
    """Tell of an error that no command should end with; the status."""
    tell(f"a fault of netlynx itself: {type(error).__name__}: {error}; `netlynx --traceback …` shows where")
    return 1


def words(error: BaseException) -> str:
    """What an error says to somebody who typed a command: see `netlynx.cli.wording`, loaded when there is one."""
    from netlynx.cli.wording import words

    return words(error)


def _give_up_output() -> None:
    """Let nothing be written any more, not even at the very end."""
    sys.stdout = nowhere()


def check_output() -> None:
    """Raise OSError where standard output is closed: for who may listen long before there is anything to print."""
    check_open(sys.stdout)


def write(*parts: str | Paint, flush: bool = False) -> None:
    """Print a line. Raises BrokenPipeError when nobody reads it, OSError when it cannot be written."""
    _put(sys.stdout, drawn(parts) + "\n")
    if flush:
        sys.stdout.flush()


def write_indented(line: str) -> None:
    """Print a line whose first tabs are meant; all others are escaped. Raises as `write`."""
    text = line.lstrip("\t")
    _put(sys.stdout, "\t" * (len(line) - len(text)) + drawn((text,)) + "\n")


def clear() -> bool:
    """Empty the terminal that is standard output, for what is drawn anew; False where it is none."""
    if not is_terminal(sys.stdout) or os.environ.get("TERM") == "dumb":
        return False
    _put(sys.stdout, "\x1b[H\x1b[2J")  # ECMA-48: CUP, ED
    return True


def write_text(text: str) -> None:
    """Print text of several lines. Raises as `write`."""
    for line in text.split("\n"):
        write(line)


def write_script(text: str) -> None:
    """Print a text of ours as it is, tabs and all. Raises as `write`."""
    _put(sys.stdout, text)


def _put(stream: object, text: str) -> None:
    put = stream.put if isinstance(stream, Stream) else stream.write  # type: ignore[attr-defined]  # a file of text
    put(text)


def write_lines(pieces: Iterable[memoryview]) -> None:
    """JSON of records, each in a line that is there already: printed as it comes."""
    for text in pieces:
        write_json_text(text)
        sys.stdout.flush()


def write_array(pieces: Iterable[memoryview]) -> None:
    """JSON of records, with a comma and a line's end between them: printed as one array."""
    begun = False
    for text in pieces:
        if not begun:
            sys.stdout.write("[\n")
            begun = True
        write_json_text(text)
    sys.stdout.write("\n]\n" if begun else "[]\n")


def write_json_text(text: bytes | memoryview) -> None:
    """JSON in UTF-8: bytes where that is what standard output takes. Raises as `write`."""
    out = binary(sys.stdout)
    if out is not None and sys.stdout.encoding.lower() in ("utf-8", "utf8"):
        sys.stdout.flush()
        try:
            out.write(text)
        except OSError as error:
            raise (sys.stdout.failed(error) if isinstance(sys.stdout, Stream) else error) from None
    else:
        sys.stdout.write(str(text, "utf-8"))


def read_input() -> bytes:
    """All of standard input. Raises OSError when it is closed, or is more than any message may have."""
    data = input_of_bytes().read(_LONGEST_INPUT + 1)
    if len(data) > _LONGEST_INPUT:
        raise OSError(f"standard input has more than {_LONGEST_INPUT >> 20} MiB: no message has")
    return data


def input_of_bytes() -> BinaryIO:
    """Standard input."""
    return sys.stdin.buffer
