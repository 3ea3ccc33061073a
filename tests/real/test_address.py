"""Addresses on a real kernel, with iproute2 as the witness."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx.engine.operation import EventKind
from netlynx.route.address import (
    ADDRESSES,
    Address,
    AddressCacheInfo,
    AddressFlags,
    address,
    addresses,
    multicast_addresses,
)
from netlynx.route.constants import AddressFamily, Scope
from netlynx.route.verbs import add, delete, flush, replace
from support import PATIENCE

pytestmark = pytest.mark.namespace


@pytest.fixture
def index(ip: Any) -> int:
    ip("link set lo up")
    ip("link add v0 type veth peer name v1")
    for name in ("v0", "v1"):
        ip(f"link set {name} addrgenmode none up")
    return int(ip.json("link show v0")[0]["ifindex"])


def shown(ip: Any) -> list[tuple[Any, ...]]:
    """What `ip` shows of v0: own address, peer, length, scope, label, lifetime."""
    (link,) = ip.json("address show dev v0")
    keys = ("family", "local", "address", "prefixlen", "scope", "broadcast", "label", "valid_life_time")
    return sorted((tuple(each.get(key) for key in keys) for each in link["addr_info"]), key=str)


def read(nl: netlynx.Connection, index: int) -> list[tuple[Any, ...]]:
    found = []
    for each in nl.dump(addresses(index=index)):
        own, peer = each.local or each.address, None
        if each.local is not None and each.local != each.address:
            peer = each.address
        assert each.cacheinfo is not None
        family, scope = each.family.label, each.scope.label
        found.append((family, own, peer, each.prefixlen, scope, each.broadcast, each.label, each.cacheinfo.valid))
        assert not each.unknown
    return sorted(found, key=str)


def test_it_reads_what_ip_shows(nl: netlynx.Connection, ip: Any, index: int) -> None:
    ip("address add 192.0.2.1/24 dev v0 broadcast + label v0:x metric 50")
    ip("address add 192.0.2.2/24 dev v0")
    ip("address add 10.0.0.1 peer 10.0.0.9/30 dev v0 scope link")
    ip("address add 2001:db8::1/64 dev v0 nodad noprefixroute")
    ip("address add 2001:db8::5 peer 2001:db8::6/128 dev v0 nodad")
    assert read(nl, index) == shown(ip)
    flags = {each.local or each.address: each.flags for each in nl.dump(addresses())}
    assert flags["192.0.2.2"] == AddressFlags.SECONDARY | AddressFlags.PERMANENT
    assert flags["2001:db8::1"] == AddressFlags.NODAD | AddressFlags.NOPREFIXROUTE | AddressFlags.PERMANENT


def test_what_it_adds_is_what_ip_shows(nl: netlynx.Connection, ip: Any, index: int) -> None:
    nl.do(add(Address(index=index, address="192.0.2.1/24", broadcast="192.0.2.255", label="v0:x")))
    nl.do(add(Address(index=index, address="198.51.100.7")))
    nl.do(add(Address(index=index, local="10.9.0.1", address="10.9.0.2/31")))
    nl.do(add(Address(index=index, address="2001:db8::1/64", flags=AddressFlags.NODAD)))
    nl.do(add(Address(index=index, address="127.0.0.9/32")))
    found = shown(ip)
    assert ("inet", "192.0.2.1", None, 24, "global", "192.0.2.255", "v0:x", 0xFFFFFFFF) in found
    assert ("inet", "198.51.100.7", None, 32, "global", None, "v0", 0xFFFFFFFF) in found
    assert ("inet", "10.9.0.1", "10.9.0.2", 31, "global", None, "v0", 0xFFFFFFFF) in found
    assert ("inet6", "2001:db8::1", None, 64, "global", None, None, 0xFFFFFFFF) in found
    assert ("inet", "127.0.0.9", None, 32, "host", None, "v0", 0xFFFFFFFF) in found
    assert found == read(nl, index)


def test_an_address_that_is_there_is_told_of_and_replaced(nl: netlynx.Connection, index: int) -> None:
    given = Address(index=index, address="192.0.2.1/24", cacheinfo=AddressCacheInfo(preferred=50, valid=90))
    nl.do(replace(given))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(given))
    nl.do(replace(Address(index=index, address="192.0.2.1/24", cacheinfo=AddressCacheInfo(preferred=0, valid=900))))
    (found,) = nl.dump(addresses(family="inet", index=index)).all()
    assert found.cacheinfo is not None
    assert 800 < found.cacheinfo.valid <= 900
    assert found.flags == AddressFlags.DEPRECATED


def test_delete_with_and_without_a_length(nl: netlynx.Connection, index: int) -> None:
    for text in ("192.0.2.1/24", "198.51.100.1/26", "2001:db8::1/64"):
        nl.do(add(Address(index=index, address=text)))
    nl.do(delete(Address(index=index, address="192.0.2.1")))
    with pytest.raises(netlynx.NetlinkError):
        nl.do(delete(Address(index=index, address="198.51.100.1/24")))
    nl.do(delete(Address(index=index, address="198.51.100.1/26")))
    with pytest.raises(netlynx.NetlinkError):
        nl.do(delete(Address(index=index, address="2001:db8::1")))
    nl.do(delete(Address(index=index, address="2001:db8::1/64")))
    assert nl.dump(addresses(index=index)).all() == []


def test_flush_removes_what_the_listing_finds(nl: netlynx.Connection, index: int) -> None:
    for text in ("192.0.2.1/24", "198.51.100.1/26", "2001:db8::1/64"):
        nl.do(add(Address(index=index, address=text)))
    assert nl.do(flush(addresses(index=index, family="inet"))) == 2
    assert [each.address for each in nl.dump(addresses(index=index))] == ["2001:db8::1"]


def test_the_kernel_filters(nl: netlynx.Connection, index: int) -> None:
    nl.do(add(Address(index=index, address="192.0.2.1/24")))
    assert {each.index for each in nl.dump(addresses(index=index))} == {index}
    assert {each.family for each in nl.dump(addresses(family="inet6"))} == {AddressFamily.INET6}
    with pytest.raises(netlynx.NotFound):
        nl.dump(addresses(index=99999)).all()


def test_one_ipv6_address_is_looked_up(nl: netlynx.Connection, index: int) -> None:
    nl.do(add(Address(index=index, address="2001:db8::1/64", flags=AddressFlags.NODAD)))
    found = nl.do(address("2001:db8::1"))
    assert (found.index, found.prefixlen, found.scope) == (index, 64, Scope.GLOBAL)
    with pytest.raises(netlynx.NetlinkError):
        nl.do(address("2001:db8::2"))


def test_multicast_addresses_are_listed(nl: netlynx.Connection, index: int) -> None:
    assert "ff02::1" in {each.multicast for each in nl.dump(multicast_addresses(index=index))}


def test_changes_are_heard_of(nl: netlynx.Connection, index: int) -> None:
    with nl.subscribe(ADDRESSES) as events:
        nl.do(add(Address(index=index, address="192.0.2.1/24")))
        nl.do(delete(Address(index=index, address="192.0.2.1/24")))
        made, gone = events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)
    assert isinstance(made, netlynx.Event)
    assert isinstance(gone, netlynx.Event)
    assert (made.kind, made.record.local) == (EventKind.NEW, "192.0.2.1")
    assert (gone.kind, gone.record.local) == (EventKind.DELETE, "192.0.2.1")
