"""`netlynx trace`: what a program and the kernel say to each other over netlink."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import misused
from netlynx.cli.stdout import aside, check_output, note, tell, write_json_text, write_text
from netlynx.cli.terminal import Paint, is_terminal
from netlynx.errors import NetlynxError

if TYPE_CHECKING:
    from netlynx.capture import Writer
    from netlynx.trace.heard import Heard
    from netlynx.trace.reading import Reading, Told
    from netlynx.trace.tracer import Tracer

_PATIENCE = 0.5  # seconds that somebody at a terminal waits for what a busy program said


def trace(
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND...", help="What to run, with its arguments.")
    ] = None,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Tell of its children as well.")] = False,
    pid: Annotated[
        int | None, typer.Option("--pid", metavar="PID", min=1, help="Look at this process, until Ctrl-C.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a message.")] = False,
    python: Annotated[
        bool, typer.Option("--python", help="Print the program that does the same with netlynx.")
    ] = False,
    pcap: Annotated[
        str | None, typer.Option("--pcap", metavar="FILE", help="Write a capture, which Wireshark opens.")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Leave out what is read and written as files are; busybox does that.")
    ] = False,
) -> None:
    """Run a command, and show every message that it exchanges with the kernel, or others, over netlink.

    Nothing is lost and the program sees no difference. What is shown goes to standard error, a line a message: `>`
    was sent, `<` received, behind the descriptor of the socket. With --json and --python it is standard
    output's, and what the command prints goes to standard error. Long records stand below their line on a terminal.

    The status is the command's: 128 and the number of the signal that ended it, 127 where there is no such command.
    """
    if (pid is None) == (command is None):
        raise misused("give a COMMAND to run or the --pid of a process that runs, one of them")
    if json and python:
        raise misused("--json and --python both print on standard output: give one of them")
    check_output()
    raise typer.Exit(_trace(command or [], pid, follow, json, python, pcap, fast))


def _trace(
    command: list[str], pid: int | None, follow: bool, json: bool, python: bool, pcap: str | None, fast: bool
) -> int:
    from netlynx.trace.beginning import Untraceable, attach, failure, start
    from netlynx.trace.numbers import here
    from netlynx.trace.reading import Reading, prepare
    from netlynx.trace.tracer import Tracer
    from netlynx.transport._calls import Tracing

    machine = here()
    if machine is None:
        tell(f"programs of this machine ({os.uname().machine}) cannot be traced: its system calls are not known here")
        return 1
    tracer = Tracer(machine, files=not fast, follow=follow, note=lambda text: note(f"netlynx: {text}"))
    told: list[Told] = []
    with ExitStack() as stack:
        capture = None
        if pcap is not None:
            from netlynx.capture import Writer

            capture = stack.enter_context(Writer(pcap))
        put = _put_json if json else told.append if python else None if capture else _Text()
        if put is not None:
            prepare()
        reading = Reading(_families)
        showing = _Showing(tracer, reading, put, capture)
        report = None
        try:
            if pid is not None:
                attach(tracer, pid)
                Tracing.forward(0, pid)
            else:
                report = start(tracer, command, aside=json or python)
                Tracing.forward(tracer.root, 0)
        except Untraceable as error:
            tell(str(error))
            if tracer.tasks:
                tracer.let_go()
            return error.status
        stack.callback(Tracing.forward_no_more)
        patience = _PATIENCE if is_terminal(sys.stderr) or is_terminal(sys.stdout) else float("inf")
        tracer.run(showing, until=_end_of(tracer, showing, command, pid), patience=patience)
        if pid is not None:
            tracer.let_go()
            while showing():
                pass
    if python:
        from netlynx.trace.program import program_of

        write_text(program_of(told, command, reading.families).rstrip("\n"))
    if capture is not None:
        note(f"netlynx: {capture.count} datagrams in {pcap}")
    if report is not None and (failed := failure(report, command[0])) is not None:
        tell(str(failed))
        return failed.status
    return 0 if pid is not None else _status(tracer, command[0])


def _status(tracer: Tracer, command: str) -> int:
    """The exit status of a command that ended."""
    status = os.waitstatus_to_exitcode(tracer.status or 0)
    if status >= 0:
        return status
    name = signal.Signals(-status).name if -status in list(signal.Signals) else f"signal {-status}"
    note(f"netlynx: {command} was ended by {name}")
    return 128 - status


def _end_of(tracer: Tracer, showing: _Showing, command: list[str], pid: int | None) -> Callable[[], bool]:
    """Says when to stop looking: for a process that runs by itself, when somebody says so."""
    from netlynx.transport._calls import Tracing

    if pid is not None:
        return lambda: bool(Tracing.caught()) or showing.gone
    told = False

    def until() -> bool:
        nonlocal told
        if tracer.status is not None and tracer.tasks and not told:
            told = True
            Tracing.forward_no_more()  # from now on a signal ends netlynx, and so them
            left = len(tracer.processes)
            note(f"netlynx: {command[0]} ended; {left} of its processes run on: waiting for them (Ctrl-C ends them)")
        return False

    return until


class _Showing:
    """Shows what was heard, message by message, whenever there is time."""

    def __init__(
        self, tracer: Tracer, reading: Reading, put: Callable[[Told], object] | None, capture: Writer | None
    ) -> None:
        self._tracer = tracer
        self._reading = reading
        self._put = put
        self._capture = capture
        self._messages: Iterator[Told] = iter(())
        self.gone = False  # whoever read it

    def __call__(self) -> bool:
        """Show one message; whether there may be more."""
        try:
            return self._next()
        except BrokenPipeError:
            self.gone, self._put = True, None
            return True

    def _next(self) -> bool:
        told = next(self._messages, None)
        if told is not None:
            if self._put is not None:
                self._put(told)
            return True
        heard = self._tracer.take()
        if heard is None:
            sys.stdout.flush()
            sys.stderr.flush()
            if self._capture is not None:
                self._capture.flush()
            return False
        if self._capture is not None:
            _keep(self._capture, heard)
        if self._put is not None:
            self._messages = self._reading.each(heard)
        return True


def _keep(capture: Writer, heard: Heard) -> None:
    if heard.data and not heard.error:
        capture.write(
            heard.protocol,
            heard.data,
            direction="sent" if heard.sent else "received",
            time=int(heard.time * 1e9),
            length=max(heard.length, len(heard.data)),
        )


def _put_json(told: Told) -> None:
    from netlynx.trace.objects import json_of

    write_json_text(json_of(told) + b"\n")


class _Text:
    """Lines on standard error, wrapped where that is a terminal."""

    def __init__(self) -> None:
        self._width = shutil.get_terminal_size().columns if is_terminal(sys.stderr) else None
        self._painted = self._width is not None and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def __call__(self, told: Told) -> None:
        from netlynx.trace.lines import line_of

        for said, wrong in line_of(told).laid(self._width):
            aside(said, Paint(wrong, "red") if self._painted and wrong else wrong)


def _families() -> Mapping[int, str]:
    """The families of generic netlink that the host has, names by number."""
    from netlynx import connect, generic

    try:
        with connect(kernel="host") as connection:
            return {info.id: info.name for info in connection.dump(generic.families()) if info.id and info.name}
    except NetlynxError:
        return {}
