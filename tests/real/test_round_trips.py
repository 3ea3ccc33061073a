"""What a listing prints is made again by `netlynx batch --each`: here, and in another namespace."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from conftest import Ip
from forking import forked
from netlynx import netns, route
from netlynx.engine.operation import Dump
from netlynx.testing.namespaces import new_namespace
from support import named_namespace
from world import (
    ADDRESSES,
    FORWARDING,
    IPV6_RULES,
    LINKS,
    NEIGHBOURS,
    NEXTHOPS,
    ROUTES,
    RULES,
    SETTINGS,
    World,
    lines,
)

pytestmark = pytest.mark.namespace

# What each kind of record is listed by and called in a batch, in the order in which one needs another.
LISTINGS: dict[str, tuple[Callable[[], Dump[Any]], str]] = {
    "addresses": (route.addresses, "address"),
    "nexthops": (route.nexthops, "nexthop"),
    "routes": (route.routes, "route"),
    "neighbours": (route.neighbours, "neighbour"),
    "fdb": (route.fdb, "neighbour"),
    "rules": (route.rules, "rule"),
}
# A link of VXLAN comes with one entry of several destinations for all that it does not know: more are appended.
ADD = {"fdb": "append"}
TOLD = {"cacheinfo", "probes"}  # ages and counts: what the kernel alone knows


def listed(namespace: netns.NetworkNamespace, what: str) -> list[str]:
    """The listing as `--lines` prints it, without what comes by itself: the kernel's own, and what it tries to find."""
    with netlynx.connect(netns=namespace) as nl:
        text = b"".join(bytes(piece) for piece in nl.dump(LISTINGS[what][0]()).json(after=b"\n")).decode()
    return [line for line in text.splitlines() if ours(json.loads(line))]


def ours(fields: dict[str, Any]) -> bool:
    if fields.get("protocol") in ("kernel", "kernel-ll", "ra"):
        return False
    if "local" not in fields and "fe80::" in str(fields.get("address")):
        return False
    if fields["family"] == "bridge":  # those that a device has of itself, and its port's
        return not (fields["flags"] == ["self"] and fields["address"].startswith(("33:33", "01:00:5e"))) and not (
            "master" in fields and fields["state"] == ["PERMANENT"]
        )
    return not set(fields.get("state", ())) & {"INCOMPLETE", "FAILED", "NOARP"} or fields.get("protocol") is not None


def known(records: list[str]) -> Counter[str]:
    """The records without what the kernel alone knows of them."""
    fields = (json.loads(record) for record in records)
    return Counter(json.dumps({k: v for k, v in each.items() if k not in TOLD}, sort_keys=True) for each in fields)


def batch(namespace: netns.NetworkNamespace, each: str, text: str) -> subprocess.CompletedProcess[str]:
    return forked(["batch", "--each", each, "-"], text, where=namespace)


def each(namespace: netns.NetworkNamespace, verb: str, what: str, records: list[str]) -> None:
    kind = "link" if what == "links" else LISTINGS[what][1]
    done = batch(namespace, f"{verb} {kind}", "\n".join(records))
    found = re.match(r"(\d+) carried out, 0 refused, 0 unknown, 0 not sent", done.stderr.splitlines()[-1])
    assert found is not None, done.stderr
    assert int(found[1]) == len(records) or (what == "links" and int(found[1]) > len(records))


@pytest.fixture
def other() -> Iterator[netns.NetworkNamespace]:
    """Another namespace with the same links."""
    with new_namespace() as namespace:
        world = World(Ip(namespace))
        for line in lines(LINKS) + lines(SETTINGS):
            world.attempt(line)
        yield namespace


@pytest.fixture
def world(namespace: netns.NetworkNamespace, ip: Ip) -> netns.NetworkNamespace:
    """A namespace with everything."""
    made = World(ip)
    for line in lines(LINKS) + lines(SETTINGS):
        made.attempt(line)
    ip("-batch -", stdin=ADDRESSES + NEXTHOPS + ROUTES)
    ip("-batch -", stdin=RULES)
    ip("-6 -batch -", stdin=IPV6_RULES)
    for line in lines(NEIGHBOURS):
        made.attempt(line)
    for line in lines(FORWARDING):
        made.attempt(line, tool="bridge")
    return namespace


