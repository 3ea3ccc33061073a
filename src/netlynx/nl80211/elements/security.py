"""How a network is secured: the elements RSN, WPA and WPS. Source: IEEE 802.11-2020, 9.4.2.24; Wi-Fi Simple
Configuration 2.0, 12."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from ..capabilities import RSN
from ..suites import Akm, Cipher
from ..words import read_words
from .parts import Rsn, Wps

_SUITE, _PMKID = 4, 16


class _Parts:
    """What is left of an element, taken from its beginning."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, size: int) -> bytes:
        """The next bytes. Raises ValueError where there are fewer."""
        if len(self.data) < size:
            raise ValueError("the element ends too early")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def several(self, size: int) -> list[bytes]:
        return [self.take(size) for _ in range(self.number())]


def read_rsn(data: bytes) -> Rsn:
    """RSN, and WPA behind its vendor's number: whatever of it is there. Raises ValueError."""
    parts, said = _Parts(data), {"version": int.from_bytes(data[:2], "little")}
    parts.take(2)
    fields: dict[str, Any] = said
    if parts.data:
        fields["group"] = Cipher(int.from_bytes(parts.take(_SUITE), "big"))
    if parts.data:
        fields["pairwise"] = tuple(Cipher(int.from_bytes(each, "big")) for each in parts.several(_SUITE))
    if parts.data:
        fields["akm"] = tuple(Akm(int.from_bytes(each, "big")) for each in parts.several(_SUITE))
    if len(parts.data) >= 2:
        fields["capabilities"] = read_words(RSN, parts.number())
    if len(parts.data) >= 2:
        fields["pmkids"] = tuple(parts.several(_PMKID))
    if len(parts.data) >= _SUITE:
        fields["group_management"] = Cipher(int.from_bytes(parts.take(_SUITE), "big"))
    return Rsn(**fields)


def read_wps(data: bytes) -> Wps:
    """WPS: the attributes that tell of the device. Raises ValueError."""
    fields: dict[str, Any] = {}
    for number, value in _attributes(data):
        if number in _TEXTS:
            fields[_TEXTS[number]] = value.decode("utf-8", "replace").rstrip("\0")
        elif number == _VERSION and value:
            fields["version"] = f"{value[0] >> 4}.{value[0] & 0xF}"
        elif number == _STATE and value:
            fields["state"] = {1: "unconfigured", 2: "configured"}.get(value[0], str(value[0]))
        elif number == _LOCKED and value:
            fields["locked"] = bool(value[0])
        elif number == _UUID and len(value) == _PMKID:
            fields["uuid"] = str(uuid.UUID(bytes=value))
        elif number == _METHODS:
            fields["methods"] = int.from_bytes(value[:2], "big")
        elif number == _VENDOR and value[:3] == _WFA and value[3:5] == b"\0\1" and len(value) > 5:
            fields["version"] = f"{value[5] >> 4}.{value[5] & 0xF}"  # the second version, which says so here
    return Wps(**fields)


_VERSION, _STATE, _LOCKED, _UUID, _METHODS, _VENDOR = 0x104A, 0x1044, 0x1057, 0x1047, 0x1008, 0x1049
_WFA = bytes.fromhex("00372a")
_TEXTS = {0x1011: "device", 0x1021: "manufacturer", 0x1023: "model", 0x1024: "model_number", 0x1042: "serial"}


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        number, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        if at + 4 + size > len(data):
            raise ValueError("an attribute of WPS ends too late")
        yield number, data[at + 4 : at + 4 + size]
        at += 4 + size
