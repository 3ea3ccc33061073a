"""Where a guest's kernel is kept, and what is in there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from netlynx.errors import NetlynxError

Say = Callable[[str], None]
"""Tells a person what goes on: a line, without its end."""


class MachineError(NetlynxError):
    """There can be no guest, or it did not do what it should: what is missing, and what to do about it."""


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

    def headers(self, release: str) -> Path:
        """What modules for a release are compiled with (the `build` of /lib/modules)."""
        return self.root / "headers" / release / "usr" / "src" / f"linux-headers-{release}"

    def modules(self, name: str, release: str) -> Path:
        """Where a module is built for a release."""
        return self.root / "modules" / name / release

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Whoever fills the folder does it alone; others wait."""
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
