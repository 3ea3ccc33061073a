"""`netlynx drops` on a virtual kernel: what it refuses, shows and leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command import Run


@pytest.fixture
def monitor(tmp_path: Path) -> str:
    """A kernel with the drop monitor, where a datagram is dropped whenever somebody begins to monitor."""
    path = tmp_path / "monitor.py"
    path.write_text("""
import errno
from netlynx.drop_monitor import Configuration, Drop, DropMonitor, Statistics, Summary
from netlynx.errors import NetlinkError
from netlynx.kernel import VirtualKernel

kernel = VirtualKernel()
service = kernel.family(DropMonitor)
state = {"mode": "summary", "truncation": 0, "queue_length": 1000}
PACKET = bytes.fromhex("020000000002020000000001" "0800" "4500001c00004000401100007f0000017f00000104d21267" "00080000")
dropped = Drop(origin="sw", reason="NO_SOCKET", symbol="__udp4_lib_rcv+0x1/0x2", index=0, timestamp=1, length=42,
               protocol=0x800, payload=PACKET)
untold = [0]

@service.handles(DropMonitor.configuration)
def configuration(request):
    return Configuration(**state)

@service.handles(DropMonitor.configure)
def configure(request):
    told = request.record
    state.update({each: getattr(told, each) for each in state if getattr(told, each) is not None})
    print("configured", state["mode"], state["truncation"], file=__import__("sys").stderr)

@service.handles(DropMonitor.statistics)
def statistics(request):
    untold[0] += 2
    return Statistics(software=untold[0], hardware=0)

@service.handles(DropMonitor.start)
def start(request):
    if state["truncation"] == 66:
        raise NetlinkError(errno.EAGAIN, "Trace state already set to requested state")
    for _ in range(3):
        service.multicast(DropMonitor.drop, dropped)
    service.multicast(DropMonitor.drop, dropped.replace(reason="NO_ROUTE"))

@service.handles(DropMonitor.stop)
def stop(request):
    print("stopped", file=__import__("sys").stderr)
""")
    return str(path)


def test_drops_are_shown_counted_and_all_is_as_it_was(run: Run, monitor: str) -> None:
    done = run("drops", "--kernel", monitor, "--count", "4", "--truncate", "64")
    lines = done.stdout.splitlines()
    assert [line.split()[2] for line in lines[:4]] == ["NO_SOCKET"] * 3 + ["NO_ROUTE"]
    assert lines[0].endswith("NO_SOCKET in __udp4_lib_rcv udp 127.0.0.1:1234 > 127.0.0.1:4711 bytes 42")
    assert [line.split() for line in lines[5:]] == [
        ["DROPS", "BY", "REASON", "IN"],
        ["3", "software", "NO_SOCKET", "__udp4_lib_rcv"],
        ["1", "software", "NO_ROUTE", "__udp4_lib_rcv"],
    ]
    said = done.stderr.splitlines()
    assert said == [
        "configured packet 64",
        "listening to what is dropped by software and hardware",
        "stopped",
        "configured summary 0",
        "2 more were dropped and not told, as the kernel's queue was full: --queue makes it longer",
        "4 dropped",
    ]


def test_only_what_is_asked_for_is_shown_as_json(run: Run, monitor: str) -> None:
    done = run("drops", "--kernel", monitor, "--reason", "no_route", "--count", "1", "--json")
    drop, counted = map(json.loads, done.stdout.splitlines())
    assert (drop["event"], drop["reason"], drop["packet"]) == (
        "drop", "NO_ROUTE", "udp 127.0.0.1:1234 > 127.0.0.1:4711"
    )  # fmt: skip
    assert counted == {
        "event": "counted", "object": "drop", "count": 1,
        "origin": "software", "reason": "NO_ROUTE", "function": "__udp4_lib_rcv", "device": None,
    }  # fmt: skip


def test_it_ends_after_a_while_and_counts_alone(run: Run, monitor: str) -> None:
    done = run("drops", "--kernel", monitor, "--duration", "0.5", "--counts", "--software")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["DROPS", "3", "1"]


def test_what_goes_on_already_is_said_and_left(run: Run, monitor: str) -> None:
    done = run("drops", "--kernel", monitor, "--truncate", "66", status=1)
    assert "drops are monitored already" in done.stderr
    assert "configured summary 0" in done.stderr
    assert "stopped" not in done.stderr
    assert done.stdout == ""


def test_the_state_is_shown_and_monitoring_stopped(run: Run, monitor: str) -> None:
    shown = run("drops", "--kernel", monitor, "--status").stdout.splitlines()
    assert shown[0].split() == ["mode", "summary"]
    assert json.loads(run("drops", "--kernel", monitor, "--status", "--json").stdout)["queue_length"] == 1000
    assert "stopped monitoring drops of hardware" in run("drops", "--kernel", monitor, "--stop", "--hardware").stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--status", "--stop"), "--status follows nothing"),
        (("--status", "--truncate", "0"), "--status follows nothing"),
        (("--stop", "--reason", "NO_SOCKET"), "--stop follows nothing"),
        (("--stop", "--json"), "--stop prints nothing"),
        (("--listen", "--summary"), "--listen begins nothing"),
        (("--summary", "--queue", "7"), "sums do not wait"),
        (("--summary", "--reason", "NO_SOCKET"), "of software no reasons"),
    ],
)
def test_options_without_a_meaning_are_refused(run: Run, monitor: str, options: tuple[str, ...], said: str) -> None:
    assert said in " ".join(run("drops", "--kernel", monitor, *options, status=2).stderr.split())
