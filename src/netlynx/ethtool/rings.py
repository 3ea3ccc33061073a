"""Rings of descriptors between driver and device.

Source: linux/ethtool_netlink_generated.h, net/ethtool/rings.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, boolean, enum, interface, string, takes, u8, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_RINGS(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    RX_MAX = 2
    RX_MINI_MAX = 3
    RX_JUMBO_MAX = 4
    TX_MAX = 5
    RX = 6
    RX_MINI = 7
    RX_JUMBO = 8
    TX = 9
    RX_BUF_LEN = 10
    TCP_DATA_SPLIT = 11
    CQE_SIZE = 12
    TX_PUSH = 13
    RX_PUSH = 14
    TX_PUSH_BUF_LEN = 15
    TX_PUSH_BUF_LEN_MAX = 16
    HDS_THRESH = 17
    HDS_THRESH_MAX = 18


class DataSplit(Enumeration, prefix="ETHTOOL_TCP_DATA_SPLIT_"):
    """Whether headers and data of TCP go to buffers of their own."""

    UNKNOWN = 0
    DISABLED = 1
    ENABLED = 2


class Rings(Record, header=GenericHeader):
    """Sizes of the rings; the kernel alone says those that end in `_max`."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_RINGS,
        policy=("ethnl_rings_get_policy", "ethnl_rings_set_policy"),
        spec=("ethtool", "rings"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_RINGS.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_RINGS.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_RINGS.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    rx_max: int | None = attr(ETHTOOL_A_RINGS.RX_MAX, u32)  # descriptors, as all that follow but for those with a unit
    rx_mini_max: int | None = attr(ETHTOOL_A_RINGS.RX_MINI_MAX, u32)
    rx_jumbo_max: int | None = attr(ETHTOOL_A_RINGS.RX_JUMBO_MAX, u32)
    tx_max: int | None = attr(ETHTOOL_A_RINGS.TX_MAX, u32)
    rx: int | None = attr(ETHTOOL_A_RINGS.RX, u32)
    rx_mini: int | None = attr(ETHTOOL_A_RINGS.RX_MINI, u32)
    rx_jumbo: int | None = attr(ETHTOOL_A_RINGS.RX_JUMBO, u32)
    tx: int | None = attr(ETHTOOL_A_RINGS.TX, u32)
    rx_buffer: int | None = attr(ETHTOOL_A_RINGS.RX_BUF_LEN, u32)  # bytes
    tcp_data_split: takes.Member[DataSplit | None] = attr(ETHTOOL_A_RINGS.TCP_DATA_SPLIT, enum(DataSplit, u8))
    cqe_size: int | None = attr(ETHTOOL_A_RINGS.CQE_SIZE, u32)  # bytes of a completion
    tx_push: bool | None = attr(ETHTOOL_A_RINGS.TX_PUSH, boolean)
    rx_push: bool | None = attr(ETHTOOL_A_RINGS.RX_PUSH, boolean)
    tx_push_buffer: int | None = attr(ETHTOOL_A_RINGS.TX_PUSH_BUF_LEN, u32)  # bytes
    tx_push_buffer_max: int | None = attr(ETHTOOL_A_RINGS.TX_PUSH_BUF_LEN_MAX, u32)  # bytes
    hds_threshold: int | None = attr(ETHTOOL_A_RINGS.HDS_THRESH, u32)  # bytes from which on headers are split off
    hds_threshold_max: int | None = attr(ETHTOOL_A_RINGS.HDS_THRESH_MAX, u32)  # bytes
