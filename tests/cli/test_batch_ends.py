"""A file of operations that ends before its end: the last line is exactly what the kernel has, and where to go on."""

from __future__ import annotations

import fcntl
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import netlynx
from child import child, running
from command import PATIENCE
from forking import forked
from netlynx import netns, route

pytestmark = pytest.mark.namespace

COUNT = 20_000
LAST = re.compile(
    r"(\d+) carried out, (\d+) refused, (\d+) unknown, (\d+)( and the rest of the input)? not sent \(\d+ a second\)"
    r"(?:; go on with --resume-from (\d+))?"
)


class Report(NamedTuple):
    done: int
    refused: int
    unknown: int
    unsent: int
    rest: bool
    next: int | None

    @classmethod
    def of(cls, stderr: str) -> Report:
        found = LAST.fullmatch(stderr.splitlines()[-1])
        assert found is not None, stderr
        done, refused, unknown, unsent = map(int, found.groups()[:4])
        return cls(done, refused, unknown, unsent, found[5] is not None, int(found[6]) if found[6] else None)


def holes(count: int) -> str:
    return "".join(
        json.dumps({"add": {"route": {"destination": f"10.0.{n >> 8}.{n & 255}", "type": "blackhole"}}}) + "\n"
        for n in range(count)
    )


def there(nl: netlynx.Connection) -> int:
    return nl.count(route.routes(family="inet").where(type="blackhole"))


def begun(namespace: netns.NetworkNamespace, *words: str, **more: Any) -> AbstractContextManager[subprocess.Popen[str]]:
    return running("batch", *words, where=namespace, limit=2 * PATIENCE, **more)


def ended(process: subprocess.Popen[str]) -> str:
    return process.communicate()[1]


def given(process: subprocess.Popen[str], nl: netlynx.Connection) -> None:
    """Give it 300 operations, and wait until the kernel has them all, and it waits for more."""
    assert process.stdin is not None
    process.stdin.write(holes(300))
    process.stdin.flush()
    while there(nl) < 300 or not waits(process):
        assert process.poll() is None


