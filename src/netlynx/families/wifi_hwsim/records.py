"""What is said of simulated radios of 802.11, and of the frames that they send.

Source: drivers/net/wireless/virtual/mac80211_hwsim.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    binary,
    enum,
    flag,
    mac,
    member,
    s8,
    s32,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts

from .constants import HWSIM_ATTR, FrameFlags

_FACTS = Facts(attributes=HWSIM_ATTR, policy="hwsim_genl_policy@drivers/net/wireless/virtual/mac80211_hwsim_main.c")
_LONGEST = 2304  # IEEE80211_MAX_DATA_LEN
_OTHER = {"HWSIM_ATTR_*": "not of this message"}


class Rate(Layout):
    """A rate that a frame was tried at, by its place among those of the band (-1: no more), and how often."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct hwsim_tx_rate of a header that programs are not shown")

    index: int = member(s8)
    count: int = member(u8)


class RateFlags(Layout, packed=True):
    """How a frame was tried at a rate: bits MAC80211_HWSIM_TX_RC_…."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct hwsim_tx_rate_flag of a header that programs are not shown")

    index: int = member(s8)
    flags: int = member(u16)


class Radio(Record, header=GenericHeader):
    """A simulated radio, by its number."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    radio: int | None = attr(HWSIM_ATTR.RADIO_ID, u32)
    name: str | None = attr(HWSIM_ATTR.RADIO_NAME, string)  # as its wiphy is called
    channels: int | None = attr(HWSIM_ATTR.CHANNELS, u32)  # on which it can be at once
    country: str | None = attr(HWSIM_ATTR.REG_HINT_ALPHA2, string(2))
    regulation: int | None = attr(HWSIM_ATTR.REG_CUSTOM_REG, u32)  # one of the driver's own, by its place
    strict: bool = attr(HWSIM_ATTR.REG_STRICT_REG, flag)
    p2p: bool = attr(HWSIM_ATTR.SUPPORT_P2P_DEVICE, flag)
    contexts: bool = attr(HWSIM_ATTR.USE_CHANCTX, flag)  # of channels
    several: bool = attr(HWSIM_ATTR.MULTI_RADIO, flag)  # radios, one a band


class NewRadio(Record, header=GenericHeader):
    """A radio to be made; what is left out is as the module was told when it was loaded."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = {
        **_OTHER,
        "HWSIM_ATTR_PMSR_SUPPORT": "nests of nl80211 that say which distances it can measure",
    }

    name: str | None = attr(HWSIM_ATTR.RADIO_NAME, string)
    channels: int | None = attr(HWSIM_ATTR.CHANNELS, u32)
    country: str | None = attr(HWSIM_ATTR.REG_HINT_ALPHA2, string(2))
    regulation: int | None = attr(HWSIM_ATTR.REG_CUSTOM_REG, u32)
    strict: bool = attr(HWSIM_ATTR.REG_STRICT_REG, flag)
    p2p: bool = attr(HWSIM_ATTR.SUPPORT_P2P_DEVICE, flag)
    contexts: bool = attr(HWSIM_ATTR.USE_CHANCTX, flag)
    bound: bool = attr(HWSIM_ATTR.DESTROY_RADIO_ON_CLOSE, flag)  # it goes with the socket that made it
    bare: bool = attr(HWSIM_ATTR.NO_VIF, flag)  # without an interface
    address: str | None = attr(HWSIM_ATTR.PERM_ADDR, mac)
    types: int | None = attr(HWSIM_ATTR.IFTYPE_SUPPORT, u32)  # a bit for each of nl80211's types of interfaces
    ciphers: takes.MaybeSeveral[int] = attr(HWSIM_ATTR.CIPHER_SUPPORT, array(u32))
    mlo: bool = attr(HWSIM_ATTR.MLO_SUPPORT, flag)  # links of several bands
    several: bool = attr(HWSIM_ATTR.MULTI_RADIO, flag)
    nan: bool = attr(HWSIM_ATTR.SUPPORT_NAN_DEVICE, flag)
    radar: bool = attr(HWSIM_ATTR.SUPPORT_BACKGROUND_RADAR, flag)


class RadioRequest(Record, header=GenericHeader):
    """Which radio; to remove one its name will do."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    radio: int | None = attr(HWSIM_ATTR.RADIO_ID, u32)
    name: str | None = attr(HWSIM_ATTR.RADIO_NAME, string)


class Frame(Record, header=GenericHeader):
    """A frame that a radio sends, told to the medium: who else hears it is the medium's to say."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    transmitter: str | None = attr(HWSIM_ATTR.ADDR_TRANSMITTER, mac)  # the radio's own address
    frame: bytes | None = attr(HWSIM_ATTR.FRAME, binary(_LONGEST))  # as it is on the air, from its frame control on
    flags: takes.Flags[FrameFlags | None] = attr(HWSIM_ATTR.FLAGS, enum(FrameFlags, u32))
    frequency: int | None = attr(HWSIM_ATTR.FREQ, u32)  # MHz
    rates: takes.MaybeSeveral[Rate] = attr(HWSIM_ATTR.TX_INFO, array(struct(Rate)))
    rate_flags: takes.MaybeSeveral[RateFlags] = attr(HWSIM_ATTR.TX_INFO_FLAGS, array(struct(RateFlags)))
    cookie: int | None = attr(HWSIM_ATTR.COOKIE, u64)  # by which `Outcome` tells it


class Reception(Record, header=GenericHeader):
    """A frame that a radio is to hear."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = {"signal": "the kernel makes an int of it"}

    receiver: str | None = attr(HWSIM_ATTR.ADDR_RECEIVER, mac)  # the radio's own address
    frame: bytes | None = attr(HWSIM_ATTR.FRAME, binary(_LONGEST))
    rate: int | None = attr(HWSIM_ATTR.RX_RATE, u32)  # its place among those of the band
    signal: int | None = attr(HWSIM_ATTR.SIGNAL, s32)  # dBm
    frequency: int | None = attr(HWSIM_ATTR.FREQ, u32)  # MHz


class Outcome(Record, header=GenericHeader):
    """What became of a frame: with FrameFlags.ACK it was acknowledged. `rates` are the four that it was tried at."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = {"signal": "the kernel makes an int of it"}

    transmitter: str | None = attr(HWSIM_ATTR.ADDR_TRANSMITTER, mac)
    flags: takes.Flags[FrameFlags | None] = attr(HWSIM_ATTR.FLAGS, enum(FrameFlags, u32))
    cookie: int | None = attr(HWSIM_ATTR.COOKIE, u64)
    signal: int | None = attr(HWSIM_ATTR.SIGNAL, s32)  # dBm, of the acknowledgement
    rates: takes.MaybeSeveral[Rate] = attr(HWSIM_ATTR.TX_INFO, array(struct(Rate)))


class Address(Record, header=GenericHeader):
    """An address that a radio listens to from now on, or does no more."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    transmitter: str | None = attr(HWSIM_ATTR.ADDR_TRANSMITTER, mac)  # the radio's own address
    receiver: str | None = attr(HWSIM_ATTR.ADDR_RECEIVER, mac)


class Measurement(Record, header=GenericHeader):
    """Distances to be measured, and those that were: nests of nl80211's, as bytes."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = {"result": "a nest, which is left as it is"}

    transmitter: str | None = attr(HWSIM_ATTR.ADDR_TRANSMITTER, mac)
    request: bytes | None = attr(HWSIM_ATTR.PMSR_REQUEST, binary)
    result: bytes | None = attr(HWSIM_ATTR.PMSR_RESULT, binary)
