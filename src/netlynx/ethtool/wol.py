"""Wake-on-LAN: what wakes the machine.

Source: linux/ethtool_netlink_generated.h, net/ethtool/wol.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, binary, enum, interface, string, takes, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_WOL(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    MODES = 2
    SOPASS = 3


class WakeOnLan(Record, header=GenericHeader):
    """What wakes the machine: ``phy ucast mcast bcast arp magic magicsecure filter``."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_WOL, policy=("ethnl_wol_get_policy", "ethnl_wol_set_policy"), spec=("ethtool", "wol")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_WOL.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_WOL.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_WOL.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    modes: Bits | None = attr(ETHTOOL_A_WOL.MODES, bitset)  # supported, and those on in use
    password: bytes | None = attr(ETHTOOL_A_WOL.SOPASS, binary(6), secret=True)  # of magicsecure
