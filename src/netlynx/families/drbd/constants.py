"""Numbers of DRBD. Source: linux/drbd_genl.h."""

from __future__ import annotations

from netlynx.schema import Constants


class DRBD_ADM(Constants):
    """Commands, and what is told."""

    EVENT = 1
    GET_STATUS = 2
    NEW_MINOR = 5
    DEL_MINOR = 6
    NEW_RESOURCE = 7
    DEL_RESOURCE = 8
    RESOURCE_OPTS = 9
    CONNECT = 10
    DISCONNECT = 11
    ATTACH = 12
    RESIZE = 13
    PRIMARY = 14
    SECONDARY = 15
    NEW_C_UUID = 16
    START_OV = 17
    DETACH = 18
    INVALIDATE = 19
    INVAL_PEER = 20
    PAUSE_SYNC = 21
    RESUME_SYNC = 22
    SUSPEND_IO = 23
    RESUME_IO = 24
    OUTDATE = 25
    GET_TIMEOUT_TYPE = 26
    DOWN = 27
    CHG_DISK_OPTS = 28
    CHG_NET_OPTS = 29
    GET_RESOURCES = 30
    GET_DEVICES = 31
    GET_CONNECTIONS = 32
    GET_PEER_DEVICES = 33
    RESOURCE_STATE = 34
    DEVICE_STATE = 35
    CONNECTION_STATE = 36
    PEER_DEVICE_STATE = 37
    GET_INITIAL_STATE = 38
    HELPER = 40
    INITIAL_STATE_DONE = 41


class DRBD_NLA(Constants):
    """Attributes of messages."""

    CFG_REPLY = 1
    CFG_CONTEXT = 2
    DISK_CONF = 3
    RESOURCE_OPTS = 4
    NET_CONF = 5
    SET_ROLE_PARMS = 6
    RESIZE_PARMS = 7
    STATE_INFO = 8
    START_OV_PARMS = 9
    NEW_C_UUID_PARMS = 10
    TIMEOUT_PARMS = 11
    DISCONNECT_PARMS = 12
    DETACH_PARMS = 13
    RESOURCE_INFO = 15
    DEVICE_INFO = 16
    CONNECTION_INFO = 17
    PEER_DEVICE_INFO = 18
    RESOURCE_STATISTICS = 19
    DEVICE_STATISTICS = 20
    CONNECTION_STATISTICS = 21
    PEER_DEVICE_STATISTICS = 22
    NOTIFICATION_HEADER = 23
    HELPER = 24


class DRBD_A_CONNECTION_INFO(Constants):
    """Attributes of `ConnectionInfo`."""

    CONN_CONNECTION_STATE = 1
    CONN_ROLE = 2


class DRBD_A_CONNECTION_STATISTICS(Constants):
    """Attributes of `ConnectionStatistics`."""

    CONN_CONGESTED = 1


class DRBD_A_DETACH_PARMS(Constants):
    """Attributes of `DetachParameters`."""

    FORCE_DETACH = 1


class DRBD_A_DEVICE_INFO(Constants):
    """Attributes of `DeviceInfo`."""

    DEV_DISK_STATE = 1


class DRBD_A_DEVICE_STATISTICS(Constants):
    """Attributes of `DeviceStatistics`."""

    DEV_SIZE = 1
    DEV_READ = 2
    DEV_WRITE = 3
    DEV_AL_WRITES = 4
    DEV_BM_WRITES = 5
    DEV_UPPER_PENDING = 6
    DEV_LOWER_PENDING = 7
    DEV_UPPER_BLOCKED = 8
    DEV_LOWER_BLOCKED = 9
    DEV_AL_SUSPENDED = 10
    DEV_EXPOSED_DATA_UUID = 11
    DEV_CURRENT_UUID = 12
    DEV_DISK_FLAGS = 13
    HISTORY_UUIDS = 14


class DRBD_A_DISCONNECT_PARMS(Constants):
    """Attributes of `DisconnectParameters`."""

    FORCE_DISCONNECT = 1


class DRBD_A_DISK_CONF(Constants):
    """Attributes of `DiskOptions`."""

    BACKING_DEV = 1
    META_DEV = 2
    META_DEV_IDX = 3
    DISK_SIZE = 4
    MAX_BIO_BVECS = 5
    ON_IO_ERROR = 6
    FENCING = 7
    RESYNC_RATE = 8
    RESYNC_AFTER = 9
    AL_EXTENTS = 10
    C_PLAN_AHEAD = 11
    C_DELAY_TARGET = 12
    C_FILL_TARGET = 13
    C_MAX_RATE = 14
    C_MIN_RATE = 15
    DISK_BARRIER = 16
    DISK_FLUSHES = 17
    DISK_DRAIN = 18
    MD_FLUSHES = 19
    DISK_TIMEOUT = 20
    READ_BALANCING = 21
    AL_UPDATES = 23
    DISCARD_ZEROES_IF_ALIGNED = 24
    RS_DISCARD_GRANULARITY = 25
    DISABLE_WRITE_SAME = 26


