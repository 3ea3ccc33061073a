"""A bad network on purpose, on a kernel that has netem: what was asked for is there, measures so, and is undone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import netlynx
from forking import forked
from netlynx import netns, tc
from netlynx.testing.namespaces import new_namespace
from support import IN_GUEST, PATIENCE

pytestmark = [
    pytest.mark.skipif(not IN_GUEST, reason="needs netem"),
    pytest.mark.guest,
    pytest.mark.namespace,
    pytest.mark.skipif(shutil.which("tc") is None, reason="needs tc"),
]
SETUP = """
ip link set lo up
ip link add v0 type veth peer name v1
ip address add 192.0.2.1/24 dev v0
ip link set v0 up
ip link set v1 up
"""


def run(space: netns.NetworkNamespace, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done: subprocess.CompletedProcess[str] = netns.run_in(
        space, subprocess.run, list(words), capture_output=True, text=True, timeout=PATIENCE
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def shown(space: netns.NetworkNamespace, device: str = "v0") -> list[Any]:
    """What tc says of a device's qdiscs."""
    listed: list[Any] = json.loads(run(space, "tc", "-j", "qdisc", "show", "dev", device).stdout)
    return [(each["kind"], each.get("options", {})) for each in listed]


def command(space: netns.NetworkNamespace, *words: str) -> subprocess.CompletedProcess[str]:
    return forked(("impair", *words), where=space)


def test_what_leaves_a_device_is_impaired_and_no_more_when_that_is_undone() -> None:
    with new_namespace() as space, netlynx.connect(netns=space) as nl:
        run(space, "sh", "-ec", SETUP)
        made = nl.do(tc.impair("v0", delay="100ms", jitter="10ms", loss="1%", rate="10mbit"))
        assert (made.kind, made.data.delay, made.data.loss, made.data.rate) == (
            "netem",
            0.1,
            pytest.approx(0.01),
            10**7,
        )
        assert made.data.limit == 1000
        ((kind, options),) = shown(space)
        assert (kind, options["delay"]["delay"], options["rate"]["rate"]) == ("netem", 0.1, 1_250_000)
        assert nl.do(tc.impair("v0", duplicate="5%")).data.rate is None  # nothing is left of the former
        ((kind, options),) = shown(space)
        assert kind == "netem"
        assert {"delay", "rate", "loss-random", "loss"}.isdisjoint(options), options
        ended = nl.do(tc.unimpair("v0"))
        assert ended is not None
        assert ended.data.duplicate == pytest.approx(0.05)
        assert "netem" not in dict(shown(space))
        assert nl.do(tc.unimpair("v0")) is None


def test_packets_take_as_long_as_told() -> None:
    with new_namespace() as space, netlynx.connect(netns=space) as nl:
        run(space, "sh", "-ec", SETUP)
        nl.do(tc.impair("lo", delay="150ms"))
        took = float(re.findall(r"time=([\d.]+)", run(space, "ping", "-c", "1", "192.0.2.1").stdout)[0])
        assert took >= 300  # there and back; what else the machine does comes on top
        nl.do(tc.impair("lo", loss="100%"))
        lost = run(space, "ping", "-c", "1", "-W", "1", "192.0.2.1", check=False)
        assert "100% packet loss" in lost.stdout
        nl.do(tc.unimpair("lo"))
        assert " 0% packet loss" in run(space, "ping", "-c", "1", "192.0.2.1").stdout


def test_another_qdisc_stays() -> None:
    with new_namespace() as space, netlynx.connect(netns=space) as nl:
        run(space, "sh", "-ec", SETUP + "tc qdisc add dev v0 root handle 1: htb default 20\n")
        for operation in (tc.impair("v0", loss="1%"), tc.unimpair("v0")):
            with pytest.raises(netlynx.AlreadyExists, match="v0 has a qdisc at its root already: htb 1:"):
                nl.do(operation)
        assert [kind for kind, _ in shown(space)] == ["htb"]
        with pytest.raises(netlynx.NotFound, match="there is no device 'nope'"):
            nl.do(tc.impair("nope", loss="1%"))


def test_the_command_does_the_same() -> None:
    with new_namespace() as space:
        run(space, "sh", "-ec", SETUP)
        done = command(space, "v0", "--delay", "20ms", "--loss", "5%", "--limit", "50")
        assert (done.returncode, done.stderr) == (0, "")
        assert "delay 20ms loss 5%" in done.stdout
        assert shown(space)[0][1]["limit"] == 50
        done = command(space, "v0", "--undo", "--json")
        assert json.loads(done.stdout)[0]["data"]["delay"] == 0.02
        done = command(space, "v0", "--undo")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "v0 was not impaired\n")


@pytest.mark.namespace
def test_the_page_is_true(namespace: netns.NetworkNamespace) -> None:
    page = (Path(__file__).parents[2] / "docs" / "traffic-control.md").read_text()
    (code,) = re.findall(r"<!-- guest -->\n```python\n(.*?)^```", page, re.S | re.M)
    netns.run_in(namespace, exec, compile(code, "docs/traffic-control.md", "exec"), {})