def test_what_is_listed_is_made_again_in_another_namespace(
    world: netns.NetworkNamespace, other: netns.NetworkNamespace
) -> None:
    for what in LISTINGS:
        records = listed(world, what)
        assert len(records) > 3
        each(other, ADD.get(what, "add" if what == "rules" else "replace"), what, records)
        assert known(listed(other, what)) == known(records), what


def test_what_is_listed_is_deleted_and_made_again(world: netns.NetworkNamespace) -> None:
    before = {what: listed(world, what) for what in LISTINGS}
    for what in reversed(LISTINGS):
        each(world, "delete", what, before[what][::-1])
        assert listed(world, what) == []
    for what, records in before.items():
        each(world, ADD.get(what, "add"), what, records)
        assert known(listed(world, what)) == known(records), what


def test_what_is_there_stays_as_it_is_when_it_is_put_in_its_own_place(world: netns.NetworkNamespace) -> None:
    for what in ("addresses", "nexthops", "routes", "neighbours"):
        records = listed(world, what)
        each(world, "replace", what, records)
        assert known(listed(world, what)) == known(records), what


SHAPES = """
link add br0 type bridge stp_state 1 priority 4096 forward_delay 400
link add v0 type veth peer name v1
link add v2 type veth peer name v3
link add vx0 type vxlan id 42 dstport 4789 remote 192.0.2.9 dev v2 ttl 9 ageing 77
link add vxe type vxlan dstport 4791 external
link add mv0 link v2 type macvlan mode source
link add mv1 link v2 type macvlan mode private
link add mvt0 link v2 type macvtap mode bridge
link add vl0 link v2 type vlan id 7 ingress 1:2 egress 3:4 5:6
link add ipv0 link v3 type ipvlan mode l3s
link add bo0 type bond mode active-backup miimon 100
link add vrf0 type vrf table 77
link add if0 type ifb
link add du0 type dummy
link add gr0 type gre remote 192.0.2.3 local 192.0.2.1 key 7 ttl 64
link add si0 type sit remote 192.0.2.3
link add vti0 type vti remote 192.0.2.4 local 192.0.2.1 key 8
link add wg0 type wireguard
link add v4 type veth peer name v5
link set v0 master br0
link set v0 type bridge_slave hairpin on cost 9 guard on isolated on
link set mv0 type macvlan macaddr add 02:00:00:00:00:77
link set if0 master vrf0
link set v3 address 02:00:00:00:00:01 txqueuelen 77 group 5 mtu 1400
link set v3 alias "an alias of \u00e9"
link set if0 alias other
link property add dev v3 altname an-alternative-name altname second
link set lo up
link set v0 up
link set v1 up
link set br0 up
link set vl0 up
"""
# What a link counts, and what it or the kernel finds out by itself.
COUNTS = {"stats", "stats64", "xstats", "af_spec", "carrier_changes", "carrier_up_count", "carrier_down_count"}
STATE = {"carrier", "operstate", *COUNTS}
TIMERS = {"hello_timer", "gc_timer", "tcn_timer", "topology_change_timer", "message_age_timer", "hold_timer"}
TREE = {
    "fdb_learned",
    "bridge_id",
    "root_id",
    "forward_delay_timer",
    "state",
    "topology_change",
    "topology_change_detected",
}


def links(namespace: netns.NetworkNamespace) -> list[str]:
    with netlynx.connect(netns=namespace) as nl:
        return b"".join(bytes(piece) for piece in nl.dump(route.links()).json(after=b"\n")).decode().splitlines()


def settled(records: list[str]) -> dict[str, Any]:
    """The links by name, without their state."""

    def inner(value: object) -> object:
        if isinstance(value, list):
            return [each for each in value if each not in ("RUNNING", "LOWER_UP")]
        return {k: v for k, v in value.items() if k not in TIMERS | TREE} if isinstance(value, dict) else value

    found = [json.loads(record) for record in records]
    return {each["name"]: {k: inner(v) for k, v in each.items() if k not in STATE} for each in found}


