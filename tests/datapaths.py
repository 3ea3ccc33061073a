"""A datapath of Open vSwitch with hosts at its ports, and the programs that look at it: for tests in the guest."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

import netlynx
from forking import typed
from netlynx import netns, ovs, route
from netlynx.ovs import Flow, Vport
from support import PATIENCE

HERE, THERE = "192.0.2.1", "192.0.2.2"
PLAIN = "eth(),eth_type(0x0800),ipv4(frag=no)"


class Programs:
    """Programs in the test's namespace."""

    def __init__(self, namespace: netns.NetworkNamespace) -> None:
        self.namespace = namespace

    def dpctl(self, *words: str) -> list[str]:
        """What ovs-dpctl prints."""
        if shutil.which("ovs-dpctl") is None:
            pytest.skip("no ovs-dpctl: apt-get install openvswitch-switch")
        return self.run("ovs-dpctl", *words).splitlines()

    def netlynx(self, *words: str) -> str:
        """What netlynx prints."""
        return typed(*words, where=self.namespace)

    def run(self, *words: str) -> str:
        done = netns.run(self.namespace, list(words), capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def flows(self, datapath: str) -> set[tuple[str, str]]:
        """The flows as ovs-dpctl lists them: matches and actions."""
        lines = [line for line in self.dpctl("dump-flows", datapath) if ", packets:" in line]
        return {(line.partition(", packets:")[0], line.rpartition("actions:")[2]) for line in lines}


class Ends(NamedTuple):
    """Two namespaces on a datapath: ports 1 and 2."""

    nl: netlynx.Connection
    left: netns.NetworkNamespace
    right: netns.NetworkNamespace

    def udp(self, side: netns.NetworkNamespace, address: str, port: int) -> socket.socket:
        with netns.inside(side):
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((address, port))
        made.settimeout(20)
        return made

    def flow(self, match: str, actions: str) -> Flow:
        flow = Flow(datapath="dp0", match=match, actions=actions)
        self.nl.do(ovs.replace(flow))
        return flow

    def counted(self, flow: Flow) -> int:
        found = self.nl.do(ovs.flow(flow))
        return found.statistics.packets if found.statistics else 0


@contextmanager
def ends_of(nl: netlynx.Connection, datapath: str) -> Iterator[Ends]:
    """Two namespaces with an address each on ports of the datapath; they know where the other one is."""
    with netns.anonymous() as left, netns.anonymous() as right:
        for number, (far, address) in enumerate(((left, HERE), (right, THERE)), 1):
            peer = route.Link(name="eth0", netns_fd=far, address=f"02:00:00:00:00:0{number}")
            nl.do(route.add(route.Link(name=f"p{number}", kind="veth", data=route.Veth(peer=peer))))
            nl.do(route.up(f"p{number}"))
            nl.do(ovs.add(Vport(datapath=datapath, name=f"p{number}", type="netdev", number=number)))
            other = 3 - number
            with netlynx.connect(netns=far) as there:
                there.do(route.add(route.Address(index="eth0", address=f"{address}/24")))
                there.do(route.up("eth0"))
                there.do(
                    route.replace(
                        route.Neighbour(
                            index="eth0",
                            destination=(HERE, THERE)[other - 1],
                            address=f"02:00:00:00:00:0{other}",
                            state="permanent",
                        )
                    )
                )
        yield Ends(nl, left, right)
