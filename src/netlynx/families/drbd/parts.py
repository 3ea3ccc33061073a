"""What messages of DRBD are made of. Source: linux/drbd_genl.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Record, attr, binary, boolean, string, u32, u64
from netlynx.schema.facts import Facts

from .constants import (
    DRBD_A_CONNECTION_INFO,
    DRBD_A_CONNECTION_STATISTICS,
    DRBD_A_DETACH_PARMS,
    DRBD_A_DEVICE_INFO,
    DRBD_A_DEVICE_STATISTICS,
    DRBD_A_DISCONNECT_PARMS,
    DRBD_A_DISK_CONF,
    DRBD_A_DRBD_CFG_CONTEXT,
    DRBD_A_DRBD_CFG_REPLY,
    DRBD_A_DRBD_HELPER_INFO,
    DRBD_A_DRBD_NOTIFICATION_HEADER,
    DRBD_A_NET_CONF,
    DRBD_A_NEW_C_UUID_PARMS,
    DRBD_A_PEER_DEVICE_INFO,
    DRBD_A_PEER_DEVICE_STATISTICS,
    DRBD_A_RES_OPTS,
    DRBD_A_RESIZE_PARMS,
    DRBD_A_RESOURCE_INFO,
    DRBD_A_RESOURCE_STATISTICS,
    DRBD_A_SET_ROLE_PARMS,
    DRBD_A_START_OV_PARMS,
    DRBD_A_STATE_INFO,
    DRBD_A_TIMEOUT_PARMS,
)


class ConnectionInfo(Record):
    """The state of a connection, and the peer's role."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_CONNECTION_INFO, policy="drbd_connection_info_nl_policy")

    connection_state: int | None = attr(DRBD_A_CONNECTION_INFO.CONN_CONNECTION_STATE, u32)
    role: int | None = attr(DRBD_A_CONNECTION_INFO.CONN_ROLE, u32)


class ConnectionStatistics(Record):
    """Whether a connection is congested."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=DRBD_A_CONNECTION_STATISTICS, policy="drbd_connection_statistics_nl_policy"
    )

    congested: bool | None = attr(DRBD_A_CONNECTION_STATISTICS.CONN_CONGESTED, boolean)


class DetachParameters(Record):
    """Whether what is under way is given up."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DETACH_PARMS, policy="drbd_detach_parms_nl_policy")

    force_detach: bool | None = attr(DRBD_A_DETACH_PARMS.FORCE_DETACH, boolean)


class DeviceInfo(Record):
    """The state of the disk of a volume."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DEVICE_INFO, policy="drbd_device_info_nl_policy")

    disk_state: int | None = attr(DRBD_A_DEVICE_INFO.DEV_DISK_STATE, u32)


class DeviceStatistics(Record):
    """What went through a volume: sizes in sectors, counts."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DEVICE_STATISTICS, policy="drbd_device_statistics_nl_policy")

    size: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_SIZE, u64)
    read: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_READ, u64)
    write: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_WRITE, u64)
    al_writes: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_AL_WRITES, u64)
    bm_writes: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_BM_WRITES, u64)
    upper_pending: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_UPPER_PENDING, u32)
    lower_pending: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_LOWER_PENDING, u32)
    upper_blocked: bool | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_UPPER_BLOCKED, boolean)
    lower_blocked: bool | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_LOWER_BLOCKED, boolean)
    al_suspended: bool | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_AL_SUSPENDED, boolean)
    exposed_data_uuid: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_EXPOSED_DATA_UUID, u64)
    current_uuid: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_CURRENT_UUID, u64)
    disk_flags: int | None = attr(DRBD_A_DEVICE_STATISTICS.DEV_DISK_FLAGS, u32)
    history_uuids: bytes | None = attr(DRBD_A_DEVICE_STATISTICS.HISTORY_UUIDS, binary(256))


