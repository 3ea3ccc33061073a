"""What TCP remembers, on the real kernel: of a connection that was there."""

from __future__ import annotations

import socket

import pytest

import netlynx
from netlynx import generic, netns, route, tcp_metrics
from netlynx.kernel import Request, VirtualKernel
from netlynx.tcp_metrics import TCP_METRICS_ATTR, TCP_METRICS_CMD, Entry, TcpMetrics, Values
from support import PATIENCE, is_true_root, needs_true_root


def talk(address: str) -> None:
    """A connection to oneself, there and back."""
    with (
        socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as server,
        socket.create_connection(server.getsockname()[:2]) as client,
    ):
        other, _ = server.accept()
        with other:
            for sender, receiver in ((client, other), (other, client)) * 4:
                sender.sendall(b"x")
                assert receiver.recv(1) == b"x"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_host_is_remembered(address: str, namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    try:
        assert nl.dump(tcp_metrics.entries()).all() == []
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    nl.do(route.up("lo"))
    netns.run_in(namespace, talk, address)
    (entry,) = nl.dump(tcp_metrics.entries())
    assert (entry.address, entry.source) == (address, address)
    assert entry.values is not None
    assert entry.values.rtt_us is not None
    assert entry.values.rtt_us > 0
    one = nl.do(tcp_metrics.entry(address=address, source=address))
    assert isinstance(one, Entry)
    assert one.values == entry.values


@needs_true_root  # the kernel lets nobody else remove what is remembered (GENL_ADMIN_PERM)
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_host_is_forgotten(address: str, namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    nl.do(route.up("lo"))
    netns.run_in(namespace, talk, address)
    try:
        assert len(nl.dump(tcp_metrics.entries()).all()) == 1
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    nl.do(tcp_metrics.delete(address=address))
    assert nl.dump(tcp_metrics.entries()).all() == []


@needs_true_root
def test_one_host_of_several_is_forgotten(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    nl.do(route.up("lo"))
    for address in ("127.0.0.1", "127.0.0.2", "::1"):
        netns.run_in(namespace, talk, address)
    try:
        there = nl.dump(tcp_metrics.entries()).all()
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    assert len(there) >= 3
    while there:
        gone = there.pop()
        nl.do(tcp_metrics.delete(gone))
        left = nl.dump(tcp_metrics.entries()).all()
        assert {(each.address, each.source) for each in left} == {(each.address, each.source) for each in there}
    for address in ("127.0.0.1", "::1"):
        netns.run_in(namespace, talk, address)
    nl.do(tcp_metrics.flush())
    assert nl.count(tcp_metrics.entries()) == 0


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "say which host is forgotten"),
        ({"source": "192.0.2.1"}, "say which host is forgotten"),
        ({"address": "192.0.2.1", "source": "::1"}, "of two families"),
    ],
)
def test_less_than_a_host_is_not_sent(wrong: dict[str, str], why: str) -> None:
    """To the kernel it would mean all of them."""
    for ask in (lambda: tcp_metrics.delete(**wrong), lambda: tcp_metrics.delete(Entry(age=1, **wrong))):
        with pytest.raises(netlynx.EncodeError, match=why):
            ask()


@pytest.mark.skipif(is_true_root(), reason="whoever is no root of the initial user namespace is refused")
def test_who_may_not_remove_is_told_what_it_takes(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.PermissionDenied, match="which root of a container has not"):
        nl.do(tcp_metrics.delete(address="127.0.0.1"))


def test_a_host_that_is_not_known_is_an_error(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError, match=r"TcpMetrics.get\(address=192.0.2.9\)"):
        nl.do(TcpMetrics.get(address="192.0.2.9"))


class StandIn:
    """A kernel that remembers two hosts until it is told to forget them."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.entries = {
            address: Entry(address=address, source="192.0.2.1", age=7, values=Values(rtt_us=rtt))
            for address, rtt in (("192.0.2.2", 800), ("192.0.2.3", 1600))
        }
        service = kernel.family(TcpMetrics)
        service.handles(TcpMetrics.get)(lambda request: self.known(request.record.address))
        service.handles(TcpMetrics.list)(lambda request: iter(list(self.entries.values())))
        service.handles(TcpMetrics.delete)(self.delete)

    def known(self, address: str) -> Entry:
        if address not in self.entries:
            raise netlynx.NotFound(3)
        return self.entries[address]

    def delete(self, request: Request) -> None:
        self.known(request.record.address)
        del self.entries[request.record.address]


def test_each_of_the_two_attributes_of_an_address_is_checked() -> None:
    with VirtualKernel() as kernel:
        StandIn(kernel)
        with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
            taken = nl.do(generic.policy("tcp_metrics", TCP_METRICS_CMD.GET)).of(TCP_METRICS_CMD.GET)
            lengths = {number: (each.min_length, each.max_length) for number, each in taken.items()}
            four, six = TCP_METRICS_ATTR.ADDR_IPV4, TCP_METRICS_ATTR.ADDR_IPV6
            assert (lengths[four], lengths[six]) == ((4, 4), (16, 16))
            for address in ("192.0.2.9", "2001:db8::9"):
                with pytest.raises(netlynx.NotFound):
                    nl.do(tcp_metrics.entry(address=address))


@pytest.mark.anyio
async def test_hosts_are_asked_for_and_forgotten_in_an_event_loop() -> None:
    with VirtualKernel() as kernel:
        there = list(StandIn(kernel).entries.values())
        async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
            assert [entry async for entry in nl.dump(tcp_metrics.entries())] == there
            assert await nl.do(tcp_metrics.entry(address="192.0.2.3")) == there[1]
            await nl.do(tcp_metrics.delete(address="192.0.2.3"))
            assert [entry async for entry in nl.dump(tcp_metrics.entries())] == there[:1]
            with pytest.raises(netlynx.NetlinkError, match=r"TcpMetrics.get\(address=192.0.2.3\)"):
                await nl.do(tcp_metrics.entry(address="192.0.2.3"))
