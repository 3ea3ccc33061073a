"""TIPC: messages between the processes of a cluster, to names instead of addresses.

    from netlynx.families import tipc

    nl.do(tipc.set_network(tipc.Network(identity=0x6E6F6465, identity_rest=0)))
    nl.do(tipc.enable(tipc.Bearer(name="eth:eth0")))
    for link in nl.dump(tipc.links()):
        print(link.name, link.up, link.tolerance)
    for name in nl.dump(tipc.names()):
        print(name.type, name.lower, name.upper, name.node, name.port)

Source: linux/tipc_netlink.h, net/tipc/netlink.c, tipc(8).
"""

from __future__ import annotations

from netlynx.engine.operation import Do
from netlynx.generic import Family, do, dump
from netlynx.schema.arguments import record_of
from netlynx.schema.sending import settable

from .constants import (
    TIPC_NL,
    TIPC_NLA,
    TIPC_NLA_BEARER,
    TIPC_NLA_CON,
    TIPC_NLA_LINK,
    TIPC_NLA_MEDIA,
    TIPC_NLA_MON,
    TIPC_NLA_MON_PEER,
    TIPC_NLA_NAME_TABLE,
    TIPC_NLA_NET,
    TIPC_NLA_NODE,
    TIPC_NLA_PROP,
    TIPC_NLA_PUBL,
    TIPC_NLA_SOCK,
    TIPC_NLA_STATS,
    TIPC_NLA_UDP,
)
from .records import (
    Bearer,
    BearerRequest,
    BroadcastMode,
    Key,
    Legacy,
    Link,
    LinkRequest,
    LinkStatistics,
    Medium,
    MediumRequest,
    Monitor,
    Monitoring,
    MonitorRequest,
    Network,
    Node,
    Peer,
    Remote,
    Secret,
    Watched,
)
from .sockets import Connection, Name, Publication, Scope, Socket, SocketRequest

__all__ = [
    "TIPC_NL",
    "TIPC_NLA",
    "TIPC_NLA_BEARER",
    "TIPC_NLA_CON",
    "TIPC_NLA_LINK",
    "TIPC_NLA_MEDIA",
    "TIPC_NLA_MON",
    "TIPC_NLA_MON_PEER",
    "TIPC_NLA_NAME_TABLE",
    "TIPC_NLA_NET",
    "TIPC_NLA_NODE",
    "TIPC_NLA_PROP",
    "TIPC_NLA_PUBL",
    "TIPC_NLA_SOCK",
    "TIPC_NLA_STATS",
    "TIPC_NLA_UDP",
    "Bearer",
    "BearerRequest",
    "BroadcastMode",
    "Connection",
    "Key",
    "Legacy",
    "Link",
    "LinkRequest",
    "LinkStatistics",
    "Medium",
    "MediumRequest",
    "Monitor",
    "MonitorRequest",
    "Monitoring",
    "Name",
    "Network",
    "Node",
    "Peer",
    "Publication",
    "Remote",
    "Scope",
    "Secret",
    "Socket",
    "SocketRequest",
    "Tipc",
    "Watched",
    "add_remote",
    "bearer",
    "bearers",
    "disable",
    "enable",
    "flush_keys",
    "legacy",
    "link",
    "links",
    "media",
    "medium",
    "monitoring",
    "monitors",
    "names",
    "networks",
    "nodes",
    "publications",
    "remotes",
    "remove_peer",
    "reset_statistics",
    "set_bearer",
    "set_key",
    "set_link",
    "set_medium",
    "set_monitoring",
    "set_network",
    "sockets",
    "watched",
]


