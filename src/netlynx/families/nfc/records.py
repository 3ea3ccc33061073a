"""What is said of near-field communication. Source: linux/nfc.h, net/nfc/netlink.c of the kernel."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, binary, boolean, enum, indexed, nest, string, takes, u8, u16, u32
from netlynx.schema.facts import Facts

from .constants import NFC_ATTR, NFC_SDP_ATTR, CommunicationMode, Protocols, RfMode, SecureElementType


class Service(Record):
    """A service of the other device: what it is called, and the access point that it has."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_SDP_ATTR, policy="nfc_sdp_genl_policy")

    uri: str | None = attr(NFC_SDP_ATTR.URI, string(251))
    sap: int | None = attr(NFC_SDP_ATTR.SAP, u8)


class _Message:
    """What all messages have: of the family's attributes they take and tell those that are declared."""

    __slots__ = ()
    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy="nfc_genl_policy")
    __omitted__: ClassVar[dict[str, str]] = {"NFC_ATTR_*": "not of this message"}


class Key(_Message, Record, header=GenericHeader):
    """Which device is meant."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)


class Device(_Message, Record, header=GenericHeader):
    """A device: what it can speak, whether it is up, and what it does."""

    name: str | None = attr(NFC_ATTR.DEVICE_NAME, string(8))
    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.PROTOCOLS, enum(Protocols, u32))
    powered: bool | None = attr(NFC_ATTR.DEVICE_POWERED, boolean)
    mode: takes.Member[RfMode | None] = attr(NFC_ATTR.RF_MODE, enum(RfMode, u8))


class Target(_Message, Record, header=GenericHeader):
    """A target that a device found; what it answered when it was selected depends on its technology."""

    target: int | None = attr(NFC_ATTR.TARGET_INDEX, u32)
    protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.PROTOCOLS, enum(Protocols, u32))
    sens_res: int | None = attr(NFC_ATTR.TARGET_SENS_RES, u16)
    sel_res: int | None = attr(NFC_ATTR.TARGET_SEL_RES, u8)
    nfcid1: bytes | None = attr(NFC_ATTR.TARGET_NFCID1, binary(10))
    sensb_res: bytes | None = attr(NFC_ATTR.TARGET_SENSB_RES, binary(12))
    sensf_res: bytes | None = attr(NFC_ATTR.TARGET_SENSF_RES, binary(18))
    dsfid: int | None = attr(NFC_ATTR.TARGET_ISO15693_DSFID, u8)
    uid: bytes | None = attr(NFC_ATTR.TARGET_ISO15693_UID, binary(8))
    ats: bytes | None = attr(NFC_ATTR.TARGET_ATS, binary)


class TargetKey(_Message, Record, header=GenericHeader):
    """Which target of a device is meant, and how it is to be spoken to."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    target: int | None = attr(NFC_ATTR.TARGET_INDEX, u32)
    protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.PROTOCOLS, enum(Protocols, u32))


class Poll(_Message, Record, header=GenericHeader):
    """What a device looks for, as an initiator, and as what it lets itself be found."""

    __omitted__: ClassVar[dict[str, str]] = {
        **_Message.__omitted__,
        "NFC_ATTR_PROTOCOLS": "what older programs say instead of IM_PROTOCOLS",
    }

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    initiator_protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.IM_PROTOCOLS, enum(Protocols, u32))
    target_protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.TM_PROTOCOLS, enum(Protocols, u32))


class Link(_Message, Record, header=GenericHeader):
    """A link (NFC-DEP) between two devices."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    target: int | None = attr(NFC_ATTR.TARGET_INDEX, u32)
    communication: takes.Member[CommunicationMode | None] = attr(NFC_ATTR.COMM_MODE, enum(CommunicationMode, u8))
    mode: takes.Member[RfMode | None] = attr(NFC_ATTR.RF_MODE, enum(RfMode, u8))


class LlcParameters(_Message, Record, header=GenericHeader):
    """Parameters of LLCP: link timeout (in 10 ms), receive window, extension of the largest unit (in bytes)."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    timeout: int | None = attr(NFC_ATTR.LLC_PARAM_LTO, u8)  # 10 ms
    window: int | None = attr(NFC_ATTR.LLC_PARAM_RW, u8)
    miux: int | None = attr(NFC_ATTR.LLC_PARAM_MIUX, u16)  # bytes


class Discovery(_Message, Record, header=GenericHeader):
    """Services that are looked for on the other device, and, in an event, where they were found."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    services: takes.Records[Service] = attr(NFC_ATTR.LLC_SDP, indexed(nest(Service)))


class Firmware(_Message, Record, header=GenericHeader):
    """Firmware that a device is to load; `status` is the errno of its end, 0 where all went well."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    name: str | None = attr(NFC_ATTR.FIRMWARE_NAME, string(32))
    status: int | None = attr(NFC_ATTR.FIRMWARE_DOWNLOAD_STATUS, u32, read_only=True)


class SecureElement(_Message, Record, header=GenericHeader):
    """A secure element of a device; in events also the application that it has to do with, and bytes of it."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    element: int | None = attr(NFC_ATTR.SE_INDEX, u32)
    type: takes.Member[SecureElementType | None] = attr(NFC_ATTR.SE_TYPE, enum(SecureElementType, u8))
    application: bytes | None = attr(NFC_ATTR.SE_AID, binary)
    parameters: bytes | None = attr(NFC_ATTR.SE_PARAMS, binary)


class Apdu(_Message, Record, header=GenericHeader):
    """A command for a secure element, or its answer."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    element: int | None = attr(NFC_ATTR.SE_INDEX, u32)
    apdu: bytes | None = attr(NFC_ATTR.SE_APDU, binary)


class Vendor(_Message, Record, header=GenericHeader):
    """A command of a device's vendor, and its answer."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    vendor: int | None = attr(NFC_ATTR.VENDOR_ID, u32)
    command: int | None = attr(NFC_ATTR.VENDOR_SUBCMD, u32)
    data: bytes | None = attr(NFC_ATTR.VENDOR_DATA, binary)


class Activation(_Message, Record, header=GenericHeader):
    """Another device made this one its target, in one protocol; or, without, does so no more."""

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.TM_PROTOCOLS, enum(Protocols, u32))


class Lost(_Message, Record, header=GenericHeader):
    """A target is gone."""

    name: str | None = attr(NFC_ATTR.DEVICE_NAME, string(8))
    target: int | None = attr(NFC_ATTR.TARGET_INDEX, u32)
