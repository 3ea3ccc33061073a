"""Network block devices that a server of the test's gives, beside nbd-client(8) and /sys. In the guest.

Source: linux/nbd.h, drivers/block/nbd.c.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx.errors import Busy, NetlinkError, NotFound
from netlynx.families import nbd
from support import PATIENCE, load, until

pytestmark = pytest.mark.guest
SIZE = 1 << 20
REQUEST, REPLY = struct.Struct(">IIQQI"), struct.Struct(">IIQ")
READ, WRITE, DISCONNECT = 0, 1, 2


class Server:
    """The far end of a device: memory that is read and written, as linux/nbd.h says."""

    def __init__(self, data: bytearray) -> None:
        self.near, self._far = socket.socketpair()
        self._data = data
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with self._far:
            while len(head := self._far.recv(REQUEST.size, socket.MSG_WAITALL)) == REQUEST.size:
                magic, kind, handle, start, length = REQUEST.unpack(head)
                assert magic == 0x25609513
                if kind & 0xFFFF == DISCONNECT:
                    return
                if kind & 0xFFFF == WRITE:
                    self._data[start : start + length] = self._far.recv(length, socket.MSG_WAITALL)
                self._far.sendall(REPLY.pack(0x67446698, 0, handle))
                if kind & 0xFFFF == READ:
                    self._far.sendall(self._data[start : start + length])

    def cut(self) -> None:
        """Break the connection."""
        self._far.shutdown(socket.SHUT_RDWR)

    def ended(self) -> None:
        """Wait for the end, which the kernel makes."""
        self.near.close()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    load("nbd nbds_max=2")
    with netlynx.connect() as nl:
        yield nl


def by_nbd_client(index: int) -> bool:
    """Whether nbd-client(8) says that a device has a server."""
    if shutil.which("nbd-client") is None:
        pytest.skip("no `nbd-client` to compare with: apt-get install nbd-client")
    done = subprocess.run(["nbd-client", "-check", f"/dev/nbd{index}"], capture_output=True, timeout=PATIENCE)
    return done.returncode == 0


def of_sys(index: int, name: str) -> str:
    return Path(f"/sys/block/nbd{index}/{name}").read_text().strip()


def test_a_device_is_connected_read_written_and_disconnected(nl: netlynx.Connection) -> None:
    data = bytearray(os.urandom(SIZE))
    server = Server(data)
    before = nl.do(nbd.devices())
    assert [each.connected for each in before] == [False] * len(before)
    made = nl.do(nbd.connect([server.near], size=SIZE, block_size=4096, server_flags=["has_flags", "send_flush"]))
    assert made.number is not None
    index = made.number
    assert nl.do(nbd.device(index)) == nbd.Device(number=index, connected=True)
    assert by_nbd_client(index)
    assert of_sys(index, "size") == str(SIZE // 512)
    assert of_sys(index, "queue/logical_block_size") == "4096"
    with open(f"/dev/nbd{index}", "rb+", buffering=0) as device:
        assert device.read(8192) == data[:8192]
        device.seek(4096)
        device.write(b"x" * 4096)
        os.fsync(device.fileno())
    assert data[4096:8192] == b"x" * 4096
    with pytest.raises(Busy):
        nl.do(nbd.connect([server.near], size=SIZE, number=index))
    nl.do(nbd.disconnect(index))
    server.ended()
    until(lambda: not by_nbd_client(index))
    assert nl.do(nbd.device(index)).connected is False
    nl.do(nbd.disconnect(index))  # which is not refused


def test_a_connection_that_broke_is_told_and_replaced(nl: netlynx.Connection) -> None:
    data = bytearray(os.urandom(SIZE))
    servers = [Server(data), Server(data)]
    with nl.subscribe(nbd.DEAD_LINKS) as events:
        made = nl.do(
            nbd.connect(
                [each.near for each in servers], size=SIZE, number=1, dead_timeout=60, timeout=30,
                server_flags=["has_flags", "can_multi_conn"], backend="east",
            )
        )  # fmt: skip
        assert made.number == 1
        assert of_sys(1, "backend") == "east"
        servers[0].cut()
        event = events.get(timeout=PATIENCE)
        assert (event.kind, event.record.number) == ("link_dead", 1)
        fresh = Server(data)
        with pytest.raises(NetlinkError):
            nl.do(nbd.reconfigure(1, sockets=[fresh.near], backend="west"))
        nl.do(nbd.reconfigure(1, sockets=[fresh.near], backend="east", size=SIZE // 2))
        assert of_sys(1, "size") == str(SIZE // 1024)
        with open("/dev/nbd1", "rb", buffering=0) as device:
            assert device.read(4096) == data[:4096]
        nl.do(nbd.disconnect(1))
        for each in (fresh, *servers):
            each.ended()


def test_what_is_not_there_is_said(nl: netlynx.Connection) -> None:
    with pytest.raises(NotFound, match="there is no /dev/nbd77"):
        nl.do(nbd.device(77))
    with pytest.raises(NetlinkError):
        nl.do(nbd.disconnect(77))


def test_what_nbd_client_connects_is_seen(nl: netlynx.Connection, tmp_path: Path) -> None:
    if shutil.which("nbd-server") is None or shutil.which("nbd-client") is None:
        pytest.skip("no nbd-server and nbd-client to compare with: apt-get install nbd-server nbd-client")
    image = tmp_path / "image"
    image.write_bytes(os.urandom(SIZE))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    settings = tmp_path / "settings"
    settings.write_text(f"[generic]\nport = 10809\nlistenaddr = 127.0.0.1\n[east]\nexportname = {image}\n")
    serving = subprocess.Popen(["nbd-server", "-d", "-C", str(settings)])
    try:
        asked = ["nbd-client", "127.0.0.1", "10809", "/dev/nbd0", "-N", "east"]
        until(lambda: subprocess.run(asked, capture_output=True, timeout=PATIENCE).returncode == 0)
        assert nl.do(nbd.device(0)).connected
        assert of_sys(0, "size") == str(SIZE // 512)
        nl.do(nbd.disconnect(0))
        until(lambda: not by_nbd_client(0))
    finally:
        serving.terminate()
        serving.wait(PATIENCE)