class DisconnectParameters(Record):
    """Whether the peer is asked."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DISCONNECT_PARMS, policy="drbd_disconnect_parms_nl_policy")

    force_disconnect: bool | None = attr(DRBD_A_DISCONNECT_PARMS.FORCE_DISCONNECT, boolean)


class DiskOptions(Record):
    """Options of a backing device; sizes in sectors, rates in KiB/s, times in tenths of a second."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DISK_CONF, policy="drbd_disk_conf_nl_policy")

    backing_dev: str | None = attr(DRBD_A_DISK_CONF.BACKING_DEV, string(127))
    meta_dev: str | None = attr(DRBD_A_DISK_CONF.META_DEV, string(127))
    meta_dev_idx: int | None = attr(DRBD_A_DISK_CONF.META_DEV_IDX, u32)
    disk_size: int | None = attr(DRBD_A_DISK_CONF.DISK_SIZE, u64)
    max_bio_bvecs: int | None = attr(DRBD_A_DISK_CONF.MAX_BIO_BVECS, u32)
    on_io_error: int | None = attr(DRBD_A_DISK_CONF.ON_IO_ERROR, u32)
    fencing: int | None = attr(DRBD_A_DISK_CONF.FENCING, u32)
    resync_rate: int | None = attr(DRBD_A_DISK_CONF.RESYNC_RATE, u32)
    resync_after: int | None = attr(DRBD_A_DISK_CONF.RESYNC_AFTER, u32)
    al_extents: int | None = attr(DRBD_A_DISK_CONF.AL_EXTENTS, u32)
    c_plan_ahead: int | None = attr(DRBD_A_DISK_CONF.C_PLAN_AHEAD, u32)
    c_delay_target: int | None = attr(DRBD_A_DISK_CONF.C_DELAY_TARGET, u32)
    c_fill_target: int | None = attr(DRBD_A_DISK_CONF.C_FILL_TARGET, u32)
    c_max_rate: int | None = attr(DRBD_A_DISK_CONF.C_MAX_RATE, u32)
    c_min_rate: int | None = attr(DRBD_A_DISK_CONF.C_MIN_RATE, u32)
    disk_barrier: bool | None = attr(DRBD_A_DISK_CONF.DISK_BARRIER, boolean)
    disk_flushes: bool | None = attr(DRBD_A_DISK_CONF.DISK_FLUSHES, boolean)
    disk_drain: bool | None = attr(DRBD_A_DISK_CONF.DISK_DRAIN, boolean)
    md_flushes: bool | None = attr(DRBD_A_DISK_CONF.MD_FLUSHES, boolean)
    disk_timeout: int | None = attr(DRBD_A_DISK_CONF.DISK_TIMEOUT, u32)
    read_balancing: int | None = attr(DRBD_A_DISK_CONF.READ_BALANCING, u32)
    al_updates: bool | None = attr(DRBD_A_DISK_CONF.AL_UPDATES, boolean)
    discard_zeroes_if_aligned: bool | None = attr(DRBD_A_DISK_CONF.DISCARD_ZEROES_IF_ALIGNED, boolean)
    rs_discard_granularity: int | None = attr(DRBD_A_DISK_CONF.RS_DISCARD_GRANULARITY, u32)
    disable_write_same: bool | None = attr(DRBD_A_DISK_CONF.DISABLE_WRITE_SAME, boolean)


class Context(Record):
    """What is meant: a volume of a resource, and the two ends of a connection (C addresses)."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DRBD_CFG_CONTEXT, policy="drbd_drbd_cfg_context_nl_policy")

    volume: int | None = attr(DRBD_A_DRBD_CFG_CONTEXT.CTX_VOLUME, u32)
    resource_name: str | None = attr(DRBD_A_DRBD_CFG_CONTEXT.CTX_RESOURCE_NAME, string(127))
    my_addr: bytes | None = attr(DRBD_A_DRBD_CFG_CONTEXT.CTX_MY_ADDR, binary(128))
    peer_addr: bytes | None = attr(DRBD_A_DRBD_CFG_CONTEXT.CTX_PEER_ADDR, binary(128))


class Told(Record):
    """What the kernel says of a request, in words."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DRBD_CFG_REPLY)

    info_text: str | None = attr(DRBD_A_DRBD_CFG_REPLY.INFO_TEXT, string)


