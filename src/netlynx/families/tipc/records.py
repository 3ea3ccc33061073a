"""What is said of TIPC: bearers, links, nodes, the network, media, monitors, keys. Source: net/tipc/netlink.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Enumeration,
    Layout,
    Record,
    attr,
    binary,
    chars,
    enum,
    flag,
    member,
    nest,
    rest,
    string,
    struct,
    takes,
    u32,
    u64,
)
from netlynx.schema.endpoint import endpoint
from netlynx.schema.facts import Facts

from .constants import (
    TIPC_NLA,
    TIPC_NLA_BEARER,
    TIPC_NLA_LINK,
    TIPC_NLA_MEDIA,
    TIPC_NLA_MON,
    TIPC_NLA_MON_PEER,
    TIPC_NLA_NET,
    TIPC_NLA_NODE,
    TIPC_NLA_PROP,
    TIPC_NLA_STATS,
    TIPC_NLA_UDP,
)

_TOP = Facts(attributes=TIPC_NLA, policy="tipc_nl_policy")
_BEARER = Facts(attributes=TIPC_NLA_BEARER, policy="tipc_nl_bearer_policy")
_LINK = Facts(attributes=TIPC_NLA_LINK, policy="tipc_nl_link_policy")
_MEDIA = Facts(attributes=TIPC_NLA_MEDIA, policy="tipc_nl_media_policy")
_NODE = Facts(attributes=TIPC_NLA_NODE, policy="tipc_nl_node_policy")
_NET = Facts(attributes=TIPC_NLA_NET, policy="tipc_nl_net_policy")
_MON = Facts(attributes=TIPC_NLA_MON, policy="tipc_nl_monitor_policy")
_PROP = Facts(attributes=TIPC_NLA_PROP, policy="tipc_nl_prop_policy")
_UDP = Facts(attributes=TIPC_NLA_UDP, policy="tipc_nl_udp_policy")
_OTHER = {"TIPC_NLA_*": "not of this message"}
_NAME = 31  # TIPC_MAX_BEARER_NAME, less the NUL
_LINK_NAME = 67  # TIPC_MAX_LINK_NAME


class BroadcastMode(Enumeration):
    """How what is for all nodes is sent: once, once to each, or as `Link.ratio` says (net/tipc/bcast.h)."""

    BROADCAST = 1
    REPLICAST = 2
    AUTOSELECT = 4


class Bearer(Record, header=GenericHeader):
    """A bearer: what links go over, ``eth:v0`` or ``udp:NAME``, whose `local` and `remote` are addresses with ports.

    `domain` is for a new one: the network that neighbours are looked for in. To change one, only `priority`,
    `tolerance`, `window` and, of UDP, `mtu` count.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _BEARER, _PROP, _UDP)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.NAME), string(_NAME))
    priority: int | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.PROP, TIPC_NLA_PROP.PRIO), u32)  # 0 to 31
    tolerance: int | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.PROP, TIPC_NLA_PROP.TOL), u32)  # ms
    window: int | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.PROP, TIPC_NLA_PROP.WIN), u32)  # packets
    mtu: int | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.PROP, TIPC_NLA_PROP.MTU), u32)
    domain: int | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.DOMAIN), u32)
    local: str | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.UDP_OPTS, TIPC_NLA_UDP.LOCAL), endpoint)
    remote: str | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.UDP_OPTS, TIPC_NLA_UDP.REMOTE), endpoint)
    replicated: bool = attr(
        (TIPC_NLA.BEARER, TIPC_NLA_BEARER.UDP_OPTS, TIPC_NLA_UDP.MULTI_REMOTEIP), flag, read_only=True
    )  # to each of its `remotes`, instead of to a group


