"""Virtual kernels behind Unix sockets: of this process, and of others that run `netlynx kernel serve`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from child import running
from netlynx.kernel import Server, VirtualKernel


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def server(kernel: VirtualKernel, tmp_path: Path) -> Iterator[Server]:
    with Server(kernel, tmp_path / "kernel") as made:
        yield made


@pytest.fixture
def at(server: Server) -> str:
    """What names the kernel."""
    return f"unix:{server.path}"


class Process:
    """Another process that serves the kernel of a file."""

    def __init__(self, process: subprocess.Popen[str], at: str) -> None:
        self.at = at
        self._process = process
        assert process.stdout is not None
        self.said = process.stdout.readline()

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self, *, kill: bool = False) -> str:
        """End it, as Ctrl-C in another terminal would, or at once; what it has written on standard error."""
        if self._process.poll() is None:
            self._process.kill() if kill else self._process.terminate()
        _, errors = self._process.communicate()
        return errors

    @property
    def status(self) -> int:
        return self._process.returncode


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Serve a file of this folder in another process."""
    with ExitStack() as stack:

        def serve(file: str, *options: str) -> Process:
            path = tmp_path / "served"
            words = ["kernel", "serve", str(Path(__file__).parent / file), "--at", str(path), *options]
            process = Process(stack.enter_context(running(*words)), f"unix:{path}")
            stack.callback(process.end)
            return process

        yield serve


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)
