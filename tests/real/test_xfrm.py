"""Policies and what else of IPsec needs no ESP, beside `ip xfrm`: both ways, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, xfrm
from netlynx.errors import AlreadyExists, NotFound, NotSupported
from netlynx.xfrm import Limits, Policy, State
from support import PATIENCE

pytestmark = pytest.mark.namespace


@pytest.fixture
def nl(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=namespace) as found:
        try:
            found.do(xfrm.policy_database())
        except NotSupported as error:
            pytest.skip(str(error))
        yield found


TUNNEL = {"source": "192.0.2.1", "destination": "192.0.2.2", "protocol": "esp", "mode": "tunnel", "reqid": 5}

POLICIES: dict[str, tuple[Policy, str]] = {
    "a tunnel, with a mark, an interface's number and limits": (
        Policy(
            direction="out",
            selector={
                "source": "10.0.0.0/8",
                "destination": "10.1.0.0/24",
                "protocol": "udp",
                "source_port": 5,
                "destination_port": 53,
            },
            priority=7,
            mark="0x1/0xff",
            if_id=9,
            templates=[TUNNEL],
            limits=Limits(soft_seconds=50, hard_seconds=100, hard_bytes=10**12),
        ),
        "src 10.0.0.0/8 dst 10.1.0.0/24 proto udp sport 5 dport 53 dir out priority 7 mark 0x1 mask 0xff if_id 9 "
        "limit time-soft 50 limit time-hard 100 limit byte-hard 1000000000000 "
        "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 5",
    ),
    "two templates, one of which is optional, of IPv6": (
        Policy(
            direction="fwd",
            selector={"source": "2001:db8:1::/48", "destination": "2001:db8:2::1"},
            priority=100,
            flags=["localok", "icmp"],
            templates=[
                {"source": "2001:db8::1", "destination": "2001:db8::2", "protocol": "comp", "mode": "tunnel"}
                | {"optional": True},
                {"family": "inet6", "protocol": "ah", "spi": 0x1234},
            ],
        ),
        "src 2001:db8:1::/48 dst 2001:db8:2::1/128 dir fwd priority 100 flag localok flag icmp "
        "tmpl src 2001:db8::1 dst 2001:db8::2 proto comp mode tunnel level use tmpl src :: dst :: proto ah spi 0x1234",
    ),
    "what is dropped, by the interface that it goes out by": (
        Policy(
            direction="in",
            selector={"family": "inet", "protocol": "icmp", "source_port": 8, "interface": "lo"},
            action="block",
        ),
        "src 0.0.0.0/0 dst 0.0.0.0/0 proto icmp type 8 dev lo dir in action block",
    ),
}


def bare(there: Policy) -> Policy:
    """A policy without what the kernel alone says of it."""
    return there.replace(used=None, index=0)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_ip_makes_is_the_one_that_is_made_here(name: str, nl: netlynx.Connection, ip: Ip) -> None:
    made, words = POLICIES[name]
    ip(f"xfrm policy add {words}")
    (theirs,) = nl.dump(xfrm.policies())
    told = ip("xfrm policy list")
    nl.do(xfrm.delete(theirs))
    assert ip("xfrm policy list") == ""
    nl.do(xfrm.add(made))
    (mine,) = nl.dump(xfrm.policies())
    assert bare(mine) == bare(theirs)
    assert ip("xfrm policy list") == told
    with pytest.raises(AlreadyExists):
        nl.do(xfrm.add(mine))
    nl.do(xfrm.replace(mine.replace(priority=9)))
    (again,) = nl.dump(xfrm.policies())
    assert bare(again) == bare(mine.replace(priority=9))
    assert nl.do(xfrm.policy(mine.direction, index=again.index, mark=mine.mark, if_id=mine.if_id)) == again


def test_a_policy_goes_by_what_its_record_says(nl: netlynx.Connection) -> None:
    made, _ = POLICIES["a tunnel, with a mark, an interface's number and limits"]
    nl.do(xfrm.add(made))
    key: dict[str, Any] = {name: getattr(made, name) for name in ("direction", "selector", "mark", "if_id")}
    with pytest.raises(NotFound, match="priority"):
        nl.do(xfrm.delete(Policy(**key, priority=8)))
    with pytest.raises(NotFound):
        nl.do(xfrm.delete(Policy(**{**key, "mark": None})))
    nl.do(xfrm.delete(Policy(**key, priority=7)))
    assert nl.dump(xfrm.policies()).all() == []


def test_an_interface_is_told_by_its_name(nl: netlynx.Connection) -> None:
    nl.do(xfrm.add(Policy(direction="out", selector={"family": "inet", "interface": "lo"})))
    (there,) = nl.dump(xfrm.policies())
    assert there.selector is not None
    assert there.selector.interface == 1
    assert nl.do(xfrm.policy("out", {"family": "inet", "interface": "lo"})) == there
    nl.do(xfrm.delete(Policy(direction="out", selector={"family": "inet", "interface": "lo"})))
    with pytest.raises(NotFound, match=r"selector\.interface"):
        nl.do(xfrm.add(Policy(direction="out", selector={"family": "inet", "interface": "nowhere"})))


def test_the_databases_and_what_no_policy_is_about(nl: netlynx.Connection, ip: Ip) -> None:
    for made, _ in POLICIES.values():
        nl.do(xfrm.add(made))
    counts = nl.do(xfrm.policy_database()).policies
    assert counts == xfrm.PolicyCounts(incoming=1, outgoing=1, forwarded=1)
    nl.do(xfrm.set_thresholds(ipv4=(24, 16), ipv6=(64, 56)))
    told = ip("-s -s xfrm policy count")
    read = nl.do(xfrm.policy_database())
    assert "SPD IPv4 thresholds: local 24 remote 16" in told
    assert read.ipv4 == xfrm.Thresholds(local=24, remote=16)
    assert read.ipv6 == xfrm.Thresholds(local=64, remote=56)
    ip("xfrm policy set hthresh4 20 10")
    assert nl.do(xfrm.policy_database()).ipv4 == xfrm.Thresholds(local=20, remote=10)
    nl.do(xfrm.set_defaults(incoming="block", forwarded="block"))
    assert nl.do(xfrm.defaults()) == xfrm.Defaults(incoming="block", forwarded="block", outgoing="accept")
    assert ip("xfrm policy getdefault").split() == [
        "Default",
        "policies:",
        "in:",
        "block",
        "fwd:",
        "block",
        "out:",
        "accept",
    ]
    ip("xfrm policy setdefault in accept")
    assert nl.do(xfrm.defaults()).incoming is xfrm.Default.ACCEPT
    assert nl.do(xfrm.flush(xfrm.policies().where(direction="in"))) == 1
    nl.do(xfrm.flush_policies())
    assert nl.dump(xfrm.policies()).all() == []


def test_an_spi_is_allocated_and_told(nl: netlynx.Connection, ip: Ip) -> None:
    asked = State(source="192.0.2.1", destination="192.0.2.2", protocol="esp", mode="tunnel", reqid=3)
    kept = nl.do(xfrm.allocate(asked, first=0x500, last=0x500))
    assert (kept.spi, kept.reqid, kept.mode) == (0x500, 3, xfrm.Mode.TUNNEL)
    assert "spi 0x00000500 reqid 3" in ip("xfrm state list")
    ip("xfrm state allocspi src 192.0.2.3 dst 192.0.2.4 proto ah min 0x600 max 0x600")
    assert [each.spi for each in nl.dump(xfrm.states(protocol="ah"))] == [0x600]
    assert [each.spi for each in nl.dump(xfrm.states(destination="192.0.2.2"))] == [0x500]
    assert nl.do(xfrm.state("192.0.2.2", 0x500)).reqid == 3
    assert nl.do(xfrm.state_database()).states == 2
    nl.do(xfrm.flush_states("ah"))
    nl.do(xfrm.delete(kept))
    with pytest.raises(NotFound, match="no such state"):
        nl.do(xfrm.delete(kept))


def test_what_is_told(nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip) -> None:
    made, words = POLICIES["a tunnel, with a mark, an interface's number and limits"]
    with nl.subscribe(xfrm.POLICIES, xfrm.EXPIRIES, xfrm.STATES) as told:
        ip(f"xfrm policy add {words}")
        event = told.get(PATIENCE)
        assert event.kind == "new"
        assert event.record.templates == made.templates
        assert (event.record.mark, event.record.if_id, event.record.limits) == (made.mark, made.if_id, made.limits)
        there = event.record
        nl.do(xfrm.expire(there, hard=False))
        nl.do(xfrm.expire(there))
        assert [(each.kind, each.record.hard) for each in (told.get(PATIENCE), told.get(PATIENCE))] == [
            ("expire", False),
            ("expire", True),
        ]
        ip(f"xfrm policy update {words}")
        assert told.get(PATIENCE).kind in ("update", "delete")
        ip("xfrm policy deleteall")
        while (gone := told.get(PATIENCE)).kind != "delete":
            pass
        assert gone.record.policy.selector.destination == "10.1.0.0"
        nl.do(xfrm.allocate(State(source="192.0.2.1", destination="192.0.2.2", protocol="esp")))
        nl.do(xfrm.add(made))
        assert told.get(PATIENCE).kind == "new"
        ip("xfrm policy flush")
        ip("xfrm state flush")
        ip("xfrm policy setdefault out block")
        kinds = [told.get(PATIENCE) for _ in range(3)]
        assert [each.kind for each in kinds] == ["flush", "flush", "defaults"]
        assert kinds[-1].record.outgoing is xfrm.Default.BLOCK
