"""Network namespaces: open, create and remove them, and do things inside one, without helper processes.

A namespace is named in one of four ways, everywhere in netlynx (type `Where`):

    "blue"                  a named one, as made by ``ip netns add`` (/run/netns/blue)
    "/proc/42/ns/net"       a path; any string with a slash, or an `os.PathLike`
    Pid(42)                 the one that process 42 is in
    an object with fileno() an open one: a `NetworkNamespace`, a file, ``Fd(7)``

A bare number could be either of the last two, so it is refused.
A short-lived thread enters the namespace; a socket opened there stays in it, and the caller never moves, unless it
wants to (`inside`).
Entering takes CAP_SYS_ADMIN in the user namespace that owns the network namespace, and in one's own.
Source: network_namespaces(7), setns(2), ip-netns(8).
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, Self, TypeAlias, TypeVar

from netlynx.errors import AlreadyExists, NetlinkError, NotFound, from_errno
from netlynx.netns.privileges import Capability, has, is_initial_user

if TYPE_CHECKING:
    import ctypes
    import socket

    from netlynx.netns.programs import names_of as names_of
    from netlynx.netns.programs import popen as popen
    from netlynx.netns.programs import processes as processes
    from netlynx.netns.programs import run as run

DIRECTORY = "/run/netns"  # where names live; one mount each

_CLONE_NEWNET = 0x40000000  # linux/sched.h
_NS_GET_NSTYPE = 0xB703  # linux/nsfs.h
_MS_BIND = 4096  # linux/mount.h
_MS_REC = 16384
_MS_SHARED = 1 << 20
_MNT_DETACH = 2  # umount2(2)
_NAME_MAX = 255  # linux/limits.h
_OWN = "/proc/thread-self/ns/net"

_T = TypeVar("_T")
_P = ParamSpec("_P")


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
            if _kind(fd) != _CLONE_NEWNET:
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
        return _open_path(path, path) if "/" in path else _open_name(path)
    fd = where.fileno()
    label = where._label if isinstance(where, NetworkNamespace) else f"of fd {int(fd)}"
    with _explaining(f"open network namespace {label}"):
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
    return _open_path(_OWN, "of this thread")


def exists(name: str) -> bool:
    """Whether a namespace has this name."""
    return os.path.lexists(_path(name))


def list() -> builtins.list[str]:
    """The names of the named namespaces, sorted: what ``ip netns list`` lists."""
    try:
        return sorted(os.listdir(DIRECTORY))
    except FileNotFoundError:
        return []


def run_in(where: Where, function: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call a function in a thread that is in the namespace, and give what it returns or raises.

    The thread ends with the call. What the function opens (sockets, /proc/thread-self/net files) stays in the
    namespace; a thread or process that it starts begins in it.

    Raises:
        PermissionDenied: (a `PermissionError`) CAP_SYS_ADMIN is lacking. Otherwise as `open`.
    """
    with open(where) as namespace:

        def entered() -> _T:
            _enter(namespace)
            return function(*args, **kwargs)

        return _in_thread(entered)


@contextlib.contextmanager
def inside(where: Where) -> Iterator[None]:
    """Have the calling thread be in a namespace until the end of the block.

    Threads and processes that it starts there begin in it; threads that run already stay where they are. Of the
    connections made there, those without a namespace of their own are in it. Raises as `run_in`.
    """
    with current() as before, open(where) as namespace:
        _enter(namespace)
        try:
            yield
        finally:
            _enter(before)


def socket_in(where: Where, family: int, type: int, protocol: int = 0) -> socket.socket:
    """``socket.socket(family, type, protocol)`` in a namespace; raises as `run_in`, and OSError."""
    import socket

    return run_in(where, socket.socket, family, type, protocol)


def anonymous() -> NetworkNamespace:
    """A new namespace without a name: it ends with its descriptor, and the sockets and processes in it.

    Its loopback device is down.

    Raises:
        PermissionDenied: (a `PermissionError`) CAP_SYS_ADMIN is lacking.
    """

    def inside() -> NetworkNamespace:
        _call("unshare", _CLONE_NEWNET, asked="create a network namespace")
        return _open_path(_OWN, "(anonymous)")

    return _in_thread(inside)


def create(name: str) -> None:
    """Create a named namespace, as ``ip netns add`` does: other programs see it, and it outlives this one.

    Its loopback device is down.

    Raises:
        AlreadyExists: (a `FileExistsError`) the name is taken.
        PermissionDenied: (a `PermissionError`) CAP_SYS_ADMIN is lacking, or the right to write to /run/netns.
        ValueError: a name that no namespace can have.
    """
    asked = f"create network namespace {name!r}"

    def inside() -> None:
        _call("unshare", _CLONE_NEWNET, asked=asked)
        _mount(_OWN, _path(name), _MS_BIND, asked)

    _name(name, lambda: _in_thread(inside), asked)


def attach(name: str, pid: int) -> None:
    """Give the namespace of a process a name, as ``ip netns attach`` does: it outlives the process then.

    Raises:
        NotFound: (a `FileNotFoundError`) there is no such process. Otherwise as `create`, and `open` of a process.
    """
    asked = f"attach network namespace {name!r} to process {int(pid)}"
    with open(Pid(pid)) as namespace:
        _name(name, lambda: _mount(f"/proc/self/fd/{namespace.fileno()}", _path(name), _MS_BIND, asked), asked)


