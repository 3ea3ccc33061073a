"""Protocols that only tell: SELinux, SCSI transports, iSCSI. A virtual kernel says what the kernel's structs have."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import iscsi, scsi, selinux
from netlynx.cli.watched import watched
from netlynx.engine.operation import Needed
from netlynx.kernel import VirtualKernel
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message
from support import PATIENCE


@pytest.fixture
def kernel() -> VirtualKernel:
    return VirtualKernel()


@pytest.fixture
def nl(kernel: VirtualKernel) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel) as connection:
        yield connection


def header(transport: int, message: int, length: int, magic: int = 0xA1B2) -> bytes:
    return struct.pack("=BBHHH", 1, transport, magic, message, length)


def event(code: int, data: bytes, host: int = 3) -> bytes:
    """As fc_host_post_fc_event lays it out: the data begins in the struct's last member, and is padded."""
    body = struct.pack("=QQHHII", 1_700_000_000, 0, host, len(data), 7, code) + data
    return (header(1, 0x100, 8 + len(body)) + body).ljust(40 + max(0, (len(data) + 3) // 8 * 8), b"\0")


def uevent(kind: int, told: bytes, behind: bytes = b"") -> bytes:
    return struct.pack("=IIQ24s16s", kind, 0, 0xFFFF_8000_0000_1234, b"", told) + behind


PATH = struct.pack("=Q6s6sI16s16sHH4x", 9, b"\2\0\0\0\0\1", bytes(6), 4, bytes(16), b"\xc0\0\2\7" + bytes(12), 5, 1500)
WAY = iscsi.Path(
    handle=9,
    address="02:00:00:00:00:01",
    old_address="00:00:00:00:00:00",
    address_length=4,
    source=bytes(16),
    destination=b"\xc0\0\2\7" + bytes(12),
    vlan=5,
    mtu=1500,
)

COUNTED = struct.pack("=QQ20I", 1000, 2000, *range(19), 2) + struct.pack("=64sQ64sQ", b"eh_abort", 7, b"other", 8)

# Group, number of its group, message type, payload; what comes of it.
SAID: dict[str, tuple[Any, int, int, bytes, str, dict[str, Any]]] = {
    "enforcing": (selinux.EVENTS, 1, 16, struct.pack("=i", 1), "enforcement", {"enforcing": True}),
    "permissive": (selinux.EVENTS, 1, 16, struct.pack("=i", 0), "enforcement", {"enforcing": False}),
    "policy": (selinux.EVENTS, 1, 17, struct.pack("=I", 5), "policy-load", {"sequence": 5}),
    "link up": (
        *(scsi.EVENTS, 4, 17, event(2, b"\1\2\3\4")),
        *(
            "event",
            {"host": 3, "code": scsi.FibreChannelCode.LINK_UP, "payload": b"\1\2\3\4", "seconds": 1_700_000_000},
        ),
    ),
    "no data": (scsi.EVENTS, 4, 17, event(5, b""), "event", {"code": scsi.FibreChannelCode.RSCN, "payload": b""}),
    "fabric": (
        *(scsi.EVENTS, 4, 17, event(0x501, bytes(range(60)))),
        *("event", {"code": scsi.FibreChannelCode.LINK_FPIN, "payload": bytes(range(60)), "number": 7}),
    ),
    "unknown code": (
        scsi.EVENTS,
        4,
        17,
        event(0x999, b"\1\2\3\4\5"),
        "event",
        {"code": 0x999, "payload": b"\1\2\3\4\5"},
    ),
    "vendor": (
        *(scsi.EVENTS, 4, 17, header(0, 1, 32) + struct.pack("=QHH4x", 0x0100_0000_0000_10DF, 2, 8) + b"whatever"),
        *("vendor", {"vendor": 0x0100_0000_0000_10DF, "host": 2, "tail": b"whatever"}),
    ),
    "pdu": (
        *(iscsi.EVENTS, 1, 0, uevent(101, struct.pack("=IIQ", 1, 0, 9), bytes(48) + b"data")),
        *("pdu", {"session": 1, "handle": 9, "pdu_header": bytes(48), "pdu_data": b"data"}),
    ),
    "broken": (
        *(iscsi.EVENTS, 1, 0, uevent(102, struct.pack("=III", 2, 1, 1020))),
        *("connection-failed", {"session": 2, "connection": 1, "code": iscsi.IscsiError.TCP_CONN_CLOSE}),
    ),
    "ended": (
        *(iscsi.EVENTS, 1, 0, uevent(104, struct.pack("=II", 6, 2))),
        *("session-destroyed", {"host": 6, "session": 2, "transport": 0xFFFF_8000_0000_1234}),
    ),
    "unbound": (
        *(iscsi.EVENTS, 1, 0, uevent(105, struct.pack("=II", 2, 6))),
        *("session-unbound", {"host": 6, "session": 2}),
    ),
    "made": (
        *(iscsi.EVENTS, 1, 0, uevent(106, struct.pack("=II", 2, 6))),
        *("session-created", {"host": 6, "session": 2}),
    ),
    "logged in": (
        *(iscsi.EVENTS, 1, 0, uevent(109, struct.pack("=III", 2, 0, 3))),
        *("login-state", {"state": iscsi.ConnectionState.LOGGED_IN}),
    ),
    "adapter": (
        *(iscsi.EVENTS, 1, 0, uevent(110, struct.pack("=III", 6, 4, 2), b"more")),
        *("host", {"host": 6, "code": iscsi.HostEventCode.LINKDOWN, "tail": b"more"}),
    ),
    "ping": (
        *(iscsi.EVENTS, 1, 0, uevent(111, struct.pack("=IIII", 6, 4, 77, 0))),
        *("ping-done", {"status": iscsi.PingStatus.TIMEOUT, "ping": 77}),
    ),
    "counted": (
        *(iscsi.EVENTS, 1, 0, struct.pack("=IIQII32x", 20, 0, 5, 2, 1) + COUNTED),
        *("statistics", {"session": 2, "connection": 1, "counters": iscsi.Counters.from_bytes(COUNTED)}),
    ),
    "counted by an adapter": (
        *(iscsi.EVENTS, 1, 0, struct.pack("=IIQI36x", 42, 0, 5, 6) + b"counters"),
        *("host-statistics", {"host": 6, "tail": b"counters"}),
    ),
    "path": (
        *(iscsi.ADAPTERS, 2, 0, uevent(107, struct.pack("=I", 6), PATH)),
        *("path-wanted", {"host": 6, "path": WAY}),
    ),
    "card down": (iscsi.ADAPTERS, 2, 0, uevent(108, struct.pack("=I", 6)), "interface-down", {"host": 6}),
}


def test_counters_are_told_with_those_of_the_driver() -> None:
    counters = iscsi.Counters.from_bytes(COUNTED)
    assert (counters.sent_bytes, counters.received_bytes, counters.timeout_errors) == (1000, 2000, 18)
    assert counters.own == {"eh_abort": 7, "other": 8}
    assert iscsi.Counters.from_bytes(COUNTED[:-8]).own == {"eh_abort": 7}  # cut short


def test_each_kind_of_event_is_said_here() -> None:
    groups: list[Any] = [selinux.EVENTS, scsi.EVENTS, iscsi.EVENTS, iscsi.ADAPTERS]
    assert {(id(group), kind) for group, *_, kind, _ in SAID.values()} == {
        (id(group), kind) for group in groups for kind, _ in group.messages.values()
    }


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_is_told_with_its_fields(name: str, kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    group, number, message_type, payload, kind, fields = SAID[name]
    side = kernel.protocol(group.protocol, None, groups=32)
    with nl.subscribe(group) as events:
        side.multicast(Message(message_type, payload=payload), group=number)
        heard = events.get(timeout=PATIENCE)
    assert isinstance(heard, netlynx.Event)
    assert heard.kind == kind
    assert {field: getattr(heard.record, field) for field in fields} == fields
    again = type(heard.record).from_bytes(heard.record.to_bytes())
    assert again == heard.record
    assert payload.startswith(heard.record.to_bytes()[:4])
    (shown,) = [each for each in watched(next(iter(NAMES[group.protocol]))) if each.says(heard.record)]
    assert kind in shown.as_json(str(heard.kind), heard)


NAMES = {NETLINK.SELINUX: ("selinux",), NETLINK.SCSITRANSPORT: ("scsi",), NETLINK.ISCSI: ("iscsi",)}


@pytest.mark.anyio
async def test_tasks_hear_the_same(kernel: VirtualKernel) -> None:
    sides = {protocol: kernel.protocol(protocol, None, groups=32) for protocol in NAMES}
    async with netlynx.aconnect(kernel=kernel) as nl:
        for group, number, message_type, payload, kind, fields in SAID.values():
            async with nl.subscribe(group) as events:
                sides[group.protocol].multicast(Message(message_type, payload=payload), group=number)
                heard = await events.get(timeout=PATIENCE)
                assert isinstance(heard, netlynx.Event)
                assert heard.kind == kind
                assert all(getattr(heard.record, field) == value for field, value in fields.items())
                await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize(
    ("group", "number", "message_type", "payload"),
    [
        (scsi.EVENTS, 4, 17, header(1, 0x100, 8, magic=0xB2A1) + bytes(32)),
        (scsi.EVENTS, 4, 17, header(1, 0x101, 8) + bytes(32)),
        (scsi.EVENTS, 4, 17, b"\1"),
        (iscsi.EVENTS, 1, 0, uevent(103, b"")),
        (iscsi.EVENTS, 1, 0, b""),
    ],
)
def test_what_is_none_of_these_is_a_stray(
    group: Any, number: int, message_type: int, payload: bytes, kernel: VirtualKernel, nl: netlynx.Connection
) -> None:
    side = kernel.protocol(group.protocol, None, groups=32)
    with nl.subscribe(group) as events:
        side.multicast(Message(message_type, payload=payload), group=number)
        assert events.drain() == []
    assert nl.statistics.strays >= 1


def test_a_message_that_is_too_short_for_what_it_says_is_read_as_far_as_it_goes(
    kernel: VirtualKernel, nl: netlynx.Connection
) -> None:
    side = kernel.protocol(NETLINK.ISCSI, None, groups=32)
    with nl.subscribe(iscsi.EVENTS) as events:
        side.multicast(Message(0, payload=struct.pack("=I", 102)), group=1)
        (heard,) = events.drain()
    assert heard.record == iscsi.ConnectionFailed(type=iscsi.IscsiEventType.CONN_ERROR)


def test_without_selinux_in_use_a_subscription_is_refused_in_words() -> None:
    with open("/proc/filesystems") as file:
        if "selinuxfs" in file.read():
            pytest.skip("SELinux is in use here")
    try:
        netlynx.NetlinkSocket(NETLINK.SELINUX).close()
    except netlynx.NotSupported:
        pytest.skip("this kernel has no SELinux at all")
    with netlynx.connect() as nl, pytest.raises(netlynx.NotSupported) as refused:
        nl.subscribe(selinux.EVENTS)
    assert "join selinux.EVENTS: " in str(refused.value)
    assert "initial network namespace" in str(refused.value) or "SELinux is not in use" in str(refused.value)


def test_what_a_group_needs_is_looked_for_on_this_host_alone(kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    from netlynx.engine.operation import Group

    needy: Group[selinux.Enforcement] = Group(
        "needy", NETLINK.USERSOCK, (1,), {16: ("x", selinux.Enforcement)}, needs=Needed("no-such-fs", "it is not there")
    )
    fed: Group[selinux.Enforcement] = Group(
        "fed", NETLINK.USERSOCK, (1,), {16: ("x", selinux.Enforcement)}, needs=Needed("proc", "it is not there")
    )
    nl.subscribe(needy).close()  # of a virtual kernel nothing is known
    with netlynx.connect() as host:
        with pytest.raises(netlynx.NotSupported, match="join needy: it is not there"):
            host.subscribe(needy)
        with contextlib.suppress(netlynx.PermissionDenied):  # of joining, which takes CAP_NET_ADMIN
            host.subscribe(fed).close()
