"""Security of IEEE 802.15.4 frames: of kernels that were built with it (IEEE802154_NL802154_EXPERIMENTAL).

Source: net/ieee802154/nl802154.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, be32, binary, boolean, enum, interface, nest, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts

from .constants import (
    NL802154_ATTR,
    NL802154_DEV_ADDR_ATTR,
    NL802154_DEV_ATTR,
    NL802154_DEVKEY_ATTR,
    NL802154_KEY_ATTR,
    NL802154_KEY_ID_ATTR,
    NL802154_SECLEVEL_ATTR,
    AddressMode,
    DeviceKeyMode,
    FrameType,
    KeyIdMode,
    SecurityLevel,
)

_FACTS = Facts(attributes=NL802154_ATTR, policy="nl802154_policy")
_OTHER = {"NL802154_ATTR_*": "not of this message"}
_KEY_SIZE = 16
_COMMANDS = 32  # bytes: a bit for each of 256


class Address(Record):
    """The address of a device, in a network; `mode` says which of the two it is."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL802154_DEV_ADDR_ATTR, policy="nl802154_dev_addr_policy")
    __omitted__: ClassVar[dict[str, str]] = {"NL802154_DEV_ADDR_ATTR_PEER_TYPE": "of devices that joined: Associated"}

    network: int | None = attr(NL802154_DEV_ADDR_ATTR.PAN_ID, u16)
    mode: takes.Member[AddressMode | None] = attr(NL802154_DEV_ADDR_ATTR.MODE, enum(AddressMode, u32))
    short_address: int | None = attr(NL802154_DEV_ADDR_ATTR.SHORT, u16)
    address: int | None = attr(NL802154_DEV_ADDR_ATTR.EXTENDED, u64)


class KeyId(Record):
    """What a key is told by: an `implicit` address, or `index`, with a source where the mode says so."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL802154_KEY_ID_ATTR, policy="nl802154_key_id_policy")

    mode: takes.Member[KeyIdMode | None] = attr(NL802154_KEY_ID_ATTR.MODE, enum(KeyIdMode, u32))
    index: int | None = attr(NL802154_KEY_ID_ATTR.INDEX, u8)
    implicit: takes.Nested[Address | None] = attr(NL802154_KEY_ID_ATTR.IMPLICIT, nest(Address))
    short_source: int | None = attr(NL802154_KEY_ID_ATTR.SOURCE_SHORT, u32)
    source: int | None = attr(NL802154_KEY_ID_ATTR.SOURCE_EXTENDED, u64)


class Security(Record, header=GenericHeader):
    """How an interface, which is down, is to secure the frames that it sends."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    enabled: bool | None = attr(NL802154_ATTR.SEC_ENABLED, boolean)
    level: takes.Member[SecurityLevel | None] = attr(NL802154_ATTR.SEC_OUT_LEVEL, enum(SecurityLevel, u32))
    key: takes.Nested[KeyId | None] = attr(NL802154_ATTR.SEC_OUT_KEY_ID, nest(KeyId))
    counter: int | None = attr(NL802154_ATTR.SEC_FRAME_COUNTER, be32)


class Key(Record, header=GenericHeader):
    """A key of 16 bytes, and the frames that it is for: a bit for each `FrameType`, 32 bytes for commands."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        _FACTS,
        Facts(attributes=NL802154_KEY_ATTR, policy="nl802154_key_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    id: takes.Nested[KeyId | None] = attr((NL802154_ATTR.SEC_KEY, NL802154_KEY_ATTR.ID), nest(KeyId))
    frames: int | None = attr((NL802154_ATTR.SEC_KEY, NL802154_KEY_ATTR.USAGE_FRAMES), u8)
    commands: bytes | None = attr((NL802154_ATTR.SEC_KEY, NL802154_KEY_ATTR.USAGE_CMDS), binary(_COMMANDS))
    key: bytes | None = attr((NL802154_ATTR.SEC_KEY, NL802154_KEY_ATTR.BYTES), binary(_KEY_SIZE), secret=True)


class Device(Record, header=GenericHeader):
    """A device whose frames are known, and what becomes of keys that it uses."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        _FACTS,
        Facts(attributes=NL802154_DEV_ATTR, policy="nl802154_dev_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    counter: int | None = attr((NL802154_ATTR.SEC_DEVICE, NL802154_DEV_ATTR.FRAME_COUNTER), u32)
    network: int | None = attr((NL802154_ATTR.SEC_DEVICE, NL802154_DEV_ATTR.PAN_ID), u16)
    short_address: int | None = attr((NL802154_ATTR.SEC_DEVICE, NL802154_DEV_ATTR.SHORT_ADDR), u16)
    address: int | None = attr((NL802154_ATTR.SEC_DEVICE, NL802154_DEV_ATTR.EXTENDED_ADDR), u64)
    exempt: bool | None = attr((NL802154_ATTR.SEC_DEVICE, NL802154_DEV_ATTR.SECLEVEL_EXEMPT), boolean)
    mode: takes.Member[DeviceKeyMode | None] = attr(
        (NL802154_ATTR.SEC_DEVICE, NL802154_DEV_ATTR.KEY_MODE), enum(DeviceKeyMode, u32)
    )


class DeviceKey(Record, header=GenericHeader):
    """A key that a device has used, and the counter of its latest frame with it."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        _FACTS,
        Facts(attributes=NL802154_DEVKEY_ATTR, policy="nl802154_devkey_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    counter: int | None = attr((NL802154_ATTR.SEC_DEVKEY, NL802154_DEVKEY_ATTR.FRAME_COUNTER), u32)
    address: int | None = attr((NL802154_ATTR.SEC_DEVKEY, NL802154_DEVKEY_ATTR.EXTENDED_ADDR), u64)
    id: takes.Nested[KeyId | None] = attr((NL802154_ATTR.SEC_DEVKEY, NL802154_DEVKEY_ATTR.ID), nest(KeyId))


class LevelRequest(Record, header=GenericHeader):
    """The security that frames of a kind have to have: a bit for each `SecurityLevel`."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        _FACTS,
        Facts(attributes=NL802154_SECLEVEL_ATTR, policy="nl802154_seclevel_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    levels: int | None = attr((NL802154_ATTR.SEC_LEVEL, NL802154_SECLEVEL_ATTR.LEVELS), u8)
    frame: takes.Member[FrameType | None] = attr(
        (NL802154_ATTR.SEC_LEVEL, NL802154_SECLEVEL_ATTR.FRAME), enum(FrameType, u32)
    )
    command: int | None = attr((NL802154_ATTR.SEC_LEVEL, NL802154_SECLEVEL_ATTR.CMD_FRAME), u32)  # of FrameType.CMD
    override: bool | None = attr((NL802154_ATTR.SEC_LEVEL, NL802154_SECLEVEL_ATTR.DEV_OVERRIDE), boolean)


class Level(LevelRequest, header=GenericHeader):
    """The same, as it is told."""

    __differs__: ClassVar[dict[str, str]] = {"levels": "taken as a u8, told as a u32: nl802154_send_seclevel"}

    levels: int | None = attr((NL802154_ATTR.SEC_LEVEL, NL802154_SECLEVEL_ATTR.LEVELS), u32)
