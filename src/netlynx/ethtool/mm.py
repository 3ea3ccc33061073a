"""MAC merge: frames that interrupt others (IEEE 802.3, clause 99).

Source: linux/ethtool_netlink_generated.h, net/ethtool/mm.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    boolean,
    enum,
    interface,
    nest,
    string,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_MM(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    PMAC_ENABLED = 2
    TX_ENABLED = 3
    TX_ACTIVE = 4
    TX_MIN_FRAG_SIZE = 5
    RX_MIN_FRAG_SIZE = 6
    VERIFY_ENABLED = 7
    VERIFY_STATUS = 8
    VERIFY_TIME = 9
    MAX_VERIFY_TIME = 10
    STATS = 11


class ETHTOOL_A_MM_STAT(Constants):
    """Attributes of the statistics."""

    UNSPEC = 0
    PAD = 1
    REASSEMBLY_ERRORS = 2
    SMD_ERRORS = 3
    REASSEMBLY_OK = 4
    RX_FRAG_COUNT = 5
    TX_FRAG_COUNT = 6
    HOLD_COUNT = 7


class VerifyStatus(Enumeration, prefix="ETHTOOL_MM_VERIFY_STATUS_"):
    """Whether the other side can do it."""

    UNKNOWN = 0
    INITIAL = 1
    VERIFYING = 2
    SUCCEEDED = 3
    FAILED = 4
    DISABLED = 5


class MmStatistics(Record):
    """Counters of MAC merge."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_MM_STAT, spec=("ethtool", "mm-stat"))

    reassembly_errors: int | None = attr(ETHTOOL_A_MM_STAT.REASSEMBLY_ERRORS, u64)
    smd_errors: int | None = attr(ETHTOOL_A_MM_STAT.SMD_ERRORS, u64)
    reassembly_ok: int | None = attr(ETHTOOL_A_MM_STAT.REASSEMBLY_OK, u64)
    rx_frag_count: int | None = attr(ETHTOOL_A_MM_STAT.RX_FRAG_COUNT, u64)
    tx_frag_count: int | None = attr(ETHTOOL_A_MM_STAT.TX_FRAG_COUNT, u64)
    hold_count: int | None = attr(ETHTOOL_A_MM_STAT.HOLD_COUNT, u64)


class MacMerge(Record, header=GenericHeader):
    """MAC merge of a device."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_MM, policy=("ethnl_mm_get_policy", "ethnl_mm_set_policy"), spec=("ethtool", "mm")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_MM.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_MM.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_MM.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    pmac_enabled: bool | None = attr(ETHTOOL_A_MM.PMAC_ENABLED, boolean)  # whether interrupted frames are understood
    tx_enabled: bool | None = attr(ETHTOOL_A_MM.TX_ENABLED, boolean)
    tx_active: bool | None = attr(ETHTOOL_A_MM.TX_ACTIVE, boolean)
    tx_min_frag_size: int | None = attr(ETHTOOL_A_MM.TX_MIN_FRAG_SIZE, u32)  # bytes
    rx_min_frag_size: int | None = attr(ETHTOOL_A_MM.RX_MIN_FRAG_SIZE, u32)  # bytes
    verify_enabled: bool | None = attr(ETHTOOL_A_MM.VERIFY_ENABLED, boolean)
    verify_status: takes.Member[VerifyStatus | None] = attr(ETHTOOL_A_MM.VERIFY_STATUS, enum(VerifyStatus, u8))
    verify_time: int | None = attr(ETHTOOL_A_MM.VERIFY_TIME, u32)  # milliseconds
    max_verify_time: int | None = attr(ETHTOOL_A_MM.MAX_VERIFY_TIME, u32)  # milliseconds
    statistics: takes.Nested[MmStatistics | None] = attr(  # with RequestFlags.STATS
        ETHTOOL_A_MM.STATS, nest(MmStatistics)
    )
