"""Fixtures of a kernel of our own: modules that `scripts/vm-modules` built, loaded there, and that kernel's log."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PLACE = os.environ.get("NETLYNX_TEST_MODULES", "")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("guest") and not PLACE:
        pytest.skip("it takes a kernel of our own: `make test-vm` has one")


def command(*words: str | Path, status: int = 0) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


@contextlib.contextmanager
def loaded(name: str, *parameters: str) -> Iterator[Path]:
    """A module that is loaded meanwhile; the folder that it was generated into."""
    folder = Path(PLACE, name)
    command("insmod", Path(PLACE, f"{name}.ko"), *parameters)
    sys.path.insert(0, str(folder))  # its Python is imported from there
    try:
        yield folder
    finally:
        sys.path.remove(str(folder))
        if Path("/sys/module", name).exists():
            command("rmmod", name)


class KernelLog:
    """What the kernel logs from now on."""

    def __init__(self) -> None:
        self._file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self._file, 0, os.SEEK_END)

    def lines(self) -> list[str]:
        """The lines since the last call."""
        lines = []
        with contextlib.suppress(BlockingIOError):
            while True:
                lines.append(os.read(self._file, 8192).decode().partition(";")[2].splitlines()[0])
        return lines

    def close(self) -> None:
        os.close(self._file)


@pytest.fixture
def kernel_log() -> Iterator[KernelLog]:
    log = KernelLog()
    yield log
    log.close()


Client = Callable[..., str]


@pytest.fixture
def c_client() -> Client:
    """Runs the client in C; `user` is a number, root if none."""

    def run(*arguments: str, user: int = 0, status: int = 0) -> str:
        other = ("setpriv", f"--reuid={user}", "--clear-groups") if user else ()
        return command(*other, Path(PLACE, "client"), *arguments, status=status)

    return run
