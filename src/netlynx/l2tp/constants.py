"""Constants of the family ``l2tp``. Source: linux/l2tp.h."""

from __future__ import annotations

from netlynx.schema import Constants, Enumeration


class L2TP_CMD(Constants):
    """Commands."""

    NOOP = 0
    TUNNEL_CREATE = 1
    TUNNEL_DELETE = 2
    TUNNEL_MODIFY = 3
    TUNNEL_GET = 4
    SESSION_CREATE = 5
    SESSION_DELETE = 6
    SESSION_MODIFY = 7
    SESSION_GET = 8


class L2TP_ATTR(Constants):
    """Attributes of tunnels and sessions."""

    NONE = 0
    PW_TYPE = 1
    ENCAP_TYPE = 2
    OFFSET = 3
    DATA_SEQ = 4
    L2SPEC_TYPE = 5
    L2SPEC_LEN = 6
    PROTO_VERSION = 7
    IFNAME = 8
    CONN_ID = 9
    PEER_CONN_ID = 10
    SESSION_ID = 11
    PEER_SESSION_ID = 12
    UDP_CSUM = 13
    VLAN_ID = 14
    COOKIE = 15
    PEER_COOKIE = 16
    DEBUG = 17
    RECV_SEQ = 18
    SEND_SEQ = 19
    LNS_MODE = 20
    USING_IPSEC = 21
    RECV_TIMEOUT = 22
    FD = 23
    IP_SADDR = 24
    IP_DADDR = 25
    UDP_SPORT = 26
    UDP_DPORT = 27
    MTU = 28
    MRU = 29
    STATS = 30
    IP6_SADDR = 31
    IP6_DADDR = 32
    UDP_ZERO_CSUM6_TX = 33
    UDP_ZERO_CSUM6_RX = 34
    PAD = 35


class L2TP_ATTR_STATS(Constants, prefix="L2TP_ATTR_", renamed={"NONE": "L2TP_ATTR_STATS_NONE"}):
    """What tunnels and sessions count."""

    NONE = 0
    TX_PACKETS = 1
    TX_BYTES = 2
    TX_ERRORS = 3
    RX_PACKETS = 4
    RX_BYTES = 5
    RX_SEQ_DISCARDS = 6
    RX_OOS_PACKETS = 7
    RX_ERRORS = 8
    STATS_PAD = 9
    RX_COOKIE_DISCARDS = 10
    RX_INVALID = 11


class Encapsulation(Enumeration, prefix="L2TP_ENCAPTYPE_"):
    """What the packets of a tunnel travel in."""

    UDP = 0
    IP = 1  # protocol 115


class Pseudowire(Enumeration, prefix="L2TP_PWTYPE_"):
    """What a session carries (RFC 4446 and others)."""

    NONE = 0
    ETH_VLAN = 4
    ETH = 5
    PPP = 7
    PPP_AC = 8
    IP = 11


class SublayerHeader(Enumeration, prefix="L2TP_L2SPECTYPE_"):
    """What stands before each frame: nothing, or the default sublayer of RFC 3931, with sequence numbers."""

    NONE = 0
    DEFAULT = 1
