"""All network namespaces of a host that can be found: those that a process is in, and those that have a name.

Source: network_namespaces(7), ip-netns(8).
"""

from __future__ import annotations

import os

import msgspec

from netlynx.netns import opened
from netlynx.netns.opened import Pid, Where

_PROC = "/proc"


class Found(msgspec.Struct):
    """A network namespace: its inode, its names in /run/netns, and the processes that are in it."""

    inode: int
    names: list[str] = []
    processes: list[int] = []

    @property
    def where(self) -> Where:
        """How to open it: by its name or, without one, by a process."""
        return self.names[0] if self.names else Pid(self.processes[0])

    def __str__(self) -> str:
        return self.names[0] if self.names else f"pid {self.processes[0]}"


class Everywhere(msgspec.Struct):
    """All that were found, the caller's own first; and of how many processes the kernel does not say where they are."""

    namespaces: list[Found]
    unseen: int


def find() -> Everywhere:
    """The network namespaces that a process is in or that have a name, each once.

    One that is only held by an open file, or mounted elsewhere than in /run/netns, is not found; nor is one all of
    whose processes are others' (ptrace(2), access mode checking).
    """
    found: dict[tuple[int, int], Found] = {}
    unseen = 0
    paths = [(f"{opened.DIRECTORY}/{name}", name, 0) for name in opened.list()]
    paths += [(f"{_PROC}/{pid}/ns/net", "", int(pid)) for pid in os.listdir(_PROC) if pid.isdecimal()]
    for path, name, pid in paths:
        try:
            status = os.stat(path)
        except PermissionError:
            unseen += 1
            continue
        except OSError:
            continue  # it has ended
        each = found.setdefault((status.st_dev, status.st_ino), Found(status.st_ino))
        if name:
            each.names.append(name)
        else:
            each.processes.append(pid)
    own = os.stat(opened.OWN)
    # A file that is left of a name is no namespace.
    kept = [each for (device, _), each in found.items() if device == own.st_dev]
    return Everywhere(sorted(kept, key=lambda each: each.inode != own.st_ino), unseen)
