"""What processes do, a record for each kind of it.

`cpu` is the one that it happened on, `timestamp` when it was, in ns on the clock of `time.monotonic_ns`. Process IDs
are those of the initial PID namespace: `pid` is the task's, `tgid` that of its thread group, which most people call the
process; where the two are the same, the task is the group's first. User and group IDs are those of the initial user
namespace.

Source: struct proc_event of linux/cn_proc.h; drivers/connector/cn_proc.c.
"""

from __future__ import annotations

import os
import signal as signals
from typing import ClassVar

from netlynx.schema import Layout, Record, chars, head, member, raw, s32, u32, u64

_UNUSED = "the rest of a union, which other kinds of event use"


class Happening(Layout):
    """What `struct proc_event` begins with."""

    what: int = member(u32, c="what")
    cpu: int = member(u32, c="cpu")
    timestamp: int = member(u64, c="timestamp_ns")


class OfTask(Happening):
    """Behind it, in most kinds: the task that it happened to."""

    pid: int = member(s32, c="process_pid")
    tgid: int = member(s32, c="process_tgid")


class Told(Record, header=Happening):
    """Where and when it happened."""

    cpu: int = head(always=True)
    timestamp: int = head(always=True)


class ToldOfTask(Told, header=OfTask):
    """And to which task."""

    pid: int = head(always=True)
    tgid: int = head(always=True)


class ForkEvent(Happening, c="proc_event"):
    """`struct proc_event` with `struct fork_proc_event` in it."""

    __differs__: ClassVar[dict[str, str]] = {"unused": _UNUSED}

    parent_pid: int = member(s32, c="parent_pid")
    parent_tgid: int = member(s32, c="parent_tgid")
    child_pid: int = member(s32, c="child_pid")
    child_tgid: int = member(s32, c="child_tgid")
    unused: bytes = member(raw(8), default=bytes(8))


class Fork(Told, header=ForkEvent):
    """A task was made: a process, or a thread (`is_thread`).

    The parent is that of the new task, which is not who made it where CLONE_PARENT says so, as for a thread.
    """

    parent_pid: int = head(always=True)
    parent_tgid: int = head(always=True)
    child_pid: int = head(always=True)
    child_tgid: int = head(always=True)

    @property
    def is_thread(self) -> bool:
        """Whether it is another thread of a process that is there."""
        return self.child_pid != self.child_tgid


class ExecEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct exec_proc_event` in it."""

    unused: bytes = member(raw(16), default=bytes(16))


class Exec(ToldOfTask, header=ExecEvent):
    """A process runs another program from now on."""


class UidEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct id_proc_event` in it, of users."""

    __differs__: ClassVar[dict[str, str]] = {"unused": _UNUSED}

    real: int = member(u32, c="ruid")
    effective: int = member(u32, c="euid")
    unused: bytes = member(raw(8), default=bytes(8))


class Uid(ToldOfTask, header=UidEvent):
    """A task has other user IDs from now on: these."""

    real_uid: int = head("real", always=True)
    effective_uid: int = head("effective", always=True)


class GidEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct id_proc_event` in it, of groups."""

    __differs__: ClassVar[dict[str, str]] = {"unused": _UNUSED}

    real: int = member(u32, c="rgid")
    effective: int = member(u32, c="egid")
    unused: bytes = member(raw(8), default=bytes(8))


class Gid(ToldOfTask, header=GidEvent):
    """A task has other group IDs from now on: these."""

    real_gid: int = head("real", always=True)
    effective_gid: int = head("effective", always=True)


class SidEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct sid_proc_event` in it."""

    unused: bytes = member(raw(16), default=bytes(16))


class Sid(ToldOfTask, header=SidEvent):
    """A process leads a session of its own from now on: setsid(2)."""


class PtraceEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct ptrace_proc_event` in it."""

    __differs__: ClassVar[dict[str, str]] = {"unused": _UNUSED}

    tracer_pid: int = member(s32, c="tracer_pid")
    tracer_tgid: int = member(s32, c="tracer_tgid")
    unused: bytes = member(raw(8), default=bytes(8))


class Ptrace(ToldOfTask, header=PtraceEvent):
    """A task is traced from now on (ptrace(2)); not any more, where the tracer is 0."""

    tracer_pid: int = head(always=True)
    tracer_tgid: int = head(always=True)


class CommEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct comm_proc_event` in it."""

    command: str = member(chars(16), c="comm")


class Comm(ToldOfTask, header=CommEvent):
    """A task was given a name, of 15 bytes at most: PR_SET_NAME, /proc/PID/comm. A program's comes with `Exec`."""

    command: str = head(default="", always=True)


class CoredumpEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct coredump_proc_event` in it."""

    __differs__: ClassVar[dict[str, str]] = {"unused": _UNUSED}

    parent_pid: int = member(s32, c="parent_pid")
    parent_tgid: int = member(s32, c="parent_tgid")
    unused: bytes = member(raw(8), default=bytes(8))


class Coredump(ToldOfTask, header=CoredumpEvent):
    """A process ends by a signal that makes a core file, whether one is written or not.

    Kernels before 4.18 do not tell the parent: it is 0.
    """

    parent_pid: int = head(always=True)
    parent_tgid: int = head(always=True)


class ExitEvent(OfTask, c="proc_event"):
    """`struct proc_event` with `struct exit_proc_event` in it."""

    exit_code: int = member(u32, c="exit_code")
    exit_signal: int = member(u32, c="exit_signal")
    parent_pid: int = member(s32, c="parent_pid")
    parent_tgid: int = member(s32, c="parent_tgid")


class Exit(ToldOfTask, header=ExitEvent):
    """A task ended.

    `exit_code` is as wait(2) gives it, which `status` and `signal` read; `exit_signal` is the signal that the parent
    gets (0xFFFFFFFF of a thread: none). Kernels before 4.18 do not tell the parent: it is 0.
    """

    exit_code: int = head(always=True)
    exit_signal: int = head(always=True)
    parent_pid: int = head(always=True)
    parent_tgid: int = head(always=True)

    @property
    def status(self) -> int | None:
        """What it ended with by itself, exit(3): 0 to 255; None where a signal ended it."""
        return None if os.WTERMSIG(self.exit_code) else self.exit_code >> 8 & 0xFF

    @property
    def signal(self) -> int | None:
        """The signal that ended it, a `signal.Signals` where that has it; None where it ended by itself."""
        number = os.WTERMSIG(self.exit_code)
        try:
            return signals.Signals(number) if number else None
        except ValueError:
            return number

    @property
    def core_dumped(self) -> bool:
        """Whether a core file was written."""
        return os.WCOREDUMP(self.exit_code)


class UnknownEvent(Happening, c="proc_event"):
    """`struct proc_event` with something in it that is not known here."""

    data: bytes = member(raw(24), default=bytes(24))


class Unknown(Told, header=UnknownEvent):
    """An event of a kind that a newer kernel knows: its number in `what`, and the bytes that say more."""

    what: int = head(always=True)
    data: bytes = head(default=b"", always=True)
