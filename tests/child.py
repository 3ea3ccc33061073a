"""Processes that a test starts and listens to: none is waited for in vain without being ended and told of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from command import PATIENCE, environment
from forking import Command
from netlynx import netns

FAREWELL = 5.0  # seconds for a process to say where its threads are, once it is told to end


def child(
    words: Sequence[str], *, where: netns.Where | None = None, limit: float = PATIENCE, **how: Any
) -> AbstractContextManager[subprocess.Popen[str]]:
    """Another process, in the namespace `where`; its standard streams are pipes of text. It is gone afterwards.

    Whatever waits for it in vain goes on after `limit` seconds: it is ended then, so that its output ends too. A
    failure within the block tells in which state it was, where its threads were if it is Python, and what it had
    written that the test had not read.
    """
    how.setdefault("env", environment())
    how["env"] = {**how["env"], "PYTHONFAULTHANDLER": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    how = {"text": True, "bufsize": 1, **pipes, **how}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(words, **how)

    return _watching(start if where is None else lambda: netns.run_in(where, start), limit)


def running(
    *arguments: str,
    where: netns.Where | None = None,
    limit: float = PATIENCE,
    variables: dict[str, str] | None = None,
    **how: Any,
) -> AbstractContextManager[subprocess.Popen[str]]:
    """The same with the command of netlynx, which is forked (tests/forking.py, whose `Command` takes `how`)."""
    environ = {**environment(), **(variables or {}), "PYTHONFAULTHANDLER": "1"}
    return _watching(lambda: Command(arguments, environ, where, **how), limit)


@contextmanager
def _watching(start: Callable[[], subprocess.Popen[str]], limit: float) -> Iterator[subprocess.Popen[str]]:
    process = start()
    watched = _Watched(process, limit)
    try:
        yield process
    except BaseException as error:
        error.add_note(watched.told())
        raise
    finally:
        watched.end()


@contextmanager
def python(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Another Python process that sees the same packages, as a child. It must succeed."""
    words = [sys.executable, "-W", "error", "-c", code, *arguments]
    with child(words, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as process:
        yield process
        process.communicate()
        assert process.returncode == 0


class _Watched:
    def __init__(self, process: subprocess.Popen[str], limit: float) -> None:
        self._process = process
        self._limit = limit
        self._late = ""  # how it was when its time was over
        self._timer = threading.Timer(limit, self._give_up)
        self._timer.daemon = True
        self._timer.start()

    def _give_up(self) -> None:
        self._late = f"after {self._limit:g} s it was ended: "
        self._late += self._ended()

    def _ended(self) -> str:
        """End it, having it say where it was; in which state it was before."""
        state = _state(self._process)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGABRT)  # a Python process shows its threads
            try:
                self._process.wait(FAREWELL)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return state

    def told(self) -> str:
        """What is to be known of it when the test failed; it has ended then."""
        self._timer.cancel()
        self._timer.join()
        process = self._process
        how = self._late or self._ended()
        if process.stdin is not None and process.stdin.closed:
            process.stdin = None  # `communicate` would close it again
        try:
            output, errors = process.communicate(timeout=FAREWELL)
        except subprocess.TimeoutExpired as held:  # a child of its own has its streams
            output, errors = (_text(each) for each in (held.output, held.stderr))
        arguments = process.args if isinstance(process.args, str) else " ".join(map(str, process.args))  # type: ignore[arg-type]
        said = "".join(f"\n--- {name}\n{text}" for name, text in (("stdout", output), ("stderr", errors)) if text)
        return f"process {process.pid}: {arguments}\n{how}{said or ', nothing more was written'}"

    def end(self) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):  # what was never flushed has no reader any more
                if stream is not None:
                    stream.close()


def _text(output: bytes | str | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


def _state(process: subprocess.Popen[str]) -> str:
    """What the kernel says of it: whether it sleeps, and which signals cannot reach it."""
    if process.poll() is not None:
        return f"it had ended with status {process.returncode}"
    with suppress(OSError):
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        wanted = ("State", "Threads", "SigBlk", "SigIgn", "SigCgt")
        fields = [" ".join(line.split()) for line in lines if line.startswith(wanted)]
        return ", ".join(fields)
    return "its state is not known"
