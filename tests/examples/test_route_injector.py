"""Routes that come, change and go with what standard input says, beside those of others."""

from __future__ import annotations

import pytest

import netlynx
from netlynx import netns, route
from programs import pair, run

pytestmark = pytest.mark.namespace


@pytest.fixture
def v0(nl: netlynx.Connection) -> None:
    pair(nl, "v0", "192.0.2.1/24", "2001:db8::1/64")
    nl.do(route.add(route.Route(destination="10.9.0.0/16", gateway="192.0.2.9", protocol="static")))


def injected(nl: netlynx.Connection) -> dict[str | None, str | None]:
    return {each.destination: each.gateway for each in nl.dump(route.routes(protocol=200))}


@pytest.mark.usefixtures("v0")
def test_the_table_is_what_was_read(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    first = "10.1.0.0/16 192.0.2.2\n10.2.0.0/16 192.0.2.2 # for a while\n\n2001:db8:1::/48 fe80::2%v0\n"
    status, out, err = run(namespace, "route_injector", stdin=first)
    assert (status, err, len(out.splitlines())) == (0, "", 3)
    assert injected(nl) == {"10.1.0.0/16": "192.0.2.2", "10.2.0.0/16": "192.0.2.2", "2001:db8:1::/48": "fe80::2"}
    assert run(namespace, "route_injector", stdin=first) == (0, "", "")  # nothing to do

    second = "10.1.0.0/16 192.0.2.3\n10.3.0.0/16 192.0.2.2\n2001:db8:1::/48 fe80::2%v0-peer\n"
    status, out, _ = run(namespace, "route_injector", "--dry-run", stdin=second)
    assert (status, len(out.splitlines()), len(injected(nl))) == (0, 4, 3)
    assert run(namespace, "route_injector", stdin=second)[0] == 0
    assert injected(nl) == {"10.1.0.0/16": "192.0.2.3", "10.3.0.0/16": "192.0.2.2", "2001:db8:1::/48": "fe80::2"}
    (moved,) = nl.dump(route.routes(family="inet6", protocol=200))
    assert moved.oif == nl.do(route.link(name="v0-peer")).index
    assert nl.count(route.routes(protocol="static")) == 1  # somebody else's


@pytest.mark.usefixtures("v0")
def test_what_is_wrong_is_told_by_its_line_or_by_the_kernel(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace
) -> None:
    status, _, err = run(namespace, "route_injector", stdin="10.1.0.0/16 192.0.2.2\n10.1.0.0/33 192.0.2.2\n")
    assert status == 1
    assert err.startswith("line 2: ")
    assert run(namespace, "route_injector", stdin="::/0 fe80::1%v7\n")[2] == "line 1: no interface with this name\n"
    assert injected(nl) == {}  # nothing was begun

    status, _, err = run(namespace, "route_injector", stdin="10.1.0.0/16 203.0.113.1\n10.2.0.0/16 192.0.2.2\n")
    assert status == 1
    assert "Nexthop has invalid gateway" in err
    assert injected(nl) == {"10.2.0.0/16": "192.0.2.2"}
    status, _, err = run(namespace, "route_injector", stdin="10.9.0.0/16 192.0.2.2\n")
    assert status == 1  # the prefix is somebody else's already
    assert nl.dump(route.routes(protocol="static")).all()[0].gateway == "192.0.2.9"
