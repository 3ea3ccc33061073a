"""Recordings of the real kernel, replayed without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import netlynx
from netlynx import generic, route
from netlynx.netns import NetworkNamespace
from netlynx.testing import Recorder, Replayer
from support import PATIENCE


def network(nl: netlynx.Connection) -> list[Any]:
    """Makes a small network and asks for it, with refusals on the way."""
    said: list[Any] = []
    with nl.subscribe(route.LINKS) as events:
        nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
        said += [events.get(timeout=PATIENCE).record.name, events.get(timeout=PATIENCE).record.name]
    v0 = nl.do(route.link(name="v0"))
    nl.batch([route.up(v0), route.add(route.Address(index=v0.index, address="192.0.2.1", prefixlen=24))])
    for wrong in (
        route.add(route.Route(destination="10.0.0.0/8", gateway="198.51.100.1", oif=v0.index)),
        route.add(route.Link(name="v2", kind="veth", mtu=7)),
        route.link(name="nowhere"),
    ):
        try:
            nl.do(wrong)
        except netlynx.NetlinkError as error:
            said.append(str(error))
    said += [nl.do(generic.family("nlctrl")), nl.dump(route.addresses()).all(), nl.dump(route.links()).all()]
    return said


def test_a_conversation_with_the_real_kernel_is_held_again_without_it(netns: NetworkNamespace, tmp_path: Path) -> None:
    recorder = Recorder(netns=netns)
    with netlynx.connect(kernel=recorder) as nl:
        before = network(nl)
    assert {before[0], before[1]} == {"v0", "v1"}
    assert "invalid gateway" in before[2]
    assert len(before) == 8
    recorder.assert_asked(route.link(name="v0"), route.addresses())
    recorder.save(tmp_path / "network.jsonl")
    with Replayer(tmp_path / "network.jsonl") as replayer, netlynx.connect(kernel=replayer) as nl:
        assert network(nl) == before
        replayer.assert_finished()


def test_an_overrun_of_the_real_kernel_is_replayed(netns: NetworkNamespace, tmp_path: Path) -> None:
    recorder = Recorder(netns=netns)
    with (
        netlynx.connect(netns=netns) as changing,
        netlynx.connect(kernel=recorder) as nl,
        nl.subscribe(route.LINKS, receive_buffer=1) as events,
    ):
        for _ in range(20):
            changing.batch([route.up("lo"), route.down("lo")])
        before = events.drain()
    assert netlynx.Overrun(1) in before
    recorder.save(tmp_path / "overrun.jsonl")
    with netlynx.connect(kernel=Replayer(tmp_path / "overrun.jsonl")) as nl, nl.subscribe(route.LINKS) as events:
        assert events.drain() == before