def _name(name: str, mount: Callable[[], None], asked: str) -> None:
    """Make the file of a name, and have a namespace mounted on it; without that the file goes again."""
    path = _path(name)
    with _explaining(asked):
        _prepare_directory(asked)
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0))
        except FileExistsError:
            raise AlreadyExists(errno.EEXIST, "a namespace has this name already", asked=asked) from None
    try:
        mount()
    except BaseException:
        os.unlink(path)
        raise


def remove(name: str) -> None:
    """Remove a name, as ``ip netns del`` does; the namespace ends once nothing else holds it.

    Raises:
        NotFound: (a `FileNotFoundError`) there is none; the message tells which there are.
        PermissionDenied: (a `PermissionError`) CAP_SYS_ADMIN is lacking, or the right to write to /run/netns.
    """
    path, asked = _path(name), f"remove network namespace {name!r}"
    if not exists(name):
        raise _missing(name, asked)
    try:
        _call("umount2", os.fsencode(path), _MNT_DETACH, asked=asked)
    except NetlinkError as error:
        if error.errno != errno.EINVAL:  # EINVAL: not mounted, an empty file left behind
            raise
    with _explaining(asked):
        os.unlink(path)


def _enter(namespace: NetworkNamespace) -> None:
    _call("setns", namespace.fileno(), _CLONE_NEWNET, asked=f"enter {namespace}")


def _path(name: str) -> str:
    size = len(os.fsencode(name))
    if not name or name in (".", "..") or "/" in name or "\0" in name or size > _NAME_MAX:
        problem = f"it has {size} bytes" if size > _NAME_MAX else f"{name!r} is none"
        raise ValueError(
            f"a network namespace's name is a file name of 1 to {_NAME_MAX} bytes, without a slash: {problem}"
        )
    return f"{DIRECTORY}/{name}"


def _open_name(name: str) -> NetworkNamespace:
    path = _path(name)
    if not exists(name):
        raise _missing(name, f"open network namespace {name!r}")
    return _open_path(path, repr(name))


def _open_process(pid: Pid) -> NetworkNamespace:
    asked = f"open the network namespace of process {int(pid)}"
    try:
        return _open_path(f"/proc/{int(pid)}/ns/net", f"of process {int(pid)}")
    except NotFound:
        raise from_errno(errno.ESRCH, "there is no such process", asked=asked) from None
    except PermissionError:
        denied = has(Capability.CAP_SYS_PTRACE) is False
        hint = "The process is another user's, or has more privileges: CAP_SYS_PTRACE is needed" if denied else ""
        raise from_errno(errno.EACCES, asked=asked, hint=hint) from None


def _open_path(path: str, label: str) -> NetworkNamespace:
    with _explaining(f"open network namespace {label}"):
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return NetworkNamespace(fd, label)


def _missing(name: str, asked: str) -> NetlinkError:
    names = list()
    known = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
    message = f"no namespace is called {name!r}; there {f'are: {known}' if names else 'are none'}"
    return NotFound(errno.ENOENT, message, asked=asked)


def _prepare_directory(asked: str) -> None:
    """Make the directory a shared mount of its own, so that mounts in it reach other mount namespaces."""
    import fcntl

    os.makedirs(DIRECTORY, 0o755, exist_ok=True)
    lock = os.open(DIRECTORY, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # or two processes would both mount it
        try:
            _mount("", DIRECTORY, _MS_SHARED | _MS_REC, asked)
        except NetlinkError as error:
            if error.errno != errno.EINVAL:  # EINVAL: not a mount point yet
                raise
            _mount(DIRECTORY, DIRECTORY, _MS_BIND | _MS_REC, asked)
            _mount("", DIRECTORY, _MS_SHARED | _MS_REC, asked)
    finally:
        os.close(lock)


def _in_thread(function: Callable[[], _T]) -> _T:
    results: builtins.list[_T] = []
    errors: builtins.list[BaseException] = []

    def body() -> None:
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=body, name="netlynx-netns", daemon=True)
    thread.start()
    thread.join()  # not only the result: the thread has left the namespace when this returns
    if errors:
        raise errors.pop()
    return results.pop()


def _kind(fd: int) -> int:
    import fcntl

    return fcntl.ioctl(fd, _NS_GET_NSTYPE)


def _mount(source: str, target: str, flags: int, asked: str) -> None:
    _call("mount", os.fsencode(source), os.fsencode(target), b"none", flags, None, asked=asked)


def _call(name: str, *args: bytes | int | None, asked: str) -> None:
    import ctypes

    values: builtins.list[bytes | ctypes.c_ulong | None] = [
        ctypes.c_ulong(arg) if isinstance(arg, int) else arg for arg in args
    ]
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*values) < 0:
        raise _refused(ctypes.get_errno(), asked)


@contextlib.contextmanager
def _explaining(asked: str) -> Iterator[None]:
    try:
        yield
    except NetlinkError:
        raise
    except OSError as error:
        raise _refused(error.errno or errno.EIO, asked) from None


def _refused(number: int, asked: str) -> NetlinkError:
    denied = number in (errno.EPERM, errno.EACCES)
    hint = ""
    if denied and has(Capability.CAP_SYS_ADMIN) is False:
        hint = "This needs CAP_SYS_ADMIN: root has it; `unshare -Urn` gives it, except for names"
    elif denied and is_initial_user() is False:
        hint = "This process has CAP_SYS_ADMIN in a user namespace of its own, where that is not enough for it"
    return from_errno(number, asked=asked, hint=hint)


_PROGRAMS = ("names_of", "popen", "processes", "run")


def __getattr__(name: str) -> Any:
    # What starts programs is loaded on first use: `subprocess` takes longer than all of the rest.
    if name not in _PROGRAMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from netlynx.netns import programs

    return getattr(programs, name)
