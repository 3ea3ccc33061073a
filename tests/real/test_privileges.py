"""What each feature takes: it works with exactly the capability that docs/privileges.md names, and not without it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import netlynx
from netlynx import (
    audit,
    connector,
    diag,
    ethtool,
    fib_lookup,
    generic,
    ipset,
    mptcp,
    netdev,
    netns,
    nftables,
    route,
    taskstats,
    tcp_metrics,
    tun,
    uevent,
    wireguard,
)
from netlynx.netfilter import accounting, conntrack, log, queue
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.usersock import Peer
from netlynx.wire.constants import NETLINK
from support import in_child, needs_true_root

pytestmark = [needs_true_root, pytest.mark.namespace]

PAGE = Path(__file__).parents[2] / "docs" / "privileges.md"

# linux/capability.h
CAPABILITIES = {
    "CAP_NET_BROADCAST": 11,
    "CAP_NET_ADMIN": 12,
    "CAP_SYS_ADMIN": 21,
    "CAP_AUDIT_CONTROL": 30,
    "CAP_AUDIT_READ": 37,
}
_VERSION_3 = 0x20080522


class Feature(NamedTuple):
    """A line of the page: what one does, the capability it takes ("" for none), and doing it."""

    capability: str
    use: Callable[[netlynx.Connection], object]
    at_home: bool = False  # in the process's own network namespace, where alone there is something to be had


def listen(*groups: netlynx.Group[object]) -> Callable[[netlynx.Connection], object]:
    return lambda nl: nl.subscribe(*groups).close()


def read(operation: object) -> Callable[[netlynx.Connection], object]:
    return lambda nl: nl.dump(operation).all()  # type: ignore[arg-type]


def do(operation: object) -> Callable[[netlynx.Connection], object]:
    return lambda nl: nl.do(operation)  # type: ignore[call-overload]


def enlarge(nl: netlynx.Connection) -> None:
    """A subscription takes what it is given; the socket of one's own tells."""
    with NetlinkSocket(NETLINK.ROUTE) as sock:
        sock.receive_buffer = 64 << 20
        if sock.receive_buffer < 64 << 20:
            raise PermissionError("it became smaller")


def join_usersock(nl: netlynx.Connection) -> None:
    Peer(groups=[1]).close()


def write_letters(nl: netlynx.Connection) -> None:
    with Peer() as one, Peer() as other:
        one.send(b"hello", to=other.port)
        assert other.receive(10).content == b"hello"


def hear_every_namespace(nl: netlynx.Connection) -> None:
    with NetlinkSocket(NETLINK.ROUTE) as sock:
        sock.listen_all_nsid = True
    nl.subscribe(route.LINKS, all_namespaces=True).close()


def make_tun(nl: netlynx.Connection) -> None:
    if not os.access(tun.PATH, os.R_OK | os.W_OK):
        raise netlynx.NotSupported(errno.EOPNOTSUPP, f"{tun.PATH} is not there, or not for us")
    tun.open().close()


def read_eeprom(nl: netlynx.Connection) -> None:
    with contextlib.suppress(netlynx.NotSupported):  # who may is told that the loopback interface has none
        nl.do(ethtool.eeprom("lo", offset=0, length=1, page=0, i2c_address=0x50))


def hear_processes(nl: netlynx.Connection) -> None:
    release = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
    if release < (6, 6):
        raise netlynx.NotSupported(errno.EOPNOTSUPP, "it takes a capability before Linux 6.6")
    nl.subscribe(connector.PROCESSES).close()


def close_socket(nl: netlynx.Connection) -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        nl.do(diag.destroy(diag.tcp(diag.where.source_port == server.getsockname()[1])))


def enter(nl: netlynx.Connection) -> None:
    with netns.anonymous() as other, netlynx.connect(netns=other) as there:
        there.do(route.link(name="lo"))


_FLOW = conntrack.Flow(
    original=conntrack.Tuple(
        source="10.0.0.1", destination="10.0.0.2", protocol="udp", source_port=1000, destination_port=53
    ),
    timeout=30,
)

_NEIGHBOUR = route.Neighbour(index=1, destination="10.0.0.7", address="02:00:00:00:00:07")

