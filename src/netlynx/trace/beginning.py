"""How a trace begins: a program is started under it, or a process that runs is seized."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import shutil
import struct
from pathlib import Path

from netlynx.errors import NetlynxError
from netlynx.trace.filters import AF_NETLINK, of_start
from netlynx.trace.tasks import Process, gains, is_narrow, number_of
from netlynx.trace.tracer import (
    ENDS_WITH_US,
    INTERRUPT,
    SEIZE,
    TRACES_CHILDREN,
    TRACES_CLONES,
    TRACES_PROGRAMS,
    Tracer,
)
from netlynx.transport._calls import Tracing

NOT_FOUND, NOT_RUN = 127, 126  # exit statuses, as shells have them

_REPORT = struct.Struct("=ii")  # at which step a program failed to start, and the errno


class Untraceable(NetlynxError):
    """A program that cannot be traced, and why; `status` is the exit status that says so."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def start(tracer: Tracer, command: list[str], *, aside: bool) -> int:
    """Start a command under a tracer; with `aside` what it prints goes to standard error. A descriptor through which
    `failure` learns whether it began. Raises Untraceable."""
    _check(command[0])
    filtered = _has_filters()
    if not filtered:
        tracer.note("this kernel has no filters of system calls: the program stops at each of them, which takes long")
    inherited = _inherited()
    instructions = of_start(tracer.machine, files=tracer.files, descriptors=inherited) if filtered else b""
    options = TRACES_CLONES | TRACES_CHILDREN | TRACES_PROGRAMS | ENDS_WITH_US
    words = [os.fsencode(word) for word in command]
    try:
        root, report = Tracing.spawn(
            words, instructions, options, keep_privileges=not os.geteuid(), output=2 if aside else -1
        )
    except OSError as error:
        raise Untraceable(f"{command[0]} cannot be traced: {_why(error, None)}") from error
    watched: set[int | None] = set(inherited) if tracer.files and filtered else set()
    tracer.root = root
    tracer.add(root, Process(root, shown=True, whole=not filtered, filters=0, watched=watched))
    return int(report)


def failure(report: int, command: str) -> Untraceable | None:
    """Why a command that was started did not begin; None where it did."""
    told = b""
    if select.select([report], [], [], 0)[0]:
        told = os.read(report, _REPORT.size)
    os.close(report)
    if len(told) < _REPORT.size:
        return None
    step, number = _REPORT.unpack(told)
    said = os.strerror(number)
    if step == 1:
        return Untraceable(f"{command} cannot be traced: the kernel takes no filter of system calls: {said}")
    if number == errno.ENOENT:
        return Untraceable(f"{command}: there is no such command", NOT_FOUND)
    return Untraceable(f"{command}: {said}", NOT_RUN)


def attach(tracer: Tracer, number: int) -> None:
    """Seize a process that runs, with all its threads. Raises Untraceable."""
    if number == os.getpid() or not Path(f"/proc/{number}").exists():
        there = "is netlynx itself" if number == os.getpid() else "does not exist"
        raise Untraceable(f"process {number} cannot be traced: it {there}")
    group = number_of(number, "Tgid")
    if group != number:
        raise Untraceable(f"{number} is a thread of process {group}: trace that")
    if is_narrow(f"/proc/{number}/exe"):
        raise Untraceable(f"process {number} cannot be traced: it is a 32-bit program")
    options = TRACES_CLONES | TRACES_PROGRAMS & ~0x80 | (TRACES_CHILDREN if tracer.follow else 0)
    process = Process(number, shown=True, whole=True, filters=0, watched=set())
    tracer.root = number
    while new := _threads(number) - tracer.tasks.keys():
        for each in new:
            try:
                Tracing.request(SEIZE, each, options)
            except ProcessLookupError:
                continue  # a thread that ended meanwhile
            except OSError as error:
                if each in tracer.tasks or not _threads(number) >= {each}:
                    continue
                who = f"process {number} ({process.program})"
                raise Untraceable(f"{who} cannot be traced: {_why(error, number)}") from error
            tracer.add(each, process)
            with contextlib.suppress(ProcessLookupError):
                Tracing.request(INTERRUPT, each)
        if not tracer.tasks:
            raise Untraceable(f"process {number} ended")


def _threads(number: int) -> set[int]:
    try:
        return {int(each) for each in os.listdir(f"/proc/{number}/task")}
    except FileNotFoundError:
        return set()


def _check(command: str) -> None:
    """Refuse a program that would not be itself when it is traced, or whose calls are not known."""
    found = shutil.which(command)
    if found is None:
        return  # the system says why
    if is_narrow(found):
        raise Untraceable(f"{command} cannot be traced: it is a 32-bit program, whose system calls are others", NOT_RUN)
    how = gains(found) if os.geteuid() else ""
    if how:
        raise Untraceable(
            f"{command} cannot be traced: it is {how}, and would run without that; run netlynx as root", NOT_RUN
        )


def _inherited() -> list[int]:
    """The sockets of netlink that programs get which are started from here."""
    found = []
    for each in map(int, os.listdir("/proc/self/fd")):
        with contextlib.suppress(OSError):
            if os.get_inheritable(each) and os.readlink(f"/proc/self/fd/{each}").startswith("socket:"):
                found.append(each)
    if not found:
        return []
    own = Tracing.open_task(os.getpid())
    try:
        return [each for each in found if (told := Tracing.socket_of(own, each)) and told[0] == AF_NETLINK]
    finally:
        os.close(own)


def _has_filters() -> bool:
    """Whether the kernel has filters of system calls that stop a program."""
    try:
        return "trace" in Path("/proc/sys/kernel/seccomp/actions_avail").read_text().split()
    except OSError:
        return False


def _why(error: OSError, number: int | None) -> str:
    """Why the kernel refuses to have a process traced; for None, one that was started just now."""
    tracer = number_of(number or os.getpid(), "TracerPid")
    if error.errno == errno.EPERM and tracer:
        name = _name_of(tracer)
        if number is None:
            return f"{name} (process {tracer}) traces netlynx already, and whatever it starts"
        return f"{name} (process {tracer}) traces it already"
    if error.errno == errno.EPERM:
        with contextlib.suppress(OSError, ValueError):
            scope = int(Path("/proc/sys/kernel/yama/ptrace_scope").read_text())
            if scope > (0 if number is not None else 1):
                how = "nobody may" if scope == 3 else "it takes CAP_SYS_PTRACE"
                return f"kernel.yama.ptrace_scope is {scope}: {how}"
        if number is not None and os.geteuid():
            return "the kernel does not permit it to this user; run netlynx as root"
        if number_of(os.getpid(), "Seccomp"):
            return "the kernel does not permit it, and a filter of system calls is in force here (as containers have)"
    return os.strerror(error.errno or 0)


def _name_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text(errors="replace").strip()
    except OSError:
        return "another program"
