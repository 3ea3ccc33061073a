"""Near-field communication: devices, the targets that they find, links between two devices, secure elements.

    from netlynx.families import nfc

    for device in nl.dump(nfc.devices()):
        print(device.name, device.protocols, device.powered)
    nl.do(nfc.up(index=0))
    nl.do(nfc.start_poll(index=0, initiator_protocols="nfc-dep"))

Source: linux/nfc.h, net/nfc/netlink.c of the kernel.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    binary,
    boolean,
    enum,
    indexed,
    nest,
    string,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts

_POLICY = "nfc_genl_policy"
_NOT_HERE = {"NFC_ATTR_*": "not of this message"}


class NFC_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    GET_DEVICE = 1
    DEV_UP = 2
    DEV_DOWN = 3
    DEP_LINK_UP = 4
    DEP_LINK_DOWN = 5
    START_POLL = 6
    STOP_POLL = 7
    GET_TARGET = 8
    LLC_GET_PARAMS = 15
    LLC_SET_PARAMS = 16
    ENABLE_SE = 17
    DISABLE_SE = 18
    LLC_SDREQ = 19
    FW_DOWNLOAD = 21
    GET_SE = 26
    SE_IO = 27
    ACTIVATE_TARGET = 28
    VENDOR = 29
    DEACTIVATE_TARGET = 30


_TOLD = {name: f"NFC_CMD_{name}" for name in ("DEP_LINK_UP", "DEP_LINK_DOWN", "FW_DOWNLOAD", "SE_IO")}


class NFC_EVENT(Constants, renamed=_TOLD):
    """What is told unasked; of the same enumeration as the commands, four of which are told as well."""

    DEP_LINK_UP = 4
    DEP_LINK_DOWN = 5
    TARGETS_FOUND = 9
    DEVICE_ADDED = 10
    DEVICE_REMOVED = 11
    TARGET_LOST = 12
    TM_ACTIVATED = 13
    TM_DEACTIVATED = 14
    LLC_SDRES = 20
    FW_DOWNLOAD = 21
    SE_ADDED = 22
    SE_REMOVED = 23
    SE_CONNECTIVITY = 24
    SE_TRANSACTION = 25
    SE_IO = 27


class NFC_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    DEVICE_INDEX = 1
    DEVICE_NAME = 2
    PROTOCOLS = 3
    TARGET_INDEX = 4
    TARGET_SENS_RES = 5
    TARGET_SEL_RES = 6
    TARGET_NFCID1 = 7
    TARGET_SENSB_RES = 8
    TARGET_SENSF_RES = 9
    COMM_MODE = 10
    RF_MODE = 11
    DEVICE_POWERED = 12
    IM_PROTOCOLS = 13
    TM_PROTOCOLS = 14
    LLC_PARAM_LTO = 15
    LLC_PARAM_RW = 16
    LLC_PARAM_MIUX = 17
    SE = 18
    LLC_SDP = 19
    FIRMWARE_NAME = 20
    SE_INDEX = 21
    SE_TYPE = 22
    SE_AID = 23
    FIRMWARE_DOWNLOAD_STATUS = 24
    SE_APDU = 25
    TARGET_ISO15693_DSFID = 26
    TARGET_ISO15693_UID = 27
    SE_PARAMS = 28
    VENDOR_ID = 29
    VENDOR_SUBCMD = 30
    VENDOR_DATA = 31
    TARGET_ATS = 32


class NFC_SDP_ATTR(Constants):
    """Attributes of a service that is looked for."""

    UNSPEC = 0
    URI = 1
    SAP = 2


_MASKS = {
    name: f"NFC_PROTO_{name}_MASK"
    for name in ("JEWEL", "MIFARE", "FELICA", "ISO14443", "NFC_DEP", "ISO14443_B", "ISO15693")
}


class Protocols(FlagSet, prefix="NFC_PROTO_", renamed=_MASKS):
    """Protocols of NFC."""

    __omitted__: ClassVar[dict[str, str]] = dict.fromkeys(
        (f"NFC_PROTO_{name}" for name in _MASKS), "the number of its bit"
    )

    JEWEL = 1 << 1
    MIFARE = 1 << 2
    FELICA = 1 << 3
    ISO14443 = 1 << 4
    NFC_DEP = 1 << 5
    ISO14443_B = 1 << 6
    ISO15693 = 1 << 7


class CommunicationMode(Enumeration, prefix="NFC_COMM_"):
    """Who makes the field of a link between two devices: both in turn, or one."""

    ACTIVE = 0
    PASSIVE = 1


class RfMode(Enumeration, prefix="NFC_RF_"):
    """What a device is at the moment."""

    INITIATOR = 0
    TARGET = 1
    NONE = 2


class SecureElementType(Enumeration, prefix="NFC_SE_"):
    """Where a secure element is: in the SIM, or built in."""

    __omitted__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("NFC_SE_DISABLED", "NFC_SE_ENABLED"), "whether one is enabled, which no message tells"
    )

    UICC = 1
    EMBEDDED = 2


class Service(Record):
    """A service of the other device: what it is called, and the access point that it has."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_SDP_ATTR, policy="nfc_sdp_genl_policy")

    uri: str | None = attr(NFC_SDP_ATTR.URI, string(251))
    sap: int | None = attr(NFC_SDP_ATTR.SAP, u8)


