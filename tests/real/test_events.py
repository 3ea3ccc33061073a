"""Notifications of a real kernel about what `ip` does, in order, in both shells; and what is said of lost ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio
import pytest

import netlynx
from netlynx.engine.operation import Event, EventKind, Group, Overrun
from netlynx.route.address import ADDRESSES, FOREVER, Address
from netlynx.route.link import LINKS, Link
from netlynx.route.neighbour import NEIGHBOURS, Neighbour, NeighbourState
from netlynx.route.route import ROUTES, Route, routes
from netlynx.route.route_names import RouteProtocol
from netlynx.route.rule import RULES, Rule
from netlynx.schema import Record
from support import PATIENCE

pytestmark = pytest.mark.namespace

NEW, DELETE = EventKind.NEW, EventKind.DELETE

TINY = 1  # bytes asked for; the kernel gives its smallest, some two kilobytes
MANY = 5000


@dataclass
class Story:
    """What `ip` does, and what is heard of it: `heard` tells what a record is about, None for one of no interest."""

    group: Group[Any]
    record: type[Record]
    commands: list[str]
    heard: Callable[[Any], Any]
    expected: list[tuple[EventKind, Any]]
    in_order: bool = True  # and not only what is heard of each thing by itself
    afterwards: tuple[str, ...] = ()  # each tells of one thing, and is done when all before it was heard

    def tells(self, heard: list[tuple[EventKind, Any]]) -> bool:
        """Whether all of it was heard; raises AssertionError for something else."""
        if len(heard) < len(self.expected):
            return False
        if self.in_order:
            assert heard == self.expected
        else:
            assert sorted(heard, key=self._subject) == sorted(self.expected, key=self._subject)
        return True

    @staticmethod
    def _subject(told: tuple[EventKind, Any]) -> str:
        return str(told[1][0])


def _of_link(record: Link) -> Any:
    return (record.name, record.mtu) if record.name in ("ear", "nose") and record.mtu else None


def _of_route(record: Route) -> Any:
    return (record.destination, record.metric, record.protocol) if record.table == 77 else None


def _of_rule(record: Rule) -> Any:
    return record.priority, record.table


def _of_address(record: Address) -> Any:
    if record.index != 1 or record.cacheinfo is None:
        return None
    return record.local or record.address, record.prefixlen, record.cacheinfo.valid


def _of_neighbour(record: Neighbour) -> Any:
    if record.destination not in ("192.0.2.50", "2001:db8::50"):
        return None
    return record.destination, record.address, record.state


PERMANENT, STALE, FAILED = NeighbourState.PERMANENT, NeighbourState.STALE, NeighbourState.FAILED
MAC, OTHER_MAC = "02:00:00:00:00:50", "02:00:00:00:00:51"

STORIES = {
    "links": Story(
        LINKS,
        Link,
        ["link add ear type bridge", "link set ear mtu 1400", "link set ear name nose", "link del nose"],
        _of_link,
        [(NEW, ("ear", 1500)), (NEW, ("ear", 1400)), (NEW, ("nose", 1400)), (DELETE, ("nose", 1400))],
    ),
    "addresses": Story(
        ADDRESSES,
        Address,
        [
            "addr add 192.0.2.1/24 dev lo",
            "addr add 2001:db8::1/64 dev lo nodad",
            "addr change 192.0.2.1/24 dev lo valid_lft 1000 preferred_lft 500",
            "addr del 192.0.2.1/24 dev lo",
        ],
        _of_address,
        [
            (NEW, ("192.0.2.1", 24, FOREVER)),
            (NEW, ("2001:db8::1", 64, FOREVER)),
            (NEW, ("192.0.2.1", 24, 1000)),
            (DELETE, ("192.0.2.1", 24, 1000)),
            (DELETE, ("2001:db8::1", 64, FOREVER)),
        ],
        in_order=False,  # IPv6 tells of a new address when it has looked for duplicates, in a work queue,
        afterwards=("addr del 2001:db8::1/64 dev lo",),  # and of none that is gone by then
    ),
    "routes": Story(
        ROUTES,
        Route,
        [
            "route add blackhole 10.1.0.0/16 table 77 metric 5 protocol bird",
            "route add unreachable 2001:db8:5::/48 table 77 metric 6 protocol zebra",
            "route del 10.1.0.0/16 table 77",
            "-6 route flush table 77",
        ],
        _of_route,
        [
            (NEW, ("10.1.0.0/16", 5, RouteProtocol.BIRD)),
            (NEW, ("2001:db8:5::/48", 6, RouteProtocol.ZEBRA)),
            (DELETE, ("10.1.0.0/16", 5, RouteProtocol.BIRD)),
            (DELETE, ("2001:db8:5::/48", 6, RouteProtocol.ZEBRA)),
        ],
    ),
    "rules": Story(
        RULES,
        Rule,
        [
            "rule add from 10.0.0.0/8 lookup 100 priority 100",
            "-6 rule add from 2001:db8::/32 lookup 101 priority 101",
            "rule del priority 100",
            "-6 rule del priority 101",
        ],
        _of_rule,
        [(NEW, (100, 100)), (NEW, (101, 101)), (DELETE, (100, 100)), (DELETE, (101, 101))],
    ),
    "neighbours": Story(
        NEIGHBOURS,
        Neighbour,
        [
            f"neigh add 192.0.2.50 lladdr {MAC} dev ear",
            f"neigh add 2001:db8::50 lladdr {MAC} dev ear",
            f"neigh change 192.0.2.50 lladdr {OTHER_MAC} dev ear nud stale",
            "neigh del 2001:db8::50 dev ear",
        ],
        _of_neighbour,
        [
            (NEW, ("192.0.2.50", MAC, PERMANENT)),
            (NEW, ("2001:db8::50", MAC, PERMANENT)),
            (NEW, ("192.0.2.50", OTHER_MAC, STALE)),
            (NEW, ("2001:db8::50", None, FAILED)),  # on its way out
            (DELETE, ("2001:db8::50", None, FAILED)),
        ],
    ),
}


@pytest.fixture
def stage(ip: Any) -> Any:
    """A namespace in which the commands of each story can be carried out."""
    ip("link set lo up")
    return ip


def prepare(what: str, ip: Any) -> None:
    if what == "neighbours":
        ip("link add ear type veth peer name other")
        ip("link set other up")
        ip("link set ear up")


def interesting(story: Story, event: Any) -> list[tuple[EventKind, Any]]:
    """The event as the stories tell it, unless it is about something else."""
    assert isinstance(event, Event)
    assert isinstance(event.record, story.record)
    assert event.record.unknown == ()
    told = story.heard(event.record)
    return [] if told is None else [(event.kind, told)]


def without_repeats(events: list[tuple[EventKind, Any]]) -> list[tuple[EventKind, Any]]:
    """The kernel tells of a new link, and of each change of it, more than once."""
    return [each for i, each in enumerate(events) if i == 0 or each != events[i - 1]]


@pytest.mark.parametrize("what", STORIES)
def test_what_ip_does_is_heard_in_order(what: str, stage: Any, nl: netlynx.Connection) -> None:
    story = STORIES[what]
    prepare(what, stage)
    with nl.subscribe(story.group) as events:
        for command in story.commands:
            stage(command)
        heard: list[tuple[EventKind, Any]] = []
        left = list(story.afterwards)
        while not story.tells(heard):
            heard = without_repeats(heard + interesting(story, events.get(PATIENCE)))
            if left and len(heard) == len(story.expected) - len(left):
                stage(left.pop(0))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("what", STORIES)
def test_the_async_shell_hears_the_same(what: str, backend: str, stage: Any, namespace: Any) -> None:
    story = STORIES[what]
    prepare(what, stage)
    heard: list[tuple[EventKind, Any]] = []
    left = list(story.afterwards)

    async def listen() -> None:
        nonlocal heard
        async with (
            netlynx.aconnect(netns=namespace) as nl,
            nl.subscribe(story.group) as events,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(act, stage, story.commands)
            while not story.tells(heard):
                heard = without_repeats(heard + interesting(story, await events.get(PATIENCE)))
                if left and len(heard) == len(story.expected) - len(left):
                    await anyio.to_thread.run_sync(stage, left.pop(0))

    anyio.run(listen, backend=backend)


async def act(ip: Any, commands: list[str]) -> None:
    for command in commands:
        await anyio.to_thread.run_sync(ip, command)


def test_several_groups_come_in_the_order_of_what_happened(stage: Any, nl: netlynx.Connection) -> None:
    with nl.subscribe(LINKS, ADDRESSES, ROUTES) as events:
        stage("link add ear type veth peer name nose")
        stage("link set ear up")
        stage("addr add 192.0.2.1/24 dev ear")
        stage("route add 10.1.0.0/16 dev ear table 77")
        stage("link del ear")
        seen: list[tuple[EventKind, type]] = []
        while (DELETE, Link) not in seen:
            event = events.get(PATIENCE)
            assert isinstance(event, Event)
            seen.append((event.kind, type(event.record)))
    news = list(dict.fromkeys(each for each in seen if each[0] is NEW))
    assert news == [(NEW, Link), (NEW, Address), (NEW, Route)]
    assert seen.index((DELETE, Address)) < seen.index((DELETE, Link))


# -- lost notifications ------------------------------------------------------------------------------------------


def many_routes(verb: str) -> str:
    return "".join(f"route {verb} blackhole 10.{i >> 8}.{i & 255}.0/24 table 77\n" for i in range(MANY))


AFTER = "10.200.0.0/16"
ADD_AFTER, DELETE_AFTER = f"route add blackhole {AFTER} table 77", f"route del {AFTER} table 77"


def test_one_overrun_tells_that_routes_were_lost(stage: Any, nl: netlynx.Connection) -> None:
    with nl.subscribe(ROUTES, receive_buffer=TINY) as events:
        stage("-batch -", stdin=many_routes("add"))
        arrived = events.drain()
        assert [each for each in arrived if isinstance(each, Overrun)] == [Overrun(1)]
        assert len(arrived) < MANY
        assert len(nl.dump(routes(table=77)).all()) == MANY

        stage(ADD_AFTER)
        stage(DELETE_AFTER)
        for kind in (NEW, DELETE):
            event = events.get(PATIENCE)
            assert isinstance(event, Event)
            assert (event.kind, event.record.destination) == (kind, AFTER)

        stage("-batch -", stdin=many_routes("del"))
        assert [each for each in events.drain() if isinstance(each, Overrun)] == [Overrun(2)]


def test_the_async_shell_tells_of_an_overrun_too(stage: Any, namespace: Any) -> None:
    async def listen() -> None:
        async with (
            netlynx.aconnect(netns=namespace) as nl,
            nl.subscribe(ROUTES, receive_buffer=TINY) as events,
        ):
            # Nobody reads until all routes are there.
            stage("-batch -", stdin=many_routes("add"))
            arrived = events.drain()
            assert [each for each in arrived if isinstance(each, Overrun)] == [Overrun(1)]
            stage(ADD_AFTER)
            event = await events.get(PATIENCE)
            assert isinstance(event, Event)
            assert event.record.destination == AFTER

    anyio.run(listen)
