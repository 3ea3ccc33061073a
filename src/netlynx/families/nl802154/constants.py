"""Numbers of nl802154. Source: include/net/nl802154.h of the kernel, which it does not show to programs."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.schema import Constants, Enumeration


class _Numbers(Constants):
    """Numbers of a header that the kernel keeps to itself."""

    __not_in_headers__: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__not_in_headers__ = dict.fromkeys(cls.__c_names__, "include/net/nl802154.h")


class NL802154_CMD(_Numbers):
    """Commands and notifications."""

    UNSPEC = 0
    GET_WPAN_PHY = 1
    SET_WPAN_PHY = 2
    NEW_WPAN_PHY = 3
    DEL_WPAN_PHY = 4
    GET_INTERFACE = 5
    SET_INTERFACE = 6
    NEW_INTERFACE = 7
    DEL_INTERFACE = 8
    SET_CHANNEL = 9
    SET_PAN_ID = 10
    SET_SHORT_ADDR = 11
    SET_TX_POWER = 12
    SET_CCA_MODE = 13
    SET_CCA_ED_LEVEL = 14
    SET_MAX_FRAME_RETRIES = 15
    SET_BACKOFF_EXPONENT = 16
    SET_MAX_CSMA_BACKOFFS = 17
    SET_LBT_MODE = 18
    SET_ACKREQ_DEFAULT = 19
    SET_WPAN_PHY_NETNS = 20
    SET_SEC_PARAMS = 21
    GET_SEC_KEY = 22
    NEW_SEC_KEY = 23
    DEL_SEC_KEY = 24
    GET_SEC_DEV = 25
    NEW_SEC_DEV = 26
    DEL_SEC_DEV = 27
    GET_SEC_DEVKEY = 28
    NEW_SEC_DEVKEY = 29
    DEL_SEC_DEVKEY = 30
    GET_SEC_LEVEL = 31
    NEW_SEC_LEVEL = 32
    DEL_SEC_LEVEL = 33
    SCAN_EVENT = 34
    TRIGGER_SCAN = 35
    ABORT_SCAN = 36
    SCAN_DONE = 37
    SEND_BEACONS = 38
    STOP_BEACONS = 39
    ASSOCIATE = 40
    DISASSOCIATE = 41
    SET_MAX_ASSOCIATIONS = 42
    LIST_ASSOCIATIONS = 43


class NL802154_ATTR(_Numbers):
    """Attributes of messages; those of SEC_… are of kernels built with security alone."""

    UNSPEC = 0
    WPAN_PHY = 1
    WPAN_PHY_NAME = 2
    IFINDEX = 3
    IFNAME = 4
    IFTYPE = 5
    WPAN_DEV = 6
    PAGE = 7
    CHANNEL = 8
    PAN_ID = 9
    SHORT_ADDR = 10
    TX_POWER = 11
    CCA_MODE = 12
    CCA_OPT = 13
    CCA_ED_LEVEL = 14
    MAX_FRAME_RETRIES = 15
    MAX_BE = 16
    MIN_BE = 17
    MAX_CSMA_BACKOFFS = 18
    LBT_MODE = 19
    GENERATION = 20
    CHANNELS_SUPPORTED = 21
    SUPPORTED_CHANNEL = 22
    EXTENDED_ADDR = 23
    WPAN_PHY_CAPS = 24
    SUPPORTED_COMMANDS = 25
    ACKREQ_DEFAULT = 26
    PAD = 27
    PID = 28
    NETNS_FD = 29
    COORDINATOR = 30
    SCAN_TYPE = 31
    SCAN_FLAGS = 32
    SCAN_CHANNELS = 33
    SCAN_PREAMBLE_CODES = 34
    SCAN_MEAN_PRF = 35
    SCAN_DURATION = 36
    SCAN_DONE_REASON = 37
    BEACON_INTERVAL = 38
    MAX_ASSOCIATIONS = 39
    PEER = 40
    SEC_ENABLED = 41
    SEC_OUT_LEVEL = 42
    SEC_OUT_KEY_ID = 43
    SEC_FRAME_COUNTER = 44
    SEC_LEVEL = 45
    SEC_DEVICE = 46
    SEC_DEVKEY = 47
    SEC_KEY = 48


class NL802154_CAP_ATTR(_Numbers):
    """What a radio can do."""

    IFTYPES = 1
    CHANNELS = 2
    TX_POWERS = 3
    CCA_ED_LEVELS = 4
    CCA_MODES = 5
    CCA_OPTS = 6
    MIN_MINBE = 7
    MAX_MINBE = 8
    MIN_MAXBE = 9
    MAX_MAXBE = 10
    MIN_CSMA_BACKOFFS = 11
    MAX_CSMA_BACKOFFS = 12
    MIN_FRAME_RETRIES = 13
    MAX_FRAME_RETRIES = 14
    LBT = 15


class NL802154_COORD(_Numbers):
    """Attributes of a coordinator."""

    PANID = 1
    ADDR = 2
    CHANNEL = 3
    PAGE = 4
    PREAMBLE_CODE = 5
    MEAN_PRF = 6
    SUPERFRAME_SPEC = 7
    LINK_QUALITY = 8
    GTS_PERMIT = 9
    PAYLOAD_DATA = 10
    PAD = 11


class NL802154_DEV_ADDR_ATTR(_Numbers):
    """Attributes of the address of a device."""

    UNSPEC = 0
    PAN_ID = 1
    MODE = 2
    SHORT = 3
    EXTENDED = 4
    PAD = 5
    PEER_TYPE = 6


class NL802154_KEY_ID_ATTR(_Numbers):
    """Attributes of what a key is told by."""

    UNSPEC = 0
    MODE = 1
    INDEX = 2
    IMPLICIT = 3
    SOURCE_SHORT = 4
    SOURCE_EXTENDED = 5
    PAD = 6


class NL802154_SECLEVEL_ATTR(_Numbers):
    """Attributes of the security that frames have to have."""

    UNSPEC = 0
    LEVELS = 1
    FRAME = 2
    CMD_FRAME = 3
    DEV_OVERRIDE = 4


class NL802154_DEV_ATTR(_Numbers):
    """Attributes of a device that is known."""

    UNSPEC = 0
    FRAME_COUNTER = 1
    PAN_ID = 2
    SHORT_ADDR = 3
    EXTENDED_ADDR = 4
    SECLEVEL_EXEMPT = 5
    KEY_MODE = 6
    PAD = 7


class NL802154_DEVKEY_ATTR(_Numbers):
    """Attributes of a key of a device."""

    UNSPEC = 0
    FRAME_COUNTER = 1
    EXTENDED_ADDR = 2
    ID = 3
    PAD = 4


class NL802154_KEY_ATTR(_Numbers):
    """Attributes of a key."""

    UNSPEC = 0
    ID = 1
    USAGE_FRAMES = 2
    USAGE_CMDS = 3
    BYTES = 4


class InterfaceType(Enumeration):
    """What an interface is."""

    NODE = 0
    MONITOR = 1
    COORD = 2


class ScanType(Enumeration):
    """What a scan looks for."""

    ED = 1
    ACTIVE = 2
    PASSIVE = 3
    ORPHAN = 4
    ENHANCED_ACTIVE = 5
    RIT_PASSIVE = 6


class ScanEnd(Enumeration):
    """Why a scan is over."""

    FINISHED = 1
    ABORTED = 2


class CcaMode(Enumeration):
    """How a radio tells that nobody is sending."""

    ENERGY = 1
    CARRIER = 2
    ENERGY_CARRIER = 3
    ALOHA = 4
    UWB_SHR = 5
    UWB_MULTIPLEXED = 6


class CcaOption(Enumeration):
    """Of the mode ENERGY_CARRIER: whether both have to be there."""

    ENERGY_CARRIER_AND = 0
    ENERGY_CARRIER_OR = 1


class BoolState(Enumeration):
    """Which states of a switch a radio has."""

    FALSE = 0
    TRUE = 1
    BOTH = 3


class AddressMode(Enumeration):
    """Which of a device's addresses is meant."""

    NONE = 0
    SHORT = 2
    EXTENDED = 3


class PeerType(Enumeration):
    """What another device is to this one."""

    UNSPEC = 0
    PARENT = 1
    CHILD = 2


class KeyIdMode(Enumeration):
    """What a key is told by."""

    IMPLICIT = 0
    INDEX = 1
    INDEX_SHORT = 2
    INDEX_EXTENDED = 3


class SecurityLevel(Enumeration):
    """What a frame is secured by."""

    NONE = 0
    MIC32 = 1
    MIC64 = 2
    MIC128 = 3
    ENC = 4
    ENC_MIC32 = 5
    ENC_MIC64 = 6
    ENC_MIC128 = 7


class FrameType(Enumeration):
    """What a frame is."""

    BEACON = 0
    DATA = 1
    ACK = 2
    CMD = 3


class DeviceKeyMode(Enumeration):
    """What becomes of keys that a device uses."""

    IGNORE = 0
    RESTRICT = 1
    RECORD = 2
