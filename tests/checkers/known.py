"""What a type checker must know; checked by mypy, never run."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import assert_type

import netlynx
from netlynx import classical, generic, netdev, route, wireguard
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


def spelled() -> None:
    """What a field takes is more than what it reads as; and that stays as narrow as it is."""
    made = route.Route(
        destination=ip_network("10.0.0.0/8"),
        gateway=ip_address("192.0.2.1"),
        oif="v0",
        table="main",
        type="blackhole",
        flags=["onlink", 4],
        metrics={"mtu": 1400},
        multipath=[{"oif": "v0", "gateway": "192.0.2.1"}, route.NextHop(oif=2)],
    )
    assert_type(made.oif, int | None)
    assert_type(made.destination, str | None)
    assert_type(made.type, route.RouteType | None)
    assert_type(made.flags, route.RouteFlags | None)
    assert_type(made.metrics, route.Metrics | None)
    assert_type(made.multipath, tuple[route.NextHop, ...])
    link = route.Link(name="v0", kind="vlan", data={"id": 7}, master="br0", flags={"up"}, alternative_names=["a", "b"])
    assert_type(link.master, int | None)
    assert_type(link.flags, route.LinkFlags)
    assert_type(link.alternative_names, tuple[str, ...])
    assert_type(route.Address(index="v0", address="192.0.2.1/24", scope="link").index, int)
    route.Rule(source="10.0.0.0/8", destination_ports=(53, 54), table=100)
    netdev.queues(index="v0")
    wireguard.Device(index="wg0", peers=[wireguard.Peer(public_key="x")])
    match link:
        case route.Link(master=int() as above):
            assert_type(above, int)