def waits(process: subprocess.Popen[str]) -> bool:
    """Whether it has read all that was written, and sleeps."""
    assert process.stdin is not None
    unread = fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4))
    return not any(unread) and Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_time_is_told_exactly_and_the_rest_can_be_done(
    number: signal.Signals, namespace: netns.NetworkNamespace, nl: netlynx.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "changes"
    path.write_text(f"# holes\n\n{holes(COUNT)}")
    with begun(namespace, str(path)) as process:
        while not there(nl):  # it has begun
            assert process.poll() is None
        time.sleep(random.uniform(0, 0.3))
        process.send_signal(number)
        report = Report.of(ended(process))
        assert process.returncode in (0, 128 + number)
    assert (report.done, report.refused, report.unknown) == (there(nl), 0, 0)
    assert report.unsent == COUNT - report.done
    assert not report.rest
    if report.next is None:
        assert report.done == COUNT
        return
    assert report.next == report.done + 3
    with begun(namespace, str(path), "--resume-from", str(report.next)) as process:
        rest = Report.of(ended(process))
    assert rest == Report(COUNT - report.done, 0, 0, 0, False, None)
    assert there(nl) == COUNT


def test_a_signal_while_it_reads_is_told_with_what_was_read(
    namespace: netns.NetworkNamespace, nl: netlynx.Connection
) -> None:
    with begun(namespace, "-") as process:
        given(process, nl)
        process.send_signal(signal.SIGTERM)
        report = Report.of(ended(process))
        assert process.returncode == 128 + signal.SIGTERM
    assert report == Report(300, 0, 0, 0, True, 301)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_signals_that_are_ignored_stay_so(
    number: signal.Signals, namespace: netns.NetworkNamespace, nl: netlynx.Connection
) -> None:
    """As in the background of a script, and under nohup."""
    with begun(namespace, "-", ignored=[number]) as process:
        given(process, nl)
        process.send_signal(number)
        assert Report.of(ended(process)) == Report(300, 0, 0, 0, False, None)


def test_a_line_that_is_nested_too_deep_takes_nothing_from_those_before(
    namespace: netns.NetworkNamespace, nl: netlynx.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "changes"
    deep = '{"add": {"route": ' + '{"encap": ' * 990 + "1" + "}" * 992
    path.write_text(f"{holes(1000)}{deep}\n{holes(5)}")
    with begun(namespace, str(path)) as process:
        error, last = ended(process).splitlines()
        assert process.returncode == 2
    assert error.startswith("netlynx: line 1001: nested deeper")
    assert Report.of(last) == Report(1000, 0, 0, 6, False, 1001)
    assert there(nl) == 1000


def test_too_few_descriptors_are_told_with_the_line(
    namespace: netns.NetworkNamespace, nl: netlynx.Connection, tmp_path: Path
) -> None:
    """A name is looked up through a second socket, by modules that an interpreter of its own has to read first."""
    path = tmp_path / "changes"
    path.write_text(f'{holes(1000)}{{"add": {{"route": {{"destination": "10.9.0.0/16", "oif": "lo"}}}}}}\n')

    def limited(most: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    found = []
    for most in range(5, 9):
        words = [sys.executable, "-m", "netlynx", "batch", str(path)]
        with child(words, where=namespace, preexec_fn=limited(most)) as process:
            stderr = ended(process)
        if not LAST.search(stderr):
            continue  # too few to begin with
        report = Report.of(stderr)
        assert report.done == there(nl)
        if report.done == 1000:
            assert "netlynx: line 1001: " in stderr
        if "Too many open files" in stderr:
            assert (process.returncode, report.unsent, report.next) == (1, 1001 - report.done, report.done + 1)
            found.append(report.done)
        nl.do(route.flush(route.routes(family="inet").where(type="blackhole")))
    assert 1000 in found


def test_nobody_who_hears_of_refusals_ends_it(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    with begun(namespace, "-", "--keep-going") as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(holes(5000) + holes(5000))
        assert process.wait() == 1
    assert there(nl) == 5000


def test_a_kernel_that_goes_away_leaves_what_it_was_sent_unknown(tmp_path: Path) -> None:
    """One that is served, and dies of an operation that it is asked for."""
    program = tmp_path / "dies.py"
    program.write_text(
        "import os\nfrom netlynx import route\nfrom netlynx.kernel import VirtualKernel\n"
        "from netlynx.route.constants import RTM\nfrom netlynx.wire.constants import NETLINK\n"
        "kernel = VirtualKernel()\nseen = []\n"
        "@kernel.serve(NETLINK.ROUTE).do(RTM.NEWROUTE, record=route.Route)\n"
        "def new(request):\n    seen.append(request)\n    if len(seen) == 200: os._exit(0)\n"
    )
    path = tmp_path / "kernel.sock"
    with running("kernel", "serve", str(program), "--at", str(path)) as server:
        assert server.stdout is not None
        assert server.stdout.readline()
        done = forked(["batch", "-", "--kernel", f"unix:{path}"], holes(1000))
    report = Report.of(done.stderr)
    assert done.returncode == 1
    assert report.done == 128
    assert report.unknown >= 72
    assert report.rest
    assert report.next == 129


def test_links_are_taken_up_and_down(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    def told(**fields: object) -> set[str]:
        line = json.dumps({"change": {"link": {"name": "lo", **fields}}})
        with begun(namespace, "-") as process:
            assert Report.of(process.communicate(line)[1]).done == 1
        return set(nl.do(route.link(name="lo")).flags.labels)

    assert "UP" in told(flags=["up"])
    assert "UP" not in told(flags=[], change=["up"])


def test_ctrl_c_reaches_the_whole_group(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    """As from a terminal, and twice."""
    with begun(namespace, "-", own_group=True) as process:
        given(process, nl)
        os.killpg(process.pid, signal.SIGINT)
        with suppress(ProcessLookupError):  # it may have ended by the first, and been waited for
            os.killpg(process.pid, signal.SIGINT)
        assert Report.of(ended(process)).done == there(nl)
