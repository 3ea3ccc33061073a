"""What this thread may do, as the kernel tells: its capabilities, and whether they count in its network namespace.

For advice alone: what is allowed, the kernel decides. Source: capabilities(7), user_namespaces(7), ioctl_ns(2),
proc_pid_status(5).
"""

from __future__ import annotations

import contextlib
import os
from enum import IntEnum

_STATUS = "/proc/thread-self/status"
_USER = "/proc/thread-self/ns/user"
_NETWORK = "/proc/thread-self/ns/net"
_NS_GET_USERNS = 0xB701  # linux/nsfs.h
_INITIAL = 0xEFFFFFFD  # PROC_USER_INIT_INO, linux/proc_ns.h: the inode of the initial user namespace


class Capability(IntEnum):
    """Capabilities by their numbers. Source: linux/capability.h."""

    CAP_NET_ADMIN = 12
    CAP_SYS_PTRACE = 19
    CAP_SYS_ADMIN = 21
    CAP_AUDIT_CONTROL = 30
    CAP_AUDIT_READ = 37


def has(capability: Capability) -> bool | None:
    """Whether this thread has a capability in its own user namespace; None where that cannot be seen."""
    with contextlib.suppress(OSError, ValueError), open(_STATUS) as file:
        for line in file:
            name, _, value = line.partition(":")
            if name == "CapEff":
                return bool(int(value, 16) >> capability & 1)
    return None


def lacks(capability: Capability) -> str:
    """That a capability is lacking in the initial user namespace, in words; "" where it is not, or cannot be seen."""
    if has(capability) is False:
        return f"It takes {capability.name} in the initial user namespace, and this process does not have it"
    return ""


def is_initial_user() -> bool | None:
    """Whether this thread is in the initial user namespace; None where that cannot be seen."""
    with contextlib.suppress(OSError):
        return os.stat(_USER).st_ino == _INITIAL
    return None


def owns_network() -> bool | None:
    """Whether this thread's network namespace belongs to its user namespace, or to one within; None: not to be seen."""
    import fcntl

    with contextlib.suppress(FileNotFoundError):
        network = os.open(_NETWORK, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.close(fcntl.ioctl(network, _NS_GET_USERNS))
        except PermissionError:
            return False
        except OSError:  # before Linux 4.9
            return None
        finally:
            os.close(network)
        return True
    return None


def lacking() -> str:
    """What is lacking to change a network namespace, in words; "" where nothing is, or nothing can be seen."""
    where = f"{Capability.CAP_NET_ADMIN.name} in the user namespace that owns the network namespace"
    if has(Capability.CAP_NET_ADMIN) is False:
        return f"It takes {where}, and this process does not have it"
    if owns_network() is False:
        return f"It takes {where}, and this process is in another one (`unshare -Urn` makes both anew)"
    return ""
