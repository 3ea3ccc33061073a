"""Programs in a network namespace: start them there, find those that are there, and name the namespace of one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from netlynx import limits
from netlynx.netns import opened
from netlynx.netns.entering import run_in

if TYPE_CHECKING:
    from netlynx.netns.opened import Where

Program: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]

_PROC = "/proc"


def popen(where: Where, args: Program | Sequence[Program], **options: Any) -> subprocess.Popen[Any]:
    """Start a program in a namespace: ``subprocess.Popen(args, **options)``, with the same options and errors.

    A thread enters the namespace, starts the program and ends, so nothing is run between fork and exec and the caller
    stays where it is. Unlike ``ip netns exec`` it leaves the mounts as they are: the program sees this one's /sys, and
    no /etc/netns. A program that asks for a signal at its parent's death (PR_SET_PDEATHSIG) would get it at once.

    Raises as `netns.run_in`, and as `subprocess.Popen`.
    """

    def start() -> subprocess.Popen[Any]:
        return subprocess.Popen(args, **options)

    return run_in(where, start)


def run(
    where: Where,
    args: Program | Sequence[Program],
    *,
    input: str | bytes | None = None,
    capture_output: bool = False,
    timeout: float | None = None,
    check: bool = False,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Run a program in a namespace and wait for its end: `subprocess.run`, started as by `popen`.

    The caller waits, so Ctrl-C ends the program too. Raises as `popen`, and what `subprocess.run` raises:
    TimeoutExpired, with `check` CalledProcessError, and ValueError where a stream is given beside `input` or
    `capture_output`, which mean a pipe.
    """
    timeout = limits.optional_seconds("timeout", timeout)
    piped = [*(["stdin"] if input is not None else []), *(["stdout", "stderr"] if capture_output else [])]
    for name in piped:
        if options.get(name) is not None:
            raise ValueError(f"{name} is given, and {'input' if name == 'stdin' else 'capture_output'} too: give one")
        options[name] = subprocess.PIPE
    out: IO[Any] | Any
    with popen(where, args, **options) as process:
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            process.wait()
            raise
    done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
    if check:
        done.check_returncode()
    return done


def processes(where: Where) -> list[int]:
    """The IDs of the processes in a namespace, sorted, as ``ip netns pids`` lists them.

    Those of other users are left out where the kernel does not tell (ptrace(2), access mode checking), and so is
    a process of which only another thread than the main one is there. Raises as `netns.open`.
    """
    with opened.open(where) as namespace:
        wanted = _identity(namespace.fileno())
        return sorted(
            int(pid) for pid in os.listdir(_PROC) if pid.isdecimal() and _identity(f"{_PROC}/{pid}/ns/net") == wanted
        )


def names_of(where: Where) -> list[str]:
    """The names that a namespace has, sorted: what ``ip netns identify`` tells. Raises as `netns.open`."""
    with opened.open(where) as namespace:
        wanted = _identity(namespace.fileno())
        return [name for name in opened.list() if _identity(f"{opened.DIRECTORY}/{name}") == wanted]


def _identity(path: str | int) -> tuple[int, int] | None:
    """Device and inode of a path or a descriptor; None for what is gone, or not for us to see."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
