"""The system calls that namespaces take, in threads of their own, and their refusals in words.

Source: setns(2), unshare(2), mount(2); numbers from linux/sched.h and linux/mount.h.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from netlynx.errors import NetlinkError, from_errno
from netlynx.netns.privileges import Capability, has, is_initial_user

CLONE_NEWNET = 0x40000000  # linux/sched.h

_T = TypeVar("_T")


def in_thread(function: Callable[[], _T]) -> _T:
    """Call a function in a thread that is over when this returns, and give what it returns or raises."""
    results: list[_T] = []
    errors: list[BaseException] = []

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


def mount(source: str, target: str, flags: int, asked: str) -> None:
    """mount(2); the types of file systems are of no account for what is done here."""
    call("mount", os.fsencode(source), os.fsencode(target), b"none", flags, None, asked=asked)


def call(name: str, *args: bytes | int | None, asked: str) -> None:
    """A function of the C library that returns less than 0 when it is refused: a NetlinkError then."""
    import ctypes

    values: list[bytes | ctypes.c_ulong | None] = [ctypes.c_ulong(arg) if isinstance(arg, int) else arg for arg in args]
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*values) < 0:
        raise refused(ctypes.get_errno(), asked)


@contextlib.contextmanager
def explaining(asked: str) -> Iterator[None]:
    """Have an OSError of the block say what was asked, and what it takes."""
    try:
        yield
    except NetlinkError:
        raise
    except OSError as error:
        raise refused(error.errno or errno.EIO, asked) from None


def refused(number: int, asked: str) -> NetlinkError:
    """The error for a refusal, with the privilege that is lacking if one is."""
    denied = number in (errno.EPERM, errno.EACCES)
    hint = ""
    if denied and has(Capability.CAP_SYS_ADMIN) is False:
        hint = "This needs CAP_SYS_ADMIN: root has it; `unshare -Urn` gives it, except for names"
    elif denied and is_initial_user() is False:
        hint = "This process has CAP_SYS_ADMIN in a user namespace of its own, where that is not enough for it"
    return from_errno(number, asked=asked, hint=hint)
