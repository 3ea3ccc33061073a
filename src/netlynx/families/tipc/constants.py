"""Numbers of TIPC. Source: linux/tipc_netlink.h."""

from __future__ import annotations

from netlynx.schema import Constants


class TIPC_NL(Constants):
    """Commands."""

    UNSPEC = 0
    LEGACY = 1
    BEARER_DISABLE = 2
    BEARER_ENABLE = 3
    BEARER_GET = 4
    BEARER_SET = 5
    SOCK_GET = 6
    PUBL_GET = 7
    LINK_GET = 8
    LINK_SET = 9
    LINK_RESET_STATS = 10
    MEDIA_GET = 11
    MEDIA_SET = 12
    NODE_GET = 13
    NET_GET = 14
    NET_SET = 15
    NAME_TABLE_GET = 16
    MON_SET = 17
    MON_GET = 18
    MON_PEER_GET = 19
    PEER_REMOVE = 20
    BEARER_ADD = 21
    UDP_GET_REMOTEIP = 22
    KEY_SET = 23
    KEY_FLUSH = 24
    ADDR_LEGACY_GET = 25


class TIPC_NLA(Constants):
    """Attributes of messages: one nest of what it is about."""

    UNSPEC = 0
    BEARER = 1
    SOCK = 2
    PUBL = 3
    LINK = 4
    MEDIA = 5
    NODE = 6
    NET = 7
    NAME_TABLE = 8
    MON = 9
    MON_PEER = 10


class TIPC_NLA_BEARER(Constants):
    """Attributes of a bearer."""

    UNSPEC = 0
    NAME = 1
    PROP = 2
    DOMAIN = 3
    UDP_OPTS = 4


class TIPC_NLA_UDP(Constants):
    """Ends of a bearer over UDP."""

    UNSPEC = 0
    LOCAL = 1
    REMOTE = 2
    MULTI_REMOTEIP = 3


class TIPC_NLA_SOCK(Constants):
    """Attributes of a socket."""

    UNSPEC = 0
    ADDR = 1
    REF = 2
    CON = 3
    HAS_PUBL = 4
    STAT = 5
    TYPE = 6
    INO = 7
    UID = 8
    TIPC_STATE = 9
    COOKIE = 10
    PAD = 11
    GROUP = 12


class TIPC_NLA_CON(Constants):
    """Whom a socket is connected to."""

    UNSPEC = 0
    FLAG = 1
    NODE = 2
    SOCK = 3
    TYPE = 4
    INST = 5


class TIPC_NLA_LINK(Constants):
    """Attributes of a link."""

    UNSPEC = 0
    NAME = 1
    DEST = 2
    MTU = 3
    BROADCAST = 4
    UP = 5
    ACTIVE = 6
    PROP = 7
    STATS = 8
    RX = 9
    TX = 10


class TIPC_NLA_MEDIA(Constants):
    """Attributes of a medium."""

    UNSPEC = 0
    NAME = 1
    PROP = 2


class TIPC_NLA_NODE(Constants):
    """Attributes of a node, and of keys."""

    UNSPEC = 0
    ADDR = 1
    UP = 2
    ID = 3
    KEY = 4
    KEY_MASTER = 5
    REKEYING = 6


class TIPC_NLA_NET(Constants):
    """Attributes of the network."""

    UNSPEC = 0
    ID = 1
    ADDR = 2
    NODEID = 3
    NODEID_W1 = 4
    ADDR_LEGACY = 5


class TIPC_NLA_NAME_TABLE(Constants):
    """Attributes of the name table."""

    UNSPEC = 0
    PUBL = 1


class TIPC_NLA_MON(Constants):
    """Attributes of a monitor."""

    UNSPEC = 0
    ACTIVATION_THRESHOLD = 1
    REF = 2
    ACTIVE = 3
    BEARER_NAME = 4
    PEERCNT = 5
    LISTGEN = 6
    PEER = 10


class TIPC_NLA_PUBL(Constants):
    """Attributes of a publication."""

    UNSPEC = 0
    TYPE = 1
    LOWER = 2
    UPPER = 3
    SCOPE = 4
    NODE = 5
    REF = 6
    KEY = 7


class TIPC_NLA_MON_PEER(Constants):
    """Attributes of a node that is watched."""

    UNSPEC = 0
    ADDR = 1
    DOMGEN = 2
    APPLIED = 3
    UPMAP = 4
    MEMBERS = 5
    UP = 6
    HEAD = 7
    LOCAL = 8
    PAD = 9


class TIPC_NLA_PROP(Constants):
    """Properties of links, media and bearers."""

    UNSPEC = 0
    PRIO = 1
    TOL = 2
    WIN = 3
    MTU = 4
    BROADCAST = 5
    BROADCAST_RATIO = 6


class TIPC_NLA_STATS(Constants):
    """Statistics of a link."""

    UNSPEC = 0
    RX_INFO = 1
    RX_FRAGMENTS = 2
    RX_FRAGMENTED = 3
    RX_BUNDLES = 4
    RX_BUNDLED = 5
    TX_INFO = 6
    TX_FRAGMENTS = 7
    TX_FRAGMENTED = 8
    TX_BUNDLES = 9
    TX_BUNDLED = 10
    MSG_PROF_TOT = 11
    MSG_LEN_CNT = 12
    MSG_LEN_TOT = 13
    MSG_LEN_P0 = 14
    MSG_LEN_P1 = 15
    MSG_LEN_P2 = 16
    MSG_LEN_P3 = 17
    MSG_LEN_P4 = 18
    MSG_LEN_P5 = 19
    MSG_LEN_P6 = 20
    RX_STATES = 21
    RX_PROBES = 22
    RX_NACKS = 23
    RX_DEFERRED = 24
    TX_STATES = 25
    TX_PROBES = 26
    TX_NACKS = 27
    TX_ACKS = 28
    RETRANSMITTED = 29
    DUPLICATES = 30
    LINK_CONGS = 31
    MAX_QUEUE = 32
    AVG_QUEUE = 33
