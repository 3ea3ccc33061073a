"""The network namespaces that can be looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from netlynx import netns
from netlynx.cli.options import Target, target
from netlynx.cli.top.feed import Feed
from netlynx.client.connection import connect


class Place(NamedTuple):
    """A namespace as it is called, and how to listen to it. `open` raises NetlynxError, OSError."""

    name: str
    open: Callable[[], Feed]


def place(kernel: str, name: str | None) -> Place:
    """What `--kernel` and `--netns` say. Raises as `netlynx.cli.options.target`."""
    where = target(kernel, name)
    own = "this namespace" if kernel in ("", "host") else kernel
    return Place(own if name is None else name, lambda: _feed(where))


def places() -> list[Place]:
    """All of this host's that can be found, the own one first."""
    found = netns.find().namespaces
    own = Place("this namespace", lambda: _feed({"kernel": "host"}))
    others = [each for each in found if each.inode != netns.current().inode]
    return [own, *(Place(_called(each), partial(_feed, {"netns": each.where, "kernel": "host"})) for each in others)]


def _called(found: netns.Found) -> str:
    if found.names:
        return ", ".join(found.names)
    first, more = found.processes[0], len(found.processes) - 1
    return f"pid {first}{f' and {more:,} more' if more else ''}"


def _feed(where: Target) -> Feed:
    nl = connect(**where)
    try:
        return Feed(nl)
    except BaseException:
        nl.close()
        raise
