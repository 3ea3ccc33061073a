"""Numbers of Open vSwitch's families: what keys and actions consist of. Source: linux/openvswitch.h."""

from __future__ import annotations

from netlynx.schema import Constants


class OVS_KEY_ATTR(Constants):
    """Attributes of a key: what is known of a packet."""

    ENCAP = 1
    PRIORITY = 2
    IN_PORT = 3
    ETHERNET = 4
    VLAN = 5
    ETHERTYPE = 6
    IPV4 = 7
    IPV6 = 8
    TCP = 9
    UDP = 10
    ICMP = 11
    ICMPV6 = 12
    ARP = 13
    ND = 14
    SKB_MARK = 15
    TUNNEL = 16
    SCTP = 17
    TCP_FLAGS = 18
    DP_HASH = 19
    RECIRC_ID = 20
    MPLS = 21
    CT_STATE = 22
    CT_ZONE = 23
    CT_MARK = 24
    CT_LABELS = 25
    CT_ORIG_TUPLE_IPV4 = 26
    CT_ORIG_TUPLE_IPV6 = 27
    NSH = 28
    PACKET_TYPE = 29
    ND_EXTENSIONS = 30
    TUNNEL_INFO = 31
    IPV6_EXTHDRS = 32


class OVS_TUNNEL_KEY_ATTR(Constants):
    """Attributes of a tunnel that a packet came or goes in."""

    ID = 0
    IPV4_SRC = 1
    IPV4_DST = 2
    TOS = 3
    TTL = 4
    DONT_FRAGMENT = 5
    CSUM = 6
    OAM = 7
    GENEVE_OPTS = 8
    TP_SRC = 9
    TP_DST = 10
    VXLAN_OPTS = 11
    IPV6_SRC = 12
    IPV6_DST = 13
    PAD = 14
    ERSPAN_OPTS = 15
    IPV4_INFO_BRIDGE = 16


class OVS_NSH_KEY_ATTR(Constants):
    """Attributes of a network service header."""

    BASE = 1
    MD1 = 2
    MD2 = 3


class OVS_ACTION_ATTR(Constants):
    """Actions."""

    OUTPUT = 1
    USERSPACE = 2
    SET = 3
    PUSH_VLAN = 4
    POP_VLAN = 5
    SAMPLE = 6
    RECIRC = 7
    HASH = 8
    PUSH_MPLS = 9
    POP_MPLS = 10
    SET_MASKED = 11
    CT = 12
    TRUNC = 13
    PUSH_ETH = 14
    POP_ETH = 15
    CT_CLEAR = 16
    PUSH_NSH = 17
    POP_NSH = 18
    METER = 19
    CLONE = 20
    CHECK_PKT_LEN = 21
    ADD_MPLS = 22
    DEC_TTL = 23
    DROP = 24
    PSAMPLE = 25


class OVS_USERSPACE_ATTR(Constants):
    """Attributes of `userspace`."""

    PID = 1
    USERDATA = 2
    EGRESS_TUN_PORT = 3
    ACTIONS = 4


class OVS_SAMPLE_ATTR(Constants):
    """Attributes of `sample`."""

    PROBABILITY = 1
    ACTIONS = 2


class OVS_CHECK_PKT_LEN_ATTR(Constants):
    """Attributes of `check_pkt_len`."""

    PKT_LEN = 1
    ACTIONS_IF_GREATER = 2
    ACTIONS_IF_LESS_EQUAL = 3


class OVS_DEC_TTL_ATTR(Constants):
    """Attributes of `dec_ttl`."""

    ACTION = 1


class OVS_PSAMPLE_ATTR(Constants):
    """Attributes of `psample`."""

    GROUP = 1
    COOKIE = 2


class OVS_CT_ATTR(Constants):
    """Attributes of `ct`."""

    COMMIT = 1
    ZONE = 2
    MARK = 3
    LABELS = 4
    HELPER = 5
    NAT = 6
    FORCE_COMMIT = 7
    EVENTMASK = 8
    TIMEOUT = 9


class OVS_NAT_ATTR(Constants):
    """Attributes of address translation."""

    SRC = 1
    DST = 2
    IP_MIN = 3
    IP_MAX = 4
    PROTO_MIN = 5
    PROTO_MAX = 6
    PERSISTENT = 7
    PROTO_HASH = 8
    PROTO_RANDOM = 9