class BearerRequest(Record, header=GenericHeader):
    """Which bearer."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _BEARER)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr((TIPC_NLA.BEARER, TIPC_NLA_BEARER.NAME), string(_NAME))


class Remote(Record, header=GenericHeader):
    """An address that a bearer over UDP sends to."""

    __facts__: ClassVar[Facts] = _UDP
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    address: str | None = attr(TIPC_NLA_UDP.REMOTE, endpoint)


class LinkStatistics(Record):
    """What a link has counted since it was made or reset: messages, unless it says otherwise."""

    __facts__: ClassVar[Facts] = Facts(attributes=TIPC_NLA_STATS)

    rx_packets: int | None = attr(TIPC_NLA_STATS.RX_INFO, u32)
    rx_fragments: int | None = attr(TIPC_NLA_STATS.RX_FRAGMENTS, u32)
    rx_fragmented: int | None = attr(TIPC_NLA_STATS.RX_FRAGMENTED, u32)
    rx_bundles: int | None = attr(TIPC_NLA_STATS.RX_BUNDLES, u32)
    rx_bundled: int | None = attr(TIPC_NLA_STATS.RX_BUNDLED, u32)
    tx_packets: int | None = attr(TIPC_NLA_STATS.TX_INFO, u32)
    tx_fragments: int | None = attr(TIPC_NLA_STATS.TX_FRAGMENTS, u32)
    tx_fragmented: int | None = attr(TIPC_NLA_STATS.TX_FRAGMENTED, u32)
    tx_bundles: int | None = attr(TIPC_NLA_STATS.TX_BUNDLES, u32)
    tx_bundled: int | None = attr(TIPC_NLA_STATS.TX_BUNDLED, u32)
    profiled: int | None = attr(TIPC_NLA_STATS.MSG_PROF_TOT, u32)  # of which lengths are counted, at least 1
    lengths: int | None = attr(TIPC_NLA_STATS.MSG_LEN_CNT, u32)
    length_sum: int | None = attr(TIPC_NLA_STATS.MSG_LEN_TOT, u32)  # bytes
    up_to_64: int | None = attr(TIPC_NLA_STATS.MSG_LEN_P0, u32)
    up_to_256: int | None = attr(TIPC_NLA_STATS.MSG_LEN_P1, u32)
    up_to_1024: int | None = attr(TIPC_NLA_STATS.MSG_LEN_P2, u32)
    up_to_4096: int | None = attr(TIPC_NLA_STATS.MSG_LEN_P3, u32)
    up_to_16384: int | None = attr(TIPC_NLA_STATS.MSG_LEN_P4, u32)
    up_to_32768: int | None = attr(TIPC_NLA_STATS.MSG_LEN_P5, u32)
    longer: int | None = attr(TIPC_NLA_STATS.MSG_LEN_P6, u32)
    rx_states: int | None = attr(TIPC_NLA_STATS.RX_STATES, u32)
    rx_probes: int | None = attr(TIPC_NLA_STATS.RX_PROBES, u32)
    rx_nacks: int | None = attr(TIPC_NLA_STATS.RX_NACKS, u32)
    rx_deferred: int | None = attr(TIPC_NLA_STATS.RX_DEFERRED, u32)
    tx_states: int | None = attr(TIPC_NLA_STATS.TX_STATES, u32)
    tx_probes: int | None = attr(TIPC_NLA_STATS.TX_PROBES, u32)
    tx_nacks: int | None = attr(TIPC_NLA_STATS.TX_NACKS, u32)
    tx_acks: int | None = attr(TIPC_NLA_STATS.TX_ACKS, u32)
    retransmitted: int | None = attr(TIPC_NLA_STATS.RETRANSMITTED, u32)
    duplicates: int | None = attr(TIPC_NLA_STATS.DUPLICATES, u32)
    congestions: int | None = attr(TIPC_NLA_STATS.LINK_CONGS, u32)
    max_queue: int | None = attr(TIPC_NLA_STATS.MAX_QUEUE, u32)
    mean_queue: int | None = attr(TIPC_NLA_STATS.AVG_QUEUE, u32)


class Link(Record, header=GenericHeader):
    """A link to another node, or the one to all of them, ``broadcast-link``.

    To change one, only `priority`, `tolerance` and `window` count, of the broadcast link `window`, `mode` and `ratio`.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _LINK, _PROP)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.NAME), string(_LINK_NAME))
    node: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.DEST), u32, read_only=True)  # the own cluster
    mtu: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.MTU), u32, read_only=True)
    broadcast: bool = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.BROADCAST), flag, read_only=True)
    up: bool = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.UP), flag, read_only=True)
    active: bool = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.ACTIVE), flag, read_only=True)
    received: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.RX), u32, read_only=True)  # packets
    sent: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.TX), u32, read_only=True)
    priority: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.PROP, TIPC_NLA_PROP.PRIO), u32)  # 0 to 31
    tolerance: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.PROP, TIPC_NLA_PROP.TOL), u32)  # ms
    window: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.PROP, TIPC_NLA_PROP.WIN), u32)  # packets, as it is now
    mode: takes.Member[BroadcastMode | None] = attr(
        (TIPC_NLA.LINK, TIPC_NLA_LINK.PROP, TIPC_NLA_PROP.BROADCAST), enum(BroadcastMode, u32)
    )
    ratio: int | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.PROP, TIPC_NLA_PROP.BROADCAST_RATIO), u32)  # percent
    statistics: takes.Nested[LinkStatistics | None] = attr(
        (TIPC_NLA.LINK, TIPC_NLA_LINK.STATS), nest(LinkStatistics), read_only=True
    )


