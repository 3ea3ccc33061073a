"""Forward error correction.

Source: linux/ethtool_netlink_generated.h, net/ethtool/fec.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Constants,
    Record,
    array,
    attr,
    boolean,
    enum,
    interface,
    multi,
    nest,
    string,
    takes,
    u32,
    u64,
    uint,
)
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_FEC(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    MODES = 2
    AUTO = 3
    ACTIVE = 4
    STATS = 5


class ETHTOOL_A_FEC_STAT(Constants):
    """Attributes of the statistics."""

    UNSPEC = 0
    PAD = 1
    CORRECTED = 2
    UNCORR = 3
    CORR_BITS = 4
    HIST = 5


class ETHTOOL_A_FEC_HIST(Constants):
    """Attributes of a bin of the histogram."""

    PAD = 1
    BIN_LOW = 2
    BIN_HIGH = 3
    BIN_VAL = 4
    BIN_VAL_PER_LANE = 5


class FecBin(Record):
    """How many blocks had that many errors."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_FEC_HIST, spec=("ethtool", "fec-hist"))

    low: int | None = attr(ETHTOOL_A_FEC_HIST.BIN_LOW, u32)
    high: int | None = attr(ETHTOOL_A_FEC_HIST.BIN_HIGH, u32)
    value: int | None = attr(ETHTOOL_A_FEC_HIST.BIN_VAL, uint)
    lanes: takes.MaybeSeveral[int] = attr(ETHTOOL_A_FEC_HIST.BIN_VAL_PER_LANE, array(u64))


class FecStatistics(Record):
    """Counters: of the device first, then one a lane where the driver has them."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_FEC_STAT, spec=("ethtool", "fec-stat"))

    corrected: takes.MaybeSeveral[int] = attr(ETHTOOL_A_FEC_STAT.CORRECTED, array(u64))  # blocks
    uncorrectable: takes.MaybeSeveral[int] = attr(ETHTOOL_A_FEC_STAT.UNCORR, array(u64))  # blocks
    corrected_bits: takes.MaybeSeveral[int] = attr(ETHTOOL_A_FEC_STAT.CORR_BITS, array(u64))
    histogram: takes.Records[FecBin] = attr(ETHTOOL_A_FEC_STAT.HIST, multi(nest(FecBin)))


class Fec(Record, header=GenericHeader):
    """Forward error correction of a device. `modes` and `auto` can be set."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_FEC, policy=("ethnl_fec_get_policy", "ethnl_fec_set_policy"), spec=("ethtool", "fec")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_FEC.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_FEC.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_FEC.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    modes: Bits | None = attr(ETHTOOL_A_FEC.MODES, bitset)  # configured link modes: None, RS, BASER, LLRS
    auto: bool | None = attr(ETHTOOL_A_FEC.AUTO, boolean)  # the device chooses
    active: int | None = attr(ETHTOOL_A_FEC.ACTIVE, u32)  # ETHTOOL_LINK_MODE_FEC_*_BIT
    statistics: takes.Nested[FecStatistics | None] = attr(  # with RequestFlags.STATS
        ETHTOOL_A_FEC.STATS, nest(FecStatistics)
    )
