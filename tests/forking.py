"""The command, forked off a process in which all that it imports is imported already: most of its time went there.

Streams, environment, exit status, signals: all is as in a process of its own, from the interpreter's start on. What
that start does is tested with processes that are started (tests/cli/test_start.py, test_closed.py, test_pipes.py).
"""

from __future__ import annotations

import atexit
import faulthandler
import functools
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any
from unittest import mock

from command import PATIENCE, environment
from netlynx import netns
from netlynx.kernel.credentials import own_credentials
from netlynx.netns.entering import enter

IN_GUEST = "NETLYNX_TEST_MODULES" in os.environ  # as in support.py, which loads pytest

NAMES = ("stdin", "stdout", "stderr")

# What packages look at when they are imported, and the interpreter when it starts: to set these takes a start.
EARLY = ("PYTHON", "TERMINAL_WIDTH", "FORCE_", "LC_", "LANG", "_TYPER")


def forked(
    arguments: Sequence[str],
    stdin: str = "",
    more: dict[str, str] | None = None,
    *,
    where: netns.Where | None = None,
    closed: Sequence[int] = (),
    opened: dict[int, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, as `subprocess.run` does, in a namespace, with `more` environment variables.

    Of its standard streams some may be `closed`, as the interpreter has it then, and others `opened` on a file.
    """
    environ = environment(**(more or {}))
    if any(name.startswith(EARLY) for name in more or ()):
        assert not closed
        assert not opened
        words = [sys.executable, "-m", "netlynx", *arguments]
        how: dict[str, Any] = {"capture_output": True, "text": True, "timeout": PATIENCE, "env": environ}
        if where is None:
            return subprocess.run(words, input=stdin, **how)
        return netns.run_in(where, subprocess.run, words, input=stdin, **how)
    status, out, err = _outcome(arguments, stdin, environ, where, closed, opened or {})
    return subprocess.CompletedProcess(["netlynx", *arguments], status, out.decode(), err.decode())


def typed(*arguments: str, where: netns.Where | None = None, stdin: str = "") -> str:
    """What the command prints, in a namespace. It must succeed."""
    done = forked(arguments, stdin, where=where)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def printed(*arguments: str) -> bytes:
    """What the command prints that is no text. It must succeed."""
    status, out, err = _outcome(arguments, "", environment(), None, (), {})
    assert status == 0, err.decode()
    return out


def _outcome(
    arguments: Sequence[str],
    stdin: str,
    environ: dict[str, str],
    where: netns.Where | None,
    closed: Sequence[int],
    opened: dict[int, str],
) -> tuple[int, bytes, bytes]:
    reading, writing = os.pipe()
    with open(reading) as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        feeding = threading.Thread(target=_feed, args=(writing, stdin))
        feeding.start()
        try:
            with ExitStack() as stack:
                files = [given.fileno(), out.fileno(), err.fileno()]
                for number, path in opened.items():
                    files[number] = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY)
                    stack.callback(os.close, files[number])
                child = _started(where, arguments, environ, files, closed=closed)
            status = child.wait()
        finally:
            given.close()  # ends the thread where the command did not read to the end
            feeding.join()
        out.seek(0)
        err.seek(0)
        return status, out.read(), err.read()


class Command(subprocess.Popen[str]):
    """The command, begun: what `subprocess.Popen` is for a program, with pipes of text as its standard streams.

    Signals may be `ignored` from its start on, and it may have a process group of its own.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environ: dict[str, str],
        where: netns.Where | None = None,
        *,
        ignored: Sequence[int] = (),
        own_group: bool = False,
    ) -> None:
        self._environ, self._where = environ, where
        self._how = {"ignored": [*map(int, ignored)], "own_group": own_group}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        super().__init__(["netlynx", *arguments], text=True, bufsize=1, **pipes)  # type: ignore[call-overload]

    def _execute_child(self, args: Sequence[str], *how: Any) -> None:
        """In place of Popen's: of `how`, the children's ends of the three pipes matter."""
        stdin, _, _, stdout, _, stderr = how[9:15]
        try:
            self._child = _started(self._where, args[1:], self._environ, [stdin, stdout, stderr], **self._how)
        finally:
            for theirs in (stdin, stdout, stderr):
                os.close(theirs)
        self.pid = self._child.number
        self._child_created = True

    def poll(self) -> int | None:
        return self._internal_poll()

    def _internal_poll(self, *_: Any, **__: Any) -> int | None:
        if self.returncode is None:
            self.returncode = self._child.status(0)  # type: ignore[assignment]  # as in Popen, None until it has ended
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            found = self._child.status(timeout)
            if found is None:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = found
        return self.returncode


@contextmanager
def on_a_terminal(arguments: Sequence[str], **more: str) -> Iterator[tuple[int, int]]:
    """Run the command on a terminal of its own: its process ID, and our end of the terminal."""
    ours, theirs = os.openpty()
    child = _parent().start(arguments, environment(**more), [theirs])
    os.close(theirs)
    try:
        yield child.number, ours
    finally:
        os.close(ours)
        child.wait()


def _feed(writing: int, text: str) -> None:
    with suppress(BrokenPipeError), open(writing, "w") as pipe:
        pipe.write(text)


class _Child:
    """A process that the parent has forked, and what it tells of it: its number, and its status once it has ended."""

    def __init__(self, told: int) -> None:
        self._told = open(told)  # noqa: SIM115  # a pipe: a socket would belong to the caller's namespace
        self.number = int(self._told.readline())

    def status(self, timeout: float | None) -> int | None:
        """Its status, or None where it does not end in time."""
        if not select.select([self._told], [], [], timeout)[0]:
            return None
        with self._told:
            return int(self._told.readline())

    def wait(self) -> int:
        """Its status. It is killed where it does not end; then raises TimeoutExpired."""
        status = self.status(PATIENCE)
        if status is None:
            os.kill(self.number, signal.SIGKILL)
            self.status(None)
            raise subprocess.TimeoutExpired("netlynx", PATIENCE)
        return status


class _Parent:
    """The process that forks; its other end is `_serve`."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno()), *(["few"] if IN_GUEST else [])],
                pass_fds=[theirs.fileno()],
                env={**environment(), "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        atexit.register(self.end)

    def start(self, arguments: Sequence[str], environ: dict[str, str], files: list[int], **how: Any) -> _Child:
        """Start a command with three files as its standard streams, or with one, a terminal."""
        said = {"arguments": arguments, "environ": environ, "folder": os.getcwd(), **how}
        told, tells = os.pipe()
        # The caller's namespace, which may be of its thread alone.
        with open(tells, "w") as end, open("/proc/thread-self/ns/net") as namespace:
            sent = [end.fileno(), namespace.fileno(), *files]
            socket.send_fds(self._ours, [json.dumps(said).encode()], sent)
        return _Child(told)

    def end(self) -> None:
        self._ours.close()
        self._process.wait()


def _started(where: netns.Where | None, *arguments: Any, **how: Any) -> _Child:
    start = _parent().start  # whose process is not begun in a namespace
    return start(*arguments, **how) if where is None else netns.run_in(where, start, *arguments, **how)


@functools.cache
def _parent() -> _Parent:
    return _Parent()


def _serve(ours: socket.socket) -> None:
    """Fork a child for each command; return in the child, and exit when nobody asks any more."""
    poll, tells = select.poll(), {}  # by a descriptor of each child: its number, and where its end is told
    poll.register(ours, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready != ours.fileno():
                poll.unregister(ready)
                child, told = tells.pop(ready)
                os.close(ready)
                with suppress(BrokenPipeError), open(told, "w") as pipe:
                    pipe.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
                continue
            data, files, _, _ = socket.recv_fds(ours, 1 << 20, 5)
            if not data:
                ours.close()
                sys.exit()
            told = files.pop(0)
            child = os.fork()
            if not child:
                ours.close()
                for number in (told, *tells, *(other for _, other in tells.values())):
                    os.close(number)
                _become(json.loads(data), *files)
                return
            for file in files:
                os.close(file)
            os.write(told, f"{child}\n".encode())
            number = os.pidfd_open(child)
            tells[number] = child, told
            poll.register(number, select.POLLIN)


def _become(said: dict[str, Any], namespace: int, *files: int) -> None:
    """Be the process that was asked for, as it is when its interpreter has started."""
    enter(netns.NetworkNamespace(namespace))
    if said.get("own_group"):
        os.setpgid(0, 0)
    for ignored in said.get("ignored", ()):
        signal.signal(ignored, signal.SIG_IGN)
    if len(files) == 1:
        os.login_tty(*files)
    else:
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
    for name, mode in zip(NAMES, "rww", strict=True):
        before = getattr(sys, name)
        stream = open(before.fileno(), mode, encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    for number in said.get("closed", ()):
        setattr(sys, NAMES[number], None)
        setattr(sys, f"__{NAMES[number]}__", None)
        os.close(number)
    os.environ.clear()
    os.environ.update(said["environ"])
    os.chdir(said["folder"])
    if said["environ"].get("PYTHONFAULTHANDLER"):
        faulthandler.enable()
    sys.argv = ["netlynx", *said["arguments"]]


def _warm() -> None:
    """Have what commands load when they are run loaded, too, and what they make first, each of them the same, made.

    That is the tree of all commands, the plans of all records and layouts, and what a kernel makes of most of them.
    """
    from facts.walk import BROKEN, declared  # imports all of the package, and what it needs
    from netlynx.schema import Layout, Record
    from netlynx.schema.compile import plan_of

    assert not BROKEN
    for each in declared(Record, Layout):
        plan_of(each)
    _make_kernels()
    _try(["protocols"], ["links", "--help"], ["links", "--kind"], ["batch", "--jobs"])
    _make_commands()


def _make_kernels() -> None:
    """Run the files of the virtual kernels that most commands are tried with: to do so took most of a command's time.

    In each process the first command line that names one has what was made here.
    """
    made = {}
    with mock.patch("threading.Thread.start"):  # nothing is to run beside what forks
        for path in map(str, Path(__file__).with_name("cli").glob("kernel_*.py")):
            made[path] = runpy.run_path(path)
    run = runpy.run_path

    def run_path(path: str, **how: Any) -> dict[str, Any]:
        if path not in made:
            return run(path, **how)
        names = made.pop(path)
        names["kernel"].credentials = own_credentials()  # of this process
        names.get("begin", int)()
        return names

    runpy.run_path = run_path  # type: ignore[assignment]


def _make_commands() -> None:
    """Make what the library of the command line knows of each command: most of the time of one that is refused."""
    import typer.main

    from netlynx.cli.app import app
    from netlynx.cli.commands import App

    of, made = App.of, dict[Any, App]()

    def of_once(whole: App, arguments: list[str]) -> App:
        one = of(whole, arguments)
        names = [each.name for each in (*one._declared, *one.registered_groups)]
        return made.setdefault(tuple(names), one)

    App.of = of_once  # type: ignore[assignment,method-assign]
    waiting = [typer.main.get_command(app.of([name])) for name in typer.main.get_command(app).commands]  # type: ignore[attr-defined]
    while waiting:
        command = waiting.pop()
        for each in command.params:
            each.get_runtime_param()
        waiting += getattr(command, "commands", {}).values()


def _warm_few() -> None:
    """The same for some dozens of commands on a slow machine: to load all would take longer than they do.

    What most of them load and make: the options, what prints, a connection, a listing, and the words of an object.
    """
    _try(["links", "--json"], ["add", "link", "--dry-run", "name=a", "kind=dummy"])


def _try(*commands: list[str]) -> None:
    """Run commands in this process, and throw away what they print. Of the command line some is made once."""
    import rich  # noqa: F401  # as `netlynx.cli` does
    import typer.main

    from netlynx.cli.app import run_all

    typer.main.get_command = functools.cache(typer.main.get_command)
    runpy._get_code_from_file = functools.cache(runpy._get_code_from_file)  # type: ignore[attr-defined]
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        for words in commands:
            run_all(words)


def _run() -> None:
    """Run the command and end as an interpreter does, but for taking all apart that the parent had loaded."""
    try:
        runpy.run_module("netlynx", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is not None and not isinstance(end.code, int):
            raise
        threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does, these two
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None and not stream.closed:
                    stream.flush()
            except (OSError, ValueError):
                raise end from None  # which the interpreter has its own words for
        os._exit(end.code or 0)


if __name__ == "__main__":
    gc.disable()  # what is loaded here stays
    _warm_few() if sys.argv[2:] else _warm()
    gc.enable()
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    _run()
