"""Cgroups of version 2 by their numbers: the inodes of their directories. Source: cgroups(7), proc_pid_mounts(5)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from netlynx.errors import EncodeError

if TYPE_CHECKING:
    from pathlib import Path

_MOUNTS = "/proc/self/mounts"


def hierarchy() -> Path | None:
    """Where the cgroups of version 2 are mounted; None where they are not."""
    from pathlib import Path  # takes longer to load than all of the sockets' room

    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                _, place, kind, *_ = line.split(" ")
                if kind == "cgroup2":
                    return Path(place.encode("latin-1", "backslashreplace").decode("unicode_escape"))
    except OSError:
        pass
    return None


def cgroup_number(path: str, field: str) -> int:
    """The number of a cgroup: ``/system.slice/sshd.service``, or the path of its directory.

    Raises EncodeError, with the name of the field, where there is no such cgroup.
    """
    root = hierarchy()
    if root is None:
        raise EncodeError(f"{path!r}: no cgroups of version 2 are mounted here: give the number", field)
    given = type(root)(path)
    inside = given if given.is_relative_to(root) else root / path.lstrip("/")
    try:
        return inside.stat().st_ino
    except OSError as error:
        raise EncodeError(f"{path!r} is no cgroup ({inside}): {error.strerror}", field) from None


def cgroup_paths() -> dict[int, str]:
    """The paths of all cgroups of version 2 that this process can see, by their numbers."""
    root = hierarchy()
    found: dict[int, str] = {}
    if root is not None:
        for place, _, _ in os.walk(root):
            try:
                number = os.stat(place).st_ino
            except OSError:
                continue  # it is gone
            found[number] = "/" + str(type(root)(place).relative_to(root)).removeprefix(".")
    return found
