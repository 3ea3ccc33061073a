"""What programs say is told whole, in whichever way they say it, and they run as if nobody looked."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from child import child
from command import PATIENCE, environment
from netlynx import netns
from netlynx.trace.beginning import Untraceable, start
from netlynx.trace.numbers import here
from netlynx.trace.tracer import Tracer
from tracing import COMMAND, objects, refused, trace

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.skipif(refused() != "", reason=refused() or "nothing is in the way"),
]

TALKER = str(Path(__file__).parent / "talker.py")


def heard(way: str, *options: str) -> list[dict[str, Any]]:
    """What was told of a talker."""
    with netns.anonymous() as space:
        done = trace(space, *options, "--json", "--", sys.executable, "-W", "ignore", TALKER, way)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return objects(done)


def numbers(told: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(each["direction"], each["sequence"]) for each in told if each["type"]]


def asked(*sequence: int) -> list[tuple[str, int]]:
    """A question and an answer of each number."""
    return [(direction, number) for number in sequence for direction in ("sent", "received")]


def test_threads_each_say_their_own() -> None:
    told = numbers(heard("in_threads"))
    assert len(told) == 4 * 20 * 2
    for thread in range(1, 5):
        of_it = [each for each in told if each[1] // 100 == thread]
        assert of_it == asked(*(thread * 100 + at for at in range(20)))


def test_children_are_told_of_where_that_is_asked_and_run_undisturbed_else() -> None:
    assert numbers(heard("by_children", "-f")) == asked(1, 2, 3, 1)
    assert numbers(heard("by_children")) == asked(1)


def test_reads_and_writes_are_heard_through_every_copy_of_a_descriptor() -> None:
    assert numbers(heard("as_files")) == asked(1, 2, 3, 4)


def test_without_files_only_calls_of_sockets_are_heard() -> None:
    assert numbers(heard("as_files", "--fast")) == []
    assert numbers(heard("plainly", "--fast")) == asked(1)


def test_a_program_with_a_filter_of_its_own_is_heard_all_the_same() -> None:
    assert numbers(heard("with_filters_of_its_own")) == asked(1, 2, 3, 4)


def test_messages_in_pieces_are_whole_and_what_was_looked_at_is_told_once() -> None:
    told = heard("in_pieces")
    calls = [(each["call"], each["type"], each.get("cut"), (each["error"] or "").partition(":")[0]) for each in told]
    assert calls == [
        ("sendmsg", "RTM_GETLINK", None, ""),
        ("recvmsg", "RTM_NEWLINK", None, ""),
        ("sendto", "RTM_GETLINK", None, ""),
        ("recvfrom", None, True, "100 bytes that are no message, as it was cut off"),
        ("sendto", "RTM_GETLINK", None, ""),
        ("recvmsg", None, True, "100 bytes that are no message, as it was cut off"),
        ("recvfrom", None, None, "EAGAIN"),
    ]
    assert told[1]["record"]["name"] == "lo"


def test_several_datagrams_of_one_call() -> None:
    told = numbers(heard("many_at_once"))
    assert told == [("sent", 1), ("sent", 2), ("sent", 3), ("received", 1), ("received", 2), ("received", 3)]


def test_an_overrun_is_told_whoever_asks_for_it() -> None:
    told = [each for each in heard("overrun") if each["error"]]
    assert [(each["call"], each["error"].partition(":")[0]) for each in told] == [
        ("recvfrom", "ENOBUFS"),
        ("getsockopt", "ENOBUFS"),
    ]


def test_what_programs_say_to_each_other_has_the_other_end() -> None:
    sent, received = heard("between")
    assert (sent["protocol"], sent["type"], sent["peer"] > 0) == ("usersock", "77", True)
    assert received["peer"] == sent["port"]
    assert received["payload"] == b"meow".hex()


def test_a_process_that_runs_is_looked_at_and_left_as_it_was() -> None:
    with netns.anonymous() as space, child([sys.executable, TALKER, "for_long"], where=space) as talker:
        assert talker.stdin is not None
        assert talker.stdout is not None
        assert talker.stdout.readline() == "ready\n"
        with child([*COMMAND, "--json", "--pid", str(talker.pid)], where=space) as tracer:
            assert tracer.stdout is not None
            while "TracerPid:\t0\n" in (status := Path(f"/proc/{talker.pid}/status").read_text()):
                assert tracer.poll() is None
            assert f"TracerPid:\t{tracer.pid}\n" in status
            talker.stdin.write("go\n")
            talker.stdin.flush()
            assert talker.stdout.readline() == "asked\n"
            told = [tracer.stdout.readline() for _ in range(4)]
            tracer.send_signal(signal.SIGINT)
            assert tracer.wait() == 0
        assert sorted('"sequence":1000,' in each for each in told) == [False, False, True, True]
        assert "TracerPid:\t0\n" in Path(f"/proc/{talker.pid}/status").read_text()
        talker.stdin.write("go\n")
        talker.stdin.flush()
        assert talker.stdout.readline() == "asked\n"


def test_a_process_that_a_debugger_has_is_refused() -> None:
    with child([sys.executable, TALKER, "until_told"]) as talker:
        assert talker.stdout is not None
        assert talker.stdout.readline() == "ready\n"
        with child([*COMMAND, "--pid", str(talker.pid)]) as first:
            while "TracerPid:\t0\n" in Path(f"/proc/{talker.pid}/status").read_text():
                assert first.poll() is None
            done = trace(None, "--pid", str(talker.pid))
            first.send_signal(signal.SIGINT)
            assert first.wait() == 0
    name = Path(sys.executable).name[:15]
    process = f"process {talker.pid} ({name})"
    assert done.stderr == f"netlynx: {process} cannot be traced: {name} (process {first.pid}) traces it already\n"
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["true"], 0, ""),
        (["sh", "-c", "exit 3"], 3, ""),
        (["nosuchcommand"], 127, "netlynx: nosuchcommand: there is no such command\n"),
        (["/etc/passwd"], 126, "netlynx: /etc/passwd: Permission denied\n"),
        (["sh", "-c", "kill -9 $$"], 137, "netlynx: sh was ended by SIGKILL\n"),
    ],
)
def test_the_status_is_the_commands(words: list[str], status: int, said: str) -> None:
    done = trace(None, "--", *words)
    assert (done.returncode, done.stderr) == (status, said)


def test_signals_go_on_to_the_command() -> None:
    with child([*COMMAND, "--", sys.executable, TALKER, "until_told"]) as tracer:
        assert tracer.stdout is not None
        assert tracer.stdout.readline() == "ready\n"
        tracer.send_signal(signal.SIGTERM)
        assert tracer.wait() == 7


def test_a_command_stops_and_goes_on() -> None:
    script = "echo $$; read line; kill -STOP $$; echo on"
    with child([*COMMAND, "--", "sh", "-c", script]) as tracer:
        assert tracer.stdin is not None
        assert tracer.stdout is not None
        number = int(tracer.stdout.readline())
        tracer.stdin.write("\n")
        tracer.stdin.flush()
        state = ""
        while not state.startswith(("T", "t")) or "SigPnd" in state:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(") ")[2]
        os.kill(number, signal.SIGCONT)
        assert tracer.stdout.readline() == "on\n"
        assert tracer.wait() == 0


def test_programs_end_with_their_tracer() -> None:
    """Their filter would refuse their calls."""
    with child([*COMMAND, "--", sys.executable, TALKER, "until_told"]) as tracer:
        assert tracer.stdout is not None
        assert tracer.stdout.readline() == "ready\n"
        children = Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split()
        tracer.kill()
        assert tracer.wait() == -signal.SIGKILL
        assert tracer.stdout.read() == ""  # which is closed when both are gone
    assert len(children) == 1


def test_a_32_bit_program_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "old"
    program.write_bytes(b"\x7fELF\x01\x01\x01" + bytes(60))
    program.chmod(0o755)
    done = trace(None, "--", str(program))
    assert done.returncode == 126
    assert done.stderr.endswith("cannot be traced: it is a 32-bit program, whose system calls are others\n")


def test_wrong_use_is_refused() -> None:
    for words in ([], ["--pid", "1", "--", "true"], ["--pid", "0"]):
        assert trace(None, *words).returncode == 2
    done = trace(None, "--pid", "99999999")
    assert (done.returncode, done.stderr) == (1, "netlynx: process 99999999 cannot be traced: it does not exist\n")


def test_a_reader_that_goes_away_leaves_the_command_alone() -> None:
    words = [*COMMAND, "--json", "--", "sh", "-c", "sleep 0.1; ip link; ip link; echo through >&2"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stdout is not None
        assert tracer.stderr is not None
        tracer.stdout.close()
        assert "through\n" in tracer.stderr.read()
    assert tracer.returncode == 0


def test_a_set_user_id_program_is_refused_to_who_is_not_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "privileged"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o4755)
    monkeypatch.setattr(os, "geteuid", lambda: program.stat().st_uid + 1)
    machine = here()
    assert machine is not None
    with pytest.raises(Untraceable, match="it is set-user-ID, and would run without that; run netlynx as root"):
        start(Tracer(machine, files=True, follow=False, note=print), [str(program)], aside=False)


def test_what_runs_below_strace_already_is_refused() -> None:
    if shutil.which("strace") is None:
        pytest.skip("there is no strace")
    words = ["strace", "-f", "-o", "/dev/null", *COMMAND, "--", "true"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, env=environment())
    assert done.returncode == 1
    assert re.fullmatch(
        r"netlynx: true cannot be traced: strace \(process \d+\) traces netlynx already, and whatever it starts\n",
        done.stderr,
    )


def test_processes_that_a_command_leaves_are_waited_for() -> None:
    done = trace(None, "--", "sh", "-c", "sleep 0.3 & exit 4")
    assert done.returncode == 4
    assert done.stderr.startswith("netlynx: sh ended; 1 of its processes run on: waiting for them")