FEATURES = {
    "read links": Feature("", read(route.links())),
    "read addresses": Feature("", read(route.addresses())),
    "read routes": Feature("", read(route.routes())),
    "read neighbours": Feature("", read(route.neighbours())),
    "read rules": Feature("", read(route.rules())),
    "read next hops": Feature("", read(route.nexthops())),
    "read what interfaces count, how they forward, multicast routes": Feature(
        "",
        lambda nl: [nl.dump(each).all() for each in (route.stats(), route.netconfs(), route.multicast_routes())],
    ),
    "hear of packets that multicast routing has no way for": Feature("CAP_NET_ADMIN", listen(route.CACHE_REPORTS)),
    "listen to their notifications": Feature("", listen(route.LINKS, route.ADDRESSES, route.ROUTES)),
    "mirror them": Feature("", lambda nl: nl.mirror(route.links(), route.routes()).__enter__().close()),
    "change links": Feature("CAP_NET_ADMIN", do(route.up("lo"))),
    "change addresses": Feature("CAP_NET_ADMIN", do(route.add(route.Address(index=1, address="10.9.9.9/32")))),
    "change routes": Feature("CAP_NET_ADMIN", do(route.add(route.Route(destination="10.8.0.0/16", type="blackhole")))),
    "change neighbours": Feature(
        "CAP_NET_ADMIN",
        do(route.replace(route.Neighbour(index=1, destination="10.0.0.7", address="02:00:00:00:00:07"))),
    ),
    "change what interfaces count": Feature(
        "CAP_NET_ADMIN", do(route.change(route.StatsSettings(index=1, l3_stats=True)))
    ),
    "change rules": Feature("CAP_NET_ADMIN", do(route.add(route.Rule(family="inet", priority=77, table=77)))),
    "look addresses up in one table of routes": Feature("", do(fib_lookup.lookup("10.0.0.9"))),
    "a receive queue past net.core.rmem_max": Feature("CAP_NET_ADMIN", enlarge),
    "open or make another network namespace": Feature("CAP_SYS_ADMIN", enter),
    "hear namespaces that have an ID here (`all_namespaces`)": Feature("CAP_NET_BROADCAST", hear_every_namespace),
    "make tun and tap links": Feature("CAP_NET_ADMIN", make_tun),
    "tracked connections, all of it": Feature("CAP_NET_ADMIN", do(conntrack.add(_FLOW))),
    "the firewall (nftables), all of it": Feature("CAP_NET_ADMIN", read(nftables.tables())),
    "sets of ipset, all of it": Feature("CAP_NET_ADMIN", lambda nl: nl.dump(ipset.sets()).all()),
    "counters by name, policies of timeouts": Feature("CAP_NET_ADMIN", read(accounting.accounts())),
    "packet queues": Feature("CAP_NET_ADMIN", listen(queue.packets(77))),
    "packet logs": Feature("CAP_NET_ADMIN", listen(log.packets(77))),
    "hear device events": Feature("", listen(uevent.events())),
    "write letters to peers": Feature("", write_letters),
    "join groups of NETLINK_USERSOCK": Feature("CAP_NET_ADMIN", join_usersock),
    "read families, their policies": Feature("", lambda nl: nl.do(generic.policy("nlctrl"))),
    "read with ethtool": Feature("", do(ethtool.features("lo"))),
    "modules, cables and Wake-on-LAN with ethtool": Feature("CAP_NET_ADMIN", read_eeprom),
    "change with ethtool": Feature(
        "CAP_NET_ADMIN", do(ethtool.set_features(ethtool.Features(device="lo", wanted={"rx-gro": True})))
    ),
    "read network devices (netdev)": Feature("", read(netdev.devices())),
    "read what TCP remembers": Feature("", read(tcp_metrics.entries())),
    "forget what TCP remembers": Feature("CAP_NET_ADMIN", do(tcp_metrics.delete(address="10.0.0.9"))),
    "list sockets": Feature("", read(diag.tcp())),
    "compare their marks": Feature("CAP_NET_ADMIN", read(diag.tcp(diag.where.mark == 7))),
    "close sockets of others": Feature("CAP_NET_ADMIN", close_socket),
    "hear of sockets that end": Feature("", listen(diag.DESTROYED_TCP)),
    "read MPTCP endpoints": Feature("", read(mptcp.endpoints())),
    "change MPTCP endpoints": Feature("CAP_NET_ADMIN", do(mptcp.flush())),
    "WireGuard, all of it": Feature("CAP_NET_ADMIN", do(wireguard.device("nobody"))),
    "statistics of processes": Feature("CAP_NET_ADMIN", lambda nl: nl.do(taskstats.process(os.getpid()))),
    "read what is audited, change it": Feature("CAP_AUDIT_CONTROL", lambda nl: nl.do(audit.status())),
    "hear the log of auditing": Feature("CAP_AUDIT_READ", listen(audit.LOG), at_home=True),
    "hear what processes do": Feature("", hear_processes, at_home=True),
}


def call(name: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        raise OSError(ctypes.get_errno(), name)


def keep(capability: str) -> None:
    """Have this one capability, or none, and no other; for good."""
    header = struct.pack("=Ii", _VERSION_3, 0)
    mask = 1 << CAPABILITIES[capability] if capability else 0
    low, high = mask & 0xFFFFFFFF, mask >> 32
    data = struct.pack("=6I", low, low, 0, high, high, 0)  # effective, permitted, inheritable; those from 32 on
    call("capset", header, data)


def outcome(name: str, capability: str, namespace: netns.NetworkNamespace) -> str:
    """What comes of a feature that is used with a capability: ``done``, or the error."""

    def use() -> str:
        if not FEATURES[name].at_home:
            call("setns", namespace.fileno(), 0)  # to stay, which `netns.inside` is not for
        keep(capability)
        with netlynx.connect() as nl:
            try:
                FEATURES[name].use(nl)
            except netlynx.NotFound:
                return "done"  # it was allowed to look
            except netlynx.NotSupported as error:
                return f"not here: {error}"
        return "done"

    return in_child(use)


@pytest.mark.parametrize("name", FEATURES)
def test_it_works_with_just_what_it_takes(name: str, namespace: netns.NetworkNamespace) -> None:
    said = outcome(name, FEATURES[name].capability, namespace)
    if said.startswith("not here"):
        pytest.skip(said)
    assert said == "done"


@pytest.mark.parametrize("name", [name for name, feature in FEATURES.items() if feature.capability])
def test_and_without_it_the_error_says_so(name: str, namespace: netns.NetworkNamespace) -> None:
    said = outcome(name, "", namespace)
    if said.startswith("not here"):
        pytest.skip(said)
    assert said.startswith(("PermissionDenied: ", "PermissionError: ")), said


def test_the_page_says_the_same() -> None:
    rows = re.findall(r"^\| (.+?) \| (nothing|CAP_\w+)", PAGE.read_text(), re.M)
    assert {what: "" if takes == "nothing" else takes for what, takes in rows} == {
        name: feature.capability for name, feature in FEATURES.items()
    }
