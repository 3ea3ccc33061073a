"""Numbers of the family IPVS. Source: linux/ip_vs.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet


class IPVS_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    NEW_SERVICE = 1
    SET_SERVICE = 2
    DEL_SERVICE = 3
    GET_SERVICE = 4
    NEW_DEST = 5
    SET_DEST = 6
    DEL_DEST = 7
    GET_DEST = 8
    NEW_DAEMON = 9
    DEL_DAEMON = 10
    GET_DAEMON = 11
    SET_CONFIG = 12
    GET_CONFIG = 13
    SET_INFO = 14
    GET_INFO = 15
    ZERO = 16
    FLUSH = 17


class IPVS_CMD_ATTR(Constants):
    """Attributes of messages."""

    UNSPEC = 0
    SERVICE = 1
    DEST = 2
    DAEMON = 3
    TIMEOUT_TCP = 4
    TIMEOUT_TCP_FIN = 5
    TIMEOUT_UDP = 6


class IPVS_SVC_ATTR(Constants):
    """Attributes of a service."""

    UNSPEC = 0
    AF = 1
    PROTOCOL = 2
    ADDR = 3
    PORT = 4
    FWMARK = 5
    SCHED_NAME = 6
    FLAGS = 7
    TIMEOUT = 8
    NETMASK = 9
    STATS = 10
    PE_NAME = 11
    STATS64 = 12


class IPVS_DEST_ATTR(Constants):
    """Attributes of a destination."""

    UNSPEC = 0
    ADDR = 1
    PORT = 2
    FWD_METHOD = 3
    WEIGHT = 4
    U_THRESH = 5
    L_THRESH = 6
    ACTIVE_CONNS = 7
    INACT_CONNS = 8
    PERSIST_CONNS = 9
    STATS = 10
    ADDR_FAMILY = 11
    STATS64 = 12
    TUN_TYPE = 13
    TUN_PORT = 14
    TUN_FLAGS = 15


class IPVS_DAEMON_ATTR(Constants):
    """Attributes of a daemon."""

    UNSPEC = 0
    STATE = 1
    MCAST_IFN = 2
    SYNC_ID = 3
    SYNC_MAXLEN = 4
    MCAST_GROUP = 5
    MCAST_GROUP6 = 6
    MCAST_PORT = 7
    MCAST_TTL = 8


class IPVS_STATS_ATTR(Constants):
    """Attributes of statistics, of both widths."""

    UNSPEC = 0
    CONNS = 1
    INPKTS = 2
    OUTPKTS = 3
    INBYTES = 4
    OUTBYTES = 5
    CPS = 6
    INPPS = 7
    OUTPPS = 8
    INBPS = 9
    OUTBPS = 10
    PAD = 11


class IPVS_INFO_ATTR(Constants):
    """Attributes of what is told of IPVS itself."""

    UNSPEC = 0
    VERSION = 1
    CONN_TAB_SIZE = 2


class Protocol(Enumeration, prefix="IPPROTO_"):
    """Protocols whose packets are balanced by address and port; those of others are by their mark."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "no service is of it"}

    TCP = 6
    UDP = 17
    SCTP = 132


class ServiceFlags(FlagSet, prefix="IP_VS_SVC_F_"):
    """How a service treats connections.

    PERSISTENT: a client comes to the same destination again, for as long as `timeout` says. ONEPACKET: each packet of
    UDP is balanced for itself. HASHED the kernel alone sets. What SCHED1 to SCHED3 mean is the scheduler's own matter:
    to `sh` and `mh`, SCHED1 is to take another destination where that of the hash is not available, SCHED2 to hash the
    port too.
    """

    __omitted__: ClassVar[dict[str, str]] = {"IP_VS_SVC_F_SCHED_SH_*": "what SCHED1 and SCHED2 mean to one scheduler"}

    PERSISTENT = 0x01
    HASHED = 0x02
    ONEPACKET = 0x04
    SCHED1 = 0x08
    SCHED2 = 0x10
    SCHED3 = 0x20


class Forwarding(Enumeration, prefix="IP_VS_CONN_F_"):
    """How packets reach a destination.

    MASQ: with its address in the place of the service's. TUNNEL: inside of others. DROUTE: as they are, by its
    hardware address. LOCALNODE: it is this host. BYPASS is a destination that the kernel makes itself.
    """

    __omitted__: ClassVar[dict[str, str]] = {"IP_VS_CONN_F_*": "another flag of a connection"}

    MASQ = 0
    LOCALNODE = 1
    TUNNEL = 2
    DROUTE = 3
    BYPASS = 4


class TunnelType(Enumeration, prefix="IP_VS_CONN_F_TUNNEL_TYPE_"):
    """What packets to a destination are put into (since Linux 5.2; IPIP before)."""

    __omitted__: ClassVar[dict[str, str]] = {"IP_VS_CONN_F_TUNNEL_TYPE_MAX": "only marks the end"}

    IPIP = 0
    GUE = 1
    GRE = 2


class TunnelFlags(FlagSet, prefix="IP_VS_TUNNEL_ENCAP_FLAG_"):
    """Checksums of what packets are put into: CSUM of GUE and GRE, REMCSUM (of the inner packet, later) of GUE."""

    __omitted__: ClassVar[dict[str, str]] = {"IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM": "none of them"}

    CSUM = 1
    REMCSUM = 2


class DaemonState(Enumeration, prefix="IP_VS_STATE_"):
    """MASTER tells others of its connections, BACKUP hears of them."""

    NONE = 0
    MASTER = 1
    BACKUP = 2
