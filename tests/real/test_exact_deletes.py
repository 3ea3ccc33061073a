"""A record that was read deletes exactly what it was read from, or the deletion is refused and nothing is changed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.engine.operation import Do, Dump
from netlynx.errors import Ambiguous, EncodeError
from netlynx.schema.record import fields_of, replace_fields
from support import needs_root, rounds, until

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel, needs_root]

WORLD = (
    "link add v0 type veth peer v1",
    "link add d0 type veth peer d1",
    *(f"link set {name} up" for name in ("lo", "v0", "v1", "d0", "d1")),
    "addr add 192.0.2.1/24 dev v0",
    "addr add 192.0.2.3/24 dev v0",
    "addr add 192.0.3.1/24 dev d0",
    "addr add 2001:db8::1/64 dev v0 nodad",
    "addr add 2001:db8::9/64 dev v0 nodad",
    "nexthop add id 7 via 192.0.2.2 dev v0",
    "nexthop add id 8 via 2001:db8::2 dev v0",
)

INET = (
    "dev v0",
    "dev d0",
    "dev v0 src 192.0.2.3",
    "dev v0 scope host",
    "via 192.0.2.2 dev v0",
    "via 192.0.2.4 dev v0",
    "via 192.0.2.2 dev v0 src 192.0.2.3",
    "via 192.0.2.2 dev v0 mtu 1400",
    "via 192.0.2.2 dev v0 mtu 1400 advmss 1300",
    "via 192.0.2.2 dev v0 realms 3/4",
    "via 192.0.2.2 dev v0 proto bgp",
    "via 192.0.2.2 dev v0 onlink",
    "via 192.0.2.2 dev v0 metric 5",
    "via 192.0.2.2 dev v0 tos 0x10",
    "via inet6 fe80::5 dev v0",
    "nhid 7",
    "nexthop via 192.0.2.2 dev v0 nexthop via 192.0.3.2 dev d0",
    "nexthop via 192.0.2.2 dev v0 weight 1 nexthop via 192.0.3.2 dev d0 weight 7",
    "nexthop via 192.0.2.2 dev v0 weight 1 nexthop via 192.0.3.2 dev d0 weight 2",
    "nexthop via 192.0.2.2 dev v0 nexthop via 192.0.3.2 dev d0 nexthop via 192.0.2.4 dev v0",
    "encap mpls 100 via 192.0.2.2 dev v0",
    "encap ip id 5 dst 192.0.2.77 via 192.0.2.2 dev v0",
    "encap ip6 id 5 dst 2001:db8::77 via 192.0.2.2 dev v0",
    "type blackhole",
    "type unreachable",
    "type prohibit metric 5",
)

INET6 = (
    "dev v0",
    "dev d0",
    "dev v0 metric 5",
    "dev v0 proto ra",
    "via fe80::1 dev v0",
    "via fe80::2 dev v0",
    "via fe80::1 dev d0",
    "via fe80::1 dev v0 src 2001:db8::9",
    "via fe80::1 dev v0 mtu 1400",
    "via fe80::1 dev v0 proto bgp",
    "via fe80::1 dev v0 metric 5",
    "via fe80::1 dev v0 pref high",
    "via fe80::7 dev v0 proto ra expires 100",
    "nhid 8",
    "nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v0",
    "nexthop via fe80::3 dev v0 weight 3 nexthop via fe80::4 dev d0",
    "encap ip6 id 5 dst 2001:db8::77 via fe80::1 dev v0",
    "encap seg6 mode encap segs 2001:db8::5 via fe80::1 dev v0",
    "encap seg6 mode encap segs 2001:db8::5 dev v0",
    "type unreachable",
    "type blackhole metric 5",
)

FAMILIES = {"inet": ("-4", "198.51.100.0/24", INET), "inet6": ("-6", "2001:db8:77::/64", INET6)}

# What the kernel confuses, as far as its deletions go: one that says less than another, or what is not compared.
PAIRS = [
    ("inet", "dev v0", "via 192.0.2.2 dev v0"),
    ("inet", "via 192.0.2.2 dev v0", "via 192.0.2.2 dev v0 src 192.0.2.3"),
    ("inet", "via 192.0.2.2 dev v0", "via 192.0.2.2 dev v0 mtu 1400"),
    ("inet", "via 192.0.2.2 dev v0", "via 192.0.2.2 dev v0 realms 3/4"),
    ("inet", "via 192.0.2.2 dev v0", "encap ip id 5 dst 192.0.2.77 via 192.0.2.2 dev v0"),
    ("inet", "via 192.0.2.2 dev v0", "nexthop via 192.0.2.2 dev v0 nexthop via 192.0.3.2 dev d0"),
    ("inet", INET[17], INET[18]),
    ("inet", INET[16], INET[19]),
    ("inet", "type blackhole", "type unreachable"),
    ("inet6", "dev v0", "via fe80::1 dev v0"),
    ("inet6", "dev v0", "nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v0"),
    ("inet6", "dev v0", "encap seg6 mode encap segs 2001:db8::5 dev v0"),
    ("inet6", "dev v0", "nhid 8"),
    ("inet6", "dev v0", "dev d0"),
    ("inet6", "type unreachable", "dev v0"),
    ("inet6", "type unreachable", "via fe80::1 dev v0"),
    ("inet6", "via fe80::7 dev v0 proto ra expires 100", "via fe80::1 dev v0"),
]


class World:
    """A namespace with interfaces, and the routes to one destination in a table of their own."""

    def __init__(self, ip: Ip, nl: netlynx.Connection, family: str) -> None:
        self.ip = ip
        self.nl = nl
        self.option, self.destination, self.lines = FAMILIES[family]
        self.listing: Dump[route.Route] = route.routes(family=family, table=100)

    def make(self, verb: str, line: str) -> bool:
        """Whether there is such a route now: it may be there, or the kernel may lack what it takes."""
        words = line.split()
        kind = words[1] if words[0] == "type" else "unicast"
        rest = " ".join(words[2:] if words[0] == "type" else words)
        try:
            self.ip(f"{self.option} route {verb} {kind} {self.destination} table 100 {rest}")
        except RuntimeError:
            return False
        return True

    def listed(self) -> list[route.Route]:
        try:
            return self.nl.dump(self.listing).all()
        except netlynx.NotFound:  # the table is gone
            return []

    def clear(self) -> None:
        """All goes, also what the kernel hid behind the hops of an IPv6 route with several."""
        while listed := self.listed():
            self.nl.batch(map(route.delete, listed), on_error="continue")


@pytest.fixture
def worlds(nl: netlynx.Connection, ip: Ip) -> Callable[[str], World]:
    ip.all(WORLD)
    return lambda family: World(ip, nl, family)


def same(record: route.Route) -> str:
    """What stays the same of a route while nobody changes it."""
    passing = ("cacheinfo", "expires", "flags")
    return repr({name: value for name, value in fields_of(record).items() if name not in passing})


def without(before: list[route.Route], gone: list[route.Route]) -> list[str]:
    return [same(each) for each in before if not any(each is one for one in gone)]


def expect(world: World, before: list[route.Route], gone: list[route.Route]) -> None:
    """Of what was listed before, these are gone and the others there, in the same order."""
    known = {same(each) for each in before}
    assert [same(each) for each in world.listed() if same(each) in known] == without(before, gone)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("family", "one", "other"), PAIRS)
def test_each_of_two_routes_goes_by_itself_or_stays(
    worlds: Callable[[str], World], family: str, one: str, other: str, order: int
) -> None:
    world = worlds(family)
    for chosen in (0, 1):
        if not all(world.make("append", line) for line in (one, other)[::order]):
            pytest.skip("the kernel cannot make it")
        before = world.listed()
        record = before[min(chosen, len(before) - 1)]
        try:
            world.nl.do(route.delete(record))
        except Ambiguous:
            expect(world, before, [])
            assert record is not before[0]
        else:
            expect(world, before, [record])
        world.clear()


@pytest.mark.parametrize("family", FAMILIES)
def test_any_of_several_routes_goes_by_itself_or_stays(worlds: Callable[[str], World], family: str) -> None:
    world = worlds(family)
    chance = random.Random(5)
    for _ in rounds(25):
        for line in chance.sample(world.lines, chance.randint(2, 5)):
            world.make(chance.choice(["append", "prepend", "add"]), line)
        while before := world.listed():
            for record in chance.sample(before, len(before)):
                try:
                    world.nl.do(route.delete(record))
                except Ambiguous:
                    expect(world, before, [])
                else:
                    expect(world, before, [record])
                    break
            else:
                pytest.fail(f"nothing of {before} can be deleted")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_says_of_each_whether_it_went(worlds: Callable[[str], World], family: str) -> None:
    world = worlds(family)
    chance = random.Random(6)
    for _ in rounds(20):
        for line in chance.sample(world.lines, 5):
            world.make(chance.choice(["append", "prepend"]), line)
        before = world.listed()
        wanted = chance.sample(before, chance.randint(1, len(before)))
        result = world.nl.batch(map(route.delete, wanted), on_error="continue")
        assert len(result) == len(wanted)
        assert {type(error) for error in result.errors.values()} <= {Ambiguous}
        expect(world, before, [record for at, record in enumerate(wanted) if at not in result.errors])
        world.clear()


# What may be said of a route by hand beside its destination and table.
SAID = ("gateway", "oif", "via", "metric", "protocol", "preferred_source", "multipath", "type", "realms", "nexthop_id")


def by_hand(record: route.Route, names: list[str]) -> route.Route:
    """A record that says this of a route and no more."""
    said = {name: getattr(record, name) for name in ("destination", "table", *names)}
    hops = tuple(route.NextHop(oif=hop.oif, gateway=hop.gateway, weight=hop.weight) for hop in record.multipath)
    return route.Route(**{**said, "multipath": hops if "multipath" in names else ()})


def fits(asked: route.Route, found: route.Route) -> bool:
    """Whether all that is said is so, weights and hops among them."""
    for name in SAID:
        wanted, there = getattr(asked, name), getattr(found, name)
        if name == "multipath":
            wanted, there = ([(hop.oif, hop.gateway, hop.weight) for hop in hops] for hops in (wanted, there))
        if wanted and wanted != there:
            return False
    return True


def hops_of(records: list[route.Route], like: route.Route) -> Counter[tuple[Any, ...]]:
    """All next hops of routes with this one's metric."""
    alike = [each for each in records if each.metric == like.metric and not each.nexthop_id]
    return Counter((hop.gateway, hop.oif) for each in alike for hop in (each.multipath or (each,)))


