"""What TCP remembers, on the real kernel: of a connection that was there."""

from __future__ import annotations

import socket

import pytest

import netlynx
from netlynx import netns, route, tcp_metrics
from netlynx.tcp_metrics import Entry, TcpMetrics
from support import is_true_root, needs_true_root


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


@pytest.mark.skipif(is_true_root(), reason="whoever is no root of the initial user namespace is refused")
def test_who_may_not_remove_is_told_what_it_takes(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.PermissionDenied, match="which root of a container has not"):
        nl.do(tcp_metrics.delete(address="127.0.0.1"))


def test_a_host_that_is_not_known_is_an_error(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError, match=r"TcpMetrics.get\(address=192.0.2.9\)"):
        nl.do(TcpMetrics.get(address="192.0.2.9"))
