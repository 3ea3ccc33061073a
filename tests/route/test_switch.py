"""What a switch knows: bytes of kernels that ran, what each verb sends, and what is refused before anything is sent.

Messages are put together as Linux 6.18 (multicast databases, VXLAN devices) and 6.12 (VLANs) told them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest

from netlynx import route
from netlynx.codec._codec import Records
from netlynx.engine.operation import Dump
from netlynx.engine.subscription import SubscriptionFeed
from netlynx.errors import EncodeError
from netlynx.route.constants import RTM


def attribute(number: int, payload: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(payload), number) + payload + bytes(-len(payload) % 4)


def message(kind: int, payload: bytes) -> bytes:
    return struct.pack("=IHHII", 16 + len(payload), kind, 2, 1, 0) + payload


def read(listing: Dump[Any], data: bytes) -> list[Any]:
    sink = Records(listing.plan(), listing.filter())
    listing.sink(sink).read(data, 0, len(data), listing.reply_type, 1, 0)
    return sink.records


def entry(index: int, state: int, group: bytes, protocol: bytes, *more: bytes) -> bytes:
    known = struct.pack("=IBBH", index, state, 0, 0) + group.ljust(16, b"\0") + protocol + b"\0\0"
    return attribute(1, known + b"".join(more))


PORTS = attribute(
    1,  # MDBA_MDB
    attribute(1, entry(4, 1, bytes.fromhex("010203040506"), b"\0\0", attribute(5, b"\4")))
    + attribute(
        1,
        entry(4, 1, b"\xef\1\1\2", b"\x08\0", attribute(4, b"\xc0\0\2\1"), attribute(3, b"\1"))
        + entry(6, 0, b"\xef\1\1\2", b"\x08\0", attribute(1, struct.pack("=I", 25900))),
    )
    + attribute(1, entry(6, 0, bytes.fromhex("ff0e" + 13 * "00" + "05"), b"\x86\xdd")),
)
ROUTERS = attribute(2, attribute(1, struct.pack("=I", 6) + attribute(2, b"\2") + attribute(1, bytes(4))))
BRIDGE = struct.pack("=B3xI", 0, 2)


def test_a_database_of_a_bridge_is_read_port_by_port() -> None:
    data = message(RTM.GETMDB, BRIDGE + PORTS + ROUTERS) + message(RTM.NEWMDB, struct.pack("=B3xI", 7, 9))
    assert read(route.mdb(), data) == [
        route.MdbEntry(bridge=2, index=4, group="01:02:03:04:05:06", state="permanent", protocol="static"),
        route.MdbEntry(
            bridge=2, index=4, group="239.1.1.2", state="permanent", source="192.0.2.1", filter_mode="include"
        ),
        route.MdbEntry(bridge=2, index=6, group="239.1.1.2", state="temporary", timer=25900),
        route.MdbEntry(bridge=2, index=6, group="ff0e::5", state="temporary"),
    ]
    assert read(route.mdb_routers(), data) == [route.MdbRouter(bridge=2, index=6, type="perm", timer=0)]
    assert [each.index for each in read(route.mdb().where(group="239.1.1.2"), data)] == [4, 6]


def vlan(flags: int, vid: int, *more: bytes) -> bytes:
    return attribute(1, attribute(1, struct.pack("=HH", flags, vid)) + b"".join(more))


STATE = attribute(3, b"\3")
OPTIONS = attribute(2, attribute(1, struct.pack("=H", 10)) + attribute(2, struct.pack("=H", 12)) + attribute(4, b"\3"))


def test_vlans_are_read_as_they_are_told_and_spread_by_who_wants_them() -> None:
    said = vlan(6, 1, STATE) + vlan(0, 10, attribute(2, struct.pack("=H", 20)), STATE)
    tunnel = vlan(0, 30, attribute(4, attribute(1, struct.pack("=I", 3000))))
    data = message(RTM.NEWVLAN, struct.pack("=B3xI", 7, 4) + said) + message(
        RTM.NEWVLAN, struct.pack("=B3xI", 7, 5) + tunnel
    )
    found = read(route.port_vlans(), data)
    assert found == [
        route.PortVlan(index=4, vlan=1, flags=["pvid", "untagged"], state="forwarding"),
        route.PortVlan(index=4, vlan=10, last=20, state="forwarding"),
        route.PortVlan(index=5, vlan=30, tunnel_id=3000),
    ]
    assert [vlan for each in found for vlan in each.vlans] == [1, *range(10, 21), 30]
    (options,) = read(route.vlan_options(), message(RTM.NEWVLAN, struct.pack("=B3xI", 7, 2) + OPTIONS))
    assert options == route.VlanOptions(bridge=2, vlan=10, last=12, multicast_igmp_version=3)
    assert options.vlans == range(10, 13)


def test_events_of_one_message_type_are_told_apart() -> None:
    feed = SubscriptionFeed([route.VLANS, route.MDB, route.VNIS])
    network = attribute(1, attribute(1, struct.pack("=I", 10)) + attribute(4, bytes.fromhex("2001" + 13 * "00" + "07")))
    data = b"".join(
        (
            message(RTM.NEWVLAN, struct.pack("=B3xI", 7, 4) + vlan(2, 10)),
            message(RTM.NEWVLAN, struct.pack("=B3xI", 7, 2) + OPTIONS),
            message(RTM.DELMDB, BRIDGE + PORTS),
            message(RTM.NEWMDB, BRIDGE + ROUTERS),
            message(RTM.DELTUNNEL, struct.pack("=B3xI", 7, 9) + network),
        )
    )
    events: list[Any] = []
    feed.feed(bytearray(data), len(data), 0, events)
    assert [(str(each.kind), type(each.record).__name__) for each in events] == [
        ("new", "PortVlan"),
        ("new", "VlanOptions"),
        *[("delete", "MdbEntry")] * 4,
        ("new", "MdbRouter"),
        ("delete", "Vni"),
    ]
    assert events[0].record == route.PortVlan(index=4, vlan=10, flags="pvid")
    assert events[-1].record.group == "2001::7"
    assert feed.strays == 0


SENT: list[tuple[Any, int, str]] = [
    (
        lambda: route.replace(route.PortVlan(index=4, vlan=10, last=20, flags="untagged")),
        RTM.NEWVLAN,
        "0700000004000000" "14000180" "0800010004000a00" "0600020014000000",
    ),
    (
        lambda: route.change(route.PortVlan(index=4, vlan=10, state="blocking")),
        RTM.NEWVLAN,
        "0700000004000000" "14000180" "0800010040000a00" "0500030004000000",
    ),
    (
        lambda: route.set_vlan_tunnels(4, 10, 1000, last=11),
        RTM.NEWVLAN,
        "0700000004000000" "28000180" "0800010040000a00" "060002000b000000"
        "14000480" "08000100e8030000" "0800020013000000",
    ),
    (
        lambda: route.change(route.VlanOptions(bridge=2, vlan=10, mst_instance=5)),
        RTM.NEWVLAN,
        "0700000002000000" "14000280" "060001000a000000" "0600120005000000",
    ),
    (
        lambda: route.add(route.MdbEntry(bridge=2, index=4, group="239.1.1.1", vlan=7)),
        RTM.NEWMDB,
        "0700000002000000" "20000100" "04000000" "0100" "0700" "ef010101" + 24 * "0" + "0800" "0000",
    ),
    (
        lambda: route.delete(route.MdbEntry(bridge=2, index=4, group="239.1.1.1", source="192.0.2.1")),
        RTM.DELMDB,
        "0700000002000000"
        "20000100" "04000000" "0000" "0000" "ef010101" + 24 * "0" + "0800" "0000" "0c000280" "08000100c0000201",
    ),
    (
        lambda: route.replace(route.Vni(index=9, vni=10, last=20, group="192.0.2.1")),
        RTM.NEWTUNNEL,
        "0700000009000000" "1c000180" "080001000a000000" "0800020014000000" "08000300c0000201",
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SENT)))
def test_requests_are_those_of_bridge_8(number: int) -> None:
    made, kind, payload = SENT[number]
    operation = made()
    assert (operation.message_type, operation.payload.hex()) == (kind, payload)


_MDB: dict[str, Any] = {"bridge": 2, "index": 4, "group": "239.1.1.1"}
REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: route.replace(route.PortVlan(vlan=10)), "PortVlan.index: set the index"),
    (lambda: route.replace(route.PortVlan(index=4)), "PortVlan.vlan: 0 is no VLAN"),
    (lambda: route.replace(route.PortVlan(index=4, vlan=4095)), "PortVlan.vlan: 4095 is no VLAN"),
    (lambda: route.replace(route.PortVlan(index=4, vlan=10, last=9)), "PortVlan.last: 9 is no VLAN behind 10"),
    (lambda: route.replace(route.PortVlan(index=4, vlan=10, last=11, flags="pvid")), "PortVlan.flags: pvid"),
    (lambda: route.replace(route.PortVlan(index=4, vlan=10, flags="range-begin")), "PortVlan.flags: range-begin"),
    (lambda: route.change(route.PortVlan(index=4, vlan=10, flags="pvid")), "PortVlan.flags: it stays as it is"),
    (lambda: route.change(route.PortVlan(index=4, vlan=10)), "PortVlan: it does not say what"),
    (lambda: route.delete(route.PortVlan(index=4, vlan=10, state="blocking")), "PortVlan.state: the kernel does not"),
    (lambda: route.add(route.PortVlan(index=4, vlan=10)), "use route.replace"),
    (lambda: route.set_vlan_tunnels(4, 10, 0), r"set_vlan_tunnels\(tunnel_id\): 0 is not a tunnel"),
    (lambda: route.set_vlan_tunnels(4, 10, 0xFFFFFF, last=11), "is not a tunnel"),
    (lambda: route.delete_vlan_tunnels(4, 10, last=10), "10 is not a VLAN behind 10"),
    (lambda: route.set_mst_state(4, 0, "blocking"), r"set_mst_state\(instance\): 0 is not an instance"),
    (lambda: route.set_mst_state(4, 1, "sleeping"), r"set_mst_state\(state\)"),
    (lambda: route.change(route.VlanOptions(bridge=2, vlan=10)), "VlanOptions: it does not say what"),
    (lambda: route.change(route.VlanOptions(bridge=2, vlan=10, mst_instance=4096)), "4096 is no instance"),
    (lambda: route.add(route.MdbEntry(**_MDB | {"group": ""})), "MdbEntry.group: set the address"),
    (lambda: route.add(route.MdbEntry(**_MDB | {"index": 0})), "MdbEntry.index: set the index of the port"),
    (lambda: route.add(route.MdbEntry(**_MDB, sources=["192.0.2.1"])), "MdbEntry.filter_mode: whether"),
    (lambda: route.add(route.MdbEntry(**_MDB, flags="blocked")), "MdbEntry.flags: the kernel tells this"),
    (lambda: route.add(route.MdbEntry(**_MDB, vlan=4095)), "MdbEntry.vlan: 4095 is no VLAN"),
    (lambda: route.add(route.MdbEntry(**_MDB, vni=7)), "MdbEntry.destination: set the tunnel end"),
    (lambda: route.add(route.MdbEntry(**_MDB, destination="192.0.2.1")), "MdbEntry.index: of a VXLAN device"),
    (lambda: route.add(route.MdbEntry(**_MDB | {"group": "239.1"})), "MdbEntry.entry.group"),
    (lambda: route.delete(route.MdbEntry(**_MDB, state="permanent")), "MdbEntry.state: the kernel does not look"),
    (lambda: route.flush_mdb(route.MdbEntry(bridge=2, group="239.1.1.1")), "MdbEntry.group: nothing is selected"),
    (lambda: route.mdb_group(2, "br0"), r"mdb_group\(group\): 'br0' is no address"),
    (lambda: route.replace(route.Vni(index=9, vni=0)), "Vni.vni: 0 is no network"),
    (lambda: route.replace(route.Vni(index=9, vni=1 << 24)), "Vni.vni: 16777216 is no network"),
    (lambda: route.replace(route.Vni(index=9, vni=10, last=5)), "Vni.last: 5 is no network behind 10"),
    (lambda: route.delete(route.Vni(index=9, vni=10, group="192.0.2.1")), "Vni.group: the kernel does not look"),
    (lambda: route.replace(route.Vni(index=9, vni=10, rx_bytes=5)), "Vni.rx_bytes: the kernel tells this"),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_the_kernel_would_not_do_is_refused_by_its_field(number: int) -> None:
    made, why = REFUSED[number]
    with pytest.raises(EncodeError, match=why):
        made()
