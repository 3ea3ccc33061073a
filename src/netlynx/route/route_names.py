"""Numbers and structs of routes: attributes, tables, types, protocols, flags, fixed headers.

Source: linux/rtnetlink.h, linux/icmpv6.h, linux/in.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.constants import AddressFamily, Scope
from netlynx.schema import Constants, Enumeration, FlagSet, Layout, enum, member, named, s32, takes, u8, u16, u32, u64


class RTA(Constants):
    """Attributes of a route message."""

    UNSPEC = 0
    DST = 1
    SRC = 2
    IIF = 3
    OIF = 4
    GATEWAY = 5
    PRIORITY = 6
    PREFSRC = 7
    METRICS = 8
    MULTIPATH = 9
    PROTOINFO = 10
    FLOW = 11
    CACHEINFO = 12
    SESSION = 13
    MP_ALGO = 14
    TABLE = 15
    MARK = 16
    MFC_STATS = 17
    VIA = 18
    NEWDST = 19
    PREF = 20
    ENCAP_TYPE = 21
    ENCAP = 22
    EXPIRES = 23
    PAD = 24
    UID = 25
    TTL_PROPAGATE = 26
    IP_PROTO = 27
    SPORT = 28
    DPORT = 29
    NH_ID = 30
    FLOWLABEL = 31
    DEL_REASON = 32


class RT_TABLE(Constants):
    """Routing tables that have a meaning of their own; any other number is free."""

    UNSPEC = 0
    COMPAT = 252  # in the header: the number is too large for it
    DEFAULT = 253
    MAIN = 254
    LOCAL = 255


class RouteType(Enumeration, prefix="RTN_"):
    """What becomes of packets to the destination."""

    UNSPEC = 0
    UNICAST = 1
    LOCAL = 2
    BROADCAST = 3
    ANYCAST = 4
    MULTICAST = 5
    BLACKHOLE = 6
    UNREACHABLE = 7
    PROHIBIT = 8
    THROW = 9
    NAT = 10
    XRESOLVE = 11


class RouteProtocol(Enumeration, prefix="RTPROT_"):
    """Who made the route; other values are free for programs and come back as plain numbers."""

    UNSPEC = 0
    REDIRECT = 1
    KERNEL = 2
    BOOT = 3
    STATIC = 4
    GATED = 8
    RA = 9
    MRT = 10
    ZEBRA = 11
    BIRD = 12
    DNROUTED = 13
    XORP = 14
    NTK = 15
    DHCP = 16
    MROUTED = 17
    KEEPALIVED = 18
    BABEL = 42
    OVN = 84
    OPENR = 99
    BGP = 186
    ISIS = 187
    OSPF = 188
    RIP = 189
    EIGRP = 192


class NextHopFlags(FlagSet, prefix="RTNH_F_"):
    """State of a next hop; ONLINK is the only one to set: the gateway is on the link though no route says so."""

    DEAD = 1
    PERVASIVE = 2
    ONLINK = 4
    OFFLOAD = 8
    LINKDOWN = 16
    UNRESOLVED = 32
    TRAP = 64


class RouteFlags(
    FlagSet,
    prefix="RTM_F_",
    renamed={
        "DEAD": "RTNH_F_DEAD",
        "PERVASIVE": "RTNH_F_PERVASIVE",
        "ONLINK": "RTNH_F_ONLINK",
        "OFFLOAD": "RTNH_F_OFFLOAD",
        "LINKDOWN": "RTNH_F_LINKDOWN",
        "UNRESOLVED": "RTNH_F_UNRESOLVED",
        "TRAP": "RTNH_F_TRAP",
        "RT_OFFLOAD": "RTM_F_OFFLOAD",
        "RT_TRAP": "RTM_F_TRAP",
        "RT_OFFLOAD_FAILED": "RTM_F_OFFLOAD_FAILED",
    },
):
    """Flags of a route, those of its only next hop among them. An IPv4 lookup adds `RTCF_*` bits without a name."""

    DEAD = 1
    PERVASIVE = 2
    ONLINK = 4
    OFFLOAD = 8
    LINKDOWN = 16
    UNRESOLVED = 32
    TRAP = 64
    NOTIFY = 0x100
    CLONED = 0x200  # an exception (redirect, path MTU) or the result of a lookup
    EQUALIZE = 0x400
    PREFIX = 0x800
    LOOKUP_TABLE = 0x1000
    FIB_MATCH = 0x2000
    RT_OFFLOAD = 0x4000
    RT_TRAP = 0x8000
    RT_OFFLOAD_FAILED = 0x20000000


class RouterPreference(Enumeration, prefix="ICMPV6_ROUTER_PREF_"):
    """Preference of an IPv6 router (RFC 4191)."""

    MEDIUM = 0
    HIGH = 1
    INVALID = 2
    LOW = 3


class DeleteReason(Enumeration, prefix="RT_DEL_REASON_"):
    """Why the kernel removed a route by itself."""

    UNSPEC = 0
    EXPIRED = 1
    RA_WITHDRAWN = 2


class IpProtocol(Enumeration, prefix="IPPROTO_"):
    """Transport protocols that a lookup takes; others are plain numbers."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "the kernel's route lookup takes no other"}

    ICMP = 1
    TCP = 6
    UDP = 17
    ICMPV6 = 58


class RouteMessage(Layout, c="rtmsg"):
    """The fixed header of a route message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="rtm_family")
    dst_len: int = member(u8, c="rtm_dst_len")
    src_len: int = member(u8, c="rtm_src_len")
    tos: int = member(u8, c="rtm_tos")
    table: int = member(u8, c="rtm_table")
    protocol: takes.Member[RouteProtocol] = member(enum(RouteProtocol, u8), c="rtm_protocol")
    scope: takes.Member[Scope] = member(enum(Scope, u8), c="rtm_scope")
    type: takes.Member[RouteType] = member(enum(RouteType, u8), c="rtm_type")
    flags: takes.Flags[RouteFlags] = member(enum(RouteFlags, u32), c="rtm_flags")


class RouteCacheInfo(Layout, c="rta_cacheinfo"):
    """Age and use of a route. Times are in hundredths of a second."""

    references: int = member(u32, c="rta_clntref")
    last_use: int = member(u32, c="rta_lastuse")
    expires: int = member(s32, c="rta_expires")  # 0: never
    error: int = member(s32, c="rta_error")  # 0 or a negative errno: what senders get
    used: int = member(u32, c="rta_used")
    id: int = member(u32, c="rta_id")
    timestamp: int = member(u32, c="rta_ts")
    timestamp_age: int = member(u32, c="rta_tsage")

    __differs__: ClassVar[dict[str, str]] = {"error": "the kernel puts a negative errno into its u32"}


class MulticastStats(Layout, c="rta_mfc_stats"):
    """What a multicast forwarding entry has seen."""

    packets: int = member(u64, c="mfcs_packets")
    bytes: int = member(u64, c="mfcs_bytes")
    wrong_interface: int = member(u64, c="mfcs_wrong_if")  # packets from another interface than `iif`


class NextHopMessage(Layout, c="rtnexthop"):
    """The fixed header of one hop of a multipath route; `length` is filled in by the codec."""

    length: int = member(u16, c="rtnh_len")
    flags: takes.Flags[NextHopFlags] = member(enum(NextHopFlags, u8), c="rtnh_flags")
    hops: int = member(u8, c="rtnh_hops")
    ifindex: takes.Name[int] = member(named(s32, "interface"), c="rtnh_ifindex")
