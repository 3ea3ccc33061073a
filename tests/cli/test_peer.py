"""`peer`: processes that exchange lines through the kernel."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from child import running
from forking import forked
from netlynx import netns


@contextmanager
def peer(*arguments: str, where: netns.Where | None = None) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A `netlynx peer` that listens already, and its port."""
    with running("peer", *arguments, where=where) as process:
        assert process.stderr is not None
        yield process, int(process.stderr.readline().removeprefix("peer at port "))


def run(*arguments: str, stdin: str) -> subprocess.CompletedProcess[str]:
    return forked(["peer", *arguments], stdin)


def test_requests_are_answered_by_another_process() -> None:
    with peer("--answer", "you said {}", "--count", "2") as (server, port):
        done = run("--to", str(port), "--request", stdin="hello\nagain\n")
        assert [line.partition(": ")[2] for line in done.stdout.splitlines()] == ["you said hello", "you said again"]
        assert f"from port {port} (process {server.pid}, user " in done.stdout
        assert server.stdout is not None
        assert [line.rpartition(": ")[2] for line in server.stdout] == ["hello\n", "again\n"]
        assert server.wait() == 0


def test_letters_are_objects_with_the_sender_that_the_kernel_vouches_for() -> None:
    with peer("--json", "--count", "1") as (server, port):
        assert run("--to", str(port), stdin="hi\n").returncode == 0
        assert server.stdout is not None
        letter = json.loads(server.stdout.readline())
    assert (letter["text"], letter["payload"], letter["request"], letter["group"]) == ("hi", "6869", False, 0)
    assert letter["pid"] > 0


def test_a_group_hears_every_line(namespace: netns.NetworkNamespace) -> None:
    words = ("--group", "3", "--count", "2")
    with peer(*words, where=namespace) as (one, _), peer(*words, where=namespace) as (other, _):
        done = netns.run_in(namespace, run, "--to-group", "3", stdin="one\ntwo\n")
        assert done.returncode == 0
        for process in (one, other):
            lines = process.communicate()[0].splitlines()
            assert [line.rpartition(": ")[2] for line in lines] == ["one", "two"]
            assert all(", group 3: " in line for line in lines)


def test_nobody_there_is_an_error() -> None:
    done = run("--to", "4000000000", stdin="hi\n")
    assert done.returncode == 1
    assert "nobody is there" in done.stderr


def test_a_request_goes_to_one_port() -> None:
    done = run("--to-group", "1", "--request", stdin="")
    assert done.returncode == 2
    assert "give --to" in done.stderr