class Helper(Record):
    """A program that the kernel ran, and its exit code."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DRBD_HELPER_INFO)

    name: str | None = attr(DRBD_A_DRBD_HELPER_INFO.HELPER_NAME, string(32))
    status: int | None = attr(DRBD_A_DRBD_HELPER_INFO.HELPER_STATUS, u32)


class Notification(Record):
    """What became of the object that is told of."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_DRBD_NOTIFICATION_HEADER)

    type: int | None = attr(DRBD_A_DRBD_NOTIFICATION_HEADER.NH_TYPE, u32)


class NetOptions(Record):
    """Options of a connection. The shared secret is in no text of the record."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_NET_CONF, policy="drbd_net_conf_nl_policy")

    shared_secret: str | None = attr(DRBD_A_NET_CONF.SHARED_SECRET, string(63), secret=True)
    cram_hmac_alg: str | None = attr(DRBD_A_NET_CONF.CRAM_HMAC_ALG, string(63))
    integrity_alg: str | None = attr(DRBD_A_NET_CONF.INTEGRITY_ALG, string(63))
    verify_alg: str | None = attr(DRBD_A_NET_CONF.VERIFY_ALG, string(63))
    csums_alg: str | None = attr(DRBD_A_NET_CONF.CSUMS_ALG, string(63))
    wire_protocol: int | None = attr(DRBD_A_NET_CONF.WIRE_PROTOCOL, u32)
    connect_int: int | None = attr(DRBD_A_NET_CONF.CONNECT_INT, u32)
    timeout: int | None = attr(DRBD_A_NET_CONF.TIMEOUT, u32)
    ping_int: int | None = attr(DRBD_A_NET_CONF.PING_INT, u32)
    ping_timeo: int | None = attr(DRBD_A_NET_CONF.PING_TIMEO, u32)
    sndbuf_size: int | None = attr(DRBD_A_NET_CONF.SNDBUF_SIZE, u32)
    rcvbuf_size: int | None = attr(DRBD_A_NET_CONF.RCVBUF_SIZE, u32)
    ko_count: int | None = attr(DRBD_A_NET_CONF.KO_COUNT, u32)
    max_buffers: int | None = attr(DRBD_A_NET_CONF.MAX_BUFFERS, u32)
    max_epoch_size: int | None = attr(DRBD_A_NET_CONF.MAX_EPOCH_SIZE, u32)
    unplug_watermark: int | None = attr(DRBD_A_NET_CONF.UNPLUG_WATERMARK, u32)
    after_sb_0p: int | None = attr(DRBD_A_NET_CONF.AFTER_SB_0P, u32)
    after_sb_1p: int | None = attr(DRBD_A_NET_CONF.AFTER_SB_1P, u32)
    after_sb_2p: int | None = attr(DRBD_A_NET_CONF.AFTER_SB_2P, u32)
    rr_conflict: int | None = attr(DRBD_A_NET_CONF.RR_CONFLICT, u32)
    on_congestion: int | None = attr(DRBD_A_NET_CONF.ON_CONGESTION, u32)
    cong_fill: int | None = attr(DRBD_A_NET_CONF.CONG_FILL, u32)
    cong_extents: int | None = attr(DRBD_A_NET_CONF.CONG_EXTENTS, u32)
    two_primaries: bool | None = attr(DRBD_A_NET_CONF.TWO_PRIMARIES, boolean)
    discard_my_data: bool | None = attr(DRBD_A_NET_CONF.DISCARD_MY_DATA, boolean)
    tcp_cork: bool | None = attr(DRBD_A_NET_CONF.TCP_CORK, boolean)
    always_asbp: bool | None = attr(DRBD_A_NET_CONF.ALWAYS_ASBP, boolean)
    tentative: bool | None = attr(DRBD_A_NET_CONF.TENTATIVE, boolean)
    use_rle: bool | None = attr(DRBD_A_NET_CONF.USE_RLE, boolean)
    csums_after_crash_only: bool | None = attr(DRBD_A_NET_CONF.CSUMS_AFTER_CRASH_ONLY, boolean)
    sock_check_timeo: int | None = attr(DRBD_A_NET_CONF.SOCK_CHECK_TIMEO, u32)


class UuidParameters(Record):
    """Whether the bitmap is cleared with it."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_NEW_C_UUID_PARMS, policy="drbd_new_c_uuid_parms_nl_policy")

    clear_bm: bool | None = attr(DRBD_A_NEW_C_UUID_PARMS.CLEAR_BM, boolean)


