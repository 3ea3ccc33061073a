"""Going into a network namespace: for one call, one socket, or the length of a block.

Source: setns(2).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from netlynx.netns.calls import CLONE_NEWNET, call, in_thread
from netlynx.netns.opened import NetworkNamespace, Where, current, open

if TYPE_CHECKING:
    import socket

_T = TypeVar("_T")
_P = ParamSpec("_P")


def run_in(where: Where, function: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call a function in a thread that is in the namespace, and give what it returns or raises.

    The thread ends with the call. What the function opens (sockets, /proc/thread-self/net files) stays in the
    namespace; a thread or process that it starts begins in it.

    Raises:
        PermissionDenied: (a `PermissionError`) CAP_SYS_ADMIN is lacking. Otherwise as `open`.
    """
    with open(where) as namespace:

        def entered() -> _T:
            enter(namespace)
            return function(*args, **kwargs)

        return in_thread(entered)


@contextlib.contextmanager
def inside(where: Where) -> Iterator[None]:
    """Have the calling thread be in a namespace until the end of the block.

    Threads and processes that it starts there begin in it; threads that run already stay where they are. Of the
    connections made there, those without a namespace of their own are in it. Raises as `run_in`.
    """
    with current() as before, open(where) as namespace:
        enter(namespace)
        try:
            yield
        finally:
            enter(before)


def socket_in(where: Where, family: int, type: int, protocol: int = 0) -> socket.socket:
    """``socket.socket(family, type, protocol)`` in a namespace; raises as `run_in`, and OSError."""
    import socket

    return run_in(where, socket.socket, family, type, protocol)


def enter(namespace: NetworkNamespace) -> None:
    """Move the calling thread."""
    call("setns", namespace.fileno(), CLONE_NEWNET, asked=f"enter {namespace}")
