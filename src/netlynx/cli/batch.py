"""Carrying out operations from a file: one JSON object a line, what `--lines` prints and a verb."""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from netlynx.cli.lines import LONGEST, Unreadable, object_of
from netlynx.cli.options import Kernel, Netns, connection, index_of
from netlynx.cli.stdout import input_of_bytes, note, tell
from netlynx.cli.terminal import is_terminal, raw
from netlynx.errors import NetlinkError

if TYPE_CHECKING:
    from netlynx.connection import Connection
    from netlynx.engine.batch import OnError
    from netlynx.operation import Do
    from netlynx.schema.record import Record

_VERBS = ("add", "append", "replace", "change", "delete")
_OBJECTS = {  # the names of records in netlynx.route
    "link": "Link",
    "address": "Address",
    "route": "Route",
    "neighbour": "Neighbour",
    "rule": "Rule",
    "nexthop": "NextHopObject",
}
# Fields that hold the index of an interface, in these records and in those within them.
_INTERFACES = frozenset(
    (
        *("index", "oif", "iif", "master", "parent", "link", "primary", "secondary", "interconnection"),
        *("active_member", "backup_port", "port1", "port2", "interlink", "conduit"),
    )
)
_LOT = 4096  # operations whose line numbers are kept, and after which progress is shown


