"""What a type checker must know; checked by mypy, never run."""

from __future__ import annotations

from typing import assert_type

import netlynx
from netlynx import classical, generic, route
from netlynx.schema import Layout, Record, attr, boolean, member, string, u32


class Greeter(generic.Family, name="greeter"):
    class Greeting(Record):
        text: str | None = attr(1, string)

    hello = generic.do(1, request=Greeting, reply=Greeting)
    all = generic.dump(1, reply=Greeting)
    reset = generic.do(2)
    said = generic.event(3, Greeting, group="news")


def declared(nl: netlynx.Connection) -> None:
    assert_type(nl.do(Greeter.hello(text="hi")), Greeter.Greeting)
    assert_type(nl.do(Greeter.hello(Greeter.Greeting(text="hi"))), Greeter.Greeting)
    assert_type(nl.do(Greeter.reset()), None)
    assert_type(nl.dump(Greeter.all()).all(), list[Greeter.Greeting])
    assert_type(nl.do(generic.policy("nlctrl")), generic.FamilyPolicy)
    with nl.subscribe(Greeter.said) as events:
        assert_type(next(events), netlynx.Event[Greeter.Greeting] | netlynx.Overrun)


class Door(classical.Protocol, number=25):
    class Which(Layout):
        number: int = member(u32)

    class State(Layout):
        open: bool = member(boolean)

    state = classical.do(0x10, request=Which, reply=State)
    all = classical.dump(0x10, reply=State)
    reset = classical.do(0x11)
    ask = classical.call(request=Which, reply=State)
    text = classical.call(request=str, reply=str)
    moved = classical.event(0x12, State, group=1)


def of_ones_own(nl: netlynx.Connection) -> None:
    assert_type(nl.do(Door.state(number=3)), Door.State)
    assert_type(nl.do(Door.state(Door.Which(number=3))), Door.State)
    assert_type(nl.dump(Door.all()).all(), list[Door.State])
    assert_type(nl.do(Door.reset()), None)
    assert_type(nl.do(Door.ask(number=3)), Door.State)
    assert_type(nl.do(Door.text("hi")), str)
    assert_type(Door.Which.from_bytes(b""), Door.Which)
    assert_type(Greeter.Greeting().to_bytes(), bytes)
    with nl.subscribe(Door.moved) as events:
        assert_type(next(events), netlynx.Event[Door.State] | netlynx.Overrun)


def sync(nl: netlynx.Connection) -> None:
    assert_type(nl.do(route.link(name="eth0")), route.Link)
    assert_type(nl.do(route.add(route.Link(name="eth0"))), None)
    assert_type(nl.do(route.flush(route.routes(table=100))), int)
    assert_type(nl.dump(route.links()).all(), list[route.Link])
    for one in nl.dump(route.routes()):
        assert_type(one, route.Route)
        assert_type(one.multipath, tuple[route.NextHop, ...])
    assert_type(nl.batch([route.link(index=1)])[0], route.Link | netlynx.NetlinkError | None)
    with nl.subscribe(route.LINKS, route.ROUTES) as events:
        for event in events:
            assert_type(event, netlynx.Event[route.Link | route.Route] | netlynx.Overrun)
    with nl.mirror(route.links(), route.routes()) as mirror:
        assert_type(mirror[route.links()].get(name="eth0"), route.Link | None)
        assert_type(mirror.snapshot()[route.routes()], tuple[route.Route, ...])
        assert_type(mirror.wait_until(lambda seen: seen[route.routes()].find(oif=1)), tuple[route.Route, ...])


async def asynchronous(nl: netlynx.AsyncConnection) -> None:
    assert_type(await nl.do(route.link(name="eth0")), route.Link)
    assert_type(await nl.dump(route.addresses()).all(), list[route.Address])
    async for one in nl.dump(route.neighbours()):
        assert_type(one, route.Neighbour)
    async with nl.subscribe(route.LINKS) as events:
        async for event in events:
            assert_type(event, netlynx.Event[route.Link] | netlynx.Overrun)
