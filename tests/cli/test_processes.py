"""`processes`: what processes do, on its lines as it happens, and counted losses."""

from __future__ import annotations

import json
import signal
import textwrap
from pathlib import Path

import pytest

from child import running
from forking import forked

# Whenever somebody joins the group, a process lives its life.
SPEAKS = textwrap.dedent(
    """
    import threading
    from netlynx import connector as c
    from netlynx.kernel import VirtualKernel
    from netlynx.kernel.processes import Processes

    kernel = VirtualKernel()
    processes = Processes(kernel)

    def joined(group):
        threading.Timer(0.2, speak).start()

    def speak():
        for event in (
            c.Fork(parent_pid=1, parent_tgid=1, child_pid=7, child_tgid=7),
            c.Exec(pid=7, tgid=7),
            c.Fork(parent_pid=1, parent_tgid=1, child_pid=8, child_tgid=7),
            c.Uid(pid=7, tgid=7, real_uid=1000, effective_uid=0),
            c.Gid(pid=7, tgid=7, real_gid=100, effective_gid=100),
            c.Ptrace(pid=8, tgid=7, tracer_pid=9, tracer_tgid=9),
            c.Comm(pid=8, tgid=7, command="\\x1b[2J"),
        ):
            processes.tell(event)
        processes.tell(c.Exit(pid=8, tgid=7, exit_code=0x8B), lost=2)
        processes.tell(c.Exit(pid=7, tgid=7, exit_code=0x300, parent_pid=1, parent_tgid=1))

    kernel.tables[11].on_join = joined
    """
)


def lines(tmp_path: Path, count: int, *arguments: str) -> list[str]:
    """The first lines that the command prints; it is interrupted then."""
    speaks = tmp_path / "speaks.py"
    speaks.write_text(SPEAKS)
    with running(*arguments, "--kernel", str(speaks)) as process:
        assert process.stdout is not None
        found = [process.stdout.readline().rstrip("\n") for _ in range(count)]
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    return found


LIFE = [
    "fork     pid 7 parent 1",
    "exec     pid 7",
    "fork     pid 8 thread of 7 parent 1",
    "uid      pid 7 uid 1000 effective 0",
    "gid      pid 7 gid 100",
    "ptrace   pid 8 thread of 7 tracer 9",
    r"comm     pid 8 thread of 7 command \u001b[2J",
    "overrun  2 notifications were lost (1): list anew what matters",
    "exit     pid 8 thread of 7 signal SIGSEGV",
    "exit     pid 7 parent 1 status 3",
]


def test_the_life_of_a_process_a_line_for_each_event(tmp_path: Path) -> None:
    assert lines(tmp_path, len(LIFE), "processes") == LIFE


def test_it_is_monitored_with_everything_else(tmp_path: Path) -> None:
    first, second = lines(tmp_path, 2, "monitor", "processes")
    assert first == "fork     process    pid 7 parent 1"
    assert second == "exec     process    pid 7"


def test_events_are_objects_and_so_are_losses(tmp_path: Path) -> None:
    *_, overrun, thread, process = map(json.loads, lines(tmp_path, len(LIFE), "processes", "--json"))
    assert overrun == {"event": "overrun", "object": None, "count": 1, "lost": 2}
    assert (thread["event"], thread["object"], thread["signal"], thread["status"]) == (
        "exit",
        "process",
        "SIGSEGV",
        None,
    )
    assert process == {
        "event": "exit",
        "object": "process",
        "cpu": 0,
        "timestamp": 0,
        "pid": 7,
        "tgid": 7,
        "exit_code": 0x300,
        "exit_signal": 0,
        "parent_pid": 1,
        "parent_tgid": 1,
        "status": 3,
        "signal": None,
    }


def test_only_what_is_asked_for_is_shown_and_so_many(tmp_path: Path) -> None:
    speaks = tmp_path / "speaks.py"
    speaks.write_text(SPEAKS)
    done = forked(["processes", "sid", "uid", "nonzero-exit", "--count", "2", "--kernel", str(speaks)])
    assert done.returncode == 0
    assert done.stdout.splitlines() == [LIFE[3], LIFE[8]]


@pytest.mark.parametrize("given", ["forks", "all", ""])
def test_what_is_no_kind_is_refused_in_the_words_of_the_command(given: str) -> None:
    done = forked(["processes", given])
    assert done.returncode == 2
    assert f"'KIND': {given!r} is none of fork, exec" in done.stderr or f"KIND: {given!r} is none of" in done.stderr
