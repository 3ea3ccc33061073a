"""What not every kernel has of nftables: flowtables, queues, bridges, tunnels; beside `nft`, in the guest."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import Record, netns, nftables, route
from netlynx.netfilter import conntrack
from netlynx.nftables import Flowtable, Object, UnknownExpression, words
from netlynx.schema.from_json import from_json
from netlynx.testing.namespaces import new_namespace
from nft_program import Nft
from support import load

pytestmark = pytest.mark.guest

RULES = """
table inet t {
	flowtable f {
		hook ingress priority filter
		devices = { lo }
		counter
	}
	chain c {
		type filter hook forward priority filter; policy accept;
		meta l4proto tcp flow add @f
		queue num 5
		queue flags bypass,fanout num 1-3
	}
}
table inet marks {
	secmark s { "unconfined" }
	map m {
		type inet_service : secmark
	}
	chain c {
		type filter hook input priority -225; policy accept;
		meta secmark set "s"
		meta secmark set tcp dport map @m
		ct secmark set meta secmark
		meta secmark set ct secmark
	}
}
table bridge b {
	chain c {
		type filter hook prerouting priority filter; policy accept;
		meta ibrname "br0"
		meta ibrvproto vlan
		reject
	}
}
"""


@pytest.fixture
def places() -> Iterator[tuple[netns.NetworkNamespace, netns.NetworkNamespace]]:
    load("nft_flow_offload", "nft_queue", "nft_tunnel", "nft_meta_bridge", "nft_reject_bridge")
    with new_namespace() as here, new_namespace() as there:
        yield here, there


def within(value: Any) -> Iterator[Record]:
    if isinstance(value, tuple):
        for each in value:
            yield from within(each)
    elif isinstance(value, Record):
        yield value
        for name in value.__declarations__:
            yield from within(getattr(value, name))


def test_flowtables_and_queues_are_read_whole_and_made_again_elsewhere(places: Any) -> None:
    here, there = places
    nft = Nft(here)
    nft(RULES)
    everything = (
        nftables.tables,
        nftables.flowtables,
        nftables.objects,
        nftables.sets,
        nftables.chains,
        nftables.rules,
    )
    with netlynx.connect(netns=here) as nl:
        found = [record for listing in everything for record in nl.dump(listing())]
    parts = [each for record in found for each in within(record)]
    assert [each for each in parts if each.unknown or isinstance(each, UnknownExpression)] == []
    seen = {type(each).__name__ for each in parts}
    assert {"Flowtable", "FlowOffload", "Queue", "Reject", "Secmark"} <= seen
    saved = [from_json(type(each), json.loads(netlynx.to_json(each)), read=True) for each in found]
    with netlynx.connect(netns=there) as nl:
        nl.do(nftables.transaction([nftables.add(record) for record in saved]))
    listed = [json.loads(json.dumps(each.ruleset()).replace('"handle"', '"_"')) for each in (nft, Nft(there))]
    assert [without(each) for each in listed[0]] == [without(each) for each in listed[1]]


def test_a_connection_gets_a_security_mark(places: Any) -> None:
    """Of AppArmor, which the guest's kernel has: ctnetlink tells the context that a rule has given to a connection."""
    here, _ = places
    table, hook = {"family": "inet", "table": "t"}, {"type": "filter", "hook": "output", "policy": "accept"}
    kept = words.set_(words.ct.secmark, words.meta.secmark)
    rules = words.rule("t", "c", words.use("secmark", "s"), kept, family="inet")
    with netlynx.connect(netns=here) as nl:
        nl.do(route.up("lo"))
        made = [
            nftables.Table(family="inet", name="t"),
            Object(**table, name="s", data=nftables.Secmark(ctx="unconfined")),
            nftables.Chain(**table, name="c", priority=0, **hook),
            *rules,
        ]
        nl.do(nftables.transaction([nftables.add(each) for each in made]))
        netns.run_in(here, send_to_loopback)
        assert {each.security_context for each in nl.dump(conntrack.flows())} == {"unconfined"}


def send_to_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("127.0.0.1", 9))


def without(entry: dict[str, Any]) -> dict[str, Any]:
    return {kind: {name: value for name, value in fields.items() if name != "_"} for kind, fields in entry.items()}


def test_a_flowtable_is_made_changed_and_removed(places: Any) -> None:
    here, _ = places
    with netlynx.connect(netns=here) as nl:
        nl.do(nftables.add(nftables.Table(family="ip", name="t")))
        made = nl.do(
            nftables.add(
                Flowtable(family="ip", table="t", name="f", hook="ingress", priority=10, flags="counter"), echo=True
            )
        )
        assert made.handle
        assert (made.hook, made.priority, made.devices) == (0, 10, ())
        nl.do(nftables.change(made.replace(devices=("lo",))))
        found = nl.do(nftables.flowtable("t", "f"))
        assert found.devices == ("lo",)
        nl.do(nftables.delete(Flowtable(family="ip", table="t", name="f", devices=["lo"])))
        assert nl.do(nftables.flowtable("t", "f")).devices == ()
        nl.do(nftables.delete(found))
        nl.do(nftables.destroy(found))
        assert nl.count(nftables.flowtables()) == 0


@pytest.mark.parametrize(
    "data",
    [
        nftables.TunnelKeyData(id=5, src="10.0.0.1", dst="10.0.0.2", dport=4789, vxlan_gbp=1),
        nftables.TunnelKeyData(id=5, src6="::1", dst6="::2", flowlabel=7, tos=4, ttl=9, flags="seq-number"),
        nftables.TunnelKeyData(id=5, dst="10.0.0.2", geneve=[nftables.GeneveOption(class_=1, type=2, data=b"1234")]),
    ],
    ids=["vxlan", "ip6", "geneve"],
)
def test_tunnels_are_told_as_they_were_made(places: Any, data: nftables.TunnelKeyData) -> None:
    here, _ = places
    with netlynx.connect(netns=here) as nl:
        nl.do(nftables.add(nftables.Table(family="netdev", name="t")))
        made = nl.do(nftables.add(Object(family="netdev", table="t", name="o", data=data), echo=True))
        for name in data.__declarations__:
            assert getattr(data, name) in (None, (), getattr(made.data, name)), name
