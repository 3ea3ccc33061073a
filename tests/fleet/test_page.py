"""docs/fleet.md: its programs do what it says, and the command that it begins with publishes."""

from __future__ import annotations

import json
import re
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from child import child, running
from fleet.test_command import run
from nats_server import NatsServer
from netlynx.fleet.messages import Events
from stored_messages import stored
from support import until

PAGE = Path(__file__).parents[2] / "docs" / "fleet.md"


def program(what: str, url: str) -> list[str]:
    """The command that runs the program of the page that has this in it, against another server."""
    (found,) = [each for each in re.findall(r"```py\n(.*?)```", PAGE.read_text(), re.S) if what in each]
    return [sys.executable, "-W", "error", "-c", re.sub(r"nats://127\.0\.0\.1(:4222)?", url, found)]


def kinds(url: str) -> set[str]:
    return {each.subject.kind for each in stored(url)}


def published(url: str) -> Callable[[], bool]:
    return lambda: {"start", "snapshot"} <= kinds(url)


def test_one_program_publishes_and_the_other_reads_it(
    nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with child(program("Publisher(", nats.url)) as process:
        until(published(nats.url))
        process.send_signal(signal.SIGINT)
        process.communicate()
    with child(program("fleet.mirror(", nats.url)) as process:
        said, _ = process.communicate()
    assert process.returncode == 0
    host, sequence, links = said.split()
    last = [each for each in stored(nats.url) if isinstance(each, Events)][-1]
    assert (host, int(sequence), last.subject.kind) == (socket.gethostname(), last.last, "stop")
    assert int(links) > 0


def test_the_command_publishes_until_it_is_interrupted(nats: NatsServer, tmp_path: Path) -> None:
    words = ["monitor", "link", "address", "--to", nats.url, "--host", "web1", "--spool", str(tmp_path / "spool")]
    with running(*words) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(2)]
        until(published(nats.url))
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert [*lines, process.stderr.read()] == [
            "listening to notifications of link, address\n",
            f"publishing to {nats.url} as web1\n",
            "",
        ]
    events = [each.subject.kind for each in stored(nats.url) if isinstance(each, Events)]
    assert (events[0], events[-1]) == ("start", "stop")
    (host,) = json.loads(run(nats, "hosts", "--json")[0])
    assert (host["host"], host["stopped"], host["tables"]) == ("web1", True, ["addresses", "links"])
