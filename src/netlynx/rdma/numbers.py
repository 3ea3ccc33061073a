"""The numbers of RDMA's netlink: clients, groups, commands and attributes.

A message's type is its client's number, shifted by 10, and the operation. Source: rdma/rdma_netlink.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants


class RDMA_NL(Constants):
    """Clients of the protocol, of which 3 is reserved."""

    IWCM = 2
    LS = 4
    NLDEV = 5


class RDMA_NL_GROUP(Constants):
    """Multicast groups."""

    IWPM = 2
    LS = 3
    NOTIFY = 4


class RDMA_NLDEV_CMD(Constants):
    """Operations of devices (`NLDEV`)."""

    GET = 1
    SET = 2
    NEWLINK = 3
    DELLINK = 4
    PORT_GET = 5
    SYS_GET = 6
    SYS_SET = 7
    RES_GET = 9
    RES_QP_GET = 10
    RES_CM_ID_GET = 11
    RES_CQ_GET = 12
    RES_MR_GET = 13
    RES_PD_GET = 14
    GET_CHARDEV = 15
    STAT_SET = 16
    STAT_GET = 17
    STAT_DEL = 18
    RES_QP_GET_RAW = 19
    RES_CQ_GET_RAW = 20
    RES_MR_GET_RAW = 21
    RES_CTX_GET = 22
    RES_SRQ_GET = 23
    STAT_GET_STATUS = 24
    RES_SRQ_GET_RAW = 25
    NEWDEV = 26
    DELDEV = 27
    MONITOR = 28
    FRMR_POOLS_GET = 29
    FRMR_POOLS_SET = 30


_ELSEWHERE = {
    "SYS_NETNS_MODE": "RDMA_NLDEV_SYS_ATTR_NETNS_MODE",
    "NET_NS_FD": "RDMA_NLDEV_NET_NS_FD",
    "SYS_COPY_ON_FORK": "RDMA_NLDEV_SYS_ATTR_COPY_ON_FORK",
    "SYS_PRIVILEGED_QKEY_MODE": "RDMA_NLDEV_SYS_ATTR_PRIVILEGED_QKEY_MODE",
    "SYS_MONITOR_MODE": "RDMA_NLDEV_SYS_ATTR_MONITOR_MODE",
}


class RDMA_NLDEV_ATTR(Constants, renamed=_ELSEWHERE):
    """Attributes of all that is said of devices: one set for every message."""

    DEV_INDEX = 1
    DEV_NAME = 2
    PORT_INDEX = 3
    CAP_FLAGS = 4
    FW_VERSION = 5
    NODE_GUID = 6
    SYS_IMAGE_GUID = 7
    SUBNET_PREFIX = 8
    LID = 9
    SM_LID = 10
    LMC = 11
    PORT_STATE = 12
    PORT_PHYS_STATE = 13
    DEV_NODE_TYPE = 14
    RES_SUMMARY = 15
    RES_SUMMARY_ENTRY = 16
    RES_SUMMARY_ENTRY_NAME = 17
    RES_SUMMARY_ENTRY_CURR = 18
    RES_QP = 19
    RES_QP_ENTRY = 20
    RES_LQPN = 21
    RES_RQPN = 22
    RES_RQ_PSN = 23
    RES_SQ_PSN = 24
    RES_PATH_MIG_STATE = 25
    RES_TYPE = 26
    RES_STATE = 27
    RES_PID = 28
    RES_KERN_NAME = 29
    RES_CM_ID = 30
    RES_CM_ID_ENTRY = 31
    RES_PS = 32
    RES_SRC_ADDR = 33
    RES_DST_ADDR = 34
    RES_CQ = 35
    RES_CQ_ENTRY = 36
    RES_CQE = 37
    RES_USECNT = 38
    RES_POLL_CTX = 39
    RES_MR = 40
    RES_MR_ENTRY = 41
    RES_RKEY = 42
    RES_LKEY = 43
    RES_IOVA = 44
    RES_MRLEN = 45
    RES_PD = 46
    RES_PD_ENTRY = 47
    RES_LOCAL_DMA_LKEY = 48
    RES_UNSAFE_GLOBAL_RKEY = 49
    NDEV_INDEX = 50
    NDEV_NAME = 51
    DRIVER = 52
    DRIVER_ENTRY = 53
    DRIVER_STRING = 54
    DRIVER_PRINT_TYPE = 55
    DRIVER_S32 = 56
    DRIVER_U32 = 57
    DRIVER_S64 = 58
    DRIVER_U64 = 59
    RES_PDN = 60
    RES_CQN = 61
    RES_MRN = 62
    RES_CM_IDN = 63
    RES_CTXN = 64
    LINK_TYPE = 65
    SYS_NETNS_MODE = 66
    DEV_PROTOCOL = 67
    NET_NS_FD = 68
    CHARDEV_TYPE = 69
    CHARDEV_NAME = 70
    CHARDEV_ABI = 71
    CHARDEV = 72
    UVERBS_DRIVER_ID = 73
    STAT_MODE = 74
    STAT_RES = 75
    STAT_AUTO_MODE_MASK = 76
    STAT_COUNTER = 77
    STAT_COUNTER_ENTRY = 78
    STAT_COUNTER_ID = 79
    STAT_HWCOUNTERS = 80
    STAT_HWCOUNTER_ENTRY = 81
    STAT_HWCOUNTER_ENTRY_NAME = 82
    STAT_HWCOUNTER_ENTRY_VALUE = 83
    DEV_DIM = 84
    RES_RAW = 85
    RES_CTX = 86
    RES_CTX_ENTRY = 87
    RES_SRQ = 88
    RES_SRQ_ENTRY = 89
    RES_SRQN = 90
    MIN_RANGE = 91
    MAX_RANGE = 92
    SYS_COPY_ON_FORK = 93
    STAT_HWCOUNTER_INDEX = 94
    STAT_HWCOUNTER_DYNAMIC = 95
    SYS_PRIVILEGED_QKEY_MODE = 96
    DRIVER_DETAILS = 97
    RES_SUBTYPE = 98
    DEV_TYPE = 99
    PARENT_NAME = 100
    NAME_ASSIGN_TYPE = 101
    EVENT_TYPE = 102
    SYS_MONITOR_MODE = 103
    STAT_OPCOUNTER_ENABLED = 104
    FRMR_POOLS = 105
    FRMR_POOL_ENTRY = 106
    FRMR_POOL_KEY = 107
    FRMR_POOL_KEY_ATS = 108
    FRMR_POOL_KEY_ACCESS_FLAGS = 109
    FRMR_POOL_KEY_VENDOR_KEY = 110
    FRMR_POOL_KEY_NUM_DMA_BLOCKS = 111
    FRMR_POOL_QUEUE_HANDLES = 112
    FRMR_POOL_MAX_IN_USE = 113
    FRMR_POOL_IN_USE = 114
    FRMR_POOLS_AGING_PERIOD = 115
    FRMR_POOL_PINNED_HANDLES = 116
    FRMR_POOL_KEY_KERNEL_VENDOR_KEY = 117
    RES_SUMMARY_ENTRY_MAX = 118


class RDMA_NL_LS_OP(Constants):
    """Operations of local services (`LS`)."""

    RESOLVE = 0
    SET_TIMEOUT = 1
    IP_RESOLVE = 2


class LS_NLA_TYPE(Constants):
    """Attributes of local services."""

    PATH_RECORD = 1
    TIMEOUT = 2
    SERVICE_ID = 3
    DGID = 4
    SGID = 5
    TCLASS = 6
    PKEY = 7
    QOS_CLASS = 8
    IPV4 = 9
    IPV6 = 10


class RDMA_NL_IWPM(Constants):
    """Operations of the port mapper (`IWCM`)."""

    REG_PID = 0
    ADD_MAPPING = 1
    QUERY_MAPPING = 2
    REMOVE_MAPPING = 3
    REMOTE_INFO = 4
    HANDLE_ERR = 5
    MAPINFO = 6
    MAPINFO_NUM = 7
    HELLO = 8


class IWPM_NLA_REG(Constants):
    """Attributes of what asks for the port mapper."""

    PID_SEQ = 1
    IF_NAME = 2
    IBDEV_NAME = 3
    ULIB_NAME = 4


class IWPM_NLA_RREG(Constants):
    """Attributes of what the port mapper answers to that."""

    PID_SEQ = 1
    IBDEV_NAME = 2
    ULIB_NAME = 3
    ULIB_VER = 4
    PID_ERR = 5


class IWPM_NLA_MANAGE(Constants):
    """Attributes of what asks for a mapping, or for none."""

    MAPPING_SEQ = 1
    ADDR = 2
    FLAGS = 3


class IWPM_NLA_RMANAGE(Constants):
    """Attributes of the answer."""

    MAPPING_SEQ = 1
    ADDR = 2
    MAPPED_LOC_ADDR = 3
    MAPPING_ERR = 4


class IWPM_NLA_QUERY(Constants):
    """Attributes of what asks for a mapping with a peer."""

    MAPPING_SEQ = 1
    LOCAL_ADDR = 2
    REMOTE_ADDR = 3
    FLAGS = 4


class IWPM_NLA_RQUERY(Constants):
    """Attributes of the answer, and of what the port mapper tells of a peer."""

    MAPPING_SEQ = 1
    LOCAL_ADDR = 2
    REMOTE_ADDR = 3
    MAPPED_LOC_ADDR = 4
    MAPPED_REM_ADDR = 5
    MAPPING_ERR = 6


class IWPM_NLA_MAPINFO(Constants):
    """Attributes of a mapping that the kernel tells."""

    LOCAL_ADDR = 1
    MAPPED_ADDR = 2
    FLAGS = 3


class IWPM_NLA_MAPINFO_REQ(Constants, prefix="IWPM_NLA_MAPINFO_"):
    """Attributes of what asks for all of them."""

    __omitted__: ClassVar[dict[str, str]] = {"IWPM_NLA_MAPINFO_FLAGS": "of a mapping: IWPM_NLA_MAPINFO"}

    ULIB_NAME = 1
    ULIB_VER = 2


class IWPM_NLA_MAPINFO_NUM(Constants, prefix="IWPM_NLA_MAPINFO_"):
    """Attributes of how many were told, and arrived."""

    SEQ = 1
    SEND_NUM = 2
    ACK_NUM = 3


class IWPM_NLA_ERR(Constants):
    """Attributes of errors."""

    SEQ = 1
    CODE = 2


class IWPM_NLA_HELLO(Constants):
    """Attributes of greetings."""

    ABI_VERSION = 1
