"""After a flush nothing is left that could be removed, and it says how many it removed: every listing that has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import netlynx
from netlynx import netns, route, tc
from netlynx.errors import NetlinkError
from netlynx.route.verbs import changes as route_changes
from netlynx.schema import Record
from netlynx.tc.verbs import changes as tc_changes

pytestmark = pytest.mark.namespace

DROP = [tc.Gact(control="drop")]


class Case(NamedTuple):
    """What is made, the listing that is flushed, and what tells the listed ones from each other."""

    made: list[Any]
    listing: Any
    key: tuple[str, ...]
    flush: Callable[[Any], Any] = tc.flush
    where: dict[str, Any] | None = None


def qdisc(kind: str, handle: str = "1:", parent: str = "root", **more: Any) -> Any:
    return tc.add(tc.Qdisc(index="v0", kind=kind, handle=handle, parent=parent, **more))


def htb(handle: str, parent: str = "1:") -> Any:
    return tc.add(tc.Class(index="v0", handle=handle, parent=parent, data=tc.HtbClass(rate="8mbit")))


CLSACT = tc.add(tc.Qdisc(index="v0", kind="clsact"))
FIFO = {"kind": "pfifo", "data": tc.Fifo(limit=100)}


def rule(priority: int, data: Any, **more: Any) -> Any:
    return tc.add(tc.Filter(index="v0", parent="ingress", protocol="ip", priority=priority, data=data, **more))


def u32(port: int, **more: Any) -> tc.U32:
    return tc.U32(matches=[f"ip dport {port} 0xffff"], **more)


def filters(*made: Any, where: Any = None) -> Case:
    key = ("index", "parent", "chain", "priority", "handle")
    return Case([CLSACT, *made], tc.filters(index="v0", parent="ingress"), key, where=where)


def qdiscs(*made: Any, **where: Any) -> Case:
    return Case([*made], tc.qdiscs(**where), ("index", "parent", "handle"))


def classes(*made: Any) -> Case:
    return Case([*made], tc.classes(index="v0"), ("index", "handle"))


def chain(number: int, **more: Any) -> Any:
    return tc.add(tc.Chain(index="v0", parent="ingress", chain=number, **more))


def routes(record: Any, listing: Any, *key: str) -> Case:
    return Case([route.add(each) if isinstance(each, Record) else each for each in record], listing, key, route.flush)


U32_TABLES = [
    rule(5, tc.U32(divisor=16), handle="1:"),
    rule(5, tc.U32(divisor=4), handle="2:"),
    rule(5, u32(80, hash="1:3:")),
    rule(5, u32(81, hash="800:", link="1:")),
    rule(6, u32(82)),
]
FLOWER = [rule(n, tc.Flower(dst_ip=f"192.0.2.{n}", actions=DROP), chain=n % 2) for n in range(1, 7)]
ACTIONS = [tc.add(tc.Action(data=tc.Gact(control=each))) for each in ("drop", "pass")]
TREE = [htb("1:1"), htb("1:10", "1:1"), htb("1:11", "1:1"), htb("1:20")]
SNOOPING = route.Bridge(vlan_filtering=True, multicast_snooping=True)
BRIDGE = route.Link(name="br0", kind="bridge", flags="up", data=SNOOPING)
OTHER = route.Veth(peer=route.Link(name="w1", flags="up"))
PORT = route.Link(name="w0", kind="veth", master="br0", flags="up", data=OTHER)
VETH = route.Link(name="w0", kind="veth", data=route.Veth(peer=route.Link(name="w1")))

CASES: dict[str, Case] = {
    "u32, one priority": filters(rule(5, u32(80)), rule(5, u32(81))),
    "u32, tables": filters(*U32_TABLES),
    "u32, rules alone": filters(*U32_TABLES, where={"handle": {"1:3:800", "800::800", "801::800"}}),
    "u32, of a kind": filters(*U32_TABLES, where={"kind": "u32"}),
    "u32, of a class": Case([qdisc("htb"), tc.add(tc.Filter(index="v0", parent="1:", priority=1, data=u32(1)))],
                            tc.filters(index="v0"), ("priority", "handle")),
    "flower": filters(*FLOWER),
    "flower, some": filters(*FLOWER, where={"priority": {2, 3}}),
    "matchall": filters(rule(5, tc.MatchAll(actions=DROP))),
    "bpf": filters(rule(5, tc.Bpf(instructions=[{"code": 6}], classid="1:1"))),
    "basic": filters(rule(5, tc.Basic(classid="1:1"))),
    "fw": filters(rule(5, tc.Fw(classid="1:1"), handle=7)),
    "cgroup": filters(rule(5, tc.CgroupFilter(), handle=1)),
    "flow": filters(rule(5, tc.FlowFilter(keys=["src"]), handle=1)),
    "route": filters(rule(5, tc.RouteFilter(from_realm=5, classid="1:1"))),
    "filters in a block": Case(
        [tc.add(tc.Qdisc(index="v0", kind="clsact", ingress_block=7)),
         *(tc.add(tc.Filter(block=7, priority=n, protocol="ip", data=u32(n))) for n in (1, 2))],
        tc.filters(block=7), ("priority", "handle")),
    "chains": Case([CLSACT, *FLOWER, chain(9), chain(10, data=tc.Flower(eth_type="ip", dst_ip="0.0.0.0/24"))],
                   tc.chains(index="v0", parent="ingress"), ("chain",)),
    "actions": Case([*ACTIONS, CLSACT, rule(5, tc.MatchAll(actions=DROP))], tc.actions(kind="gact"), ("data.index",)),
    "qdiscs": qdiscs(qdisc("htb"), *TREE, qdisc("pfifo", "20:", "1:10", data=tc.Fifo(limit=9)), CLSACT),
    "qdiscs, the device's own, too": qdiscs(qdisc("htb"), CLSACT, invisible=True),
    "qdiscs, none": qdiscs(invisible=True),
    "qdiscs, mq": qdiscs(qdisc("mq"), qdisc("pfifo", "20:", "1:1", data=tc.Fifo(limit=9))),
    "qdiscs, prio": qdiscs(qdisc("prio"), qdisc("pfifo", "20:", "1:1", data=tc.Fifo(limit=9)), invisible=True),
    "classes, htb": classes(qdisc("htb"), *TREE, qdisc("pfifo", "20:", "1:10", data=tc.Fifo(limit=9))),
    "classes, hfsc": classes(qdisc("hfsc"), tc.add(tc.Class(index="v0", parent="1:", handle="1:10",
                                                            data=tc.HfscClass(ls={"m2": "1mbit"})))),
    "classes, drr": classes(qdisc("drr"), tc.add(tc.Class(index="v0", parent="1:", handle="1:10",
                                                          data=tc.DrrClass(quantum=1500)))),
    "classes, prio": classes(qdisc("prio")),
    "classes, ets": classes(qdisc("ets", data=tc.Ets(bands=3))),
    "classes, mq": classes(qdisc("mq")),
    "links": routes([VETH, route.Link(name="br0", kind="bridge")], route.links(), "index"),
    "addresses": routes([route.Address(index="v0", address=f"192.0.2.{n}/24") for n in (1, 2, 3)]
                        + [route.Address(index="v0", address="2001:db8::1/64")],
                        route.addresses().where(index="v0"), "address"),
    "routes": routes([route.Address(index="v0", address="192.0.2.1/24"),
                      route.Route(destination="10.0.0.0/8", gateway="192.0.2.2"),
                      route.Route(destination="2001:db8::/32", oif="v0"),
                      route.Route(destination="10.0.0.0/8", gateway="192.0.2.2", table=99)],
                     route.routes(), "family", "table", "destination", "oif", "type"),
    "rules": routes([route.Rule(table=7, family="inet"), route.Rule(table=7, family="inet6")], route.rules(),
                    "family", "priority"),
    "nexthops": routes([route.NextHopObject(id=1, oif="v0", family="inet"),
                        route.NextHopObject(id=2, group=(route.NextHopMember(id=1),)),
                        route.NextHopObject(id=3, blackhole=True, family="inet")], route.nexthops(), "id"),
    "neighbours": routes([route.Neighbour(index="v0", destination="192.0.2.9", address="02:00:00:00:00:09",
                                          state="permanent")],
                         route.neighbours().where(state="permanent"), "index", "destination"),
    "VLANs": routes([BRIDGE, PORT, route.add_vlans("w0", "10,20-30")],
                    route.port_vlans(), "index", "vlan"),
    "multicast groups": routes([BRIDGE, PORT, route.MdbEntry(bridge="br0", index="w0", group="239.1.1.1"),
                                route.MdbEntry(bridge="br0", index="w0", group="239.1.1.2")],
                               route.mdb(), "index", "group"),
    "forwarding": routes([BRIDGE, PORT, route.Neighbour(index="w0", family="bridge", address="02:00:00:00:00:09",
                                                        flags="master", state="permanent")],
                         route.fdb(), "index", "address", "vlan", "flags"),
    "networks": routes([route.Link(name="vx0", kind="vxlan",
                                   data=route.Vxlan(port=4789, collect_metadata=True, vni_filter=True)),
                        route.replace(route.Vni(index="vx0", vni=10)),
                        route.replace(route.Vni(index="vx0", vni=20, last=30))], route.vnis(), "vni"),
    "labels": routes([route.AddressLabel(prefix="2001:db8::/32", label=9)], route.address_labels(), "prefix"),
}  # fmt: skip
# Records with a deletion that has no line above: where its flush is tried.
ELSEWHERE = {
    **dict.fromkeys(("CanGateway", "MctpAddress", "MctpRoute", "MctpNeighbour", "PhonetAddress", "PhonetRoute"),
                    "tests/real/test_buses_guest.py: modules and devices of their own"),
}  # fmt: skip


def test_every_record_that_can_be_deleted_has_a_line() -> None:
    for room in (route, tc):
        [getattr(room, name) for name in room.__all__]  # loads what registers them
    registries = (route_changes.registry, tc_changes.registry)
    able = {cls.__name__ for registry in registries for cls, verbs in registry.items() if "delete" not in verbs.without}
    assert able == {case.listing.reply.__name__ for case in CASES.values()} | ELSEWHERE.keys()


@pytest.mark.every_kernel
def test_nothing_is_left_that_could_be_removed_and_the_count_is_true() -> None:
    wrong, tried = [], set()
    for name, case in CASES.items():
        with netns.anonymous() as namespace, netlynx.connect(netns=namespace) as nl:
            peer = route.Veth(peer=route.Link(name="v1"))
            nl.do(route.add(route.Link(name="v0", kind="veth", num_tx_queues=2, flags="up", data=peer)))
            [nl.do(route.up(each)) for each in ("lo", "v1")]
            try:
                for each in case.made:
                    nl.do(each)
            except NetlinkError:
                continue  # this kernel lacks the kind, or says no to it
            tried.add(name)
            wrong += [f"{name}: {each}" for each in _flushed(nl, case)]
    assert wrong == []
    assert {"u32, tables", "qdiscs", "classes, htb", "links", "routes"} <= tried


def _flushed(nl: netlynx.Connection, case: Case) -> Any:
    def key(record: Any) -> tuple[Any, ...]:
        return tuple(_valued(record, path) for path in case.key)

    listing = case.listing.where(**case.where) if case.where else case.listing
    before = {key(each) for each in nl.dump(listing)}
    try:
        count = nl.do(case.flush(listing))
    except NetlinkError as error:
        yield str(error)
        return
    left = {key(each): each for each in nl.dump(listing)}
    if case.listing.reply is tc.Qdisc:  # a device's own come and go with what stands in their place
        before = {each for each in before if each[-1]}
    if count != len(before - left.keys()):
        yield f"{count} removed of {before}, and {left.keys()} are there"
    delete: Any = tc.delete if case.flush is tc.flush else route.delete
    for each in left.values():
        try:
            nl.do(delete(each))
        except netlynx.NetlynxError:
            continue
        gone = key(each) not in {key(other) for other in nl.dump(listing)}  # of some the kernel only says so
        if gone and not isinstance(each, route.Rule) and key(each) in before:
            yield f"{each} could have been removed"


def _valued(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = getattr(record, name)
    return record
