"""Attributes of `flower`. Source: linux/pkt_cls.h."""

from __future__ import annotations

from netlynx.schema import Constants


class TCA_FLOWER(Constants):
    """Attributes of `flower`, each key with its mask beside it."""

    UNSPEC = 0
    CLASSID = 1
    INDEV = 2
    ACT = 3
    KEY_ETH_DST = 4
    KEY_ETH_DST_MASK = 5
    KEY_ETH_SRC = 6
    KEY_ETH_SRC_MASK = 7
    KEY_ETH_TYPE = 8
    KEY_IP_PROTO = 9
    KEY_IPV4_SRC = 10
    KEY_IPV4_SRC_MASK = 11
    KEY_IPV4_DST = 12
    KEY_IPV4_DST_MASK = 13
    KEY_IPV6_SRC = 14
    KEY_IPV6_SRC_MASK = 15
    KEY_IPV6_DST = 16
    KEY_IPV6_DST_MASK = 17
    KEY_TCP_SRC = 18
    KEY_TCP_DST = 19
    KEY_UDP_SRC = 20
    KEY_UDP_DST = 21
    FLAGS = 22
    KEY_VLAN_ID = 23
    KEY_VLAN_PRIO = 24
    KEY_VLAN_ETH_TYPE = 25
    KEY_ENC_KEY_ID = 26
    KEY_ENC_IPV4_SRC = 27
    KEY_ENC_IPV4_SRC_MASK = 28
    KEY_ENC_IPV4_DST = 29
    KEY_ENC_IPV4_DST_MASK = 30
    KEY_ENC_IPV6_SRC = 31
    KEY_ENC_IPV6_SRC_MASK = 32
    KEY_ENC_IPV6_DST = 33
    KEY_ENC_IPV6_DST_MASK = 34
    KEY_TCP_SRC_MASK = 35
    KEY_TCP_DST_MASK = 36
    KEY_UDP_SRC_MASK = 37
    KEY_UDP_DST_MASK = 38
    KEY_SCTP_SRC_MASK = 39
    KEY_SCTP_DST_MASK = 40
    KEY_SCTP_SRC = 41
    KEY_SCTP_DST = 42
    KEY_ENC_UDP_SRC_PORT = 43
    KEY_ENC_UDP_SRC_PORT_MASK = 44
    KEY_ENC_UDP_DST_PORT = 45
    KEY_ENC_UDP_DST_PORT_MASK = 46
    KEY_FLAGS = 47
    KEY_FLAGS_MASK = 48
    KEY_ICMPV4_CODE = 49
    KEY_ICMPV4_CODE_MASK = 50
    KEY_ICMPV4_TYPE = 51
    KEY_ICMPV4_TYPE_MASK = 52
    KEY_ICMPV6_CODE = 53
    KEY_ICMPV6_CODE_MASK = 54
    KEY_ICMPV6_TYPE = 55
    KEY_ICMPV6_TYPE_MASK = 56
    KEY_ARP_SIP = 57
    KEY_ARP_SIP_MASK = 58
    KEY_ARP_TIP = 59
    KEY_ARP_TIP_MASK = 60
    KEY_ARP_OP = 61
    KEY_ARP_OP_MASK = 62
    KEY_ARP_SHA = 63
    KEY_ARP_SHA_MASK = 64
    KEY_ARP_THA = 65
    KEY_ARP_THA_MASK = 66
    KEY_MPLS_TTL = 67
    KEY_MPLS_BOS = 68
    KEY_MPLS_TC = 69
    KEY_MPLS_LABEL = 70
    KEY_TCP_FLAGS = 71
    KEY_TCP_FLAGS_MASK = 72
    KEY_IP_TOS = 73
    KEY_IP_TOS_MASK = 74
    KEY_IP_TTL = 75
    KEY_IP_TTL_MASK = 76
    KEY_CVLAN_ID = 77
    KEY_CVLAN_PRIO = 78
    KEY_CVLAN_ETH_TYPE = 79
    KEY_ENC_IP_TOS = 80
    KEY_ENC_IP_TOS_MASK = 81
    KEY_ENC_IP_TTL = 82
    KEY_ENC_IP_TTL_MASK = 83
    KEY_ENC_OPTS = 84
    KEY_ENC_OPTS_MASK = 85
    IN_HW_COUNT = 86
    KEY_PORT_SRC_MIN = 87
    KEY_PORT_SRC_MAX = 88
    KEY_PORT_DST_MIN = 89
    KEY_PORT_DST_MAX = 90
    KEY_CT_STATE = 91
    KEY_CT_STATE_MASK = 92
    KEY_CT_ZONE = 93
    KEY_CT_ZONE_MASK = 94
    KEY_CT_MARK = 95
    KEY_CT_MARK_MASK = 96
    KEY_CT_LABELS = 97
    KEY_CT_LABELS_MASK = 98
    KEY_MPLS_OPTS = 99
    KEY_HASH = 100
    KEY_HASH_MASK = 101
    KEY_NUM_OF_VLANS = 102
    KEY_PPPOE_SID = 103
    KEY_PPP_PROTO = 104
    KEY_L2TPV3_SID = 105
    L2_MISS = 106
    KEY_CFM = 107
    KEY_SPI = 108
    KEY_SPI_MASK = 109
    KEY_ENC_FLAGS = 110
    KEY_ENC_FLAGS_MASK = 111


class TCA_FLOWER_KEY_ENC_OPTS(Constants):
    """Options of tunnels, by their kinds."""

    UNSPEC = 0
    GENEVE = 1
    VXLAN = 2
    ERSPAN = 3
    GTP = 4
    PFCP = 5


class TCA_FLOWER_KEY_ENC_OPT_GENEVE(Constants):
    """One option of Geneve."""

    UNSPEC = 0
    CLASS = 1
    TYPE = 2
    DATA = 3


class TCA_FLOWER_KEY_ENC_OPT_VXLAN(Constants):
    """The option of VXLAN."""

    UNSPEC = 0
    GBP = 1


class TCA_FLOWER_KEY_ENC_OPT_ERSPAN(Constants):
    """Options of ERSPAN."""

    UNSPEC = 0
    VER = 1
    INDEX = 2
    DIR = 3
    HWID = 4


class TCA_FLOWER_KEY_ENC_OPT_GTP(Constants):
    """Options of GTP."""

    UNSPEC = 0
    PDU_TYPE = 1
    QFI = 2


class TCA_FLOWER_KEY_ENC_OPT_PFCP(Constants):
    """Options of PFCP."""

    UNSPEC = 0
    TYPE = 1
    SEID = 2


class TCA_FLOWER_KEY_MPLS_OPTS(Constants):
    """Entries of a label stack."""

    UNSPEC = 0
    LSE = 1


class TCA_FLOWER_KEY_MPLS_OPT_LSE(Constants):
    """One entry of a label stack."""

    UNSPEC = 0
    DEPTH = 1
    TTL = 2
    BOS = 3
    TC = 4
    LABEL = 5


class TCA_FLOWER_KEY_CFM(Constants):
    """What connectivity fault management says."""

    MD_LEVEL = 1
    OPCODE = 2
