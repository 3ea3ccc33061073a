"""What a topology consists of: namespaces with their links, what joins links, and what was not seen.

Plain values of no connection: they compare, pickle, and become JSON (`as_json`) by their fields.
"""

from __future__ import annotations

import json
from enum import StrEnum

import msgspec

SCHEMA = 1
"""The version of what `as_json` writes: it grows by one when a field goes or means something else."""


class EdgeKind(StrEnum):
    """How two links are joined; `source` is the one that stands on, or belongs to, `target`."""

    PORT = "port"  # a port of a bridge (or of an Open vSwitch, a team …)
    MEMBER = "member"  # a member of a bond
    VRF = "vrf"  # a member of a VRF
    PAIR = "pair"  # two ends of one cable: veth, netkit, vxcan
    ABOVE = "above"  # a link that shares the one below it: VLAN, macvlan, ipvlan, macsec …
    UNDERLAY = "underlay"  # a tunnel, and the link that its packets leave by


class Basis(StrEnum):
    """How the underlay of a tunnel is known."""

    DEVICE = "device"  # the tunnel is bound to it
    ROUTE = "route"  # the kernel was asked by which link it reaches the other end


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """An IP address of a link. `peer` is the other end's, of a link that has only two."""

    address: str
    prefixlen: int
    scope: str = "global"
    peer: str | None = None

    def __str__(self) -> str:
        return f"{self.address}/{self.prefixlen}" if self.peer is None else f"{self.address} peer {self.peer}"


class PortVlans(msgspec.Struct, frozen=True, omit_defaults=True):
    """VLANs of a bridge's port, or of the bridge: from `first` to `last`."""

    first: int
    last: int
    pvid: bool = False  # what comes in without a tag belongs to it
    untagged: bool = False  # it leaves without a tag

    def __str__(self) -> str:
        words = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{words}{'p' if self.pvid else ''}{'u' if self.untagged else ''}"


class Link(msgspec.Struct, frozen=True):
    """One link of one namespace.

    `id` is the namespace's and the index, joined by a slash: it stays as long as the link is there. `kind` is the
    kernel's word (``"veth"``), or what the hardware is (``"ether"``, ``"loopback"``) where a driver gives none.
    `up` says whether packets can pass: it is set up, and has a carrier as far as that is known. `detail` has, in
    words, what makes it what it is: ``"vlan 7"``, ``"vni 42 to 192.0.2.1"``. `filters_vlans` is a bridge's, of which
    `vlans` matter to its ports only then.
    """

    id: str
    namespace: str
    index: int
    name: str
    kind: str
    up: bool
    state: str
    mtu: int | None = None
    hardware_address: str | None = None
    detail: str = ""
    alias: str | None = None
    addresses: tuple[Address, ...] = ()
    vlans: tuple[PortVlans, ...] = ()
    filters_vlans: bool = False


class Edge(msgspec.Struct, frozen=True, omit_defaults=True):
    """Two links that are joined, by their `Link.id`. Of a pair, neither end comes first.

    `basis` and `remote` are of an underlay: how it is known, and the other end's address that was looked up.
    """

    kind: EdgeKind
    source: str
    target: str
    basis: Basis | None = None
    remote: str | None = None


class DefaultRoute(msgspec.Struct, frozen=True):
    """A way out of a namespace, of one next hop: of several to choose from, or to share the traffic, each is one.

    `link` is a `Link.id`; without one it is no way out (``"unreachable"``, ``"blackhole"``: its `type`). `table` is
    the routing table's number.
    """

    family: str
    link: str | None
    gateway: str | None
    table: int
    metric: int | None = None
    type: str = "unicast"


class Listener(msgspec.Struct, frozen=True):
    """A socket that waits for whoever comes: of TCP one that listens, of UDP one that is bound and has no peer.

    `link` is the `Link.id` of the one that it is bound to, if it is. `processes` are names with process IDs,
    ``"sshd[42]"``: none where nobody holds it, or none that may be seen (`Topology.notes` says so).
    """

    protocol: str
    address: str
    port: int
    link: str | None = None
    processes: tuple[str, ...] = ()

    def __str__(self) -> str:
        host = "*" if self.address == "0.0.0.0" else f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.protocol} {host}:{self.port}"


class Namespace(msgspec.Struct, frozen=True):
    """One network namespace.

    `id` is its inode in decimal, which tells namespaces of a host apart; ``"kernel"`` where another kernel than the
    host's was asked. `label` is what to call it: its name, or a process that is in it. `own` is the caller's. `unseen`
    says in words why it was not looked into; such a one has no links of its own.
    """

    id: str
    label: str
    names: tuple[str, ...] = ()
    processes: int = 0
    own: bool = False
    unseen: str | None = None
    links: tuple[Link, ...] = ()
    routes: tuple[DefaultRoute, ...] = ()
    listeners: tuple[Listener, ...] = ()


class Topology(msgspec.Struct, frozen=True):
    """Namespaces, and what joins links within them and across. `notes` says in words what was not seen, and why."""

    namespaces: tuple[Namespace, ...]
    edges: tuple[Edge, ...] = ()
    notes: tuple[str, ...] = ()
    schema: int = SCHEMA

    @property
    def links(self) -> dict[str, Link]:
        """All links by their `Link.id`."""
        return {link.id: link for namespace in self.namespaces for link in namespace.links}


def as_json(topology: Topology) -> bytes:
    """The whole of it as one JSON object in ASCII, whose keys are the fields of the records."""
    return json.dumps(msgspec.to_builtins(topology)).replace("\x7f", "\\u007f").encode()
