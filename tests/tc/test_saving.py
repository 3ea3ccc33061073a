"""What is saved of traffic control and made again elsewhere is the same there, as tc(8) lists it."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

import netlynx
from netlynx import route, tc
from netlynx.netns import NetworkNamespace
from netlynx.schema.from_json import from_json
from netlynx.schema.wanted import telling
from netlynx.testing.namespaces import new_namespace
from tc.both_ways import names, table
from tc.test_both_ways import devices, listed, made_by_tc, on_device, say

needs_tc = pytest.mark.skipif(shutil.which("tc") is None, reason="needs tc")


PLACE: dict[str, Any] = {"index": 1, "parent": "ingress", "priority": 10}


def saved(nl: netlynx.Connection) -> list[Any]:
    """The records that make all of it again, as they come back from JSON, with names for interfaces."""
    interfaces = {each.index: str(each.name) for each in nl.dump(route.links())}
    made = [telling(each, interfaces) for each in tc.remade(nl.do(tc.setup()))]
    return [from_json(type(each), json.loads(netlynx.to_json(each))) for each in made]


def restored(nl: netlynx.Connection, records: list[Any]) -> dict[str, Any]:
    """What could not be made again, and why."""
    failed: dict[str, Any] = {}
    for record in records:
        try:
            nl.do(tc.remake(record))
        except netlynx.NetlynxError as error:
            failed[str(record)] = str(error)
    return failed


def makes(name: str, case: Any) -> bool:
    """Whether it makes something; virtual queues of `gred` are made by changes."""
    return " add " in case.words or name == "gred"


def settled(space: NetworkNamespace, cases: dict[int, Any]) -> Any:
    """What tc lists; asked twice, since the kernel tells some of actions only when they were listed before."""
    listed(space, cases)
    return listed(space, cases)


@needs_tc
@pytest.mark.namespace
@pytest.mark.every_kernel
@pytest.mark.parametrize("name", names())
def test_all_is_the_same_when_it_was_restored(name: str) -> None:
    cases = {at: each for at, each in enumerate(table(name).cases) if not each.only_sent and makes(name, each)}
    cases = {at: each for at, each in cases.items() if not each.not_told}
    if not cases:
        pytest.skip("no kernel is asked of these")
    before = [on_device(line, number) for number, case in cases.items() for line in case.before]
    with new_namespace() as one, new_namespace() as other:
        with netlynx.connect(netns=one) as theirs, netlynx.connect(netns=other) as ours:
            many, queues = len(table(name).cases), table(name).queues
            assert devices(theirs, many, queues) == devices(ours, many, queues)
            failed = made_by_tc(one, [*before, *(on_device(case.words, number) for number, case in cases.items())])
            cases = {at: case for place, (at, case) in enumerate(cases.items(), len(before)) if place not in failed}
            if not cases:
                pytest.skip(f"this kernel has none of them: {next(iter(failed.values()))}")
            wrong = restored(ours, saved(theirs))
        first, second = settled(one, cases), settled(other, cases)
        wrong |= {
            case.words: {"before": first[at], "restored": second[at]}
            for at, case in cases.items()
            if first[at] != second[at]
        }
    say(wrong)


@needs_tc
@pytest.mark.namespace
def test_a_tree_with_shared_actions_hash_tables_and_blocks_is_restored() -> None:
    lines = [
        "qdisc add dev c0 root handle 1: htb default 20",
        "class add dev c0 parent 1: classid 1:1 htb rate 10mbit",
        "class add dev c0 parent 1:1 classid 1:20 htb rate 4mbit ceil 10mbit",
        "class add dev c0 parent 1:1 classid 1:10 htb rate 6mbit ceil 10mbit",
        "qdisc add dev c0 parent 1:20 handle 20: pfifo limit 77",
        "qdisc add dev c0 parent 1:10 handle 10: htb",
        "class add dev c0 parent 10: classid 10:1 htb rate 1mbit",
        "filter add dev c0 parent 1: protocol ip prio 5 u32 match ip dport 80 0xffff flowid 1:20",
        "qdisc add dev c0 clsact",
        "filter add dev c0 ingress protocol ip prio 7 u32 match ip src 10.0.0.0/8 action mirred egress redirect dev c1",
        "filter add dev c0 egress protocol ip prio 8 handle 2: u32 divisor 16",
        "filter add dev c0 egress protocol ip prio 8 u32 ht 2:3: match ip src 10.0.0.3 flowid 1:20",
        "filter add dev c0 egress protocol ip prio 8 u32 link 2: hashkey mask 0xff at 12 match ip src 10.0.0.0/24",
        "actions add action mirred egress mirror dev c0 index 77",
        "qdisc add dev c1 ingress_block 7 clsact",
        "filter add block 7 protocol ip prio 3 u32 match ip dst 192.0.2.1 action mirred index 77",
    ]
    with (
        new_namespace() as one,
        new_namespace() as other,
        netlynx.connect(netns=one) as theirs,
        netlynx.connect(netns=other) as ours,
    ):
        assert devices(theirs, 2) == devices(ours, 2)
        assert made_by_tc(one, lines) == {}
        records = saved(theirs)
        assert restored(ours, records) == {}
        assert saved(ours) == records
        assert len(records) == len(lines)


TOLD: list[tuple[Any, dict[str, Any]]] = [
    (
        tc.Filter(
            **PLACE,
            protocol="802.1Q",
            data=tc.Flower(eth_type="ip", vlan_prio=7, vlan_ethtype="ip", dst_ip="192.0.2.1"),
        ),
        {"eth_type": 0x8100, "vlan_prio": 7, "vlan_ethtype": 0x800},
    ),
    (
        tc.Filter(**PLACE, protocol="802.1ad", data=tc.Flower(eth_type="ip", cvlan_id=6, cvlan_ethtype="ip")),
        {"eth_type": 0x88A8, "vlan_ethtype": 0x8100, "cvlan_id": 6, "cvlan_ethtype": 0x800},
    ),
    (tc.Filter(**PLACE, protocol="ppp_ses", data=tc.Flower(eth_type="ip", ppp_proto=0x21)), {"eth_type": 0x8864}),
    (tc.Filter(**PLACE, handle=1, protocol="ip", data=tc.CgroupFilter(match=tc.Ematch())), {"match": None}),
    (
        tc.Qdisc(index=1, parent="root", data=tc.Sfq(limit=127, flows=128, min=7500, max=22500, wlog=3, plog=20)),
        {"limit": None, "flows": 128, "min": 7500, "wlog": 3, "plog": 20},
    ),
    (tc.Qdisc(index=1, parent="root", data=tc.Sfq(limit=127, flows=127)), {"limit": 127, "flows": 127}),
]


def test_what_is_told_otherwise_than_it_is_asked_for_is_made_again_by_its_record() -> None:
    for record, asked in TOLD:
        found = tc.Setup(**{"filters" if isinstance(record, tc.Filter) else "qdiscs": (record,)})
        (made,) = tc.remade(found)
        again = from_json(type(made), json.loads(netlynx.to_json(made)))
        data = tc.add(again).request.data
        assert {name: getattr(data, name) for name in asked} == asked, record
