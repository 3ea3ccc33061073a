"""The processes that are traced, and their threads, which the kernel calls tasks.

Source: proc(5).
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from netlynx.trace.heard import Heard
from netlynx.transport._calls import Tracing

_ELF = 4  # where a program says how wide its words are, elf(5)
_WIDE = 2  # ELFCLASS64
_SET_ID = 0o6000


class Call:
    """A system call that a task is in, and what it began with."""

    __slots__ = ("args", "descriptor", "heard", "name", "socket")

    def __init__(
        self, name: str, args: tuple[int, ...], socket: tuple[int, int] | None = None, heard: list[Heard] | None = None
    ) -> None:
        self.name = name
        self.args = args
        self.descriptor = args[0] & 0xFFFFFFFF
        self.socket = socket  # protocol and port
        self.heard = heard or []


class Process:
    """What the threads of a process have in common.

    `shown` says whether what it says is told. `watched` are the descriptors for whose reads and writes it stops, None
    among them for all; `filters` are the filters that it has if it made none itself; where `whole` is set, it stops at
    every call.
    """

    def __init__(self, number: int, *, shown: bool, whole: bool, filters: int, watched: set[int | None]) -> None:
        self.number = number
        self.shown = shown
        self.whole = whole
        self.filters = filters
        self.watched = watched
        self.program = ""
        self.told = False
        self.named()

    def named(self) -> None:
        """Look what its program is called."""
        try:
            self.program = Path(f"/proc/{self.number}/comm").read_text(errors="replace").rstrip("\n")
        except OSError:
            self.program = "?"

    def child(self, number: int, *, shown: bool) -> Process:
        """A process that it forked."""
        return Process(number, shown=shown, whole=self.whole, filters=self.filters, watched=set(self.watched))


class Task:
    """One thread."""

    def __init__(self, number: int, process: Process) -> None:
        self.number = number
        self.process = process
        self.call: Call | None = None
        self.descriptor = -1

    def socket(self, descriptor: int) -> tuple[int, int, int] | None:
        """Family, protocol and port of a socket by its descriptor; None where it is none."""
        if self.descriptor < 0:
            try:
                self.descriptor = Tracing.open_task(self.number)
            except OSError as error:
                if error.errno != errno.EINVAL:  # a kernel before 6.9, which knows processes alone
                    raise
                self.descriptor = os.pidfd_open(self.process.number)
        found: tuple[int, int, int] | None = Tracing.socket_of(self.descriptor, descriptor)
        return found

    def close(self) -> None:
        """Let go of what is held for it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def status_of(task: int) -> dict[str, str]:
    """What /proc says of a task; nothing where there is none."""
    try:
        text = Path(f"/proc/{task}/status").read_text(errors="replace")
    except OSError:
        return {}
    return dict(re.findall(r"^(\w+):\s*(.*)$", text, re.M))


def number_of(task: int, field: str) -> int | None:
    """A number that /proc says of a task; None where it does not."""
    found = status_of(task).get(field, "")
    return int(found) if found.isdecimal() else None


def is_narrow(program: str | Path) -> bool:
    """Whether a program has other system calls than this machine's 64-bit ones."""
    try:
        with open(program, "rb") as file:
            start = file.read(_ELF + 1)
    except OSError:
        return False
    return start[:_ELF] == b"\x7fELF" and start[_ELF] != _WIDE


def gains(program: str | Path) -> str:
    """How a program would get privileges that its caller lacks: what it is, or ""."""
    try:
        state = os.stat(program)
    except OSError:
        return ""
    if state.st_mode & _SET_ID and (state.st_uid != os.geteuid() or state.st_gid != os.getegid()):
        return "set-user-ID" if state.st_mode & 0o4000 else "set-group-ID"
    try:
        os.getxattr(program, "security.capability")
    except OSError:
        return ""
    return "given capabilities by its file"
