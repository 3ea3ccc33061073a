"""What the port is: connector, transceiver, crossover.

Source: linux/ethtool_netlink_generated.h, net/ethtool/linkinfo.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, enum, interface, string, takes, u8, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_LINKINFO(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    PORT = 2
    PHYADDR = 3
    TP_MDIX = 4
    TP_MDIX_CTRL = 5
    TRANSCEIVER = 6


class Port(Enumeration, prefix="PORT_"):
    """The connector."""

    TP = 0
    AUI = 1
    MII = 2
    FIBRE = 3
    BNC = 4
    DA = 5
    NONE = 239
    OTHER = 255


class Crossover(Enumeration, prefix="ETH_TP_"):
    """Which pair of a twisted-pair port sends."""

    MDI_INVALID = 0
    MDI = 1
    MDI_X = 2
    MDI_AUTO = 3


class Transceiver(Enumeration, prefix="XCVR_"):
    """Where the transceiver is."""

    INTERNAL = 0
    EXTERNAL = 1
    DUMMY1 = 2
    DUMMY2 = 3
    DUMMY3 = 4


class LinkInfo(Record, header=GenericHeader):
    """The port of a device. `port`, `phy_address` and `crossover_control` can be set."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_LINKINFO,
        policy=("ethnl_linkinfo_get_policy", "ethnl_linkinfo_set_policy"),
        spec=("ethtool", "linkinfo"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_LINKINFO.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_LINKINFO.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_LINKINFO.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    port: takes.Member[Port | None] = attr(ETHTOOL_A_LINKINFO.PORT, enum(Port, u8))
    phy_address: int | None = attr(ETHTOOL_A_LINKINFO.PHYADDR, u8)  # MDIO address
    crossover: takes.Member[Crossover | None] = attr(ETHTOOL_A_LINKINFO.TP_MDIX, enum(Crossover, u8))  # as it is
    crossover_control: takes.Member[Crossover | None] = attr(  # as it is to be
        ETHTOOL_A_LINKINFO.TP_MDIX_CTRL, enum(Crossover, u8)
    )
    transceiver: takes.Member[Transceiver | None] = attr(ETHTOOL_A_LINKINFO.TRANSCEIVER, enum(Transceiver, u8))
