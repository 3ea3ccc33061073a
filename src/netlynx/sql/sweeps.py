"""Listings of which the kernel answers for one thing at a time: what asks for all of them, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any  # operations, of whatever record a room has

if TYPE_CHECKING:
    from netlynx.client.connection import Connection

Make = Callable[..., Any]


def of_proxies(nl: Connection, make: Make) -> Iterator[Any]:
    """Not neighbours, but what is answered for."""
    yield make(proxy=True)


def both_families(nl: Connection, make: Make) -> Iterator[Any]:
    """Of IPv4 and of IPv6."""
    for family in ("inet", "inet6"):
        yield make(family=family)


def of_protocols(nl: Connection, make: Make) -> Iterator[Any]:
    """The sockets of each protocol on IP."""
    from netlynx import diag

    for each in (diag.tcp, diag.mptcp, diag.udp, diag.udplite, diag.raw, diag.sctp, diag.dccp):
        yield each()


def each_once(nl: Connection, make: Make) -> Iterator[Any]:
    """Sockets, of which the kernel lists some twice: those that listen to groups."""
    yield [*{each.cookie: each for each in nl.dump(make()).all()}.values()]


def of_qdiscs(nl: Connection, make: Make) -> Iterator[Any]:
    """Of each interface that has a queueing discipline."""
    from netlynx import tc

    for index in sorted({each.index for each in nl.dump(tc.qdiscs())}):
        yield make(index=index)


def of_kinds(nl: Connection, make: Make) -> Iterator[Any]:
    """Of each kind of action that netlynx knows and the kernel has."""
    from netlynx import tc
    from netlynx.schema.settle import kind_of

    for kind in sorted(each for each in kind_of(tc.Action, "data").choices or {} if isinstance(each, str)):
        yield make(kind=kind)


def of_sets(nl: Connection, make: Make) -> Iterator[Any]:
    """Of each set of the firewall."""
    from netlynx import nftables

    for each in nl.dump(nftables.sets()).all():
        yield make(each)


def answered(nl: Connection, make: Make) -> Iterator[Any]:
    """What the kernel answers to several requests together."""
    yield nl.do(make())


def of_wireless(nl: Connection, make: Make) -> Iterator[Any]:
    """Of each wireless interface that has a network device."""
    from netlynx import nl80211

    for each in nl.dump(nl80211.interfaces()).all():
        if each.index:
            yield make(each.index)


def of_datapaths(nl: Connection, make: Make) -> Iterator[Any]:
    """Of each datapath."""
    from netlynx import ovs

    for each in nl.dump(ovs.datapaths()).all():
        yield make(each.index)


def of_audit(nl: Connection, make: Make) -> Iterator[Any]:
    """Rules by their words."""
    yield [{"list": str(each.list), "action": str(each.action), "rule": str(each)} for each in nl.do(make())]


def of_pools(nl: Connection, make: Make) -> Iterator[Any]:
    """The destinations of each service that is balanced."""
    for pool in nl.do(make()):
        yield [*pool.destinations]


def of_wireguard(nl: Connection, make: Make) -> Iterator[Any]:
    """Devices, without keys that are secret."""
    from netlynx.schema.record import replace_fields

    for device in nl.do(make()):
        peers = tuple(replace_fields(peer, preshared_key=None) for peer in device.peers)
        yield [replace_fields(device, private_key=None, peers=peers)]


def of_xfrm(nl: Connection, make: Make) -> Iterator[Any]:
    """States, without their keys."""
    from netlynx.schema.secrets import without_secrets

    yield [without_secrets(each) for each in nl.dump(make())]
