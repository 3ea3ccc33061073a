"""The processes behind sockets: which ones hold a descriptor of a socket, by what /proc says.

Source: proc_pid_fd(5), proc_pid_status(5), proc_pid_cgroup(5), proc(5) (hidepid), pid_namespaces(7).
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from netlynx.errors import EncodeTypeError, from_errno
from netlynx.netns import privileges
from netlynx.netns.privileges import Capability
from netlynx.netns.seeing import PID_INIT_INO

_SOCKET = "socket:["
_PF_KTHREAD = 0x00200000  # include/linux/sched.h of the kernel
_FD_BITS = 32
_FD = (1 << _FD_BITS) - 1
_UNITS = (".service", ".scope")
_HIDING = frozenset(("hidepid=2", "hidepid=invisible", "hidepid=4", "hidepid=ptraceable"))
_GAPS = 64  # numbers without a descriptor, after which a list of those that there are is read instead


class Process(msgspec.Struct, frozen=True, gc=False):
    """A process that holds sockets.

    `name` is the kernel's for it (15 letters), `command` the words that it was started with. `uid` is its effective
    user, `user` the name of that, None where it has none here. `cgroup` is its path in the version 2 hierarchy (or, on
    hosts without one, in systemd's), `unit` the innermost service or scope of systemd in that path. `namespace` is the
    inode of its network namespace. What could not be read is None.
    """

    pid: int
    name: str | None = None
    command: tuple[str, ...] | None = None
    uid: int | None = None
    user: str | None = None
    cgroup: str | None = None
    unit: str | None = None
    namespace: int | None = None


class Owner(Process, frozen=True, gc=False, kw_only=True):
    """A descriptor of a socket, and the process that holds it."""

    fd: int


class Owners:
    """What one pass over /proc found: see `owners`."""

    def __init__(self, proc: str) -> None:
        # A socket's descriptors, each as one number: lists would keep the garbage collector busy.
        self._found: dict[int, int | list[int]] = {}
        self._processes: dict[int, Process] = {}
        self._looked = 0
        self._unseen: dict[int, str] = {}
        self._users: dict[int, str | None] = {}
        self._hidden = tuple(_hidden(proc))
        try:
            pids = [int(entry.name) for entry in os.scandir(proc) if entry.name.isdecimal()]
        except OSError as error:
            raise from_errno(error.errno or errno.EIO, asked=f"read the processes in {proc}") from error
        for pid in pids:
            self._look(f"{proc}/{pid}", pid)

    @property
    def processes(self) -> int:
        """How many processes were looked into."""
        return self._looked

    @property
    def unseen(self) -> Mapping[int, str]:
        """The processes that could not be looked into, by ID, each with what the kernel said."""
        return MappingProxyType(self._unseen)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Why there may be processes that are not even listed, in words; empty where all are."""
        return self._hidden

    @property
    def complete(self) -> bool:
        """Whether every process was looked into: then a socket without an owner has none."""
        return not self._unseen and not self._hidden

    @property
    def inodes(self) -> frozenset[int]:
        """The inodes of all sockets that a process holds."""
        return frozenset(self._found)

    def of(self, socket: Any) -> tuple[Owner, ...]:
        """Who holds a socket, given as its record or its inode, by process and descriptor.

        Nobody where it belongs to the kernel, is not accepted yet, was closed and goes on in the kernel (time-wait), or
        is on its way in another socket (SCM_RIGHTS): `complete` says whether that is all that it can mean.
        """
        inode = getattr(socket, "inode", socket)
        if isinstance(inode, bool) or not isinstance(inode, int):
            raise EncodeTypeError(f"expected a socket's record or its inode, not {socket!r}", "owners.of(socket)")
        return tuple(Owner(*msgspec.structs.astuple(process), fd=fd) for process, fd in self.holding(inode))

    def holding(self, socket: int) -> list[tuple[Process, int]]:
        """The same by inode, as pairs of a process and a descriptor: quicker, for many sockets of a process."""
        held = self._found.get(socket)
        if held is None:
            return []
        return [(self._processes[each >> _FD_BITS], each & _FD) for each in ([held] if isinstance(held, int) else held)]

    def __str__(self) -> str:
        """What was seen and what was not, in words."""
        said = f"looked into {self._looked} processes"
        if self._unseen:
            why = ", ".join(sorted(set(self._unseen.values())))
            if privileges.has(Capability.CAP_SYS_PTRACE) is False:
                why += ": those of others take CAP_SYS_PTRACE"
            said += f"; {len(self._unseen)} could not be looked into ({why})"
        return "; ".join((said, *self._hidden))

    def __repr__(self) -> str:
        return f"<Owners of {len(self._found)} sockets: {self}>"

    def _look(self, place: str, pid: int) -> None:
        try:
            folder = os.open(f"{place}/fd", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except PermissionError as error:
            if not _is_kernel_thread(place):
                self._unseen[pid] = str(error.strerror)
            return
        except OSError:
            return  # it has ended
        self._looked += 1
        found, prefix, start = self._found, pid << _FD_BITS, len(_SOCKET)
        try:
            for fd, link in _descriptors(folder):
                if link.startswith(_SOCKET):
                    inode = int(link[start:-1])
                    held = found.get(inode)
                    if held is None:
                        found[inode] = prefix | fd
                    elif isinstance(held, int):
                        found[inode] = [held, prefix | fd]
                    else:
                        held.append(prefix | fd)
                    if pid not in self._processes:
                        self._processes[pid] = self._process(place, pid)
        except PermissionError as error:  # the directory may be listed, what is in it not
            self._unseen[pid] = str(error.strerror)
            self._looked -= 1
        except OSError:
            pass  # it has ended meanwhile
        finally:
            os.close(folder)

    def _process(self, place: str, pid: int) -> Process:
        uid = _uid(place)
        cgroup = _cgroup(place)
        command = _read(f"{place}/cmdline")
        return Process(
            pid=pid,
            name=(_read(f"{place}/comm") or "").removesuffix("\n") or None,
            command=None if command is None else tuple(command.removesuffix("\0").split("\0")) if command else (),
            uid=uid,
            user=None if uid is None else self._user(uid),
            cgroup=cgroup,
            unit=_unit(cgroup),
            namespace=_namespace(place),
        )

    def _user(self, uid: int) -> str | None:
        if uid not in self._users:
            import pwd

            try:
                self._users[uid] = pwd.getpwuid(uid).pw_name
            except KeyError:
                self._users[uid] = None
        return self._users[uid]


def owners(proc: str | os.PathLike[str] = "/proc") -> Owners:
    """Look through /proc, once, for who holds which socket, of all network namespaces.

        held = diag.owners()
        for socket in nl.dump(diag.tcp(states="listen")):
            print(socket.source_port, [owner.name for owner in held.of(socket)])
        if not held.complete:
            print(held)  # how many processes could not be looked into, and why

    Every process takes a moment: what it opens and closes meanwhile may be missed, and of one that ended nothing is
    told. Of threads that do not share the descriptors of their process only the main one's are found. Looking into
    processes of other users takes CAP_SYS_PTRACE. `proc` is where a proc file system is mounted, that of a host say.

    Raises NotFound, PermissionDenied: there are no processes to be read at `proc`.
    """
    if not isinstance(proc, str | os.PathLike):
        raise EncodeTypeError(f"expected the path of a proc file system, not {proc!r}", "diag.owners(proc)")
    return Owners(str(os.fspath(proc)).rstrip("/") or "/")


def _descriptors(folder: int) -> Iterator[tuple[int, str]]:
    """The descriptors of a process and what they are of.

    Numbers are given from the lowest on, and the kernel says (since Linux 6.2) how many there are: so asking one after
    the other is quicker than to read a list first, unless too many are missing.
    """
    read = os.readlink
    left, number, missing = os.fstat(folder).st_size, 0, 0
    while left > 0 and missing < _GAPS:
        try:
            link = read(str(number), dir_fd=folder)
        except FileNotFoundError:
            missing += 1
        else:
            left -= 1
            yield number, link
        number += 1
    if left > 0 or not number:
        for name in os.listdir(folder):
            if int(name) >= number:
                with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                    yield int(name), read(name, dir_fd=folder)


def _read(path: str) -> str | None:
    """A small file, None where it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        parts = []
        while part := os.read(descriptor, 1 << 16):
            parts.append(part)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return b"".join(parts).decode("utf-8", "surrogateescape")


def _uid(place: str) -> int | None:
    for line in (_read(f"{place}/status") or "").split("\n"):
        if line.startswith("Uid:"):
            return int(line.split()[2])  # real, effective …
    return None


def _cgroup(place: str) -> str | None:
    """The path in the version 2 hierarchy, or else in systemd's own of version 1."""
    known = {}
    for line in (_read(f"{place}/cgroup") or "").splitlines():
        number, controllers, path = line.split(":", 2)
        known[number if number == "0" else controllers] = path
    return known.get("0") if known.get("0") not in (None, "/") else known.get("name=systemd", known.get("0"))


def _unit(cgroup: str | None) -> str | None:
    for name in reversed((cgroup or "").split("/")):
        if name.endswith(_UNITS):
            return name.removeprefix("_")  # how systemd writes names that cgroups have otherwise
    return None


def _namespace(place: str) -> int | None:
    try:
        return os.stat(f"{place}/ns/net").st_ino
    except OSError:
        return None


def _is_kernel_thread(place: str) -> bool:
    """Whether it is a thread of the kernel, which holds no descriptors."""
    fields = (_read(f"{place}/stat") or "").rpartition(")")[2].split()
    return len(fields) > 6 and bool(int(fields[6]) & _PF_KTHREAD)


def _hidden(proc: str) -> Iterator[str]:
    """Why processes may not be listed at all."""
    hiding: frozenset[str] = frozenset()
    for line in (_read(f"{proc}/self/mounts") or "").splitlines():
        _, place, kind, options, *_ = line.split(" ")
        if kind == "proc" and os.path.normpath(place) == os.path.normpath(proc):
            hiding = _HIDING & {*options.split(",")}  # of several there, the last is seen
    if hiding and privileges.has(Capability.CAP_SYS_PTRACE) is not True:
        yield f"{proc} does not list the processes of others (it is mounted with {', '.join(hiding)})"
    with contextlib.suppress(OSError):
        if os.stat(f"{proc}/self/ns/pid").st_ino != PID_INIT_INO:
            yield "processes outside of this PID namespace are not listed"
