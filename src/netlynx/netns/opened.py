"""An open network namespace, and the ways to say which one.

Source: network_namespaces(7), ip-netns(8), linux/nsfs.h.
"""

from __future__ import annotations

import builtins
import errno
import os
from typing import Any, Protocol, Self, TypeAlias

from netlynx import limits
from netlynx.errors import NetlinkError, NotFound, from_errno
from netlynx.netns.calls import CLONE_NEWNET, explaining
from netlynx.netns.privileges import Capability, has

DIRECTORY = "/run/netns"  # where names live; one mount each
OWN = "/proc/thread-self/ns/net"

_NS_GET_NSTYPE = 0xB703  # linux/nsfs.h
_NAME_MAX = 255  # linux/limits.h


class HasFileno(Protocol):
    """Anything that has a file descriptor."""

    def fileno(self) -> int:
        """The descriptor."""


class Pid(int):
    """A process ID: the namespace that the process is in."""

    def __repr__(self) -> str:
        return f"Pid({int(self)})"


class Fd(int):
    """A file descriptor of a namespace. It stays the caller's: what is opened has a duplicate of its own."""

    def __repr__(self) -> str:
        return f"Fd({int(self)})"

    def fileno(self) -> int:
        """The descriptor itself."""
        return int(self)


Where: TypeAlias = str | os.PathLike[str] | Pid | HasFileno
"""A namespace, named in one of the ways that `netlynx.netns` tells: a name, a path, a process, or what is open."""


class NetworkNamespace:
    """A network namespace held by a file descriptor: it lives at least until `close`.

    Made by `open`, `current` and `anonymous`. Equal to another one if both are the same namespace. Closed by
    ``with``, by `close`, or when it is collected.
    """

    def __init__(self, fd: int, label: str = "") -> None:
        self._fd = fd
        self._label = label
        try:
            status = os.fstat(fd)
            if _kind(fd) != CLONE_NEWNET:
                raise OSError(errno.EINVAL, "")
        except OSError as error:
            self.close()
            if error.errno not in (errno.EINVAL, errno.ENOTTY):
                raise from_errno(error.errno or errno.EBADF, asked=f"open {self}") from None
            raise from_errno(
                errno.EINVAL,
                "this is not a network namespace",
                asked=f"open {self}",
                hint="A name whose mount is gone is left as an empty file: remove it and create it anew",
            ) from None
        self._key = (status.st_dev, status.st_ino)

    @property
    def inode(self) -> int:
        """The inode number: what ``readlink /proc/PID/ns/net`` shows in brackets."""
        return self._key[1]

    @property
    def closed(self) -> bool:
        """Whether the descriptor was given back."""
        return self._fd < 0

    def fileno(self) -> int:
        """The file descriptor, -1 once closed."""
        return self._fd

    def close(self) -> None:
        """Give the descriptor back; the second time does nothing."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, NetworkNamespace) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(f"{self} is held by a file of this process: it cannot be copied or pickled, open it again")

    def __str__(self) -> str:
        return f"network namespace {self._label}" if self._label else "network namespace"

    def __repr__(self) -> str:
        return f"<{self} inode={self.inode} fd={self._fd}>"


def open(where: Where) -> NetworkNamespace:
    """Open a namespace that exists.

    Raises:
        NotFound: (a `FileNotFoundError`) there is none; for a name, the message tells which there are.
        PermissionDenied: (a `PermissionError`) for a process of another user.
        NetlinkError: EINVAL, what was opened is no network namespace.
        ValueError: a name that no namespace can have.
        TypeError: a bare number, or what names no namespace at all.
    """
    if isinstance(where, Pid):
        return _open_process(where)
    if not hasattr(where, "fileno") and not isinstance(where, str | os.PathLike):
        raise not_a_namespace(where)
    if isinstance(where, str | os.PathLike):
        path = os.fspath(where)
        return open_path(path, path) if "/" in path else _open_name(path)
    fd = where.fileno()
    label = where._label if isinstance(where, NetworkNamespace) else f"of fd {int(fd)}"
    with explaining(f"open network namespace {label}"):
        return NetworkNamespace(os.dup(fd), label)


def not_a_namespace(where: object) -> TypeError:
    """The error for what names no namespace."""
    if isinstance(where, int) and not isinstance(where, bool):
        problem = f"is netns.Pid({where}) meant, a process in it, or netns.Fd({where}), an open file of it?"
        return TypeError(f"{where} names no network namespace: {problem}")
    return TypeError(
        f"a network namespace is given by name, by path, as netns.Pid or netns.Fd, or opened, "
        f"not as {type(where).__name__} {where!r}"
    )


def current() -> NetworkNamespace:
    """The namespace that the calling thread is in."""
    return open_path(OWN, "of this thread")


def exists(name: str) -> bool:
    """Whether a namespace has this name."""
    return os.path.lexists(path_of(name))


def list() -> builtins.list[str]:
    """The names of the named namespaces, sorted: what ``ip netns list`` lists."""
    try:
        return sorted(os.listdir(DIRECTORY))
    except FileNotFoundError:
        return []


def path_of(name: str) -> str:
    """Where a name is kept. Raises ValueError for one that no namespace can have."""
    size = len(os.fsencode(limits.text("name", name)))
    if not name or name in (".", "..") or "/" in name or "\0" in name or size > _NAME_MAX:
        problem = f"it has {size} bytes" if size > _NAME_MAX else f"{name!r} is none"
        raise ValueError(
            f"a network namespace's name is a file name of 1 to {_NAME_MAX} bytes, without a slash: {problem}"
        )
    return f"{DIRECTORY}/{name}"


def _open_name(name: str) -> NetworkNamespace:
    path = path_of(name)
    if not exists(name):
        raise missing(name, f"open network namespace {name!r}")
    return open_path(path, repr(name))


def _open_process(pid: Pid) -> NetworkNamespace:
    asked = f"open the network namespace of process {int(pid)}"
    try:
        return open_path(f"/proc/{int(pid)}/ns/net", f"of process {int(pid)}")
    except NotFound:
        raise from_errno(errno.ESRCH, "there is no such process", asked=asked) from None
    except PermissionError:
        denied = has(Capability.CAP_SYS_PTRACE) is False
        hint = "The process is another user's, or has more privileges: CAP_SYS_PTRACE is needed" if denied else ""
        raise from_errno(errno.EACCES, asked=asked, hint=hint) from None


def open_path(path: str, label: str) -> NetworkNamespace:
    """Open the file of a namespace; errors call it by its label."""
    with explaining(f"open network namespace {label}"):
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return NetworkNamespace(fd, label)


def missing(name: str, asked: str) -> NetlinkError:
    """The error for a name that no namespace has: it says which there are."""
    names = list()
    known = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
    message = f"no namespace is called {name!r}; there {f'are: {known}' if names else 'are none'}"
    return NotFound(errno.ENOENT, message, asked=asked)


def _kind(fd: int) -> int:
    import fcntl

    return fcntl.ioctl(fd, _NS_GET_NSTYPE)
