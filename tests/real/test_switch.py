"""Multicast databases and networks of VXLAN devices beside `bridge`: what it made is read here, what is made here it
reads; and frames of a group go where its entry says."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.errors import AlreadyExists, NetlinkError, NotFound
from support import PATIENCE

pytestmark = pytest.mark.namespace

BRIDGE = (
    "link add br0 type bridge mcast_snooping 1 mcast_igmp_version 3 mcast_mld_version 2 "
    "mcast_query_response_interval 10 mcast_querier 1",
    *(
        line
        for n in range(3)
        for line in (
            f"link add p{n} type veth peer name x{n}",
            f"link set p{n} master br0 up",
            f"link set x{n} up",
        )
    ),
    "link set br0 up",
)


@pytest.fixture
def switch(ip: Ip, namespace: netns.NetworkNamespace) -> None:
    """A bridge with three ports. Without IPv6 nobody joins groups unasked."""
    for each in ("all", "default"):
        netns.run_in(namespace, Path(f"/proc/sys/net/ipv6/conf/{each}/disable_ipv6").write_text, "1")
    ip.all(BRIDGE)


@pytest.fixture
def names(nl: netlynx.Connection, switch: None) -> dict[int, str]:
    return {each.index: each.name or "" for each in nl.dump(route.links())}


# -- as `bridge -d -j -s mdb` prints it ----------------------------------------------------------------------------


_FLAGS = {"star-excl": "added_by_star_ex", "fast-leave": "fast_leave"}


def ticks(value: int | None) -> str:
    return f"{(value or 0) / 100:7.2f}"


def as_bridge(entry: route.MdbEntry, names: dict[int, str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "index": entry.bridge,
        "dev": names[entry.bridge],
        "port": names[entry.index],
        "grp": entry.group,
        "state": {"temporary": "temp"}.get(str(entry.state), str(entry.state)),
        "flags": [_FLAGS.get(each, each) for each in entry.flags.labels],
        "timer": ticks(entry.timer),
    }
    for name, value in (("src", entry.source), ("vid", entry.vlan or None), ("protocol", entry.protocol)):
        if value is not None:
            said[name] = str(value) if name == "protocol" else value
    if entry.filter_mode is not None:
        said["filter_mode"] = str(entry.filter_mode)
    if entry.sources:
        said["source_list"] = [{"address": each.address, "timer": ticks(each.timer).strip()} for each in entry.sources]
    return said


def settled(said: dict[str, Any]) -> dict[str, Any]:
    """Without what runs on: the timers of what is temporary."""
    return said if said["state"] == "permanent" else {**said, "timer": ""}


def compare(nl: netlynx.Connection, ip: Ip, names: dict[int, str]) -> list[dict[str, Any]]:
    (found,) = ip.json("-s mdb show", tool="bridge")
    ours = [settled(as_bridge(each, names)) for each in nl.dump(route.mdb())]
    assert [settled(each) for each in found["mdb"]] == ours
    routers = {names[each.bridge]: {names[each.index]: str(each.type)} for each in nl.dump(route.mdb_routers())}
    assert {
        bridge: {port["port"]: {"permanent": "perm"}.get(port["type"], port["type"]) for port in ports}
        for bridge, ports in found["router"].items()
    } == routers
    return ours


def test_what_bridge_made_is_read_field_by_field(nl: netlynx.Connection, ip: Ip, names: dict[int, str]) -> None:
    ip("link set dev p2 mcast_router 2", tool="bridge")
    for line in (
        "port p0 grp 239.1.1.1 permanent",
        "port p1 grp 239.1.1.1 permanent",
        "port p0 grp 239.1.1.1 src 192.0.2.1 permanent",
        "port p1 grp 239.1.1.2 temp",
        "port p0 grp ff0e::5 permanent",
        "port p1 grp ff0e::5 src 2001:db8::1 permanent",
        "port p2 grp 01:02:03:04:05:06 permanent",
        "port br0 grp 239.1.1.3 temp",
    ):
        ip(f"mdb add dev br0 {line}", tool="bridge")
    assert len(compare(nl, ip, names)) >= 8


def test_what_is_made_here_bridge_reads(nl: netlynx.Connection, ip: Ip, names: dict[int, str]) -> None:
    made = route.MdbEntry(bridge="br0", index="p0", group="239.1.1.1")
    nl.do(route.add(made))
    with pytest.raises(AlreadyExists):
        nl.do(route.add(made))
    (found,) = nl.dump(route.mdb().where(bridge="br0", index="p0", group="239.1.1.1"))
    ensured = nl.do(route.ensure(route.add(made.replace(protocol="bgp"))))
    assert not ensured.made
    assert ensured.record == found
    assert set(ensured.differences) == {"protocol"}
    for each in (
        route.MdbEntry(bridge="br0", index="br0", group="239.1.1.1"),
        route.MdbEntry(bridge="br0", index="p1", group="239.1.1.1", filter_mode="include", sources=["192.0.2.1"]),
        route.MdbEntry(bridge="br0", index="p1", group="ff0e::7", state="temporary", protocol="bgp"),
        route.MdbEntry(bridge="br0", index="p2", group="01:02:03:04:05:06"),
    ):
        nl.do(route.add(each))
    compare(nl, ip, names)
    nl.do(route.replace(made.replace(filter_mode="include", sources=["192.0.2.7", "192.0.2.8"])))
    (changed,) = nl.dump(route.mdb().where(index="p0", group="239.1.1.1", source=None))
    assert {each.address for each in changed.sources} == {"192.0.2.7", "192.0.2.8"}
    compare(nl, ip, names)
    nl.do(route.delete(changed))
    with pytest.raises(NotFound, match="no such entry"):
        nl.do(route.delete(changed))
    assert compare(nl, ip, names)


def test_one_group_is_looked_up_with_all_its_ports(nl: netlynx.Connection, switch: None) -> None:
    for port in ("p0", "p1"):
        nl.do(route.add(route.MdbEntry(bridge="br0", index=port, group="239.1.1.1")))
    try:
        found = nl.do(route.mdb_group("br0", "239.1.1.1"))
    except netlynx.NotSupported as error:
        pytest.skip(f"{error}")
    listed = nl.dump(route.mdb().where(group="239.1.1.1")).all()
    assert [(each.index, each.state, each.protocol) for each in found.entries] == [
        (each.index, each.state, each.protocol) for each in listed
    ]
    with pytest.raises(NotFound):
        nl.do(route.mdb_group("br0", "239.1.1.9"))


def test_many_entries_are_removed_by_what_selects_them(nl: netlynx.Connection, switch: None) -> None:
    for port in ("p0", "p1"):
        for group, protocol in (("239.1.1.1", None), ("239.1.1.2", "bgp")):
            nl.do(route.add(route.MdbEntry(bridge="br0", index=port, group=group, protocol=protocol)))

    def left() -> set[tuple[str | None, str | None]]:
        names = {each.index: each.name for each in nl.dump(route.links())}
        return {(names[each.index], each.group) for each in nl.dump(route.mdb().where(state="permanent"))}

    try:
        nl.do(route.flush_mdb(route.MdbEntry(bridge="br0", protocol="bgp", index="p0")))
    except netlynx.NotSupported as error:
        pytest.skip(f"{error}")
    assert left() == {("p0", "239.1.1.1"), ("p1", "239.1.1.1"), ("p1", "239.1.1.2")}
    nl.do(route.flush_mdb(route.MdbEntry(bridge="br0", state="temporary")))
    assert len(left()) == 3
    nl.do(route.flush_mdb("br0"))
    assert left() == set()


def test_a_copy_follows_what_changes(nl: netlynx.Connection, ip: Ip, switch: None) -> None:
    p1 = nl.do(route.link(name="p1")).index
    listing = route.mdb()
    with nl.mirror(listing) as copy:
        wanted = route.MdbEntry(bridge="br0", index="p0", group="239.1.1.1")
        nl.do(route.add(wanted))
        nl.do(route.add(wanted.replace(index="p1")))
        nl.do(route.delete(wanted))
        copy.wait_until(
            lambda mirror: [each.index for each in mirror[listing].find(group="239.1.1.1")] == [p1], PATIENCE
        )


# -- VXLAN devices -------------------------------------------------------------------------------------------------


def test_a_vxlan_device_forwards_groups_to_tunnel_ends(nl: netlynx.Connection, ip: Ip) -> None:
    ip.all(("link add vx0 type vxlan id 7 dstport 4789 local 127.0.0.1", "link set vx0 up"))
    made = route.MdbEntry(bridge="vx0", group="239.1.1.1", destination="192.0.2.1", port=4790, vni=9, via_index="lo")
    for each in (
        made,
        made.replace(destination="2001:db8::1", port=None, vni=None, via_index=None),
        made.replace(group="0.0.0.0"),
        made.replace(group="ff0e::5", filter_mode="include", sources=["2001:db8::7"]),
    ):
        nl.do(route.add(each))
    vx0, lo = nl.do(route.link(name="vx0")).index, nl.do(route.link(name="lo")).index
    (found,) = nl.dump(route.mdb().where(bridge="vx0", group="239.1.1.1", destination="192.0.2.1"))
    assert found.replace(timer=None, filter_mode=None, protocol=None) == made.replace(
        bridge=vx0, index=vx0, via_index=lo, state="permanent"
    )
    assert {each.group for each in nl.dump(route.mdb())} == {"239.1.1.1", "0.0.0.0", "ff0e::5"}
    assert len(nl.do(route.mdb_group("vx0", "239.1.1.1")).entries) == 2
    nl.do(route.delete(found))
    nl.do(route.flush_mdb(route.MdbEntry(bridge="vx0", vni=9)))
    assert [each.destination for each in nl.dump(route.mdb())] == ["2001:db8::1"]


def vnis(ip: Ip) -> list[dict[str, Any]]:
    return [
        {"vni": each["vni"], "last": each.get("vniEnd"), "group": each.get("group") or each.get("remote")}
        for device in ip.json("vni show", tool="bridge")
        for each in device["vnis"]
    ]


def test_networks_are_read_and_made_beside_bridge(nl: netlynx.Connection, ip: Ip) -> None:
    ip("link add vx0 type vxlan dstport 4789 external vnifilter local 127.0.0.1")
    for line in ("10-20", "30 remote 192.0.2.1", "31 remote 2001:db8::1"):
        ip(f"vni add dev vx0 vni {line}", tool="bridge")
    nl.do(route.replace(route.Vni(index="vx0", vni=40, last=44, group="192.0.2.7")))
    nl.do(route.replace(route.Vni(index="vx0", vni=50)))
    nl.do(route.replace(route.Vni(index="vx0", vni=42, group="192.0.2.8")))
    ours = nl.dump(route.vnis(index="vx0")).all()
    assert [{"vni": each.vni, "last": each.last, "group": each.group} for each in ours] == vnis(ip)
    assert [number for each in ours for number in each.vnis] == [*range(10, 21), 30, 31, *range(40, 45), 50]
    with pytest.raises(NotFound, match="it has no network 21"):
        nl.do(route.delete(route.Vni(index="vx0", vni=15, last=30)))
    nl.batch([route.delete(route.Vni(index="vx0", vni=12, last=14)), route.delete(ours[-1])])
    ip("vni delete dev vx0 vni 30", tool="bridge")
    ours = nl.dump(route.vnis()).all()
    assert [{"vni": each.vni, "last": each.last, "group": each.group} for each in ours] == vnis(ip)
    counted = nl.dump(route.vnis(index="vx0", statistics=True)).all()
    (device,) = ip.json("-s vni show", tool="bridge")
    assert [(each.vni, each.rx_bytes, each.tx_errors) for each in counted] == [
        (each["vni"], each["stats"]["rx_bytes"], each["stats"]["tx_errors"]) for each in device["vnis"]
    ]
    with pytest.raises(NetlinkError, match="EINVAL"):
        nl.dump(route.vnis(index="lo")).all()


# -- effects -------------------------------------------------------------------------------------------------------


@pytest.fixture
def wires(namespace: netns.NetworkNamespace, switch: None) -> Iterator[list[socket.socket]]:
    """The far ends of the ports."""
    with ExitStack() as stack:
        found = []
        for n in range(3):
            wire = stack.enter_context(
                netns.run_in(namespace, socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3 << 8)
            )
            wire.bind((f"x{n}", 3))
            wire.settimeout(PATIENCE)
            found.append(wire)
        yield found


def heard(wire: socket.socket, until: bytes) -> list[bytes]:
    """The test's own frames that come, up to one."""
    found = []
    while True:
        data, (_, _, kind, *_) = wire.recvfrom(2048)
        if kind != socket.PACKET_OUTGOING and b"netlynx" in data:
            if until in data:
                return found
            found.append(data)


