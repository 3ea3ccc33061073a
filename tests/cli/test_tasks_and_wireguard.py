"""`tasks` and `wireguard`: on virtual kernels that know a process and a device; keys that are secret stay so."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from command import Run

TASKS = textwrap.dedent(
    """
    from netlynx.errors import from_errno
    from netlynx.kernel import VirtualKernel
    from netlynx.taskstats import Stats, TaskStats, Usage

    kernel = VirtualKernel()
    service = kernel.family(TaskStats)

    @service.handles(TaskStats.get)
    def get(request):
        if request.record.pid != 7:
            raise from_errno(3)
        stats = Stats(command="cat", pid=7, uid=1000, user_time=1_500_000, peak_rss=2048, cpu_delay=2_000_000_000)
        return Usage(pid=7, stats=stats)
    """
)

WIREGUARD = textwrap.dedent(
    """
    from netlynx.kernel import VirtualKernel
    from netlynx.wireguard import Device, Handshake, Peer, WireGuard, allowed

    KEYS = [letter * 42 + "A=" for letter in "pqs"]
    kernel = VirtualKernel()
    service = kernel.family(WireGuard)

    @service.handles(WireGuard.get)
    def get(request):
        peer = Peer(
            public_key=KEYS[0], preshared_key=KEYS[1], endpoint="192.0.2.7:51820", last_handshake=Handshake(),
            rx_bytes=5, allowed_ips=allowed("10.0.0.0/8", "2001:db8::/32"),
        )
        yield Device(name="wg0", private_key=KEYS[2], public_key=KEYS[0], listen_port=51820, peers=(peer,))
    """
)


@pytest.fixture
def kernels(tmp_path: Path) -> dict[str, str]:
    paths = {}
    for name, text in (("tasks", TASKS), ("wireguard", WIREGUARD)):
        (tmp_path / f"{name}.py").write_text(text)
        paths[name] = str(tmp_path / f"{name}.py")
    return paths


def test_what_a_process_has_used(run: Run, kernels: dict[str, str]) -> None:
    titles, row = run("tasks", "7", "--kernel", kernels["tasks"]).stdout.splitlines()
    assert titles.split()[:3] == ["PID", "COMMAND", "UID"]
    assert row.split() == ["7", "cat", "1000", "1.50", "0.00", "2.0", "0", "0", "0", "2.000"]
    (usage,) = json.loads(run("tasks", "7", "--json", "--kernel", kernels["tasks"]).stdout)
    assert (usage["pid"], usage["stats"]["command"]) == (7, "cat")


def test_a_process_that_is_not_there_is_an_error(run: Run, kernels: dict[str, str]) -> None:
    done = run("tasks", "8", "--kernel", kernels["tasks"], status=1)
    assert "netlynx: tasks 8: No such process (ESRCH)" in done.stderr


def test_a_device_and_its_peers(run: Run, kernels: dict[str, str]) -> None:
    output = run("wireguard", "wg0", "--kernel", kernels["wireguard"]).stdout
    assert "192.0.2.7:51820" in output
    assert "10.0.0.0/8, 2001:db8::/32" in output
    assert "never" in output
    assert "p" * 42 in output


@pytest.mark.parametrize("form", [[], ["--json"], ["--lines"]])
def test_secret_keys_are_shown_on_request_only(run: Run, kernels: dict[str, str], form: list[str]) -> None:
    hidden = run("wireguard", "wg0", *form, "--kernel", kernels["wireguard"]).stdout
    shown = run("wireguard", "wg0", "--show-keys", *form, "--kernel", kernels["wireguard"]).stdout
    for letter in "qs":
        assert letter * 42 not in hidden
        assert letter * 42 in shown
