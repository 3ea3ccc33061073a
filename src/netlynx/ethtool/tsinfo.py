"""Timestamps of packets: what can be had.

Source: linux/ethtool_netlink_generated.h, linux/net_tstamp.h, net/ethtool/tsinfo.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, enum, interface, nest, string, takes, u32, uint
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_TSINFO(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    TIMESTAMPING = 2
    TX_TYPES = 3
    RX_FILTERS = 4
    PHC_INDEX = 5
    STATS = 6
    HWTSTAMP_PROVIDER = 7
    HWTSTAMP_SOURCE = 8
    HWTSTAMP_PHYINDEX = 9


class ETHTOOL_A_TS_STAT(Constants):
    """Attributes of the statistics."""

    UNSPEC = 0
    TX_PKTS = 1
    TX_LOST = 2
    TX_ERR = 3
    TX_ONESTEP_PKTS_UNCONFIRMED = 4


class ETHTOOL_A_TS_HWTSTAMP_PROVIDER(Constants):
    """Attributes of a provider."""

    UNSPEC = 0
    INDEX = 1
    QUALIFIER = 2


class TimestampQuality(Enumeration, prefix="HWTSTAMP_PROVIDER_QUALIFIER_"):
    """How good timestamps are."""

    PRECISE = 0
    APPROX = 1


class TimestampSource(Enumeration, prefix="HWTSTAMP_SOURCE_"):
    """Who makes hardware timestamps."""

    NETDEV = 1
    PHYLIB = 2


class Provider(Record):
    """One of the clocks that hardware timestamps may be from."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_TS_HWTSTAMP_PROVIDER,
        policy="ethnl_ts_hwtst_prov_policy",
        spec=("ethtool", "ts-hwtstamp-provider"),
    )

    index: int | None = attr(ETHTOOL_A_TS_HWTSTAMP_PROVIDER.INDEX, u32)  # of the PTP hardware clock
    quality: takes.Member[TimestampQuality | None] = attr(
        ETHTOOL_A_TS_HWTSTAMP_PROVIDER.QUALIFIER, enum(TimestampQuality, u32)
    )


class TimestampStatistics(Record):
    """What has become of packets that were to be timestamped."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_TS_STAT, spec=("ethtool", "ts-stat"))

    tx_packets: int | None = attr(ETHTOOL_A_TS_STAT.TX_PKTS, uint)  # with a timestamp
    tx_lost: int | None = attr(ETHTOOL_A_TS_STAT.TX_LOST, uint)  # whose timestamp never came
    tx_errors: int | None = attr(ETHTOOL_A_TS_STAT.TX_ERR, uint)
    tx_onestep_unconfirmed: int | None = attr(ETHTOOL_A_TS_STAT.TX_ONESTEP_PKTS_UNCONFIRMED, uint)


class TimestampInfo(Record, header=GenericHeader):
    """What timestamps a device can make; `provider` in a request asks for those of one clock."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_TSINFO, policy="ethnl_tsinfo_get_policy", spec=("ethtool", "tsinfo")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_TSINFO.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_TSINFO.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_TSINFO.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    timestamping: Bits | None = attr(ETHTOOL_A_TSINFO.TIMESTAMPING, bitset)  # hardware-transmit, software-receive …
    tx_types: Bits | None = attr(ETHTOOL_A_TSINFO.TX_TYPES, bitset)
    rx_filters: Bits | None = attr(ETHTOOL_A_TSINFO.RX_FILTERS, bitset)
    phc_index: int | None = attr(ETHTOOL_A_TSINFO.PHC_INDEX, u32)  # PTP hardware clock
    statistics: takes.Nested[TimestampStatistics | None] = attr(
        ETHTOOL_A_TSINFO.STATS, nest(TimestampStatistics)
    )  # with RequestFlags.STATS
    provider: takes.Nested[Provider | None] = attr(ETHTOOL_A_TSINFO.HWTSTAMP_PROVIDER, nest(Provider))
    source: takes.Member[TimestampSource | None] = attr(ETHTOOL_A_TSINFO.HWTSTAMP_SOURCE, enum(TimestampSource, u32))
    source_phy: int | None = attr(ETHTOOL_A_TSINFO.HWTSTAMP_PHYINDEX, u32)
