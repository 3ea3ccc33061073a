"""What the older family says of IEEE 802.15.4. Source: net/ieee802154/nl-mac.c, nl-phy.c.

Interfaces are told by `device`, their name, or by `index`. Powers and levels are in dBm.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Record,
    array,
    attr,
    binary,
    boolean,
    enum,
    interface,
    mac,
    s8,
    s32,
    string,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts

from .constants import IEEE802154_ATTR, DeviceType, KeyMode

_A = IEEE802154_ATTR
_AS_BYTES = "a number of 8 bytes, of which the highest is the first of the address"


class _Message:
    """What all messages have: of the family's attributes they take and tell those that are declared."""

    __slots__ = ()
    __facts__: ClassVar[Facts] = Facts(attributes=IEEE802154_ATTR, policy="ieee802154_policy")
    __omitted__: ClassVar[dict[str, str]] = {"IEEE802154_ATTR_*": "not of this message"}


class Phy(_Message, Record, header=GenericHeader):
    """A radio. Of `channels`, each is a page in the highest 5 bits and a bit for each of its channels."""

    name: str | None = attr(_A.PHY_NAME, string)
    page: int | None = attr(_A.PAGE, u8)
    channel: int | None = attr(_A.CHANNEL, u8)
    channels: takes.MaybeSeveral[int] = attr(_A.CHANNEL_PAGE_LIST, array(u32))


class PhyRequest(_Message, Record, header=GenericHeader):
    """Which radio."""

    name: str | None = attr(_A.PHY_NAME, string)


class NewInterface(_Message, Record, header=GenericHeader):
    """An interface to be made, of which radio; what was made is told as `Made`."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES}

    phy: str | None = attr(_A.PHY_NAME, string)
    device: str | None = attr(_A.DEV_NAME, string)
    type: takes.Member[DeviceType | None] = attr(_A.DEV_TYPE, enum(DeviceType, u8))
    address: str | None = attr(_A.HW_ADDR, mac)


class Made(_Message, Record, header=GenericHeader):
    """An interface that was made or removed, and its radio."""

    phy: str | None = attr(_A.PHY_NAME, string)
    device: str | None = attr(_A.DEV_NAME, string)


class DeviceRequest(_Message, Record, header=GenericHeader):
    """Which interface."""

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)


class Device(_Message, Record, header=GenericHeader):
    """An interface, and how it reaches its medium."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    phy: str | None = attr(_A.PHY_NAME, string)
    address: str | None = attr(_A.HW_ADDR, mac)
    short_address: int | None = attr(_A.SHORT_ADDR, u16)
    network: int | None = attr(_A.PAN_ID, u16)
    power: int | None = attr(_A.TXPOWER, s8)
    listening: bool | None = attr(_A.LBT_ENABLED, boolean)
    cca_mode: int | None = attr(_A.CCA_MODE, u8)
    cca_level: int | None = attr(_A.CCA_ED_LEVEL, s32)
    backoffs: int | None = attr(_A.CSMA_RETRIES, u8)
    min_be: int | None = attr(_A.CSMA_MIN_BE, u8)
    max_be: int | None = attr(_A.CSMA_MAX_BE, u8)
    retries: int | None = attr(_A.FRAME_RETRIES, s8)


class Parameters(_Message, Record, header=GenericHeader):
    """How an interface, which is down, is to reach its medium."""

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    power: int | None = attr(_A.TXPOWER, s8)
    listening: bool | None = attr(_A.LBT_ENABLED, boolean)
    cca_mode: int | None = attr(_A.CCA_MODE, u8)
    cca_level: int | None = attr(_A.CCA_ED_LEVEL, s32)
    backoffs: int | None = attr(_A.CSMA_RETRIES, u8)
    min_be: int | None = attr(_A.CSMA_MIN_BE, u8)
    max_be: int | None = attr(_A.CSMA_MAX_BE, u8)
    retries: int | None = attr(_A.FRAME_RETRIES, s8)


class Association(_Message, Record, header=GenericHeader):
    """The coordinator and the network that an interface is to join."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    page: int | None = attr(_A.PAGE, u8)
    channel: int | None = attr(_A.CHANNEL, u8)
    network: int | None = attr(_A.COORD_PAN_ID, u16)
    address: str | None = attr(_A.COORD_HW_ADDR, mac)
    short_address: int | None = attr(_A.COORD_SHORT_ADDR, u16)
    capability: int | None = attr(_A.CAPABILITY, u8)


class AssociationAnswer(_Message, Record, header=GenericHeader):
    """What a device that wants to join is answered."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    status: int | None = attr(_A.STATUS, u8)
    address: str | None = attr(_A.DEST_HW_ADDR, mac)
    short_address: int | None = attr(_A.DEST_SHORT_ADDR, u16)


class Disassociation(_Message, Record, header=GenericHeader):
    """Which device an interface is to part from."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    address: str | None = attr(_A.DEST_HW_ADDR, mac)
    short_address: int | None = attr(_A.DEST_SHORT_ADDR, u16)
    reason: int | None = attr(_A.REASON, u8)


class Start(_Message, Record, header=GenericHeader):
    """The network that an interface is to begin, or to be in: all but the page have to be given."""

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    network: int | None = attr(_A.COORD_PAN_ID, u16)
    short_address: int | None = attr(_A.COORD_SHORT_ADDR, u16)
    page: int | None = attr(_A.PAGE, u8)
    channel: int | None = attr(_A.CHANNEL, u8)
    beacon_order: int | None = attr(_A.BCN_ORD, u8)  # 15: no beacons
    superframe_order: int | None = attr(_A.SF_ORD, u8)
    coordinator: bool | None = attr(_A.PAN_COORD, boolean)
    battery: bool | None = attr(_A.BAT_EXT, boolean)
    realign: bool | None = attr(_A.COORD_REALIGN, boolean)


class Started(_Message, Record, header=GenericHeader):
    """That an interface is in the network that it was to begin; `status` 0: it went well."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    address: str | None = attr(_A.HW_ADDR, mac)
    status: int | None = attr(_A.STATUS, u8)


