"""What processes do, told by the real kernel: compared with what they say of themselves, and with forkstat.

The kernel tells it in its initial namespaces alone, so these listen there; they look at nothing but processes of their
own, and change nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import netlynx
from child import child
from netlynx import connector
from netlynx.schema.record import fields_of
from netlynx.wire.constants import NETLINK
from support import IN_GUEST, PATIENCE, is_empty

pytestmark = pytest.mark.every_kernel


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    """A connection in the namespace of this process, where processes can be heard of."""
    with netlynx.connect() as connection:
        try:
            connection.subscribe(connector.PROCESSES).close()
        except (netlynx.NotSupported, netlynx.PermissionDenied) as error:
            pytest.skip(str(error))
        yield connection


def pids_of(record: Any) -> set[int]:
    """The processes that an event is about."""
    return {value for name, value in fields_of(record).items() if name.endswith(("pid", "tgid")) and value}


def heard(events: netlynx.Subscription[Any], over: Callable[[Any], bool]) -> list[netlynx.Event[Any]]:
    """The events up to the one that is the last."""
    found: list[netlynx.Event[Any]] = []
    deadline = time.monotonic() + PATIENCE
    while True:
        event = events.get(deadline - time.monotonic())
        assert isinstance(event, netlynx.Event), event
        found.append(event)
        if over(event.record):
            return found


def ended(pid: int) -> Callable[[Any], bool]:
    return lambda record: isinstance(record, connector.Exit) and record.pid == pid


# Does one thing after the other, and tells in the end what it was.
TELLS = textwrap.dedent(
    """
    import ctypes, json, os, signal, sys, threading, time
    libc = ctypes.CDLL(None, use_errno=True)
    said = {"pid": os.getpid(), "parent": os.getppid(), "began": time.monotonic_ns()}
    child = os.fork()
    if not child:
        os.setsid()
        libc.prctl(15, b"a new name", 0, 0, 0)  # PR_SET_NAME
        if os.geteuid() == 0:
            os.setresgid(1234, 1235, 1234)
            os.setresuid(4321, 4322, 4321)
        os._exit(7)
    said["child"], said["ended"] = child, os.waitpid(child, 0)[1]
    traced = os.fork()
    if not traced:
        libc.ptrace(0, 0, None, None)  # PTRACE_TRACEME
        libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: those that were root's are not
        os.abort()
    os.waitpid(traced, 0)  # it stops with the signal, and goes on with it
    libc.ptrace(7, traced, None, ctypes.c_long(signal.SIGABRT))  # PTRACE_CONT
    said["traced"], said["aborted"] = traced, os.waitpid(traced, 0)[1]
    thread = threading.Thread(target=lambda: said.update(thread=threading.get_native_id()))
    thread.start()
    thread.join()
    runs = os.fork()
    if not runs:
        os.execv("/bin/true", ["true"])
    said["runs"] = runs
    os.waitpid(runs, 0)
    said["over"] = time.monotonic_ns()
    print(json.dumps(said), flush=True)
    """
)


def story(nl: netlynx.Connection, *kinds: str) -> tuple[dict[str, int], list[netlynx.Event[Any]]]:
    """What a process says that it did, and the events about it and its children."""
    with nl.subscribe(connector.processes(*kinds)) as events:
        done = subprocess.Popen([sys.executable, "-c", TELLS], stdout=subprocess.PIPE, text=True)
        said = json.loads(done.communicate(timeout=PATIENCE)[0])
        found = heard(events, ended(done.pid)) if not kinds or "exit" in kinds else events.drain()
    own = {said[name] for name in ("pid", "child", "traced", "thread", "runs")}
    return said, [each for each in found if isinstance(each, netlynx.Event) and pids_of(each.record) & own]


def test_what_processes_do_is_what_they_say_of_themselves(nl: netlynx.Connection) -> None:
    said, events = story(nl)
    pid, child, traced, runs = (said[name] for name in ("pid", "child", "traced", "runs"))

    def of(which: int, kind: str) -> list[Any]:
        return [e.record for e in events if e.kind == kind and getattr(e.record, "pid", 0) == which]

    forks = {e.record.child_pid: e.record for e in events if e.kind == "fork"}
    for each in (child, traced, runs):
        fork = forks[each]
        assert (fork.parent_pid, fork.parent_tgid, fork.child_tgid, fork.is_thread) == (pid, pid, each, False)
        assert said["began"] < fork.timestamp < said["over"]
        assert fork.cpu < (os.cpu_count() or 1)
    assert forks[said["thread"]].child_tgid == pid
    assert forks[said["thread"]].is_thread
    assert forks[pid].parent_tgid == said["parent"] == os.getpid()

    assert len(of(pid, "exec")) == len(of(runs, "exec")) == 1
    assert [each.tgid for each in of(child, "sid")] == [child]
    assert "a new name" in [each.command for each in of(child, "comm")]
    if os.geteuid() == 0:
        assert (of(child, "uid")[-1].real_uid, of(child, "uid")[-1].effective_uid) == (4321, 4322)
        assert (of(child, "gid")[-1].real_gid, of(child, "gid")[-1].effective_gid) == (1234, 1235)

    (end,) = of(child, "exit")
    assert (end.exit_code, end.status, end.signal, end.exit_signal) == (said["ended"], 7, None, signal.SIGCHLD)
    assert (end.parent_pid, end.parent_tgid) == (pid, pid)
    (dump,) = of(traced, "coredump")
    assert (dump.tgid, dump.parent_tgid) == (traced, pid)
    (end,) = of(traced, "exit")
    assert (end.exit_code, end.signal) == (said["aborted"], signal.SIGABRT)
    assert [(end.tgid, end.status) for end in of(said["thread"], "exit")] == [(pid, 0)]


@pytest.mark.parametrize(
    "kinds", [("exec", "exit"), ("fork", "sid"), ("nonzero-exit", "comm"), ("coredump", "uid", "gid")], ids="+".join
)
def test_a_selection_is_what_it_would_be_of_all(nl: netlynx.Connection, kinds: tuple[str, ...]) -> None:
    """What the kernel, or netlynx, leaves out is what is not wanted, and nothing else."""
    whole, selected = nl.subscribe(connector.PROCESSES), nl.subscribe(connector.processes(*kinds))
    last = subprocess.Popen([sys.executable, "-c", TELLS], stdout=subprocess.PIPE, text=True)
    said = json.loads(last.communicate(timeout=PATIENCE)[0])
    everything = heard(whole, ended(last.pid))
    own = {said[name] for name in ("pid", "child", "traced", "thread", "runs")}

    def wanted(event: netlynx.Event[Any]) -> bool:
        failed = event.kind == "exit" and "nonzero-exit" in kinds and event.record.exit_code != 0
        return (event.kind in kinds or failed) and bool(pids_of(event.record) & own)

    with whole, selected:
        found = [each for each in selected.drain() if isinstance(each, netlynx.Event)]
    assert [each for each in found if pids_of(each.record) & own] == [each for each in everything if wanted(each)]
    assert {each.kind for each in found} <= {"exit" if kind == "nonzero-exit" else kind for kind in kinds}


FORKS = textwrap.dedent(
    """
    import os, sys
    for _ in range(int(sys.argv[1])):
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
    """
)


@pytest.mark.parametrize("kinds", [(), ("fork", "exit")], ids=["all", "filtered"])
def test_what_is_lost_is_counted(nl: netlynx.Connection, kinds: tuple[str, ...]) -> None:
    """Nobody reads while a process forks, and the queue is small: what was heard and what was lost is what happened.

    Another subscription, of which nothing is lost, has seen all of it.
    """
    with nl.subscribe(connector.processes(*kinds)) as all_of_it:
        nl.subscribe(connector.processes(*kinds), receive_buffer=64 * 1024).close()  # nothing of others is queued
        events = nl.subscribe(connector.processes(*kinds), receive_buffer=64 * 1024)
        process = subprocess.Popen([sys.executable, "-c", FORKS, "300"])
        process.wait(PATIENCE)
        expected = heard(all_of_it, ended(process.pid))
        items = events.drain()
        mark = subprocess.Popen(["true"])  # of which all CPUs may not tell; the socket's own counter does
        mark.wait(PATIENCE)
        items += events.drain()
        rest = [*expected, *(each for each in all_of_it.drain() if isinstance(each, netlynx.Event))]
        events.close()
    lost = sum(each.lost or 0 for each in items if isinstance(each, netlynx.Overrun))
    got = [each for each in items if isinstance(each, netlynx.Event)]
    assert lost > 100
    first = next(number for number, each in enumerate(rest) if each == got[0])
    assert rest[first : first + 5] == got[:5]
    last = max(number for number, each in enumerate(rest) if each == got[-1])
    assert len(got) + lost == last + 1 - first


@pytest.mark.guest
@pytest.mark.skipif(not IN_GUEST, reason="needs a kernel to which nobody else listens")
def test_who_is_closed_takes_back_that_it_listens(nl: netlynx.Connection) -> None:
    """A member of the group that said nothing hears whatever is told to anybody, and nothing where nobody listens."""
    with netlynx.NetlinkSocket(NETLINK.CONNECTOR, groups=[1]) as member:
        subprocess.run(["true"], check=True)
        if not is_empty(member):
            pytest.skip("somebody listens who did not take it back")
        with nl.subscribe(connector.processes("exec")):
            subprocess.run(["true"], check=True)
            assert not is_empty(member)
        while not is_empty(member):
            member.recv()
        subprocess.run(["true"], check=True)
        assert is_empty(member)


@pytest.mark.parametrize(
    ("unshare", "which"), [(["-n"], "network"), (["-pf"], "PID"), (["-U"], "user")], ids=["network", "pid", "user"]
)
def test_elsewhere_it_is_not_to_be_had_and_that_is_said_at_once(
    nl: netlynx.Connection, unshare: list[str], which: str
) -> None:
    code = textwrap.dedent(
        """
        import time, netlynx
        from netlynx import connector
        nl, began = netlynx.connect(), time.monotonic()
        try:
            nl.subscribe(connector.PROCESSES)
        except netlynx.NotSupported as error:
            print(f"{time.monotonic() - began:.3f} {error}")
        """
    )
    done = subprocess.run(["unshare", *unshare, sys.executable, "-c", code], capture_output=True, text=True)
    if "unshare" in done.stderr:
        pytest.skip(done.stderr)
    seconds, said = done.stdout.split(" ", 1)
    assert float(seconds) < (10 if IN_GUEST else 0.9)  # it is not waited for an answer
    assert said.startswith("join connector.processes: ")
    assert f"initial {which} namespace" in done.stdout


@contextmanager
def listening_forkstat() -> Iterator[subprocess.Popen[str]]:
    """A forkstat that listens already."""
    with child(["forkstat", "-e", "fork,exec,exit", "-l"]) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split()[:2] == ["Time", "Event"]
        for _ in range(1000):  # until it hears of one of ours
            subprocess.run(["true"], check=True)
            if process.stdout.readline():
                break
        yield process


@pytest.mark.guest
@pytest.mark.skipif(not IN_GUEST, reason="forkstat does not take back that it listens: for a kernel of its own")
@pytest.mark.skipif(shutil.which("forkstat") is None, reason="needs forkstat, of the Debian package of that name")
def test_forkstat_hears_the_same(nl: netlynx.Connection) -> None:
    with listening_forkstat() as process, nl.subscribe(connector.processes("fork", "exec", "exit")) as events:
        done = subprocess.Popen(["sh", "-c", "(exit 5); (kill -TERM $(exec sh -c 'echo $PPID')); true | true"])
        done.wait(PATIENCE)
        ours = heard(events, ended(done.pid))
        theirs: list[str] = []
        assert process.stdout is not None
        while not re.search(rf" exit +{done.pid} ", theirs[-1] if theirs else ""):
            theirs.append(process.stdout.readline())
            assert theirs[-1]
    own = {done.pid}
    for event in ours:
        if isinstance(event.record, connector.Fork) and event.record.parent_tgid in own:
            own.add(event.record.child_tgid)
    told = [(m[1], int(m[2])) for line in theirs if (m := re.match(r"\S+ +(\w+) +(\d+) ", line))]
    said = []
    for event in ours:
        record = event.record
        if isinstance(record, connector.Fork):
            said += [("fork", record.parent_tgid), ("fork", record.child_tgid)]  # a line for each
        else:
            said.append((str(event.kind), record.tgid))
    assert [each for each in said if each[1] in own and each[0] != "fork"] == [
        each for each in told if each[1] in own and each[0] != "fork"
    ]
    assert {each for each in said if each[1] in own} == {each for each in told if each[1] in own}