def different(one: list[str], other: list[str]) -> dict[str, Any]:
    """By name of a link, the fields in which two listings differ."""
    these, those = settled(one), settled(other)
    assert these.keys() == those.keys()
    found = {}
    for name, fields in these.items():
        keys = sorted({*fields, *those[name]})
        unlike = {
            key: (fields.get(key), those[name].get(key)) for key in keys if fields.get(key) != those[name].get(key)
        }
        if unlike:
            found[name] = unlike
    return found


def test_links_are_made_again_in_another_namespace_and_changed_where_they_are_there(
    namespace: netns.NetworkNamespace, ip: Ip
) -> None:
    made = World(ip)
    for line in lines(SHAPES):
        made.attempt(line)
    records = links(namespace)
    assert len(records) > 8
    with new_namespace() as other:
        for _ in range(2):  # the second time nothing differs
            each(other, "replace", "links", records)
            assert different(links(other), records) == {}
        ip = Ip(other)
        ip("link set v3 mtu 1300 down alias gone")
        ip("link set v0 nomaster")
        ip("link set br0 type bridge forward_delay 500")
        ip("link property del dev v3 altname second")
        each(other, "replace", "links", records)
        assert different(links(other), records) == {}


def netlynx_in(namespace: netns.NetworkNamespace, *words: str) -> str:
    """What a command prints there."""
    done = forked(words, where=namespace)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_the_commands_print_is_what_is_made_again(world: netns.NetworkNamespace) -> None:
    for what in ("nexthops", "fdb"):
        lines = [line for line in netlynx_in(world, what, "--lines").splitlines() if ours(json.loads(line))]
        assert known(lines) == known(listed(world, what))


def test_namespace_ids_are_made_again_by_the_names_of_their_namespaces(namespace: netns.NetworkNamespace) -> None:
    with contextlib.ExitStack() as stack:
        names = {7: stack.enter_context(named_namespace()), 4_000: stack.enter_context(named_namespace())}
        nameless = stack.enter_context(new_namespace())
        with netlynx.connect(netns=namespace) as nl:
            for number, where in (*names.items(), (9, nameless)):
                nl.do(route.add(route.NamespaceId(nsid=number, fd=where)))
        lines = netlynx_in(namespace, "nsids", "--lines").splitlines()
        assert {each["nsid"]: each["fd"] for each in map(json.loads, lines)} == {**names, 9: None}
        with new_namespace() as other:
            done = batch(other, "add namespace-id", "\n".join(line for line in lines if "null" not in line))
            assert done.stderr.startswith("2 carried out, 0 refused")
            assert json.loads(netlynx_in(other, "nsids", "--json")) == [
                {"nsid": number, "fd": name} for number, name in names.items()
            ]
            done = batch(other, "add namespace-id", '{"nsid": 9, "fd": null}')
            assert "tell the namespace by fd or by pid" in done.stderr
            done = batch(other, "delete namespace-id", lines[0])
            assert "delete namespace-id: an ID stays until its namespace is gone" in done.stderr


def test_a_link_of_another_kind_is_not_made_of_one_that_is_there(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    ip("link add v0 type veth peer name v1")
    (record,) = (each for each in links(namespace) if json.loads(each)["name"] == "v0")
    other = json.dumps({**json.loads(record), "kind": "bridge", "parent": None})
    done = batch(namespace, "replace link", other)
    assert (done.returncode, done.stderr.startswith("netlynx: line 1: kind: ")) == (2, True)
    assert links(namespace)[1:] != []


def test_a_link_is_told_by_its_name_where_the_line_has_no_index(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    line = json.dumps({"name": "v0", "kind": "veth", "alias": "of mine"})
    for count in (2, 1):
        done = batch(namespace, "replace link", line)
        assert done.stderr.startswith(f"{count} carried out, 0 refused")
        assert "alias of mine" in ip("link show dev v0")
