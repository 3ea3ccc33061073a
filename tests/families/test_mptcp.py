"""Multipath TCP on the real kernel, and on a stand-in: endpoints, limits, the events of a connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import mptcp, netns, route
from netlynx.kernel import Request, VirtualKernel
from netlynx.mptcp import Endpoint, EndpointFlags, Limits, MptcpPathManager
from netlynx.route import AddressFamily
from netlynx.schema import replace_fields
from support import PATIENCE

pytestmark = pytest.mark.every_kernel

IPPROTO_MPTCP = 262  # linux/in.h


@pytest.fixture
def nl(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=namespace) as connection:
        try:
            connection.do(mptcp.limits())
        except netlynx.NotSupported as error:
            pytest.skip(str(error))
        connection.do(route.up("lo"))
        yield connection


def test_endpoints_come_change_and_go(nl: netlynx.Connection) -> None:
    nl.do(mptcp.add(Endpoint(address="192.0.2.1", flags=["signal"])))  # type: ignore[arg-type]  # names will do
    nl.do(mptcp.add(Endpoint(address="2001:db8::1", id=9, index=1, flags=EndpointFlags.SUBFLOW)))
    first, second = nl.dump(mptcp.endpoints())
    assert (first.family, first.address, first.flags) == (socket.AF_INET, "192.0.2.1", EndpointFlags.SIGNAL)
    assert (
        second
        == nl.do(mptcp.endpoint(9))
        == Endpoint(family=socket.AF_INET6, id=9, address="2001:db8::1", port=0, flags=EndpointFlags.SUBFLOW, index=1)
    )
    nl.do(mptcp.change(Endpoint(id=9, flags=EndpointFlags.SUBFLOW | EndpointFlags.BACKUP)))
    assert nl.do(mptcp.endpoint(9)).flags == EndpointFlags.SUBFLOW | EndpointFlags.BACKUP
    nl.do(mptcp.delete(second))
    assert nl.dump(mptcp.endpoints()).all() == [first]
    nl.do(mptcp.flush())
    assert nl.dump(mptcp.endpoints()).all() == []


def test_limits_are_set_one_by_one(nl: netlynx.Connection) -> None:
    nl.do(mptcp.set_limits(Limits(subflows=3)))
    nl.do(mptcp.set_limits(Limits(add_addr_accepted=1)))
    assert nl.do(mptcp.limits()) == Limits(add_addr_accepted=1, subflows=3)


def test_a_connection_is_told_of(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    def talk() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP) as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP) as client:
                client.connect(server.getsockname())
                with server.accept()[0] as other:
                    client.sendall(b"x")
                    assert other.recv(1) == b"x"

    with nl.subscribe(mptcp.EVENTS) as events:
        netns.run_in(namespace, talk)
        kinds: list[str] = []
        created = []
        while kinds.count("closed") < 2:
            event = events.get(timeout=PATIENCE)
            assert isinstance(event, netlynx.Event)
            kinds.append(str(event.kind))
            created += [event.record] if event.kind == "created" else []
    assert kinds.count("created") == 2
    assert {record.destination for record in created} == {"127.0.0.1"}
    assert created[0].source_port == created[1].destination_port
    assert len({record.token for record in created}) == 2


def test_what_the_kernel_refuses_is_said_in_its_words(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError, match="address not found"):
        nl.do(mptcp.endpoint(77))
    nl.do(mptcp.add(Endpoint(address="192.0.2.1")))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(mptcp.add(Endpoint(address="192.0.2.1")))


def test_an_endpoint_without_what_it_needs_is_not_sent() -> None:
    with pytest.raises(netlynx.EncodeError, match=r"Endpoint.address: an endpoint has an address"):
        mptcp.add(Endpoint(id=1))
    with pytest.raises(netlynx.EncodeError, match=r"Endpoint.id: endpoints are deleted by their ID"):
        mptcp.delete(Endpoint(address="192.0.2.1"))


@pytest.mark.parametrize("family", [None, 2, "inet", "INET", AddressFamily.INET])
def test_a_family_has_any_of_its_spellings(nl: netlynx.Connection, family: Any) -> None:
    nl.do(mptcp.add(Endpoint(address="192.0.2.1", family=family)))
    (found,) = nl.dump(mptcp.endpoints())
    assert found.family is AddressFamily.INET
    with pytest.raises(netlynx.EncodeError, match=r"Endpoint.family: 192.0.2.1 is of inet"):
        mptcp.add(Endpoint(address="192.0.2.1", family="inet6"))  # type: ignore[arg-type]


CHANGED = {"address": "192.0.2.2", "port": 7, "index": 1, "flags": EndpointFlags.SIGNAL}


@pytest.mark.parametrize("field", CHANGED)
def test_an_endpoint_that_is_another_by_now_stays(nl: netlynx.Connection, field: str) -> None:
    nl.do(mptcp.add(Endpoint(address="192.0.2.1", id=3, flags=EndpointFlags.SUBFLOW)))
    (read,) = nl.dump(mptcp.endpoints())
    other = replace_fields(read, **{field: CHANGED[field]})
    for verb in (mptcp.delete, mptcp.change):
        with pytest.raises(netlynx.NotFound, match=f"the endpoint with this ID has {field} .* by now"):
            nl.do(verb(other))
        assert nl.dump(mptcp.endpoints()).all() == [read]
    nl.do(mptcp.change(replace_fields(read, flags=EndpointFlags.BACKUP | EndpointFlags.SUBFLOW)))
    (changed,) = nl.dump(mptcp.endpoints())
    assert changed.flags == EndpointFlags.BACKUP | EndpointFlags.SUBFLOW
    nl.do(mptcp.delete(changed))
    nl.do(mptcp.add(changed))
    assert nl.dump(mptcp.endpoints()).all() == [changed]


def test_an_endpoint_is_changed_by_its_address(nl: netlynx.Connection) -> None:
    for address in ("192.0.2.1", "2001:db8::1"):
        nl.do(mptcp.add(Endpoint(address=address, flags=EndpointFlags.SUBFLOW)))
    nl.do(mptcp.change(Endpoint(address="2001:db8::1", flags="backup")))  # type: ignore[arg-type]
    first, second = nl.dump(mptcp.endpoints())
    assert (first.flags, second.flags) == (EndpointFlags.SUBFLOW, EndpointFlags.SUBFLOW | EndpointFlags.BACKUP)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: mptcp.change(Endpoint(id=1)), "Endpoint.flags: set the flags"),
        (lambda: mptcp.change(Endpoint(flags=EndpointFlags.BACKUP)), "Endpoint.id: say which endpoint"),
        (lambda: mptcp.change(Endpoint(address="::1", flags=EndpointFlags.SIGNAL)), "Endpoint.flags: of an address"),
        (lambda: mptcp.change(Endpoint(address="::1", flags=EndpointFlags.BACKUP, index=1)), "Endpoint.index"),
        (lambda: mptcp.delete(Endpoint(id=0)), "Endpoint.address: ID 0"),
        (lambda: mptcp.delete(Endpoint(id=0, address="::1", index=1)), "Endpoint.index: ID 0"),
    ],
)
def test_what_would_have_no_effect_is_not_sent(wrong: Any, why: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=why):
        wrong()


class StandIn:
    """Endpoints and limits as the kernel keeps them: a number for who has none, what is not given stays."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.endpoints: dict[int, Endpoint] = {}
        self.limits = Limits(add_addr_accepted=0, subflows=2)
        service = kernel.family(MptcpPathManager)
        service.handles(MptcpPathManager.add)(self.add)
        service.handles(MptcpPathManager.get)(self.get)
        service.handles(MptcpPathManager.list)(lambda request: iter(list(self.endpoints.values())))
        service.handles(MptcpPathManager.delete)(lambda request: self.endpoints.pop(self.get(request).id or 0) and None)
        service.handles(MptcpPathManager.get_limits)(lambda request: self.limits)
        service.handles(MptcpPathManager.set_limits)(self.set_limits)

    def add(self, request: Request) -> None:
        number = request.record.id or len(self.endpoints) + 1
        self.endpoints[number] = replace_fields(request.record, id=number)

    def get(self, request: Request) -> Endpoint:
        if request.record.id not in self.endpoints:
            raise netlynx.NotFound(22, "address not found")
        return self.endpoints[request.record.id]

    def set_limits(self, request: Request) -> None:
        given = {name: getattr(request.record, name) for name in ("add_addr_accepted", "subflows")}
        self.limits = replace_fields(self.limits, **{name: each for name, each in given.items() if each is not None})


@pytest.mark.anyio
async def test_endpoints_and_limits_in_an_event_loop() -> None:
    with VirtualKernel() as kernel:
        stand_in = StandIn(kernel)
        async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
            await nl.do(mptcp.add(Endpoint(address="192.0.2.1", flags=EndpointFlags.SIGNAL)))
            await nl.do(mptcp.add(Endpoint(address="2001:db8::1", id=9)))
            listed = [endpoint async for endpoint in nl.dump(mptcp.endpoints())]
            assert [(each.id, each.family, each.address) for each in listed] == [
                (1, socket.AF_INET, "192.0.2.1"),
                (9, socket.AF_INET6, "2001:db8::1"),
            ]
            assert await nl.do(mptcp.endpoint(9)) == listed[1] == stand_in.endpoints[9]
            await nl.do(mptcp.delete(9))
            with pytest.raises(netlynx.NetlinkError, match="address not found"):
                await nl.do(mptcp.endpoint(9))
            await nl.do(mptcp.set_limits(Limits(subflows=3)))
            assert await nl.do(mptcp.limits()) == Limits(add_addr_accepted=0, subflows=3)
