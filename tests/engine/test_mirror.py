"""The mirror's rules, without a kernel: what is made of events and readings, and when a table is read again."""

from __future__ import annotations

import pytest

import netlynx
from netlynx import route
from netlynx.engine.copy import Change, Missed
from netlynx.engine.mirror import MirrorState
from netlynx.engine.operation import Event, EventKind, Overrun
from netlynx.route import Address, Route, RouteProtocol
from netlynx.route.constants import AddressFamily
from netlynx.schema import replace_fields
from toy import entries

NEW, UPDATE, DELETE = EventKind.NEW, EventKind.UPDATE, EventKind.DELETE


def read(state: MirrorState, *tables: list[object], heard: tuple[object, ...] = (), now: float = 0.0) -> None:
    """All tables that are due are read, one after the other."""
    for rows in tables:
        (number,) = state.begin(now)
        state.read({number: rows}, heard, now, now)  # type: ignore[arg-type]  # events


def routes_now(state: MirrorState) -> set[object]:
    return set(state.copies[0].records.values())


def hop(gateway: str) -> Route:
    plain = Route(family=AddressFamily.INET, table=254, destination="10.1.0.0/16", protocol=RouteProtocol.STATIC)
    return replace_fields(plain, gateway=gateway)


@pytest.fixture
def routes() -> MirrorState:
    state = MirrorState([route.routes()])
    read(state, [hop("192.0.2.1")])
    assert state.certain
    return state


def test_an_event_that_the_table_shows_already_changes_nothing(routes: MirrorState) -> None:
    before = routes.generation
    routes.events([Event(NEW, hop("192.0.2.1"))], 1.0)
    assert routes.generation == before
    assert routes.certain


def test_what_is_heard_during_a_reading_comes_behind_it() -> None:
    state = MirrorState([route.routes()])
    read(state, [hop("192.0.2.1")], heard=(Event(DELETE, hop("192.0.2.1")), Event(NEW, hop("192.0.2.2"))))
    assert routes_now(state) == {hop("192.0.2.2")}
    assert state.generation == 1  # nobody saw the state between


def test_a_replaced_route_takes_the_place_of_the_only_one(routes: MirrorState) -> None:
    routes.events([Event(UPDATE, hop("192.0.2.9"))], 1.0)
    assert routes_now(routes) == {hop("192.0.2.9")}
    assert routes.certain


def test_a_replaced_route_among_several_is_read_again(routes: MirrorState) -> None:
    routes.events([Event(NEW, hop("192.0.2.2"))], 1.0)
    assert routes_now(routes) == {hop("192.0.2.1"), hop("192.0.2.2")}
    routes.events([Event(UPDATE, hop("192.0.2.9"))], 1.0)
    assert not routes.certain


def test_ipv6_routes_that_may_have_become_one_are_read_again() -> None:
    one = Route(family=AddressFamily.INET6, table=254, destination="2001:db8::/32", gateway="fe80::1", oif=2)
    state = MirrorState([route.routes()])
    read(state, [one])
    state.events([Event(NEW, replace_fields(one, gateway="fe80::2"))], 1.0)
    assert not state.certain


@pytest.mark.parametrize("cause", [Event(NEW, route.Link(index=2)), Event(DELETE, Address(index=2)), Overrun(1)])
def test_what_may_have_changed_routes_unsaid_has_them_read_again(
    routes: MirrorState, cause: Event[object] | Overrun
) -> None:
    routes.events([cause], 1.0)
    assert not routes.certain
    read(routes, [hop("192.0.2.3")], now=2.0)
    assert routes_now(routes) == {hop("192.0.2.3")}
    assert routes.certain


def test_a_filtered_listing_loses_what_fits_no_longer() -> None:
    state = MirrorState([route.links(master=7)])
    read(state, [route.Link(index=2, master=7)])
    state.events([Event(NEW, route.Link(index=3, master=7)), Event(NEW, route.Link(index=2, master=8))], 1.0)
    assert [link.index for link in state.copies[0].records.values()] == [3]  # type: ignore[attr-defined]


def test_counters_are_left_out_and_make_no_change() -> None:
    stats = route.LinkStatistics64(rx_packets=1)
    state = MirrorState([route.links()])
    read(state, [route.Link(index=2, name="eth0", stats64=stats)])
    (copy,) = state.copies[0].records.values()
    assert copy == route.Link(index=2, name="eth0")
    before = state.generation
    state.events([Event(NEW, route.Link(index=2, name="eth0", stats64=route.LinkStatistics64(rx_packets=2)))], 1.0)
    assert state.generation == before


def test_links_are_found_by_alternative_names_and_after_a_rename_by_the_new_one() -> None:
    state = MirrorState([route.links()])
    read(state, [route.Link(index=2, name="eth0", alternative_names=("uplink",))])
    (copy,) = state.copies
    assert [*copy.find({"name": "uplink"})] == [*copy.find({"index": 2})]
    state.events([Event(NEW, route.Link(index=2, name="wan"))], 1.0)
    assert not [*copy.find({"name": "eth0"}), *copy.find({"name": "uplink"})]
    assert [*copy.find({"name": "wan"})]
    with pytest.raises(TypeError, match="looked up by index; name"):
        copy.find({"mtu": 1500})


def test_readings_take_a_tenth_of_the_time_and_failed_ones_wait_ever_longer(routes: MirrorState) -> None:
    routes.events([Overrun(1)], 100.0)
    assert routes.begin(101.0) == (0,)
    routes.read({0: []}, (Overrun(2),), 101.0, 102.0)
    assert routes.due(102.0) == pytest.approx(10.0)
    pauses = []
    now = 200.0
    for _ in range(12):
        assert routes.begin(now) == (0,)
        routes.failed((0,), netlynx.DumpInterrupted("route.routes()"), now)
        pause = routes.due(now)
        assert pause is not None
        pauses.append(pause)
        now += pause
    assert pauses[:3] == pytest.approx([0.02, 0.04, 0.08])
    assert max(pauses) == pytest.approx(5.0)
    assert isinstance(routes.failure, netlynx.DumpInterrupted)


def test_a_reader_of_changes_that_does_not_come_is_told_how_many_it_missed(routes: MirrorState) -> None:
    queue = routes.watch(limit=2)
    for number in range(3):
        routes.events([Event(NEW, hop(f"192.0.2.{number + 10}"))], 1.0)
    last = routes.generation
    assert queue.take() == Missed(2, last - 1)
    assert queue.take() == Change(route.routes(), None, hop("192.0.2.12"), last)
    assert queue.take() is None


def test_a_listing_whose_changes_are_not_told_is_refused_and_the_error_says_what_to_do() -> None:
    for listing in (entries(), route.fdb(), route.routes(cached=True), route.routes().where(metric=5)):
        with pytest.raises(TypeError, match=r"cannot be mirrored.*select from it"):
            MirrorState([listing])  # type: ignore[list-item]  # not all are listings
    with pytest.raises(ValueError, match="at least one listing"):
        MirrorState([])