class PeerDeviceInfo(Record):
    """A volume of a peer: its disk, the state of replication, what pauses it."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_PEER_DEVICE_INFO, policy="drbd_peer_device_info_nl_policy")

    repl_state: int | None = attr(DRBD_A_PEER_DEVICE_INFO.PEER_REPL_STATE, u32)
    disk_state: int | None = attr(DRBD_A_PEER_DEVICE_INFO.PEER_DISK_STATE, u32)
    resync_susp_user: int | None = attr(DRBD_A_PEER_DEVICE_INFO.PEER_RESYNC_SUSP_USER, u32)
    resync_susp_peer: int | None = attr(DRBD_A_PEER_DEVICE_INFO.PEER_RESYNC_SUSP_PEER, u32)
    resync_susp_dependency: int | None = attr(DRBD_A_PEER_DEVICE_INFO.PEER_RESYNC_SUSP_DEPENDENCY, u32)


class PeerDeviceStatistics(Record):
    """What went to a volume of a peer and came from it, in sectors."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=DRBD_A_PEER_DEVICE_STATISTICS, policy="drbd_peer_device_statistics_nl_policy"
    )

    received: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_RECEIVED, u64)
    sent: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_SENT, u64)
    pending: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_PENDING, u32)
    unacked: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_UNACKED, u32)
    out_of_sync: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_OUT_OF_SYNC, u64)
    resync_failed: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_RESYNC_FAILED, u64)
    bitmap_uuid: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_BITMAP_UUID, u64)
    flags: int | None = attr(DRBD_A_PEER_DEVICE_STATISTICS.PEER_DEV_FLAGS, u32)


class ResizeParameters(Record):
    """The new size, in sectors, and how it is taken."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_RESIZE_PARMS, policy="drbd_resize_parms_nl_policy")

    resize_size: int | None = attr(DRBD_A_RESIZE_PARMS.RESIZE_SIZE, u64)
    resize_force: bool | None = attr(DRBD_A_RESIZE_PARMS.RESIZE_FORCE, boolean)
    no_resync: bool | None = attr(DRBD_A_RESIZE_PARMS.NO_RESYNC, boolean)
    al_stripes: int | None = attr(DRBD_A_RESIZE_PARMS.AL_STRIPES, u32)
    al_stripe_size: int | None = attr(DRBD_A_RESIZE_PARMS.AL_STRIPE_SIZE, u32)


class ResourceInfo(Record):
    """A resource: its role, and what suspends it."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_RESOURCE_INFO, policy="drbd_resource_info_nl_policy")

    role: int | None = attr(DRBD_A_RESOURCE_INFO.RES_ROLE, u32)
    susp: bool | None = attr(DRBD_A_RESOURCE_INFO.RES_SUSP, boolean)
    susp_nod: bool | None = attr(DRBD_A_RESOURCE_INFO.RES_SUSP_NOD, boolean)
    susp_fen: bool | None = attr(DRBD_A_RESOURCE_INFO.RES_SUSP_FEN, boolean)


