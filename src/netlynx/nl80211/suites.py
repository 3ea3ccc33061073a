"""Cipher suites and ways of key management, by the names that iw and hostapd have for them.

Source: IEEE 802.11-2020, tables 9-149 and 9-151; linux/ieee80211.h.
"""

from __future__ import annotations

import re
from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Spelt

_RSN = 0x000FAC00  # 00-0f-ac:0, of IEEE 802.11
_WPA = 0x0050F200  # 00-50-f2:0, of what was before
_WFA = 0x506F9A00  # 50-6f-9a:0, of the Wi-Fi Alliance
_PLAIN = re.compile(r"([0-9a-f]{2})-([0-9a-f]{2})-([0-9a-f]{2}):([0-9]{1,3})")


class Suite(Spelt):
    """A suite: 24 bits that say whose it is, and 8 that say which. One without a name is ``00-0f-ac:99``."""

    __slots__ = ()
    known: ClassVar[dict[int, str]]

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a name, in either case, or of ``00-0f-ac:4``. Raises EncodeError."""
        wanted = text.strip().lower()
        for number, name in cls.known.items():
            if name.lower() == wanted:
                return number
        found = _PLAIN.fullmatch(wanted)
        if found is None or int(found[4]) > 0xFF:
            raise EncodeError(f"{text!r} is none of {', '.join(cls.known.values())}, nor such as 00-0f-ac:4")
        return int(found[1] + found[2] + found[3], 16) << 8 | int(found[4])

    @property
    def label(self) -> str:
        """The name."""
        return self.known.get(int(self)) or self.plain

    @property
    def plain(self) -> str:
        """Whose it is and which: ``00-0f-ac:4``."""
        return f"{self >> 24 & 0xFF:02x}-{self >> 16 & 0xFF:02x}-{self >> 8 & 0xFF:02x}:{self & 0xFF}"


class Cipher(Suite):
    """A cipher suite: ``CCMP-128``."""

    __slots__ = ()
    known: ClassVar[dict[int, str]] = {
        _RSN: "group",  # as the group's
        _RSN | 1: "WEP40",
        _RSN | 2: "TKIP",
        _RSN | 4: "CCMP-128",
        _RSN | 5: "WEP104",
        _RSN | 6: "CMAC",
        _RSN | 7: "no-group",  # group traffic is not allowed
        _RSN | 8: "GCMP-128",
        _RSN | 9: "GCMP-256",
        _RSN | 10: "CCMP-256",
        _RSN | 11: "GMAC-128",
        _RSN | 12: "GMAC-256",
        _RSN | 13: "CMAC-256",
        _WPA: "wpa-group",
        _WPA | 1: "wpa-WEP40",
        _WPA | 2: "wpa-TKIP",
        _WPA | 4: "wpa-CCMP",
        _WPA | 5: "wpa-WEP104",
        0x00147201: "SMS4",  # WAPI
    }


class Akm(Suite):
    """A way of agreeing on keys: ``PSK``, ``SAE``."""

    __slots__ = ()
    known: ClassVar[dict[int, str]] = {
        _RSN | 1: "802.1X",
        _RSN | 2: "PSK",
        _RSN | 3: "FT/802.1X",
        _RSN | 4: "FT/PSK",
        _RSN | 5: "802.1X/SHA-256",
        _RSN | 6: "PSK/SHA-256",
        _RSN | 7: "TDLS/TPK",
        _RSN | 8: "SAE",
        _RSN | 9: "FT/SAE",
        _RSN | 10: "AP-PEER-KEY",
        _RSN | 11: "802.1X/SUITE-B",
        _RSN | 12: "802.1X/SUITE-B-192",
        _RSN | 13: "FT/802.1X/SHA-384",
        _RSN | 14: "FILS/SHA-256",
        _RSN | 15: "FILS/SHA-384",
        _RSN | 16: "FT/FILS/SHA-256",
        _RSN | 17: "FT/FILS/SHA-384",
        _RSN | 18: "OWE",
        _RSN | 19: "FT/PSK/SHA-384",
        _RSN | 20: "PSK/SHA-384",
        _RSN | 23: "802.1X/SHA-384",
        _RSN | 24: "SAE-EXT-KEY",
        _RSN | 25: "FT/SAE-EXT-KEY",
        _WPA | 1: "wpa-802.1X",
        _WPA | 2: "wpa-PSK",
        _WFA | 1: "OSEN",
        _WFA | 2: "DPP",
    }
