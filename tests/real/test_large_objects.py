"""A table with one object that is as large as it can get: it is listed whole, wherever it stands, or the dump fails."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

import netlynx
from command import environment
from netlynx import netns, route
from support import PATIENCE

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

NAMES = [f"{number:03}" + "x" * 124 for number in range(250)]  # of 127 bytes: more than 32 KiB together
LINKS = ["lo", "br0", "br1", "br2"]


@pytest.fixture(params=["lo", "br1", "br2"], ids=["first", "middle", "last"])
def large(nl: netlynx.Connection, request: pytest.FixtureRequest) -> str:
    """The name of a link whose message is larger than 32 KiB."""
    for name in LINKS[1:]:
        nl.do(route.add(route.Link(name=name, kind="bridge")))
    for name in NAMES:
        nl.do(route.add_alternative_names(request.param, name))
    return str(request.param)


def test_a_large_link_is_in_every_list_of_links(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, large: str
) -> None:
    everything = nl.count(route.links())  # some modules have links of their own in every namespace
    for listing in (route.links(), route.links(vf=True), route.links(statistics=False), route.links(kind=None)):
        assert [each.name for each in nl.dump(listing) if each.name in LINKS] == LINKS, listing
        assert nl.count(listing) == everything
        assert len(nl.table(listing)) == everything
        (found,) = nl.dump(listing.where(name=large))
        assert sorted(found.alternative_names) == NAMES
    for asked in (route.link(name=large), route.link(name=NAMES[7]), route.link(name=large, vf=True)):
        assert sorted(nl.do(asked).alternative_names) == NAMES
    with nl.mirror(route.links()) as mirror:
        mirror.wait_until(lambda seen: len(seen[route.links()]) == everything, timeout=30)
        assert {each.name for each in mirror[route.links()]} >= set(LINKS)
    for words in (["links", "--json"], ["links", "--lines"], ["links", "--json", "--kind", "bridge"]):
        done = netns.run_in(
            namespace,
            subprocess.run,
            [sys.executable, "-m", "netlynx", *words],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=60,
        )
        shown = (
            json.loads(done.stdout) if "--json" in words else [json.loads(line) for line in done.stdout.splitlines()]
        )
        found = [each["name"] for each in shown if each["name"] in LINKS]
        assert found == [name for name in LINKS if "--kind" not in words or name != "lo"]


def test_a_notification_as_large_arrives(nl: netlynx.Connection, large: str) -> None:
    with nl.subscribe(route.LINKS) as events:
        nl.do(route.up(large))
        assert any(len(event.record.alternative_names) == len(NAMES) for event in _some(events))


def _some(events: Any) -> Any:
    while True:
        event = events.get(timeout=PATIENCE)
        yield event


def test_groups_of_nexthops_too_large_for_a_list_are_told(nl: netlynx.Connection) -> None:
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    for name in ("lo", "v0", "v1"):
        nl.do(route.up(name))
    index = nl.do(route.link(name="v0")).index
    nl.batch(route.add(route.NextHopObject(id=number, oif=index)) for number in range(1, 4501))
    members = tuple(route.NextHopMember(id=number) for number in range(1, 4501))
    nl.do(route.add(route.NextHopObject(id=9000, group=members)))
    assert nl.do(route.nexthop(9000)).group == members
    assert nl.count(route.nexthops(oif=index)) == 4500
    for read in (nl.count, nl.table, lambda listing: nl.dump(listing).all()):
        with pytest.raises(netlynx.NetlinkError, match=r"EMSGSIZE.*larger than a part of a dump") as caught:
            read(route.nexthops())
        assert caught.value.errno == 90


def test_a_route_with_too_many_next_hops_for_a_list_is_told(nl: netlynx.Connection) -> None:
    """By the list of all families; that of IPv4 alone ends before it as if it were complete: see `route.routes`."""
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    for name in ("lo", "v0", "v1"):
        nl.do(route.up(name))
    index = nl.do(route.link(name="v0")).index
    nl.do(route.add(route.Address(index=index, address="192.0.2.1", prefixlen=24)))
    hops = tuple(route.NextHop(oif=index, gateway=f"192.0.2.{2 + number % 200}") for number in range(2500))
    nl.do(route.add(route.Route(destination="198.51.100.0/24", multipath=hops[:2000])))
    (found,) = nl.dump(route.routes(table=254).where(destination="198.51.100.0/24"))
    assert len(found.multipath) == 2000
    nl.do(route.replace(route.Route(destination="198.51.100.0/24", multipath=hops)))
    with pytest.raises(netlynx.NetlinkError, match="EMSGSIZE"):
        nl.count(route.routes(table=254))
