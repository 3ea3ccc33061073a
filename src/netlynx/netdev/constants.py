"""Numbers of the family ``netdev``. Source: linux/netdev.h."""

from __future__ import annotations

from netlynx.schema import Constants, Enumeration, FlagSet


class NETDEV_CMD(Constants):
    """Commands and notifications."""

    DEV_GET = 1
    DEV_ADD_NTF = 2
    DEV_DEL_NTF = 3
    DEV_CHANGE_NTF = 4
    PAGE_POOL_GET = 5
    PAGE_POOL_ADD_NTF = 6
    PAGE_POOL_DEL_NTF = 7
    PAGE_POOL_CHANGE_NTF = 8
    PAGE_POOL_STATS_GET = 9
    QUEUE_GET = 10
    NAPI_GET = 11
    QSTATS_GET = 12
    BIND_RX = 13
    NAPI_SET = 14
    BIND_TX = 15
    QUEUE_CREATE = 16


class NETDEV_A_DEV(Constants):
    """Attributes of a device."""

    IFINDEX = 1
    PAD = 2
    XDP_FEATURES = 3
    XDP_ZC_MAX_SEGS = 4
    XDP_RX_METADATA_FEATURES = 5
    XSK_FEATURES = 6


class NETDEV_A_IO_URING_PROVIDER_INFO(Constants):
    """Attributes of memory that io_uring provides."""

    RX_BUF_LEN = 1


class NETDEV_A_PAGE_POOL(Constants):
    """Attributes of a page pool."""

    ID = 1
    IFINDEX = 2
    NAPI_ID = 3
    INFLIGHT = 4
    INFLIGHT_MEM = 5
    DETACH_TIME = 6
    DMABUF = 7
    IO_URING = 8


class NETDEV_A_PAGE_POOL_STATS(Constants):
    """Attributes of a page pool's statistics."""

    INFO = 1
    ALLOC_FAST = 8
    ALLOC_SLOW = 9
    ALLOC_SLOW_HIGH_ORDER = 10
    ALLOC_EMPTY = 11
    ALLOC_REFILL = 12
    ALLOC_WAIVE = 13
    RECYCLE_CACHED = 14
    RECYCLE_CACHE_FULL = 15
    RECYCLE_RING = 16
    RECYCLE_RING_FULL = 17
    RECYCLE_RELEASED_REFCNT = 18


class NETDEV_A_NAPI(Constants):
    """Attributes of a NAPI instance."""

    IFINDEX = 1
    ID = 2
    IRQ = 3
    PID = 4
    DEFER_HARD_IRQS = 5
    GRO_FLUSH_TIMEOUT = 6
    IRQ_SUSPEND_TIMEOUT = 7
    THREADED = 8


class NETDEV_A_QUEUE(Constants):
    """Attributes of a queue."""

    ID = 1
    IFINDEX = 2
    TYPE = 3
    NAPI_ID = 4
    DMABUF = 5
    IO_URING = 6
    XSK = 7
    LEASE = 8


class NETDEV_A_LEASE(Constants):
    """Attributes of another device's queue that stands behind a queue."""

    IFINDEX = 1
    QUEUE = 2
    NETNS_ID = 3


class NETDEV_A_QSTATS(Constants):
    """Attributes of statistics of a device or a queue."""

    IFINDEX = 1
    QUEUE_TYPE = 2
    QUEUE_ID = 3
    SCOPE = 4
    RX_PACKETS = 8
    RX_BYTES = 9
    TX_PACKETS = 10
    TX_BYTES = 11
    RX_ALLOC_FAIL = 12
    RX_HW_DROPS = 13
    RX_HW_DROP_OVERRUNS = 14
    RX_CSUM_COMPLETE = 15
    RX_CSUM_UNNECESSARY = 16
    RX_CSUM_NONE = 17
    RX_CSUM_BAD = 18
    RX_HW_GRO_PACKETS = 19
    RX_HW_GRO_BYTES = 20
    RX_HW_GRO_WIRE_PACKETS = 21
    RX_HW_GRO_WIRE_BYTES = 22
    RX_HW_DROP_RATELIMITS = 23
    TX_HW_DROPS = 24
    TX_HW_DROP_ERRORS = 25
    TX_CSUM_NONE = 26
    TX_NEEDS_CSUM = 27
    TX_HW_GSO_PACKETS = 28
    TX_HW_GSO_BYTES = 29
    TX_HW_GSO_WIRE_PACKETS = 30
    TX_HW_GSO_WIRE_BYTES = 31
    TX_HW_DROP_RATELIMITS = 32
    TX_STOP = 33
    TX_WAKE = 34


class NETDEV_A_DMABUF(Constants):
    """Attributes of a dmabuf that is bound to a device."""

    IFINDEX = 1
    QUEUES = 2
    FD = 3
    ID = 4
    RX_PAGE_SIZE = 5


class XdpFeatures(FlagSet, prefix="NETDEV_XDP_ACT_"):
    """What a driver can do with XDP."""

    BASIC = 1  # XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX
    REDIRECT = 2
    NDO_XMIT = 4  # takes frames that were redirected to it
    XSK_ZEROCOPY = 8
    HW_OFFLOAD = 16
    RX_SG = 32  # buffers in several pieces, received
    NDO_XMIT_SG = 64  # … and sent


class XdpMetadata(FlagSet, prefix="NETDEV_XDP_RX_METADATA_"):
    """What a driver tells an XDP program of a packet."""

    TIMESTAMP = 1
    HASH = 2
    VLAN_TAG = 4


class XskFeatures(FlagSet, prefix="NETDEV_XSK_FLAGS_"):
    """What a driver does for AF_XDP sockets that send."""

    TX_TIMESTAMP = 1
    TX_CHECKSUM = 2
    TX_LAUNCH_TIME_FIFO = 4


class QueueType(Enumeration, prefix="NETDEV_QUEUE_TYPE_"):
    """Which way; each has queue IDs of its own."""

    RX = 0
    TX = 1


class StatisticsScope(FlagSet, prefix="NETDEV_QSTATS_SCOPE_"):
    """What statistics are of, other than of whole devices."""

    QUEUE = 1


class Threaded(Enumeration, prefix="NETDEV_NAPI_THREADED_"):
    """Whether a NAPI instance polls in a thread of its own."""

    DISABLED = 0
    ENABLED = 1
    BUSY_POLL = 2
