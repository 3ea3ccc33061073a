"""A real `nats-server` with JetStream on loopback, with a port and a store of its own: a child of who asks for it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from command import PATIENCE

PROGRAM = shutil.which("nats-server") or next(
    (str(each) for each in [Path("/usr/sbin/nats-server")] if each.exists()), ""
)


class NatsServer:
    """Started by `start`, and again after `stop` or `kill`: on the same port, with what it has stored."""

    def __init__(self, folder: Path, *lines: str) -> None:
        """`lines` are added to its configuration."""
        self.folder = folder
        self.port = _free_port()
        self._lines = lines
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers with JetStream ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "nats.conf"
        store = self.folder / "store"
        own = (f"listen: 127.0.0.1:{self.port}", f'jetstream {{ store_dir: "{store}" }}', *self._lines)
        configuration.write_text("\n".join(own) + "\n")
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen([PROGRAM, "-c", str(configuration)], stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"nats-server does not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End it as an administrator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Stop it where it is, say, or have it go on."""
        assert self._process is not None
        self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            return connection.recv(4096).startswith(b"INFO ")
        return False


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
