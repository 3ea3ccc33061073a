"""Mean square error of the signal, as a PHY measures it.

Source: linux/ethtool_netlink_generated.h, net/ethtool/mse.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, enum, interface, nest, string, takes, u32, uint
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, RequestFlags


class ETHTOOL_A_MSE(Constants):
    """Attributes."""

    HEADER = 1
    CAPABILITIES = 2
    CHANNEL_A = 3
    CHANNEL_B = 4
    CHANNEL_C = 5
    CHANNEL_D = 6
    WORST_CHANNEL = 7
    LINK = 8


class ETHTOOL_A_MSE_CAPABILITIES(Constants):
    """Attributes of what a PHY can measure."""

    MAX_AVERAGE_MSE = 1
    MAX_PEAK_MSE = 2
    REFRESH_RATE_PS = 3
    NUM_SYMBOLS = 4


class ETHTOOL_A_MSE_SNAPSHOT(Constants):
    """Attributes of what it has measured."""

    AVERAGE_MSE = 1
    PEAK_MSE = 2
    WORST_PEAK_MSE = 3


class MseCapabilities(Record):
    """What a PHY can measure."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_MSE_CAPABILITIES, spec=("ethtool", "mse-capabilities"))

    max_average_mse: int | None = attr(ETHTOOL_A_MSE_CAPABILITIES.MAX_AVERAGE_MSE, uint)
    max_peak_mse: int | None = attr(ETHTOOL_A_MSE_CAPABILITIES.MAX_PEAK_MSE, uint)
    refresh_rate: int | None = attr(ETHTOOL_A_MSE_CAPABILITIES.REFRESH_RATE_PS, uint)  # picoseconds
    symbols: int | None = attr(ETHTOOL_A_MSE_CAPABILITIES.NUM_SYMBOLS, uint)  # in one measurement


class MseSnapshot(Record):
    """What a PHY has measured."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_MSE_SNAPSHOT, spec=("ethtool", "mse-snapshot"))

    average: int | None = attr(ETHTOOL_A_MSE_SNAPSHOT.AVERAGE_MSE, uint)
    peak: int | None = attr(ETHTOOL_A_MSE_SNAPSHOT.PEAK_MSE, uint)
    worst_peak: int | None = attr(ETHTOOL_A_MSE_SNAPSHOT.WORST_PEAK_MSE, uint)


class Mse(Record, header=GenericHeader):
    """Mean square errors of a link; since Linux 6.19."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_MSE, policy="ethnl_mse_get_policy", spec=("ethtool", "mse"))

    device: str | None = attr((ETHTOOL_A_MSE.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_MSE.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_MSE.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_MSE.HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)
    capabilities: takes.Nested[MseCapabilities | None] = attr(ETHTOOL_A_MSE.CAPABILITIES, nest(MseCapabilities))
    channel_a: takes.Nested[MseSnapshot | None] = attr(ETHTOOL_A_MSE.CHANNEL_A, nest(MseSnapshot))
    channel_b: takes.Nested[MseSnapshot | None] = attr(ETHTOOL_A_MSE.CHANNEL_B, nest(MseSnapshot))
    channel_c: takes.Nested[MseSnapshot | None] = attr(ETHTOOL_A_MSE.CHANNEL_C, nest(MseSnapshot))
    channel_d: takes.Nested[MseSnapshot | None] = attr(ETHTOOL_A_MSE.CHANNEL_D, nest(MseSnapshot))
    worst_channel: takes.Nested[MseSnapshot | None] = attr(ETHTOOL_A_MSE.WORST_CHANNEL, nest(MseSnapshot))
    link: takes.Nested[MseSnapshot | None] = attr(ETHTOOL_A_MSE.LINK, nest(MseSnapshot))
