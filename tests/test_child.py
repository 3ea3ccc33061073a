"""What tests lean on that start processes: no child is waited for in vain unseen, and signals mean what they say."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import conftest
from child import child
from command import PATIENCE, environment

WAITS = "import sys, time; print('a last word', file=sys.stderr); print('ready', flush=True); time.sleep(1000)"


def failing(words: list[str], limit: float, expected: str) -> str:
    """What a failure of a test tells that waits for a line, and then for the child's end."""
    with pytest.raises(AssertionError) as caught, child(words, limit=limit) as process:  # noqa: PT012 # as tests do
        assert process.stdout is not None
        assert process.stdout.readline() == expected
        if limit == PATIENCE:
            raise AssertionError
        assert process.wait() == 0
    assert process.returncode == -signal.SIGABRT
    (note,) = caught.value.__notes__
    return str(note)


def test_a_child_that_is_waited_for_in_vain_is_ended_and_told_of() -> None:
    note = failing(["sleep", "1000"], 0.05, "")
    assert ": sleep 1000\nafter 0.05 s it was ended: State: S" in note
    ignored = int(re.search(r"SigIgn: ([0-9a-f]+)", note)[1], 16)  # type: ignore[index]
    assert (
        not ignored & 0x7FFFFFFF
    )  # those behind them are the C library's, which may come down from whoever started us


def test_a_failure_tells_where_the_child_was_and_what_it_had_written() -> None:
    note = failing([sys.executable, "-c", WAITS], PATIENCE, "ready\n")
    assert "a last word\n" in note
    assert 'File "<string>", line 1 in <module>' in note  # where it sleeps


def test_a_child_that_ended_tells_how() -> None:
    with pytest.raises(AssertionError) as caught, child(["sh", "-c", "echo no >&2; exit 7"]) as process:
        assert process.wait() == 0
    (note,) = caught.value.__notes__
    assert "it had ended with status 7" in note
    assert note.endswith("--- stderr\nno\n")


def test_a_program_that_takes_too_long_shows_what_it_wrote() -> None:
    def late() -> None:
        raise subprocess.TimeoutExpired("program", 1, output=b"so far")

    call = pytest.CallInfo.from_call(late, "call")
    conftest.pytest_runtest_makereport(call)
    assert call.excinfo is not None
    assert call.excinfo.value.__notes__ == ["--- stdout\nso far"]


def ignoring() -> None:
    """As nohup and the background of a script start programs, and somebody who blocks signals."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])


def test_tests_pass_where_signals_are_ignored_or_blocked() -> None:
    """One that ends its child by Ctrl-C, and one that does by SIGTERM, as they are started by such a shell."""
    here = Path(__file__).parent
    tests = [here / "cli" / "test_uevents.py", here / "bridge" / "test_processes.py"]
    chosen = "test_events_are_objects or test_the_classical_exchange"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", chosen, *tests],
        cwd=here.parent,
        preexec_fn=ignoring,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        env=environment(),
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