class ResourceStatistics(Record):
    """How writes of a resource are kept in order."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=DRBD_A_RESOURCE_STATISTICS, policy="drbd_resource_statistics_nl_policy"
    )

    write_ordering: int | None = attr(DRBD_A_RESOURCE_STATISTICS.RES_STAT_WRITE_ORDERING, u32)


class ResourceOptions(Record):
    """Options of a resource."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_RES_OPTS, policy="drbd_res_opts_nl_policy")

    cpu_mask: str | None = attr(DRBD_A_RES_OPTS.CPU_MASK, string(31))
    on_no_data: int | None = attr(DRBD_A_RES_OPTS.ON_NO_DATA, u32)


class RoleParameters(Record):
    """How a node becomes primary."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_SET_ROLE_PARMS, policy="drbd_set_role_parms_nl_policy")

    assume_uptodate: bool | None = attr(DRBD_A_SET_ROLE_PARMS.ASSUME_UPTODATE, boolean)


class VerifyParameters(Record):
    """Which sectors are compared with those of the peer."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_START_OV_PARMS, policy="drbd_start_ov_parms_nl_policy")

    ov_start_sector: int | None = attr(DRBD_A_START_OV_PARMS.OV_START_SECTOR, u64)
    ov_stop_sector: int | None = attr(DRBD_A_START_OV_PARMS.OV_STOP_SECTOR, u64)


class StateInfo(Record):
    """The state of a volume, and what changed it."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_STATE_INFO)

    sib_reason: int | None = attr(DRBD_A_STATE_INFO.SIB_REASON, u32)
    current_state: int | None = attr(DRBD_A_STATE_INFO.CURRENT_STATE, u32)
    capacity: int | None = attr(DRBD_A_STATE_INFO.CAPACITY, u64)
    ed_uuid: int | None = attr(DRBD_A_STATE_INFO.ED_UUID, u64)
    prev_state: int | None = attr(DRBD_A_STATE_INFO.PREV_STATE, u32)
    new_state: int | None = attr(DRBD_A_STATE_INFO.NEW_STATE, u32)
    uuids: bytes | None = attr(DRBD_A_STATE_INFO.UUIDS, binary)
    disk_flags: int | None = attr(DRBD_A_STATE_INFO.DISK_FLAGS, u32)
    bits_total: int | None = attr(DRBD_A_STATE_INFO.BITS_TOTAL, u64)
    bits_oos: int | None = attr(DRBD_A_STATE_INFO.BITS_OOS, u64)
    bits_rs_total: int | None = attr(DRBD_A_STATE_INFO.BITS_RS_TOTAL, u64)
    bits_rs_failed: int | None = attr(DRBD_A_STATE_INFO.BITS_RS_FAILED, u64)
    helper: str | None = attr(DRBD_A_STATE_INFO.HELPER, string(32))
    helper_exit_code: int | None = attr(DRBD_A_STATE_INFO.HELPER_EXIT_CODE, u32)
    send_cnt: int | None = attr(DRBD_A_STATE_INFO.SEND_CNT, u64)
    recv_cnt: int | None = attr(DRBD_A_STATE_INFO.RECV_CNT, u64)
    read_cnt: int | None = attr(DRBD_A_STATE_INFO.READ_CNT, u64)
    writ_cnt: int | None = attr(DRBD_A_STATE_INFO.WRIT_CNT, u64)
    al_writ_cnt: int | None = attr(DRBD_A_STATE_INFO.AL_WRIT_CNT, u64)
    bm_writ_cnt: int | None = attr(DRBD_A_STATE_INFO.BM_WRIT_CNT, u64)
    ap_bio_cnt: int | None = attr(DRBD_A_STATE_INFO.AP_BIO_CNT, u32)
    ap_pending_cnt: int | None = attr(DRBD_A_STATE_INFO.AP_PENDING_CNT, u32)
    rs_pending_cnt: int | None = attr(DRBD_A_STATE_INFO.RS_PENDING_CNT, u32)


class TimeoutParameters(Record):
    """How long a node that starts may wait for its peer."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_A_TIMEOUT_PARMS)

    timeout_type: int | None = attr(DRBD_A_TIMEOUT_PARMS.TIMEOUT_TYPE, u32)
