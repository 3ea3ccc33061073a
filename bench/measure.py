"""Contestants, the rounds in which they take turns, and what is kept of it.

A contestant is a process: one that waits for its turn and times a round itself (`Served`, see bench.h and
contestants.py), or one that is timed from its start to its end (`Whole`). Each has to give the right answer first.
"""

from __future__ import annotations

import gc
import itertools
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[1]
NOT_THERE, ABSENT = 3, 4  # exit statuses of a contestant that cannot take part; its last line on stderr says why


class NotThere(Exception):
    """A contestant cannot take part because the project lacks what it needs: the run has failed."""


class Absent(Exception):
    """A contestant cannot take part on this machine: a program or library of others is not installed."""


class Wrong(Exception):
    """A contestant's result is not that of the reference decoder."""


class Contestant(Protocol):
    name: str
    most_rounds: int  # of a slow one

    def check(self) -> None:
        """Raises Wrong, NotThere, Absent."""

    def measure(self) -> float:
        """One round, in seconds or in what the group measures."""

    def close(self) -> None: ...


@dataclass
class Samples:
    """What one group measured: for each contestant one value a round, and why some have none."""

    key: str
    title: str
    unit: str
    yardstick: str = ""
    each: str = ""  # of what the unit is a time, where the yardstick is the kernel alone: "route"
    values: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)  # those of the missing that the project itself owes
    failed: str = ""  # why the group ended before its time: the run has failed
    calls: dict[str, int] = field(default_factory=dict)  # system calls of a round, where they were counted
    notes: list[str] = field(default_factory=list)


def program(name: str) -> str:
    """The path of a C program of the benchmark. Raises Absent when it was not built, for want of libmnl say."""
    path = ROOT / "build" / name
    if not path.exists():
        raise Absent(
            f"build/{name} was not built: run make bench; mnl_reader takes libmnl (apt-get install libmnl-dev)"
        )
    return str(path)


def python(module: str, *arguments: object) -> list[str]:
    """The command for a module of the benchmark in a Python of its own."""
    return [sys.executable, "-m", f"bench.{module}", *map(str, arguments)]


# ------------------------------------------------------------------------------------------- contestants


@dataclass
class Served:
    """A process that does `command` with "check" or "serve" behind it."""

    name: str
    command: Callable[[], Sequence[str]]
    expected: Callable[[], Iterable[str]]
    most_rounds: int = sys.maxsize
    serve: Sequence[object] = ("serve",)
    _child: subprocess.Popen[str] | None = None

    def check(self) -> None:
        compare(self.name, output_lines([*self.command(), "check"]), self.expected())

    def measure(self) -> float:
        if self._child is None:
            self._child = start([*self.command(), *map(str, self.serve)])
        return float(ask(self._child, ""))

    def close(self) -> None:
        if self._child is not None:
            stop(self._child)
            self._child = None


@dataclass
class Whole:
    """A process that is measured as a whole; `read` makes lines to compare out of what it prints, `after` clears up."""

    name: str
    command: Sequence[str]
    read: Callable[[str], Iterable[str]] | None = None
    expected: Callable[[], Iterable[str]] = tuple
    after: Callable[[], object] | None = None
    most_rounds: int = sys.maxsize
    talks: bool = False  # says on standard error what it did, though nothing is wrong

    def check(self) -> None:
        if self.read is None:
            self.measure()
            return
        if shutil.which(self.command[0]) is None:
            raise Absent(f"{self.command[0]} is not installed")
        printed = subprocess.run(
            self.command, stdout=subprocess.PIPE, stderr=self._errors, check=True, text=True, cwd=ROOT
        ).stdout
        compare(self.name, self.read(printed), self.expected())
        if self.after is not None:
            self.after()

    def measure(self) -> float:
        started = time.perf_counter()
        subprocess.run(self.command, stdout=subprocess.DEVNULL, stderr=self._errors, check=True, cwd=ROOT)
        seconds = time.perf_counter() - started
        if self.after is not None:
            self.after()
        return seconds

    @property
    def _errors(self) -> int | None:
        return subprocess.DEVNULL if self.talks else None

    def close(self) -> None: ...


# --------------------------------------------------------------------------------------------- processes


def start(command: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def ask(child: subprocess.Popen[str], line: str) -> str:
    """Write a line to a process and read its answer. Raises ChildProcessError when it has ended instead."""
    tell(child, line)
    return answer(child)


def tell(child: subprocess.Popen[str], line: str) -> None:
    assert child.stdin is not None
    child.stdin.write(line + "\n")
    child.stdin.flush()


def answer(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise ChildProcessError(f"{child.args!r} ended with status {child.wait()}")
    return line.strip()


def stop(child: subprocess.Popen[str]) -> None:
    """End a process by closing its standard input."""
    child.communicate()


def output_lines(command: Sequence[str]) -> Iterator[str]:
    """The lines that a command prints, as they come. Raises NotThere, Absent, ChildProcessError."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        for line in child.stdout:
            yield line.rstrip("\n")
        said = child.stderr.read().strip()
    raise_for(child.returncode, command, said)


def raise_for(status: int, command: Sequence[str], said: str) -> None:
    """Raises what the exit status of a contestant means: NotThere, Absent, ChildProcessError."""
    if status == NOT_THERE:
        raise NotThere(said.splitlines()[-1])
    if status == ABSENT:
        raise Absent(said.splitlines()[-1])
    if status:
        raise ChildProcessError(f"{' '.join(command)} ended with status {status}:\n{said}")


def compare(name: str, found: Iterable[str], expected: Iterable[str]) -> None:
    """Line by line. Raises Wrong with the first difference."""
    missing = "nothing"
    for number, (one, other) in enumerate(itertools.zip_longest(found, expected, fillvalue=missing), 1):
        if one != other:
            raise Wrong(f"{name}: record {number} is\n  {one}\nand should be\n  {other}")


# ------------------------------------------------------------------------------------------------ rounds


def take_turns(samples: Samples, contestants: Sequence[Contestant], rounds: int, scale: float = 1.0) -> None:
    """Check each contestant, let it warm up, then measure: every round all of them in another random order.

    Values go to `samples`, multiplied by `scale`. Who cannot take part is missing; who is wrong ends the group.
    """
    ready: list[Contestant] = []
    try:
        for contestant in contestants:
            try:
                contestant.check()
                if contestant.most_rounds >= rounds:  # who takes seconds and minutes is warm after one of them
                    contestant.measure()
            except (NotThere, Absent) as error:
                samples.missing[contestant.name] = str(error)
                if isinstance(error, NotThere):
                    samples.lacking.append(contestant.name)
            else:
                ready.append(contestant)
                samples.values.setdefault(contestant.name, [])
        shuffle = random.Random(samples.key).shuffle
        for number in range(rounds):
            order = [contestant for contestant in ready if number < contestant.most_rounds]
            shuffle(order)
            for contestant in order:
                gc.collect()
                samples.values[contestant.name].append(contestant.measure() * scale)
    finally:
        for contestant in contestants:
            contestant.close()
