"""Carrying out operations from a file, one JSON object a line, and saying exactly what became of them."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from netlynx.cli.files import opened
from netlynx.cli.lines import LineError, Missing, Source, arriving, objects
from netlynx.cli.operations import Each, NotYet, Operations
from netlynx.cli.options import Kernel, Netns, connection
from netlynx.cli.stdout import Reported, note, tell
from netlynx.cli.terminal import is_terminal, raw
from netlynx.cli.wording import words
from netlynx.errors import NetlynxError, NotFound

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.batch import BatchResult, OnError
    from netlynx.engine.operation import Do

_LOT = 4096  # operations whose line numbers are kept, and after which progress is shown


def batch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The operations, one a line; - is standard input.")],
    each: Annotated[
        str | None,
        typer.Option("--each", metavar="'VERB KIND'", help="Do this with each record of a listing's --lines."),
    ] = None,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Go on after what the kernel refuses.")] = False,
    window: Annotated[
        int | None,
        typer.Option("--window", metavar="N", min=1, help="Send at most N at a time; with 1 none follows a failure."),
    ] = None,
    resume_from: Annotated[
        int, typer.Option("--resume-from", metavar="N", min=1, help="Leave out the lines before line N.")
    ] = 1,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Carry out the operations of a file, many to a message.

    A line is an object such as {"add": {"route": {"destination": "10.1.0.0/16", "gateway": "192.0.2.1"}}}: the verb
    (add, append, replace, change, delete), the kind of object (link, address, route, neighbour, rule, nexthop,
    namespace-id) and its fields, as --lines prints them. With --each "replace route" a line holds the fields alone:
    what `netlynx routes --lines` prints; what the kernel only tells is left out. "replace link" changes what differs in
    a link that is there, and makes the others with their ends; one whose master comes behind it is refused, and made
    when this is done again. Where the index of an interface or the number of a table
    goes its name will do. Empty lines, and those that begin with #, are skipped.

    Stops at the first that the kernel refuses, unless told to go on; some behind it may have gone out with it. The
    status is then 1. It is 2 where a line cannot be understood; everything before that is carried out.

    However it ends, by Ctrl-C or SIGTERM too, the last line says how many operations were carried out, how many the
    kernel refused, how many were sent without an answer having come, how many were not sent, and with which line to go
    on (--resume-from).
    """
    try:
        wanted = None if each is None else Each.of(each)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--each") from None
    carry_out(file, wanted, keep_going, window, resume_from, netns, kernel)


def carry_out(
    file: str,
    each: Each | None = None,
    keep_going: bool = False,
    window: int | None = None,
    resume_from: int = 1,
    netns: str | None = None,
    kernel: str = "host",
    only: Collection[str] = (),
) -> None:
    """Carry out the operations of a file (of the kinds in `only`), and report. Raises typer.Exit with the status."""
    with opened(file) as source, _Signals() as signals:
        start = _place(source)
        run = _Run(signals, keep_going, window, resume_from)
        problem: BaseException | None = None
        try:
            with connection(netns, kernel) as nl, _progress(source) as advance:
                problem = run.all(nl, _Lines(Operations(nl, each, only), source, keep_going, resume_from), advance)
        except (NetlynxError, OSError) as error:
            problem = error
        run.report(source, start, problem)
        if signals.came:
            raise typer.Exit(128 + signals.came)
    if isinstance(problem, LineError):
        raise typer.Exit(2)
    if isinstance(problem, (NetlynxError, OSError)):
        raise Reported from problem
    if problem is not None:
        raise problem
    if run.refused:
        raise typer.Exit(1)


class _Stopped(BaseException):
    """A signal came."""


class _Signals:
    """Ctrl-C, SIGTERM and SIGHUP: the first to come ends what may be ended anywhere, and knows then what it did."""

    def __init__(self) -> None:
        self.came = 0  # the first one's number
        self.armed = False  # whether it may end what goes on
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Signals:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup, and in the background
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, _: FrameType | None) -> None:
        self.came = self.came or number
        if self.armed:
            self.armed = False
            raise _Stopped


