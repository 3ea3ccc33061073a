"""Numbers of SMC. Source: linux/smc.h."""

from __future__ import annotations

from netlynx.schema import Constants, Enumeration


class SMC_NETLINK(Constants):
    """Commands of SMC_GEN_NETLINK."""

    GET_SYS_INFO = 1
    GET_LGR_SMCR = 2
    GET_LINK_SMCR = 3
    GET_LGR_SMCD = 4
    GET_DEV_SMCD = 5
    GET_DEV_SMCR = 6
    GET_STATS = 7
    GET_FBACK_STATS = 8
    DUMP_UEID = 9
    ADD_UEID = 10
    REMOVE_UEID = 11
    FLUSH_UEID = 12
    DUMP_SEID = 13
    ENABLE_SEID = 14
    DISABLE_SEID = 15
    DUMP_HS_LIMITATION = 16
    ENABLE_HS_LIMITATION = 17
    DISABLE_HS_LIMITATION = 18


class SMC_GEN(Constants):
    """Attributes of messages: one nest of what it is about."""

    UNSPEC = 0
    SYS_INFO = 1
    LGR_SMCR = 2
    LINK_SMCR = 3
    LGR_SMCD = 4
    DEV_SMCD = 5
    DEV_SMCR = 6
    STATS = 7
    FBACK_STATS = 8


class SMC_NLA_SYS(Constants):
    """Attributes of what the host has."""

    UNSPEC = 0
    VER = 1
    REL = 2
    IS_ISM_V2 = 3
    LOCAL_HOST = 4
    SEID = 5
    IS_SMCR_V2 = 6


class SMC_NLA_LGR_V2(Constants):
    """What a group of links of version 2 has besides."""

    VER = 0
    REL = 1
    OS = 2
    NEG_EID = 3
    PEER_HOST = 4


class SMC_NLA_LGR_R_V2(Constants):
    """The same, over RDMA."""

    UNSPEC = 0
    DIRECT = 1
    MAX_CONNS = 2
    MAX_LINKS = 3


class SMC_NLA_LGR_R(Constants):
    """Attributes of a group of links over RDMA."""

    UNSPEC = 0
    ID = 1
    ROLE = 2
    TYPE = 3
    PNETID = 4
    VLAN_ID = 5
    CONNS_NUM = 6
    V2_COMMON = 7
    V2 = 8
    NET_COOKIE = 9
    PAD = 10
    BUF_TYPE = 11
    SNDBUF_ALLOC = 12
    RMB_ALLOC = 13


class SMC_NLA_LINK(Constants):
    """Attributes of a link over RDMA."""

    UNSPEC = 0
    ID = 1
    IB_DEV = 2
    IB_PORT = 3
    GID = 4
    PEER_GID = 5
    CONN_CNT = 6
    NET_DEV = 7
    UID = 8
    PEER_UID = 9
    STATE = 10


class SMC_NLA_LGR_D(Constants):
    """Attributes of a group of links over ISM."""

    UNSPEC = 0
    ID = 1
    GID = 2
    PEER_GID = 3
    VLAN_ID = 4
    CONNS_NUM = 5
    PNETID = 6
    CHID = 7
    PAD = 8
    V2_COMMON = 9
    EXT_GID = 10
    PEER_EXT_GID = 11
    SNDBUF_ALLOC = 12
    DMB_ALLOC = 13


class SMC_NLA_DEV_PORT(Constants):
    """Attributes of a port of a device."""

    UNSPEC = 0
    PNET_USR = 1
    PNETID = 2
    NETDEV = 3
    STATE = 4
    VALID = 5
    LNK_CNT = 6


class SMC_NLA_DEV(Constants):
    """Attributes of a device."""

    UNSPEC = 0
    USE_CNT = 1
    IS_CRIT = 2
    PCI_FID = 3
    PCI_CHID = 4
    PCI_VENDOR = 5
    PCI_DEVICE = 6
    PCI_ID = 7
    PORT = 8
    PORT2 = 9
    IB_NAME = 10


