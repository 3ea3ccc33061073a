"""Copies of hosts' tables: what each host has by its own account, at the same sequence."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fleet_hosts import Host, a_host, a_link, a_route, shown, with_stream
from nats_server import NatsServer
from netlynx import fleet, route

ROUTES, LINKS = route.routes(), route.links()


def same(view: fleet.HostView, host: Host) -> bool:
    """Whether a copy is what its host has, at the host's sequence."""
    assert view.sequence == host.sequence
    assert sorted(map(shown, view[ROUTES])) == host.shown("route")
    assert sorted(map(shown, view[LINKS])) == host.shown("link")
    return True


def test_tables_and_the_events_behind_them_are_what_the_host_has(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        one, other = await a_host(js, "web.example"), await a_host(js, "db", 3)
        await one.change(("new", a_route(9)), ("delete", a_route(0)))
        async with fleet.mirror(nats.url) as mirror:
            assert [each.host for each in mirror.hosts] == ["db", "web.example"]
            assert same(mirror["web.example"], one)
            assert same(mirror["db"], other)
            await other.change(("new", a_route(4)), ("new", a_route(0, 7)))
            await mirror.settle(30)
            assert same(mirror["db"], other)
            assert mirror["db"].certain
            assert mirror["db"][ROUTES].get(destination="10.0.4.0/24") is not None
            third = await a_host(js, "new")
            await mirror.settle(30)
            assert same(mirror["new"], third)
        assert mirror.statistics.unreadable == 0

    with_stream(nats, story)


def test_what_is_missing_leaves_a_doubt_until_the_next_round(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web")
        async with fleet.mirror(nats.url, "web") as mirror:
            view = mirror["web"]
            await host.change(("new", a_route(9)), ("new", a_route(10)), lost=True)
            await host.change(("delete", a_route(1)))
            await mirror.settle(30)
            assert not view.certain
            assert (view.sequence, view.counts["lost"]) == (host.sequence, 2)
            assert view[ROUTES].get(destination="10.0.9.0/24") is None
            await host.round()
            await mirror.settle(30)
            assert view.certain
            assert same(view, host)

    with_stream(nats, story)


def test_a_link_that_changed_leaves_its_routes_in_doubt(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web")
        async with fleet.mirror(nats.url, "web") as mirror:
            await host.change(("new", a_link(2, "renamed")))
            await mirror.settle(30)
            assert not mirror["web"].certain
            await host.round()
            await mirror.settle(30)
            assert mirror["web"].certain
            assert same(mirror["web"], host)

    with_stream(nats, story)


def test_an_overrun_and_a_new_start_are_made_up_for_by_their_rounds(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web")
        async with fleet.mirror(nats.url, "web") as mirror:
            view = mirror["web"]
            host.generation += 1
            await host.say("fleet", "overrun", [({"event": "overrun", "object": None, "reason": "kernel"}, b"null")])
            await mirror.settle(30)
            assert (view.certain, view.generation, view.counts["overruns"]) == (False, 2, 1)
            await host.round()
            await mirror.settle(30)
            assert view.certain
            await host.change(("new", a_route(20)), lost=True)  # the last words of a start
            await host.begin()
            await mirror.settle(30)
            assert (view.certain, view.start, view.counts["lost"]) == (False, "s2", 1)
            await host.round()
            await mirror.settle(30)
            assert view.certain
            assert same(view, host)

    with_stream(nats, story)


def test_starts_that_overlap_are_told_apart_and_the_clock_says_nothing(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        old = await a_host(js, "web")
        new = Host(js, "web")
        new.starts, new.clock = 7, 1  # by its clock, long ago
        async with fleet.mirror(nats.url) as mirror:
            await new.begin()
            await old.change(("new", a_route(30)))
            await new.change(("new", a_link(2)))
            await old.change(("new", a_route(31)))
            await new.change(("new", a_route(40)))
            await new.round()
            await mirror.settle(30)
            assert same(mirror["web"], new)
            assert (mirror["web"].certain, mirror["web"].counts["stale"]) == (True, 2)

    with_stream(nats, story)


def test_what_comes_twice_is_taken_once_and_what_cannot_be_read_is_counted(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web")
        async with fleet.mirror(nats.url) as mirror:
            said = await host.change(("new", a_route(9)), ("new", a_route(10)))
            await js.publish(said.subject.text, said.payload, headers={**said.headers(), "Nats-Msg-Id": "another"})
            await js.publish(
                said.subject.text, b"", headers={**said.headers(), "Nats-Msg-Id": "x", "Netlynx-Schema": "9"}
            )
            await js.publish("netlynx.web", b"")
            await mirror.settle(30)
            assert same(mirror["web"], host)
            assert (mirror["web"].certain, mirror["web"].counts["again"]) == (True, 2)
            assert mirror.statistics.unreadable == 2
            await host.change(("new", a_route(11)), payload=b'{"damaged')
            await mirror.settle(30)
            assert (mirror["web"].certain, mirror["web"].counts["unreadable"]) == (False, 1)
            await host.round()
            await mirror.settle(30)
            assert mirror["web"].certain
            assert same(mirror["web"], host)
            event = {"event": "new", "object": "route"}
            await host.say("route", "route", [(event, b"null"), (event, b"[]")])
            await mirror.settle(30)
            assert (mirror["web"].certain, mirror["web"].counts["unreadable"]) == (False, 2)

    with_stream(nats, story)


def test_namespaces_of_a_host_are_copies_of_their_own(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        own = await a_host(js, "web")
        blue = Host(js, "web", "blue.1")
        await blue.begin()
        await blue.change(("new", a_link(2)))
        await blue.round(most=300)
        async with fleet.mirror(nats.url, "web") as mirror:
            assert same(mirror["web", "blue.1"], blue)
            assert same(mirror["web"], own)

    with_stream(nats, story)


def test_a_mirror_goes_on_when_the_server_was_away(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web")
        async with fleet.mirror(nats.url) as mirror:
            nats.kill()
            nats.start()
            while True:
                try:
                    await host.change(("new", a_route(9)))
                    break
                except Exception:
                    host.sequence -= 1
                    await asyncio.sleep(0.1)
            await mirror.wait_until(lambda seen: seen["web"].sequence == host.sequence, 60)
            assert same(mirror["web"], host)
            assert mirror["web"].certain

    with_stream(nats, story)


def test_what_the_stream_dropped_before_it_was_read_is_told(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web")
        async with fleet.mirror(nats.url) as mirror:
            mirror._task.cancel()
            for number in range(20):
                await host.change(("new", a_route(number)))
            await js.purge_stream("netlynx", keep=2)
            mirror._task = asyncio.create_task(mirror._follow(mirror._position + 1))
            await mirror.settle(30)
            assert not mirror["web"].certain
            assert mirror["web"].counts["lost"] == 18
            await host.round()
            await mirror.settle(30)
            assert same(mirror["web"], host)

    with_stream(nats, story)


def test_who_is_not_there_is_said(nats: NatsServer) -> None:
    async def enter(*hosts: str, url: str = nats.url, **how: Any) -> None:
        async with fleet.mirror(url, *hosts, **how):
            pass

    with pytest.raises(fleet.FleetError, match="there is no stream 'netlynx': `netlynx monitor --to` makes it"):
        asyncio.run(enter())
    with pytest.raises(fleet.FleetError, match="no server answers"):
        asyncio.run(enter(url="nats://127.0.0.1:1"))

    async def story(js: Any) -> None:
        await enter()  # an empty one
        await a_host(js, "web.example")
        with pytest.raises(fleet.FleetError, match="nothing is there of a host 'web'"):
            await enter("web")
        async with fleet.mirror(nats.url) as mirror:
            with pytest.raises(KeyError, match="nothing came of web"):
                mirror["web"]
            with pytest.raises(KeyError, match="of its tables there are links, routes"):
                mirror["web.example"][route.rules()]

    with_stream(nats, story)
