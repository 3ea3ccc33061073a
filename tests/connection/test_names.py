"""Names where the kernel wants numbers: they are resolved when an operation is sent, by whoever sends it."""

from __future__ import annotations

import errno
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import route
from netlynx.engine.operation import Do
from netlynx.errors import EncodeError, NotFound, from_errno
from netlynx.generic import Family, do, dump
from netlynx.kernel import VirtualKernel
from netlynx.kernel.requests import Request
from netlynx.route.constants import RTM
from netlynx.schema import attr, interface, u32
from netlynx.schema.kinds import Code, Option
from netlynx.schema.namespaces import Descriptor
from netlynx.schema.record import Layout, Record
from netlynx.schema.wanted import filled, wanted


class Network:
    """The kernel's side of links, addresses and routes, as far as names are concerned."""

    def __init__(self, kernel: VirtualKernel, **links: int) -> None:
        self.links = links
        self.asked: list[str] = []  # names that were looked up
        self.made: list[Record] = []
        self.gone: list[Record] = []
        service = kernel.serve(0)
        service.do(RTM.GETLINK, record=route.Link, reply=RTM.NEWLINK, get=True)(self._get)
        service.do(RTM.NEWLINK, record=route.Link)(self._new)
        service.do(RTM.NEWADDR, record=route.Address)(lambda request: self.made.append(request.record))
        service.do(RTM.NEWROUTE, record=route.Route)(lambda request: self.made.append(request.record))
        service.do(RTM.DELROUTE, record=route.Route)(lambda request: self.gone.append(request.record))
        service.dump(RTM.GETROUTE, record=route.Route, reply=RTM.NEWROUTE)(self._routes)

    def _get(self, request: Request) -> route.Link:
        name = request.record.name or request.record.alternative_name
        self.asked.append(name)
        if name not in self.links:
            raise from_errno(errno.ENODEV)
        return route.Link(index=self.links[name], name=name)

    def _new(self, request: Request) -> None:
        self.links[request.record.name] = max(self.links.values(), default=1) + 1

    def _routes(self, request: Request) -> Iterator[Record]:
        self.made.append(request.record)
        yield from (route.Route(family="inet", destination=f"10.{n}.0.0/16", oif=n, table=254) for n in (1, 2, 3))


@pytest.fixture
def network(kernel: VirtualKernel) -> Network:
    return Network(kernel, lo=1, v0=2, v1=3)


Carry = Callable[[Callable[[Any], Any]], Any]


@pytest.fixture(params=["sync", "asyncio", "trio"])
def carry(request: pytest.FixtureRequest, kernel: VirtualKernel) -> Carry:
    """What has a connection of each sort do something, and gives the answer."""

    def sync(ask: Callable[[Any], Any]) -> Any:
        with netlynx.connect(kernel=kernel) as nl:
            return ask(nl)

    async def asynchronous(ask: Callable[[Any], Any]) -> Any:
        async with netlynx.aconnect(kernel=kernel) as nl:
            answer = ask(nl)
            return await answer if inspect.isawaitable(answer) else answer

    if request.param == "sync":
        return sync
    return lambda ask: anyio.run(asynchronous, ask, backend=request.param)


def hop(oif: Any) -> route.NextHop:
    return route.NextHop(oif=oif, gateway="192.0.2.1")


def test_a_name_is_the_number_that_it_has_where_it_is_sent(carry: Carry, network: Network) -> None:
    address = route.add(route.Address(index="v1", address="192.0.2.1/24"))
    many = route.add(route.Route(destination="10.0.0.0/8", multipath=(hop("v0"), hop("v1"), hop(9)), table="local"))
    assert not network.asked  # values without I/O
    carry(lambda nl: nl.do(address))
    carry(lambda nl: nl.do(many))
    assert network.asked == ["v1", "v0", "v1"]
    assert [network.made[0].index, *(each.oif for each in network.made[1].multipath)] == [3, 2, 3, 9]
    assert network.made[1].table == 255
    network.links["v1"] = 7  # the same operation, later
    carry(lambda nl: nl.do(address))
    assert network.made[-1].index == 7


