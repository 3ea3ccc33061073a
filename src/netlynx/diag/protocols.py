"""What SCTP and Multipath TCP know of a connection. Source: linux/sctp.h, linux/mptcp.h."""

from __future__ import annotations

from netlynx.schema import Enumeration, FlagSet, Layout, boolean, enum, member, s32, takes, u8, u16, u32, u64
from netlynx.schema.endpoint import stored_endpoint


class SctpState(Enumeration):
    """What an association is at. Source: include/net/sctp/constants.h of the kernel."""

    CLOSED = 0
    COOKIE_WAIT = 1
    COOKIE_ECHOED = 2
    ESTABLISHED = 3
    SHUTDOWN_PENDING = 4
    SHUTDOWN_SENT = 5
    SHUTDOWN_RECEIVED = 6
    SHUTDOWN_ACK_SENT = 7


class MptcpFlags(FlagSet, prefix="MPTCP_INFO_FLAG_"):
    """What has become of a connection."""

    FALLBACK = 1  # it is plain TCP
    REMOTE_KEY_RECEIVED = 2


class SctpInfo(Layout, c="sctp_info"):
    """The whole of `struct sctp_info`; times are in milliseconds, sizes in bytes, `…_chunks` numbers of chunks.

    Members whose names begin with `primary` are of the primary path. Source: sctp_get_sctp_info in net/sctp/socket.c.
    """

    tag: int = member(u32, c="sctpi_tag")
    state: takes.Member[SctpState] = member(enum(SctpState, u32), c="sctpi_state")
    receive_window: int = member(u32, c="sctpi_rwnd")
    unacked: int = member(u16, c="sctpi_unackdata")
    pending: int = member(u16, c="sctpi_penddata")
    in_streams: int = member(u16, c="sctpi_instrms")
    out_streams: int = member(u16, c="sctpi_outstrms")
    fragmentation_point: int = member(u32, c="sctpi_fragmentation_point")
    in_queue: int = member(u32, c="sctpi_inqueue")
    out_queue: int = member(u32, c="sctpi_outqueue")
    overall_error: int = member(u32, c="sctpi_overall_error")
    max_burst: int = member(u32, c="sctpi_max_burst")
    max_segment: int = member(u32, c="sctpi_maxseg")
    peer_receive_window: int = member(u32, c="sctpi_peer_rwnd")
    peer_tag: int = member(u32, c="sctpi_peer_tag")
    peer_capable: int = member(u8, c="sctpi_peer_capable")
    peer_sack: int = member(u8, c="sctpi_peer_sack")
    pad1: int = member(u16, c="__reserved1")
    in_sacks: int = member(u64, c="sctpi_isacks")
    out_sacks: int = member(u64, c="sctpi_osacks")
    out_packets: int = member(u64, c="sctpi_opackets")
    in_packets: int = member(u64, c="sctpi_ipackets")
    retransmitted_chunks: int = member(u64, c="sctpi_rtxchunks")
    out_of_sequence: int = member(u64, c="sctpi_outofseqtsns")
    duplicate_chunks: int = member(u64, c="sctpi_idupchunks")
    gap_reports: int = member(u64, c="sctpi_gapcnt")
    out_unordered_chunks: int = member(u64, c="sctpi_ouodchunks")
    in_unordered_chunks: int = member(u64, c="sctpi_iuodchunks")
    out_ordered_chunks: int = member(u64, c="sctpi_oodchunks")
    in_ordered_chunks: int = member(u64, c="sctpi_iodchunks")
    out_control_chunks: int = member(u64, c="sctpi_octrlchunks")
    in_control_chunks: int = member(u64, c="sctpi_ictrlchunks")
    primary: str = member(stored_endpoint, default="", c="sctpi_p_address")  # ``192.0.2.1:5000``
    primary_state: int = member(s32, c="sctpi_p_state")  # enum sctp_spinfo_state
    primary_cwnd: int = member(u32, c="sctpi_p_cwnd")
    primary_rtt: int = member(u32, c="sctpi_p_srtt")
    primary_rto: int = member(u32, c="sctpi_p_rto")
    primary_heartbeat: int = member(u32, c="sctpi_p_hbinterval")
    primary_max_retransmits: int = member(u32, c="sctpi_p_pathmaxrxt")
    primary_sack_delay: int = member(u32, c="sctpi_p_sackdelay")
    primary_sack_frequency: int = member(u32, c="sctpi_p_sackfreq")
    primary_ssthresh: int = member(u32, c="sctpi_p_ssthresh")
    primary_partial_bytes_acked: int = member(u32, c="sctpi_p_partial_bytes_acked")
    primary_flight_size: int = member(u32, c="sctpi_p_flight_size")
    primary_error: int = member(u16, c="sctpi_p_error")
    pad2: int = member(u16, c="__reserved2")
    autoclose: int = member(u32, c="sctpi_s_autoclose")  # seconds
    adaptation: int = member(u32, c="sctpi_s_adaptation_ind")
    partial_delivery_point: int = member(u32, c="sctpi_s_pd_point")
    no_delay: bool = member(boolean, c="sctpi_s_nodelay")
    disable_fragments: bool = member(boolean, c="sctpi_s_disable_fragments")
    v4_mapped: bool = member(boolean, c="sctpi_s_v4mapped")
    fragment_interleave: int = member(u8, c="sctpi_s_frag_interleave")
    type: int = member(u32, c="sctpi_s_type")
    pad3: int = member(u32, c="__reserved3")


