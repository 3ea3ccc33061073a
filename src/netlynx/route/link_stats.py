"""Counters of a link, and the resources of old hardware. Source: linux/if_link.h, net/core/dev.c."""

from __future__ import annotations

from netlynx.schema import Layout, member, u8, u16, u32, u64


class LinkStatistics64(Layout, c="rtnl_link_stats64"):
    """Packets, bytes and mishaps since the link was made. Those from `rx_length_errors` on detail the sums above."""

    rx_packets: int = member(u64)
    tx_packets: int = member(u64)
    rx_bytes: int = member(u64)
    tx_bytes: int = member(u64)
    rx_errors: int = member(u64)
    tx_errors: int = member(u64)
    rx_dropped: int = member(u64)  # well received, but not taken: no memory, no protocol
    tx_dropped: int = member(u64)
    multicast: int = member(u64)  # received
    collisions: int = member(u64)
    rx_length_errors: int = member(u64)
    rx_over_errors: int = member(u64)  # the receiver's ring was full
    rx_crc_errors: int = member(u64)
    rx_frame_errors: int = member(u64)  # alignment
    rx_fifo_errors: int = member(u64)
    rx_missed_errors: int = member(u64)  # the host lacked buffers
    tx_aborted_errors: int = member(u64)
    tx_carrier_errors: int = member(u64)
    tx_fifo_errors: int = member(u64)
    tx_heartbeat_errors: int = member(u64)
    tx_window_errors: int = member(u64)
    rx_compressed: int = member(u64)
    tx_compressed: int = member(u64)
    rx_nohandler: int = member(u64)  # dropped, as the link is an inactive port
    rx_otherhost_dropped: int = member(u64)  # for another host's hardware address


class LinkStatistics(Layout, c="rtnl_link_stats"):
    """The same counters cut to 32 bits: they wrap. `LinkStatistics64` is better."""

    rx_packets: int = member(u32)
    tx_packets: int = member(u32)
    rx_bytes: int = member(u32)
    tx_bytes: int = member(u32)
    rx_errors: int = member(u32)
    tx_errors: int = member(u32)
    rx_dropped: int = member(u32)
    tx_dropped: int = member(u32)
    multicast: int = member(u32)
    collisions: int = member(u32)
    rx_length_errors: int = member(u32)
    rx_over_errors: int = member(u32)
    rx_crc_errors: int = member(u32)
    rx_frame_errors: int = member(u32)
    rx_fifo_errors: int = member(u32)
    rx_missed_errors: int = member(u32)
    tx_aborted_errors: int = member(u32)
    tx_carrier_errors: int = member(u32)
    tx_fifo_errors: int = member(u32)
    tx_heartbeat_errors: int = member(u32)
    tx_window_errors: int = member(u32)
    rx_compressed: int = member(u32)
    tx_compressed: int = member(u32)
    rx_nohandler: int = member(u32)


class LinkMap(Layout, c="rtnl_link_ifmap"):
    """Memory, interrupt and port of a card; all zero for anything modern."""

    mem_start: int = member(u64)
    mem_end: int = member(u64)
    base_addr: int = member(u64)
    irq: int = member(u16)
    dma: int = member(u8)
    port: int = member(u8)
