"""UDP ports of tunnels that a device knows of.

Source: linux/ethtool_netlink_generated.h, net/ethtool/tunnels.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, be16, enum, interface, multi, nest, string, takes, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_TUNNEL_INFO(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    UDP_PORTS = 2


class ETHTOOL_A_TUNNEL_UDP(Constants):
    """Attributes of the ports."""

    UNSPEC = 0
    TABLE = 1


class ETHTOOL_A_TUNNEL_UDP_TABLE(Constants):
    """Attributes of a table of ports."""

    UNSPEC = 0
    SIZE = 1
    TYPES = 2
    ENTRY = 3


class ETHTOOL_A_TUNNEL_UDP_ENTRY(Constants):
    """Attributes of a port."""

    UNSPEC = 0
    PORT = 1
    TYPE = 2


class TunnelType(Enumeration, prefix="ETHTOOL_UDP_TUNNEL_TYPE_"):
    """Tunnels over UDP."""

    VXLAN = 0
    GENEVE = 1
    VXLAN_GPE = 2


class TunnelPort(Record):
    """A port that the device takes packets of a tunnel from."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_TUNNEL_UDP_ENTRY, spec=("ethtool", "tunnel-udp-entry"))

    port: int | None = attr(ETHTOOL_A_TUNNEL_UDP_ENTRY.PORT, be16)
    type: takes.Member[TunnelType | None] = attr(ETHTOOL_A_TUNNEL_UDP_ENTRY.TYPE, enum(TunnelType, u32))


class TunnelTable(Record):
    """A table of ports."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_TUNNEL_UDP_TABLE, spec=("ethtool", "tunnel-udp-table"))

    size: int | None = attr(ETHTOOL_A_TUNNEL_UDP_TABLE.SIZE, u32)  # ports that it can hold
    types: Bits | None = attr(ETHTOOL_A_TUNNEL_UDP_TABLE.TYPES, bitset)  # that it can hold
    entries: takes.Records[TunnelPort] = attr(ETHTOOL_A_TUNNEL_UDP_TABLE.ENTRY, multi(nest(TunnelPort)))


class Tunnels(Record, header=GenericHeader):
    """The tables of a device."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_TUNNEL_INFO, policy="ethnl_tunnel_info_get_policy", spec=("ethtool", "tunnel-info")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_TUNNEL_INFO.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_TUNNEL_INFO.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_TUNNEL_INFO.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    tables: takes.Records[TunnelTable] = attr(
        (ETHTOOL_A_TUNNEL_INFO.UDP_PORTS, ETHTOOL_A_TUNNEL_UDP.TABLE), multi(nest(TunnelTable))
    )