class Key(Record, header=GenericHeader):
    """Which device is meant."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)


class Device(Record, header=GenericHeader):
    """A device: what it can speak, whether it is up, and what it does."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    name: str | None = attr(NFC_ATTR.DEVICE_NAME, string(8))
    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.PROTOCOLS, enum(Protocols, u32))
    powered: bool | None = attr(NFC_ATTR.DEVICE_POWERED, boolean)
    mode: takes.Member[RfMode | None] = attr(NFC_ATTR.RF_MODE, enum(RfMode, u8))


class Target(Record, header=GenericHeader):
    """A target that a device found; what it answered when it was selected depends on its technology."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

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


class TargetKey(Record, header=GenericHeader):
    """Which target of a device is meant, and how it is to be spoken to."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    target: int | None = attr(NFC_ATTR.TARGET_INDEX, u32)
    protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.PROTOCOLS, enum(Protocols, u32))


class Poll(Record, header=GenericHeader):
    """What a device looks for, as an initiator, and as what it lets itself be found."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = {
        **_NOT_HERE,
        "NFC_ATTR_PROTOCOLS": "what older programs say instead of IM_PROTOCOLS",
    }

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    initiator_protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.IM_PROTOCOLS, enum(Protocols, u32))
    target_protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.TM_PROTOCOLS, enum(Protocols, u32))


class Link(Record, header=GenericHeader):
    """A link (NFC-DEP) between two devices."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    target: int | None = attr(NFC_ATTR.TARGET_INDEX, u32)
    communication: takes.Member[CommunicationMode | None] = attr(NFC_ATTR.COMM_MODE, enum(CommunicationMode, u8))
    mode: takes.Member[RfMode | None] = attr(NFC_ATTR.RF_MODE, enum(RfMode, u8))


class LlcParameters(Record, header=GenericHeader):
    """Parameters of LLCP: link timeout (in 10 ms), receive window, extension of the largest unit (in bytes)."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    timeout: int | None = attr(NFC_ATTR.LLC_PARAM_LTO, u8)  # 10 ms
    window: int | None = attr(NFC_ATTR.LLC_PARAM_RW, u8)
    miux: int | None = attr(NFC_ATTR.LLC_PARAM_MIUX, u16)  # bytes


class Discovery(Record, header=GenericHeader):
    """Services that are looked for on the other device, and, in an event, where they were found."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    services: takes.Records[Service] = attr(NFC_ATTR.LLC_SDP, indexed(nest(Service)))


class Firmware(Record, header=GenericHeader):
    """Firmware that a device is to load; `status` is the errno of its end, 0 where all went well."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    name: str | None = attr(NFC_ATTR.FIRMWARE_NAME, string(32))
    status: int | None = attr(NFC_ATTR.FIRMWARE_DOWNLOAD_STATUS, u32, read_only=True)


class SecureElement(Record, header=GenericHeader):
    """A secure element of a device; in events also the application that it has to do with, and bytes of it."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    element: int | None = attr(NFC_ATTR.SE_INDEX, u32)
    type: takes.Member[SecureElementType | None] = attr(NFC_ATTR.SE_TYPE, enum(SecureElementType, u8))
    application: bytes | None = attr(NFC_ATTR.SE_AID, binary)
    parameters: bytes | None = attr(NFC_ATTR.SE_PARAMS, binary)


class Apdu(Record, header=GenericHeader):
    """A command for a secure element, or its answer."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    element: int | None = attr(NFC_ATTR.SE_INDEX, u32)
    apdu: bytes | None = attr(NFC_ATTR.SE_APDU, binary)


class Vendor(Record, header=GenericHeader):
    """A command of a device's vendor, and its answer."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    vendor: int | None = attr(NFC_ATTR.VENDOR_ID, u32)
    command: int | None = attr(NFC_ATTR.VENDOR_SUBCMD, u32)
    data: bytes | None = attr(NFC_ATTR.VENDOR_DATA, binary)


class Activation(Record, header=GenericHeader):
    """Another device made this one its target, in one protocol; or, without, does so no more."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: int | None = attr(NFC_ATTR.DEVICE_INDEX, u32)
    protocols: takes.Flags[Protocols | None] = attr(NFC_ATTR.TM_PROTOCOLS, enum(Protocols, u32))


class Lost(Record, header=GenericHeader):
    """A target is gone."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFC_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    name: str | None = attr(NFC_ATTR.DEVICE_NAME, string(8))
    target: int | None = attr(NFC_ATTR.TARGET_INDEX, u32)


