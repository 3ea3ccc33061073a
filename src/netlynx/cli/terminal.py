"""The one exit of text: what standard output and standard error are while a command runs.

Every character for them goes through a `Stream`, whoever writes it: a command, the interpreter, a library. What a
terminal would obey, or would not show, leaves it as an escape. The only way past it is `put`, for what was escaped
already and for our own colours; `netlynx.cli.stdout` alone takes it. To everybody else a `Stream` is no terminal, so
that no library sends commands of its own.
"""

from __future__ import annotations

import errno
import io
import os
import sys

from netlynx.wire.shown import escape, shown

TYPE_CHECKING = False  # checkers take it for true
if TYPE_CHECKING:
    from typing import Any, BinaryIO, TextIO

_COLOURS = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "blue": 34, "bright_black": 90}  # ECMA-48, SGR
_NAMES = ("standard input", "standard output", "standard error")


class Paint:
    """Text and the colour that it has on a terminal."""

    __slots__ = ("colour", "text")

    def __init__(self, text: str, colour: str) -> None:
        self.text = text
        self.colour = colour

    def __len__(self) -> int:
        return len(shown(self.text))

    def __str__(self) -> str:
        return f"\x1b[{_COLOURS[self.colour]}m{shown(self.text)}\x1b[0m"


def drawn(parts: tuple[str | Paint, ...]) -> str:
    """One line of text as it may go out: all is escaped but the colours."""
    return "".join([str(part) if isinstance(part, Paint) else shown(part) for part in parts])


class Stream:
    """Text to a file; line ends are the only control characters that leave it."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def write(self, text: str) -> int:
        """Write a text with escapes; returns how much of it that was: all. Raises OSError."""
        self.put("\n".join(map(shown, text.split("\n"))))
        return len(text)

    def writelines(self, texts: Any) -> None:
        """Write each as `write` does."""
        for text in texts:
            self.write(text)

    def put(self, text: str) -> None:
        """Write a text as it is. Raises OSError."""
        try:
            self._stream.write(text)
        except OSError as error:
            raise self.failed(error) from None

    def flush(self) -> None:
        """Have all out that was written. Raises OSError."""
        try:
            self._stream.flush()
        except OSError as error:
            raise self.failed(error) from None

    def isatty(self) -> bool:
        """No: nobody is to send commands of a terminal. See `is_terminal`."""
        return False

    def __getattr__(self, name: str) -> Any:  # Any: whatever a file of text has
        if name == "buffer" and self._stream.isatty():
            raise AttributeError("a terminal takes text, no bytes")
        return getattr(self._stream, name)

    def failed(self, error: OSError) -> OSError:
        """The error with the name of what cannot be written."""
        if isinstance(error, BrokenPipeError) or str(error.strerror).startswith(self._name):
            return error
        return OSError(error.errno, f"{self._name} cannot be written: {error.strerror}")


class _Closed(io.RawIOBase):
    """What stands for a standard stream that was closed when the program began."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number

    def readable(self) -> bool:
        return self._number == 0

    def writable(self) -> bool:
        return self._number != 0

    def readinto(self, buffer: Any) -> int:
        raise self.error()

    def write(self, data: Any) -> int:
        if self._number == 2:  # there is nobody left to tell
            return len(data)
        raise self.error()

    def error(self) -> OSError:
        """That it is closed."""
        return OSError(errno.EBADF, f"{_NAMES[self._number]} is closed")


def nowhere() -> TextIO:
    """A file in which all vanishes."""
    return io.TextIOWrapper(io.BufferedWriter(_Closed(2)), encoding="utf-8")


def check_open(stream: Any) -> None:  # Any: what sys.stdout may be
    """Raise OSError where a standard stream was closed when the program began."""
    closed = getattr(getattr(raw(stream), "buffer", None), "raw", None)
    if isinstance(closed, _Closed):
        raise closed.error()


def take_over() -> None:
    """Put a `Stream` in the place of standard output and standard error, and something in that of what is closed.

    The number of a closed one is taken, too: the first socket would get it otherwise, and what is written to it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Closed(0)), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Closed(1)), encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = nowhere()
    import codecs

    codecs.register_error("netlynx", escaped)
    for name, called in (("stdout", _NAMES[1]), ("stderr", _NAMES[2])):
        stream = getattr(sys, name)
        if not isinstance(stream, Stream):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="netlynx")  # a name that the locale cannot write
            setattr(sys, name, Stream(stream, called))


def escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Characters that an encoding has not, as ``\u00e9``: unlike ``\xe9``, that is JSON too. Raises other errors."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(escape, error.object[error.start : error.end])), error.end


def is_terminal(stream: Any) -> bool:  # Any: what sys.stdout may be
    """Whether somebody looks at what is written there."""
    return bool(stream._stream.isatty() if isinstance(stream, Stream) else stream is not None and stream.isatty())


def raw(stream: Any) -> Any:
    """The file itself, for what draws with a terminal's commands. Nothing from outside may come into the drawing."""
    return stream._stream if isinstance(stream, Stream) else stream


def binary(stream: Any) -> BinaryIO | None:
    """Where bytes go as they are; None for a terminal, and for what takes text alone."""
    return None if is_terminal(stream) else getattr(stream, "buffer", None)
