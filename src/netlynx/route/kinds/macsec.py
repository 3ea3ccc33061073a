"""MACsec links (802.1AE). Source: linux/if_link.h, linux/if_macsec.h, drivers/net/macsec.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.macsec_names import MacsecCipher as MacsecCipher
from netlynx.route.macsec_names import MacsecOffload as MacsecOffload
from netlynx.route.macsec_names import MacsecSci as MacsecSci
from netlynx.route.macsec_names import MacsecValidation as MacsecValidation
from netlynx.schema import (
    Constants,
    Record,
    attr,
    be16,
    be64,
    boolean,
    enum,
    spelt,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class IFLA_MACSEC(Constants):
    """Attributes of a MACsec link."""

    UNSPEC = 0
    SCI = 1
    PORT = 2
    ICV_LEN = 3
    CIPHER_SUITE = 4
    WINDOW = 5
    ENCODING_SA = 6
    ENCRYPT = 7
    PROTECT = 8
    INC_SCI = 9
    ES = 10
    SCB = 11
    REPLAY_PROTECT = 12
    VALIDATION = 13
    PAD = 14
    OFFLOAD = 15


class Macsec(Record):
    """A MACsec link. Source: linux/if_link.h, drivers/net/macsec.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_MACSEC, policy="macsec_rtnl_policy")

    sci: takes.Member[MacsecSci | None] = attr(IFLA_MACSEC.SCI, spelt(MacsecSci, be64))  # the transmit channel
    port: int | None = attr(IFLA_MACSEC.PORT, be16)  # requests only; half of the SCI
    icv_length: int | None = attr(IFLA_MACSEC.ICV_LEN, u8)  # bytes, 8 to 16
    cipher_suite: takes.Member[MacsecCipher | None] = attr(IFLA_MACSEC.CIPHER_SUITE, enum(MacsecCipher, u64))
    encoding_sa: int | None = attr(IFLA_MACSEC.ENCODING_SA, u8)  # 0 to 3
    encrypt: bool | None = attr(IFLA_MACSEC.ENCRYPT, boolean)
    protect: bool | None = attr(IFLA_MACSEC.PROTECT, boolean)
    include_sci: bool | None = attr(IFLA_MACSEC.INC_SCI, boolean)
    end_station: bool | None = attr(IFLA_MACSEC.ES, boolean)
    single_copy_broadcast: bool | None = attr(IFLA_MACSEC.SCB, boolean)
    replay_protect: bool | None = attr(IFLA_MACSEC.REPLAY_PROTECT, boolean)
    validation: takes.Member[MacsecValidation | None] = attr(IFLA_MACSEC.VALIDATION, enum(MacsecValidation, u8))
    offload: takes.Member[MacsecOffload | None] = attr(IFLA_MACSEC.OFFLOAD, enum(MacsecOffload, u8))
    window: int | None = attr(IFLA_MACSEC.WINDOW, u32)  # packets
