"""Other processes: forked, so that nothing needs to be installed, and heard through a pipe, so that one end prints."""

from __future__ import annotations

import ctypes
import errno
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from typing import Any, Self

from netlynx.cli.hello.classical import PATIENCE
from netlynx.cli.hello.steps import Failed, Say
from netlynx.errors import from_errno

_CLONE_NEWUSER = 0x10000000  # linux/sched.h, this one and the next
_CLONE_NEWNET = 0x40000000
_LONGEST = 6 * PATIENCE  # a conversation waits for several things


def receive(pipe: Pipe, patience: float = PATIENCE) -> Any:  # Any: whatever the other end sends
    """What a child sends next. Raises Failed: with what went wrong in it, or because it is silent or gone."""
    try:
        if not pipe.poll(patience):
            raise Failed(f"the other process was silent for {patience:g} s")
        said = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise Failed("the other process ended before it answered") from None
    if isinstance(said, Failed):
        raise said
    return said


@contextmanager
def child(function: Callable[[Pipe], None]) -> Iterator[Pipe]:
    """A process that runs a function with one end of a pipe; the other end is for `receive`. Ended with the block."""
    context = multiprocessing.get_context("fork")
    near, far = context.Pipe()
    process = context.Process(target=_run, args=(function, far))
    process.start()
    far.close()
    try:
        yield near
    finally:
        near.close()
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()


def _run(function: Callable[[Pipe], None], pipe: Pipe) -> None:
    try:
        function(pipe)
    except (KeyboardInterrupt, EOFError, BrokenPipeError):
        return  # the parent is told by other means, or has gone
    except Exception as error:
        pipe.send(error if isinstance(error, Failed) else Failed(str(error) or repr(error)))


class Namespace:
    """A process in a network namespace of its own, which runs functions one by one."""

    def __init__(self) -> None:
        self._child = child(_serve)
        self._silent = False

    def __enter__(self) -> Self:
        self._pipe = self._child.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        if not self._silent:
            self._pipe.send(None)
        self._child.__exit__(None, None, None)

    def run(self, function: Callable[[Say], None], say: Say) -> None:
        """Run a function there, and say here what it says. Raises Failed when it fails, or there is no namespace."""
        if self._silent:
            raise Failed("the process in the network namespace hangs or has ended")
        try:
            self._pipe.send(function)
            while (said := receive(self._pipe, _LONGEST)) is not None:
                if isinstance(said, _Error):
                    raise Failed(said.text)
                say(said)
        except (Failed, BrokenPipeError) as error:
            self._silent = not isinstance(error, Failed) or error.__context__ is not None
            raise Failed(str(error)) from None


class _Error:
    """A failure in the namespace's process, which goes on."""

    def __init__(self, text: str) -> None:
        self.text = text


def _serve(pipe: Pipe) -> None:
    problem = ""
    try:
        enter_own_namespace()
    except OSError as error:
        problem = str(error)
    while (function := pipe.recv()) is not None:
        try:
            if problem:
                raise Failed(problem)
            function(pipe.send)
            pipe.send(None)
        except (Failed, OSError, ValueError) as error:
            pipe.send(_Error(str(error)))


def enter_own_namespace() -> None:
    """Move this process, of one thread, into a new network namespace in which it may do anything.

    Without CAP_SYS_ADMIN that takes a new user namespace too, in which the process has the user ID 0. Raises
    NetlinkError. Source: unshare(2), user_namespaces(7).
    """
    try:
        _unshare(_CLONE_NEWNET)
    except PermissionError:
        user, group = os.geteuid(), os.getegid()
        _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)


def _unshare(flags: int) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(flags) == 0:
        return
    number = ctypes.get_errno()
    hint = "Be root, or allow user namespaces: sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone"
    asked = "make a network namespace of our own"
    raise from_errno(number, asked=asked, hint=hint if number in (errno.EPERM, errno.ENOSPC) else "")
