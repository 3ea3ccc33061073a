"""Neighbours, proxies and forwarding entries: captured bytes, what is sent, what is refused.

The bytes are a Linux 6.12 kernel's: v0 (index 6) a veth, v1 (5) its peer in bridge br0 (7), vx (8) a VXLAN device.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from netlynx.codec._codec import decode, encode, to_json
from netlynx.engine.operation import EventKind
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.neighbour import (
    NEIGHBOURS,
    FdbAttributes,
    FdbNotify,
    Neighbour,
    NeighbourCacheInfo,
    NeighbourExtendedFlags,
    NeighbourFlags,
    NeighbourState,
    fdb,
    fdb_entry,
    flush_fdb,
    neighbour,
    neighbours,
)
from netlynx.route.route_names import RouteProtocol, RouteType
from netlynx.route.verbs import add, append, change, delete, replace
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import parse_attributes

PLAN = plan_of(Neighbour)
HEADER = 12
MAC = "02:00:00:00:00:05"

SAME_ORDER = [
    # ip neigh add 192.0.2.6 lladdr 02:00:00:00:00:06 dev v0 nud reachable router protocol 7
    (
        "02000000060000000200800108000100c00002060a0002000200000000060000080004000000000014000300"
        "1400000014000000140000000100000005000c0007000000",
        Neighbour(
            index=6,
            family=AddressFamily.INET,
            state=NeighbourState.REACHABLE,
            flags=NeighbourFlags.ROUTER,
            type=RouteType.UNICAST,
            destination="192.0.2.6",
            address="02:00:00:00:00:06",
            probes=0,
            cacheinfo=NeighbourCacheInfo(confirmed=20, used=20, updated=20, references=1),
            protocol=7,  # type: ignore[arg-type]  # a number that has no name
        ),
    ),
    # ip neigh add 2001:db8::5 lladdr 02:00:00:00:00:05 dev v0 nud stale extern_learn
    (
        "0a00000006000000040010011400010020010db80000000000000000000000050a00020002000000000500000800040000000000"
        "1400030077170000070000000700000000000000",
        Neighbour(
            index=6,
            family=AddressFamily.INET6,
            state=NeighbourState.STALE,
            flags=NeighbourFlags.EXTERNALLY_LEARNED,
            type=RouteType.UNICAST,
            destination="2001:db8::5",
            address=MAC,
            probes=0,
            cacheinfo=NeighbourCacheInfo(confirmed=6007, used=7, updated=7),
        ),
    ),
    # ip neigh add proxy 192.0.2.9 dev v0
    (
        "02000000060000000000080108000100c0000209",
        Neighbour(
            index=6,
            family=AddressFamily.INET,
            state=NeighbourState.NONE,
            flags=NeighbourFlags.PROXY,
            type=RouteType.UNICAST,
            destination="192.0.2.9",
        ),
    ),
    # bridge fdb add 02:00:00:00:01:01 dev v1 master static (the entry that the bridge adds for its default VLAN);
    # NDA_FDB_EXT_ATTRS carries an activity notification in another capture below
    (
        "0700000005000000400000000a0002000200000001010000080009000700000008000f0000000000"
        "14000300000000001000000010000000000000000600050001000000",
        Neighbour(
            index=5,
            family=AddressFamily.BRIDGE,
            state=NeighbourState.NOARP,
            address="02:00:00:00:01:01",
            master=7,
            extended_flags=NeighbourExtendedFlags(0),
            cacheinfo=NeighbourCacheInfo(used=16, updated=16),
            vlan=1,
        ),
    ),
    # bridge fdb show: a multicast address of the device itself
    (
        "0700000007000000800002000a00020001005e00006a0000",
        Neighbour(
            index=7,
            family=AddressFamily.BRIDGE,
            state=NeighbourState.PERMANENT,
            flags=NeighbourFlags.SELF,
            address="01:00:5e:00:00:6a",
        ),
    ),
]

OTHER_ORDER = [
    # ip neigh add 192.0.2.7 dev v0 managed
    (
        "02000000060000000100000108000100c000020708000400040000001400030071170000010000000100000001000000"
        "08000f0001000000",
        Neighbour(
            index=6,
            family=AddressFamily.INET,
            state=NeighbourState.INCOMPLETE,
            type=RouteType.UNICAST,
            destination="192.0.2.7",
            extended_flags=NeighbourExtendedFlags.MANAGED,
            probes=4,
            cacheinfo=NeighbourCacheInfo(confirmed=6001, used=1, updated=1, references=1),
        ),
    ),
    # bridge fdb add 02:00:00:00:01:02 dev vx dst 192.0.2.50 port 4000 vni 9 via v0 self
    (
        "0700000008000000c00002010a000200020000000102000008000100c0000232060006000fa0000008000700090000000800080006000000"
        "14000300000000000b0000000b00000000000000",
        Neighbour(
            index=8,
            family=AddressFamily.BRIDGE,
            state=NeighbourState.NOARP | NeighbourState.PERMANENT,
            flags=NeighbourFlags.SELF,
            type=RouteType.UNICAST,
            destination="192.0.2.50",
            address="02:00:00:00:01:02",
            port=4000,
            vni=9,
            via_index=6,
            cacheinfo=NeighbourCacheInfo(used=11, updated=11),
        ),
    ),
    # bridge fdb add 02:00:00:00:01:04 dev vxe dst 192.0.2.50 src_vni 12 vni 13 self
    (
        "0700000009000000c00002010a000200020000000104000008000100c0000232080007000d00000008000b000c000000"
        "1400030000000000050000000500000000000000",
        Neighbour(
            index=9,
            family=AddressFamily.BRIDGE,
            state=NeighbourState.NOARP | NeighbourState.PERMANENT,
            flags=NeighbourFlags.SELF,
            type=RouteType.UNICAST,
            destination="192.0.2.50",
            address="02:00:00:00:01:04",
            vni=13,
            source_vni=12,
            cacheinfo=NeighbourCacheInfo(used=5, updated=5),
        ),
    ),
]


def sent(operation: Any) -> Any:
    return operation.request


@pytest.mark.parametrize(("captured", "record"), SAME_ORDER + OTHER_ORDER)
def test_captured_neighbours_decode_field_by_field(captured: str, record: Neighbour) -> None:
    assert decode(PLAN, bytes.fromhex(captured)) == record


@pytest.mark.parametrize("captured", [captured for captured, _ in SAME_ORDER])
def test_neighbours_and_bridge_entries_encode_to_the_kernels_bytes(captured: str) -> None:
    payload = bytes.fromhex(captured)
    assert encode(PLAN, decode(PLAN, payload)) == payload


@pytest.mark.parametrize("captured", [captured for captured, _ in OTHER_ORDER])
def test_tunnel_entries_encode_to_the_same_attributes_in_another_order(captured: str) -> None:
    payload = bytes.fromhex(captured)
    again = encode(PLAN, decode(PLAN, payload))
    assert again[:HEADER] == payload[:HEADER]
    attributes = [sorted(parse_attributes(data[HEADER:]), key=lambda each: each.type) for data in (again, payload)]
    assert attributes[0] == attributes[1]


def test_json_shows_states_as_ip_does_and_always_the_keys_that_scripts_rely_on() -> None:
    shown = msgspec.json.decode(to_json(SAME_ORDER[0][1]))
    assert (shown["state"], shown["flags"], shown["type"]) == (["REACHABLE"], ["router"], "unicast")
    assert set(msgspec.json.decode(to_json(Neighbour()))) >= {"index", "family", "destination", "address", "state"}


def test_a_neighbour_is_permanent_unless_told_otherwise() -> None:
    operation = add(Neighbour(index=6, destination="192.0.2.5", address=MAC))
    assert (operation.message_type, operation.flags) == (RTM.NEWNEIGH, NLM_F.CREATE | NLM_F.EXCL)
    made = sent(operation)
    assert (made.family, made.state) == (AddressFamily.INET, NeighbourState.PERMANENT)
    assert sent(replace(Neighbour(index=6, destination="2001:db8::5", address=MAC))).family == AddressFamily.INET6
    kept = sent(add(Neighbour(index=6, destination="192.0.2.5", address=MAC, state=NeighbourState.STALE)))
    assert kept.state is NeighbourState.STALE


@pytest.mark.parametrize(
    "record",
    [
        Neighbour(index=6, destination="192.0.2.5", flags=NeighbourFlags.USE),
        Neighbour(index=6, destination="192.0.2.5", flags=("use", "externally-learned")),  # type: ignore[arg-type]
        Neighbour(index=6, destination="192.0.2.5", extended_flags=NeighbourExtendedFlags.MANAGED),
        Neighbour(index=6, destination="192.0.2.5", extended_flags="managed"),  # type: ignore[arg-type]
    ],
)
def test_a_neighbour_that_the_kernel_is_to_resolve_gets_no_state(record: Neighbour) -> None:
    assert sent(add(record)).state is None


def test_a_state_that_is_given_is_sent_and_none_is_one() -> None:
    plain = Neighbour(index=6, destination="192.0.2.5", address=MAC)
    assert sent(add(plain)).state is NeighbourState.PERMANENT
    assert sent(add(plain.replace(state="none", address=None))).state is NeighbourState.NONE


def test_change_finds_and_does_not_create() -> None:
    assert change(Neighbour(index=6, destination="192.0.2.5", address=MAC)).flags == NLM_F.REPLACE


def test_delete_sends_what_it_is_given() -> None:
    operation = delete(Neighbour(index=6, destination="192.0.2.9", flags=NeighbourFlags.PROXY))
    assert operation.message_type == RTM.DELNEIGH
    assert operation.payload == bytes.fromhex("02000000060000000000080008000100c0000209")


@pytest.mark.parametrize(("captured", "record"), SAME_ORDER + OTHER_ORDER)
def test_a_listed_entry_can_be_deleted_as_it_is(captured: str, record: Neighbour) -> None:
    made = sent(delete(decode(PLAN, bytes.fromhex(captured))))
    assert (made.index, made.destination, made.address) == (record.index, record.destination, record.address)


def test_a_bridge_entry_goes_to_the_bridge_unless_it_tells_of_a_tunnel() -> None:
    entry = Neighbour(family=AddressFamily.BRIDGE, index=5, address=MAC)
    assert sent(add(entry)).flags == 0
    for changes in ({"destination": "192.0.2.50"}, {"vni": 4}, {"port": 4789}, {"nexthop_id": 3}, {"master": 5}):
        assert sent(add(msgspec.structs.replace(entry, **changes))).flags == NeighbourFlags.SELF
    explicit = msgspec.structs.replace(entry, flags=NeighbourFlags.MASTER, vni=4)
    assert sent(add(explicit)).flags == NeighbourFlags.MASTER


def test_more_remotes_are_appended_to_a_forwarding_entry() -> None:
    entry = Neighbour(family=AddressFamily.BRIDGE, index=8, address="00:00:00:00:00:00", destination="192.0.2.60")
    assert append(entry).flags == NLM_F.CREATE | NLM_F.APPEND
    with pytest.raises(EncodeError, match=r"use route\.add"):
        append(Neighbour(index=6, destination="192.0.2.5"))


def test_bridge_attributes_are_nested() -> None:
    entry = Neighbour(
        family=AddressFamily.BRIDGE,
        index=5,
        address=MAC,
        fdb_attributes=FdbAttributes(activity_notify=FdbNotify.ACTIVITY, dont_refresh=True),
    )
    assert encode(PLAN, entry).endswith(bytes.fromhex("10000e80" + "0500010001000000" + "04000200"))


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (lambda: Neighbour(destination="192.0.2.5", address=MAC), "Neighbour.index"),
        (lambda: Neighbour(index=6, address=MAC), "Neighbour.destination"),
        (lambda: Neighbour(index=6, family=AddressFamily.BRIDGE), "Neighbour.address"),
        (lambda: Neighbour(index=6, destination="192.0.2.5", address="0:1"), "Neighbour.address"),
        (lambda: Neighbour(index=6, destination="192.0.2.5", address=":".join(["00"] * 33)), "Neighbour.address"),
        (lambda: Neighbour(index=6, destination="192.0.2.5", flags="proxi"), "Neighbour.flags"),  # type: ignore[arg-type]
        (lambda: Neighbour(index=6, family="inet7", destination="192.0.2.5"), "Neighbour.family"),  # type: ignore[arg-type]
        (lambda: Neighbour(index=6, family=AddressFamily.INET6, destination="192.0.2.5"), "Neighbour.destination"),
    ],
)
def test_what_cannot_work_is_refused_with_its_path(record: Callable[[], Neighbour], path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        add(record())
    assert caught.value.path == path


def test_filters_go_to_the_kernel_as_attributes() -> None:
    operation = neighbours(family="inet", index=6, master=7)
    assert (operation.message_type, operation.reply_type) == (RTM.GETNEIGH, RTM.NEWNEIGH)
    assert operation.payload == bytes.fromhex("020000000000000000000000" + "0800090007000000" + "0800080006000000")
    assert operation.match == (("family", AddressFamily.INET), ("index", 6))
    assert neighbours(proxy=True).payload == bytes.fromhex("000000000000000000000800")


def test_forwarding_databases_are_asked_with_their_own_family() -> None:
    operation = fdb(bridge=7, index=5)
    assert operation.payload == bytes.fromhex("070000000000000000000000" + "0800090007000000" + "0800080005000000")
    assert operation.match == (("family", AddressFamily.BRIDGE), ("index", 5))
    with pytest.raises(EncodeError, match=r"route\.fdb"):
        neighbours(family="bridge")


def test_one_neighbour_is_looked_up() -> None:
    assert neighbour(6, "192.0.2.5").payload == bytes.fromhex("020000000600000000000000" + "08000100c0000205")
    assert neighbour(6, "192.0.2.5", proxy=True).payload[10] == NeighbourFlags.PROXY
    with pytest.raises(EncodeTypeError):
        neighbour(1.5, "192.0.2.5")  # type: ignore[arg-type]


def test_one_forwarding_entry_is_looked_up() -> None:
    operation = fdb_entry(MAC, bridge=7, vlan=10)
    assert operation.payload == bytes.fromhex(
        "070000000000000000000000" + "0a0002000200000000050000" + "0800090007000000" + "060005000a000000"
    )
    assert fdb_entry(MAC, index=8, own=True).payload[10] == NeighbourFlags.SELF
    for arguments in ({}, {"bridge": 7, "index": 5}, {"bridge": 7, "own": True}):
        with pytest.raises(EncodeError):
            fdb_entry(MAC, **arguments)


def test_many_forwarding_entries_go_in_one_request() -> None:
    operation = flush_fdb(Neighbour(index=8, destination="192.0.2.99", state_mask=NeighbourState.PERMANENT))
    assert (operation.message_type, operation.flags) == (RTM.DELNEIGH, NLM_F.BULK)
    assert sent(operation).flags == NeighbourFlags.SELF
    assert sent(flush_fdb(Neighbour(index=5, flags=NeighbourFlags.MASTER))).flags == NeighbourFlags.MASTER
    with pytest.raises(EncodeError) as caught:
        flush_fdb(Neighbour(vlan=3))
    assert caught.value.path == "Neighbour.index"


def test_a_protocol_with_a_name_is_shown_with_it() -> None:
    assert b'"protocol":"zebra"' in to_json(Neighbour(protocol=RouteProtocol.ZEBRA))


def test_notifications_say_what_happened() -> None:
    assert {number: kind for number, (kind, _) in NEIGHBOURS.messages.items()} == {
        RTM.NEWNEIGH: EventKind.NEW,
        RTM.DELNEIGH: EventKind.DELETE,
    }


def test_a_bridge_takes_no_state_for_what_was_learned_elsewhere() -> None:
    entry = Neighbour(family=AddressFamily.BRIDGE, index=5, address=MAC, flags=NeighbourFlags.EXTERNALLY_LEARNED)
    add(entry)
    add(entry.replace(state="reachable"))
    add(entry.replace(state="noarp", vni=5))  # a tunnel's own table
    for state in ("none", "noarp", "permanent"):
        with pytest.raises(EncodeError, match=r"^Neighbour\.state: "):
            add(entry.replace(state=state))