class Tipc(Family, name="TIPCv2", version=1):
    """The family ``TIPCv2``."""

    disable = do(TIPC_NL.BEARER_DISABLE, request=BearerRequest, required=("name",), privileged="namespace")
    enable = do(TIPC_NL.BEARER_ENABLE, request=Bearer, required=("name",), privileged="namespace")
    bearer = do(TIPC_NL.BEARER_GET, request=BearerRequest, reply=Bearer, required=("name",))
    bearers = dump(TIPC_NL.BEARER_GET, reply=Bearer)
    set_bearer = do(TIPC_NL.BEARER_SET, request=Bearer, required=("name",), privileged="namespace")
    add_remote = do(TIPC_NL.BEARER_ADD, request=Bearer, required=("name", "remote"), privileged="namespace")
    remotes = dump(
        TIPC_NL.UDP_GET_REMOTEIP,
        request=BearerRequest,
        reply=Remote,
        reply_number=TIPC_NL.BEARER_GET,
        required=("name",),
    )
    sockets = dump(TIPC_NL.SOCK_GET, reply=Socket)
    publications = dump(TIPC_NL.PUBL_GET, request=SocketRequest, reply=Publication, required=("port",))
    link = do(TIPC_NL.LINK_GET, request=LinkRequest, reply=Link, required=("name",))
    links = dump(TIPC_NL.LINK_GET, reply=Link)
    set_link = do(TIPC_NL.LINK_SET, request=Link, required=("name",), privileged="namespace")
    reset_statistics = do(TIPC_NL.LINK_RESET_STATS, request=LinkRequest, required=("name",), privileged="namespace")
    medium = do(TIPC_NL.MEDIA_GET, request=MediumRequest, reply=Medium, required=("name",))
    media = dump(TIPC_NL.MEDIA_GET, reply=Medium)
    set_medium = do(TIPC_NL.MEDIA_SET, request=Medium, required=("name",), privileged="namespace")
    nodes = dump(TIPC_NL.NODE_GET, reply=Node)
    networks = dump(TIPC_NL.NET_GET, reply=Network)
    set_network = do(TIPC_NL.NET_SET, request=Network, privileged="namespace")
    names = dump(TIPC_NL.NAME_TABLE_GET, reply=Name)
    set_monitoring = do(TIPC_NL.MON_SET, request=Monitoring, required=("threshold",), privileged="namespace")
    monitoring = do(TIPC_NL.MON_GET, reply=Monitoring)
    monitors = dump(TIPC_NL.MON_GET, reply=Monitor)
    watched = dump(TIPC_NL.MON_PEER_GET, request=MonitorRequest, reply=Watched, required=("reference",))
    remove_peer = do(TIPC_NL.PEER_REMOVE, request=Peer, privileged="namespace")
    set_key = do(TIPC_NL.KEY_SET, request=Key, privileged="namespace")
    flush_keys = do(TIPC_NL.KEY_FLUSH, privileged="namespace")
    legacy = do(TIPC_NL.ADDR_LEGACY_GET, reply=Legacy)


bearer = Tipc.bearer
bearers = Tipc.bearers
disable = Tipc.disable
remotes = Tipc.remotes
sockets = Tipc.sockets
publications = Tipc.publications
link = Tipc.link
links = Tipc.links
reset_statistics = Tipc.reset_statistics
medium = Tipc.medium
media = Tipc.media
set_medium = Tipc.set_medium
nodes = Tipc.nodes
networks = Tipc.networks
set_network = Tipc.set_network
names = Tipc.names
monitoring = Tipc.monitoring
set_monitoring = Tipc.set_monitoring
monitors = Tipc.monitors
watched = Tipc.watched
remove_peer = Tipc.remove_peer
set_key = Tipc.set_key
flush_keys = Tipc.flush_keys
legacy = Tipc.legacy


def enable(bearer: Bearer) -> Do[None]:
    """Have links go over a bearer: with its properties, those of its medium where they are left out.

    Raises EncodeError for what is told and not taken.
    """
    return Tipc.enable(settable(record_of(Bearer, bearer, "tipc.enable"), "Bearer"))


def add_remote(bearer: Bearer) -> Do[None]:
    """Have a bearer over UDP send to `Bearer.remote`, too. Raises EncodeError."""
    return Tipc.add_remote(settable(record_of(Bearer, bearer, "tipc.add_remote"), "Bearer", ("name", "remote")))


def set_bearer(bearer: Bearer) -> Do[None]:
    """Change properties of a bearer; of one that was read, those that were replaced since. Raises EncodeError."""
    return Tipc.set_bearer(settable(record_of(Bearer, bearer, "tipc.set_bearer"), "Bearer", ("name",)))


def set_link(link: Link) -> Do[None]:
    """Change properties of a link; of one that was read, those that were replaced since. Raises EncodeError."""
    return Tipc.set_link(settable(record_of(Link, link, "tipc.set_link"), "Link", ("name",)))
