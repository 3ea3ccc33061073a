"""NETLINK_ROUTE on the real kernel: make, read back and hear of a link, an address and a route."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from netlynx import route
from netlynx.cli.hello.classical import PATIENCE
from netlynx.cli.hello.steps import Failed, Say, check
from netlynx.client.async_connection import aconnect
from netlynx.client.connection import Connection, connect
from netlynx.client.subscription import Subscription
from netlynx.engine.operation import Event
from netlynx.schema.record import Record

R = TypeVar("R", bound=Record)

NAME, PEER = "hello0", "hello1"
ADDRESS, LENGTH = "192.0.2.1", 24  # of the networks for documentation, RFC 5737, as the two below
GATEWAY = "192.0.2.2"
DESTINATION = "198.51.100.0/24"


class State(NamedTuple):
    """What there is to be read back."""

    link: route.Link
    address: route.Address
    way: route.Route

    def show(self, say: Say) -> None:
        """Say it, as the records that it is, with a few of their many fields."""
        link, address, way = self
        records = (
            route.Link(index=link.index, name=link.name, kind=link.kind, operstate=link.operstate, mtu=link.mtu),
            route.Address(index=address.index, address=address.address, prefixlen=address.prefixlen),
            route.Route(destination=way.destination, gateway=way.gateway, oif=way.oif),
        )
        for record in records:
            say(f"from kernel:{record!r}")


def configure(say: Say) -> None:
    """Make them, read them back as typed records, hear of them. Raises Failed, NetlynxError."""
    with (
        connect(kernel="host", timeout=PATIENCE) as nl,
        nl.subscribe(route.LINKS, route.ADDRESSES, route.ROUTES) as events,
    ):
        say(f"send kernel:add link {NAME} of kind veth with its peer {PEER}, set both up")
        nl.do(route.add(route.Link(name=NAME, kind="veth", data=route.Veth(peer=route.Link(name=PEER)))))
        nl.do(route.up(PEER))
        nl.do(route.up(NAME))
        index = nl.do(route.link(name=NAME)).index
        say(f"send kernel:add address {ADDRESS}/{LENGTH} to {NAME}, add route {DESTINATION} via {GATEWAY}")
        nl.do(route.add(route.Address(index=index, address=ADDRESS, prefixlen=LENGTH)))
        nl.do(route.add(route.Route(destination=DESTINATION, gateway=GATEWAY)))
        _hear(events, say)
        state = _read(nl, index)
        state.show(say)
        _check(state, index)


def _hear(events: Subscription[Any], say: Say) -> None:
    """Wait for the announcements of what was made; a link, an address or a route brings others with it."""
    waited = {f"new link {NAME}", f"new address {ADDRESS}/{LENGTH}", f"new route {DESTINATION} via {GATEWAY}"}
    while waited:
        try:
            event = events.get(timeout=PATIENCE)
        except TimeoutError:
            raise Failed(f"the kernel did not announce: {', '.join(sorted(waited))}") from None
        text = _announced(event) if isinstance(event, Event) else "notifications were lost"
        if text in waited:
            say(f"from kernel, unasked:{text}")
            waited.remove(text)


def _announced(event: Event[route.Link | route.Address | route.Route]) -> str:
    record = event.record
    if isinstance(record, route.Link):
        return f"{event.kind} link {record.name}"
    if isinstance(record, route.Address):
        return f"{event.kind} address {record.local or record.address}/{record.prefixlen}"
    return f"{event.kind} route {record.destination} via {record.gateway}"


def _read(nl: Connection, index: int) -> State:
    return State(
        nl.do(route.link(name=NAME)),
        _only(nl.dump(route.addresses(family="inet", index=index)).all()),
        _only(nl.dump(route.routes(family="inet", oif=index, protocol="static")).all()),
    )


def _only(found: list[R]) -> R:
    if len(found) != 1:
        raise Failed(f"{len(found)} records where 1 should be: {found}")
    return found[0]


def _check(state: State, index: int) -> None:
    check(
        "the link's name, kind and index", (state.link.name, state.link.kind, state.link.index), (NAME, "veth", index)
    )
    address = state.address
    check("the address", (address.local, address.prefixlen, address.index), (ADDRESS, LENGTH, index))
    route = state.way
    check("the route", (route.destination, route.gateway, route.oif), (DESTINATION, GATEWAY, index))


def read_async(say: Say) -> None:
    """Read the same with an AsyncConnection, and compare. Raises Failed, NetlynxError."""
    import anyio

    found: dict[str, State] = {}

    async def read() -> None:
        async with aconnect(kernel="host", timeout=PATIENCE) as nl:
            index = (await nl.do(route.link(name=NAME))).index
            listed = [each async for each in nl.dump(route.links(kind="veth")) if each.index == index]
            found["state"] = State(
                listed[0],
                _only(await nl.dump(route.addresses(family="inet", index=index)).all()),
                _only(await nl.dump(route.routes(family="inet", oif=index, protocol="static")).all()),
            )

    anyio.run(read)
    state = found["state"]
    state.show(say)
    _check(state, state.link.index)
