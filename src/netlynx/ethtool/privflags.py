"""Flags of a driver's own.

Source: linux/ethtool_netlink_generated.h, net/ethtool/privflags.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, enum, interface, string, takes, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_PRIVFLAGS(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    FLAGS = 2


class PrivateFlags(Record, header=GenericHeader):
    """Flags that mean something to one driver alone."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_PRIVFLAGS,
        policy=("ethnl_privflags_get_policy", "ethnl_privflags_set_policy"),
        spec=("ethtool", "privflags"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_PRIVFLAGS.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_PRIVFLAGS.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_PRIVFLAGS.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    flags: Bits | None = attr(ETHTOOL_A_PRIVFLAGS.FLAGS, bitset)
