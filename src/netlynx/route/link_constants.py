"""Numbers of links: attributes, header, flags and states. Source: linux/if_link.h, linux/if.h, linux/if_arp.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.constants import AddressFamily
from netlynx.schema import Constants, Enumeration, FlagSet, Layout, enum, member, named, s32, takes, u8, u16, u32


class IFLA(Constants):
    """Attributes of a link message."""

    UNSPEC = 0
    ADDRESS = 1
    BROADCAST = 2
    IFNAME = 3
    MTU = 4
    LINK = 5
    QDISC = 6
    STATS = 7
    COST = 8
    PRIORITY = 9
    MASTER = 10
    WIRELESS = 11
    PROTINFO = 12
    TXQLEN = 13
    MAP = 14
    WEIGHT = 15
    OPERSTATE = 16
    LINKMODE = 17
    LINKINFO = 18
    NET_NS_PID = 19
    IFALIAS = 20
    NUM_VF = 21
    VFINFO_LIST = 22
    STATS64 = 23
    VF_PORTS = 24
    PORT_SELF = 25
    AF_SPEC = 26
    GROUP = 27
    NET_NS_FD = 28
    EXT_MASK = 29
    PROMISCUITY = 30
    NUM_TX_QUEUES = 31
    NUM_RX_QUEUES = 32
    CARRIER = 33
    PHYS_PORT_ID = 34
    CARRIER_CHANGES = 35
    PHYS_SWITCH_ID = 36
    LINK_NETNSID = 37
    PHYS_PORT_NAME = 38
    PROTO_DOWN = 39
    GSO_MAX_SEGS = 40
    GSO_MAX_SIZE = 41
    PAD = 42
    XDP = 43
    EVENT = 44
    NEW_NETNSID = 45
    TARGET_NETNSID = 46
    CARRIER_UP_COUNT = 47
    CARRIER_DOWN_COUNT = 48
    NEW_IFINDEX = 49
    MIN_MTU = 50
    MAX_MTU = 51
    PROP_LIST = 52
    ALT_IFNAME = 53
    PERM_ADDRESS = 54
    PROTO_DOWN_REASON = 55
    PARENT_DEV_NAME = 56
    PARENT_DEV_BUS_NAME = 57
    GRO_MAX_SIZE = 58
    TSO_MAX_SIZE = 59
    TSO_MAX_SEGS = 60
    ALLMULTI = 61
    DEVLINK_PORT = 62
    GSO_IPV4_MAX_SIZE = 63
    GRO_IPV4_MAX_SIZE = 64
    DPLL_PIN = 65
    MAX_PACING_OFFLOAD_HORIZON = 66
    NETNS_IMMUTABLE = 67
    HEADROOM = 68
    TAILROOM = 69


class IFLA_INFO(Constants):
    """Attributes of IFLA_LINKINFO: what kind of link it is, and what it is as a port of another."""

    UNSPEC = 0
    KIND = 1
    DATA = 2
    XSTATS = 3
    SLAVE_KIND = 4
    SLAVE_DATA = 5


class IFLA_PROTO_DOWN_REASON(Constants):
    """Attributes of IFLA_PROTO_DOWN_REASON."""

    UNSPEC = 0
    MASK = 1
    VALUE = 2


class ArpHardware(
    Enumeration,
    prefix="ARPHRD_",
    renamed={
        "IPIP": "ARPHRD_TUNNEL",
        "GRE": "ARPHRD_IPGRE",
        "GRE6": "ARPHRD_IP6GRE",
        "SIXLOWPAN": "ARPHRD_6LOWPAN",
    },
    labels={
        "APPLETLK": "atalk",
        "LOCALTLK": "ltalk",
        "IPDDP": "ip/ddp",
        "IEEE802_TR": "tr",
        "IEEE80211": "ieee802.11",
        "IEEE80211_PRISM": "ieee802.11/prism",
        "IEEE80211_RADIOTAP": "ieee802.11/radiotap",
        "IEEE802154": "ieee802.15.4",
        "IEEE802154_MONITOR": "ieee802.15.4/monitor",
        "PHONET_PIPE": "phonet_pipe",
        "SIXLOWPAN": "6lowpan",
    },
):
    """What is below a link (`ARPHRD_*`), with the names that `ip` gives them. Source: linux/if_arp.h."""

    NETROM = 0
    ETHER = 1
    EETHER = 2
    AX25 = 3
    PRONET = 4
    CHAOS = 5
    IEEE802 = 6
    ARCNET = 7
    APPLETLK = 8
    DLCI = 15
    ATM = 19
    METRICOM = 23
    IEEE1394 = 24
    EUI64 = 27
    INFINIBAND = 32
    SLIP = 256
    CSLIP = 257
    SLIP6 = 258
    CSLIP6 = 259
    RSRVD = 260
    ADAPT = 264
    ROSE = 270
    X25 = 271
    HWX25 = 272
    CAN = 280
    MCTP = 290
    PPP = 512
    HDLC = 513
    LAPB = 516
    DDCMP = 517
    RAWHDLC = 518
    RAWIP = 519
    IPIP = 768
    TUNNEL6 = 769
    FRAD = 770
    SKIP = 771
    LOOPBACK = 772
    LOCALTLK = 773
    FDDI = 774
    BIF = 775
    SIT = 776
    IPDDP = 777
    GRE = 778
    PIMREG = 779
    HIPPI = 780
    ASH = 781
    ECONET = 782
    IRDA = 783
    FCPP = 784
    FCAL = 785
    FCPL = 786
    FCFABRIC = 787
    IEEE802_TR = 800
    IEEE80211 = 801
    IEEE80211_PRISM = 802
    IEEE80211_RADIOTAP = 803
    IEEE802154 = 804
    IEEE802154_MONITOR = 805
    PHONET = 820
    PHONET_PIPE = 821
    CAIF = 822
    GRE6 = 823
    NETLINK = 824
    SIXLOWPAN = 825
    VSOCKMON = 826
    NONE = 65534
    VOID = 65535


class LinkFlags(FlagSet, prefix="IFF_", upper=True):
    """State and options of a link. `RUNNING`, `LOWER_UP`, `DORMANT` and `ECHO` are the kernel's to set."""

    __omitted__: ClassVar[dict[str, str]] = {"IFF_VOLATILE": "the set of flags that only the kernel changes"}

    UP = 1 << 0  # set by the administrator
    BROADCAST = 1 << 1
    DEBUG = 1 << 2
    LOOPBACK = 1 << 3
    POINTOPOINT = 1 << 4
    NOTRAILERS = 1 << 5
    RUNNING = 1 << 6
    NOARP = 1 << 7
    PROMISC = 1 << 8
    ALLMULTI = 1 << 9
    MASTER = 1 << 10
    SLAVE = 1 << 11
    MULTICAST = 1 << 12
    PORTSEL = 1 << 13
    AUTOMEDIA = 1 << 14
    DYNAMIC = 1 << 15
    LOWER_UP = 1 << 16  # there is a carrier
    DORMANT = 1 << 17
    ECHO = 1 << 18


