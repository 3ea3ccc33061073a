"""What TCP knows of a connection, and what its congestion control knows. Source: linux/tcp.h, linux/inet_diag.h."""

from __future__ import annotations

from netlynx.diag.constants import SocketState
from netlynx.schema import Enumeration, FlagSet, Layout, bits, enum, member, takes, u8, u16, u32, u64


class CongestionState(
    Enumeration,
    prefix="TCP_CA_",
    renamed={
        "OPEN": "TCP_CA_Open",
        "DISORDER": "TCP_CA_Disorder",
        "RECOVERY": "TCP_CA_Recovery",
        "LOSS": "TCP_CA_Loss",
    },
):
    """What congestion control is at."""

    OPEN = 0
    DISORDER = 1
    CWR = 2
    RECOVERY = 3
    LOSS = 4


class TcpOptions(FlagSet, prefix="TCPI_OPT_"):
    """What was agreed upon when the connection began, and what became of it."""

    TIMESTAMPS = 1
    SACK = 2
    WSCALE = 4
    ECN = 8
    ECN_SEEN = 16
    SYN_DATA = 32
    USEC_TS = 64
    TFO_CHILD = 128


class EcnMode(Enumeration, prefix="TCPI_ECN_MODE_"):
    """Which explicit congestion notification a connection has."""

    DISABLED = 0
    RFC3168 = 1
    ACCECN = 2
    PENDING = 3


class TcpInfo(Layout, c="tcp_info"):
    """The whole of `struct tcp_info`, 280 bytes; members that an older kernel's lacks are 0.

    Times are in microseconds (`rto`, `ato`, `rtt`, `rttvar`, `receive_rtt`, `min_rtt`, `busy_time` and the two
    `…_limited`), but `last_…` and `total_rto_time`, which are in milliseconds; rates in bytes a second. Numbers of
    segments are in segments, sizes in bytes. Of a socket that listens, `unacked` is how many connections wait to be
    accepted and `sacked` how many may.

    Source: linux/tcp.h, tcp_get_info in net/ipv4/tcp.c.
    """

    state: takes.Member[SocketState] = member(enum(SocketState, u8), c="tcpi_state")
    congestion_state: takes.Member[CongestionState] = member(enum(CongestionState, u8), c="tcpi_ca_state")
    retransmits: int = member(u8, c="tcpi_retransmits")  # of the oldest segment, so far
    probes: int = member(u8, c="tcpi_probes")  # unanswered probes of the window, or of keepalive
    backoff: int = member(u8, c="tcpi_backoff")  # how often the timer doubled
    options: takes.Flags[TcpOptions] = member(enum(TcpOptions, u8), c="tcpi_options")
    send_window_scale: int = member(bits(u8, 4), c="tcpi_snd_wscale")
    receive_window_scale: int = member(bits(u8, 4), c="tcpi_rcv_wscale")
    delivery_rate_app_limited: bool = member(enum(bool, bits(u8, 1)), c="tcpi_delivery_rate_app_limited")
    fastopen_client_fail: int = member(bits(u8, 2), c="tcpi_fastopen_client_fail")  # enum tcp_fastopen_client_fail
    rto: int = member(u32, c="tcpi_rto")  # µs
    ato: int = member(u32, c="tcpi_ato")  # µs
    send_mss: int = member(u32, c="tcpi_snd_mss")
    receive_mss: int = member(u32, c="tcpi_rcv_mss")
    unacked: int = member(u32, c="tcpi_unacked")
    sacked: int = member(u32, c="tcpi_sacked")
    lost: int = member(u32, c="tcpi_lost")
    retransmitted: int = member(u32, c="tcpi_retrans")  # segments that are on their way again
    fackets: int = member(u32, c="tcpi_fackets")
    last_data_sent: int = member(u32, c="tcpi_last_data_sent")  # ms ago
    last_ack_sent: int = member(u32, c="tcpi_last_ack_sent")  # the kernel does not remember: 0
    last_data_received: int = member(u32, c="tcpi_last_data_recv")  # ms ago
    last_ack_received: int = member(u32, c="tcpi_last_ack_recv")  # ms ago
    path_mtu: int = member(u32, c="tcpi_pmtu")
    receive_ssthresh: int = member(u32, c="tcpi_rcv_ssthresh")  # bytes
    rtt: int = member(u32, c="tcpi_rtt")  # µs, smoothed
    rttvar: int = member(u32, c="tcpi_rttvar")  # µs
    ssthresh: int = member(u32, c="tcpi_snd_ssthresh")  # segments; 2147483647: none
    cwnd: int = member(u32, c="tcpi_snd_cwnd")  # segments
    advertised_mss: int = member(u32, c="tcpi_advmss")
    reordering: int = member(u32, c="tcpi_reordering")  # segments
    receive_rtt: int = member(u32, c="tcpi_rcv_rtt")  # µs
    receive_space: int = member(u32, c="tcpi_rcv_space")  # bytes
    total_retransmits: int = member(u32, c="tcpi_total_retrans")
    pacing_rate: int = member(u64, c="tcpi_pacing_rate")  # bytes/s; all bits: no limit
    max_pacing_rate: int = member(u64, c="tcpi_max_pacing_rate")  # bytes/s; all bits: no limit
    bytes_acked: int = member(u64, c="tcpi_bytes_acked")
    bytes_received: int = member(u64, c="tcpi_bytes_received")
    segments_out: int = member(u32, c="tcpi_segs_out")
    segments_in: int = member(u32, c="tcpi_segs_in")
    unsent_bytes: int = member(u32, c="tcpi_notsent_bytes")
    min_rtt: int = member(u32, c="tcpi_min_rtt")  # µs
    data_segments_in: int = member(u32, c="tcpi_data_segs_in")
    data_segments_out: int = member(u32, c="tcpi_data_segs_out")
    delivery_rate: int = member(u64, c="tcpi_delivery_rate")  # bytes/s
    busy_time: int = member(u64, c="tcpi_busy_time")  # µs with data on its way
    receive_window_limited: int = member(u64, c="tcpi_rwnd_limited")  # µs of it, held up by the peer's window
    send_buffer_limited: int = member(u64, c="tcpi_sndbuf_limited")  # µs of it, held up by the buffer here
    delivered: int = member(u32, c="tcpi_delivered")
    delivered_ce: int = member(u32, c="tcpi_delivered_ce")
    bytes_sent: int = member(u64, c="tcpi_bytes_sent")
    bytes_retransmitted: int = member(u64, c="tcpi_bytes_retrans")
    dsack_duplicates: int = member(u32, c="tcpi_dsack_dups")
    reordering_seen: int = member(u32, c="tcpi_reord_seen")
    out_of_order_packets: int = member(u32, c="tcpi_rcv_ooopack")
    send_window: int = member(u32, c="tcpi_snd_wnd")  # bytes
    receive_window: int = member(u32, c="tcpi_rcv_wnd")  # bytes
    rehash: int = member(u32, c="tcpi_rehash")
    total_rto: int = member(u16, c="tcpi_total_rto")
    total_rto_recoveries: int = member(u16, c="tcpi_total_rto_recoveries")
    total_rto_time: int = member(u32, c="tcpi_total_rto_time")  # ms
    received_ce: int = member(u32, c="tcpi_received_ce")
    delivered_e1_bytes: int = member(u32, c="tcpi_delivered_e1_bytes")
    delivered_e0_bytes: int = member(u32, c="tcpi_delivered_e0_bytes")
    delivered_ce_bytes: int = member(u32, c="tcpi_delivered_ce_bytes")
    received_e1_bytes: int = member(u32, c="tcpi_received_e1_bytes")
    received_e0_bytes: int = member(u32, c="tcpi_received_e0_bytes")
    received_ce_bytes: int = member(u32, c="tcpi_received_ce_bytes")
    ecn_mode: takes.Member[EcnMode] = member(enum(EcnMode, bits(u32, 2)), c="tcpi_ecn_mode")
    accecn_option_seen: int = member(bits(u32, 2), c="tcpi_accecn_opt_seen")
    accecn_fail_mode: int = member(bits(u32, 4), c="tcpi_accecn_fail_mode")
    options2: int = member(bits(u32, 24), c="tcpi_options2")