class LinkRequest(Record, header=GenericHeader):
    """Which link."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _LINK)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr((TIPC_NLA.LINK, TIPC_NLA_LINK.NAME), string(_LINK_NAME))


class Medium(Record, header=GenericHeader):
    """A kind of bearer, ``eth`` or ``udp``, with the properties that new ones get."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _MEDIA, _PROP)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr((TIPC_NLA.MEDIA, TIPC_NLA_MEDIA.NAME), string)
    priority: int | None = attr((TIPC_NLA.MEDIA, TIPC_NLA_MEDIA.PROP, TIPC_NLA_PROP.PRIO), u32)  # 0 to 31
    tolerance: int | None = attr((TIPC_NLA.MEDIA, TIPC_NLA_MEDIA.PROP, TIPC_NLA_PROP.TOL), u32)  # ms
    window: int | None = attr((TIPC_NLA.MEDIA, TIPC_NLA_MEDIA.PROP, TIPC_NLA_PROP.WIN), u32)  # packets
    mtu: int | None = attr((TIPC_NLA.MEDIA, TIPC_NLA_MEDIA.PROP, TIPC_NLA_PROP.MTU), u32)  # of ``udp``


class MediumRequest(Record, header=GenericHeader):
    """Which medium."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _MEDIA)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr((TIPC_NLA.MEDIA, TIPC_NLA_MEDIA.NAME), string)


class Node(Record, header=GenericHeader):
    """Another node of the cluster, as far as this one knows of it."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _NODE)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    address: int | None = attr((TIPC_NLA.NODE, TIPC_NLA_NODE.ADDR), u32)
    up: bool = attr((TIPC_NLA.NODE, TIPC_NLA_NODE.UP), flag)


class Network(Record, header=GenericHeader):
    """The network that this node is in, and who it is: 16 bytes of identity, in two parts as the host has numbers.

    An `address` can be given instead of an identity, and only before the first bearer.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _NET)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    id: int | None = attr((TIPC_NLA.NET, TIPC_NLA_NET.ID), u32)  # 1 to 9999
    address: int | None = attr((TIPC_NLA.NET, TIPC_NLA_NET.ADDR), u32)
    identity: int | None = attr((TIPC_NLA.NET, TIPC_NLA_NET.NODEID), u64)
    identity_rest: int | None = attr((TIPC_NLA.NET, TIPC_NLA_NET.NODEID_W1), u64)


class Legacy(Record, header=GenericHeader):
    """Whether this node has an address that was given to it, as of old."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _NET)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    legacy: bool = attr((TIPC_NLA.NET, TIPC_NLA_NET.ADDR_LEGACY), flag)


