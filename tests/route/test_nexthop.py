"""Nexthop objects: captured bytes, what is sent, what is refused. The bytes are a Linux 6.12 kernel's, v0 is 3."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from netlynx.codec._codec import decode, encode, to_json
from netlynx.errors import DecodeError, EncodeError, EncodeTypeError
from netlynx.route.constants import RTM, AddressFamily, Scope
from netlynx.route.encap import EncapType, MplsEncap
from netlynx.route.nexthop import (
    NHA,
    NextHopBucket,
    NextHopGroupType,
    NextHopMember,
    NextHopObject,
    NextHopOptions,
    NextHopStats,
    ResilientGroup,
    nexthop,
    nexthop_buckets,
    nexthops,
)
from netlynx.route.route_names import NextHopFlags, RouteProtocol
from netlynx.route.verbs import add, append, change, delete, replace
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Attribute

PLAN = plan_of(NextHopObject)


def shown(**fields: Any) -> NextHopObject:
    """An object as `ip nexthop add` makes it and the kernel shows it."""
    usual = {"family": AddressFamily.INET, "scope": Scope.LINK, "protocol": RouteProtocol.UNSPEC}
    return NextHopObject(**(usual | fields))


GROUP = {"family": AddressFamily.UNSPEC, "scope": Scope.GLOBAL, "options": NextHopOptions.RESP_GRP_RESVD_0}

CAPTURES = [
    # ip nexthop add id 2 via 2001:db8::2 dev v0 protocol bgp
    (
        "0afdba0000000000080001000200000008000500030000001400060020010db8000000000000000000000002",
        shown(family=AddressFamily.INET6, protocol=RouteProtocol.BGP, id=2, oif=3, gateway="2001:db8::2"),
    ),
    # ip nexthop add id 3 via 198.51.100.1 dev v0 onlink
    (
        "02fd0000040000000800010003000000080005000300000008000600c6336401",
        shown(flags=NextHopFlags.ONLINK, id=3, oif=3, gateway="198.51.100.1"),
    ),
    # ip nexthop add id 4 blackhole
    ("0200000000000000080001000400000004000400", shown(scope=Scope.GLOBAL, id=4, blackhole=True)),
    # ip nexthop add id 5 via 192.0.2.9 fdb
    ("02fd000000000000080001000500000004000b0008000600c0000209", shown(id=5, fdb=True, gateway="192.0.2.9")),
    # ip nexthop add id 12 group 5 fdb
    (
        "0000000000000000080001000c00000004000b0006000300000000000c000200050000000000000008000e0000000080",
        shown(id=12, fdb=True, group_type=NextHopGroupType.MPATH, group=(NextHopMember(id=5),), **GROUP),
    ),
    # ip nexthop add id 11 group 1/3 type resilient buckets 8 idle_timer 120 unbalanced_timer 60
    (
        "0000000000000000080001000b0000000600030001000000140002000100000000000000030000000000000028000c800600010008000000"
        "08000200e02e000008000300701700000c000400000000000000000008000e0000000080",
        shown(
            id=11,
            group_type=NextHopGroupType.RESILIENT,
            group=(NextHopMember(id=1), NextHopMember(id=3)),
            resilient=ResilientGroup(buckets=8, idle_timer=12000, unbalanced_timer=6000, unbalanced_time=0),
            **GROUP,
        ),
    ),
    # ip nexthop add id 10 group 1,3/3,255; listed with NHA_OP_FLAG_DUMP_STATS
    (
        "0000000000000000080001000a000000060003000000000014000200010000000200000003000000fe000000080010000000"
        "00002c000f801400018008000100010000000800020000000000140001800800010003000000080002000000000008000e0000000080",
        shown(
            id=10,
            group_type=NextHopGroupType.MPATH,
            group=(NextHopMember(id=1, weight=3), NextHopMember(id=3, weight=255)),
            hardware_stats_enabled=False,
            group_stats=(NextHopStats(id=1, packets=0), NextHopStats(id=3, packets=0)),
            **GROUP,
        ),
    ),
    # ip nexthop bucket show id 11
    (
        "0000000000000000080001000b00000020000d80060001000100000008000300030000000c0002000e00000000000000",
        NextHopObject(protocol=RouteProtocol.UNSPEC, id=11, bucket=NextHopBucket(index=1, nexthop_id=3, idle_time=14)),
    ),
]


def sent(operation: Any) -> Any:
    return operation.request


@pytest.mark.parametrize(("captured", "record"), CAPTURES)
def test_captured_nexthops_decode_and_encode_to_the_kernels_bytes(captured: str, record: NextHopObject) -> None:
    payload = bytes.fromhex(captured)
    assert decode(PLAN, payload) == record
    assert encode(PLAN, record) == payload


def test_labels_are_pushed_by_a_nexthop() -> None:
    # ip nexthop add id 6 encap mpls 100/200 via 192.0.2.3 dev v0
    captured = (
        "02fd0000000000000800010006000000080005000300000008000600c0000203"
        "100008000c00010000064000000c81000600070001000000"
    )
    record = decode(PLAN, bytes.fromhex(captured))
    assert (record.encap, record.encap_type) == (MplsEncap(labels="100/200"), EncapType.MPLS)
    assert not record.unknown
    nested = bytes.fromhex(captured).replace(bytes.fromhex("10000800"), bytes.fromhex("10000880"))
    assert encode(PLAN, record) == nested  # the kernel leaves the nest's flag out


def test_weights_are_as_people_count_them() -> None:
    group = (NextHopMember(id=1), NextHopMember(id=2, weight=256), NextHopMember(id=3, weight=65536))
    payload = encode(PLAN, NextHopObject(group=group))
    assert payload[8:] == bytes.fromhex("1c000200" + "0100000000000000" + "02000000ff000000" + "03000000ffff0000")
    assert decode(PLAN, payload).group == group


def test_a_group_with_half_a_member_is_a_decode_error() -> None:
    payload = bytes(8) + Attribute(NHA.GROUP, bytes(12)).pack()
    with pytest.raises(DecodeError, match="no multiple of 8") as caught:
        decode(PLAN, payload, strict=True)
    assert caught.value.path == "NextHopObject.group"


def test_json_shows_members_as_objects() -> None:
    shown_ = msgspec.json.decode(to_json(CAPTURES[6][1]))
    assert shown_["group"] == [{"id": 1, "weight": 3}, {"id": 3, "weight": 255}]
    assert (shown_["family"], shown_["id"], shown_["protocol"]) == ("unspec", 10, "unspec")


def test_what_is_not_given_is_filled_in() -> None:
    operation = add(NextHopObject(oif=3, gateway="2001:db8::1"))
    assert (operation.message_type, operation.flags) == (RTM.NEWNEXTHOP, NLM_F.CREATE | NLM_F.EXCL)
    made = sent(operation)
    assert (made.family, made.protocol, made.id) == (AddressFamily.INET6, RouteProtocol.STATIC, None)
    assert sent(add(NextHopObject(id=1, oif=3))).family is AddressFamily.INET
    assert sent(add(NextHopObject(oif=3, encap=MplsEncap(labels="100")))).encap_type == EncapType.MPLS


def test_a_group_has_no_family_and_a_resilient_one_its_type() -> None:
    members = (NextHopMember(id=1),)
    assert sent(add(NextHopObject(group=members))).family is AddressFamily.UNSPEC
    with pytest.raises(EncodeError, match=r"NextHopObject\.family"):
        add(NextHopObject(family=AddressFamily.INET, group=members))
    made = sent(add(NextHopObject(group=members, resilient=ResilientGroup(buckets=8))))
    assert made.group_type is NextHopGroupType.RESILIENT


@pytest.mark.parametrize("captured", [captured for captured, _ in CAPTURES[:-1]])
def test_a_listed_object_can_be_replaced_and_deleted_as_it_is(captured: str) -> None:
    record = decode(PLAN, bytes.fromhex(captured))
    made = sent(replace(record))
    assert (made.id, made.group, made.gateway) == (record.id, record.group, record.gateway)
    assert (made.scope, made.options, made.group_stats) == (Scope.GLOBAL, None, ())
    assert sent(delete(record)) == NextHopObject(id=record.id)


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (NextHopObject(gateway="192.0.2.1"), "NextHopObject.oif"),
        (NextHopObject(oif=3, gateway="nowhere"), "NextHopObject.gateway"),
        (NextHopObject(oif=3, family=AddressFamily.INET, gateway="2001:db8::1"), "NextHopObject.gateway"),
        (NextHopObject(blackhole=True, gateway="192.0.2.1"), "NextHopObject.gateway"),
        (NextHopObject(fdb=True, gateway="192.0.2.1", oif=3), "NextHopObject.oif"),
        (NextHopObject(group=()), "NextHopObject.group"),
        (NextHopObject(group=(NextHopMember(id=1),), oif=3), "NextHopObject.oif"),
        (NextHopObject(group=(NextHopMember(id=1), NextHopMember(id=2, weight=0))), "NextHopObject.group[1].weight"),
        (NextHopObject(group=(NextHopMember(id=0),)), "NextHopObject.group[0].id"),
        (NextHopObject(group=(7,)), "NextHopObject.group[0]"),  # type: ignore[arg-type]
        (
            NextHopObject(
                group=(NextHopMember(id=1),),
                group_type=NextHopGroupType.MPATH,
                resilient=ResilientGroup(buckets=4),
            ),
            "NextHopObject.resilient",
        ),
        (NextHopObject(oif=3, destination_port=70000), "NextHopObject.destination_port"),
    ],
)
def test_what_cannot_work_is_refused_with_its_path(record: NextHopObject, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        add(record)
    assert caught.value.path == path


@pytest.mark.parametrize("verb", [replace, change, delete])
def test_only_add_lets_the_kernel_choose_the_id(verb: Any) -> None:
    with pytest.raises(EncodeError) as caught:
        verb(NextHopObject(oif=3))
    assert caught.value.path == "NextHopObject.id"


def test_append_is_not_for_nexthops() -> None:
    with pytest.raises(EncodeError, match=r"use route\.add"):
        append(NextHopObject(id=1, oif=3))
    assert change(NextHopObject(id=1, oif=3)).flags == NLM_F.REPLACE


def test_filters_go_to_the_kernel_and_are_checked_again() -> None:
    operation = nexthops(family="inet", oif=3, master=4, fdb=True, stats=True)
    assert (operation.message_type, operation.reply_type) == (RTM.GETNEXTHOP, RTM.NEWNEXTHOP)
    assert operation.payload == bytes.fromhex(
        "0200000000000000" + "04000b00" + "0800050003000000" + "08000e0001000000" + "08000a0004000000"
    )
    assert operation.match == (("family", AddressFamily.INET), ("oif", 3), ("fdb", True))
    assert nexthops().payload == bytes(8)
    assert nexthops(groups=True).payload == bytes(8) + bytes.fromhex("04000900")


@pytest.mark.parametrize("beside", [{"family": "inet6"}, {"oif": 3}, {"oif": "v0"}, {"master": 4}], ids=str)
def test_a_filter_that_no_group_fits_is_refused(beside: dict[str, Any]) -> None:
    with pytest.raises(EncodeError, match=r"route\.nexthops\(groups\)"):
        nexthops(groups=True, **beside)


def test_one_nexthop_and_buckets_are_looked_up() -> None:
    assert nexthop(7).payload == bytes(8) + bytes.fromhex("0800010007000000")
    operation = nexthop_buckets(id=11, nexthop_id=3)
    assert operation.payload[16:] == bytes.fromhex("0c000d80" + "0800030003000000")
    with pytest.raises(EncodeError) as caught:
        nexthop(0)
    assert caught.value.path == "route.nexthop(id)"
    with pytest.raises(EncodeTypeError):
        nexthop("7")  # type: ignore[arg-type]
