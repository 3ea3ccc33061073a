"""Specs that were read are kept among the user's caches as plain data: reading those needs no YAML.

What is kept is data and is read as such (msgpack of `SpecText`, checked as it is decoded); nothing in it can run. A
folder that is somebody else's, or that others may write to, is not used, and a file that is not as it should be is
not there. No error of this module ever reaches who loads a spec.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from netlynx.ynl.text import SpecText

_FORMAT = 2  # goes up when `netlynx.ynl.text` changes
_PRIVATE = 0o700

Stamp = tuple[int, int, int, int]
"""What tells one state of a file from another: inode, size, and times of changes in nanoseconds."""


class _Kept(msgspec.Struct, frozen=True):
    format: int
    path: str
    stamp: Stamp
    spec: SpecText


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def kept(path: str, when: Stamp) -> SpecText | None:
    """The spec that was read of this file as it was then, or None."""
    try:
        folder = _folder()
        if not _ours(folder):
            return None
        found = msgspec.msgpack.decode((folder / _name(path)).read_bytes(), type=_Kept)
    except (OSError, RuntimeError, msgspec.MsgspecError):
        return None
    return found.spec if (found.format, found.path, found.stamp) == (_FORMAT, path, when) else None


def keep(path: str, when: Stamp, spec: SpecText) -> None:
    """Keep a spec, if that is possible. Raises OverflowError for a number of more than 64 bits."""
    try:
        folder = _folder()
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if not _ours(folder):
            return
        handle, name = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.msgpack.encode(_Kept(_FORMAT, path, when, spec)))
            os.replace(name, folder / _name(path))
        except (OSError, OverflowError) as error:
            os.unlink(name)
            if isinstance(error, OverflowError):
                raise
    except (OSError, RuntimeError):
        return


def _folder() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches, "netlynx", "specs")


def _ours(folder: Path) -> bool:
    """Whether a folder is our own and nobody else may write to it. Raises OSError."""
    status = folder.lstat()
    return status.st_uid == os.geteuid() and status.st_mode & 0o777 == _PRIVATE


def _name(path: str) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()
