"""Numbers of B.A.T.M.A.N. advanced. Source: linux/batman_adv.h, linux/batadv_packet.h."""

from __future__ import annotations

from netlynx.schema import Constants, Enumeration, FlagSet


class BATADV_CMD(Constants):
    """Commands and notifications."""

    UNSPEC = 0
    GET_MESH = 1
    TP_METER = 2
    TP_METER_CANCEL = 3
    GET_ROUTING_ALGOS = 4
    GET_HARDIF = 5
    GET_TRANSTABLE_LOCAL = 6
    GET_TRANSTABLE_GLOBAL = 7
    GET_ORIGINATORS = 8
    GET_NEIGHBORS = 9
    GET_GATEWAYS = 10
    GET_BLA_CLAIM = 11
    GET_BLA_BACKBONE = 12
    GET_DAT_CACHE = 13
    GET_MCAST_FLAGS = 14
    SET_MESH = 15
    SET_HARDIF = 16
    GET_VLAN = 17
    SET_VLAN = 18


class BATADV_ATTR(Constants):
    """Attributes of all messages."""

    UNSPEC = 0
    VERSION = 1
    ALGO_NAME = 2
    MESH_IFINDEX = 3
    MESH_IFNAME = 4
    MESH_ADDRESS = 5
    HARD_IFINDEX = 6
    HARD_IFNAME = 7
    HARD_ADDRESS = 8
    ORIG_ADDRESS = 9
    TPMETER_RESULT = 10
    TPMETER_TEST_TIME = 11
    TPMETER_BYTES = 12
    TPMETER_COOKIE = 13
    PAD = 14
    ACTIVE = 15
    TT_ADDRESS = 16
    TT_TTVN = 17
    TT_LAST_TTVN = 18
    TT_CRC32 = 19
    TT_VID = 20
    TT_FLAGS = 21
    FLAG_BEST = 22
    LAST_SEEN_MSECS = 23
    NEIGH_ADDRESS = 24
    TQ = 25
    THROUGHPUT = 26
    BANDWIDTH_UP = 27
    BANDWIDTH_DOWN = 28
    ROUTER = 29
    BLA_OWN = 30
    BLA_ADDRESS = 31
    BLA_VID = 32
    BLA_BACKBONE = 33
    BLA_CRC = 34
    DAT_CACHE_IP4ADDRESS = 35
    DAT_CACHE_HWADDRESS = 36
    DAT_CACHE_VID = 37
    MCAST_FLAGS = 38
    MCAST_FLAGS_PRIV = 39
    VLANID = 40
    AGGREGATED_OGMS_ENABLED = 41
    AP_ISOLATION_ENABLED = 42
    ISOLATION_MARK = 43
    ISOLATION_MASK = 44
    BONDING_ENABLED = 45
    BRIDGE_LOOP_AVOIDANCE_ENABLED = 46
    DISTRIBUTED_ARP_TABLE_ENABLED = 47
    FRAGMENTATION_ENABLED = 48
    GW_BANDWIDTH_DOWN = 49
    GW_BANDWIDTH_UP = 50
    GW_MODE = 51
    GW_SEL_CLASS = 52
    HOP_PENALTY = 53
    LOG_LEVEL = 54
    MULTICAST_FORCEFLOOD_ENABLED = 55
    NETWORK_CODING_ENABLED = 56
    ORIG_INTERVAL = 57
    ELP_INTERVAL = 58
    THROUGHPUT_OVERRIDE = 59
    MULTICAST_FANOUT = 60


class ClientFlags(FlagSet, prefix="BATADV_TT_CLIENT_"):
    """What is known of a client of the mesh."""

    DEL = 1  # to be deleted
    ROAM = 2  # it went to another node, and its new place is not told yet
    WIFI = 16  # it is behind a wireless interface
    ISOLA = 32  # isolated: `Mesh.isolation_mark`
    NOPURGE = 256  # it stays in the table
    NEW = 512  # not announced yet
    PENDING = 1024  # removed, and kept for one more interval
    TEMP = 2048  # heard of, and announced by no node yet


class MulticastFlags(FlagSet, prefix="BATADV_MCAST_"):
    """Which multicast packets a node wants, and what it can do with them."""

    WANT_ALL_UNSNOOPABLES = 1
    WANT_ALL_IPV4 = 2
    WANT_ALL_IPV6 = 4
    WANT_NO_RTR4 = 8
    WANT_NO_RTR6 = 16
    HAVE_MC_PTYPE_CAPA = 32


class QuerierFlags(FlagSet, prefix="BATADV_MCAST_FLAGS_"):
    """What this node knows of multicast in the segment behind it; without BRIDGED the others mean nothing."""

    BRIDGED = 1
    QUERIER_IPV4_EXISTS = 2
    QUERIER_IPV6_EXISTS = 4
    QUERIER_IPV4_SHADOWING = 8
    QUERIER_IPV6_SHADOWING = 16


class GatewayMode(Enumeration, prefix="BATADV_GW_MODE_"):
    """Whether a node looks for a gateway of the mesh, or is one."""

    OFF = 0
    CLIENT = 1
    SERVER = 2


class MeterResult(Enumeration, prefix="BATADV_TP_REASON_"):
    """How a measurement of throughput ended; the kernel tells COMPLETE of one that was cancelled, too."""

    COMPLETE = 3
    CANCEL = 4
    DST_UNREACHABLE = 128
    RESEND_LIMIT = 129
    ALREADY_ONGOING = 130
    MEMORY_ERROR = 131
    CANT_SEND = 132
    TOO_MANY = 133
