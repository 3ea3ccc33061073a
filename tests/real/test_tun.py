"""Tun and tap links: what is asked for is what rtnetlink and `ip` show, and packets go both ways."""

from __future__ import annotations

import errno
import itertools
import os
import select
import shutil
import socket
import struct
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx import netns, route, tun
from support import PATIENCE, in_child, sleeps, until

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.skipif(not os.access(tun.PATH, os.R_OK | os.W_OK), reason="this machine has no /dev/net/tun for us"),
]

OWNER, GROUP = 1234, 5678


def shown(where: netns.NetworkNamespace, name: str) -> route.Tun:
    """What rtnetlink says of a link."""
    with netlynx.connect(netns=where) as nl:
        data = nl.do(route.link(name=name)).data
    assert isinstance(data, route.Tun)
    return data


def names(where: netns.NetworkNamespace) -> set[str | None]:
    with netlynx.connect(netns=where) as nl:
        return {link.name for link in nl.dump(route.links())} - {"lo"}


def ip(where: netns.NetworkNamespace, *words: str) -> str:
    if shutil.which("ip") is None:
        pytest.skip("this machine has no ip")
    done = netns.run_in(where, subprocess.run, ["ip", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


OPTIONS = ("packet_information", "vnet_header", "multi_queue", "persist")


@pytest.mark.parametrize("kind", ["tun", "tap"])
@pytest.mark.parametrize("chosen", list(itertools.product([False, True], repeat=len(OPTIONS))))
def test_what_is_asked_for_is_what_is_shown(
    namespace: netns.NetworkNamespace, kind: tun.Kind, chosen: tuple[bool, ...]
) -> None:
    options: Any = dict(zip(OPTIONS, chosen, strict=True))
    with tun.open("t0", kind=kind, netns=namespace, owner=OWNER, group=GROUP, **options) as device:
        assert (device.name, device.kind) == ("t0", kind)
        data = shown(namespace, "t0")
        assert data.type is route.TunType[kind.upper()]
        assert (data.owner, data.group) == (OWNER, GROUP)
        assert {name: getattr(data, name) for name in OPTIONS} == options
        assert data.queues == (1 if options["multi_queue"] else None)
    assert names(namespace) == ({"t0"} if options["persist"] else set())


@pytest.mark.parametrize("kind", ["tun", "tap"])
def test_ip_shows_what_was_made_here(namespace: netns.NetworkNamespace, kind: tun.Kind) -> None:
    name = tun.create(kind=kind, netns=namespace, multi_queue=True, vnet_header=True, owner=OWNER)
    assert name == f"{kind}0"
    details = ip(namespace, "-d", "link", "show", name)
    assert f"tun type {kind} pi off vnet_hdr on multi_queue" in details
    assert "persist on" in details
    assert str(OWNER) in details


def test_what_ip_made_is_opened_here(namespace: netns.NetworkNamespace) -> None:
    ip(namespace, "tuntap", "add", "t1", "mode", "tap", "multi_queue")
    with tun.open("t1", kind="tap", multi_queue=True, netns=namespace) as device, device.queue() as other:
        assert shown(namespace, "t1").queues == 2
        other.attach(False)
        assert (shown(namespace, "t1").queues, shown(namespace, "t1").disabled_queues) == (1, 1)
        other.attach()
        assert other.name == "t1"
        device.persist(False)
    assert names(namespace) == set()
    ip(namespace, "tuntap", "add", "t2", "mode", "tun")
    with tun.open("t2", netns=namespace):
        pass
    assert names(namespace) == {"t2"}
    ip(namespace, "tuntap", "del", "t2", "mode", "tun")


def test_the_kernel_chooses_names(namespace: netns.NetworkNamespace) -> None:
    with tun.open(netns=namespace) as one, tun.open("v%d", netns=namespace) as other:
        assert (one.name, other.name) == ("tun0", "v0")


HERE, THERE, PORT = "192.0.2.1", "192.0.2.2", 4711


def datagram(text: bytes, source: str, destination: str) -> bytes:
    """An IPv4 packet with a UDP datagram, without its optional checksum."""
    udp = struct.pack(">4H", PORT, PORT, 8 + len(text), 0) + text
    head = struct.pack(
        ">BBHHHBBH4s4s",
        0x45,
        0,
        20 + len(udp),
        0,
        0,
        64,
        17,
        0,
        socket.inet_aton(source),
        socket.inet_aton(destination),
    )
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack(">H", ~total & 0xFFFF) + head[12:] + udp


def test_packets_go_both_ways(namespace: netns.NetworkNamespace) -> None:
    with tun.open("t0", netns=namespace) as device, netlynx.connect(netns=namespace) as nl:
        with pytest.raises(netlynx.NetlinkError, match="the link is down"):
            device.write(datagram(b"too early", THERE, HERE))
        nl.do(route.up("t0"))
        nl.do(route.add(route.Address(index=nl.do(route.link(name="t0")).index, address=f"{HERE}/24")))
        with netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            sock.bind((HERE, PORT))
            sock.sendto(b"anybody there?", (THERE, PORT))
            while (packet := device.read(timeout=5))[0] >> 4 != 4:
                pass  # IPv6 looks for routers
            assert packet[12:20] == socket.inet_aton(HERE) + socket.inet_aton(THERE)
            assert packet.endswith(b"anybody there?")
            device.write(datagram(b"I am", THERE, HERE))
            assert sock.recv(100) == b"I am"
            while select.select([device], [], [], 0)[0]:
                device.read()
            with pytest.raises(netlynx.RequestTimeout):
                device.read(timeout=0)
        nl.do(route.delete(route.Link(name="t0")))
        with pytest.raises(netlynx.NetlinkError, match="the link was deleted"):
            device.read()
    assert device.fileno() == -1


USES: dict[str, Any] = {
    "read": lambda device: device.read(),
    "write": lambda device: device.write(b"\x45"),
    "queue": lambda device: device.queue(),
    "attach": lambda device: device.attach(),
    "set_carrier": lambda device: device.set_carrier(True),
    "persist": lambda device: device.persist(),
}


@pytest.mark.parametrize("use", USES)
def test_what_is_closed_says_so_whatever_it_is_used_for(namespace: netns.NetworkNamespace, use: str) -> None:
    assert {*USES, "close", "fileno"} == {name for name, each in vars(tun.Device).items() if _is_method(name, each)}
    device = tun.open("t0", netns=namespace, multi_queue=True)
    device.close()
    with pytest.raises(netlynx.ConnectionClosed):
        USES[use](device)


def _is_method(name: str, each: Any) -> bool:
    return callable(each) and not name.startswith("_")


def test_the_carrier_is_a_programs_to_set(namespace: netns.NetworkNamespace) -> None:
    with tun.open("t0", kind="tap", netns=namespace) as device, netlynx.connect(netns=namespace) as nl:
        nl.do(route.up("t0"))
        device.set_carrier(False)
        assert not nl.do(route.link(name="t0")).carrier
        device.set_carrier(True)
        assert nl.do(route.link(name="t0")).carrier


# --------------------------------------------------------------------------------------------- what is refused


def test_a_link_that_is_open_or_was_to_be_new(namespace: netns.NetworkNamespace) -> None:
    with tun.open("t0", netns=namespace) as device:
        with pytest.raises(netlynx.Busy, match="another program has it open"):
            tun.open("t0", netns=namespace)
        with pytest.raises(netlynx.NetlinkError, match="multi_queue=True"):
            device.queue()
    tun.create("t0", netns=namespace)
    with pytest.raises(netlynx.Busy):
        tun.create("t0", netns=namespace)
    with pytest.raises(netlynx.NetlinkError, match="of another kind or made with other options"):
        tun.open("t0", kind="tap", netns=namespace)
    with pytest.raises(netlynx.NetlinkError, match="of another kind"):
        tun.open("lo", netns=namespace)


@pytest.mark.parametrize("name", ["x" * 16, "a/b", "a b", "a:b", "a\0", "a\n", "a\tb", ".", ".."])
def test_names_that_no_link_can_have(name: str) -> None:
    with pytest.raises(ValueError, match="up to 15 bytes"):
        tun.open(name)


@pytest.mark.parametrize("name", ["t%s", "t%d%d", "%"])
def test_a_name_that_the_kernel_refuses_is_told_as_that(namespace: netns.NetworkNamespace, name: str) -> None:
    with pytest.raises(netlynx.NetlinkError, match="takes no such name"):
        tun.open(name, netns=namespace)


@pytest.mark.parametrize("who", ["owner", "group"])
@pytest.mark.parametrize("number", [-1, (1 << 32) - 1, 1 << 40])
def test_what_is_nobodys_id(who: str, number: int) -> None:
    given: Any = {who: number}
    with pytest.raises(ValueError, match=who):
        tun.open(**given)


def test_closing_wakes_who_waits(namespace: netns.NetworkNamespace) -> None:
    device = tun.open("t0", netns=namespace)
    before = len(os.listdir("/proc/self/fd"))
    ends: list[BaseException] = []

    def read() -> None:
        try:
            device.read()
        except netlynx.NetlynxError as error:
            ends.append(error)

    threads = [threading.Thread(target=read, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: all(map(sleeps, threads)))
    device.close()
    for thread in threads:
        thread.join(PATIENCE)
    assert [type(error) for error in ends] == [netlynx.ConnectionClosed] * 2
    assert len(os.listdir("/proc/self/fd")) == before - 1
    with netlynx.connect(netns=namespace) as nl, pytest.raises(netlynx.NotFound):
        nl.do(route.link(name="t0"))


def test_a_kind_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'tun' or 'tap'"):
        tun.open(kind="veth")  # type: ignore[arg-type]


@pytest.mark.parametrize(("driver", "advice"), [(True, r"mknod -m 666 \S+ c 10 200"), (False, "modprobe tun")])
def test_a_machine_without_the_device_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, driver: bool, advice: str
) -> None:
    monkeypatch.setattr(tun, "PATH", str(tmp_path / "net" / "tun"))
    monkeypatch.setattr(tun, "_has_driver", lambda: driver)
    with pytest.raises(netlynx.NotSupported, match=advice):
        tun.open("t0")


def _without_privileges() -> str:
    import ctypes

    fd = os.open(tun.PATH, os.O_RDWR)
    tun.PATH = f"/proc/self/fd/{fd}"
    assert ctypes.CDLL(None).capset(struct.pack("=Ii", 0x20080522, 0), bytes(24)) == 0
    try:
        tun.open("t0")
    except netlynx.PermissionDenied as error:
        return error.hint
    return "done"


def test_without_a_privilege(namespace: netns.NetworkNamespace) -> None:
    assert "CAP_NET_ADMIN" in str(netns.run_in(namespace, in_child, _without_privileges))


def test_rtnetlink_says_where_they_are_made(namespace: netns.NetworkNamespace) -> None:
    with netlynx.connect(netns=namespace) as nl, pytest.raises(netlynx.NetlinkError) as refused:
        nl.do(route.add(route.Link(name="t0", kind="tun", data=route.Tun(type="tun"))))
    assert "netlynx.tun" in refused.value.hint
    assert refused.value.errno in (errno.EOPNOTSUPP, errno.EINVAL)
