"""Wireless interfaces: what each is, on which channel, with how much power. Source: nl80211_send_iface and
nl80211_new_interface in net/wireless/nl80211.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Record,
    attr,
    boolean,
    enum,
    flag,
    indexed,
    interface,
    mac,
    nest,
    string,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import Facts

from .enums.interfaces import ChannelType, ChannelWidth, InterfaceType, MonitorFlag
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .station import QueueStatistics
from .units import dbm, members, network_name


class InterfaceLink(Record):
    """One link of an interface that has several (MLO)."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    id: int | None = attr(_A.MLO_LINK_ID, u8)
    mac: str | None = attr(_A.MAC, mac)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    frequency_offset: int | None = attr(_A.WIPHY_FREQ_OFFSET, u32)  # kHz more
    width: takes.Member[ChannelWidth | None] = attr(_A.CHANNEL_WIDTH, enum(ChannelWidth, u32))
    channel_type: takes.Member[ChannelType | None] = attr(_A.WIPHY_CHANNEL_TYPE, enum(ChannelType, u32))
    center1: int | None = attr(_A.CENTER_FREQ1, u32)  # MHz
    center2: int | None = attr(_A.CENTER_FREQ2, u32)  # MHz
    puncturing: int | None = attr(_A.PUNCT_BITMAP, u32)
    power: float | None = attr(_A.WIPHY_TX_POWER_LEVEL, dbm)  # dBm
    queue: takes.Nested[QueueStatistics | None] = attr(_A.TXQ_STATS, nest(QueueStatistics))


class Interface(Record, header=GenericHeader):
    """A wireless interface. One without a network device (P2P, NAN) has a `wdev` and no name."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)  # whose it is, by number
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    name: str | None = attr(_A.IFNAME, string(15))
    wdev: int | None = attr(_A.WDEV, u64)
    type: takes.Member[InterfaceType | None] = attr(_A.IFTYPE, enum(InterfaceType, u32))
    mac: str | None = attr(_A.MAC, mac)
    ssid: str | None = attr(_A.SSID, network_name)
    four_addresses: bool | None = attr(_A.X4ADDR, boolean)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz: of the channel that is primary
    frequency_offset: int | None = attr(_A.WIPHY_FREQ_OFFSET, u32)  # kHz more
    width: takes.Member[ChannelWidth | None] = attr(_A.CHANNEL_WIDTH, enum(ChannelWidth, u32))
    channel_type: takes.Member[ChannelType | None] = attr(_A.WIPHY_CHANNEL_TYPE, enum(ChannelType, u32))
    center1: int | None = attr(_A.CENTER_FREQ1, u32)  # MHz
    center2: int | None = attr(_A.CENTER_FREQ2, u32)  # MHz
    puncturing: int | None = attr(_A.PUNCT_BITMAP, u32)
    power: float | None = attr(_A.WIPHY_TX_POWER_LEVEL, dbm)  # dBm
    queue: takes.Nested[QueueStatistics | None] = attr(_A.TXQ_STATS, nest(QueueStatistics))
    radios: int | None = attr(_A.VIF_RADIO_MASK, u32)  # which of a wiphy's it may use, a bit each
    links: takes.Records[InterfaceLink] = attr(_A.MLO_LINKS, indexed(nest(InterfaceLink)), default=())
    generation: int | None = attr(_A.GENERATION, u32)


class InterfaceKey(Record, header=GenericHeader):
    """Which interface: by its index or name, or by `wdev`; for a listing, of which wiphy."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    wiphy: int | None = attr(_A.WIPHY, u32)


class NewInterface(Record, header=GenericHeader):
    """An interface to make, of a wiphy: a `name` and a `type`; None is as the kernel has it."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)  # another one of the same wiphy says as much
    name: str | None = attr(_A.IFNAME, string(15))
    type: takes.Member[InterfaceType | None] = attr(_A.IFTYPE, enum(InterfaceType, u32))
    mac: str | None = attr(_A.MAC, mac)
    four_addresses: bool | None = attr(_A.X4ADDR, boolean)
    mesh_id: str | None = attr(_A.MESH_ID, network_name)
    monitor: takes.MaybeSeveral[MonitorFlag] = attr(_A.MNTR_FLAGS, members(MonitorFlag))
    radios: int | None = attr(_A.VIF_RADIO_MASK, u32)
    owned: bool = attr(_A.SOCKET_OWNER, flag)  # it goes when the socket that asked for it is closed


class InterfaceChange(Record, header=GenericHeader):
    """What an interface is to become; what is None stays. It has to be down to be of another type."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    type: takes.Member[InterfaceType | None] = attr(_A.IFTYPE, enum(InterfaceType, u32))
    four_addresses: bool | None = attr(_A.X4ADDR, boolean)
    mesh_id: str | None = attr(_A.MESH_ID, network_name)
    monitor: takes.MaybeSeveral[MonitorFlag] = attr(_A.MNTR_FLAGS, members(MonitorFlag))
