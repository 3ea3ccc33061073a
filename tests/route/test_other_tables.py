"""Where all families are asked, the kernel lists tables of others too, by the same type of message: those stay out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import route
from netlynx.codec._codec import Counter
from netlynx.errors import EncodeError
from netlynx.kernel import Request, VirtualKernel
from netlynx.route.constants import RTM, AddressFamily
from netlynx.wire.constants import NETLINK

ROUTES = [
    *(route.Route(family="inet", destination=f"10.{n}.0.0/16", oif=2) for n in range(3)),
    *(route.Route(family="inet6", destination=f"2001:db8:{n}::/48", oif=2) for n in range(3)),
]
OTHER_ROUTES = [
    *(route.CanGateway(source=2, destination=n) for n in (3, 4)),
    route.MctpRoute(oif=2, destination=8),
    route.PhonetRoute(oif=2, destination=0x6C),
]
ADDRESSES = [
    route.Address(family="inet", index=2, address="192.0.2.1", prefixlen=24),
    route.Address(family="inet6", index=2, address="2001:db8::1", prefixlen=64),
]
OTHER_ADDRESSES = [route.MctpAddress(index=2, address=8), route.PhonetAddress(index=2, address=0x6C)]


def mixed(own: list[Any], others: list[Any]) -> Iterator[Any]:
    """Those of others before, between and behind."""
    yield others[0]
    for number, each in enumerate(own):
        yield each
        yield others[number % len(others)]
    yield from others


@pytest.fixture
def kernel() -> VirtualKernel:
    kernel = VirtualKernel()
    service = kernel.serve(NETLINK.ROUTE)

    @service.dump(RTM.GETROUTE, reply=RTM.NEWROUTE)
    def routes(request: Request) -> Iterator[Any]:
        yield from mixed(ROUTES, OTHER_ROUTES)

    @service.dump(RTM.GETADDR, reply=RTM.NEWADDR)
    def addresses(request: Request) -> Iterator[Any]:
        yield from mixed(ADDRESSES, OTHER_ADDRESSES)

    return kernel


LISTINGS = [(route.routes(), ROUTES, "oif"), (route.addresses(), ADDRESSES, "index")]


@pytest.mark.parametrize("number", range(2))
def test_every_way_of_reading_leaves_them_out(kernel: VirtualKernel, number: int) -> None:
    listing, own, field = LISTINGS[number]
    with netlynx.connect(kernel=kernel) as nl:
        read = nl.dump(listing).all()
        assert [each.family for each in read] == [each.family for each in own]
        assert [each.family for each in nl.dump(listing)] == [each.family for each in own]
        assert nl.dump(listing.where(**{field: 2})).all() == read
        assert nl.count(listing) == nl.count(listing.where(**{field: 2})) == len(own)
        assert len(nl.table(listing)) == len(nl.table(listing.where(**{field: 2}))) == len(own)

    async def asynchronously() -> Any:
        async with netlynx.aconnect(kernel=kernel) as nl:
            return await nl.dump(listing).all(), await nl.count(listing)

    assert anyio.run(asynchronously) == (read, len(own))


def test_the_other_tables_are_listed_by_their_own(kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        assert {each.destination for each in nl.dump(route.can_gateways())} == {3, 4}
        assert {each.destination for each in nl.dump(route.mctp_routes())} == {8}
        assert {each.address for each in nl.dump(route.mctp_addresses())} == {8}
        assert {each.address for each in nl.dump(route.phonet_addresses())} == {0x6C}


def test_a_family_that_is_listed_elsewhere_is_refused_as_a_condition() -> None:
    for listing in (route.routes(), route.addresses()):
        families = listing.reply.__families__
        for family in AddressFamily:
            if family in families:
                assert listing.where(family=family).match[-1] == ("family", family)
                assert listing.where(family={family, AddressFamily.CAN}).match[-1][0] == "family"
            else:
                with pytest.raises(EncodeError, match=rf"family: nothing here is of {family.label}: it is one of inet"):
                    listing.where(family=family)
        with pytest.raises(EncodeError, match="nothing here is of 200"):
            listing.where(family=200)


@pytest.mark.parametrize("family", [-1, 256])
def test_what_is_no_byte_is_no_family(family: int) -> None:
    with pytest.raises(OverflowError):
        Counter(None).only_of([family])
