"""A server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nats_server import PROGRAM, NatsServer


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[NatsServer]:
    """A `nats-server` with JetStream, running; skipped where there is none."""
    if not PROGRAM:
        pytest.skip("needs nats-server")
    pytest.importorskip("nats")
    server = NatsServer(tmp_path / "nats")
    server.start()
    try:
        yield server
    finally:
        server.kill()