class _Run:
    """The operations as they are carried out, and what became of them."""

    def __init__(self, signals: _Signals, keep_going: bool, window: int | None, first: int) -> None:
        self.done = self.refused = self.unknown = 0
        self.unsent = 0  # of those that were read
        self.next = first  # the first line that is not known to be dealt with
        self._unsent_from = first  # the first line that was not sent
        self._refused_behind = 0  # lines from there on that name what is not there
        self._ended = False  # the whole input was read
        self._culprit = 0  # the line that could not be made an operation
        self._signals = signals
        self._keep_going = keep_going
        self._window = window
        self._started = time.monotonic()

    def all(self, nl: Connection, lines: _Lines, advance: Callable[[int], None]) -> BaseException | None:
        """Carry them out; what ended it, if something did."""
        heard = True
        while not self._signals.came and not lines.ended and heard:
            result, error = self._carry_out(nl, lines)
            self._count(lines, result)
            heard = self._tell(lines, result)
            if error is not None:
                asked = isinstance(error, OSError) and result is not None and not result.unknown
                self._culprit = lines.culprit or (self.next if asked and self.unsent else 0)
                return None if isinstance(error, _Stopped) else error
            if (lines.refused or (result is not None and result.errors)) and not self._keep_going:
                break
            advance(lines.position)
        return lines.problem

    def _carry_out(self, nl: Connection, lines: _Lines) -> tuple[BatchResult[None] | None, BaseException | None]:
        """The next lot; the result is there whatever ended it, unless that had not begun."""
        on_error: OnError = "continue" if self._keep_going else "stop"
        result = error = None
        try:
            try:
                self._signals.armed = True
                result = nl.batch(lines.operations(), on_error=on_error, window=self._window)
            finally:
                self._signals.armed = False
        except BaseException as found:
            error = found
            ended: BatchResult[None] | None = getattr(found, "batch", None)
            result = result if ended is None else ended
        return result, error

    def _count(self, lines: _Lines, result: BatchResult[None] | None) -> None:
        answered = unknown = refused = 0
        if result is not None:
            answered, unknown, refused = len(result), result.unknown, len(result.errors)
        numbers = lines.numbers
        self.done += answered - refused
        self.refused += refused + len(lines.refused)
        self.unknown += unknown
        self.unsent = max(len(numbers) - answered - unknown, 0) + lines.waiting
        self.next = numbers[answered] if answered < len(numbers) else lines.next
        self._unsent_from = numbers[answered + unknown] if answered + unknown < len(numbers) else lines.next
        self._refused_behind = sum(number >= self._unsent_from for number, _ in lines.refused)
        self._ended = lines.exhausted

    def _tell(self, lines: _Lines, result: BatchResult[None] | None) -> bool:
        """Say what was refused; whether that could be said."""
        errors = {} if result is None else result.errors
        refused = [*lines.refused, *((lines.numbers[at], words(error, asked=False)) for at, error in errors.items())]
        return all(tell(f"line {number}: {error}") for number, error in sorted(refused))

    def report(self, source: BinaryIO, start: int | None, problem: BaseException | None) -> None:
        """Say what ended it, and in the last line what became of the operations. `start` is where a file begins that
        can be read again."""
        rest = ""
        if not self._ended or self.unsent:
            if start is not None:
                self.unsent = _count(source, start, self._unsent_from) - self._refused_behind
            elif not self._ended:
                rest = " and the rest of the input"
        if problem is not None:
            where = f"line {self._culprit}: " if self._culprit else ""
            tell(where + words(problem))
        rate = (self.done + self.refused) / max(time.monotonic() - self._started, 1e-9)
        again = f"; go on with --resume-from {self.next}" if self.unknown or self.unsent or rest else ""
        said = f"{self.done} carried out, {self.refused} refused, {self.unknown} unknown, {self.unsent}{rest} not sent"
        note(f"{said} ({rate:.0f} a second){again}")


