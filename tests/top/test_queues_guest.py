"""Queues that fill and drop, on a kernel that has them: what the pane says adds up to what `tc` has counted."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
from typing import Any

import pytest

pytest.importorskip("textual")

from netlynx import connect, netns
from netlynx.cli.top.feed import Feed
from netlynx.cli.top.view import View
from netlynx.testing.namespaces import new_namespace
from support import IN_GUEST, PATIENCE
from top.network import play, screen

pytestmark = [
    pytest.mark.skipif(not IN_GUEST, reason="needs tbf"),
    pytest.mark.guest,
    pytest.mark.namespace,
    pytest.mark.skipif(shutil.which("tc") is None, reason="needs tc"),
]
SETUP = """
ip link add v0 type veth peer name v1
ip link set dev v0 addrgenmode none up
ip link set dev v1 addrgenmode none up
tc qdisc add dev v0 root tbf rate 40kbit burst 2k limit 6k
"""
FRAME = b"\xff" * 12 + b"\x88\xb5" + bytes(986)


def run(space: netns.NetworkNamespace, *words: str) -> str:
    done = netns.run_in(space, subprocess.run, list(words), capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_what_waits_leaves_and_is_dropped() -> None:
    with new_namespace() as space:
        run(space, "sh", "-ec", SETUP)
        added = {"packets": 0.0, "bits": 0.0, "drops": 0.0, "overlimits": 0.0}
        waited: list[int] = []

        def each_round_of(view: View) -> None:
            """Add up what every round says: one that is over before anybody looks at the screen is one of them."""
            take = view.take

            def counted(now: Any, problem: str = "") -> None:
                take(now, problem)
                if now is None:
                    return
                (found,) = [each for each in now.entries if each.record[0].kind == "tbf"]
                for name in added:
                    added[name] += (view.pane.column(name).value(found) or 0.0) * found.seconds
                waited.append(view.pane.column("backlog").value(found))

            view.take = counted  # type: ignore[method-assign]

        async def story() -> None:
            async with screen(lambda: Feed(connect(netns=space)), "queues", seconds=0.1) as shown:
                await shown.until(lambda: any("tbf" in row for row in shown.rows))
                each_round_of(shown.app.view)
                await shown.until(lambda: waited)
                with netns.socket_in(space, socket.AF_PACKET, socket.SOCK_RAW) as sock:
                    sock.bind(("v0", 0))
                    for _ in range(60):
                        with contextlib.suppress(OSError):  # ENOBUFS says that the queue dropped it
                            sock.send(FRAME)
                await shown.until(lambda: added["drops"] > 0 and waited[-1] == 0)

        play(story)
        (told,) = json.loads(run(space, "tc", "-s", "-j", "qdisc", "show", "dev", "v0"))
        assert max(waited) > 0
        assert {name: round(value) for name, value in added.items()} == {
            "packets": told["packets"],
            "bits": 8 * told["bytes"],
            "drops": told["drops"],
            "overlimits": told["overlimits"],
        }
        assert told["drops"] > 0
