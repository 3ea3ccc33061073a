"""CAN gateways, MCTP and Phonet: bytes, what is sent, what is refused.

The bytes are a Linux 6.12 kernel's, those of MCTP of one that was built with it; but for the route over a gateway, of
6.17, which is put together as net/mctp/route.c writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import route
from netlynx.codec._codec import decode, encode
from netlynx.errors import EncodeError
from netlynx.kernel import VirtualKernel
from netlynx.route.constants import RTM
from netlynx.schema.compile import plan_of
from netlynx.schema.record import fields_of
from netlynx.wire.constants import NETLINK

CAPTURES: list[tuple[Any, str, dict[str, Any]]] = [
    (  # cangw -A -s vc0 -d vc1 -u abc -m SET:IL:333.4.1122334455667788
        route.CanGateway,
        "1d010000" + "15000400" + "33030000" + "04000000" + "1122334455667788" + "03000000" + "08000e00bc0a0000"
        "0800090002000000" + "08000a0003000000",
        {"source": 2, "destination": 3, "uid": 0xABC, "handled": 0},
    ),
    (  # with a frame that went through it: -e -l 1 -f 123:C00007FF
        route.CanGateway,
        "1d010100" + "0800070001000000" + "05000d0001000000" + "0c000b0023010000ff0700c0" + "0800090002000000"
        "08000a0003000000",
        {"flags": route.CanGatewayFlags.ECHO, "handled": 1, "hops": 1},
    ),
    (  # RTM_NEWADDR of 0x6c on d0
        route.PhonetAddress,
        "230080fd02000000" + "050002006c000000",
        {"index": 2, "address": 0x6C, "flags": route.AddressFlags.PERMANENT, "scope": route.Scope.LINK},
    ),
    (
        route.PhonetRoute,
        "23060000fe04000100000000" + "0500010060000000" + "0800040002000000",
        {"destination": 0x60, "oif": 2, "bits": 6, "table": 254},
    ),
    (route.MctpAddress, "2d00000009000000" + "0500020008000000" + "0500010008000000", {"index": 9, "address": 8}),
    (
        route.MctpRoute,
        "2d050000fd04fd0100000000" + "050001000a000000" + "0c000800" + "0800020044000000" + "0800040009000000",
        {"destination": 10, "extent": 5, "mtu": 68, "oif": 9, "gateway": None},
    ),
    (
        route.MctpRoute,
        "2d000000fd04fd0200000000" + "0500010008000000" + "04000800" + "0800040009000000",
        {"destination": 8, "extent": 0, "mtu": None, "oif": 9, "type": route.RouteType.LOCAL},
    ),
    (
        route.MctpRoute,
        "2d000000fd04000100000000" + "050001001e000000" + "04000800" + "0c000500010000000c000000",
        {"destination": 30, "gateway": route.MctpFullAddress(network=1, address=12), "oif": None},
    ),
    (
        route.MctpNeighbour,
        "2d00000001000000" + "80000001" + "0500010014000000" + "0a000200020000000014" + "0000",
        {"index": 1, "destination": 20, "address": "02:00:00:00:00:14", "state": route.NeighbourState.PERMANENT},
    ),
    (
        route.MctpNeighbour,  # of a serial line, which has no addresses
        "2d00000009000000" + "80000001" + "0500010009000000" + "04000200",
        {"index": 9, "destination": 9, "address": ""},
    ),
]


@pytest.mark.parametrize(("cls", "captured", "said"), CAPTURES)
def test_what_the_kernel_says_is_read(cls: Any, captured: str, said: dict[str, Any]) -> None:
    payload = bytes.fromhex(captured)
    record = decode(plan_of(cls), payload)
    assert {name: value for name, value in fields_of(record).items() if name in said} == said
    assert record.unknown == ()
    again = encode(plan_of(cls), record)
    # Of MCTP, what is said twice, and the nest of an interface's own MTU, is sent once or not.
    assert again == payload or decode(plan_of(cls), again) == record


def test_what_was_read_is_deleted_with_what_the_kernel_compares() -> None:
    for cls, captured, _ in CAPTURES:
        record = decode(plan_of(cls), bytes.fromhex(captured))
        if getattr(record, "type", None) is route.RouteType.LOCAL:
            with pytest.raises(EncodeError, match="with addresses"):
                route.delete(record)
            continue
        sent = decode(plan_of(cls), route.delete(record).payload)
        for name in ("handled", "mtu", "state", "protocol", "scope"):
            if hasattr(sent, name):
                assert not getattr(sent, name), (cls, name)


WAY = {"source": 2, "destination": 3}
ID = {"id": 1, "parts": "id"}
REFUSED: list[tuple[str, Any, str, str]] = [
    ("add", route.CanGateway(source=2), "CanGateway.destination", "both have to be said"),
    ("delete", route.CanGateway(source=0, destination=0), "CanGateway.source", "means all jobs"),
    ("add", route.CanGateway(**WAY, fd_and=ID), "CanGateway.fd_and", "for jobs with the flag fd"),
    ("add", route.CanGateway(**WAY, flags="fd", mod_and=ID), "CanGateway.mod_and", "does not look at it"),
    ("add", route.CanGateway(**WAY, mod_and={"id": 1}), "CanGateway.mod_and.parts", "id, len, data"),
    ("add", route.CanGateway(**WAY, mod_and={"parts": "flags"}), "CanGateway.mod_and.parts", "id, len, data"),
    ("add", route.CanGateway(**WAY, mod_and=ID | {"length": 1}), "CanGateway.mod_and.length", "does not count"),
    ("add", route.CanGateway(**WAY, mod_and=ID | {"raw_length": 9}), "CanGateway.mod_and.raw_length", "not look"),
    ("add", route.CanGateway(**WAY, xor={"last": 1}), "CanGateway.xor", "changes nothing"),
    ("delete", route.CanGateway(**WAY, uid=1), "CanGateway.uid", "changes nothing"),
    ("add", route.CanGateway(**WAY, uid=1, mod_and=ID), "CanGateway.uid", "`replace` makes"),
    ("replace", route.CanGateway(**WAY, mod_and=ID), "CanGateway.uid", "known by its uid"),
    ("replace", route.CanGateway(**WAY, uid=0, mod_and=ID), "CanGateway.uid", "there is none"),
    ("change", route.CanGateway(**WAY, mod_and=ID), "", "replace it"),
    ("add", route.CanGateway(**WAY, hops=0), "CanGateway.hops", "at least 1"),
    ("add", route.CanGateway(**WAY, type=0), "CanGateway.type", "CAN to CAN"),
    ("add", route.CanGateway(**WAY, handled=1), "CanGateway.handled", "the kernel tells this"),
    ("add", route.CanGateway(**WAY, mod_and=ID, xor={"result": 8}), "CanGateway.xor.result", "from -8 to 7"),
    ("add", route.CanGateway(**WAY, mod_and=ID, crc8={"last": 1}), "CanGateway.crc8.table", "256 bytes"),
    (
        "add",
        route.CanGateway(**WAY, mod_and=ID, crc8={"table": bytes(range(256)), "profile": 9}),
        "CanGateway.crc8.profile",
        "no such profile",
    ),
    ("add", route.MctpAddress(address=8), "MctpAddress.index", "which interface"),
    ("add", route.MctpAddress(index=1, address=7), "MctpAddress.address", "8 to 254"),
    ("replace", route.MctpAddress(index=1, address=8), "", "no such request"),
    ("add", route.MctpRoute(oif=1), "MctpRoute.destination", "no endpoint"),
    ("add", route.MctpRoute(oif=1, destination=250, extent=5), "MctpRoute.extent", "beyond 254"),
    ("add", route.MctpRoute(destination=9), "MctpRoute.oif", "one of them"),
    ("add", route.MctpRoute(destination=9, oif=1, gateway={"address": 8}), "MctpRoute.oif", "one of them"),
    ("add", route.MctpRoute(destination=9, oif=1, type="local"), "MctpRoute.type", "with addresses"),
    ("delete", route.MctpRoute(destination=9, oif=1, mtu=68), "MctpRoute.mtu", "does not look at it"),
    ("add", route.MctpNeighbour(index=1, destination=9), "MctpNeighbour.address", "where on the link"),
    ("delete", route.MctpNeighbour(index=1, destination=9, address="1d"), "MctpNeighbour.address", "not look"),
    ("add", route.PhonetAddress(index=1, address=3), "PhonetAddress.address", "multiples of 4"),
    ("add", route.PhonetRoute(oif=1, destination=4, table=7), "PhonetRoute.table", "one table"),
    ("add", route.PhonetRoute(destination=4), "PhonetRoute.oif", "which interface"),
    ("append", route.PhonetRoute(destination=4, oif=1), "", "no such request"),
]


def test_what_the_kernel_would_ignore_or_refuse_without_a_word_is_refused_in_words() -> None:
    for verb, record, path, said in REFUSED:
        with pytest.raises(EncodeError) as caught:
            getattr(route, verb)(record)
        assert not path or caught.value.path == path, (verb, record, caught.value)
        assert said in str(caught.value), (verb, record, caught.value)


def test_a_polynomial_s_table_is_that_of_the_standard() -> None:
    """The CRC of "123456789" is 0x4b with SAE J1850's polynomial, 0xdf with AUTOSAR's (its own check values)."""
    for polynomial, wanted in ((0x1D, 0x4B), (0x2F, 0xDF)):
        table, crc = route.can_crc8_table(polynomial), 0xFF
        for byte in b"123456789":
            crc = table[crc ^ byte]
        assert crc ^ 0xFF == wanted
    for wrong in (0, 256):
        with pytest.raises(EncodeError, match="no polynomial"):
            route.can_crc8_table(wrong)


@pytest.fixture
def gateway() -> Iterator[tuple[netlynx.Connection, list[Any]]]:
    """A virtual kernel with jobs of a CAN gateway, and what it was told."""
    kernel, told = VirtualKernel(), []
    service = kernel.serve(NETLINK.ROUTE)
    jobs = [
        route.CanGateway(source=2, destination=3, uid=7, mod_set=ID, filter={"id": 1, "mask": 2}),
        route.CanGateway(source=2, destination=3),
    ]
    service.dump(RTM.GETROUTE, reply=RTM.NEWROUTE, family=29)(lambda request: iter(jobs))
    service.dump(RTM.GETROUTE, reply=RTM.NEWROUTE)(
        lambda request: iter([route.Route(family=2, destination="10.0.0.0/8")])
    )
    for kind in (RTM.NEWROUTE, RTM.DELROUTE):
        service.do(kind, record=route.CanGateway, family=29)(
            lambda request: told.append((request.type, request.record))
        )
    with netlynx.connect(kernel=kernel) as nl:
        yield nl, told


def test_a_uid_stands_for_the_job_that_is_meant(gateway: tuple[netlynx.Connection, list[Any]]) -> None:
    nl, told = gateway
    there = {"source": 2, "destination": 3, "uid": 7, "filter": {"id": 1, "mask": 2}}
    for other in ({"source": 9}, {"destination": 9}, {"filter": None}, {"flags": "echo"}, {"hops": 1}):
        with pytest.raises(netlynx.AlreadyExists, match="Nothing was sent") as caught:
            nl.do(route.replace(route.CanGateway(**there | other, mod_set=ID)))
        assert caught.value.attribute == f"CanGateway.{next(iter(other))}"
    with pytest.raises(netlynx.NotFound, match="would have removed"):  # what it does is something else
        nl.do(route.delete(route.CanGateway(**there, mod_or=ID)))
    assert told == []
    nl.do(route.replace(route.CanGateway(**there, mod_or=ID)))
    nl.do(route.replace(route.CanGateway(**there | {"uid": 8, "source": 9}, mod_or=ID)))  # which there is none of
    nl.do(route.delete(route.CanGateway(**there, mod_set=ID)))
    assert [(kind, job.uid) for kind, job in told] == [(RTM.NEWROUTE, 7), (RTM.NEWROUTE, 8), (RTM.DELROUTE, 7)]


def test_a_job_that_is_there_is_not_made_twice_by_who_ensures_it(
    gateway: tuple[netlynx.Connection, list[Any]],
) -> None:
    """The kernel makes as many of the same as it is told."""
    nl, told = gateway
    assert not nl.do(route.ensure(route.add(route.CanGateway(source=2, destination=3)))).made
    assert told == []
    assert nl.do(route.ensure(route.add(route.CanGateway(source=3, destination=2)))).made
    assert len(told) == 1
    assert nl.do(route.flush(route.can_gateways())) == 2
    assert [each.destination for each in nl.dump(route.routes())] == ["10.0.0.0/8"]
