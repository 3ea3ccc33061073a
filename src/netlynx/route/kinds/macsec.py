"""MACsec links (802.1AE). Source: linux/if_link.h, linux/if_macsec.h, drivers/net/macsec.c."""

from __future__ import annotations

import re
from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    Spelt,
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


class MacsecCipher(
    Enumeration,
    prefix="MACSEC_CIPHER_ID_",
    renamed={"GCM_AES_128": "MACSEC_DEFAULT_CIPHER_ID", "GCM_AES_128_802_1AE": "MACSEC_CIPHER_ID_GCM_AES_128"},
    labels={
        "GCM_AES_128": "GCM-AES-128",
        "GCM_AES_128_802_1AE": "GCM-AES-128-802.1AE",
        "GCM_AES_256": "GCM-AES-256",
        "GCM_AES_XPN_128": "GCM-AES-XPN-128",
        "GCM_AES_XPN_256": "GCM-AES-XPN-256",
    },
):
    """Cipher suites. GCM-AES-128 has two identifiers: the first is what the kernel answers, the second of 802.1AE."""

    GCM_AES_128 = 0x0080020001000001
    GCM_AES_128_802_1AE = 0x0080C20001000001
    GCM_AES_256 = 0x0080C20001000002
    GCM_AES_XPN_128 = 0x0080C20001000003
    GCM_AES_XPN_256 = 0x0080C20001000004


class MacsecValidation(Enumeration, prefix="MACSEC_VALIDATE_"):
    """What is done with received frames that are not valid."""

    DISABLED = 0
    CHECK = 1
    STRICT = 2


class MacsecOffload(Enumeration, prefix="MACSEC_OFFLOAD_"):
    """What hardware does of it."""

    OFF = 0
    PHY = 1
    MAC = 2


class MacsecSci(Spelt):
    """A secure channel: the hardware address of who sends, and a port. ``0200000000090001``, as ip-macsec(8) has it.

    ``02:00:00:00:00:09/1`` is understood too.
    """

    __slots__ = ()

    @property
    def address(self) -> str:
        """The hardware address: ``02:00:00:00:00:09``."""
        return (self >> 16).to_bytes(6, "big").hex(":")

    @property
    def port(self) -> int:
        """The port at this address."""
        return self & 0xFFFF

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a channel's text. Raises EncodeError for what is none."""
        address, slash, port = text.strip().lower().partition("/")
        if (
            slash
            and re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", address)
            and port.isdecimal()
            and int(port) < 1 << 16
        ):
            return int(address.replace(":", ""), 16) << 16 | int(port)
        if not slash and re.fullmatch(r"(0x)?[0-9a-f]{1,16}", address):
            return int(address, 16)
        raise EncodeError(
            f"{text!r} is no secure channel such as 0200000000090001 or, with address and port, 02:00:00:00:00:09/1"
        )

    @property
    def label(self) -> str:
        """As ip-macsec(8) prints it."""
        return f"{int(self):016x}"


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
