"""Which network namespace a socket is in, whether it is the initial one, and which one a mounted sysfs shows.

Source: linux/sockios.h (SIOCGSKNS), linux/nsfs.h, fs/sysfs/mount.c (one superblock for each network
namespace), fsopen(2).
"""

from __future__ import annotations

import contextlib
import os

from netlynx.errors import NetlinkError
from netlynx.netns.entering import run_in

_SIOCGSKNS = 0x894C
_NET_INIT_INO = 0xEFFFFFF9  # NET_NS_INIT_INO, the initial one's inode since Linux 6.18; before, any
PID_INIT_INO = 0xEFFFFFFC  # PROC_PID_INIT_INO
_PROCESS_INIT_INOS = {"PID": PID_INIT_INO, "user": 0xEFFFFFFD}  # PROC_USER_INIT_INO
_KTHREADD = "/proc/2"  # of the initial PID namespace: a thread of the kernel, in its initial namespaces

# asm-generic/unistd.h; the same everywhere since Linux 5.2 but on alpha, where nothing is found out
_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432
_CLOEXEC = 1  # FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
_CREATE = 6  # FSCONFIG_CMD_CREATE


def namespace_of(socket: int) -> int | None:
    """The inode of the namespace that a socket is in; None where the kernel does not say (without CAP_NET_ADMIN)."""
    import fcntl

    with contextlib.suppress(OSError):
        namespace = fcntl.ioctl(socket, _SIOCGSKNS)
        try:
            return os.fstat(namespace).st_ino
        finally:
            os.close(namespace)
    return None


def is_initial(inode: int) -> bool | None:
    """Whether a network namespace is the initial one; None where that cannot be seen."""
    if inode == _NET_INIT_INO:
        return True
    with contextlib.suppress(OSError):
        if os.stat("/proc/self/ns/pid").st_ino == PID_INIT_INO and _is_kthreadd():
            return os.stat(f"{_KTHREADD}/ns/net").st_ino == inode
    return None


def process_elsewhere(kinds: tuple[str, ...] = ("PID", "user")) -> str:
    """Which of these namespaces of this thread's process is not the initial one; "" where all are, or that cannot be
    seen."""
    with contextlib.suppress(OSError):
        for name in kinds:
            if os.stat(f"/proc/thread-self/ns/{name.lower()}").st_ino != _PROCESS_INIT_INOS[name]:
                return name
    return ""


def _is_kthreadd() -> bool:
    with open(f"{_KTHREADD}/comm") as file:
        return file.read() == "kthreadd\n"


def shows(sysfs: str, inode: int) -> bool:
    """Whether a mounted sysfs shows the devices of a network namespace: this thread's, or this process's.

    Of others' nothing is said: False. Where a process may not mount, it is believed to have its own namespace's sysfs
    if that lists the same devices.
    """
    process = "/proc/self/ns/net"
    for where in ("/proc/thread-self/ns/net", process):
        with contextlib.suppress(OSError):
            if os.stat(where).st_ino != inode:
                continue
            with contextlib.suppress(NetlinkError):
                device = _device() if where != process else run_in(where, _device)
                if device is not None:
                    return device == os.stat(sysfs).st_dev
            return os.stat(process).st_ino == inode and _listed(sysfs) == _devices()
    return False


def _listed(sysfs: str) -> set[str]:
    with os.scandir(f"{sysfs}/class/net") as entries:
        return {entry.name for entry in entries if entry.is_symlink()}


def _devices() -> set[str]:
    """The names of the devices in the namespace of this process."""
    with open("/proc/self/net/dev") as file:
        return {line.rpartition(":")[0].strip() for line in file if ":" in line}


def _device() -> int | None:
    """The device number of this thread's namespace's sysfs, from a mount of it that nobody sees; None: refused."""
    import ctypes

    if os.uname().machine == "alpha":
        return None
    call = ctypes.CDLL(None, use_errno=True).syscall
    number = ctypes.c_long
    context = call(number(_FSOPEN), b"sysfs", number(_CLOEXEC))
    if context < 0:
        return None
    try:
        if call(number(_FSCONFIG), number(context), number(_CREATE), None, None, number(0)) < 0:
            return None
        mount = call(number(_FSMOUNT), number(context), number(_CLOEXEC), number(0))
        if mount < 0:
            return None
        try:
            return os.fstat(mount).st_dev
        finally:
            os.close(mount)
    finally:
        os.close(context)
