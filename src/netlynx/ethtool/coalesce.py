"""How long a device waits before it interrupts, for more to tell at once.

Source: linux/ethtool_netlink_generated.h, net/ethtool/coalesce.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, boolean, enum, interface, multi, nest, string, takes, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_COALESCE(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    RX_USECS = 2
    RX_MAX_FRAMES = 3
    RX_USECS_IRQ = 4
    RX_MAX_FRAMES_IRQ = 5
    TX_USECS = 6
    TX_MAX_FRAMES = 7
    TX_USECS_IRQ = 8
    TX_MAX_FRAMES_IRQ = 9
    STATS_BLOCK_USECS = 10
    USE_ADAPTIVE_RX = 11
    USE_ADAPTIVE_TX = 12
    PKT_RATE_LOW = 13
    RX_USECS_LOW = 14
    RX_MAX_FRAMES_LOW = 15
    TX_USECS_LOW = 16
    TX_MAX_FRAMES_LOW = 17
    PKT_RATE_HIGH = 18
    RX_USECS_HIGH = 19
    RX_MAX_FRAMES_HIGH = 20
    TX_USECS_HIGH = 21
    TX_MAX_FRAMES_HIGH = 22
    RATE_SAMPLE_INTERVAL = 23
    USE_CQE_MODE_TX = 24
    USE_CQE_MODE_RX = 25
    TX_AGGR_MAX_BYTES = 26
    TX_AGGR_MAX_FRAMES = 27
    TX_AGGR_TIME_USECS = 28
    RX_PROFILE = 29
    TX_PROFILE = 30
    RX_CQE_FRAMES = 31
    RX_CQE_NSECS = 32


class ETHTOOL_A_PROFILE(Constants):
    """Attributes of a profile."""

    UNSPEC = 0
    IRQ_MODERATION = 1


class ETHTOOL_A_IRQ_MODERATION(Constants):
    """Attributes of one step of a profile."""

    UNSPEC = 0
    USEC = 1
    PKTS = 2
    COMPS = 3


class Moderation(Record):
    """One step of a profile of dynamic interrupt moderation."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_IRQ_MODERATION, policy="coalesce_irq_moderation_policy", spec=("ethtool", "irq-moderation")
    )

    microseconds: int | None = attr(ETHTOOL_A_IRQ_MODERATION.USEC, u32)
    packets: int | None = attr(ETHTOOL_A_IRQ_MODERATION.PKTS, u32)
    completions: int | None = attr(ETHTOOL_A_IRQ_MODERATION.COMPS, u32)


class Coalesce(Record, header=GenericHeader):
    """When a device interrupts: after a time, or after a number of frames."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_COALESCE,
        policy=("ethnl_coalesce_get_policy", "ethnl_coalesce_set_policy"),
        spec=("ethtool", "coalesce"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_COALESCE.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_COALESCE.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_COALESCE.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    rx_usecs: int | None = attr(ETHTOOL_A_COALESCE.RX_USECS, u32)  # microseconds
    rx_max_frames: int | None = attr(ETHTOOL_A_COALESCE.RX_MAX_FRAMES, u32)  # frames
    rx_usecs_irq: int | None = attr(ETHTOOL_A_COALESCE.RX_USECS_IRQ, u32)  # microseconds, while an interrupt is served
    rx_max_frames_irq: int | None = attr(ETHTOOL_A_COALESCE.RX_MAX_FRAMES_IRQ, u32)
    tx_usecs: int | None = attr(ETHTOOL_A_COALESCE.TX_USECS, u32)  # microseconds
    tx_max_frames: int | None = attr(ETHTOOL_A_COALESCE.TX_MAX_FRAMES, u32)
    tx_usecs_irq: int | None = attr(ETHTOOL_A_COALESCE.TX_USECS_IRQ, u32)  # microseconds
    tx_max_frames_irq: int | None = attr(ETHTOOL_A_COALESCE.TX_MAX_FRAMES_IRQ, u32)
    stats_block_usecs: int | None = attr(ETHTOOL_A_COALESCE.STATS_BLOCK_USECS, u32)  # microseconds
    use_adaptive_rx: bool | None = attr(ETHTOOL_A_COALESCE.USE_ADAPTIVE_RX, boolean)
    use_adaptive_tx: bool | None = attr(ETHTOOL_A_COALESCE.USE_ADAPTIVE_TX, boolean)
    pkt_rate_low: int | None = attr(ETHTOOL_A_COALESCE.PKT_RATE_LOW, u32)  # packets a second
    rx_usecs_low: int | None = attr(ETHTOOL_A_COALESCE.RX_USECS_LOW, u32)  # microseconds
    rx_max_frames_low: int | None = attr(ETHTOOL_A_COALESCE.RX_MAX_FRAMES_LOW, u32)
    tx_usecs_low: int | None = attr(ETHTOOL_A_COALESCE.TX_USECS_LOW, u32)  # microseconds
    tx_max_frames_low: int | None = attr(ETHTOOL_A_COALESCE.TX_MAX_FRAMES_LOW, u32)
    pkt_rate_high: int | None = attr(ETHTOOL_A_COALESCE.PKT_RATE_HIGH, u32)  # packets a second
    rx_usecs_high: int | None = attr(ETHTOOL_A_COALESCE.RX_USECS_HIGH, u32)  # microseconds
    rx_max_frames_high: int | None = attr(ETHTOOL_A_COALESCE.RX_MAX_FRAMES_HIGH, u32)
    tx_usecs_high: int | None = attr(ETHTOOL_A_COALESCE.TX_USECS_HIGH, u32)  # microseconds
    tx_max_frames_high: int | None = attr(ETHTOOL_A_COALESCE.TX_MAX_FRAMES_HIGH, u32)
    rate_sample_interval: int | None = attr(ETHTOOL_A_COALESCE.RATE_SAMPLE_INTERVAL, u32)  # seconds
    use_cqe_mode_tx: bool | None = attr(ETHTOOL_A_COALESCE.USE_CQE_MODE_TX, boolean)
    use_cqe_mode_rx: bool | None = attr(ETHTOOL_A_COALESCE.USE_CQE_MODE_RX, boolean)
    tx_aggr_max_bytes: int | None = attr(ETHTOOL_A_COALESCE.TX_AGGR_MAX_BYTES, u32)  # bytes
    tx_aggr_max_frames: int | None = attr(ETHTOOL_A_COALESCE.TX_AGGR_MAX_FRAMES, u32)
    tx_aggr_time_usecs: int | None = attr(ETHTOOL_A_COALESCE.TX_AGGR_TIME_USECS, u32)  # microseconds
    rx_profile: takes.Records[Moderation] = attr(
        (ETHTOOL_A_COALESCE.RX_PROFILE, ETHTOOL_A_PROFILE.IRQ_MODERATION), multi(nest(Moderation))
    )
    tx_profile: takes.Records[Moderation] = attr(
        (ETHTOOL_A_COALESCE.TX_PROFILE, ETHTOOL_A_PROFILE.IRQ_MODERATION), multi(nest(Moderation))
    )
    rx_cqe_frames: int | None = attr(ETHTOOL_A_COALESCE.RX_CQE_FRAMES, u32)
    rx_cqe_nsecs: int | None = attr(ETHTOOL_A_COALESCE.RX_CQE_NSECS, u32)  # nanoseconds
