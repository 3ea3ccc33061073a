"""CAN gateways beside `cangw`, and frames that go through them; Phonet beside what its sockets say. In the guest."""

from __future__ import annotations

import fcntl
import json
import shutil
import socket
import struct
import subprocess
from typing import Any

import pytest

import netlynx
from conftest import Ip
from forking import forked
from netlynx import netns, route
from netlynx.errors import AlreadyExists, NetlinkError, NotFound
from netlynx.schema.from_json import from_json

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

TABLE = route.can_crc8_table(0x1D)
# As `cangw -A` is told them; what is read of each.
JOBS: list[tuple[str, dict[str, Any]]] = [
    ("-s vc0 -d vc1", {}),
    ("-s vc0 -d vc1 -e -t -i -l 1", {"flags": ["echo", "src_tstamp", "iif_tx_ok"], "hops": 1}),
    ("-s vc1 -d vc0 -f 123:C00007FF", {"filter": {"id": 0x123, "mask": 0xC00007FF}}),
    ("-s vc1 -d vc0 -f 123~7FF", {"filter": {"id": 0x20000123, "mask": 0x7FF}}),
    (
        "-s vc0 -d vc1 -u abc -m SET:IL:333.4.1122334455667788",
        {
            "uid": 0xABC,
            "mod_set": {"id": 0x333, "length": 4, "data": "1122334455667788", "parts": ["id", "len"]},
        },
    ),
    (
        "-s vc0 -d vc1 -m AND:I:7F0.0.0000000000000000 -m OR:D:0.0.00000000000000F0 -m XOR:L:0.1.0000000000000000"
        f" -x 0:6:7:5A -c 0:-2:-1:FF:FF:{TABLE.hex()} -p 2:{bytes(range(16)).hex()}",
        {
            "mod_and": {"id": 0x7F0, "parts": "id"},
            "mod_or": {"data": "00000000000000f0", "parts": "data"},
            "mod_xor": {"length": 1, "parts": "len"},
            "xor": {"first": 0, "last": 6, "result": 7, "initial": 0x5A},
            "crc8": {
                "first": 0,
                "last": -2,
                "result": -1,
                "initial": 0xFF,
                "final_xor": 0xFF,
                "table": TABLE.hex(),
                "profile": "16u8",
                "profile_data": bytes(range(16)).hex() + "00000000",
            },
        },
    ),
    (
        f"-X -s vc0 -d vc1 -M AND:I:7F0.0.0.{'00' * 64} -M OR:F:0.1.0.{'00' * 64} -M XOR:L:0.0.4.{'00' * 64}"
        f" -M SET:D:0.0.0.{bytes(range(64)).hex()}",
        {
            "flags": "fd",
            "fd_and": {"id": 0x7F0, "parts": "id"},
            "fd_or": {"flags": "brs", "parts": "flags"},
            "fd_xor": {"length": 4, "parts": "len"},
            "fd_set": {"data": bytes(range(64)).hex(), "parts": "data"},
        },
    ),
]


