"""Numbers of near-field communication. Source: linux/nfc.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet


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
