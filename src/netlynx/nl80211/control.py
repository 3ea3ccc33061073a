"""Frames that are sent and received, power save, channels that are visited, radios' own commands.

Source: nl80211_tx_mgmt, nl80211_register_mgmt, nl80211_set_power_save, nl80211_remain_on_channel,
nl80211_vendor_cmd in net/wireless/nl80211.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, binary, enum, flag, interface, s32, takes, u8, u16, u32, u64
from netlynx.schema import mac as hardware
from netlynx.schema.facts import Facts

from .enums.features import ProtocolFeature
from .enums.interfaces import ChannelType, ChannelWidth, PowerSave
from .enums.others import RxMgmtFlags
from .frame_kind import frame_bytes
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS

if TYPE_CHECKING:
    from .frame import Frame


class FrameRegistration(Record, header=GenericHeader):
    """Which management frames come to the socket that asks, for as long as it is open.

    `type` is as in the first two bytes of a frame: 0x40 probe requests, 0xd0 actions. `match` is how what is behind the
    header begins.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    type: int | None = attr(_A.FRAME_TYPE, u16)
    match: bytes | None = attr(_A.FRAME_MATCH, binary)
    multicast: bool = attr(_A.RECEIVE_MULTICAST, flag)  # those to groups, too


class FrameToSend(Record, header=GenericHeader):
    """A management frame to send: whole, with its header. On another channel than its own, an interface waits there
    for an answer."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    frame: takes.Natural[Frame | bytes | None] = attr(_A.FRAME, frame_bytes)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    duration: int | None = attr(_A.DURATION, u32)  # milliseconds to wait there
    offchannel: bool = attr(_A.OFFCHANNEL_TX_OK, flag)
    no_cck: bool = attr(_A.TX_NO_CCK_RATE, flag)
    no_ack: bool = attr(_A.DONT_WAIT_FOR_ACK, flag)  # nothing is told of it then
    link_id: int | None = attr(_A.MLO_LINK_ID, u8)


class Cookie(Record, header=GenericHeader):
    """The number by which events tell of what was asked for."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    cookie: int | None = attr(_A.COOKIE, u64)


class CookieKey(Record, header=GenericHeader):
    """Which of the things that were asked for is given up."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    cookie: int | None = attr(_A.COOKIE, u64)


class ReceivedFrame(Record, header=GenericHeader):
    """A management frame that came, for whoever registered for it."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    frame: takes.Natural[Frame | None] = attr(_A.FRAME, frame_bytes)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    frequency_offset: int | None = attr(_A.WIPHY_FREQ_OFFSET, u32)  # kHz more
    signal: int | None = attr(_A.RX_SIGNAL_DBM, s32)  # dBm
    flags: takes.Flags[RxMgmtFlags | None] = attr(_A.RXMGMT_FLAGS, enum(RxMgmtFlags, u32))
    link_id: int | None = attr(_A.MLO_LINK_ID, u8)
    received_at: int | None = attr(_A.RX_HW_TIMESTAMP, u64)  # nanoseconds, where the device tells


class StayOnChannel(Record, header=GenericHeader):
    """A channel that an interface visits, for how long."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    duration: int | None = attr(_A.DURATION, u32)  # milliseconds


class ChannelChange(Record, header=GenericHeader):
    """The channel that an interface is to be on."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    width: takes.Member[ChannelWidth | None] = attr(_A.CHANNEL_WIDTH, enum(ChannelWidth, u32))
    channel_type: takes.Member[ChannelType | None] = attr(_A.WIPHY_CHANNEL_TYPE, enum(ChannelType, u32))
    center1: int | None = attr(_A.CENTER_FREQ1, u32)  # MHz
    center2: int | None = attr(_A.CENTER_FREQ2, u32)  # MHz


class PowerSaving(Record, header=GenericHeader):
    """Whether an interface saves power."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    state: takes.Member[PowerSave | None] = attr(_A.PS_STATE, enum(PowerSave, u32))


class Vendor(Record, header=GenericHeader):
    """A command, an answer or an event of a vendor's own: what it says, only that vendor knows."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    mac: str | None = attr(_A.MAC, hardware)
    vendor: int | None = attr(_A.VENDOR_ID, u32)  # an OUI
    subcommand: int | None = attr(_A.VENDOR_SUBCMD, u32)
    data: bytes | None = attr(_A.VENDOR_DATA, binary)


class Protocol(Record, header=GenericHeader):
    """What this kernel can do of the family itself."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    features: takes.Flags[ProtocolFeature | None] = attr(_A.PROTOCOL_FEATURES, enum(ProtocolFeature, u32))
