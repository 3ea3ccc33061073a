"""What one namespace says of itself: its listings, one after the other, as a conversation of any connection."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from netlynx import diag, netns, route, wireguard
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import NetlinkError, NotFound, NotSupported, PermissionDenied
from netlynx.route import Link, NextHopObject, PortVlan, Route

if TYPE_CHECKING:
    from netlynx.netns import Found


class Listed(msgspec.Struct):
    """The listings of one namespace, as records of their rooms. `refused` says in words what could not be listed."""

    links: list[Link] = []
    addresses: list[route.Address] = []
    routes: list[Route] = []  # the default ones, of all tables
    nexthops: dict[int, NextHopObject] = {}  # those that the routes mean, and the members of groups
    vlans: list[PortVlan] = []
    wireguard: dict[int, wireguard.Device] = {}  # by the index of the link
    sockets: list[diag.InetSocket] = []
    refused: list[str] = []


class Wanted(msgspec.Struct, frozen=True):
    """The way to a tunnel's other end that is to be looked up: to `remote`, from `local`, with a mark."""

    remote: str
    local: str | None = None
    mark: int | None = None


def listings(*, listeners: bool = True) -> Talk[Listed]:
    """All that a picture needs of the namespace that a connection is in: ``nl.do(listings())`` gives a `Listed`.

    `listeners` is whether sockets are listed, too. What the kernel has not, or does not let this process see, is left
    out and told in `Listed.refused`. Raises as a connection, for links, addresses and routes.
    """

    def steps() -> Generator[Any, Any, Listed]:
        found = Listed()
        found.links = yield route.links(statistics=False)
        found.addresses = yield route.addresses()
        found.routes = yield route.routes().where(destination="default", type=_SHOWN)
        if any(each.nexthop_id is not None for each in found.routes):
            _take_nexthops(found, (yield route.nexthops()))
        kinds = {link.kind for link in found.links}
        if "bridge" in kinds:
            with contextlib.suppress(NotSupported):  # bridges of this kernel have none
                found.vlans = yield route.port_vlans()
        for link in found.links:
            if link.kind == "wireguard":
                index = link.index
                yield from _tried(
                    found,
                    f"peers of {link.name}",
                    wireguard.device(index=index),
                    lambda here, device, index=index: here.wireguard.__setitem__(index, device),
                )
        if listeners:
            for what, listing in _SOCKETS:
                yield from _tried(found, what, listing(), lambda here, rows: here.sockets.extend(rows))
        return found

    return Talk("topology.listings", steps)


_SHOWN = {"unicast", "unreachable", "blackhole", "prohibit", "throw"}
_SOCKETS: tuple[tuple[str, Any], ...] = (
    ("sockets of TCP", lambda: diag.tcp(states="listen")),
    ("sockets of UDP", lambda: diag.udp(states="close")),
)


def _take_nexthops(found: Listed, listed: Iterable[NextHopObject]) -> None:
    found.nexthops.update({each.id: each for each in listed if each.id is not None})


def _tried(found: Listed, what: str, operation: Any, take: Any) -> Generator[Any, Any, None]:
    """List something that a kernel may lack or refuse."""
    try:
        take(found, (yield operation))
    except (NotSupported, PermissionDenied) as error:
        found.refused.append(f"{what} are not listed: {error.strerror}")
    except NotFound:
        pass  # the link has gone since it was listed


def ways(wanted: Iterable[Wanted]) -> Talk[dict[Wanted, Route | str]]:
    """By which link each of these addresses is reached; a text where none leads there, with what the kernel said."""

    def steps() -> Generator[Do[Any] | Dump[Any], Any, dict[Wanted, Route | str]]:
        found: dict[Wanted, Route | str] = {}
        for each in wanted:
            try:
                found[each] = yield route.route(each.remote, source=each.local, mark=each.mark or None)
            except NetlinkError as error:
                found[each] = str(error.strerror)
        return found

    return Talk("topology.ways", steps)


def ids_of(namespaces: Iterable[Found], needed: frozenset[int]) -> Talk[dict[int, int]]:
    """Which of the namespaces, by inode, have the needed IDs in the one that is asked.

    The kernel is asked for one after the other, until all are found. What has ended, or may not be opened, is left out.
    """

    def steps() -> Generator[Any, Any, dict[int, int]]:
        found: dict[int, int] = {}
        for each in namespaces:
            if needed <= found.keys():
                break
            try:
                with netns.open(each.where) as space:
                    if os.fstat(space.fileno()).st_ino != each.inode:
                        continue  # its process is another one by now
                    answer = yield route.namespace_id(fd=space)
            except (NotFound, PermissionDenied):
                continue
            if answer.nsid is not None and answer.nsid != route.NOT_ASSIGNED:
                found[answer.nsid] = each.inode
        return found

    return Talk("topology.ids", steps)
