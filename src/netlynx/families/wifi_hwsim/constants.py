"""Numbers of mac80211_hwsim. Source: drivers/net/wireless/virtual/mac80211_hwsim.h, which is not shown to programs."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.schema import Constants, FlagSet


class _Numbers(Constants):
    """Numbers of a header that the kernel keeps to itself."""

    __not_in_headers__: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__not_in_headers__ = dict.fromkeys(cls.__c_names__, "drivers/net/wireless/virtual/mac80211_hwsim.h")


class HWSIM_CMD(_Numbers):
    """Commands and notifications."""

    UNSPEC = 0
    REGISTER = 1
    FRAME = 2
    TX_INFO_FRAME = 3
    NEW_RADIO = 4
    DEL_RADIO = 5
    GET_RADIO = 6
    ADD_MAC_ADDR = 7
    DEL_MAC_ADDR = 8
    START_PMSR = 9
    ABORT_PMSR = 10
    REPORT_PMSR = 11


class HWSIM_ATTR(_Numbers):
    """Attributes of all messages."""

    UNSPEC = 0
    ADDR_RECEIVER = 1
    ADDR_TRANSMITTER = 2
    FRAME = 3
    FLAGS = 4
    RX_RATE = 5
    SIGNAL = 6
    TX_INFO = 7
    COOKIE = 8
    CHANNELS = 9
    RADIO_ID = 10
    REG_HINT_ALPHA2 = 11
    REG_CUSTOM_REG = 12
    REG_STRICT_REG = 13
    SUPPORT_P2P_DEVICE = 14
    USE_CHANCTX = 15
    DESTROY_RADIO_ON_CLOSE = 16
    RADIO_NAME = 17
    NO_VIF = 18
    FREQ = 19
    PAD = 20
    TX_INFO_FLAGS = 21
    PERM_ADDR = 22
    IFTYPE_SUPPORT = 23
    CIPHER_SUPPORT = 24
    MLO_SUPPORT = 25
    PMSR_SUPPORT = 26
    PMSR_REQUEST = 27
    PMSR_RESULT = 28
    MULTI_RADIO = 29
    SUPPORT_NAN_DEVICE = 30
    SUPPORT_BACKGROUND_RADAR = 31


class FrameFlags(FlagSet):
    """What is to become of a frame, and what became of it."""

    REQ_TX_STATUS = 1
    NO_ACK = 2  # none is waited for
    ACK = 4  # it was acknowledged
