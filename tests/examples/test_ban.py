"""Addresses are banned together: what `nft` lists, and packets that come no more."""

from __future__ import annotations

import socket

import pytest

import netlynx
from netlynx import netns, nftables, route
from programs import run

pytestmark = pytest.mark.namespace


def reaches(namespace: netns.NetworkNamespace, source: str) -> bool:
    """Whether a UDP packet of that address comes to this host; on the loopback device, at once."""
    with (
        netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        sender.bind((source, 0))
        sender.sendto(b"?", receiver.getsockname())
        receiver.setblocking(False)
        try:
            return receiver.recv(1) == b"?"
        except BlockingIOError:
            return False


def test_banned_addresses_reach_nobody(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    nl.do(route.up("lo"))
    assert reaches(namespace, "127.0.0.7")
    assert run(namespace, "ban", "127.0.0.7", "2001:db8::/32") == (0, "", "")
    assert not reaches(namespace, "127.0.0.7")
    assert reaches(namespace, "127.0.0.8")
    assert run(namespace, "ban", "127.0.0.8/31", "--minutes", "0.5") == (0, "", "")  # the table is there already
    assert not reaches(namespace, "127.0.0.8")
    listed = nl.dump(nftables.elements(nl.do(nftables.set_("banned", "ipv4", family="inet")))).all()
    assert {each.key: each.timeout for each in listed} == {"127.0.0.7": 3_600_000, "127.0.0.8/31": 30_000}


def test_all_go_in_or_none(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    status, _, err = run(namespace, "ban", "127.0.0.7", "127.0.0.0/33")
    assert status == 2
    assert "127.0.0.0/33" in err
    assert run(namespace, "ban", "127.0.0.7")[0] == 0
    assert run(namespace, "ban", "127.0.0.7", "--minutes", "1")[0] == 0  # it stays as it was
    status, _, err = run(namespace, "ban", "127.0.0.9", "127.0.0.0/28")
    assert (status, err != "") == (1, True)  # a range that overlaps what is there
    banned = nftables.elements(nl.do(nftables.set_("banned", "ipv4", family="inet")))
    assert [each.key for each in nl.dump(banned)] == ["127.0.0.7"]
