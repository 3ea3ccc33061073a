"""Programs in network namespaces, with ``ip netns`` as the witness."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from netlynx import netns
from netlynx.errors import AlreadyExists, NotFound
from support import PATIENCE, named_namespace, unique

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.skipif(shutil.which("ip") is None, reason="needs iproute2"),
]
INODE = ["readlink", "/proc/self/ns/net"]


@pytest.fixture
def name() -> Iterator[str]:
    with named_namespace() as made:
        yield made


def ip(*words: str) -> str:
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_program_runs_where_ip_runs_it(name: str) -> None:
    before = os.readlink("/proc/thread-self/ns/net")
    done = netns.run(name, INODE, capture_output=True, text=True, check=True)
    assert done.stdout == ip("netns", "exec", name, *INODE) != before
    assert (done.args, done.returncode, done.stderr) == (INODE, 0, "")
    assert os.readlink("/proc/thread-self/ns/net") == before
    assert netns.run(name, ["cat"], input=b"hello", capture_output=True).stdout == b"hello"


@pytest.mark.parametrize(
    ("stream", "beside"),
    [("stdin", {"input": b"hello"}), ("stdout", {"capture_output": True}), ("stderr", {"capture_output": True})],
    ids=["stdin", "stdout", "stderr"],
)
def test_a_stream_is_a_pipe_or_what_was_given(name: str, stream: str, beside: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{stream} is given"):
        netns.run(name, ["cat"], **beside, **{stream: subprocess.DEVNULL})


def test_what_subprocess_raises_is_raised(name: str) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        netns.run(name, ["false"], check=True)
    with pytest.raises(FileNotFoundError, match="nlx-no-such-program"):
        netns.run(name, ["nlx-no-such-program"])
    with pytest.raises(subprocess.TimeoutExpired):
        netns.run(name, ["sleep", "60"], timeout=0.05)
    with pytest.raises(NotFound):
        netns.run(unique("none"), ["true"])
    assert not netns.processes(name)  # what was given up is gone


def test_many_threads_start_programs_each_in_its_own_namespace(name: str) -> None:
    own = os.readlink("/proc/thread-self/ns/net")
    there = netns.run(name, INODE, capture_output=True, text=True).stdout.strip()
    seen: list[tuple[str, str]] = []

    def start(expected: str, where: netns.Where) -> None:
        for _ in range(5):
            seen.append((expected, netns.run(where, INODE, capture_output=True, text=True).stdout.strip()))

    threads = [threading.Thread(target=start, args=pair) for pair in ((there, name), (own, netns.Pid(os.getpid()))) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(seen) == 20
    assert all(expected == found for expected, found in seen)


def test_processes_are_found_as_ip_finds_them(name: str) -> None:
    assert netns.processes(name) == []
    started = [netns.popen(name, ["sleep", "60"]) for _ in range(2)]
    try:
        pids = sorted(each.pid for each in started)
        assert netns.processes(name) == pids == sorted(map(int, ip("netns", "pids", name).split()))
        assert netns.names_of(netns.Pid(pids[0])) == [name] == ip("netns", "identify", str(pids[0])).split()
    finally:
        for each in started:
            each.kill()
            each.wait()
    assert netns.processes(name) == []


def test_the_namespace_of_a_process_gets_a_name() -> None:
    attached = unique("held")
    with netns.anonymous() as namespace:
        holder = netns.popen(namespace, ["sleep", "60"])
    try:
        netns.attach(attached, holder.pid)
        try:
            assert ip("netns", "identify", str(holder.pid)).split() == [attached]
            assert netns.processes(attached) == [holder.pid]
            with pytest.raises(AlreadyExists):
                netns.attach(attached, holder.pid)
        finally:
            netns.remove(attached)
    finally:
        holder.kill()
        holder.wait()
    with pytest.raises(NotFound, match="there is no such process"):
        netns.attach(attached, holder.pid)
    assert not netns.exists(attached)
