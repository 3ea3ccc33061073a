"""What SMC has counted in a network namespace. Source: net/smc/smc_stats.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, boolean, nest, takes, u16, u32, u64, uint
from netlynx.schema.facts import Facts

from .constants import (
    SMC_GEN,
    SMC_NLA_FBACK_STATS,
    SMC_NLA_STATS,
    SMC_NLA_STATS_PLOAD,
    SMC_NLA_STATS_RMB,
    SMC_NLA_STATS_T,
)

_TOP = Facts(attributes=SMC_GEN)
_OTHER = {"SMC_GEN_*": "not of this message"}


class Sizes(Record):
    """How many were of up to so many KiB."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_STATS_PLOAD)

    up_to_8: int | None = attr(SMC_NLA_STATS_PLOAD.K8, u64)
    up_to_16: int | None = attr(SMC_NLA_STATS_PLOAD.K16, u64)
    up_to_32: int | None = attr(SMC_NLA_STATS_PLOAD.K32, u64)
    up_to_64: int | None = attr(SMC_NLA_STATS_PLOAD.K64, u64)
    up_to_128: int | None = attr(SMC_NLA_STATS_PLOAD.K128, u64)
    up_to_256: int | None = attr(SMC_NLA_STATS_PLOAD.K256, u64)
    up_to_512: int | None = attr(SMC_NLA_STATS_PLOAD.K512, u64)
    up_to_1024: int | None = attr(SMC_NLA_STATS_PLOAD.K1024, u64)
    larger: int | None = attr(SMC_NLA_STATS_PLOAD.G_1024K, u64)


class Buffers(Record):
    """What happened to buffers."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_STATS_RMB)

    too_small_at_peer: int | None = attr(SMC_NLA_STATS_RMB.SIZE_SM_PEER_CNT, u64)
    too_small: int | None = attr(SMC_NLA_STATS_RMB.SIZE_SM_CNT, u64)
    full_at_peer: int | None = attr(SMC_NLA_STATS_RMB.FULL_PEER_CNT, u64)
    full: int | None = attr(SMC_NLA_STATS_RMB.FULL_CNT, u64)
    reused: int | None = attr(SMC_NLA_STATS_RMB.REUSE_CNT, u64)
    made: int | None = attr(SMC_NLA_STATS_RMB.ALLOC_CNT, u64)
    smaller: int | None = attr(SMC_NLA_STATS_RMB.DGRADE_CNT, u64)  # than was wanted


class Technology(Record):
    """What was done over ISM, or over RDMA."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_STATS_T)

    tx_buffer_sizes: takes.Nested[Sizes | None] = attr(SMC_NLA_STATS_T.TX_RMB_SIZE, nest(Sizes))
    rx_buffer_sizes: takes.Nested[Sizes | None] = attr(SMC_NLA_STATS_T.RX_RMB_SIZE, nest(Sizes))
    tx_sizes: takes.Nested[Sizes | None] = attr(SMC_NLA_STATS_T.TXPLOAD_SIZE, nest(Sizes))
    rx_sizes: takes.Nested[Sizes | None] = attr(SMC_NLA_STATS_T.RXPLOAD_SIZE, nest(Sizes))
    tx_buffers: takes.Nested[Buffers | None] = attr(SMC_NLA_STATS_T.TX_RMB_STATS, nest(Buffers))
    rx_buffers: takes.Nested[Buffers | None] = attr(SMC_NLA_STATS_T.RX_RMB_STATS, nest(Buffers))
    client_v1: int | None = attr(SMC_NLA_STATS_T.CLNT_V1_SUCC, u64)  # handshakes that went well
    client_v2: int | None = attr(SMC_NLA_STATS_T.CLNT_V2_SUCC, u64)
    server_v1: int | None = attr(SMC_NLA_STATS_T.SRV_V1_SUCC, u64)
    server_v2: int | None = attr(SMC_NLA_STATS_T.SRV_V2_SUCC, u64)
    sendpage: int | None = attr(SMC_NLA_STATS_T.SENDPAGE_CNT, u64)  # calls
    splice: int | None = attr(SMC_NLA_STATS_T.SPLICE_CNT, u64)
    cork: int | None = attr(SMC_NLA_STATS_T.CORK_CNT, u64)
    nodelay: int | None = attr(SMC_NLA_STATS_T.NDLY_CNT, u64)
    urgent: int | None = attr(SMC_NLA_STATS_T.URG_DATA_CNT, u64)
    rx_bytes: int | None = attr(SMC_NLA_STATS_T.RX_BYTES, u64)
    tx_bytes: int | None = attr(SMC_NLA_STATS_T.TX_BYTES, u64)
    rx_calls: int | None = attr(SMC_NLA_STATS_T.RX_CNT, u64)
    tx_calls: int | None = attr(SMC_NLA_STATS_T.TX_CNT, u64)
    rx_buffer_bytes: int | None = attr(SMC_NLA_STATS_T.RX_RMB_USAGE, uint)  # in use now
    tx_buffer_bytes: int | None = attr(SMC_NLA_STATS_T.TX_RMB_USAGE, uint)


class Statistics(Record, header=GenericHeader):
    """What was counted since the network namespace was made."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=SMC_NLA_STATS))
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    ism: takes.Nested[Technology | None] = attr((SMC_GEN.STATS, SMC_NLA_STATS.SMCD_TECH), nest(Technology))
    rdma: takes.Nested[Technology | None] = attr((SMC_GEN.STATS, SMC_NLA_STATS.SMCR_TECH), nest(Technology))
    client_errors: int | None = attr((SMC_GEN.STATS, SMC_NLA_STATS.CLNT_HS_ERR_CNT), u64)  # of handshakes
    server_errors: int | None = attr((SMC_GEN.STATS, SMC_NLA_STATS.SRV_HS_ERR_CNT), u64)


class Fallback(Record, header=GenericHeader):
    """Why connections went on over TCP, and how many; the first one of each end has the sum besides.

    What a `reason` means says net/smc/smc_clc.h (0x03010000: the peer does not speak SMC …).
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=SMC_NLA_FBACK_STATS))
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    server: bool | None = attr((SMC_GEN.FBACK_STATS, SMC_NLA_FBACK_STATS.TYPE), boolean)
    reason: int | None = attr((SMC_GEN.FBACK_STATS, SMC_NLA_FBACK_STATS.RSN_CODE), u32)
    count: int | None = attr((SMC_GEN.FBACK_STATS, SMC_NLA_FBACK_STATS.RSN_CNT), u16)
    server_sum: int | None = attr((SMC_GEN.FBACK_STATS, SMC_NLA_FBACK_STATS.SRV_CNT), u64)
    client_sum: int | None = attr((SMC_GEN.FBACK_STATS, SMC_NLA_FBACK_STATS.CLNT_CNT), u64)
