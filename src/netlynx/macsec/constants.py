"""Constants of the family ``macsec``. Source: linux/if_macsec.h."""

from __future__ import annotations

from netlynx.schema import Constants


class MACSEC_CMD(Constants):
    """Commands."""

    GET_TXSC = 0
    ADD_RXSC = 1
    DEL_RXSC = 2
    UPD_RXSC = 3
    ADD_TXSA = 4
    DEL_TXSA = 5
    UPD_TXSA = 6
    ADD_RXSA = 7
    DEL_RXSA = 8
    UPD_RXSA = 9
    UPD_OFFLOAD = 10


class MACSEC_ATTR(Constants):
    """Attributes of messages."""

    UNSPEC = 0
    IFINDEX = 1
    RXSC_CONFIG = 2
    SA_CONFIG = 3
    SECY = 4
    TXSA_LIST = 5
    RXSC_LIST = 6
    TXSC_STATS = 7
    SECY_STATS = 8
    OFFLOAD = 9


class MACSEC_SECY_ATTR(Constants):
    """Attributes of a device."""

    UNSPEC = 0
    SCI = 1
    ENCODING_SA = 2
    WINDOW = 3
    CIPHER_SUITE = 4
    ICV_LEN = 5
    PROTECT = 6
    REPLAY = 7
    OPER = 8
    VALIDATE = 9
    ENCRYPT = 10
    INC_SCI = 11
    ES = 12
    SCB = 13
    PAD = 14


class MACSEC_RXSC_ATTR(Constants):
    """Attributes of a receive channel."""

    UNSPEC = 0
    SCI = 1
    ACTIVE = 2
    SA_LIST = 3
    STATS = 4
    PAD = 5


class MACSEC_SA_ATTR(Constants):
    """Attributes of a secure association."""

    UNSPEC = 0
    AN = 1
    ACTIVE = 2
    PN = 3
    KEY = 4
    KEYID = 5
    STATS = 6
    PAD = 7
    SSCI = 8
    SALT = 9


class MACSEC_OFFLOAD_ATTR(Constants):
    """Attributes of what hardware does."""

    UNSPEC = 0
    TYPE = 1
    PAD = 2


class MACSEC_TXSC_STATS_ATTR(Constants):
    """What a transmit channel counts."""

    UNSPEC = 0
    OUT_PKTS_PROTECTED = 1
    OUT_PKTS_ENCRYPTED = 2
    OUT_OCTETS_PROTECTED = 3
    OUT_OCTETS_ENCRYPTED = 4
    PAD = 5


class MACSEC_SECY_STATS_ATTR(Constants):
    """What a device counts."""

    UNSPEC = 0
    OUT_PKTS_UNTAGGED = 1
    IN_PKTS_UNTAGGED = 2
    OUT_PKTS_TOO_LONG = 3
    IN_PKTS_NO_TAG = 4
    IN_PKTS_BAD_TAG = 5
    IN_PKTS_UNKNOWN_SCI = 6
    IN_PKTS_NO_SCI = 7
    IN_PKTS_OVERRUN = 8
    PAD = 9


class MACSEC_RXSC_STATS_ATTR(Constants):
    """What a receive channel counts."""

    UNSPEC = 0
    IN_OCTETS_VALIDATED = 1
    IN_OCTETS_DECRYPTED = 2
    IN_PKTS_UNCHECKED = 3
    IN_PKTS_DELAYED = 4
    IN_PKTS_OK = 5
    IN_PKTS_INVALID = 6
    IN_PKTS_LATE = 7
    IN_PKTS_NOT_VALID = 8
    IN_PKTS_NOT_USING_SA = 9
    IN_PKTS_UNUSED_SA = 10
    PAD = 11


class MACSEC_SA_STATS_ATTR(Constants):
    """What a secure association counts."""

    UNSPEC = 0
    IN_PKTS_OK = 1
    IN_PKTS_INVALID = 2
    IN_PKTS_NOT_VALID = 3
    IN_PKTS_NOT_USING_SA = 4
    IN_PKTS_UNUSED_SA = 5
    OUT_PKTS_PROTECTED = 6
    OUT_PKTS_ENCRYPTED = 7