def modules(*names: str) -> None:
    for each in names:
        done = subprocess.run(["modprobe", each], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no {each}: {done.stderr.strip()}")


@pytest.fixture
def buses(nl: netlynx.Connection) -> tuple[int, int]:
    modules("vcan", "can-raw", "can-gw")
    for name in ("vc0", "vc1"):
        nl.do(route.add(route.Link(name=name, kind="vcan", mtu=72)))
        nl.do(route.up(name))
    return nl.do(route.link(name="vc0")).index, nl.do(route.link(name="vc1")).index


def job(arguments: str, said: dict[str, Any], buses: tuple[int, int]) -> route.CanGateway:
    source, destination = buses if "-s vc0" in arguments else buses[::-1]
    text = json.dumps({"source": source, "destination": destination, **said})
    made: Any = from_json(route.CanGateway, json.loads(text))
    return made


def listed(cangw: Any) -> list[str]:
    """What `cangw -L` says, which is how each is made, without what is counted."""
    return [line.partition(" # ")[0] for line in cangw("-L").splitlines()]


def test_cangw_and_netlynx_say_and_make_the_same(nl: netlynx.Connection, ip: Ip, buses: tuple[int, int]) -> None:
    if shutil.which("cangw") is None:
        pytest.skip("no `cangw` to compare with: apt-get install can-utils")

    def cangw(arguments: str) -> str:
        return ip(f"-c 'cangw {arguments} || :'", tool="sh")  # its status says nothing

    for arguments, said in JOBS:
        ip(f"-A {arguments}", tool="cangw")
        (read,) = nl.dump(route.can_gateways()).all()
        assert read.replace(handled=0) == read
        assert {each.family.label for each in nl.dump(route.routes())} <= {"inet", "inet6"}
        wanted = job(arguments, said, buses)
        for name in wanted.__declarations__:
            mine, theirs = getattr(wanted, name), getattr(read, name)
            assert (mine or None) == (theirs or None), (arguments, name)
        theirs = listed(cangw)
        assert len(theirs) == 1, theirs
        nl.do(route.delete(read))
        assert nl.count(route.can_gateways()) == 0, arguments
        # What was read goes back, and what is said by hand: cangw sees what it made itself.
        # (But for what cangw sends of a frame beside the parts that count.)
        for again in (read, wanted) if wanted.uid is None else (read,):
            nl.do((route.replace if again.uid else route.add)(again))
            assert listed(cangw) == theirs, arguments
            nl.do(route.delete(again))
        assert nl.count(route.can_gateways()) == 0, arguments


def can_socket(namespace: netns.NetworkNamespace, name: str, *, fd: bool = False) -> socket.socket:
    made: socket.socket = netns.run_in(namespace, socket.socket, socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
    if fd:
        made.setsockopt(socket.SOL_CAN_RAW, socket.CAN_RAW_FD_FRAMES, 1)
    made.bind((name,))
    made.settimeout(20)
    return made


def frame(number: int, data: bytes) -> bytes:
    return struct.pack("=IB3x8s", number, len(data), data)


def test_frames_that_go_through_a_gateway_are_changed(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, buses: tuple[int, int]
) -> None:
    nl.do(
        route.add(
            route.CanGateway(
                source="vc0",
                destination="vc1",
                flags="echo",
                filter={"id": 0x100, "mask": 0x700},
                mod_and={"id": 0x1F0, "parts": "id"},
                mod_or={"data": bytes.fromhex("8000000000000000"), "parts": "data"},
                crc8={"first": 0, "last": 5, "result": 6, "initial": 0xFF, "final_xor": 0xFF, "table": TABLE},
                xor={"first": 0, "last": 6, "result": 7, "initial": 0x5A},
            )
        )
    )
    with can_socket(namespace, "vc0") as sender, can_socket(namespace, "vc1") as receiver:
        sender.send(frame(0x223, b"not wanted"[:8]))
        sender.send(frame(0x123, bytes(range(1, 9))))
        number, length, data = struct.unpack("=IB3x8s", receiver.recv(16))
        changed = bytes([0x81, *range(2, 7)])
        crc = 0xFF
        for byte in changed:
            crc = TABLE[crc ^ byte]
        changed += bytes([crc ^ 0xFF])
        parity = 0x5A
        for byte in changed:
            parity ^= byte
        assert (number, length, data) == (0x120, 8, changed + bytes([parity]))
        (found,) = nl.dump(route.can_gateways())
        assert (found.handled, found.dropped, found.deleted) == (1, 0, 0)
        # A job of CAN FD, whose changes are replaced while it works.
        way = {"source": "vc0", "destination": "vc1", "flags": ["fd", "echo"], "uid": 7}
        nl.do(route.replace(route.CanGateway(**way, fd_set={"length": 12, "parts": "len"})))
        with can_socket(namespace, "vc0", fd=True) as sender_fd, can_socket(namespace, "vc1", fd=True) as receiver_fd:
            whole = struct.pack("=IBBxx64s", 0x5, 16, 1, bytes(range(64)))
            sender_fd.send(whole)
            assert struct.unpack("=IBBxx64s", receiver_fd.recv(72))[1] == 12
            nl.do(route.replace(route.CanGateway(**way, fd_set={"id": 0x66, "parts": "id"})))
            assert [each.uid for each in nl.dump(route.can_gateways())] == [7, None]
            sender_fd.send(whole)
            assert struct.unpack("=IBBxx64s", receiver_fd.recv(72))[:2] == (0x66, 16)
            with pytest.raises(AlreadyExists, match="another uid") as caught:
                nl.do(
                    route.replace(
                        route.CanGateway(
                            **(way | {"source": "vc1", "destination": "vc0"}), fd_set={"id": 1, "parts": "id"}
                        )
                    )
                )
            assert caught.value.attribute == "CanGateway.source"
            with pytest.raises(NotFound, match="Nothing was sent"):
                nl.do(route.delete(route.CanGateway(**way, fd_set={"id": 0x67, "parts": "id"})))
        with pytest.raises(NetlinkError, match="no job that is all"):
            nl.do(route.delete(route.CanGateway(source="vc1", destination="vc0")))
        with pytest.raises(NotFound, match="CAN interfaces"):
            nl.do(route.add(route.CanGateway(source="vc1", destination="lo")))
        assert nl.do(route.ensure(route.add(route.CanGateway(source="vc1", destination="vc0")))).made
        assert not nl.do(route.ensure(route.add(route.CanGateway(source="vc1", destination="vc0")))).made
        said = forked(("can-gateways", "vc0", "--lines"), where=namespace)
        assert nl.do(route.flush(route.can_gateways())) == 3
        back = forked(("batch", "--each", "replace can-gateway", "-"), said.stdout.splitlines()[0], where=namespace)
        assert back.returncode == 0, back.stderr
        assert [each.uid for each in nl.dump(route.can_gateways())] == [7]


# linux/phonet.h, linux/if_ether.h
AF_PHONET, SIOCPNGETOBJECT, ETH_P_PHONET = 35, 0x89E0, 0x00F5


def test_phonet_sends_from_the_addresses_and_over_the_routes_that_were_made(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace
) -> None:
    modules("phonet", "dummy")
    nl.do(route.add(route.Link(name="d0", kind="dummy")))
    nl.do(route.up("d0"))
    index = nl.do(route.link(name="d0")).index
    with nl.subscribe(route.PHONET_ADDRESSES, route.PHONET_ROUTES) as events:
        nl.do(route.add(route.PhonetAddress(index="d0", address=0x6C)))
        nl.do(route.add(route.PhonetRoute(destination=0x60, oif="d0")))
        heard = [events.get(timeout=20) for _ in range(2)]
        assert [type(each.record).__name__ for each in heard] == ["PhonetAddress", "PhonetRoute"]
        (address,) = nl.dump(route.phonet_addresses())
        assert (address.index, address.address, address.flags.label, address.scope.label) == (
            index, 0x6C, "permanent", "link"
        )  # fmt: skip
        (way,) = nl.dump(route.phonet_routes())
        assert (way.destination, way.oif, way.bits, way.table, way.protocol.label) == (0x60, index, 6, 254, "static")
        with pytest.raises(AlreadyExists):
            nl.do(route.add(route.PhonetRoute(destination=0x60, oif="d0")))
        for listing in (route.routes(), route.addresses()):
            assert {each.family.label for each in nl.dump(listing)} <= {"inet", "inet6"}
        assert not nl.do(route.ensure(route.add(route.PhonetAddress(index=index, address=0x6C)))).made
        with netns.run_in(namespace, socket.socket, AF_PHONET, socket.SOCK_DGRAM, 1) as phonet:
            # The object that the socket is, as one of the address that is nearest to 0x60: an address of the device's.
            handle = bytearray(struct.pack("=H", 0x6000))
            fcntl.ioctl(phonet, SIOCPNGETOBJECT, handle)
            assert struct.unpack("=H", handle)[0] >> 8 == 0x6C
        for record in (address, way):
            nl.do(route.delete(record))
        assert [each.kind for each in (events.get(timeout=20), events.get(timeout=20))] == ["delete", "delete"]
    assert nl.count(route.phonet_addresses()) == nl.count(route.phonet_routes()) == 0
    with pytest.raises(NotFound):
        nl.do(route.delete(address))


def test_without_their_modules_there_are_none(nl: netlynx.Connection) -> None:
    """MCTP is not in this kernel: the list of addresses and routes of other families is not taken for its."""
    nl.do(route.up("lo"))
    assert nl.count(route.addresses()) > 0
    for each in (route.mctp_addresses(), route.mctp_routes(), route.mctp_neighbours()):
        assert nl.count(each) == 0, each
    with pytest.raises(netlynx.NotSupported):
        nl.do(route.add(route.MctpAddress(index="lo", address=8)))