def batch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The operations, one a line; - is standard input.")],
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Go on after what the kernel refuses.")] = False,
    window: Annotated[
        int | None,
        typer.Option("--window", metavar="N", min=1, help="Send at most N at a time; with 1 none follows a failure."),
    ] = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Carry out the operations of a file, many to a message.

    A line is an object such as {"add": "route", "destination": "10.1.0.0/16", "gateway": "192.0.2.1", "oif": "eth0"}:
    the verb (add, append, replace, change, delete) with the kind of object (link, address, route, neighbour, rule,
    nexthop), and its fields, as --lines prints them. Where an interface's index goes its name will do. Empty lines,
    and those that begin with #, are skipped.

    Stops at the first that the kernel refuses, unless told to go on; some behind it may have gone out with it. The
    status is then 1. It is 2 where a line cannot be understood; everything before that is carried out.
    """
    with _opened(file) as source, connection(netns, kernel) as nl:
        run = _Run(nl, _Lines(nl, source, keep_going), keep_going, window)
        try:
            with _progress(source) as advance:
                run.all(advance)
        finally:
            run.summarise()
    if run.lines.problem:
        tell(f"{run.lines.problem}; {run.done} operations before it were carried out")
        raise typer.Exit(2)
    if run.failed:
        raise typer.Exit(1)


class _Run:
    """The operations as they are carried out, and what became of them."""

    def __init__(self, nl: Connection, lines: _Lines, keep_going: bool, window: int | None) -> None:
        self.lines = lines
        self.done = 0
        self.failed = 0
        self._nl = nl
        self._keep_going = keep_going
        self._window = window
        self._started = time.monotonic()
        self._behind = ""

    def all(self, advance: Callable[[int], None]) -> None:
        while not self.lines.ended:
            on_error: OnError = "continue" if self._keep_going else "stop"
            result = self._nl.batch(self.lines.operations(), on_error=on_error, window=self._window)
            numbers = self.lines.numbers
            refused = [*self.lines.refused, *((numbers[at], str(error)) for at, error in result.errors.items())]
            self.done += len(result) - len(result.errors)
            self.failed += len(refused)
            for number, error in sorted(refused):
                tell(f"line {number}: {error}")
            advance(self.lines.position)
            if refused and not self._keep_going:
                last = numbers[len(result) - 1] if len(result) else 0
                self._behind = f", stopped behind line {max(last, refused[0][0])}"
                self.lines.ended = True

    def summarise(self) -> None:
        seconds = time.monotonic() - self._started
        rate = (self.done + self.failed) / max(seconds, 1e-9)
        note(f"{self.done} done, {self.failed} failed{self._behind}, {rate:.0f} a second")


class _NotYet(Exception):
    """The line names an interface, and links are still to be changed by lines before it."""


class _Lines:
    """Operations from lines, a lot at a time."""

    def __init__(self, nl: Connection, source: BinaryIO, keep_going: bool) -> None:
        self.numbers: list[int] = []  # of the lines that this lot's operations came from
        self.refused: list[tuple[int, str]] = []  # lines of this lot that name what is not there, and the errors
        self.problem = ""  # with a line that cannot be understood
        self.position = 0  # bytes read
        self.ended = False
        self._nl = nl
        self._source = source
        self._keep_going = keep_going
        self._number = 0
        self._held = b""  # read, to be looked at again when those before it are carried out
        self._indices: dict[str, int] = {}
        self._links_change = False

    def operations(self) -> Iterator[Do[None]]:
        """The next lot; ends early where a line must wait for those before it, and where one is at fault."""
        self.numbers = []
        self.refused = []
        if self._links_change:
            self._indices.clear()
        self._links_change = False
        while len(self.numbers) + len(self.refused) < _LOT:
            line = self._held or self._next()
            self._held = b""
            if not line:
                self.ended = True
                return
            if not (text := line.strip()) or text.startswith(b"#"):
                continue
            try:
                operation = self._operation(text)
            except _NotYet:
                self._held = line
                return
            except NetlinkError as error:
                self.refused.append((self._number, str(error)))
                if not self._keep_going:
                    return
            except ValueError as error:
                self.problem = f"line {self._number}{'' if isinstance(error, Unreadable) else ': '}{error}"
                self.ended = True
                return
            else:
                self.numbers.append(self._number)
                yield operation

    def _next(self) -> bytes:
        line = self._source.readline(LONGEST + 1)
        self.position += len(line)
        self._number += 1
        return line

    def _operation(self, text: bytes) -> Do[None]:
        """Raises ValueError for what cannot be understood, NetlinkError, _NotYet."""
        from netlynx import route
        from netlynx.schema.from_json import from_json

        fields = object_of(text)
        verbs = [verb for verb in _VERBS if verb in fields]
        if len(verbs) != 1:
            found = f", not {' and '.join(verbs)}" if verbs else ""
            raise ValueError(f'expected one of {", ".join(_VERBS)}{found}, as in {{"add": "route", …}}')
        (verb,) = verbs
        kind = fields.pop(verb)
        if not isinstance(kind, str) or kind not in _OBJECTS:
            near = difflib.get_close_matches(str(kind), _OBJECTS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_OBJECTS)}"
            raise ValueError(f"{verb}: there is nothing called {kind!r}; {hint}")
        self._resolve(fields)
        cls: type[Record] = getattr(route, _OBJECTS[kind])
        do: Callable[[Any], Do[None]] = getattr(route, verb)
        operation = do(from_json(cls, fields))
        self._links_change = self._links_change or kind == "link"
        return operation

    def _resolve(self, value: Any) -> None:  # Any: parsed JSON
        """Put indices in the place of interfaces' names."""
        if isinstance(value, dict):
            for name, inner in value.items():
                if name in _INTERFACES and isinstance(inner, str):
                    value[name] = self._index(inner)
                elif isinstance(inner, (dict, list)):
                    self._resolve(inner)
        elif isinstance(value, list):
            for inner in value:
                self._resolve(inner)

    def _index(self, name: str) -> int:
        if self._links_change:
            raise _NotYet
        if name not in self._indices:
            self._indices[name] = index_of(self._nl, name)
        return self._indices[name]


@contextlib.contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """The file, or standard input. Raises typer.BadParameter for one that cannot be read."""
    if file == "-":
        yield input_of_bytes()
        return
    with contextlib.ExitStack() as stack:
        try:
            source = stack.enter_context(open(file, "rb"))
        except OSError as error:
            raise typer.BadParameter(f"{file!r} cannot be read: {error.strerror}", param_hint="FILE") from None
        yield source


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
