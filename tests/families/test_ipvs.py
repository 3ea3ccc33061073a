"""IPVS without a kernel that has it: what is sent, what is refused, how both widths and families are read.

On the real kernel, beside `ipvsadm` and with connections: `tests/real/test_ipvs_guest.py`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest

import netlynx
from netlynx import ipvs
from netlynx.codec._codec import decode
from netlynx.errors import NotFound
from netlynx.ipvs import (
    Daemon,
    Destination,
    Forwarding,
    Ipvs,
    Protocol,
    Service,
    ServiceFlagChange,
    ServiceFlags,
    ServiceKey,
    Timeouts,
)
from netlynx.kernel import Request, VirtualKernel
from netlynx.route import AddressFamily
from netlynx.schema.compile import plan_of
from support import PATIENCE

WEB = Service(protocol="tcp", address="192.0.2.1", port=80, scheduler="rr")
SIX = Service(protocol="udp", address="2001:db8::", port=53)
MARKED = Service(fwmark=7)
STICKY = Service(protocol="tcp", address="192.0.2.1", port=443, timeout=300)
SERVER = Destination(service=WEB, address="198.51.100.1", forwarding="masq")


# -- what a kernel says ----------------------------------------------------------------------------------------------


def attribute(number: int, payload: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(payload), number) + payload + b"\0" * (-len(payload) % 4)


def statistics(wide: bool, connections: int) -> bytes:
    count = "=Q" if wide else "=I"
    return attribute(1, struct.pack(count, connections & (2**64 - 1 if wide else 2**32 - 1))) + attribute(
        4, struct.pack("=Q", 9)
    )


def of_service(family: int, address: bytes, *, wide: bool = True, connections: int = 2**33) -> bytes:
    """A service as ip_vs_genl_fill_service writes it: 16 bytes for the address of either family."""
    netmask = bytes((255, 255, 255, 0)) if family == 2 else struct.pack("=I", 64)
    parts = [
        attribute(1, struct.pack("=H", family)),
        attribute(2, struct.pack("=H", 6)),
        attribute(3, address.ljust(16, b"\0")),
        attribute(4, struct.pack(">H", 80)),
        attribute(6, b"wlc\0"),
        attribute(7, struct.pack("=II", 3, 0xFFFFFFFF)),
        attribute(8, struct.pack("=I", 300)),
        attribute(9, netmask),
        attribute(10, statistics(False, connections)),
        *([attribute(12, statistics(True, connections))] if wide else []),
    ]
    return attribute(1, b"".join(parts))


def of_destination(family: int, address: bytes) -> bytes:
    """A destination, whose family stands behind its address."""
    parts = [
        attribute(1, address.ljust(16, b"\0")),
        attribute(2, struct.pack(">H", 8080)),
        attribute(3, struct.pack("=I", 0)),
        attribute(4, struct.pack("=I", 3)),
        attribute(11, struct.pack("=H", family)),
        attribute(10, statistics(False, 2**33)),
        attribute(12, statistics(True, 2**33)),
    ]
    return attribute(2, b"".join(parts))


FOUR, BARE = bytes((192, 0, 2, 1)), bytes((0x20, 1, 0xD, 0xB8))  # the second, as IPv6: 2001:db8::
HEADER = bytes((1, 1, 0, 0))


def test_a_service_is_read_in_its_family_with_the_wider_counters() -> None:
    for family, address, text, netmask in (
        (2, FOUR, "192.0.2.1", "255.255.255.0"),
        (10, BARE, "2001:db8::", "64"),
        (2, BARE, "32.1.13.184", "255.255.255.0"),
    ):
        for wide, connections in ((True, 2**33), (False, 5)):
            payload = HEADER + of_service(family, address, wide=wide, connections=connections)
            found = decode(plan_of(Service), payload)
            assert (found.family, found.protocol, found.address, found.port) == (family, Protocol.TCP, text, 80)
            assert found.flags == ServiceFlagChange(flags=["persistent", "hashed"], mask=0xFFFFFFFF)
            assert (found.timeout, found.netmask, found.unknown) == (300, netmask, ())
            assert (found.stats.connections, found.stats.bytes_in) == (connections, 9)
    found = decode(plan_of(Destination), HEADER + of_destination(10, BARE))
    assert (found.address, found.port, found.weight, found.stats.connections) == ("2001:db8::", 8080, 3, 2**33)


def test_all_of_a_service_and_of_a_destination_is_sent() -> None:
    """The kernel wants every field (ip_vs_genl_parse_service with full_entry, ip_vs_genl_parse_dest)."""
    made = ipvs.add(WEB).request
    assert made == Service(
        family=AddressFamily.INET,
        protocol="tcp",
        address="192.0.2.1",
        port=80,
        scheduler="rr",
        flags=ServiceFlagChange(flags=0, mask=0xFFFFFFFF),
        timeout=0,
        netmask="255.255.255.255",
    )
    assert ipvs.add(SERVER).request == Destination(
        service=ServiceKey(family="inet", protocol="tcp", address="192.0.2.1", port=80),
        family="inet",
        address="198.51.100.1",
        port=80,
        forwarding="masq",
        weight=1,
        upper_threshold=0,
        lower_threshold=0,
    )
    assert ipvs.add(STICKY).request.flags == ServiceFlagChange(flags="persistent", mask=0xFFFFFFFF)  # type: ignore[union-attr]
    assert [ipvs.add(each).request.netmask for each in (WEB, SIX, MARKED)] == [  # type: ignore[union-attr]
        "255.255.255.255",
        "128",
        "255.255.255.255",
    ]
    for given, sent in (("255.255.0.0", "255.255.0.0"), ("/24", "255.255.255.0"), ("8", "255.0.0.0")):
        assert ipvs.add(STICKY.replace(netmask=given)).request.netmask == sent  # type: ignore[union-attr]
    assert MARKED.family is None
    assert ipvs.add(MARKED).request.family is AddressFamily.INET  # type: ignore[union-attr]
    assert ipvs.destinations(WEB).payload == ipvs.destinations(ServiceKey(**KNOWN)).payload
    assert ipvs.zero(WEB).payload[4:] == ipvs.destinations(ServiceKey(**KNOWN)).payload[4:]


KNOWN: dict[str, Any] = {"protocol": "tcp", "address": "192.0.2.1", "port": 80}
GUE: dict[str, Any] = {"forwarding": "tunnel", "tunnel_type": "gue", "tunnel_port": 6080}
REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a service of nothing": (lambda: ipvs.add(Service()), "Service.address"),
    "without a protocol": (lambda: ipvs.add(Service(address="192.0.2.1", port=80)), "Service.protocol"),
    "of a protocol that is not balanced": (lambda: ipvs.add(WEB.replace(protocol=1)), "Service.protocol"),
    "without a port": (lambda: ipvs.add(WEB.replace(port=None)), "Service.port"),
    "of a mark and an address": (lambda: ipvs.add(WEB.replace(fwmark=7)), "Service.fwmark"),
    "of a mark and a port": (lambda: ipvs.add(MARKED.replace(port=80)), "Service.port"),
    "of no mark": (lambda: ipvs.add(MARKED.replace(fwmark=0)), "Service.fwmark"),
    "of a mark of no family": (lambda: ipvs.add(MARKED.replace(family="bridge")), "Service.family"),
    "of another family": (lambda: ipvs.add(WEB.replace(family="inet6")), "Service.family"),
    "of no scheduler": (lambda: ipvs.add(WEB.replace(scheduler="")), "Service.scheduler"),
    "of a long scheduler": (lambda: ipvs.add(WEB.replace(scheduler="x" * 16)), "Service.scheduler"),
    "a timeout that nothing looks at": (lambda: ipvs.add(WEB.replace(timeout=3, flags=0)), "Service.timeout"),
    "a netmask that nothing looks at": (lambda: ipvs.add(WEB.replace(netmask="255.0.0.0")), "Service.netmask"),
    "an engine that nothing looks at": (
        lambda: ipvs.add(WEB.replace(persistence_engine="sip")),
        "Service.persistence_engine",
    ),
    "persistence without a time": (lambda: ipvs.add(WEB.replace(flags="persistent")), "Service.timeout"),
    "all ports of one that is not persistent": (lambda: ipvs.add(WEB.replace(port=0)), "Service.port"),
    "single packets of TCP": (lambda: ipvs.add(WEB.replace(flags="onepacket")), "Service.flags"),
    "flags of a scheduler that has none": (lambda: ipvs.add(WEB.replace(flags="sched1")), "Service.flags"),
    "a flag of the kernel's": (lambda: ipvs.add(WEB.replace(flags="hashed")), "Service.flags"),
    "a flag that is not in the mask": (
        lambda: ipvs.add(WEB.replace(flags=ServiceFlagChange(flags="persistent", mask=4))),
        "Service.flags.flags",
    ),
    "a netmask with holes": (lambda: ipvs.add(STICKY.replace(netmask="255.0.255.0")), "Service.netmask"),
    "a netmask of nothing": (lambda: ipvs.add(STICKY.replace(netmask="/0")), "Service.netmask"),
    "a netmask of the other family": (
        lambda: ipvs.add(SIX.replace(timeout=3, netmask="255.0.0.0")),
        "Service.netmask",
    ),
    "too long a netmask": (lambda: ipvs.add(STICKY.replace(netmask="33")), "Service.netmask"),
    "counters": (lambda: ipvs.add(WEB.replace(stats={"connections": 1})), "Service.stats"),
    "a change of nothing": (lambda: ipvs.change(WEB.replace(scheduler=None)), "Service"),
    "more than is looked at": (lambda: ipvs.delete(WEB), "Service.scheduler"),
    "a destination of no service": (lambda: ipvs.add(SERVER.replace(service=None)), "Destination.service"),
    "of a service that is none": (lambda: ipvs.add(SERVER.replace(service=Service())), "Destination.service.address"),
    "of no address": (lambda: ipvs.add(SERVER.replace(address=None)), "Destination.address"),
    "of no forwarding": (lambda: ipvs.add(SERVER.replace(forwarding=None)), "Destination.forwarding"),
    "a bypass": (lambda: ipvs.add(SERVER.replace(forwarding="bypass")), "Destination.forwarding"),
    "of no way": (lambda: ipvs.add(SERVER.replace(forwarding=9)), "Destination.forwarding"),
    "a port that packets do not get": (
        lambda: ipvs.add(SERVER.replace(forwarding="droute", port=8080)),
        "Destination.port",
    ),
    "a weight below zero": (lambda: ipvs.add(SERVER.replace(weight=2**31)), "Destination.weight"),
    "thresholds the wrong way": (lambda: ipvs.add(SERVER.replace(lower_threshold=2)), "Destination.lower_threshold"),
    "another family without a tunnel": (
        lambda: ipvs.add(SERVER.replace(address="2001:db8::1")),
        "Destination.forwarding",
    ),
    "a tunnel that is none": (lambda: ipvs.add(SERVER.replace(tunnel_type="gre")), "Destination.tunnel_type"),
    "GUE without a port": (lambda: ipvs.add(SERVER.replace(**GUE | {"tunnel_port": None})), "Destination.tunnel_port"),
    "GRE with a port": (lambda: ipvs.add(SERVER.replace(**GUE | {"tunnel_type": "gre"})), "Destination.tunnel_port"),
    "a checksum that GRE has not": (
        lambda: ipvs.add(SERVER.replace(forwarding="tunnel", tunnel_type="gre", tunnel_flags="remcsum")),
        "Destination.tunnel_flags",
    ),
    "connections": (lambda: ipvs.add(SERVER.replace(active_connections=1)), "Destination.active_connections"),
    "more of a destination": (lambda: ipvs.delete(SERVER), "Destination.forwarding"),
    "a daemon of no state": (lambda: ipvs.add(Daemon(interface="v0")), "Daemon.state"),
    "a daemon nowhere": (lambda: ipvs.add(Daemon(state="master")), "Daemon.interface"),
    "a large ID": (lambda: ipvs.add(Daemon(state="master", interface="v0", sync_id=256)), "Daemon.sync_id"),
    "no group": (lambda: ipvs.add(Daemon(state="master", interface="v0", group="192.0.2.1")), "Daemon.group"),
    "more of a daemon": (lambda: ipvs.delete(Daemon(state="master", interface="v0")), "Daemon.interface"),
    "a daemon changed": (lambda: ipvs.change(Daemon(state="master")), "ipvs.change(record)"),  # type: ignore[arg-type]
    "no timeouts": (lambda: ipvs.set_timeouts(Timeouts()), "Timeouts"),
    "a timeout of nothing": (lambda: ipvs.set_timeouts(Timeouts(tcp=0)), "Timeouts.tcp"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_kernel_would_not_look_at_is_refused(name: str) -> None:
    ask, path = REFUSED[name]
    with pytest.raises(netlynx.EncodeError) as caught:
        ask()
    assert caught.value.path == path


class StandIn:
    """A kernel that balances, but for packets: what it is given it has, and says."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.services: dict[Any, Service] = {}
        self.destinations: dict[Any, list[Destination]] = {}
        service = kernel.family(Ipvs)
        service.handles(Ipvs.new_service)(
            lambda request: self.services.update({self.key(request.record): request.record})
        )
        service.handles(Ipvs.set_service)(self.set_service)
        service.handles(Ipvs.service)(lambda request: self.there(request.record))
        service.handles(Ipvs.services)(lambda request: iter(list(self.services.values())))
        service.handles(Ipvs.delete_service)(self.delete_service)
        service.handles(Ipvs.new_destination)(self.new_destination)
        service.handles(Ipvs.set_destination)(self.set_destination)
        service.handles(Ipvs.destinations)(lambda request: iter(list(self.of(request.record))))

    @staticmethod
    def key(service: Service | ServiceKey) -> Any:
        return tuple(getattr(service, name) for name in ("family", "protocol", "address", "port", "fwmark"))

    def there(self, service: Service | ServiceKey) -> Service:
        if self.key(service) not in self.services:
            raise NotFound(3)
        return self.services[self.key(service)]

    def of(self, service: Service | ServiceKey) -> list[Destination]:
        return self.destinations.setdefault(self.key(service), [])

    def set_service(self, request: Request) -> None:
        before = self.there(request.record)
        flags, told = request.record.flags, before.flags
        assert told is not None
        kept = ServiceFlagChange(flags=told.flags & ~flags.mask | flags.flags & flags.mask, mask=0xFFFFFFFF)
        self.services[self.key(before)] = request.record.replace(flags=kept)

    def delete_service(self, request: Request) -> None:
        del self.services[self.key(self.there(request.record))]

    def new_destination(self, request: Request) -> None:
        self.of(self.there(request.record.service)).append(request.record.replace(service=None))

    def set_destination(self, request: Request) -> None:
        listed = self.of(request.record.service)
        (at,) = [at for at, each in enumerate(listed) if each.address == request.record.address]
        listed[at] = request.record.replace(service=None)