def fits_hop(asked: route.Route, hop: tuple[Any, ...]) -> bool:
    return hop[0] == asked.gateway and asked.oif in (None, hop[1])


@pytest.mark.parametrize("way", ["do", "batch"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_was_written_by_hand_takes_no_more_than_it_says(
    worlds: Callable[[str], World], family: str, way: str
) -> None:
    """One route of which all is true goes with all its hops, or one hop of IPv6 of which it is; or nothing does."""
    world = worlds(family)
    chance = random.Random(7)
    for _ in rounds(25):
        for line in chance.sample(world.lines, chance.randint(1, 4)):
            world.make(chance.choice(["append", "prepend"]), line)
        while before := world.listed():
            record = chance.choice(before)
            given = [name for name in SAID if getattr(record, name) not in (None, (), 0, 1024)]
            hop = chance.choice(record.multipath) if record.multipath and chance.random() < 0.5 else None
            if hop is None:
                asked = by_hand(record, chance.sample(given, chance.randint(0, len(given))))
            else:
                asked = route.Route(destination=record.destination, table=100, gateway=hop.gateway, oif=hop.oif)
            try:
                result = world.nl.batch([route.delete(asked)], on_error="continue") if way == "batch" else None
                if result is None:
                    world.nl.do(route.delete(asked))
                elif result.errors:
                    raise result.errors[0]
            except (netlynx.NetlinkError, EncodeError):
                expect(world, before, [])
                world.nl.batch([route.delete(each) for each in before], on_error="continue")
                continue
            after = [same(each) for each in world.listed()]
            (gone,) = [each for each in before if same(each) not in after]
            if family == "inet6" and asked.gateway and gone.multipath and not asked.multipath:
                was, left = hops_of(before, gone), hops_of(world.listed(), gone)
                assert [*(was - left)] == [hop for hop in was - left if fits_hop(asked, hop)]
                assert (was - left).total() == 1
            else:
                assert fits(asked, gone), f"{asked} took {gone}"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_hop_is_not_taken_for_the_route_of_several_that_begins_with_it(
    worlds: Callable[[str], World], family: str
) -> None:
    world = worlds(family)
    gateway, other = ("192.0.2.2", "192.0.3.2") if family == "inet" else ("fe80::1", "fe80::2")
    assert world.make("add", f"nexthop via {gateway} dev v0 nexthop via {other} dev d0")
    (there,) = world.listed()
    plain = route.Route(destination=world.destination, table=100)
    for asked in (plain.replace(gateway=gateway), plain.replace(oif=there.multipath[0].oif)):
        if family == "inet6" and asked.gateway:
            continue
        with pytest.raises(netlynx.NotFound, match=r"Nothing was sent: .*multipath"):
            world.nl.do(route.delete(asked))
        expect(world, [there], [])
    if family == "inet6":  # hops are added and removed one by one
        result = world.nl.batch([route.delete(plain.replace(gateway=gateway))] * 2, on_error="continue")
        assert [type(error) for error in result.errors.values()] == [netlynx.NotFound]
        (left,) = world.listed()
        assert (left.gateway, left.multipath) == (other, ())
    else:
        hops = [route.NextHop(gateway=hop.gateway) for hop in there.multipath]
        world.nl.do(route.delete(plain.replace(multipath=hops)))
        assert world.listed() == []


@pytest.mark.parametrize("shell", ["sync", "async"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_flush_removes_what_was_listed_and_nothing_else(
    worlds: Callable[[str], World], netns: netns.NetworkNamespace, family: str, shell: str
) -> None:
    world = worlds(family)
    chance = random.Random(7)

    async def flush(listing: Dump[route.Route]) -> int:
        async with netlynx.aconnect(netns=netns) as nl:
            return await nl.do(route.flush(listing))

    for number in rounds(16):
        for line in chance.sample(world.lines, 4):
            world.make(chance.choice(["append", "prepend"]), line)
        before = world.listed()
        listing = world.listing.where(gateway=None) if number % 2 else world.listing
        wanted = [record for record in before if number % 2 == 0 or record.gateway is None]
        try:
            count = anyio.run(flush, listing) if shell == "async" else world.nl.do(route.flush(listing))
        except Ambiguous:
            known = {same(each) for each in world.listed()}
            assert all(same(each) in known for each in before if not any(each is one for one in wanted))
        else:
            assert count == len(wanted)
            expect(world, before, wanted)
        world.clear()


@pytest.mark.parametrize(("family", "line"), [(family, line) for family in FAMILIES for line in FAMILIES[family][2]])
def test_a_route_that_was_read_can_be_deleted_and_added_again(
    worlds: Callable[[str], World], family: str, line: str
) -> None:
    world = worlds(family)
    if not world.make("add", line):
        pytest.skip("the kernel cannot make it")
    [record] = world.listed()
    show = f"{world.option} -d route show table 100"
    shown = world.ip(show)
    world.nl.do(route.delete(record))
    assert world.listed() == []
    world.nl.do(route.add(record))
    assert [same(each) for each in world.listed()] == [same(record)]
    assert without_seconds(world.ip(show)) == without_seconds(shown)


def without_seconds(shown: str) -> list[str]:
    return [word for word in shown.split() if not word.endswith("sec")]


def test_a_route_that_somebody_replaced_is_not_the_one_that_was_read(worlds: Callable[[str], World]) -> None:
    world = worlds("inet6")
    world.make("add", "dev v0")
    [record] = world.listed()
    world.ip(f"-6 route del {world.destination} table 100")
    world.make("add", "via fe80::1 dev v0")
    with pytest.raises(netlynx.NotFound, match="instead"):
        world.nl.do(route.delete(record))
    assert len(world.listed()) == 1


@pytest.mark.parametrize("more", [{"metrics": {"mtu": 1400}}, {"realms": 3}], ids=["metrics", "realms"])
def test_what_a_batch_adds_before_is_seen(worlds: Callable[[str], World], more: dict[str, Any]) -> None:
    world = worlds("inet")
    world.make("add", "via 192.0.2.2 dev v0")
    [record] = world.listed()
    other = route.Route(
        destination=record.destination,
        gateway="192.0.2.2",
        oif=record.oif,
        table=100,
        protocol=record.protocol,
        **more,
    )

    def operations() -> Iterator[Do[None]]:
        yield route.delete(record)
        yield route.add(other)
        yield route.delete(record)  # would take the other one, of which it says less
        yield route.add(record)

    result = world.nl.batch(operations(), on_error="continue")
    assert [type(each) for each in result] == [type(None), type(None), netlynx.NotFound, netlynx.AlreadyExists]
    [left] = world.listed()
    assert (left.metrics is not None) is ("metrics" in more)
    assert left.realms == more.get("realms")


def test_a_batch_keeps_what_it_looked_at_for_one_kind_from_another(worlds: Callable[[str], World]) -> None:
    """Also where it comes back to the first one: nothing is known twice."""
    world = worlds("inet")
    world.make("append", "via 192.0.2.2 dev v0")
    world.make("append", "via 192.0.2.4 dev v0")
    first, second = world.listed()
    world.nl.do(route.add(route.Rule(priority=100, table=100)))
    [rule] = world.nl.dump(route.rules(family="inet").where(priority=100))
    [nexthop] = world.nl.dump(route.nexthops().where(id=7))
    [own] = world.nl.dump(route.addresses(family="inet").where(local="192.0.2.3"))
    wanted = [first, rule, first, own, nexthop, second, rule, first, own, nexthop]
    result = world.nl.batch([route.delete(each) for each in wanted], on_error="continue")
    assert [error is None for error in result] == [True, True, False, True, True, True, False, False, False, False]
    assert {type(error) for error in result.errors.values()} == {netlynx.NotFound}
    assert world.listed() == []


RULES: list[dict[str, Any]] = [
    {"source": "10.0.0.0/8"},
    {"destination": "192.0.2.0/24"},
    {"iifname": "v0"},
    {"oifname": "v1"},
    {"fwmark": 1},
    {"fwmark": 1, "fwmask": 0xFF},
    {"flags": "invert"},
    {"table": 100},
    {"tos": 0x10},
    {"ip_proto": "tcp"},
    {"protocol": "bgp"},
    {"suppress_prefixlen": 0},
    {"suppress_ifgroup": 3},
    {"tunnel_id": 5},
    {"realms": 5},
    {"uid_range": route.UidRange(start=0, end=0)},
    {"source_ports": route.PortRange(start=5, end=6)},
    {"goto": 9999},
    {"goto": 8888},
]


def test_any_of_several_rules_goes_by_itself_or_stays(nl: netlynx.Connection) -> None:
    chance = random.Random(8)
    listing = route.rules(family="inet").where(priority=range(100, 102))
    refused = 0

    def same(rules: list[route.Rule]) -> list[str]:
        return sorted(repr(replace_fields(each, flags=each.flags & 2)) for each in rules)

    for _ in rounds(60):
        for _ in range(chance.randint(2, 6)):
            given: dict[str, Any] = {}
            for each in chance.sample(RULES, chance.randint(0, 2)):
                given |= each
            nl.do(route.append(route.Rule(family="inet", priority=chance.choice([100, 100, 101]), **given)))
        while before := nl.dump(listing).all():
            for record in chance.sample(before, len(before)):
                try:
                    nl.do(route.delete(record))
                except Ambiguous:
                    refused += 1
                    assert nl.dump(listing).all() == before
                else:
                    at = next(i for i, each in enumerate(before) if each is record)
                    assert same(nl.dump(listing).all()) == same(before[:at] + before[at + 1 :])
                    break
            else:
                pytest.fail(f"nothing of {before} can be deleted")
    assert refused


def test_a_rule_that_was_made_is_deleted_by_all_that_it_says(nl: netlynx.Connection) -> None:
    nl.do(route.add(route.Rule(priority=100, source="10.0.0.0/8", table=100)))
    inverted = route.Rule(priority=100, source="10.0.0.0/8", table=100, flags="invert")
    with pytest.raises(netlynx.NotFound):
        nl.do(route.delete(inverted))
    nl.do(route.append(inverted))
    with pytest.raises(Ambiguous):
        nl.do(route.delete(inverted))
    with pytest.raises(netlynx.EncodeError, match=r"Rule\.flags: .*priority"):
        route.delete(replace_fields(inverted, priority=None))
    assert nl.count(route.rules().where(priority=100)) == 2


def test_forwarding_entries_with_flags_are_deleted_and_added_again(nl: netlynx.Connection, ip: Ip) -> None:
    # Without VLANs on its ports: an entry without a VLAN is one in each of them.
    made = ("link add br0 type bridge vlan_default_pvid 0", "link add v0 type veth peer v1", "link set v0 master br0")
    ip.all((*made, *(f"link set {name} up" for name in ("br0", "v0", "v1"))))
    # A port learns from when its carrier was seen, a moment later.
    until(lambda: "state forwarding" in ip("link show dev v0", tool="bridge"))
    for last, words in enumerate(
        ("master sticky static", "master extern_learn", "master use", "master static", "master dynamic", "self")
    ):
        ip(f"fdb add 02:00:00:00:00:0{last} dev v0 {words}", tool="bridge")
    bridge = nl.do(route.link(name="br0")).index
    listing = route.fdb().where(address={f"02:00:00:00:00:0{last}" for last in range(6)})

    def same() -> list[str]:
        passing = ("cacheinfo", "unknown")
        found = ({n: v for n, v in fields_of(each).items() if n not in passing} for each in nl.dump(listing))
        return sorted(map(repr, found))

    def shown() -> list[str]:  # beside these, the bridge learns what its port's peer has to say
        found = ip("-d fdb show", tool="bridge").splitlines()
        return sorted(line for line in found if line.startswith("02:00:00:00:00:0"))

    before, told = same(), shown()
    assert len(before) == 6
    for record in nl.dump(listing).all():
        nl.do(route.delete(record))
        assert len(same()) == 5
        nl.do(route.add(record))
        assert same() == before
    assert shown() == told
    for flags in ("sticky", "externally-learned", "use"):
        entry = route.Neighbour(
            family="bridge", index=nl.do(route.link(name="v0")).index, address="02:00:00:00:00:77", flags=flags
        )
        nl.do(route.add(entry))
        nl.do(route.delete(entry))
    nl.do(route.flush(route.fdb(bridge=bridge)))
    assert nl.count(listing) == 0


def test_a_nexthop_is_deleted_if_it_is_the_one_that_is_meant(worlds: Callable[[str], World]) -> None:
    nl = worlds("inet").nl
    index = nl.do(route.link(name="v0")).index
    read = nl.do(route.nexthop(7))
    nl.do(route.replace(route.NextHopObject(id=7, oif=index, gateway="192.0.2.4")))
    with pytest.raises(netlynx.NotFound, match="instead"):
        nl.do(route.delete(read))
    assert nl.do(route.nexthop(7)).gateway == "192.0.2.4"
    nl.do(route.delete(route.NextHopObject(id=7)))
    nl.do(route.add(read))
    assert nl.do(route.nexthop(7)) == read
    assert nl.do(route.flush(route.nexthops())) == 2
