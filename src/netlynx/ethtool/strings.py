"""Sets of strings: the names of bits and counters.

Source: linux/ethtool_netlink_generated.h, net/ethtool/strset.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, enum, flag, interface, multi, nest, string, takes, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, RequestFlags


class ETHTOOL_A_STRSET(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    STRINGSETS = 2
    COUNTS_ONLY = 3


class ETHTOOL_A_STRINGSETS(Constants):
    """Attributes of the sets."""

    UNSPEC = 0
    STRINGSET = 1


class ETHTOOL_A_STRINGSET(Constants):
    """Attributes of a set."""

    UNSPEC = 0
    ID = 1
    COUNT = 2
    STRINGS = 3


class ETHTOOL_A_STRINGS(Constants):
    """Attributes of its strings."""

    UNSPEC = 0
    STRING = 1


class ETHTOOL_A_STRING(Constants):
    """Attributes of a string."""

    UNSPEC = 0
    INDEX = 1
    VALUE = 2


class StringSetId(Enumeration, prefix="ETH_SS_"):
    """Which set; those up to PHY_TUNABLES but for FEATURES are a device's own."""

    TEST = 0
    STATS = 1
    PRIV_FLAGS = 2
    NTUPLE_FILTERS = 3
    FEATURES = 4
    RSS_HASH_FUNCS = 5
    TUNABLES = 6
    PHY_STATS = 7
    PHY_TUNABLES = 8
    LINK_MODES = 9
    MSG_CLASSES = 10
    WOL_MODES = 11
    SOF_TIMESTAMPING = 12
    TS_TX_TYPES = 13
    TS_RX_FILTERS = 14
    UDP_TUNNEL_TYPES = 15
    STATS_STD = 16
    STATS_ETH_PHY = 17
    STATS_ETH_MAC = 18
    STATS_ETH_CTRL = 19
    STATS_RMON = 20
    STATS_PHY = 21
    TS_FLAGS = 22


class StringEntry(Record):
    """One string."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_STRING, spec=("ethtool", "string"))

    index: int | None = attr(ETHTOOL_A_STRING.INDEX, u32)
    value: str | None = attr(ETHTOOL_A_STRING.VALUE, string)


class StringSet(Record):
    """One set."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_STRINGSET, policy="get_stringset_policy", spec=("ethtool", "stringset")
    )

    id: takes.Member[StringSetId | None] = attr(ETHTOOL_A_STRINGSET.ID, enum(StringSetId, u32))
    count: int | None = attr(ETHTOOL_A_STRINGSET.COUNT, u32)
    strings: takes.Records[StringEntry] = attr(
        (ETHTOOL_A_STRINGSET.STRINGS, ETHTOOL_A_STRINGS.STRING), multi(nest(StringEntry))
    )

    @property
    def names(self) -> dict[int, str]:
        """The strings by their numbers."""
        return {each.index: each.value for each in self.strings if each.index is not None and each.value is not None}


class StringSets(Record, header=GenericHeader):
    """Sets of strings, those that were asked for."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_STRSET, policy="ethnl_strset_get_policy", spec=("ethtool", "strset")
    )

    device: str | None = attr((ETHTOOL_A_STRSET.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_STRSET.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_STRSET.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_STRSET.HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)
    sets: takes.Records[StringSet] = attr(
        (ETHTOOL_A_STRSET.STRINGSETS, ETHTOOL_A_STRINGSETS.STRINGSET), multi(nest(StringSet))
    )
    counts_only: bool = attr(ETHTOOL_A_STRSET.COUNTS_ONLY, flag)  # do not say the strings
