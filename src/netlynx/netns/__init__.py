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

from typing import TYPE_CHECKING, Any

from netlynx.netns.entering import inside as inside
from netlynx.netns.entering import run_in as run_in
from netlynx.netns.entering import socket_in as socket_in
from netlynx.netns.finding import Everywhere as Everywhere
from netlynx.netns.finding import Found as Found
from netlynx.netns.finding import find as find
from netlynx.netns.making import anonymous as anonymous
from netlynx.netns.making import attach as attach
from netlynx.netns.making import create as create
from netlynx.netns.making import remove as remove
from netlynx.netns.opened import DIRECTORY as DIRECTORY
from netlynx.netns.opened import Fd as Fd
from netlynx.netns.opened import HasFileno as HasFileno
from netlynx.netns.opened import NetworkNamespace as NetworkNamespace
from netlynx.netns.opened import Pid as Pid
from netlynx.netns.opened import Where as Where
from netlynx.netns.opened import current as current
from netlynx.netns.opened import exists as exists
from netlynx.netns.opened import list as list
from netlynx.netns.opened import not_a_namespace as not_a_namespace
from netlynx.netns.opened import open as open

if TYPE_CHECKING:
    from netlynx.netns.programs import names_of as names_of
    from netlynx.netns.programs import popen as popen
    from netlynx.netns.programs import processes as processes
    from netlynx.netns.programs import run as run

_PROGRAMS = ("names_of", "popen", "processes", "run")


def __getattr__(name: str) -> Any:
    # What starts programs is loaded on first use: `subprocess` takes longer than all of the rest.
    if name not in _PROGRAMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from netlynx.netns import programs

    return getattr(programs, name)