class Scan(_Message, Record, header=GenericHeader):
    """A scan to be made, of a type as the standard numbers them, on a bit for each channel."""

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    type: int | None = attr(_A.SCAN_TYPE, u8)
    page: int | None = attr(_A.PAGE, u8)
    channels: int | None = attr(_A.CHANNELS, u32)
    duration: int | None = attr(_A.DURATION, u8)


class Security(_Message, Record, header=GenericHeader):
    """How an interface secures the frames that it sends, and what its key is told by.

    Of KeyMode.IMPLICIT that is a network and an address, else an index, with a source where the mode says so.
    """

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES, "source": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    enabled: bool | None = attr(_A.LLSEC_ENABLED, boolean)
    level: int | None = attr(_A.LLSEC_SECLEVEL, u8)  # 0 to 7
    counter: int | None = attr(_A.LLSEC_FRAME_COUNTER, u32)
    mode: takes.Member[KeyMode | None] = attr(_A.LLSEC_KEY_MODE, enum(KeyMode, u8))
    key_index: int | None = attr(_A.LLSEC_KEY_ID, u8)
    short_source: int | None = attr(_A.LLSEC_KEY_SOURCE_SHORT, u32)
    source: str | None = attr(_A.LLSEC_KEY_SOURCE_EXTENDED, mac)
    network: int | None = attr(_A.PAN_ID, u16)
    short_address: int | None = attr(_A.SHORT_ADDR, u16)
    address: str | None = attr(_A.HW_ADDR, mac)


class Key(_Message, Record, header=GenericHeader):
    """A key of 16 bytes, what it is told by, and the frames that it is for: a bit for each type."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES, "source": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    mode: takes.Member[KeyMode | None] = attr(_A.LLSEC_KEY_MODE, enum(KeyMode, u8))
    key_index: int | None = attr(_A.LLSEC_KEY_ID, u8)
    short_source: int | None = attr(_A.LLSEC_KEY_SOURCE_SHORT, u32)
    source: str | None = attr(_A.LLSEC_KEY_SOURCE_EXTENDED, mac)
    network: int | None = attr(_A.PAN_ID, u16)
    short_address: int | None = attr(_A.SHORT_ADDR, u16)
    address: str | None = attr(_A.HW_ADDR, mac)
    frames: int | None = attr(_A.LLSEC_KEY_USAGE_FRAME_TYPES, u8)
    commands: bytes | None = attr(_A.LLSEC_KEY_USAGE_COMMANDS, binary(32))  # a bit for each of 256
    key: bytes | None = attr(_A.LLSEC_KEY_BYTES, binary(16), secret=True)


class Peer(_Message, Record, header=GenericHeader):
    """A device whose frames are known, and what becomes of keys that it uses."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    address: str | None = attr(_A.HW_ADDR, mac)
    network: int | None = attr(_A.PAN_ID, u16)
    short_address: int | None = attr(_A.SHORT_ADDR, u16)
    counter: int | None = attr(_A.LLSEC_FRAME_COUNTER, u32)
    exempt: bool | None = attr(_A.LLSEC_DEV_OVERRIDE, boolean)
    key_mode: int | None = attr(_A.LLSEC_DEV_KEY_MODE, u8)  # 0 ignore, 1 restrict, 2 record


class PeerKey(_Message, Record, header=GenericHeader):
    """A key that a device has used, what it is told by, and the counter of its latest frame with it."""

    __differs__: ClassVar[dict[str, str]] = {"address": _AS_BYTES, "source": _AS_BYTES}

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    address: str | None = attr(_A.HW_ADDR, mac)  # of the device
    counter: int | None = attr(_A.LLSEC_FRAME_COUNTER, u32)
    mode: takes.Member[KeyMode | None] = attr(_A.LLSEC_KEY_MODE, enum(KeyMode, u8))
    key_index: int | None = attr(_A.LLSEC_KEY_ID, u8)
    short_source: int | None = attr(_A.LLSEC_KEY_SOURCE_SHORT, u32)
    source: str | None = attr(_A.LLSEC_KEY_SOURCE_EXTENDED, mac)
    network: int | None = attr(_A.PAN_ID, u16)
    short_address: int | None = attr(_A.SHORT_ADDR, u16)


class Level(_Message, Record, header=GenericHeader):
    """The security that frames of a type have to have: a bit for each level. `command` is of the type 3."""

    device: str | None = attr(_A.DEV_NAME, string)
    index: takes.Name[int | None] = attr(_A.DEV_INDEX, interface)
    frame: int | None = attr(_A.LLSEC_FRAME_TYPE, u8)  # 0 beacon, 1 data, 2 acknowledgement, 3 command
    command: int | None = attr(_A.LLSEC_CMD_FRAME_ID, u8)
    levels: int | None = attr(_A.LLSEC_SECLEVELS, u8)
    override: bool | None = attr(_A.LLSEC_DEV_OVERRIDE, boolean)