_INDEX = ("index",)
_TARGET = ("index", "target")
_ELEMENT = ("index", "element")


class Nfc(Family, name="nfc", version=1):
    """The family ``nfc``."""

    get_device = do(NFC_CMD.GET_DEVICE, request=Key, reply=Device, required=_INDEX)
    list_device = dump(NFC_CMD.GET_DEVICE, reply=Device)
    up = do(NFC_CMD.DEV_UP, request=Key, required=_INDEX, privileged=True)
    down = do(NFC_CMD.DEV_DOWN, request=Key, required=_INDEX, privileged=True)
    start_poll = do(NFC_CMD.START_POLL, request=Poll, required=_INDEX, privileged=True)
    stop_poll = do(NFC_CMD.STOP_POLL, request=Key, required=_INDEX, privileged=True)
    list_target = dump(NFC_CMD.GET_TARGET, request=Key, reply=Target, required=_INDEX)
    activate_target = do(NFC_CMD.ACTIVATE_TARGET, request=TargetKey, required=(*_TARGET, "protocols"), privileged=True)
    deactivate_target = do(NFC_CMD.DEACTIVATE_TARGET, request=TargetKey, required=_TARGET, privileged=True)
    link_up = do(NFC_CMD.DEP_LINK_UP, request=Link, required=("index", "communication"), privileged=True)
    link_down = do(NFC_CMD.DEP_LINK_DOWN, request=Key, required=_INDEX, privileged=True)
    get_llc = do(NFC_CMD.LLC_GET_PARAMS, request=Key, reply=LlcParameters, required=_INDEX)
    set_llc = do(NFC_CMD.LLC_SET_PARAMS, request=LlcParameters, required=_INDEX, privileged=True)
    discover = do(NFC_CMD.LLC_SDREQ, request=Discovery, required=("index", "services"), privileged=True)
    load_firmware = do(NFC_CMD.FW_DOWNLOAD, request=Firmware, required=_INDEX, privileged=True)
    list_element = dump(NFC_CMD.GET_SE, reply=SecureElement)
    enable_element = do(NFC_CMD.ENABLE_SE, request=SecureElement, required=_ELEMENT, privileged=True)
    disable_element = do(NFC_CMD.DISABLE_SE, request=SecureElement, required=_ELEMENT, privileged=True)
    ask_element = do(NFC_CMD.SE_IO, request=Apdu, required=(*_ELEMENT, "apdu"), privileged=True)
    vendor = do(NFC_CMD.VENDOR, request=Vendor, reply=Vendor, required=("index", "vendor", "command"), privileged=True)

    targets_found = event(NFC_EVENT.TARGETS_FOUND, Key, group="events")
    target_lost = event(NFC_EVENT.TARGET_LOST, Lost, group="events")
    device_added = event(NFC_EVENT.DEVICE_ADDED, Device, group="events")
    device_removed = event(NFC_EVENT.DEVICE_REMOVED, Key, group="events")
    activated = event(NFC_EVENT.TM_ACTIVATED, Activation, group="events")
    deactivated = event(NFC_EVENT.TM_DEACTIVATED, Activation, group="events")
    link_is_up = event(NFC_EVENT.DEP_LINK_UP, Link, group="events")
    link_is_down = event(NFC_EVENT.DEP_LINK_DOWN, Key, group="events")
    discovered = event(NFC_EVENT.LLC_SDRES, Discovery, group="events")
    firmware_loaded = event(NFC_EVENT.FW_DOWNLOAD, Firmware, group="events")
    element_added = event(NFC_EVENT.SE_ADDED, SecureElement, group="events")
    element_removed = event(NFC_EVENT.SE_REMOVED, SecureElement, group="events")
    element_connected = event(NFC_EVENT.SE_CONNECTIVITY, SecureElement, group="events")
    element_acts = event(NFC_EVENT.SE_TRANSACTION, SecureElement, group="events")
    element_answers = event(NFC_EVENT.SE_IO, Apdu, group="events")


EVENTS: Group[Key | Lost | Device | Activation | Link | Discovery | Firmware | SecureElement | Apdu] = (
    Nfc.notifications()
)
"""All that is told of near-field communication."""

device = Nfc.get_device
devices = Nfc.list_device
up = Nfc.up
down = Nfc.down
start_poll = Nfc.start_poll
stop_poll = Nfc.stop_poll
targets = Nfc.list_target
activate_target = Nfc.activate_target
deactivate_target = Nfc.deactivate_target
link_up = Nfc.link_up
link_down = Nfc.link_down
llc_parameters = Nfc.get_llc
set_llc_parameters = Nfc.set_llc
discover = Nfc.discover
load_firmware = Nfc.load_firmware
secure_elements = Nfc.list_element
enable_element = Nfc.enable_element
disable_element = Nfc.disable_element
ask_element = Nfc.ask_element
vendor = Nfc.vendor
