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
from netlynx.errors import EncodeError, NotFound, from_errno
from netlynx.kernel import VirtualKernel
from netlynx.kernel.requests import Request
from netlynx.operation import Do
from netlynx.route.constants import RTM
from netlynx.schema.namespaces import Descriptor
from netlynx.schema.record import Record
from netlynx.schema.wanted import filled, wanted


class Network:
    """The kernel's side of links, addresses and routes, as far as names are concerned."""

    def __init__(self, kernel: VirtualKernel, **links: int) -> None:
        self.links = links
        self.asked: list[str] = []  # names that were looked up
        self.made: list[Record] = []
        service = kernel.serve(0)
        service.do(RTM.GETLINK, record=route.Link, reply=RTM.NEWLINK, get=True)(self._get)
        service.do(RTM.NEWLINK, record=route.Link)(self._new)
        service.do(RTM.NEWADDR, record=route.Address)(lambda request: self.made.append(request.record))
        service.do(RTM.NEWROUTE, record=route.Route)(lambda request: self.made.append(request.record))
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


def records(cls: Any) -> Iterator[Any]:
    yield cls
    for each in cls.__subclasses__():
        yield from records(each)


# Numbers of interfaces, by the name of the field: what is called so in a record of rtnetlink and takes no name is not
# one, and the reason stands here.
_CALLED = ("index", "oif", "iif", "master", "parent", "link", "primary", "secondary", "interconnection")
_CALLED += ("active_member", "backup_port", "port1", "port2", "interlink", "conduit", "via_index")
_NONE = {
    ("ErspanOption", "index"): "of a tunnel's session",
    ("NextHopBucket", "index"): "of a bucket",
    ("Netkit", "primary"): "whether it is",
    ("MplsRoute", "table"): "a Route's, and that is a number by then",
}


_NAMESPACES = {("Link", "netns_fd"), ("NamespaceId", "fd")}  # descriptors of them


def test_every_field_for_the_index_of_an_interface_takes_its_name() -> None:
    for module in pkgutil.walk_packages(route.__path__, "netlynx.route."):
        importlib.import_module(module.name)
    found = 0
    for cls in records(Record):
        if not cls.__module__.startswith("netlynx.route.") or cls.__narrow__ is not cls:
            continue
        for name, declaration in cls.__declarations__.items():
            kind = declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind
            sort = "interface" if name in _CALLED else "table" if name in ("table", "vrf_table") else ""
            sort = "namespace" if (cls.__name__, name) in _NAMESPACES else sort
            if sort and (cls.__name__, name) not in _NONE:
                assert kind.names == sort, f"{cls.__name__}.{name}"
                record = cls(**{name: "v0"})
                assert wanted(record) == ((sort, "v0", f"{cls.__name__}.{name}"),)
                assert filled(record, {(sort, "v0"): Descriptor(7)}) == cls(**{name: Descriptor(7)})
                found += 1
            else:
                assert not kind.names, f"{cls.__name__}.{name}"
    assert found > 40
