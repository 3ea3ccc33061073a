"""Nexthop objects on a real kernel, with iproute2 as the witness."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx.engine.operation import EventKind
from netlynx.route.constants import AddressFamily
from netlynx.route.encap import MplsEncap
from netlynx.route.nexthop import (
    NEXTHOPS,
    NextHopGroupType,
    NextHopMember,
    NextHopObject,
    ResilientGroup,
    nexthop,
    nexthop_bucket,
    nexthop_buckets,
    nexthops,
)
from netlynx.route.route_names import NextHopFlags, RouteProtocol
from netlynx.route.verbs import add, change, delete, flush, replace
from support import PATIENCE

pytestmark = pytest.mark.namespace


@pytest.fixture
def index(ip: Any) -> int:
    ip("link set lo up")
    ip("link add v0 type veth peer name v1")
    for name in ("v0", "v1"):
        ip(f"link set {name} addrgenmode none up")
    ip("address add 192.0.2.1/24 dev v0")
    ip("address add 2001:db8::1/64 dev v0 nodad")
    return int(ip.json("link show v0")[0]["ifindex"])


def shown(ip: Any, id_: int) -> dict[str, Any]:
    (each,) = ip.json(f"nexthop show id {id_}")
    return dict(each)


def test_single_nexthops_are_made_shown_and_read(nl: netlynx.Connection, ip: Any, index: int) -> None:
    nl.do(add(NextHopObject(id=1, oif=index, gateway="192.0.2.2")))
    nl.do(add(NextHopObject(id=2, oif=index, gateway="2001:db8::2", protocol=RouteProtocol.BGP)))
    nl.do(add(NextHopObject(id=3, oif=index, gateway="198.51.100.1", flags=NextHopFlags.ONLINK)))
    nl.do(add(NextHopObject(id=4, blackhole=True)))
    nl.do(add(NextHopObject(id=5, fdb=True, gateway="192.0.2.9")))
    assert shown(ip, 1).items() >= {"gateway": "192.0.2.2", "dev": "v0", "scope": "link", "protocol": "static"}.items()
    assert shown(ip, 2).items() >= {"gateway": "2001:db8::2", "protocol": "bgp"}.items()
    assert shown(ip, 3)["flags"] == ["onlink"]
    assert "blackhole" in shown(ip, 4)
    assert "fdb" in shown(ip, 5)
    found = {each.id: each for each in nl.dump(nexthops())}
    assert [each.unknown for each in found.values()] == [()] * 5
    assert (found[1].gateway, found[1].oif, found[1].family) == ("192.0.2.2", index, AddressFamily.INET)
    assert found[4].blackhole
    assert found[5].fdb
    assert [each.id for each in nl.dump(nexthops(fdb=True))] == [5]
    assert [each.id for each in nl.dump(nexthops(family="inet6", oif=index))] == [2]
    assert nl.do(nexthop(2)) == found[2]
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(NextHopObject(id=1, oif=index)))
    with pytest.raises(netlynx.NotFound):
        nl.do(nexthop(77))


@pytest.mark.every_kernel
def test_a_nexthop_can_push_labels(nl: netlynx.Connection, ip: Any, index: int) -> None:
    try:
        nl.do(add(NextHopObject(id=1, oif=index, gateway="192.0.2.2", encap=MplsEncap(labels="100/200"))))
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    assert shown(ip, 1)["encap"] == "mpls"
    assert nl.do(nexthop(1)).encap == MplsEncap(labels="100/200")


def test_groups_are_made_shown_and_read(nl: netlynx.Connection, ip: Any, index: int) -> None:
    for id_ in (1, 2):
        nl.do(add(NextHopObject(id=id_, oif=index, gateway=f"192.0.2.{id_ + 1}")))
    members = (NextHopMember(id=1, weight=3), NextHopMember(id=2, weight=256))
    nl.do(add(NextHopObject(id=10, group=members)))
    assert shown(ip, 10)["group"] == [{"id": 1, "weight": 3}, {"id": 2, "weight": 256}]
    found = nl.do(nexthop(10))
    assert (found.group, found.group_type, found.family) == (members, NextHopGroupType.MPATH, AddressFamily.UNSPEC)
    assert [each.id for each in nl.dump(nexthops(groups=True))] == [10]
    nl.do(replace(NextHopObject(id=10, group=members[:1])))
    assert nl.do(nexthop(10)).group == members[:1]


def test_resilient_groups_have_buckets(nl: netlynx.Connection, ip: Any, index: int) -> None:
    for id_ in (1, 2):
        nl.do(add(NextHopObject(id=id_, oif=index, gateway=f"192.0.2.{id_ + 1}")))
    members = (NextHopMember(id=1), NextHopMember(id=2))
    nl.do(add(NextHopObject(id=10, group=members, resilient=ResilientGroup(buckets=8, idle_timer=12000))))
    assert shown(ip, 10)["resilient_args"]["buckets"] == 8
    found = nl.do(nexthop(10))
    assert found.group_type is NextHopGroupType.RESILIENT
    assert found.resilient is not None
    assert (found.resilient.buckets, found.resilient.idle_timer) == (8, 12000)
    buckets = [each.bucket for each in nl.dump(nexthop_buckets(id=10))]
    assert [bucket.index for bucket in buckets if bucket is not None] == list(range(8))
    for told in ip.json("nexthop bucket show id 10"):
        one = nl.do(nexthop_bucket(10, told["bucket"]["index"]))
        assert one.bucket is not None
        assert (one.id, one.bucket.index, one.bucket.nexthop_id) == (
            10,
            told["bucket"]["index"],
            told["bucket"]["nhid"],
        )
    with pytest.raises(netlynx.NotFound):
        nl.do(nexthop_bucket(10, 8))
    ours = [each.bucket for each in nl.dump(nexthop_buckets(id=10, nexthop_id=2))]
    assert {bucket.nexthop_id for bucket in ours if bucket is not None} == {2}


def test_change_finds_and_flush_removes(nl: netlynx.Connection, index: int) -> None:
    with pytest.raises(netlynx.NotFound):
        nl.do(change(NextHopObject(id=1, oif=index)))
    for id_ in (1, 2, 3):
        nl.do(add(NextHopObject(id=id_, oif=index)))
    nl.do(change(NextHopObject(id=1, oif=index, gateway="192.0.2.7")))
    assert nl.do(nexthop(1)).gateway == "192.0.2.7"
    nl.do(delete(nl.do(nexthop(3))))
    assert nl.do(flush(nexthops(oif=index))) == 2
    assert nl.dump(nexthops()).all() == []


def test_the_kernel_chooses_an_id_and_tells_of_changes(nl: netlynx.Connection, index: int) -> None:
    with nl.subscribe(NEXTHOPS) as events:
        nl.do(add(NextHopObject(oif=index, gateway="192.0.2.2")))
        made = events.get(timeout=PATIENCE)
    assert isinstance(made, netlynx.Event)
    assert (made.kind, made.record.gateway) == (EventKind.NEW, "192.0.2.2")
    assert made.record.id