class MptcpInfo(Layout, c="mptcp_info"):
    """The whole of `struct mptcp_info`. `last_…` are milliseconds ago. Source: mptcp_diag_fill_info in
    net/mptcp/sockopt.c."""

    subflows: int = member(u8, c="mptcpi_subflows")  # beside the first one
    addresses_signaled: int = member(u8, c="mptcpi_add_addr_signal")
    addresses_accepted: int = member(u8, c="mptcpi_add_addr_accepted")
    subflows_max: int = member(u8, c="mptcpi_subflows_max")
    addresses_signaled_max: int = member(u8, c="mptcpi_add_addr_signal_max")
    addresses_accepted_max: int = member(u8, c="mptcpi_add_addr_accepted_max")
    flags: takes.Flags[MptcpFlags] = member(enum(MptcpFlags, u32), c="mptcpi_flags")
    token: int = member(u32, c="mptcpi_token")
    write_sequence: int = member(u64, c="mptcpi_write_seq")
    send_unacked: int = member(u64, c="mptcpi_snd_una")
    receive_next: int = member(u64, c="mptcpi_rcv_nxt")
    local_addresses_used: int = member(u8, c="mptcpi_local_addr_used")
    local_addresses_max: int = member(u8, c="mptcpi_local_addr_max")
    checksums: bool = member(boolean, c="mptcpi_csum_enabled")
    retransmits: int = member(u32, c="mptcpi_retransmits")
    bytes_retransmitted: int = member(u64, c="mptcpi_bytes_retrans")
    bytes_sent: int = member(u64, c="mptcpi_bytes_sent")
    bytes_received: int = member(u64, c="mptcpi_bytes_received")
    bytes_acked: int = member(u64, c="mptcpi_bytes_acked")
    subflows_total: int = member(u8, c="mptcpi_subflows_total")
    laminar_max: int = member(u8, c="mptcpi_endp_laminar_max")
    fullmesh_max: int = member(u8, c="mptcpi_endp_fullmesh_max")
    pad: int = member(u8, c="reserved")
    last_data_sent: int = member(u32, c="mptcpi_last_data_sent")
    last_data_received: int = member(u32, c="mptcpi_last_data_recv")
    last_ack_received: int = member(u32, c="mptcpi_last_ack_recv")
