"""What MACsec links and devices have in common: cipher suites, channels. Source: linux/if_macsec.h, if_link.h."""

from __future__ import annotations

import re

from netlynx.errors import EncodeError
from netlynx.schema import Enumeration, Spelt


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