class SMC_NLA_STATS_PLOAD(
    Constants, renamed={f"K{size}": f"SMC_NLA_STATS_PLOAD_{size}K" for size in (8, 16, 32, 64, 128, 256, 512, 1024)}
):
    """Of sizes up to so many bytes how many there were."""

    PAD = 0
    K8 = 1
    K16 = 2
    K32 = 3
    K64 = 4
    K128 = 5
    K256 = 6
    K512 = 7
    K1024 = 8
    G_1024K = 9


class SMC_NLA_STATS_RMB(Constants):
    """What happened to buffers."""

    PAD = 0
    SIZE_SM_PEER_CNT = 1
    SIZE_SM_CNT = 2
    FULL_PEER_CNT = 3
    FULL_CNT = 4
    REUSE_CNT = 5
    ALLOC_CNT = 6
    DGRADE_CNT = 7


class SMC_NLA_STATS_T(Constants):
    """Statistics of one technology."""

    PAD = 0
    TX_RMB_SIZE = 1
    RX_RMB_SIZE = 2
    TXPLOAD_SIZE = 3
    RXPLOAD_SIZE = 4
    TX_RMB_STATS = 5
    RX_RMB_STATS = 6
    CLNT_V1_SUCC = 7
    CLNT_V2_SUCC = 8
    SRV_V1_SUCC = 9
    SRV_V2_SUCC = 10
    SENDPAGE_CNT = 11
    SPLICE_CNT = 12
    CORK_CNT = 13
    NDLY_CNT = 14
    URG_DATA_CNT = 15
    RX_BYTES = 16
    TX_BYTES = 17
    RX_CNT = 18
    TX_CNT = 19
    RX_RMB_USAGE = 20
    TX_RMB_USAGE = 21


class SMC_NLA_STATS(Constants):
    """Statistics."""

    PAD = 0
    SMCD_TECH = 1
    SMCR_TECH = 2
    CLNT_HS_ERR_CNT = 3
    SRV_HS_ERR_CNT = 4


class SMC_NLA_FBACK_STATS(Constants):
    """Why connections went on over TCP."""

    PAD = 0
    TYPE = 1
    SRV_CNT = 2
    CLNT_CNT = 3
    RSN_CODE = 4
    RSN_CNT = 5


class SMC_NLA_EID_TABLE(Constants):
    """Identifiers that users gave."""

    UNSPEC = 0
    ENTRY = 1


class SMC_NLA_SEID(Constants):
    """The identifier of the system."""

    UNSPEC = 0
    ENTRY = 1
    ENABLED = 2


class SMC_NLA_HS_LIMITATION(Constants):
    """Whether handshakes are limited."""

    UNSPEC = 0
    ENABLED = 1


class SMC_PNETID(Constants):
    """Attributes of networks that are known by name."""

    UNSPEC = 0
    NAME = 1
    ETHNAME = 2
    IBNAME = 3
    IBPORT = 4


class SMC_PNETID_CMD(Constants, prefix="SMC_PNETID_"):
    """Commands of SMC_PNETID."""

    GET = 1
    ADD = 2
    DEL = 3
    FLUSH = 4


class Role(Enumeration):
    """Which end of a connection made a group of links (net/smc/smc.h)."""

    CLIENT = 0
    SERVER = 1


class GroupType(Enumeration):
    """Whether a group of links outlives one of them (net/smc/smc_core.h)."""

    NONE = 0
    SINGLE = 1
    SYMMETRIC = 2
    ASYMMETRIC_PEER = 3
    ASYMMETRIC_LOCAL = 4


class LinkState(Enumeration):
    """How far a link is (net/smc/smc_core.h)."""

    UNUSED = 0
    INACTIVE = 1
    ACTIVATING = 2
    ACTIVE = 3


class BufferType(Enumeration):
    """What memory buffers are of: physically in one piece, virtually, either (net/smc/smc_core.h)."""

    PHYSICAL = 0
    VIRTUAL = 1
    MIXED = 2
