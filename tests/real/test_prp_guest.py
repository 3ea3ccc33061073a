"""PRP in the guest: two hosts with two cables between them, beside `ip -d link`, the kernel's debugfs and the frames.

Source: net/hsr/, IEC 62439-3.
"""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.families import hsr
from support import PATIENCE, load

pytestmark = pytest.mark.guest

DEBUG = Path("/sys/kernel/debug")
HERE, THERE = "192.0.2.1", "192.0.2.2"
PORTS = ("a", "b")
PRP = 0x88FB  # EtherType of supervision frames, and what each frame ends with
ALL = 0x0003  # ETH_P_ALL
LIFE = 20  # PRP_TLV_LIFE_CHECK_DD: a node that throws duplicates away
LOW, HIGH = 7, 9  # last bytes of the address of supervision frames


class Host(NamedTuple):
    where: netns.NetworkNamespace
    nl: netlynx.Connection
    link: str

    def socket(self, kind: socket.SocketKind, port: str = "") -> socket.socket:
        with netns.inside(self.where):
            if kind == socket.SOCK_RAW:
                made = socket.socket(socket.AF_PACKET, kind, socket.htons(ALL))
                made.bind((port, ALL))
            else:
                made = socket.socket(socket.AF_INET, kind)
        made.settimeout(PATIENCE)
        return made


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    """Ports `a` and `b` of one lead to those of the other, each over a cable of its own."""
    load("hsr")
    if not (DEBUG / "hsr").exists():
        subprocess.run(["mount", "-t", "debugfs", "none", str(DEBUG)], check=True)
    with ExitStack() as stack:
        spaces = [stack.enter_context(netns.anonymous()) for _ in range(2)]
        here, there = (stack.enter_context(netlynx.connect(netns=each, timeout=PATIENCE)) for each in spaces)
        for port in PORTS:
            peer = route.Link(name=port, netns_fd=spaces[1])
            here.do(route.add(route.Link(name=port, kind="veth", data=route.Veth(peer=peer))))
        made = []
        for nl, space, name, address in zip((here, there), spaces, ("prpa", "prpb"), (HERE, THERE), strict=True):
            for port in PORTS:  # which have one address: by it others know that it is one node
                nl.do(route.change(route.Link(name=port, address=f"02:00:00:00:00:0{address[-1]}")))
                nl.do(route.up(port))
            data = route.Hsr(port1="a", port2="b", protocol="prp", multicast_spec=LOW)
            nl.do(route.add(route.Link(name=name, kind="hsr", data=data)))
            nl.do(route.add(route.Address(index=name, address=f"{address}/24")))
            nl.do(route.up(name))
            made.append(Host(space, nl, name))
        yield made[0], made[1]


def test_links_are_those_of_ip(hosts: tuple[Host, Host]) -> None:
    (here, nl, name), _ = hosts
    ip = Ip(here)
    (shown,) = ip.json(f"link show {name}")
    told = nl.do(route.link(name)).data
    assert isinstance(told, route.Hsr)
    said = shown["linkinfo"]["info_data"]
    index = {each.name: each.index for each in nl.dump(route.links())}
    assert (told.port1, told.port2) == (index[said["slave1"]], index[said["slave2"]]) == (index["a"], index["b"])
    assert (told.supervision_address, told.protocol) == (said["supervision_addr"], route.HsrProtocol(said["proto"]))
    assert (said["supervision_addr"], said["proto"]) == (f"01:15:4e:00:01:{LOW:02x}", 1)
    ip.all(("link add c type veth peer name d", f"link add prp1 type hsr slave1 c slave2 d proto 1 supervision {HIGH}"))
    made = nl.do(route.link("prp1")).data
    assert isinstance(made, route.Hsr)
    assert (made.protocol, made.supervision_address) == (route.HsrProtocol.PRP, f"01:15:4e:00:01:{HIGH:02x}")


def frame(sock: socket.socket, fits: Callable[[bytes], bool]) -> bytes:
    """The next frame of this kind."""
    while not fits(found := sock.recv(2000)):
        pass
    return found


def contains(word: bytes, found: bytes) -> bool:
    return word in found


def test_a_frame_goes_over_both_cables_and_comes_once(hosts: tuple[Host, Host]) -> None:
    near, far = hosts
    with ExitStack() as stack:
        hears = stack.enter_context(far.socket(socket.SOCK_DGRAM))
        hears.bind((THERE, 700))
        says = stack.enter_context(near.socket(socket.SOCK_DGRAM))
        raw = [stack.enter_context(far.socket(socket.SOCK_RAW, port)) for port in PORTS]
        words = [b"word %02d, which is long enough to need no padding" % number for number in range(5)]
        for word in words:
            says.sendto(word, (THERE, 700))
        assert [hears.recv(200) for _ in words] == words
        for word in words:
            first, second = (frame(each, partial(contains, word)) for each in raw)
            # The trailer: a number, the LAN (A or B) with the size of what was sent and the trailer, the EtherType.
            assert first[:-6] == second[:-6]
            assert [each[-2:] for each in (first, second)] == [PRP.to_bytes(2, "big")] * 2
            assert first[-6:-4] == second[-6:-4]
            lans = [int.from_bytes(each[-4:-2], "big") for each in (first, second)]
            assert [each >> 12 for each in lans] == [0xA, 0xB]
            assert {each & 0xFFF for each in lans} == {len(first) - 14}
        # With one cable cut, what was sent comes by the other one; and again with the other.
        for cut, other in (("a", raw[1]), ("b", raw[0])):
            near.nl.do(route.down(cut))
            word = b"without cable %s, and as long as the others are" % cut.encode()
            says.sendto(word, (THERE, 700))
            assert hears.recv(200) == word
            assert word in frame(other, partial(contains, word))
            near.nl.do(route.up(cut))
        hears.settimeout(0.5)
        with pytest.raises(TimeoutError):
            hears.recv(200)


def test_nodes_are_supervised(hosts: tuple[Host, Host]) -> None:
    """Each tells every two seconds on both cables that it is there, and that it throws duplicates away."""
    (_, nl, name), far = hosts
    address = far.nl.do(route.link(far.link)).address
    assert address is not None
    mine = bytes.fromhex(address.replace(":", ""))
    for port in PORTS:
        with hosts[0].socket(socket.SOCK_RAW, port) as sock:
            heard = frame(sock, lambda each: each[6:14] == mine + PRP.to_bytes(2, "big"))
            assert heard[:6] == bytes.fromhex(f"01154e0001{LOW:02x}")
            assert (heard[18], heard[20:26]) == (LIFE, mine)
    end = time.monotonic() + PATIENCE
    while address not in (known := {each for part in nl.dump(hsr.nodes(name)) for each in part.addresses}):
        assert time.monotonic() < end, known
        time.sleep(0.2)
    table = (DEBUG / "hsr" / name / "node_table").read_text().lower()
    assert address in re.findall(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", table)
    one = nl.do(hsr.status(index=name, address=address))
    index = {each.name: each.index for each in nl.dump(route.links())}
    assert (one.index, one.index1, one.index2) == (index[name], index["a"], index["b"])
    for age in (one.age1, one.age2):
        assert age is not None
        assert age < hsr.LONG_AGO