class VegasInfo(Layout, c="tcpvegas_info"):
    """What Vegas, and what estimates as it does, knows; times in microseconds."""

    enabled: int = member(u32, c="tcpv_enabled")
    rtt_count: int = member(u32, c="tcpv_rttcnt")
    rtt: int = member(u32, c="tcpv_rtt")
    min_rtt: int = member(u32, c="tcpv_minrtt")


class DctcpInfo(Layout, c="tcp_dctcp_info"):
    """What DCTCP knows: `alpha` is the share of marked bytes, in 1024ths, the last two are bytes of this window."""

    enabled: int = member(u16, c="dctcp_enabled")
    ce_state: int = member(u16, c="dctcp_ce_state")
    alpha: int = member(u32, c="dctcp_alpha")
    marked_bytes: int = member(u32, c="dctcp_ab_ecn")
    total_bytes: int = member(u32, c="dctcp_ab_tot")


class BbrInfo(Layout, c="tcp_bbr_info"):
    """What BBR knows. Gains are in 256ths."""

    bandwidth_low: int = member(u32, c="bbr_bw_lo")
    bandwidth_high: int = member(u32, c="bbr_bw_hi")
    min_rtt: int = member(u32, c="bbr_min_rtt")  # µs
    pacing_gain: int = member(u32, c="bbr_pacing_gain")
    cwnd_gain: int = member(u32, c="bbr_cwnd_gain")

    @property
    def bandwidth(self) -> int:
        """The estimate of the bandwidth, in bytes a second."""
        return self.bandwidth_high << 32 | self.bandwidth_low