def frame(group: str, text: bytes) -> bytes:
    """A datagram of UDP to a multicast group, or to everybody."""
    to = b"\xff" * 6 if group == "255.255.255.255" else b"\1\0\x5e" + bytes([1, 1, int(group.rsplit(".", 1)[1])])
    body = struct.pack(">HHHH", 7, 7, 8 + len(text), 0) + text
    header = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 9, 17, 0, b"\xc0\0\2\7", socket.inet_aton(group)
    )
    total = sum(struct.unpack(">10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    header = header[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + header[12:]
    return to + b"\2\0\0\0\0\7\x08\0" + header + body


def test_a_group_is_forwarded_to_its_port_alone(nl: netlynx.Connection, wires: list[socket.socket]) -> None:
    nl.do(route.add(route.MdbEntry(bridge="br0", index="p0", group="239.1.1.1")))
    due = time.monotonic() + PATIENCE
    number = 0
    while True:  # the bridge floods what it does not know until it has asked who wants it
        number += 1
        end = b"netlynx end %d" % number
        wires[2].send(frame("239.1.1.1", b"netlynx group %d" % number))
        wires[2].send(frame("255.255.255.255", end))
        assert any(b"netlynx group" in each for each in heard(wires[0], end))
        if not heard(wires[1], end):
            break
        assert time.monotonic() < due, "the group goes to a port that it is not wanted at"