class DRBD_A_DRBD_CFG_CONTEXT(Constants):
    """Attributes of `Context`."""

    CTX_VOLUME = 1
    CTX_RESOURCE_NAME = 2
    CTX_MY_ADDR = 3
    CTX_PEER_ADDR = 4


class DRBD_A_DRBD_CFG_REPLY(Constants):
    """Attributes of `Told`."""

    INFO_TEXT = 1


class DRBD_A_DRBD_HELPER_INFO(Constants):
    """Attributes of `Helper`."""

    HELPER_NAME = 1
    HELPER_STATUS = 2


class DRBD_A_DRBD_NOTIFICATION_HEADER(Constants):
    """Attributes of `Notification`."""

    NH_TYPE = 1


class DRBD_A_NET_CONF(Constants):
    """Attributes of `NetOptions`."""

    SHARED_SECRET = 1
    CRAM_HMAC_ALG = 2
    INTEGRITY_ALG = 3
    VERIFY_ALG = 4
    CSUMS_ALG = 5
    WIRE_PROTOCOL = 6
    CONNECT_INT = 7
    TIMEOUT = 8
    PING_INT = 9
    PING_TIMEO = 10
    SNDBUF_SIZE = 11
    RCVBUF_SIZE = 12
    KO_COUNT = 13
    MAX_BUFFERS = 14
    MAX_EPOCH_SIZE = 15
    UNPLUG_WATERMARK = 16
    AFTER_SB_0P = 17
    AFTER_SB_1P = 18
    AFTER_SB_2P = 19
    RR_CONFLICT = 20
    ON_CONGESTION = 21
    CONG_FILL = 22
    CONG_EXTENTS = 23
    TWO_PRIMARIES = 24
    DISCARD_MY_DATA = 25
    TCP_CORK = 26
    ALWAYS_ASBP = 27
    TENTATIVE = 28
    USE_RLE = 29
    CSUMS_AFTER_CRASH_ONLY = 33
    SOCK_CHECK_TIMEO = 34


class DRBD_A_NEW_C_UUID_PARMS(Constants):
    """Attributes of `UuidParameters`."""

    CLEAR_BM = 1


class DRBD_A_PEER_DEVICE_INFO(Constants):
    """Attributes of `PeerDeviceInfo`."""

    PEER_REPL_STATE = 1
    PEER_DISK_STATE = 2
    PEER_RESYNC_SUSP_USER = 3
    PEER_RESYNC_SUSP_PEER = 4
    PEER_RESYNC_SUSP_DEPENDENCY = 5


class DRBD_A_PEER_DEVICE_STATISTICS(Constants):
    """Attributes of `PeerDeviceStatistics`."""

    PEER_DEV_RECEIVED = 1
    PEER_DEV_SENT = 2
    PEER_DEV_PENDING = 3
    PEER_DEV_UNACKED = 4
    PEER_DEV_OUT_OF_SYNC = 5
    PEER_DEV_RESYNC_FAILED = 6
    PEER_DEV_BITMAP_UUID = 7
    PEER_DEV_FLAGS = 9


class DRBD_A_RESIZE_PARMS(Constants):
    """Attributes of `ResizeParameters`."""

    RESIZE_SIZE = 1
    RESIZE_FORCE = 2
    NO_RESYNC = 3
    AL_STRIPES = 4
    AL_STRIPE_SIZE = 5


class DRBD_A_RESOURCE_INFO(Constants):
    """Attributes of `ResourceInfo`."""

    RES_ROLE = 1
    RES_SUSP = 2
    RES_SUSP_NOD = 3
    RES_SUSP_FEN = 4


class DRBD_A_RESOURCE_STATISTICS(Constants):
    """Attributes of `ResourceStatistics`."""

    RES_STAT_WRITE_ORDERING = 1


class DRBD_A_RES_OPTS(Constants):
    """Attributes of `ResourceOptions`."""

    CPU_MASK = 1
    ON_NO_DATA = 2


class DRBD_A_SET_ROLE_PARMS(Constants):
    """Attributes of `RoleParameters`."""

    ASSUME_UPTODATE = 1


class DRBD_A_START_OV_PARMS(Constants):
    """Attributes of `VerifyParameters`."""

    OV_START_SECTOR = 1
    OV_STOP_SECTOR = 2


class DRBD_A_STATE_INFO(Constants):
    """Attributes of `StateInfo`."""

    SIB_REASON = 1
    CURRENT_STATE = 2
    CAPACITY = 3
    ED_UUID = 4
    PREV_STATE = 5
    NEW_STATE = 6
    UUIDS = 7
    DISK_FLAGS = 8
    BITS_TOTAL = 9
    BITS_OOS = 10
    BITS_RS_TOTAL = 11
    BITS_RS_FAILED = 12
    HELPER = 13
    HELPER_EXIT_CODE = 14
    SEND_CNT = 15
    RECV_CNT = 16
    READ_CNT = 17
    WRIT_CNT = 18
    AL_WRIT_CNT = 19
    BM_WRIT_CNT = 20
    AP_BIO_CNT = 21
    AP_PENDING_CNT = 22
    RS_PENDING_CNT = 23


class DRBD_A_TIMEOUT_PARMS(Constants):
    """Attributes of `TimeoutParameters`."""

    TIMEOUT_TYPE = 1
