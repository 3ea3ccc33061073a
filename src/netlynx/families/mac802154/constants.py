"""Numbers of the older family of IEEE 802.15.4. Source: include/linux/nl802154.h, which is not shown to programs."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.schema import Constants, Enumeration


class _Numbers(Constants):
    """Numbers of a header that the kernel keeps to itself."""

    __not_in_headers__: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__not_in_headers__ = dict.fromkeys(cls.__c_names__, "include/linux/nl802154.h")


class IEEE802154(_Numbers):
    """Commands and notifications."""

    ASSOCIATE_REQ = 1
    ASSOCIATE_CONF = 2
    DISASSOCIATE_REQ = 3
    DISASSOCIATE_CONF = 4
    GET_REQ = 5
    GET_CONF = 6
    RESET_REQ = 7
    RESET_CONF = 8
    SCAN_REQ = 9
    SCAN_CONF = 10
    SET_REQ = 11
    SET_CONF = 12
    START_REQ = 13
    START_CONF = 14
    SYNC_REQ = 15
    POLL_REQ = 16
    POLL_CONF = 17
    ASSOCIATE_INDIC = 18
    ASSOCIATE_RESP = 19
    DISASSOCIATE_INDIC = 20
    BEACON_NOTIFY_INDIC = 21
    ORPHAN_INDIC = 22
    ORPHAN_RESP = 23
    COMM_STATUS_INDIC = 24
    SYNC_LOSS_INDIC = 25
    GTS_REQ = 26
    GTS_INDIC = 27
    GTS_CONF = 28
    RX_ENABLE_REQ = 29
    RX_ENABLE_CONF = 30
    LIST_IFACE = 31
    LIST_PHY = 32
    ADD_IFACE = 33
    DEL_IFACE = 34
    SET_MACPARAMS = 35
    LLSEC_GETPARAMS = 36
    LLSEC_SETPARAMS = 37
    LLSEC_LIST_KEY = 38
    LLSEC_ADD_KEY = 39
    LLSEC_DEL_KEY = 40
    LLSEC_LIST_DEV = 41
    LLSEC_ADD_DEV = 42
    LLSEC_DEL_DEV = 43
    LLSEC_LIST_DEVKEY = 44
    LLSEC_ADD_DEVKEY = 45
    LLSEC_DEL_DEVKEY = 46
    LLSEC_LIST_SECLEVEL = 47
    LLSEC_ADD_SECLEVEL = 48
    LLSEC_DEL_SECLEVEL = 49


class IEEE802154_ATTR(_Numbers):
    """Attributes of all messages."""

    DEV_NAME = 1
    DEV_INDEX = 2
    STATUS = 3
    SHORT_ADDR = 4
    HW_ADDR = 5
    PAN_ID = 6
    CHANNEL = 7
    COORD_SHORT_ADDR = 8
    COORD_HW_ADDR = 9
    COORD_PAN_ID = 10
    SRC_SHORT_ADDR = 11
    SRC_HW_ADDR = 12
    SRC_PAN_ID = 13
    DEST_SHORT_ADDR = 14
    DEST_HW_ADDR = 15
    DEST_PAN_ID = 16
    CAPABILITY = 17
    REASON = 18
    SCAN_TYPE = 19
    CHANNELS = 20
    DURATION = 21
    ED_LIST = 22
    BCN_ORD = 23
    SF_ORD = 24
    PAN_COORD = 25
    BAT_EXT = 26
    COORD_REALIGN = 27
    SEC = 28
    PAGE = 29
    CHANNEL_PAGE_LIST = 30
    PHY_NAME = 31
    DEV_TYPE = 32
    TXPOWER = 33
    LBT_ENABLED = 34
    CCA_MODE = 35
    CCA_ED_LEVEL = 36
    CSMA_RETRIES = 37
    CSMA_MIN_BE = 38
    CSMA_MAX_BE = 39
    FRAME_RETRIES = 40
    LLSEC_ENABLED = 41
    LLSEC_SECLEVEL = 42
    LLSEC_KEY_MODE = 43
    LLSEC_KEY_SOURCE_SHORT = 44
    LLSEC_KEY_SOURCE_EXTENDED = 45
    LLSEC_KEY_ID = 46
    LLSEC_FRAME_COUNTER = 47
    LLSEC_KEY_BYTES = 48
    LLSEC_KEY_USAGE_FRAME_TYPES = 49
    LLSEC_KEY_USAGE_COMMANDS = 50
    LLSEC_FRAME_TYPE = 51
    LLSEC_CMD_FRAME_ID = 52
    LLSEC_SECLEVELS = 53
    LLSEC_DEV_OVERRIDE = 54
    LLSEC_DEV_KEY_MODE = 55
    PAD = 56


class DeviceType(Enumeration):
    """What an interface is."""

    WPAN = 0
    MONITOR = 1


class KeyMode(Enumeration):
    """What a key is told by."""

    IMPLICIT = 0
    INDEX = 1
    SHORT_INDEX = 2
    HW_INDEX = 3
