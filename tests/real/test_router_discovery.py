"""What routers advertise, put on the wire here, told by a real kernel."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from itertools import islice

import pytest

import netlynx
from conftest import Ip
from frames import PREFIX, ROUTER, Wire, option, router_advertisement
from netlynx import netns, route

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]


def address(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6, text)


def domain(text: str) -> bytes:
    return b"".join(bytes([len(each)]) + each.encode() for each in text.split(".")) + b"\0"


OFF_LINK = option(3, struct.pack(">BBIII", 48, 0x00, 0xFFFFFFFF, 0xFFFFFFFF, 0) + address("2001:db8:2::"))
SERVERS = option(25, struct.pack(">HI", 0, 900) + address("2001:db8::53") + address("fe80::53"))
DOMAINS = option(31, struct.pack(">HI", 0, 0xFFFFFFFF) + domain("example.com") + domain("lab.example.net"))
PORTAL = option(37, b"https://portal.example/")
NAT64 = option(38, struct.pack(">H", 1800 & ~7 | 1) + address("64:ff9b::")[:12])
BROKEN = option(25, struct.pack(">HI", 0, 900))  # a list of servers without any


@pytest.fixture
def wire(namespace: netns.NetworkNamespace, ip: Ip) -> Iterator[Wire]:
    """The other end of v0, which takes advertisements."""
    ip.all(["link add v0 type veth peer name v1", "link set v1 up", "link set v0 up"])
    with Wire(namespace, "v1") as made:
        yield made


def test_prefixes_that_routers_advertise_are_told(nl: netlynx.Connection, wire: Wire) -> None:
    index = nl.do(route.link(name="v0")).index
    with nl.subscribe(route.PREFIXES) as events:
        wire.send(router_advertisement(PREFIX, OFF_LINK))
        first, second = [each.record for each in islice(events, 2) if isinstance(each, netlynx.Event)]
    assert [(each.family.label, each.index, each.type, each.prefix) for each in (first, second)] == [
        ("inet6", index, 3, "2001:db8:1::/64"),
        ("inet6", index, 3, "2001:db8:2::/48"),
    ]
    assert [(each.on_link, each.autonomous) for each in (first, second)] == [(True, True), (False, False)]
    assert first.lifetimes == route.PrefixLifetimes(preferred=600, valid=3600)
    assert second.lifetimes == route.PrefixLifetimes(preferred=0xFFFFFFFF, valid=0xFFFFFFFF)


def test_options_that_the_kernel_leaves_to_programs_are_told(nl: netlynx.Connection, wire: Wire) -> None:
    index = nl.do(route.link(name="v0")).index
    with nl.subscribe(route.ADVERTISEMENTS) as events:
        wire.send(router_advertisement(PREFIX, SERVERS, DOMAINS, PORTAL, NAT64, BROKEN))
        told = []
        while len(told) < 5:  # before Linux 6.6 no prefix is among them
            event = events.get(timeout=5)
            assert isinstance(event, netlynx.Event)
            said = event.record
            assert (said.index, said.icmp_type, said.source) == (index, 134, ROUTER)
            (each,) = said.options
            if isinstance(each, route.PrefixInformation):
                assert (each.prefix, each.on_link, each.autonomous) == ("2001:db8:1::/64", True, True)
                assert (each.valid, each.preferred) == (3600, 600)
            else:
                told.append(each)
    servers, domains, portal, nat64, broken = told
    assert isinstance(servers, route.DnsServers)
    assert (servers.lifetime, servers.servers) == (900, ("2001:db8::53", "fe80::53"))
    assert isinstance(domains, route.DnsSearchList)
    assert (domains.lifetime, domains.domains) == (0xFFFFFFFF, ("example.com", "lab.example.net"))
    assert isinstance(portal, route.CaptivePortal)
    assert portal.uri == "https://portal.example/"
    assert isinstance(nat64, route.Nat64Prefix)
    assert (nat64.lifetime, nat64.prefix) == (1800, "64:ff9b::/64")
    assert broken == route.DiscoveryOption(25, BROKEN[2:])


def test_addresses_that_interfaces_begin_and_cease_to_listen_to_are_told(nl: netlynx.Connection, wire: Wire) -> None:
    index = nl.do(route.link(name="v1")).index
    try:
        subscription = nl.subscribe(route.MULTICAST_ADDRESSES, route.ANYCAST_ADDRESSES)
    except netlynx.NetlinkError as error:
        pytest.skip(f"no such groups before Linux 6.16: {error}")
    with subscription as events:
        nl.do(route.add(route.Address(index=index, address="2001:db8::77/64", flags="nodad")))
        (new,) = islice((each for each in events if isinstance(each, netlynx.Event)), 1)
        assert (new.kind, new.record.index, new.record.multicast) == ("new", index, "ff02::1:ff00:77")
        nl.do(route.delete(route.Address(index=index, address="2001:db8::77/64")))
        (gone,) = islice((each for each in events if isinstance(each, netlynx.Event)), 1)
        assert (gone.kind, gone.record.index, gone.record.multicast) == ("delete", index, "ff02::1:ff00:77")
