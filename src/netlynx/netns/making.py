"""New network namespaces, with names and without.

Source: unshare(2), ip-netns(8): a name is a file in /run/netns on which the namespace is mounted.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from netlynx import limits
from netlynx.errors import AlreadyExists, NetlinkError
from netlynx.netns.calls import CLONE_NEWNET, call, explaining, in_thread, mount
from netlynx.netns.opened import DIRECTORY, OWN, NetworkNamespace, Pid, exists, missing, open, open_path, path_of

_MS_BIND = 4096  # linux/mount.h
_MS_REC = 16384
_MS_SHARED = 1 << 20
_MNT_DETACH = 2  # umount2(2)


def anonymous() -> NetworkNamespace:
    """A new namespace without a name: it ends with its descriptor, and the sockets and processes in it.

    Its loopback device is down.

    Raises:
        PermissionDenied: (a `PermissionError`) CAP_SYS_ADMIN is lacking.
    """

    def inside() -> NetworkNamespace:
        call("unshare", CLONE_NEWNET, asked="create a network namespace")
        return open_path(OWN, "(anonymous)")

    return in_thread(inside)


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
        call("unshare", CLONE_NEWNET, asked=asked)
        mount(OWN, path_of(name), _MS_BIND, asked)

    _name(name, lambda: in_thread(inside), asked)


def attach(name: str, pid: int) -> None:
    """Give the namespace of a process a name, as ``ip netns attach`` does: it outlives the process then.

    Raises:
        NotFound: (a `FileNotFoundError`) there is no such process. Otherwise as `create`, and `open` of a process.
    """
    pid = limits.whole("pid", pid)
    asked = f"attach network namespace {name!r} to process {pid}"
    path = path_of(name)
    with open(Pid(pid)) as namespace:
        _name(name, lambda: mount(f"/proc/self/fd/{namespace.fileno()}", path, _MS_BIND, asked), asked)


def remove(name: str) -> None:
    """Remove a name, as ``ip netns del`` does; the namespace ends once nothing else holds it.

    Raises:
        NotFound: (a `FileNotFoundError`) there is none; the message tells which there are.
        PermissionDenied: (a `PermissionError`) CAP_SYS_ADMIN is lacking, or the right to write to /run/netns.
    """
    path, asked = path_of(name), f"remove network namespace {name!r}"
    if not exists(name):
        raise missing(name, asked)
    try:
        call("umount2", os.fsencode(path), _MNT_DETACH, asked=asked)
    except NetlinkError as error:
        if error.errno != errno.EINVAL:  # EINVAL: not mounted, an empty file left behind
            raise
    with explaining(asked):
        os.unlink(path)


def _name(name: str, mount: Callable[[], None], asked: str) -> None:
    """Make the file of a name, and have a namespace mounted on it; without that the file goes again."""
    path = path_of(name)
    with explaining(asked):
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


def _prepare_directory(asked: str) -> None:
    """Make the directory a shared mount of its own, so that mounts in it reach other mount namespaces."""
    import fcntl

    os.makedirs(DIRECTORY, 0o755, exist_ok=True)
    lock = os.open(DIRECTORY, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # or two processes would both mount it
        try:
            mount("", DIRECTORY, _MS_SHARED | _MS_REC, asked)
        except NetlinkError as error:
            if error.errno != errno.EINVAL:  # EINVAL: not a mount point yet
                raise
            mount(DIRECTORY, DIRECTORY, _MS_BIND | _MS_REC, asked)
            mount("", DIRECTORY, _MS_SHARED | _MS_REC, asked)
    finally:
        os.close(lock)
