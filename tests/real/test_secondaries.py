"""An IPv4 address that is deleted goes by itself: those that are secondary to it stay, or nothing goes."""

from __future__ import annotations

import random
from typing import Any

import anyio
import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.errors import Ambiguous
from netlynx.route import Address, AfSpec, Link, ipv4_settings
from support import rounds

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

OWN = [
    "192.0.2.1/24",
    "192.0.2.9/24",
    "192.0.2.10/24",
    "192.0.2.1/25",
    "192.0.2.3/25",
    "192.0.2.77/32",
    "198.51.100.1/24",
    "198.51.100.2/24",
    "10.0.0.1 peer 10.0.1.1/24",
    "10.0.0.1 peer 10.0.2.1/24",
    "10.0.0.2 peer 10.0.1.9/24",
    "10.0.0.3/24",
    "0.0.0.7/0",
]


def listed(ip: Ip) -> set[tuple[Any, ...]]:
    [link] = ip.json("-4 address show dev v0") or [{"addr_info": []}]
    return {(each["local"], each.get("address"), each["prefixlen"]) for each in link["addr_info"]}


def shown(record: Address) -> tuple[Any, ...]:
    return record.local, None if record.address == record.local else record.address, record.prefixlen


@pytest.fixture
def index(nl: netlynx.Connection) -> int:
    nl.do(route.add(Link(name="v0", kind="veth", data=route.Veth(peer=Link(name="v1")))))
    nl.do(route.up("v0"))
    return nl.do(route.link(name="v0")).index


def fill(ip: Ip, chance: random.Random) -> None:
    chosen = chance.sample(OWN, chance.randint(3, 8))
    ip("-4 address flush dev v0")
    ip.all(f"address add {own} dev v0" for own in chosen)


def promote(nl: netlynx.Connection, index: int, value: int) -> None:
    nl.do(route.change(Link(index=index, af_spec=AfSpec(inet=ipv4_settings(promote_secondaries=value)))))


def made(record: Address) -> Address:
    """The same as somebody would write it."""
    return Address(index=record.index, local=record.local, address=record.address, prefixlen=record.prefixlen)


@pytest.mark.parametrize("promoting", [0, 1])
@pytest.mark.parametrize("way", ["do", "batch", "made"])
def test_an_address_goes_by_itself_or_stays(
    nl: netlynx.Connection, ip: Ip, index: int, way: str, promoting: int
) -> None:
    chance = random.Random(11)
    promote(nl, index, promoting)
    refused = 0
    for _ in rounds(12):
        fill(ip, chance)
        while there := nl.dump(route.addresses(family="inet", index=index)).all():
            before = listed(ip)
            assert before == set(map(shown, there))
            for record in chance.sample(there, len(there)):
                operation = route.delete(made(record) if way == "made" else record)
                try:
                    nl.batch([operation]) if way == "batch" else nl.do(operation)
                except Ambiguous as error:
                    refused += 1
                    assert not promoting
                    assert listed(ip) == before
                    names = [f"{own}/{length}" for own, _, length in before if f"{own}/{length}" in error.hint]
                    assert names
                else:
                    assert listed(ip) == before - {shown(record)}
                    break
            else:
                pytest.fail(f"nothing of {there} can be deleted")
    assert bool(refused) is not bool(promoting)


@pytest.mark.parametrize("promoting", [0, 1])
def test_a_batch_says_of_each_whether_it_went(nl: netlynx.Connection, ip: Ip, index: int, promoting: int) -> None:
    chance = random.Random(12)
    promote(nl, index, promoting)
    for _ in rounds(12):
        fill(ip, chance)
        there = nl.dump(route.addresses(family="inet", index=index)).all()
        wanted = chance.sample(there, chance.randint(1, len(there)))
        result = nl.batch(map(route.delete, wanted), on_error="continue")
        assert {type(error) for error in result.errors.values()} <= {Ambiguous}
        gone = {shown(record) for at, record in enumerate(wanted) if at not in result.errors}
        assert listed(ip) == set(map(shown, there)) - gone


@pytest.mark.parametrize("promoting", [0, 1])
@pytest.mark.parametrize("shell", ["sync", "async"])
def test_a_flush_removes_what_it_lists_and_nothing_else(
    nl: netlynx.Connection, ip: Ip, index: int, namespace: netns.NetworkNamespace, shell: str, promoting: int
) -> None:
    chance = random.Random(13)
    promote(nl, index, promoting)

    async def flush(listing: Any) -> int:
        async with netlynx.aconnect(netns=namespace) as far:
            return await far.do(route.flush(listing))

    for number in rounds(12):
        fill(ip, chance)
        there = nl.dump(route.addresses(family="inet", index=index)).all()
        wanted = there
        listing = route.addresses(family="inet", index=index)
        if number % 2:
            wanted = chance.sample(there, chance.randint(1, len(there)))
            listing = listing.where(local={each.local for each in wanted})
            wanted = [each for each in there if each.local in {one.local for one in wanted}]
        try:
            count = anyio.run(flush, listing) if shell == "async" else nl.do(route.flush(listing))
        except Ambiguous:
            assert not promoting
            assert number % 2
            assert listed(ip) >= set(map(shown, there)) - set(map(shown, wanted))
        else:
            assert count == len(wanted)
            assert listed(ip) == set(map(shown, there)) - set(map(shown, wanted))


def test_loopback_addresses_have_the_scope_that_is_said(nl: netlynx.Connection, ip: Ip) -> None:
    for own, scope, there in (
        ("127.0.0.5/32", None, "host"),
        ("127.0.0.6/32", "global", "global"),
        ("127.0.0.7/32", 0, "global"),
        ("127.0.0.8/32", "link", "link"),
    ):
        nl.do(route.add(Address(index="lo", address=own, scope=scope)))  # type: ignore[arg-type]
        [link] = ip.json("-4 address show dev lo")
        assert {each["local"]: each["scope"] for each in link["addr_info"]}[own.partition("/")[0]] == there
