"""MCTP, on a kernel that was built with it (CONFIG_MCTP and CONFIG_MCTP_SERIAL); no distribution's was:

    NETLYNX_VM_KERNEL=TREE netlynx vm run .venv/bin/python -m pytest tests/real/test_mctp.py

Two serial lines, joined, become interfaces of two namespaces; what goes over them, sockets of MCTP tell.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import pty
import select
import socket
import struct
import termios
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

import netlynx
from netlynx import netns, route
from netlynx.errors import AlreadyExists, NetlinkError
from support import PATIENCE

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

AF_MCTP = 45
N_MCTP = 28  # linux/tty.h
TAG_OWNER = 0x08  # linux/mctp.h
CONTROL_LIKE = 1  # a message type: PLDM's


class Endpoint(ctypes.Structure):
    """`struct sockaddr_mctp` of linux/mctp.h."""

    _fields_ = (
        ("family", ctypes.c_ushort),
        ("pad", ctypes.c_ushort),
        ("network", ctypes.c_uint),
        ("address", ctypes.c_ubyte),
        ("type", ctypes.c_ubyte),
        ("tag", ctypes.c_ubyte),
        ("pad1", ctypes.c_ubyte),
    )


def _call(name: str, *arguments: object) -> int:
    """A call of libc's: the socket module knows no addresses of MCTP."""
    done: int = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done


def mctp_socket(address: int) -> socket.socket:
    """One that hears what is sent to an ID of ours."""
    sock = socket.socket(AF_MCTP, socket.SOCK_DGRAM)
    here = Endpoint(family=AF_MCTP, network=0, address=address, type=CONTROL_LIKE)
    _call("bind", sock.fileno(), ctypes.byref(here), ctypes.sizeof(here))
    return sock


def send(sock: socket.socket, payload: bytes, address: int, tag: int = TAG_OWNER, network: int = 0) -> None:
    there = Endpoint(family=AF_MCTP, network=network, address=address, type=CONTROL_LIKE, tag=tag)
    length = _call("sendto", sock.fileno(), payload, len(payload), 0, ctypes.byref(there), ctypes.sizeof(there))
    assert length == len(payload)


def receive(sock: socket.socket) -> tuple[bytes, Endpoint]:
    assert select.select([sock], [], [], PATIENCE)[0], "nothing came"
    room, sender = ctypes.create_string_buffer(512), Endpoint()
    size = ctypes.c_uint(ctypes.sizeof(sender))
    length = _call("recvfrom", sock.fileno(), room, len(room), 0, ctypes.byref(sender), ctypes.byref(size))
    return room.raw[:length], sender


@pytest.fixture(autouse=True)
def has_mctp() -> None:
    try:
        socket.socket(AF_MCTP, socket.SOCK_DGRAM).close()
    except OSError as error:
        if error.errno != errno.EAFNOSUPPORT:
            raise
        pytest.skip("this kernel has no MCTP: NETLYNX_VM_KERNEL boots one that was built with it")


@pytest.fixture
def lines() -> Iterator[tuple[str, str]]:
    """The names of the interfaces at both ends of a serial line, in the initial namespace."""
    pairs = [pty.openpty(), pty.openpty()]
    done_reading, done = os.pipe()

    def carry() -> None:
        ends = {pairs[0][0]: pairs[1][0], pairs[1][0]: pairs[0][0]}
        while True:
            ready = select.select([*ends, done_reading], [], [])[0]
            if done_reading in ready:
                return
            for each in ready:
                os.write(ends[each], os.read(each, 4096))

    carrier = threading.Thread(target=carry)
    carrier.start()
    try:
        with netlynx.connect(timeout=PATIENCE) as nl:
            before = {each.index for each in nl.dump(route.links())}
            for _, line in pairs:
                fcntl.ioctl(line, termios.TIOCSETD, struct.pack("i", N_MCTP))
            made = [each for each in nl.dump(route.links()) if each.index not in before]
        first, second = sorted(made, key=lambda each: each.index)
        assert first.name is not None
        assert second.name is not None
        yield first.name, second.name
    finally:
        os.write(done, b".")
        carrier.join()
        for each in (*pairs[0], *pairs[1], done, done_reading):
            os.close(each)


