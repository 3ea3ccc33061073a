"""What storage networks tell, on a kernel of our own: of an iSCSI connection that breaks, of a Fibre Channel host.

What is said to the kernel here, is said in bytes of the test's own.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx import iscsi, scsi
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message
from support import PATIENCE, load

pytestmark = pytest.mark.guest


class Iscsid:
    """As much of iscsid as makes a session of software iSCSI, and ends it. Source: include/scsi/iscsi_if.h."""

    def __init__(self, sock: netlynx.NetlinkSocket) -> None:
        self._sock = sock
        self._handle = int(Path("/sys/class/iscsi_transport/tcp/handle").read_text())

    def ask(self, number: int, asked: bytes) -> tuple[int, int]:
        """Send one request; the first two numbers of what is answered."""
        self.tell(number, asked)
        answer = self._sock.recv().payload
        kind, error = struct.unpack_from("=Ii", answer)
        assert (kind, error) == (number, 0)
        one, other = struct.unpack_from("=ii", answer, 40)
        return one, other

    def tell(self, number: int, asked: bytes) -> None:
        """Send one request."""
        event = struct.pack("=IIQ24s16s", number, 0, self._handle, asked, b"")
        self._sock.send(Message(number, 1, payload=event))


@pytest.fixture
def iscsid() -> Iterator[Iscsid]:
    load("iscsi_tcp")
    with netlynx.NetlinkSocket(NETLINK.ISCSI) as sock:
        sock.settimeout(PATIENCE)
        yield Iscsid(sock)


def test_a_connection_breaks_and_its_session_ends(iscsid: Iscsid) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=PATIENCE)
    with netlynx.connect(timeout=PATIENCE) as nl, nl.subscribe(iscsi.EVENTS) as events:
        session, host = iscsid.ask(11, struct.pack("=IHH", 1, 128, 32))  # ISCSI_UEVENT_CREATE_SESSION
        made = events.get(PATIENCE)
        assert isinstance(made, netlynx.Event)
        assert (made.kind, made.record.session, made.record.host) == ("session-created", session, host)
        iscsid.ask(13, struct.pack("=II", session, 0))  # CREATE_CONN
        with socket.create_server(("127.0.0.1", 0)) as target:
            ours = socket.create_connection(target.getsockname())
            theirs, _ = target.accept()
        assert iscsid.ask(15, struct.pack("=IIQI", session, 0, ours.fileno(), 1))[0] == 0  # BIND_CONN
        assert iscsid.ask(17, struct.pack("=II", session, 0))[0] == 0  # START_CONN
        asked = struct.pack("=II", session, 0)
        iscsid.tell(20, asked)  # GET_STATS, which is answered to all
        counted = events.get(PATIENCE)
        assert isinstance(counted, netlynx.Event)
        assert (counted.kind, counted.record.session, counted.record.connection) == ("statistics", session, 0)
        assert (counted.record.counters.sent_bytes, counted.record.counters.commands) == (0, 0)
        assert "eh_abort_cnt" in counted.record.counters.own
        theirs.close()
        broken = events.get(PATIENCE)
        assert isinstance(broken, netlynx.Event)
        assert (broken.kind, type(broken.record)) == ("connection-failed", iscsi.ConnectionFailed)
        assert (broken.record.session, broken.record.connection) == (session, 0)
        assert broken.record.code in (iscsi.IscsiError.TCP_CONN_CLOSE, iscsi.IscsiError.CONN_FAILED)
        iscsid.ask(18, struct.pack("=IIQI", session, 0, 0, 1))  # STOP_CONN, STOP_CONN_TERM
        iscsid.ask(14, struct.pack("=II", session, 0))  # DESTROY_CONN
        ours.close()
        iscsid.ask(12, struct.pack("=I", session))  # DESTROY_SESSION
        seen = []
        while not seen or not isinstance(seen[-1], iscsi.SessionDestroyed):
            event = events.get(PATIENCE)
            assert isinstance(event, netlynx.Event)
            seen.append(event.record)
        assert (seen[-1].session, seen[-1].host) == (session, host)
        assert seen[-1].type is iscsi.IscsiEventType.DESTROY_SESSION
        assert seen[-1].transport == int(Path("/sys/class/iscsi_transport/tcp/handle").read_text())


def test_a_fibre_channel_host_tells_of_its_link() -> None:
    load("fcoe")
    folder = Path("/sys/module/libfcoe/parameters")
    for command in ("add v0 type veth peer name v1", "set v0 up", "set v1 up"):
        subprocess.run(["ip", "link", *command.split()], check=True, timeout=PATIENCE)
    try:
        with netlynx.connect(timeout=PATIENCE) as nl, nl.subscribe(scsi.EVENTS) as events:
            (folder / "create_vn2vn").write_text("v0")
            hosts = [int(each.name.removeprefix("host")) for each in Path("/sys/class/fc_host").iterdir()]
            subprocess.run(["ip", "link", "set", "v1", "down"], check=True, timeout=PATIENCE)
            heard = events.get(PATIENCE)
            assert isinstance(heard, netlynx.Event)
            event = heard.record
            assert event.host in hosts
            assert event.code is scsi.FibreChannelCode.LIP_RESET
            assert (event.header.transport, event.header.length) == (scsi.Transport.FC, 40)
            assert (len(event.payload), event.tail) == (4, b"")
            assert abs(event.seconds - time.time()) < PATIENCE
    finally:
        with contextlib.suppress(OSError):
            (folder / "destroy").write_text("v0")
        subprocess.run(["ip", "link", "delete", "v0"], timeout=PATIENCE)
