"""The command, forked off a process in which all that it imports is imported already: most of its time went there.

Streams, environment, exit status, signals: all is as in a process of its own, from the interpreter's start on. What
that start does is tested with processes that are started (tests/cli/test_start.py, test_closed.py, test_pipes.py).
"""

from __future__ import annotations

import atexit
import functools
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any

from command import PATIENCE, environment
from netlynx import netns
from netlynx.netns.entering import enter

NAMES = ("stdin", "stdout", "stderr")

# What packages look at when they are imported, and the interpreter when it starts: to set these takes a start.
EARLY = ("PYTHON", "TERMINAL_WIDTH", "FORCE_", "LC_", "LANG", "_TYPER")


def forked(
    arguments: Sequence[str],
    stdin: str = "",
    more: dict[str, str] | None = None,
    *,
    closed: Sequence[int] = (),
    opened: dict[int, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, as `subprocess.run` does, with `more` environment variables.

    Of its standard streams some may be `closed`, as the interpreter has it then, and others `opened` on a file.
    """
    environ = environment(**(more or {}))
    if any(name.startswith(EARLY) for name in more or ()):
        assert not closed
        assert not opened
        return subprocess.run(
            [sys.executable, "-m", "netlynx", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=environ,
        )
    reading, writing = os.pipe()
    with open(reading) as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        feeding = threading.Thread(target=_feed, args=(writing, stdin))
        feeding.start()
        try:
            with ExitStack() as stack:
                files = [given.fileno(), out.fileno(), err.fileno()]
                for number, path in (opened or {}).items():
                    files[number] = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY)
                    stack.callback(os.close, files[number])
                status = _parent().start(arguments, environ, files, closed=closed).wait()
        finally:
            given.close()  # ends the thread where the command did not read to the end
            feeding.join()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode())
        return subprocess.CompletedProcess(["netlynx", *arguments], status, *texts)


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
    def __init__(self, number: int, parent: socket.socket) -> None:
        self.number = number
        self._parent = parent

    def wait(self) -> int:
        """Its status. It is killed where it does not end; then raises TimeoutExpired."""
        self._parent.settimeout(PATIENCE)
        try:
            return int(self._parent.recv(64))
        except TimeoutError:
            os.kill(self.number, signal.SIGKILL)
            self._parent.settimeout(None)
            self._parent.recv(64)
            raise subprocess.TimeoutExpired("netlynx", PATIENCE) from None


class _Parent:
    """The process that forks, one child at a time; its other end is `_serve`."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**environment(), "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        atexit.register(self.end)

    def start(
        self, arguments: Sequence[str], environ: dict[str, str], files: list[int], *, closed: Sequence[int] = ()
    ) -> _Child:
        """Start a command with three files as its standard streams, or with one, a terminal."""
        said = {"arguments": arguments, "environ": environ, "folder": os.getcwd(), "closed": closed}
        # The caller's namespace, which may be of its thread alone.
        with open("/proc/thread-self/ns/net") as namespace:
            socket.send_fds(self._ours, [json.dumps(said).encode()], [namespace.fileno(), *files])
        self._ours.settimeout(None)
        return _Child(int(self._ours.recv(64)), self._ours)

    def end(self) -> None:
        self._ours.close()
        self._process.wait()


@functools.cache
def _parent() -> _Parent:
    return _Parent()


def _serve(ours: socket.socket) -> None:
    """Fork a child for each command; return in the child, and exit when nobody asks any more."""
    while True:
        data, files, _, _ = socket.recv_fds(ours, 1 << 20, 4)
        if not data:
            ours.close()
            sys.exit()
        child = os.fork()
        if not child:
            ours.close()
            _become(json.loads(data), *files)
            return
        for file in files:
            os.close(file)
        ours.send(str(child).encode())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        ours.send(str(status).encode())


def _become(said: dict[str, Any], namespace: int, *files: int) -> None:
    """Be the process that was asked for, as it is when its interpreter has started."""
    enter(netns.NetworkNamespace(namespace))
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
    for number in said["closed"]:
        setattr(sys, NAMES[number], None)
        setattr(sys, f"__{NAMES[number]}__", None)
        os.close(number)
    os.environ.clear()
    os.environ.update(said["environ"])
    os.chdir(said["folder"])
    sys.argv = ["netlynx", *said["arguments"]]


def _warm() -> None:
    """Have what commands load when they are run loaded, too."""
    from netlynx.cli.app import run_all

    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        for words in (["protocols"], ["links", "--help"], ["links", "--kind"], ["batch", "--jobs"]):
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
    from facts.walk import BROKEN  # imports all of the package, and what it needs

    assert not BROKEN
    _warm()
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    _run()
