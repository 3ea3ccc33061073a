"""Tracked connections of an address end, and no others."""

from __future__ import annotations

import pytest

import netlynx
from netlynx import netns
from netlynx.netfilter import conntrack
from netlynx.netfilter.conntrack import Flow, Tuple
from programs import run

pytestmark = pytest.mark.namespace


def flow(source: str, destination: str, port: int) -> Flow:
    way = Tuple(source=source, destination=destination, protocol="tcp", source_port=40000, destination_port=port)
    return Flow(original=way, timeout=300)


def test_those_of_the_address_end(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    nl.batch(
        map(
            conntrack.add,
            [
                flow("192.0.2.7", "198.51.100.1", 443),
                flow("198.51.100.1", "192.0.2.7", 22),
                flow("192.0.2.77", "198.51.100.1", 443),
                flow("2001:db8::7", "2001:db8::1", 443),
            ],
        )
    )
    shown = "tcp 192.0.2.7 40000 > 198.51.100.1 443"
    status, out, err = run(namespace, "conntrack_killer", "192.0.2.7", "--dry-run")
    assert (status, err, nl.count(conntrack.flows())) == (0, "", 4)
    assert sorted(out.splitlines()) == [shown, "tcp 198.51.100.1 40000 > 192.0.2.7 22"]

    assert run(namespace, "conntrack_killer", "192.0.2.7", "--port", "443") == (0, f"{shown}\n", "")
    assert run(namespace, "conntrack_killer", "192.0.2.7")[0] == 0
    assert run(namespace, "conntrack_killer", "2001:db8:0::7")[1] == "tcp 2001:db8::7 40000 > 2001:db8::1 443\n"
    left = [each.original.source for each in nl.dump(conntrack.flows()) if each.original is not None]
    assert left == ["192.0.2.77"]


def test_what_is_no_address_is_refused(namespace: netns.NetworkNamespace) -> None:
    status, _, err = run(namespace, "conntrack_killer", "192.0.2.777")
    assert status == 2
    assert "invalid ip_address value: '192.0.2.777'" in err
