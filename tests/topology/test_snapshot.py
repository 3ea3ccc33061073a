"""A snapshot is the same in a thread and in a task, and says what it could not look into. On virtual kernels."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import anyio
import pytest

from netlynx import netns, topology
from netlynx.cli.options import kernel_in
from netlynx.errors import NetlinkError, NotFound
from netlynx.netns import Everywhere, Found, Pid
from netlynx.topology import snapshots
from topology.worlds import joined

KERNEL = Path(__file__).parents[1] / "cli" / "kernel_route.py"


def test_another_kernel_has_the_one_namespace() -> None:
    found = topology.snapshot(kernel=kernel_in(KERNEL))
    assert [(each.id, each.own) for each in found.namespaces] == [("kernel", True)]
    assert joined(found) == {("port", "kernel:v0", "kernel:br0")}
    assert "kernel: sockets of TCP are not listed: Protocol not supported" in found.notes


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_task_sees_what_a_thread_sees(backend: str) -> None:
    async def look() -> topology.Topology:
        return await topology.asnapshot(kernel=kernel_in(KERNEL))

    assert anyio.run(look, backend=backend) == topology.snapshot(kernel=kernel_in(KERNEL))


def test_sockets_are_left_out_where_they_are_not_wanted() -> None:
    assert topology.snapshot(kernel=kernel_in(KERNEL), listeners=False).notes == ()


def test_what_may_not_be_entered_is_there_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Driven by hand, as both drivers do it: the own namespace answers, another one is refused, a third has ended."""
    here = os.stat("/proc/thread-self/ns/net").st_ino
    own, other, ended = Found(here, processes=[1]), Found(2, ["blue"]), Found(3, processes=[3])
    monkeypatch.setattr(netns, "find", lambda: Everywhere([own, other, ended], 4))
    monkeypatch.setattr(
        snapshots, "_seen", lambda found, _: topology.Seen(str(found.inode), str(found), own=found is own)
    )
    looks = snapshots._looks(None, "host", True, False)
    step = next(looks)
    assert isinstance(step, snapshots.Call)
    asked: Any = looks.send(step.function())
    assert (asked.where, asked.inode) == (None, None)
    asked = looks.send(topology.Listed())
    assert (asked.where, asked.inode) == ("blue", 2)
    asked = looks.throw(NetlinkError(1))
    assert (asked.where, asked.inode) == (Pid(3), 3)
    with pytest.raises(StopIteration) as end:
        looks.throw(NotFound(2))
    found: topology.Topology = end.value.value
    assert [(each.label, each.unseen) for each in found.namespaces] == [
        ("pid 1", None),
        ("blue", "Operation not permitted"),
    ]
    assert found.notes == (
        "the network namespace of 4 processes could not be seen: the kernel does not let this user look",
        "pid 3 ended before it was looked into",
    )
