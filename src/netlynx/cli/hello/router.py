"""NETLINK_ROUTE on the real kernel: make, read back and hear of a link, an address and a route."""

from __future__ import annotations

from typing import NamedTuple

from netlynx.aio import aconnect
from netlynx.cli.hello import Failed, Say, check
from netlynx.cli.hello.classical import PATIENCE
from netlynx.connection import Connection, connect
from netlynx.operation import Event
from netlynx.route.address import ADDRESSES, Address, addresses
from netlynx.route.kinds.veth import Veth
from netlynx.route.link import LINKS, Link, link, links, up
from netlynx.route.route import ROUTES, Route, routes
from netlynx.route.verbs import add

NAME, PEER = "hello0", "hello1"
ADDRESS, LENGTH = "192.0.2.1", 24  # of the networks for documentation, RFC 5737, as the two below
GATEWAY = "192.0.2.2"
DESTINATION = "198.51.100.0/24"


class State(NamedTuple):
    """What there is to be read back."""

    link: Link
    address: Address
    route: Route

    def __str__(self) -> str:
        link, address, route = self
        return (
            f"link {link.name} ({link.kind}, {link.operstate}), address {address.local}/{address.prefixlen}, "
            f"route {route.destination} via {route.gateway}"
        )


def configure(say: Say) -> None:
    """Make them, read them back as typed records, hear of them. Raises Failed, NetlynxError."""
    with connect(timeout=PATIENCE) as nl, nl.subscribe(LINKS, ADDRESSES, ROUTES) as events:
        say(f"send kernel:add link {NAME} of kind veth with its peer {PEER}, set both up")
        nl.do(add(Link(name=NAME, kind="veth", data=Veth(peer=Link(name=PEER)))))
        nl.do(up(PEER))
        nl.do(up(NAME))
        index = nl.do(link(name=NAME)).index
        say(f"send kernel:add address {ADDRESS}/{LENGTH} to {NAME}, add route {DESTINATION} via {GATEWAY}")
        nl.do(add(Address(index=index, address=ADDRESS, prefixlen=LENGTH)))
        nl.do(add(Route(destination=DESTINATION, gateway=GATEWAY)))
        state = _read(nl, index)
        say(f"from kernel:{state}")
        _check(state, index)
        heard, others = set(), 0
        wanted = {f"new link {NAME}", f"new address {ADDRESS}/{LENGTH}", f"new route {DESTINATION} via {GATEWAY}"}
        while wanted - heard:
            try:
                event = events.get(timeout=PATIENCE)
            except TimeoutError:
                raise Failed(f"the kernel did not announce: {', '.join(sorted(wanted - heard))}") from None
            text = _announced(event) if isinstance(event, Event) else "notifications were lost"
            if text in wanted - heard:
                say(f"kernel speaks first:{text}")
                heard.add(text)
            else:
                others += 1
        say(f"kernel speaks first:{others} more notifications, of states, addresses and routes that come with these")


def _announced(event: Event[Link | Address | Route]) -> str:
    record = event.record
    if isinstance(record, Link):
        return f"{event.kind} link {record.name}"
    if isinstance(record, Address):
        return f"{event.kind} address {record.local or record.address}/{record.prefixlen}"
    return f"{event.kind} route {record.destination} via {record.gateway}"


def _read(nl: Connection, index: int) -> State:
    return State(
        nl.do(link(name=NAME)),
        _only("address", nl.dump(addresses(family="inet", index=index)).all()),
        _only("route", nl.dump(routes(family="inet", oif=index, protocol="static")).all()),
    )


def _only(what: str, found: list[Address] | list[Route]) -> Address | Route:
    if len(found) != 1:
        raise Failed(f"{len(found)} records of the {what} were read back where 1 should be")
    return found[0]


def _check(state: State, index: int) -> None:
    check(
        "the link's name, kind and index", (state.link.name, state.link.kind, state.link.index), (NAME, "veth", index)
    )
    address = state.address
    check("the address", (address.local, address.prefixlen, address.index), (ADDRESS, LENGTH, index))
    route = state.route
    check("the route", (route.destination, route.gateway, route.oif), (DESTINATION, GATEWAY, index))


def read_async(say: Say) -> None:
    """Read the same with an AsyncConnection, and compare. Raises Failed, NetlynxError."""
    import anyio

    found: dict[str, State] = {}

    async def read() -> None:
        async with aconnect(timeout=PATIENCE) as nl:
            index = (await nl.do(link(name=NAME))).index
            listed = [each async for each in nl.dump(links(kind="veth")) if each.index == index]
            found["state"] = State(
                listed[0],
                _only("address", await nl.dump(addresses(family="inet", index=index)).all()),
                _only("route", await nl.dump(routes(family="inet", oif=index, protocol="static")).all()),
            )

    anyio.run(read)
    state = found["state"]
    say(f"from kernel:{state}")
    _check(state, state.link.index)
