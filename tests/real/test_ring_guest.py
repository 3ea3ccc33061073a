"""HSR in the guest: a ring of three hosts, beside what the kernel's debugfs says, and with one of its cables cut."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import netlynx
from forking import typed
from netlynx import netns, route
from netlynx.families import hsr
from support import PATIENCE

pytestmark = pytest.mark.guest

NAMES = ("hsra", "hsrb", "hsrc")
DEBUG = Path("/sys/kernel/debug")
MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")


def load() -> None:
    done = subprocess.run(["modprobe", "hsr"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no hsr: {done.stderr.strip()}")


@pytest.fixture
def ring() -> Iterator[list[tuple[netns.NetworkNamespace, netlynx.Connection]]]:
    """Three hosts: of each, port `e` leads to the next one's `w`."""
    load()
    if not (DEBUG / "hsr").exists():
        subprocess.run(["mount", "-t", "debugfs", "none", str(DEBUG)], check=True)
    with ExitStack() as stack:
        hosts = [stack.enter_context(netns.anonymous()) for _ in NAMES]
        links = [stack.enter_context(netlynx.connect(netns=each, timeout=PATIENCE)) for each in hosts]
        for nl, after in zip(links, (*hosts[1:], hosts[0]), strict=True):
            peer = route.Link(name="w", netns_fd=after)
            nl.do(route.add(route.Link(name="e", kind="veth", data=route.Veth(peer=peer))))
        for number, (nl, name) in enumerate(zip(links, NAMES, strict=True), 1):
            for port in ("e", "w"):
                nl.do(route.up(port))
            data = route.Hsr(port1="e", port2="w", version=1)
            nl.do(route.add(route.Link(name=name, kind="hsr", data=data)))
            nl.do(route.add(route.Address(index=name, address=f"192.0.2.{number}/24")))
            nl.do(route.up(name))
        yield list(zip(hosts, links, strict=True))


def addresses(nl: netlynx.Connection, name: str) -> set[str]:
    return {address for part in nl.dump(hsr.nodes(name)) for address in part.addresses}


def test_a_ring_of_three(ring: list[tuple[netns.NetworkNamespace, netlynx.Connection]]) -> None:
    (first, nl), (_, second), _ = ring
    other = second.do(route.link(name="hsrb")).address
    assert other is not None
    with nl.subscribe(hsr.EVENTS) as events:
        said = netns.run(first, ["ping", "-c", "3", "-i", "0.5", "-W", "30", "192.0.2.2"], capture_output=True)
        assert b" 0% packet loss" in said.stdout
        end = time.monotonic() + PATIENCE
        while len(known := addresses(nl, "hsra")) < 3:
            assert time.monotonic() < end, known
            time.sleep(0.2)

        said = netns.run(first, ["ping", "-c", "3", "-i", "0.5", "-W", "30", "192.0.2.2"], capture_output=True)
        assert (
            b"DUP" not in said.stdout
        )  # it goes both ways round, and of nodes that are known one of the two is dropped

        table = (DEBUG / "hsr" / "hsra" / "node_table").read_text()
        assert known - {nl.do(route.link(name="hsra")).address} <= set(MAC.findall(table.lower())), table
        one = nl.do(hsr.status(index="hsra", address=other))
        ports = {each.name: each.index for each in nl.dump(route.links())}
        assert (one.index, one.index1, one.index2) == (ports["hsra"], ports["e"], ports["w"])
        for age in (one.age1, one.age2):  # it is heard both ways
            assert age is not None
            assert age < hsr.LONG_AGO

        told = typed("family", "hsr", "do", "get-node-status", "index=hsra", f"address={other}", where=first)
        assert other in told
        with pytest.raises(netlynx.NetlinkError):
            nl.do(hsr.status(index="e", address=other))

        # The cable between the first two is cut: what each hears of the other goes the long way alone.
        nl.do(route.down("e"))
        event = events.get(timeout=PATIENCE)
        while event.kind != "ring_error":
            event = events.get(timeout=PATIENCE)
        assert event.record.address in known
        said = netns.run(first, ["ping", "-c", "2", "-i", "0.5", "-W", "30", "192.0.2.2"], capture_output=True)
        assert b" 0% packet loss" in said.stdout
