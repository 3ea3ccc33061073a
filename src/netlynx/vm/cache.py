"""Where a guest's kernel is kept, and what is in there."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from netlynx.errors import NetlynxError

Say = Callable[[str], None]
"""Tells a person what goes on: a line, without its end."""


class MachineError(NetlynxError):
    """There can be no guest, or it did not do what it should: what is missing, and what to do about it."""


_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def close_to_others(folder: Path) -> None:
    """See that none but us can write to a folder and what is in it, whatever the umask was when it was made."""
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & _OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


@dataclass(frozen=True)
class Kernel:
    """A kernel that was unpacked, with its modules."""

    root: Path

    @property
    def release(self) -> str:
        """Its release, as `uname -r` says it. Raises MachineError."""
        modules = self.root / "lib" / "modules"
        found = sorted(each.name for each in modules.iterdir()) if modules.is_dir() else []
        if not found:
            raise MachineError(f"{modules} holds no modules: remove {self.root}, so that it is fetched anew")
        return found[-1]

    @property
    def image(self) -> Path:
        """The file that is booted."""
        return self.root / "boot" / f"vmlinuz-{self.release}"


@dataclass(frozen=True)
class Cache:
    """The folder in which everything is kept between runs."""

    root: Path

    @classmethod
    def here(cls) -> Cache:
        """The folder that NETLYNX_VM_CACHE names, else `netlynx/vm` among the user's caches."""
        named = os.environ.get("NETLYNX_VM_CACHE")
        if named:
            return cls(Path(named).absolute())
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return cls(Path(caches, "netlynx", "vm").absolute())

    @property
    def kernel(self) -> Kernel:
        """The kernel that guests boot."""
        return Kernel(self.root / "kernel")

    def own(self, identity: str) -> Path:
        """Where a kernel that somebody built is put together for guests."""
        return self.root / "own" / identity

    def headers(self, release: str) -> Path:
        """What modules for a release are compiled with (the `build` of /lib/modules)."""
        return self.root / "headers" / release / "usr" / "src" / f"linux-headers-{release}"

    def source(self, folder: str, release: str) -> Path:
        """Where a folder of the kernel's source is kept."""
        return self.root / "source" / release / folder.replace("/", "-")

    def modules(self, name: str, release: str) -> Path:
        """Where a module is built for a release."""
        return self.root / "modules" / name / release

    def check(self, place: Path) -> None:
        """See that a file or folder in here, with all that it holds, is ours: it is to be booted or executed.

        Raises MachineError for what is another user's, or can be written to by others; what is not there is all right.
        """
        around = [parent for parent in place.parents if parent.is_relative_to(self.root)]
        for each in (*reversed(around), place):
            if not self._is_ours(each):
                return
        for folder, folders, files in os.walk(place):
            for name in (*folders, *files):
                self._is_ours(Path(folder, name))

    def _is_ours(self, path: Path) -> bool:
        """Whether it is there. Raises MachineError."""
        try:
            status = path.lstat()
        except FileNotFoundError:
            return False
        if status.st_uid not in (0, os.geteuid()):
            raise MachineError(
                f"{path} belongs to user {status.st_uid}, not to you, and would be booted or executed: remove "
                f"{self.root} if it is yours to remove, or have NETLYNX_VM_CACHE name another folder"
            )
        if not stat.S_ISLNK(status.st_mode) and status.st_mode & _OTHERS:
            raise MachineError(
                f"{path} can be written to by others (mode {stat.S_IMODE(status.st_mode):04o}), and would be booted "
                f"or executed: remove {self.root}, so that it is fetched anew"
            )
        return True

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Whoever fills the folder does it alone; others wait. Raises MachineError as `check`."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._is_ours(self.root)
        with open(self.root / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
