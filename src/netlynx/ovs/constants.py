"""Numbers of Open vSwitch's families: commands, and attributes of messages. Source: linux/openvswitch.h."""

from __future__ import annotations

from netlynx.schema import Constants


class OVS_DP_CMD(Constants):
    """Commands of datapaths."""

    UNSPEC = 0
    NEW = 1
    DEL = 2
    GET = 3
    SET = 4


class OVS_DP_ATTR(Constants):
    """Attributes of a datapath."""

    UNSPEC = 0
    NAME = 1
    UPCALL_PID = 2
    STATS = 3
    MEGAFLOW_STATS = 4
    USER_FEATURES = 5
    PAD = 6
    MASKS_CACHE_SIZE = 7
    PER_CPU_PIDS = 8
    IFINDEX = 9


class OVS_VPORT_CMD(Constants):
    """Commands of ports."""

    UNSPEC = 0
    NEW = 1
    DEL = 2
    GET = 3
    SET = 4


class OVS_VPORT_ATTR(Constants):
    """Attributes of a port."""

    UNSPEC = 0
    PORT_NO = 1
    TYPE = 2
    NAME = 3
    OPTIONS = 4
    UPCALL_PID = 5
    STATS = 6
    PAD = 7
    IFINDEX = 8
    NETNSID = 9
    UPCALL_STATS = 10


class OVS_VPORT_UPCALL_ATTR(Constants):
    """Attributes of what a port counts of upcalls."""

    SUCCESS = 0
    FAIL = 1


class OVS_TUNNEL_ATTR(Constants):
    """Options of ports that are tunnels."""

    UNSPEC = 0
    DST_PORT = 1
    EXTENSION = 2


class OVS_VXLAN_EXT(Constants):
    """Extensions of VXLAN."""

    UNSPEC = 0
    GBP = 1


class OVS_PACKET_CMD(Constants):
    """Commands of packets."""

    UNSPEC = 0
    MISS = 1
    ACTION = 2
    EXECUTE = 3


class OVS_PACKET_ATTR(Constants):
    """Attributes of a packet."""

    UNSPEC = 0
    PACKET = 1
    KEY = 2
    ACTIONS = 3
    USERDATA = 4
    EGRESS_TUN_KEY = 5
    UNUSED1 = 6
    UNUSED2 = 7
    PROBE = 8
    MRU = 9
    LEN = 10
    HASH = 11
    UPCALL_PID = 12


class OVS_FLOW_CMD(Constants):
    """Commands of flows."""

    UNSPEC = 0
    NEW = 1
    DEL = 2
    GET = 3
    SET = 4


class OVS_FLOW_ATTR(Constants):
    """Attributes of a flow."""

    KEY = 1
    ACTIONS = 2
    STATS = 3
    TCP_FLAGS = 4
    USED = 5
    CLEAR = 6
    MASK = 7
    PROBE = 8
    UFID = 9
    UFID_FLAGS = 10
    PAD = 11


class OVS_METER_CMD(Constants):
    """Commands of meters."""

    UNSPEC = 0
    FEATURES = 1
    SET = 2
    DEL = 3
    GET = 4


class OVS_METER_ATTR(Constants):
    """Attributes of a meter."""

    UNSPEC = 0
    ID = 1
    KBPS = 2
    STATS = 3
    BANDS = 4
    USED = 5
    CLEAR = 6
    MAX_METERS = 7
    MAX_BANDS = 8
    PAD = 9


class OVS_BAND_ATTR(Constants):
    """Attributes of a band of a meter."""

    UNSPEC = 0
    TYPE = 1
    RATE = 2
    BURST = 3
    STATS = 4


class OVS_CT_LIMIT_CMD(Constants):
    """Commands of limits of connection tracking."""

    UNSPEC = 0
    SET = 1
    DEL = 2
    GET = 3


class OVS_CT_LIMIT_ATTR(Constants):
    """Attributes of limits of connection tracking."""

    UNSPEC = 0
    ZONE_LIMIT = 1