class Peer(Record, header=GenericHeader):
    """A node that is gone, by its address or by both parts of its identity."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _NET)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    address: int | None = attr((TIPC_NLA.NET, TIPC_NLA_NET.ADDR), u32)
    identity: int | None = attr((TIPC_NLA.NET, TIPC_NLA_NET.NODEID), u64)
    identity_rest: int | None = attr((TIPC_NLA.NET, TIPC_NLA_NET.NODEID_W1), u64)


class Monitoring(Record, header=GenericHeader):
    """From how many nodes on a cluster watches itself in parts."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _MON)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    threshold: int | None = attr((TIPC_NLA.MON, TIPC_NLA_MON.ACTIVATION_THRESHOLD), u32)


class Monitor(Record, header=GenericHeader):
    """What watches the nodes that a bearer reaches; `reference` names it to `watched`."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _MON)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    reference: int | None = attr((TIPC_NLA.MON, TIPC_NLA_MON.REF), u32)
    active: bool = attr((TIPC_NLA.MON, TIPC_NLA_MON.ACTIVE), flag)  # in parts: there are enough nodes
    bearer: str | None = attr((TIPC_NLA.MON, TIPC_NLA_MON.BEARER_NAME), string)
    peers: int | None = attr((TIPC_NLA.MON, TIPC_NLA_MON.PEERCNT), u32)
    generation: int | None = attr((TIPC_NLA.MON, TIPC_NLA_MON.LISTGEN), u32)


class MonitorRequest(Record, header=GenericHeader):
    """Which monitor."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _MON)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    reference: int | None = attr((TIPC_NLA.MON, TIPC_NLA_MON.REF), u32)


class Watched(Record, header=GenericHeader):
    """A node that a monitor knows; of `up_map` a bit for each of the nodes that it watches, whose addresses follow."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=TIPC_NLA_MON_PEER))
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    address: int | None = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.ADDR), u32)
    generation: int | None = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.DOMGEN), u32)
    applied: int | None = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.APPLIED), u32)
    up_map: int | None = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.UPMAP), u64)
    members: bytes | None = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.MEMBERS), binary)  # u32 each
    up: bool = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.UP), flag)
    head: bool = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.HEAD), flag)
    local: bool = attr((TIPC_NLA.MON_PEER, TIPC_NLA_MON_PEER.LOCAL), flag)  # in the part that this node watches


class Secret(Layout, c="tipc_aead_key"):
    """A key: the name of an algorithm, ``gcm(aes)``, and 20, 28 or 36 bytes, of which the last four are the salt."""

    algorithm: str = member(chars(32), c="alg_name")
    length: int = member(u32, c="keylen")
    key: bytes = member(rest(binary), c="key", secret=True)


class Key(Record, header=GenericHeader):
    """A key that messages are encrypted with: all of the cluster, or those of one node, by its `identity`.

    The kernel never tells it. `rekey` is minutes from one key to the next (0: none; 2**32 - 1: at once), and can be
    set alone.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _NODE)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    identity: bytes | None = attr((TIPC_NLA.NODE, TIPC_NLA_NODE.ID), binary(16))
    secret: takes.Nested[Secret | None] = attr((TIPC_NLA.NODE, TIPC_NLA_NODE.KEY), struct(Secret), secret=True)
    master: bool = attr((TIPC_NLA.NODE, TIPC_NLA_NODE.KEY_MASTER), flag)
    rekey: int | None = attr((TIPC_NLA.NODE, TIPC_NLA_NODE.REKEYING), u32)
