"""A file of operations that ends before its end: the last line is exactly what the kernel has, and where to go on."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

import netlynx
from command import PATIENCE, environment
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


def begun(namespace: netns.NetworkNamespace, *words: str, **more: object) -> subprocess.Popen[str]:
    child: subprocess.Popen[str] = netns.run_in(
        namespace,
        subprocess.Popen,  # type: ignore[arg-type]  # its overloads
        [sys.executable, "-m", "netlynx", "batch", *words],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        **more,
    )
    return child


def ended(child: subprocess.Popen[str]) -> str:
    try:
        return child.communicate(timeout=PATIENCE)[1]
    finally:
        child.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_time_is_told_exactly_and_the_rest_can_be_done(
    number: signal.Signals, namespace: netns.NetworkNamespace, nl: netlynx.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "changes"
    path.write_text(f"# holes\n\n{holes(COUNT)}")
    child = begun(namespace, str(path))
    time_limit = time.monotonic() + PATIENCE
    while not there(nl):  # it has begun
        assert time.monotonic() < time_limit
        assert child.poll() is None
    time.sleep(random.uniform(0, 0.3))
    child.send_signal(number)
    report = Report.of(ended(child))
    assert child.returncode in (0, 128 + number)
    assert (report.done, report.refused, report.unknown) == (there(nl), 0, 0)
    assert report.unsent == COUNT - report.done
    assert not report.rest
    if report.next is None:
        assert report.done == COUNT
        return
    assert report.next == report.done + 3
    rest = Report.of(ended(begun(namespace, str(path), "--resume-from", str(report.next))))
    assert rest == Report(COUNT - report.done, 0, 0, 0, False, None)
    assert there(nl) == COUNT


def test_a_signal_while_it_reads_is_told_with_what_was_read(
    namespace: netns.NetworkNamespace, nl: netlynx.Connection
) -> None:
    child = begun(namespace, "-")
    assert child.stdin is not None
    child.stdin.write(holes(300))
    child.stdin.flush()
    while there(nl) < 128:
        assert child.poll() is None
    time.sleep(0.2)  # until it waits for more
    child.send_signal(signal.SIGTERM)
    report = Report.of(ended(child))
    assert child.returncode == 128 + signal.SIGTERM
    assert report == Report(there(nl), 0, 0, 300 - there(nl), True, there(nl) + 1)


def test_signals_that_are_ignored_stay_so(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    child = begun(namespace, "-", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    assert child.stdin is not None
    child.stdin.write(holes(300))
    child.stdin.flush()
    while there(nl) < 128:
        assert child.poll() is None
    child.send_signal(signal.SIGHUP)
    assert Report.of(ended(child)) == Report(300, 0, 0, 0, False, None)


def test_a_line_that_is_nested_too_deep_takes_nothing_from_those_before(
    namespace: netns.NetworkNamespace, nl: netlynx.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "changes"
    deep = '{"add": {"route": ' + '{"encap": ' * 990 + "1" + "}" * 992
    path.write_text(f"{holes(1000)}{deep}\n{holes(5)}")
    child = begun(namespace, str(path))
    error, last = ended(child).splitlines()
    assert child.returncode == 2
    assert error.startswith("netlynx: line 1001: nested deeper")
    assert Report.of(last) == Report(1000, 0, 0, 6, False, 1001)
    assert there(nl) == 1000


def test_too_few_descriptors_are_told_with_the_line(
    namespace: netns.NetworkNamespace, nl: netlynx.Connection, tmp_path: Path
) -> None:
    """A name is looked up through a second socket."""
    path = tmp_path / "changes"
    path.write_text(f'{holes(1000)}{{"add": {{"route": {{"destination": "10.9.0.0/16", "oif": "lo"}}}}}}\n')

    def limited(most: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    found = []
    for most in range(6, 16):
        child = begun(namespace, str(path), preexec_fn=limited(most))
        stderr = ended(child)
        if not LAST.search(stderr):
            continue  # too few to begin with
        report = Report.of(stderr)
        assert report.done == there(nl)
        if report.done == 1000:
            assert "netlynx: line 1001: " in stderr
        if "Too many open files" in stderr:
            assert (child.returncode, report.unsent, report.next) == (1, 1001 - report.done, report.done + 1)
            found.append(report.done)
        nl.do(route.flush(route.routes(family="inet").where(type="blackhole")))
    assert 1000 in found


def test_nobody_who_hears_of_refusals_ends_it(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    child = begun(namespace, "-", "--keep-going")
    assert child.stderr is not None
    child.stderr.close()
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin:
        child.stdin.write(holes(5000) + holes(5000))
    assert child.wait(timeout=PATIENCE) == 1
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
    server = subprocess.Popen(
        [sys.executable, "-m", "netlynx", "kernel", "serve", str(program), "--at", str(path)], env=environment()
    )
    try:
        while not path.exists():
            assert server.poll() is None
        child = subprocess.run(
            [sys.executable, "-m", "netlynx", "batch", "-", "--kernel", f"unix:{path}"],
            input=holes(1000),
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            env=environment(),
        )
    finally:
        server.kill()
        server.wait()
    report = Report.of(child.stderr)
    assert child.returncode == 1
    assert report.done == 128
    assert report.unknown >= 72
    assert report.rest
    assert report.next == 129


def test_links_are_taken_up_and_down(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    def told(**fields: object) -> set[str]:
        line = json.dumps({"change": {"link": {"name": "lo", **fields}}})
        child = begun(namespace, "-")
        assert Report.of(child.communicate(line, timeout=PATIENCE)[1]).done == 1
        return set(nl.do(route.link(name="lo")).flags.labels)

    assert "UP" in told(flags=["up"])
    assert "UP" not in told(flags=[], change=["up"])


def test_ctrl_c_reaches_the_whole_group(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    """As from a terminal, and twice."""
    child = begun(namespace, "-", process_group=0)
    assert child.stdin is not None
    child.stdin.write(holes(300))
    child.stdin.flush()
    while there(nl) < 128:
        assert child.poll() is None
    os.killpg(child.pid, signal.SIGINT)
    os.killpg(child.pid, signal.SIGINT)
    assert Report.of(ended(child)).done == there(nl)