def test_listings_take_names_and_filter_by_the_numbers(carry: Carry, network: Network) -> None:
    listing = route.routes(oif="v1", table="main", family="inet")
    for ask in (
        lambda nl: nl.dump(listing).all(),
        lambda nl: nl.count(listing),
        lambda nl: nl.table(listing),
        lambda nl: nl.count(listing.where(destination="10.3.0.0/16")),
    ):
        network.asked.clear()
        carry(ask)
        assert (network.made[-1].oif, network.made[-1].table) == (3, 254)
        assert network.asked == ["v1"]
    assert str(listing) == "route.routes(family=inet, table=main, oif=v1)"


def test_a_dump_that_streams_takes_names(network: Network, kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        assert [each.oif for each in nl.dump(route.routes(oif="v1"))] == [1, 2, 3]
        assert b"".join(nl.dump(route.routes(oif="v1")).json(after=b"\n")).count(b"\n") == 3

    async def streamed() -> list[Any]:
        async with netlynx.aconnect(kernel=kernel) as nl:
            return [each.oif async for each in nl.dump(route.routes(oif="v1"))]

    assert anyio.run(streamed) == [1, 2, 3]
    assert network.asked == ["v1"] * 3


def test_a_batch_asks_once_for_each_name_and_again_when_it_changed_links(carry: Carry, network: Network) -> None:
    def operations() -> Iterator[Do[None]]:
        for n in range(300):
            yield route.add(route.Route(destination=f"10.0.{n & 255}.0/24", oif="v0" if n % 2 else 2, metric=n))
        yield route.add(route.Link(name="v2", kind="dummy"))
        yield route.add(route.Address(index="v2", address="192.0.2.1/24"))
        yield route.add(route.Address(index="v0", address="192.0.2.2/24"))

    result = carry(lambda nl: nl.batch(operations()))
    assert (len(result), result.errors) == (303, {})
    assert network.asked == ["v0", "v2", "v0"]
    assert [each.oif for each in network.made[:300]] == [2] * 300
    assert [each.index for each in network.made[300:]] == [4, 2]


@pytest.mark.parametrize(("on_error", "outcomes"), [("continue", 3), ("stop", 2)])
def test_a_name_that_nothing_has_is_that_operations_outcome(
    carry: Carry, network: Network, on_error: Any, outcomes: int
) -> None:
    operations = [route.add(route.Route(destination="10.0.0.0/8", oif=oif)) for oif in ("v0", "nope", "v1")]
    result = carry(lambda nl: nl.batch(operations, on_error=on_error))
    assert (len(result), list(result.errors)) == (outcomes, [1])
    assert result.errors[1].attribute == "Route.oif"
    with pytest.raises(NotFound, match="no interface is called 'nope' here"):
        carry(lambda nl: nl.batch(operations))
    assert len(network.made) == outcomes  # one of each batch more, but for the last, which stops there


@pytest.mark.parametrize(
    ("operation", "attribute"),
    [
        (lambda: route.add(route.Address(index="nope", address="192.0.2.1/24")), "Address.index"),
        (lambda: route.delete(route.Neighbour(index="nope", destination="192.0.2.1")), "Neighbour.index"),
        (
            lambda: route.replace(route.Route(destination="10.0.0.0/8", multipath=(hop(1), hop("nope")))),
            "Route.multipath[1].oif",
        ),
        (lambda: route.change(route.Link(index=2, master="nope")), "Link.master"),
        (lambda: route.append(route.Route(destination="10.0.0.0/8", table="nope")), "Route.table"),
        (lambda: route.neighbour("nope", "192.0.2.1"), "route.neighbour(index)"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_its_field(
    carry: Carry, network: Network, operation: Callable[[], Do[Any]], attribute: str
) -> None:
    with pytest.raises(NotFound, match="is called 'nope'") as caught:
        carry(lambda nl: nl.do(operation()))
    assert caught.value.attribute == attribute
    assert not network.made


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: route.add(route.Route(destination="10.0.0.0/8", oif="v0", gateway="::1")), "Route.gateway"),
        (lambda: route.add(route.Route(destination="10.0.0.0/8", oif="")), "Route.oif"),
        (lambda: route.add(route.Route(destination="10.0.0.0/8", oif="v0", metric="x")), "Route.metric"),
        (lambda: route.routes(oif="v0", family="ipx"), "route.routes(family)"),
        (lambda: route.routes(oif="v0").where(metric="x"), "Route.metric"),
    ],
)
def test_what_is_wrong_besides_is_refused_when_it_is_made(make: Callable[[], object], path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        make()
    assert caught.value.path == path


def test_names_do_not_go_where_no_connection_looks(nl: netlynx.Connection, network: Network) -> None:
    with pytest.raises(TypeError, match="do takes operations such as"):
        nl.do(route.routes(oif="v0"))
    with pytest.raises(TypeError, match="dump takes operations such as"):
        nl.dump(route.neighbour("v0", "192.0.2.1"))
    for unnamed in (route.Route(metric="v0"), route.Link(mtu="v0")):
        with pytest.raises(EncodeError):
            route.add(unnamed)


class Cards(Family, name="cards"):
    """A family whose records have interfaces in them, as one of anybody's own would."""

    class Card(Record):
        index: int | None = attr(1, interface)  # of the interface
        slot: int | None = attr(2, u32)

    get = do(1, request=Card, reply=Card)
    set = do(2, request=Card)
    list = dump(1, request=Card, reply=Card, match=("index",))


@pytest.fixture
def cards(network: Network, kernel: VirtualKernel) -> list[Any]:
    """The requests to the family `Cards`; the cards 1, 2 and 3 are there, in slot 5."""
    asked: list[Any] = []
    service = kernel.family(Cards)

    def answer(request: Request) -> Any:
        asked.append(request.record)
        return Cards.Card(index=request.record.index, slot=5)

    def listed(request: Request) -> Iterator[Any]:
        asked.append(request.record)
        yield from (Cards.Card(index=n, slot=5) for n in (1, 2, 3))

    service.get(answer)
    service.set(lambda request: asked.append(request.record))
    service.list(listed)
    return asked


def test_a_family_of_generic_netlink_takes_names_by_its_declaration(carry: Carry, cards: list[Any]) -> None:
    assert carry(lambda nl: nl.do(Cards.get(index="v1"))) == Cards.Card(index=3, slot=5)
    carry(lambda nl: nl.do(Cards.set(Cards.Card(index="v0", slot=1))))
    assert carry(lambda nl: nl.dump(Cards.list(index="v1")).all()) == [Cards.Card(index=3, slot=5)]
    assert carry(lambda nl: nl.dump(Cards.list().where(index={"v0", "v1"})).all())[0].index == 2
    assert carry(lambda nl: nl.count(Cards.list().where(index="v0"))) == 1
    assert len(carry(lambda nl: nl.table(Cards.list().where(index="v0")))) == 1
    assert [each.index for each in cards] == [3, 2, 3, None, None, None]
    cards.clear()
    both = [Cards.set(index="v0"), route.add(route.Address(index="v1", address="192.0.2.1/24")), Cards.set(index="v1")]
    result = carry(lambda nl: nl.batch([*both, Cards.set(index="nope"), Cards.set(index=9)], on_error="continue"))
    assert ([each.index for each in cards], list(result.errors)) == ([2, 3, 9], [3])
    assert result.errors[3].attribute == "Card.index"
    with pytest.raises(NotFound, match="no interface is called 'nope' here") as caught:
        carry(lambda nl: nl.dump(Cards.list().where(index="nope")).all())
    assert caught.value.attribute == "Card.index"


def test_a_filter_finds_out_its_names_in_every_way_of_reading(carry: Carry, network: Network) -> None:
    listing = route.routes().where(oif={"v1", "v0"}, table="main")
    found = carry(lambda nl: nl.dump(listing).all())
    assert [each.oif for each in found] == [2, 3]
    assert carry(lambda nl: nl.count(listing)) == 2
    assert len(carry(lambda nl: nl.table(listing))) == 2
    assert carry(lambda nl: nl.count(listing.where(oif="v1"))) == 1
    assert sorted(set(network.asked)) == ["v0", "v1"]


def test_what_is_flushed_is_found_by_names(carry: Carry, network: Network) -> None:
    assert carry(lambda nl: nl.do(route.flush(route.routes().where(oif="v1")))) == 1
    assert carry(lambda nl: nl.do(route.flush(route.routes(oif="v1").where(oif="v0")))) == 1
    assert [each.oif for each in network.gone] == [3, 2]


@pytest.mark.parametrize("shell", ["sync", "asyncio", "trio"])
def test_a_mirror_keeps_what_a_name_means(shell: str, network: Network, kernel: VirtualKernel) -> None:
    listing, all_of = route.routes(oif="v1"), route.routes()

    def look(mirror: Any) -> None:
        assert [each.oif for each in mirror[route.routes(oif="v1")].all()] == [3]
        assert len(mirror[all_of]) == 3
        assert [each.oif for each in mirror.snapshot()[listing]] == [3]
        assert mirror[listing].operation == listing
        with pytest.raises(KeyError, match="is not mirrored here"):
            mirror[route.routes(oif="v0")]

    async def asynchronous() -> None:
        async with netlynx.aconnect(kernel=kernel) as nl:
            async with nl.mirror(listing, all_of) as mirror:
                look(mirror)
            with pytest.raises(NotFound, match="no interface is called 'nope' here"):
                async with nl.mirror(route.routes(oif="nope")):
                    pass

    if shell != "sync":
        anyio.run(asynchronous, backend=shell)
        return
    with netlynx.connect(kernel=kernel) as nl:
        with nl.mirror(listing, all_of) as mirror:
            look(mirror)
        with pytest.raises(NotFound, match="no interface is called 'nope' here"), nl.mirror(route.routes(oif="nope")):
            pass
        with pytest.raises(TypeError, match="cannot be mirrored"):
            nl.mirror(route.routes(oif="nope").where(metric=3))


def test_a_mirror_is_looked_up_by_numbers_and_says_so(network: Network, kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.mirror(route.routes()) as mirror:
        routes = mirror[route.routes()]
        found = routes.find(oif=3)
        assert [each.oif for each in found] == [3]
        with pytest.raises(EncodeError, match="give the number") as caught:
            routes.find(oif="v1")
        assert caught.value.path == "Route.oif"
        assert routes.get(oif=77) is None


def records(cls: Any) -> Iterator[Any]:
    yield cls
    for each in cls.__subclasses__():
        yield from records(each)


# Numbers of interfaces, by the name of the field: what is called so in any record and takes no name is not one, and
# the reason stands here.
_CALLED = ("index", "oif", "iif", "master", "parent", "link", "primary", "secondary", "interconnection")
_CALLED += ("active_member", "backup_port", "port1", "port2", "interlink", "conduit", "via_index")
_CALLED += ("device_index", "remote_index", "ifindex", "bridge")
_PORTS = {("BridgeQuerierState", "port"), ("BridgeQuerierState", "port6")}
_PORTS |= {("CanGateway", "source"), ("CanGateway", "destination")}
_PORTS |= {("Selector", "interface"), ("Offload", "interface")}
_PORTS |= {("StationSettings", "vlan"), ("Attributes", "sta_vlan"), ("Port", "netdev_index")}
_PORTS |= {(name, "interface") for name in ("Interface", "InterfaceRequest", "Originator", "Neighbour", "Gateway")}
_PORTS |= {("Mesh", "primary"), *(("NodeStatus", name) for name in ("index1", "index2", "index_b"))}
_PORTS |= {("Link", "netdev_index"), ("Notification", "netdev_index"), ("AddressHeader", "interface")}
_PORTS |= {("AddressRequest", "interface")}
_NONE = {
    ("Countable", "index"): "of what a driver counts",
    ("Drop", "index"): "of whichever network namespace the packet is in",
    ("Bit", "index"): "of a bit",
    ("Envelope", "index"): "of who speaks on the connector",
    ("MqprioEntry", "index"): "of a traffic class",
    ("TaprioEntry", "index"): "of a traffic class",
    ("TaprioStep", "index"): "of a step",
    ("Phy", "index"): "of a PHY",
    ("Provider", "index"): "of a clock",
    **{(name, "index"): "of a shared buffer" for name in ("Buffer", "BufferKey")},
    **{(name, "index"): "of a line card" for name in ("LineCard", "LineCardKey", "LineCardSettings")},
    ("Radio", "index"): "of a radio among those of a device",
    ("StringEntry", "index"): "of a text",
    **{
        (name, "index"): "of a policy"
        for name in ("Policy", "PolicyHeader", "PolicyId", "PolicyIdHeader", "GonePolicy", "Migration")
    },
    **{(name, "index"): "of a policy" for name in ("ExpiredPolicy", "PolicyExpireHeader")},
}


_OTHERWISE = {("Mirred", "redirect"), ("Mirred", "mirror"), ("MulticastTable", "id"), ("Wanted", "device")}
_OTHERWISE |= {(name, "datapath") for name in ("CtLimits", "Flow", "Meter", "Packet", "Vport")}
_OTHERWISE |= {("OvsHeader", "dp_ifindex")}
"""What has such a number, and is called by what it is for."""

_NAMESPACES = {
    ("Link", "netns_fd"),
    ("NamespaceId", "fd"),
    ("ReloadRequest", "netns"),
    ("Move", "netns_fd"),
    ("Device", "netns_fd"),
}  # descriptors of them


def test_every_field_for_the_index_of_an_interface_takes_its_name() -> None:
    for module in pkgutil.walk_packages(netlynx.__path__, "netlynx."):
        if not module.name.startswith(("netlynx.__main__", "netlynx.cli")):
            importlib.import_module(module.name)
    found = excepted = 0
    for cls in (*records(Record), *records(Layout)):
        if not cls.__module__.startswith("netlynx.") or cls.__module__.startswith("netlynx.ynl"):
            continue  # of a test, or of a spec that one had read
        if cls.__narrow__ is not cls or cls in (Record, Layout):
            continue
        for name, declaration in cls.__declarations__.items():
            kind = declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind
            sort = "interface" if name in _CALLED or (cls.__name__, name) in _PORTS else ""
            if cls.__module__.startswith("netlynx.tc.action") and name == "index":
                sort = ""  # of the action
            if cls.__module__.startswith("netlynx.families.nfc") and name == "index":
                sort = ""  # of an adapter
            if cls.__module__.startswith("netlynx.rdma") and name == "index":
                sort = "rdma device"
            if cls.__module__.startswith("netlynx.families") and name.endswith("ifindex"):
                sort = "interface"
            sort = "table" if name in ("table", "vrf_table") else sort
            sort = "namespace" if (cls.__name__, name) in _NAMESPACES else sort
            if sort and ((kind.code, kind.values, kind.width) != (Code.INTEGER, None, 4) or kind.options & Option.BIG):
                sort = ""  # no number that could be one
            excepted += sort != "" and (cls.__name__, name) in _NONE
            if sort and (cls.__name__, name) not in _NONE:
                assert kind.names == sort, f"{cls.__name__}.{name}"
                record = cls(**{name: "v0"})
                assert wanted(record) == ((sort, "v0", f"{cls.__name__}.{name}"),)
                assert filled(record, {(sort, "v0"): Descriptor(7)}) == cls(**{name: Descriptor(7)})
                found += 1
            else:
                named = (cls.__name__, name) in _OTHERWISE
                assert not kind.names or named, f"{cls.__name__}.{name}"
    assert found > 100
    assert excepted == len(_NONE)