@pytest.fixture
def nl() -> Any:
    with VirtualKernel() as kernel:
        StandIn(kernel)
        with netlynx.connect(kernel=kernel, timeout=PATIENCE) as connection:
            yield connection


def test_pools_are_services_with_their_destinations(nl: netlynx.Connection) -> None:
    for each in (WEB, SIX, MARKED, SERVER, SERVER.replace(address="198.51.100.2", weight=0)):
        nl.do(ipvs.add(each))
    found = nl.do(ipvs.pools())
    assert [each.service.address for each in found] == ["192.0.2.1", "2001:db8::", None]
    assert [len(each.destinations) for each in found] == [2, 0, 0]
    assert found[0].destinations[1].service == ServiceKey(family="inet", **KNOWN)
    assert [each.service for each in nl.dump(ipvs.destinations(WEB))] == [None, None]
    assert nl.do(ipvs.service("192.0.2.1", 80)) == found[0].service
    assert nl.do(ipvs.service(fwmark=7)).fwmark == 7
    assert nl.count(ipvs.services().where(address="2001:db8::/32")) == 1


def test_a_change_sends_all_with_what_was_there(nl: netlynx.Connection) -> None:
    nl.do(
        ipvs.add(
            STICKY.replace(
                netmask="255.255.255.0", persistence_engine="sip", scheduler="sh", flags=["sched1", "persistent"]
            )
        )
    )
    nl.do(ipvs.change(Service(**KNOWN | {"port": 443}, scheduler="rr", flags={"flags": 0, "mask": 8})))
    there = nl.do(ipvs.service("192.0.2.1", 443))
    assert (there.scheduler, there.timeout, there.netmask, there.persistence_engine) == (
        "rr",
        300,
        "255.255.255.0",
        "sip",
    )
    assert there.flags is not None
    assert there.flags.flags == ServiceFlags.PERSISTENT
    nl.do(ipvs.change(there.replace(persistence_engine="")))
    nl.do(ipvs.change(there.replace(timeout=5)))
    assert nl.do(ipvs.service("192.0.2.1", 443)).persistence_engine == ""
    nl.do(ipvs.change(Service(**KNOWN | {"port": 443}, flags={"flags": 0, "mask": 1})))
    there = nl.do(ipvs.service("192.0.2.1", 443))
    assert (there.timeout, there.netmask, there.flags) == (
        0,
        "255.255.255.255",
        ServiceFlagChange(flags=0, mask=2**32 - 1),
    )
    with pytest.raises(netlynx.EncodeError, match="only a persistent service"):
        nl.do(ipvs.change(Service(**KNOWN | {"port": 443}, netmask="255.0.0.0")))
    with pytest.raises(netlynx.EncodeError, match="cannot be changed"):
        ipvs.change(there.replace(port=80))
    with pytest.raises(netlynx.NotFound, match="There is no such service"):
        nl.do(ipvs.change(WEB))


