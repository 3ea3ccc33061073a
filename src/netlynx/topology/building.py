"""How listings of namespaces become a topology: pure, of records alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from netlynx import diag, route
from netlynx.route import BridgeVlanFlags, LinkFlags, OperState, Route
from netlynx.topology.kinds import PAIRS, below, detail, kind_of, tunnel_of
from netlynx.topology.looking import Listed, Wanted
from netlynx.topology.model import (
    Address,
    Basis,
    DefaultRoute,
    Edge,
    EdgeKind,
    Link,
    Listener,
    Namespace,
    PortVlans,
    Topology,
)

if TYPE_CHECKING:
    from netlynx.diag import Owners

_IDLE = {OperState.DOWN, OperState.LOWERLAYERDOWN, OperState.NOTPRESENT, OperState.DORMANT}
_BY_MASTER = {"bond": EdgeKind.MEMBER, "vrf": EdgeKind.VRF}
_IPV6 = ":"


class Seen(msgspec.Struct):
    """A namespace as it was looked at.

    `listed` is what it says of itself, None where `unseen` says why not. `ids` are those that it has for others, each
    with the `id` of that one here; `ways` what it answered about the other ends of tunnels whose underlay it is.
    """

    id: str
    label: str
    names: tuple[str, ...] = ()
    processes: int = 0
    own: bool = False
    listed: Listed | None = None
    unseen: str | None = None
    ids: dict[int, str] = {}
    ways: dict[Wanted, Route | str] = {}


def needed_ids(listed: Listed) -> frozenset[int]:
    """The IDs of other namespaces that links of one speak of."""
    return frozenset(link.netns_id for link in listed.links if link.netns_id is not None and _elsewhere(link, listed))


def _elsewhere(link: route.Link, listed: Listed) -> bool:
    tunnel = tunnel_of(link, listed)
    return bool(link.parent) or (tunnel is not None and bool(tunnel.device or tunnel.ends))


def wanted_ways(seen: Iterable[Seen]) -> dict[str, list[Wanted]]:
    """The other ends of tunnels that are to be looked up, by the namespace that their packets leave by."""
    found: dict[str, dict[Wanted, None]] = {}
    for each in seen:
        for link in each.listed.links if each.listed is not None else ():
            tunnel = tunnel_of(link, each.listed) if each.listed is not None else None
            if tunnel is not None and not tunnel.device and tunnel.ends:
                where = each.id if link.netns_id is None else each.ids.get(link.netns_id)
                if where is not None:
                    found.setdefault(where, {}).update(dict.fromkeys(tunnel.ends))
    return {where: [*ends] for where, ends in found.items()}


def build(seen: Sequence[Seen], *, owners: Owners | None = None, notes: Iterable[str] = ()) -> Topology:
    """The topology that listings tell. `owners` says which processes hold sockets; `notes` are told besides."""
    return _Building(seen, owners, notes).topology()


class _Building:
    def __init__(self, seen: Sequence[Seen], owners: Owners | None, notes: Iterable[str]) -> None:
        self._seen = {each.id: each for each in seen}
        self._owners = owners
        self._notes = [*notes]
        self._strangers: dict[str, Namespace] = {}
        self._stubs: dict[str, dict[str, Link]] = {}
        self._edges: dict[object, Edge] = {}
        self._known = {
            each.id: {link.index: link for link in each.listed.links} for each in seen if each.listed is not None
        }

    def topology(self) -> Topology:
        for each in self._seen.values():
            if each.listed is not None:
                self._join(each, each.listed)
                self._notes.extend(f"{each.label}: {words}" for words in each.listed.refused)
        spaces = [self._namespace(each) for each in self._seen.values()]
        spaces += [
            msgspec.structs.replace(each, links=tuple(self._stubs.get(each.id, {}).values()))
            for each in self._strangers.values()
        ]
        return Topology(tuple(spaces), tuple(self._edges.values()), tuple(dict.fromkeys(self._notes)))

    # -- what joins links ----------------------------------------------------------------------------------------------

    def _join(self, here: Seen, listed: Listed) -> None:
        for link in listed.links:
            if link.master:
                master = self._known[here.id].get(link.master)
                kind = _BY_MASTER.get((master and master.kind) or "", EdgeKind.PORT)
                self._edge(here, link, kind, here.id, link.master)
            where = self._place(here, link)
            if link.kind in PAIRS and link.parent:
                self._pair(here, link, where)
            for index in below(link):
                self._edge(here, link, EdgeKind.ABOVE, where, index)
            tunnel = tunnel_of(link, listed)
            if tunnel is not None and tunnel.device:
                remote = tunnel.ends[0].remote if tunnel.ends else None
                self._edge(here, link, EdgeKind.UNDERLAY, where, tunnel.device, Basis.DEVICE, remote)
            elif tunnel is not None:
                for end in tunnel.ends:
                    self._way(here, link, where, end)

    def _place(self, here: Seen, link: route.Link) -> str:
        """The namespace of the peer, parent or underlay of a link: one that is not known gets an entry of its own."""
        if link.netns_id is None:
            return here.id
        known = here.ids.get(link.netns_id)
        if known is not None:
            return known
        stranger = f"{here.id}:{link.netns_id}"
        if here.listed is not None and link.netns_id in needed_ids(here.listed):
            self._strangers[stranger] = Namespace(
                stranger,
                f"nsid {link.netns_id} of {here.label}",
                unseen="it has no name here, and no process that could be seen is in it",
            )
        return stranger

    def _edge(
        self,
        here: Seen,
        link: route.Link,
        kind: EdgeKind,
        where: str,
        index: int,
        basis: Basis | None = None,
        remote: str | None = None,
    ) -> None:
        target = self._target(here, link, where, index)
        if target is not None:
            edge = Edge(kind, f"{here.id}/{link.index}", target, basis, remote)
            self._edges.setdefault((kind, edge.source, edge.target), edge)

    def _target(self, here: Seen, link: route.Link, where: str, index: int) -> str | None:
        """The `Link.id` of the other end; of a namespace that was not looked into, it is one that is made up."""
        target = f"{where}/{index}"
        if where in self._known:
            if index not in self._known[where]:
                self._gone(here, link, where, index)
                return None
        else:
            stub = Link(target, where, index, f"if{index}", _STUB.get(link.kind or "", "link"), True, "unknown")
            self._stubs.setdefault(where, {})[target] = stub
        return target

    def _gone(self, here: Seen, link: route.Link, where: str, index: int) -> None:
        label = "the same namespace" if where == here.id else self._seen[where].label
        self._notes.append(
            f"{here.label}: {link.name} is joined to link {index} of {label}, which was not there when that was listed"
        )

    def _pair(self, here: Seen, link: route.Link, where: str) -> None:
        index = link.parent or 0
        other = self._known.get(where, {}).get(index)
        if other is not None and (other.kind != link.kind or other.parent != link.index):
            self._gone(here, link, where, index)
            return
        target = self._target(here, link, where, index)
        if target is not None:
            source = f"{here.id}/{link.index}"
            self._edges.setdefault(frozenset((source, target)), Edge(EdgeKind.PAIR, source, target))

    def _way(self, here: Seen, link: route.Link, where: str, end: Wanted) -> None:
        by = self._seen.get(where)
        answer = by.ways.get(end) if by is not None else None
        if isinstance(answer, Route) and answer.oif:
            self._edge(here, link, EdgeKind.UNDERLAY, where, answer.oif, Basis.ROUTE, end.remote)
        elif isinstance(answer, str):
            self._notes.append(f"{here.label}: {link.name} has no way to {end.remote}: {answer}")
        elif by is None or by.listed is None:
            label = self._strangers[where].label if by is None else by.label
            self._notes.append(
                f"{here.label}: {link.name} leaves by {label}, where its way to {end.remote} could not be looked up"
            )

    # -- what stands in a namespace ------------------------------------------------------------------------------------

    def _namespace(self, each: Seen) -> Namespace:
        listed = each.listed
        if listed is None:
            stubs = tuple(self._stubs.get(each.id, {}).values())
            return Namespace(each.id, each.label, each.names, each.processes, each.own, each.unseen, stubs)
        addresses: dict[int, list[Address]] = {}
        for address in listed.addresses:
            addresses.setdefault(address.index, []).append(_address(address))
        vlans: dict[int, list[PortVlans]] = {}
        for row in listed.vlans:
            vlans.setdefault(row.index, []).append(_vlans(row))
        links = tuple(
            _link(each.id, link, listed, addresses.get(link.index, ()), vlans.get(link.index, ()))
            for link in listed.links
        )
        return Namespace(
            *(each.id, each.label, each.names, each.processes, each.own, each.unseen, links),
            routes=tuple(way for found in listed.routes for way in _ways(each.id, found, listed)),
            listeners=tuple(sorted(self._listeners(each.id, listed), key=_by_port)),
        )

    def _listeners(self, where: str, listed: Listed) -> Iterator[Listener]:
        for socket in listed.sockets:
            if not socket.source_port:
                continue
            holders = () if self._owners is None else self._owners.of(socket)
            yield Listener(
                "tcp" if isinstance(socket, diag.TcpSocket) else "udp",
                str(socket.source),
                socket.source_port,
                f"{where}/{socket.index}" if socket.index else None,
                tuple(dict.fromkeys(f"{each.name}[{each.pid}]" for each in holders)),
            )


_STUB = {kind: kind for kind in PAIRS}


def _by_port(each: Listener) -> tuple[object, ...]:
    return (each.port, each.protocol, _IPV6 in each.address, each.address)


def _link(
    where: str, link: route.Link, listed: Listed, addresses: Sequence[Address], vlans: Sequence[PortVlans]
) -> Link:
    up = LinkFlags.UP in link.flags and link.operstate not in _IDLE
    state = "admin-down" if LinkFlags.UP not in link.flags else str(getattr(link.operstate, "label", "unknown")).lower()
    return Link(
        id=f"{where}/{link.index}",
        namespace=where,
        index=link.index,
        name=link.name or f"if{link.index}",
        kind=kind_of(link),
        up=up,
        state=state,
        mtu=link.mtu,
        hardware_address=link.address,
        detail=detail(link, listed),
        alias=link.alias,
        addresses=tuple(addresses),
        vlans=tuple(vlans),
        filters_vlans=bool(getattr(link.data, "vlan_filtering", False)),
    )


def _address(record: route.Address) -> Address:
    own = record.local or record.address or ""
    peer = record.address if record.local is not None and record.address not in (None, record.local) else None
    shown = None if peer is None else f"{peer}/{record.prefixlen}"
    return Address(own, record.prefixlen or 0, record.scope.label if record.scope is not None else "global", shown)


def _vlans(row: route.PortVlan) -> PortVlans:
    return PortVlans(
        row.vlan, row.last or row.vlan, BridgeVlanFlags.PVID in row.flags, BridgeVlanFlags.UNTAGGED in row.flags
    )


def _ways(where: str, record: Route, listed: Listed) -> Iterator[DefaultRoute]:
    """The next hops of a default route, each by itself."""
    hops: list[Any] = [*record.multipath] or [record]
    if record.nexthop_id in listed.nexthops:
        first = listed.nexthops[record.nexthop_id]
        members = [listed.nexthops.get(each.id) for each in first.group or ()]
        hops = [each for each in members if each is not None] or [first]
    for hop in hops:
        yield DefaultRoute(
            "ipv6" if record.family is route.AddressFamily.INET6 else "ipv4",
            f"{where}/{hop.oif}" if hop.oif else None,
            hop.gateway or getattr(hop, "via", None),
            record.table or 0,
            record.metric,
            record.type.label if record.type is not None else "unicast",
        )
