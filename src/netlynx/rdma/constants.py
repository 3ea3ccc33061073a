"""The enumerations of RDMA: what devices, ports and resources are, and in which state.

Source: rdma/rdma_netlink.h, rdma/ib_user_verbs.h, rdma/ib_user_ioctl_verbs.h, rdma/rdma_user_cm.h; of what no header
for users has, include/rdma/ib_verbs.h and drivers/infiniband/core/cma_priv.h of the kernel. What rdma(8) shows in
capitals is in capitals here.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, FlagSet


class NodeType(Enumeration, prefix="RDMA_NODE_", labels={"IB_CA": "ca", "IB_SWITCH": "switch", "IB_ROUTER": "router"}):
    """What a device is: a channel adapter, a switch or a router of InfiniBand, a card of iWARP or of usNIC."""

    IB_CA = 1
    IB_SWITCH = 2
    IB_ROUTER = 3
    RNIC = 4
    USNIC = 5
    USNIC_UDP = 6
    UNSPECIFIED = 7


class DeviceType(Enumeration, prefix="RDMA_DEVICE_TYPE_"):
    """What a sub-device is for: managing the subnet."""

    SMI = 1


class NameAssignType(Enumeration, prefix="RDMA_NAME_ASSIGN_TYPE_"):
    """Who named a device."""

    UNKNOWN = 0
    USER = 1


class DeviceCapabilities(FlagSet, prefix="IB_UVERBS_DEVICE_", upper=True):
    """What a device can."""

    RESIZE_MAX_WR = 1 << 0
    BAD_PKEY_CNTR = 1 << 1
    BAD_QKEY_CNTR = 1 << 2
    RAW_MULTI = 1 << 3
    AUTO_PATH_MIG = 1 << 4
    CHANGE_PHY_PORT = 1 << 5
    UD_AV_PORT_ENFORCE = 1 << 6
    CURR_QP_STATE_MOD = 1 << 7
    SHUTDOWN_PORT = 1 << 8
    PORT_ACTIVE_EVENT = 1 << 10
    SYS_IMAGE_GUID = 1 << 11
    RC_RNR_NAK_GEN = 1 << 12
    SRQ_RESIZE = 1 << 13
    N_NOTIFY_CQ = 1 << 14
    MEM_WINDOW = 1 << 17
    UD_IP_CSUM = 1 << 18
    XRC = 1 << 20
    MEM_MGT_EXTENSIONS = 1 << 21
    MEM_WINDOW_TYPE_2A = 1 << 23
    MEM_WINDOW_TYPE_2B = 1 << 24
    RC_IP_CSUM = 1 << 25
    RAW_IP_CSUM = 1 << 26
    MANAGED_FLOW_STEERING = 1 << 29
    RAW_SCATTER_FCS = 1 << 34
    PCI_WRITE_END_PADDING = 1 << 36
    FLUSH_GLOBAL = 1 << 38
    FLUSH_PERSISTENT = 1 << 39
    ATOMIC_WRITE = 1 << 40
    CC_DMA_BOUNCE = 1 << 41


class PortCapabilities(FlagSet, upper=True):
    """What a port of InfiniBand can (enum ib_uverbs_query_port_cap_flags).

    The upper 32 bits are the second mask of the specification (16 bits).
    """

    SM = 1 << 1
    NOTICE_SUP = 1 << 2
    TRAP_SUP = 1 << 3
    OPT_IPD_SUP = 1 << 4
    AUTO_MIGR_SUP = 1 << 5
    SL_MAP_SUP = 1 << 6
    MKEY_NVRAM = 1 << 7
    PKEY_NVRAM = 1 << 8
    LED_INFO_SUP = 1 << 9
    SM_DISABLED = 1 << 10
    SYS_IMAGE_GUID_SUP = 1 << 11
    PKEY_SW_EXT_PORT_TRAP_SUP = 1 << 12
    EXTENDED_SPEEDS_SUP = 1 << 14
    CM_SUP = 1 << 16
    SNMP_TUNNEL_SUP = 1 << 17
    REINIT_SUP = 1 << 18
    DEVICE_MGMT_SUP = 1 << 19
    VENDOR_CLASS_SUP = 1 << 20
    DR_NOTICE_SUP = 1 << 21
    CAP_MASK_NOTICE_SUP = 1 << 22
    BOOT_MGMT_SUP = 1 << 23
    LINK_LATENCY_SUP = 1 << 24
    CLIENT_REG_SUP = 1 << 25
    IP_BASED_GIDS = 1 << 26
    LINK_SPEED_WIDTH_TABLE_SUP = 1 << 27
    VENDOR_SPECIFIC_MADS_TABLE_SUP = 1 << 28
    MCAST_PKEY_TRAP_SUPPRESSION_SUP = 1 << 29
    MCAST_FDB_TOP_SUP = 1 << 30
    HIERARCHY_INFO_SUP = 1 << 31


class PortState(Enumeration, upper=True):
    """The logical state of a port (enum ib_port_state)."""

    NOP = 0
    DOWN = 1
    INIT = 2
    ARMED = 3
    ACTIVE = 4
    ACTIVE_DEFER = 5


class PhysicalState(Enumeration, upper=True):
    """The physical state of a port (enum ib_port_phys_state)."""

    SLEEP = 1
    POLLING = 2
    DISABLED = 3
    PORT_CONFIGURATION_TRAINING = 4
    LINK_UP = 5
    LINK_ERROR_RECOVERY = 6
    PHY_TEST = 7


class QpType(Enumeration, upper=True):
    """What service a queue pair is for (enum ib_qp_type): reliable connected, unreliable datagram …"""

    SMI = 0
    GSI = 1
    RC = 2
    UC = 3
    UD = 4
    RAW_IPV6 = 5
    RAW_ETHERTYPE = 6
    RAW_PACKET = 8
    XRC_INI = 9
    XRC_TGT = 10
    DRIVER = 255


class QpState(Enumeration, upper=True):
    """The state of a queue pair (enum ib_qp_state): ready to receive, ready to send …"""

    RESET = 0
    INIT = 1
    RTR = 2
    RTS = 3
    SQD = 4
    SQE = 5
    ERR = 6


class PathMigration(Enumeration, upper=True):
    """How far a queue pair is with its second path (enum ib_mig_state)."""

    MIGRATED = 0
    REARM = 1
    ARMED = 2


class PollContext(Enumeration, upper=True):
    """Where the kernel polls a completion queue of its own (enum ib_poll_context)."""

    SOFTIRQ = 0
    WORKQUEUE = 1
    UNBOUND_WORKQUEUE = 2
    DIRECT = 3


class SrqType(Enumeration, upper=True):
    """What a shared receive queue is (enum ib_srq_type): one with tags that match is `TM`."""

    BASIC = 0
    XRC = 1
    TM = 2


class PortSpace(Enumeration, prefix="RDMA_PS_", upper=True):
    """Which port numbers an identifier of the connection manager is among."""

    IPOIB = 0x2
    TCP = 0x106
    UDP = 0x111
    IB = 0x13F


class CmState(Enumeration, upper=True):
    """The state of an identifier of the connection manager (enum rdma_cm_state)."""

    IDLE = 0
    ADDR_QUERY = 1
    ADDR_RESOLVED = 2
    ROUTE_QUERY = 3
    ROUTE_RESOLVED = 4
    CONNECT = 5
    DISCONNECT = 6
    ADDR_BOUND = 7
    LISTEN = 8
    DEVICE_REMOVAL = 9
    DESTROYING = 10


class NetnsMode(Enumeration):
    """Whether each network namespace has devices of its own, or all have all (rdma-system(8))."""

    EXCLUSIVE = 0
    SHARED = 1


class CounterMode(Enumeration, prefix="RDMA_COUNTER_MODE_"):
    """Who binds queue pairs to counters: the kernel, when they are made, or who says so one by one."""

    __omitted__: ClassVar[dict[str, str]] = {"RDMA_COUNTER_MODE_MAX": "the end"}

    NONE = 0
    AUTO = 1
    MANUAL = 2


class CounterCriteria(FlagSet, prefix="RDMA_COUNTER_MASK_", labels={"QP_TYPE": "type"}):
    """By what the kernel binds queue pairs to the same counter: their type, their process."""

    QP_TYPE = 1
    PID = 2


class CountedResource(Enumeration):
    """What statistics are of, by the number of its attribute."""

    QP = 19
    MR = 40


class Notice(Enumeration, labels={"NETDEV_ATTACH": "netdev-attach", "NETDEV_DETACH": "netdev-detach"}):
    """What happened to a device (enum rdma_nl_notify_event_type); Linux 6.12 does not tell of names."""

    REGISTER = 0
    UNREGISTER = 1
    NETDEV_ATTACH = 2
    NETDEV_DETACH = 3
    RENAME = 4
    NETDEV_RENAME = 5


class PathUse(Enumeration, prefix="LS_RESOLVE_PATH_USE_"):
    """How the path is to be used that the kernel asks for."""

    __omitted__: ClassVar[dict[str, str]] = {"LS_RESOLVE_PATH_USE_MAX": "the end"}

    ALL = 0
    UNIDIRECTIONAL = 1
    GMP = 2


class MapFlags(FlagSet, prefix="IWPM_FLAGS_"):
    """How a port is to be mapped."""

    NO_PORT_MAP = 1