def test_a_destination_is_changed_likewise(nl: netlynx.Connection) -> None:
    nl.do(ipvs.add(WEB))
    nl.do(ipvs.add(SERVER.replace(**GUE, tunnel_flags="csum", weight=7, upper_threshold=9)))
    key = Destination(service=WEB, address="198.51.100.1")

    def there() -> Destination:
        return nl.do(ipvs.pools())[0].destinations[0]

    nl.do(ipvs.change(key.replace(weight=0)))
    assert (there().weight, there().upper_threshold, there().tunnel_port, there().forwarding) == (
        0,
        9,
        6080,
        Forwarding.TUNNEL,
    )
    nl.do(ipvs.change(key.replace(tunnel_type="gre")))
    assert (there().tunnel_port, there().tunnel_flags, there().weight) == (0, 0, 0)
    nl.do(ipvs.change(there().replace(forwarding="masq")))
    assert (there().tunnel_type, there().forwarding) == (None, Forwarding.MASQ)
    with pytest.raises(netlynx.EncodeError, match="it is no tunnel"):
        nl.do(ipvs.change(key.replace(tunnel_port=80)))
    with pytest.raises(netlynx.NotFound, match="no service has such a destination"):
        nl.do(ipvs.change(key.replace(address="198.51.100.9", weight=1)))


@pytest.mark.anyio
async def test_pools_are_read_and_changed_in_an_event_loop() -> None:
    with VirtualKernel() as kernel:
        StandIn(kernel)
        async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
            await nl.do(ipvs.add(WEB))
            await nl.do(ipvs.add(SERVER))
            await nl.do(ipvs.change(Destination(service=WEB, address="198.51.100.1", weight=9)))
            (pool,) = await nl.do(ipvs.pools())
            assert pool.destinations[0].weight == 9
            await nl.do(ipvs.delete(pool.service))
            assert await nl.do(ipvs.pools()) == []