class OperState(Enumeration, prefix="IF_OPER_", upper=True):
    """Whether a link can carry packets (RFC 2863)."""

    UNKNOWN = 0
    NOTPRESENT = 1
    DOWN = 2
    LOWERLAYERDOWN = 3
    TESTING = 4
    DORMANT = 5
    UP = 6


class LinkMode(Enumeration, prefix="IF_LINK_MODE_", upper=True):
    """Whether a link that gets a carrier is UP at once, or waits for a program to say so."""

    DEFAULT = 0
    DORMANT = 1
    TESTING = 2


class LinkEvent(Enumeration, prefix="IFLA_EVENT_"):
    """Why a notification was sent, where its contents do not tell."""

    NONE = 0
    REBOOT = 1
    FEATURES = 2
    BONDING_FAILOVER = 3
    NOTIFY_PEERS = 4
    IGMP_RESEND = 5
    BONDING_OPTIONS = 6


class LinkExtensions(FlagSet, prefix="RTEXT_FILTER_"):
    """What a dump of links is to have beyond the usual, or without it (`SKIP_STATS`, `NAME_ONLY`).

    VLANs, MRP, CFM and MST are told in dumps of the bridge family. Source: linux/rtnetlink.h.
    """

    VF = 1 << 0  # virtual functions
    BRVLAN = 1 << 1  # VLANs, one entry each
    BRVLAN_COMPRESSED = 1 << 2  # VLANs, in ranges
    SKIP_STATS = 1 << 3
    MRP = 1 << 4
    CFM_CONFIG = 1 << 5
    CFM_STATUS = 1 << 6
    MST = 1 << 7
    NAME_ONLY = 1 << 8


class LinkMessage(Layout, c="ifinfomsg"):
    """The fixed header of a link message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="ifi_family")
    pad: int = member(u8, c="__ifi_pad")
    type: takes.Member[ArpHardware] = member(enum(ArpHardware, u16), c="ifi_type")
    index: takes.Name[int] = member(named(s32, "interface"), c="ifi_index")
    flags: takes.Flags[LinkFlags] = member(enum(LinkFlags, u32), c="ifi_flags")
    change: takes.Flags[LinkFlags] = member(enum(LinkFlags, u32), c="ifi_change")