class _Lines:
    """Operations from lines, a lot at a time."""

    def __init__(self, operations: Operations, source: BinaryIO, keep_going: bool, first: int) -> None:
        self._arriving = arriving(source)
        lines: Source = self._arriving or source
        self.numbers: list[int] = []  # of the lines that this lot's operations came from
        self.refused: list[tuple[int, str]] = []  # lines of this lot that name what is not there, and the errors
        self.problem: LineError | None = None  # a line that cannot be understood
        self.position = 0  # bytes read
        self.ended = False
        self.exhausted = False  # the whole input was read
        self.culprit = 0  # a line about which the kernel could not be asked
        self.next = first  # a line before which all have become operations, or were refused
        self.waiting = 0  # lines behind those that were read, 1 at most
        self._operations = operations
        self._objects = objects(lines, first)
        self._keep_going = keep_going
        self._held: tuple[int, dict[str, Any]] | None = None  # to be looked at when those before it are carried out

    def operations(self) -> Iterator[Do[None]]:
        """The next lot; ends early where a line must wait for those before it, where one is at fault, and where the
        next has not come yet: what came is sent, and not kept until there is more."""
        self.numbers = []
        self.refused = []
        self._operations.settled()
        while len(self.numbers) + len(self.refused) < _LOT:
            if (self.numbers or self.refused) and self._would_wait():
                return
            try:
                number, found = self._held or self._next()
            except Missing as error:
                self.problem = error
                self.ended = self.exhausted = True
                return
            except LineError as error:
                self.waiting = 1
                self._fail(error)
                return
            if not number:
                self.ended = self.exhausted = True
                return
            if found is None:
                continue
            self._held, self.waiting = (number, found), 1
            made: list[Do[None]] = []  # more than one for a link that is made anew
            try:
                made = self._operations.make(found)
            except NotYet:
                return
            except NotFound as error:
                self.refused.append((number, words(error, asked=False)))
            except OSError:
                self.culprit = number
                raise
            except ValueError as error:
                self._fail(LineError(number, f": {words(error)}"))
                return
            self.numbers += [number] * len(made)
            self._held, self.waiting, self.next = None, 0, number + 1
            yield from made
            if not made and not self._keep_going:
                return

    def _would_wait(self) -> bool:
        return self._held is None and self._arriving is not None and self._arriving.would_wait()

    def _next(self) -> tuple[int, dict[str, Any] | None]:
        """The next line's number and object, None for one that has none; 0 at the end. Raises LineError."""
        for number, position, found in self._objects:
            self.position = position
            return number, found
        return 0, None

    def _fail(self, error: LineError) -> None:
        self.problem = error
        self.next = error.number
        self.ended = True


def _place(source: BinaryIO) -> int | None:
    """Where the operations begin in what can be read again; None for a pipe, a terminal and the like."""
    return source.tell() if stat.S_ISREG(os.fstat(source.fileno()).st_mode) else None


def _count(source: BinaryIO, start: int, first: int) -> int:
    """How many operations a file has from a line on."""
    source.seek(start)
    number = count = 0
    begun = False
    while piece := source.readline(1 << 16):  # a line may be long
        if not begun:
            number += 1
            text = piece.strip()
            count += number >= first and bool(text) and not text.startswith(b"#")
        begun = not piece.endswith(b"\n")
    return count


@contextlib.contextmanager
def _progress(source: BinaryIO) -> Iterator[Callable[[int], None]]:
    """A function that is told how many bytes were read; a bar shows it where errors go to a terminal."""
    if not is_terminal(sys.stderr):
        yield lambda position: None
        return
    from rich.console import Console
    from rich.progress import Progress

    size = os.fstat(source.fileno()).st_size
    with Progress(console=Console(file=raw(sys.stderr)), transient=True) as progress:
        task = progress.add_task("operations", total=size or None)
        yield lambda position: progress.update(task, completed=position)
