"""An address that is there, one that comes, and one that does not."""

from __future__ import annotations

import pytest

import netlynx
from netlynx import netns, route
from programs import pair, run, started
from support import PATIENCE

pytestmark = pytest.mark.namespace


def test_an_address_that_is_there_is_told_at_once(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    pair(nl, "v0", "192.0.2.7/24")
    assert run(namespace, "wait_for_address", "v0") == (0, "192.0.2.7\n", "")


def test_an_address_that_comes_later_is_waited_for_and_a_tentative_one_is_none(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace
) -> None:
    with started(namespace, "wait_for_address", "v0", "--timeout", str(PATIENCE)) as program:
        pair(nl, "v0")
        nl.do(route.add(route.Address(index="v0", address="2001:db8::7/64")))  # tentative for a second
        assert program.communicate() == ("2001:db8::7\n", "")
        assert program.returncode == 0
    flags = nl.dump(route.addresses(family="inet6", index="v0").where(address="2001:db8::7")).all()[0].flags
    assert flags is None or "TENTATIVE" not in flags.labels


def test_when_the_time_is_over_it_says_so(namespace: netns.NetworkNamespace) -> None:
    status, out, err = run(namespace, "wait_for_address", "eth7", "--timeout", "0.1")
    assert (status, out, err) == (1, "", "eth7 has no address after 0.1 s\n")
    status, _, err = run(namespace, "wait_for_address", "eth7", "--family", "ipx")
    assert status == 2
    assert "invalid choice: 'ipx'" in err