def test_endpoints_at_both_ends_of_a_serial_line(lines: tuple[str, str], namespace: str) -> None:
    here, there = lines
    with (
        netlynx.connect(timeout=PATIENCE) as nl,
        netlynx.connect(netns=namespace, timeout=PATIENCE) as far,
        nl.subscribe(route.MCTP_ADDRESSES) as events,
    ):
        nl.do(route.change(route.Link(index=there, netns_fd=namespace)))
        for connection, name, own, other in ((nl, here, 8, 9), (far, there, 9, 8)):
            index = connection.do(route.link(there if connection is far else here)).index
            assert index is not None
            connection.do(route.up(index))
            link = connection.do(route.link(index))
            assert link.af_spec is not None
            assert link.af_spec.mctp is not None
            assert link.af_spec.mctp.network == 1, name
            address = route.MctpAddress(index=index, address=own)
            way = route.MctpRoute(destination=other, oif=index, mtu=68)
            for each in (address, way):
                connection.do(route.add(each))
                assert not connection.do(route.ensure(route.add(each))).made
                with pytest.raises(AlreadyExists):
                    connection.do(route.add(each))
            assert connection.dump(route.mctp_addresses()).all() == [address]
            assert connection.dump(route.mctp_addresses(index=index)).all() == [address]
            found = {
                (each.destination, each.extent, str(each.type), each.oif)
                for each in connection.dump(route.mctp_routes())
            }
            assert found == {(own, 0, "local", index), (other, 0, "unicast", index)}
        event = events.get(PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.kind == "new"
        assert event.record.address == 8

        with closing(mctp_socket(8)) as asks, closing(netns.run_in(namespace, mctp_socket, 9)) as answers:
            question = b"who is there?" * 20  # in several packets, none longer than the route's 68 bytes
            send(asks, question, 9)
            said, sender = receive(answers)
            assert (said, sender.address) == (question, 8)
            send(answers, b"nine", 8, sender.tag & ~TAG_OWNER)
            said, sender = receive(asks)
            assert (said, sender.address) == (b"nine", 9)

        # Of a route that is gone, no message goes.
        ways = nl.dump(route.mctp_routes().where(type="unicast")).all()
        assert len(ways) == 1
        nl.do(route.delete(ways[0]))
        with closing(mctp_socket(8)) as asks, pytest.raises(OSError, match=os.strerror(errno.EHOSTUNREACH)):
            send(asks, b"who is there?", 9)
        nl.do(route.delete(nl.dump(route.mctp_addresses()).all()[0]))
        event = events.get(PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.kind == "delete"
        assert event.record.address == 8
        assert nl.count(route.mctp_routes()) == nl.count(route.mctp_addresses()) == 0


def test_routes_of_several_ids_with_an_mtu_and_in_another_network(lines: tuple[str, str]) -> None:
    here, _ = lines
    with netlynx.connect(timeout=PATIENCE) as nl:
        index = nl.do(route.link(here)).index
        assert index is not None
        nl.do(route.change(route.Link(index=index, af_spec={"mctp": {"network": 7}})))
        link = nl.do(route.link(index))
        assert link.af_spec is not None
        assert link.af_spec.mctp is not None
        assert link.af_spec.mctp.network == 7
        nl.do(route.up(index))
        wide = route.MctpRoute(destination=10, extent=5, mtu=68, oif=here)
        nl.do(route.add(wide))
        (found,) = nl.dump(route.mctp_routes())
        assert (found.destination, found.extent, found.mtu, found.oif) == (10, 5, 68, index)
        # Nothing less than the whole is deleted: the kernel compares both ends.
        with pytest.raises(NetlinkError):
            nl.do(route.delete(route.MctpRoute(destination=10, oif=here)))
        nl.do(route.delete(found))
        assert nl.count(route.mctp_routes()) == 0


def test_neighbours_have_addresses_as_long_as_the_links_have(lines: tuple[str, str]) -> None:
    here, _ = lines
    with netlynx.connect(timeout=PATIENCE) as nl:
        nl.do(route.up("lo"))
        index = nl.do(route.link(here)).index
        assert index is not None
        for asked in (
            route.MctpNeighbour(index="lo", destination=20, address="02:00:00:00:00:14"),
            route.MctpNeighbour(index=here, destination=9, address=""),  # a serial line's have none
        ):
            nl.do(route.add(asked))
            (found,) = nl.dump(route.mctp_neighbours())
            assert (found.destination, found.address) == (asked.destination, asked.address)
            assert nl.count(route.mctp_neighbours(index=asked.index)) == 1
            with pytest.raises(AlreadyExists):
                nl.do(route.add(asked))
            nl.do(route.delete(found))
            assert nl.count(route.mctp_neighbours()) == 0
        with pytest.raises(NetlinkError):
            nl.do(route.add(route.MctpNeighbour(index=here, destination=9, address="1d")))
