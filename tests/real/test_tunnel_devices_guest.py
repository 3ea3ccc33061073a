"""Devices that tunnels' modules make are not deleted by the kernel, which says that it does: all nine, every way."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import route
from netlynx.errors import NotSupported
from support import load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

DEVICES = {
    "tunl0": "ipip",
    "gre0": "gre",
    "gretap0": "gretap",
    "erspan0": "erspan",
    "ip_vti0": "vti",
    "sit0": "sit",
    "ip6tnl0": "ip6tnl",
    "ip6gre0": "ip6gre",
    "ip6_vti0": "vti6",
}
OWN = {
    "ipip": "local 192.0.2.1 remote 192.0.2.2",
    "gre": "local 192.0.2.1 remote 192.0.2.2",
    "gretap": "local 192.0.2.1 remote 192.0.2.2",
    "erspan": "local 192.0.2.1 remote 192.0.2.2 key 1 seq erspan_ver 1",
    "vti": "local 192.0.2.1 remote 192.0.2.2 key 1",
    "sit": "local 192.0.2.1 remote 192.0.2.2",
    "ip6tnl": "local 2001:db8::1 remote 2001:db8::2",
    "ip6gre": "local 2001:db8::1 remote 2001:db8::2",
    "vti6": "local 2001:db8::1 remote 2001:db8::2 key 1",
}
WAYS = ("name", "index", "alternative name", "group", "as read")


@pytest.fixture(autouse=True)
def modules(namespace: Any) -> None:
    load("ipip", "ip_gre", "ip_vti", "sit", "ip6_tunnel", "ip6_gre", "ip6_vti")


def request(nl: netlynx.Connection, name: str, way: str) -> route.Link:
    found = nl.do(route.link(name=name))
    if way == "as read":
        return found
    if way == "name":
        return route.Link(name=name)
    if way == "index":
        return route.Link(index=found.index)
    if way == "group":
        nl.do(route.change(route.Link(index=found.index, group=77)))
        return route.Link(group=77)
    nl.do(route.add_alternative_names(name, "another"))
    return route.Link(alternative_name="another")


@pytest.mark.parametrize("way", WAYS)
def test_it_is_refused(nl: netlynx.Connection, ip: Ip, way: str) -> None:
    before = {each.name for each in nl.dump(route.links())}
    assert before >= DEVICES.keys(), "a kernel without all of these proves nothing"
    for name in DEVICES:
        record = request(nl, name, way)
        with pytest.raises(NotSupported, match=f"{name}: .*(?s:.*)Nothing was sent"):
            nl.do(route.delete(record))
        done = nl.batch([route.delete(record), route.down(name)], on_error="continue")
        assert list(done.errors) == [0]
        assert isinstance(done.errors[0], NotSupported)
        ip(f"link del {name}")  # the kernel says that it does
        if way in ("group", "alternative name"):
            nl.do(route.change(route.Link(name=name, group=0)))
            if way == "alternative name":
                nl.do(route.delete_alternative_names(name, "another"))
    assert {each.name for each in nl.dump(route.links())} == before


@pytest.mark.parametrize("way", WAYS)
def test_those_that_somebody_made_are_deleted(nl: netlynx.Connection, ip: Ip, way: str) -> None:
    for kind, ends in OWN.items():
        ip(f"link add own0 type {kind} {ends}")
        nl.do(route.delete(request(nl, "own0", way)))
        assert not [each for each in nl.dump(route.links()) if each.name == "own0"], kind


def test_one_that_took_such_a_name_is_deleted(nl: netlynx.Connection, ip: Ip) -> None:
    for name, kind in DEVICES.items():
        ip(f"link set {name} down")
        ip(f"link set {name} name moved")
        ip(f"link add {name} type {kind} {OWN[kind]}")
        nl.do(route.delete(route.Link(name=name)))
        assert not [each for each in nl.dump(route.links()) if each.name == name], kind
        ip(f"link set moved name {name}")
