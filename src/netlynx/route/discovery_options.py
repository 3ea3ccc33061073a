"""Options of neighbour discovery, in words. Numbers, and what they look like, are of the RFC that each names."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable

import msgspec

_PREF64_LENGTHS = (96, 64, 56, 48, 40, 32)  # by the code in the lowest 3 bits (RFC 8781, 4)


class DiscoveryOption(msgspec.Struct, frozen=True, tag_field="option", tag="unknown"):
    """An option that is not known here, or is not as its RFC has it: its number, and what stands behind its length."""

    type: int
    data: bytes


class DnsServers(DiscoveryOption, frozen=True, tag="rdnss"):
    """Recursive DNS servers, and the seconds for which they may be asked (RFC 8106, 5.1)."""

    lifetime: int
    servers: tuple[str, ...]


class DnsSearchList(DiscoveryOption, frozen=True, tag="dnssl"):
    """Domains to look names up in, and the seconds for which that is so (RFC 8106, 5.2)."""

    lifetime: int
    domains: tuple[str, ...]


class CaptivePortal(DiscoveryOption, frozen=True, tag="captive-portal"):
    """Where a network says what it wants of its users (RFC 8910, 2.3)."""

    uri: str


class Nat64Prefix(DiscoveryOption, frozen=True, tag="pref64"):
    """The prefix in which IPv4 addresses are reached, and the seconds for which that is so (RFC 8781, 4)."""

    lifetime: int
    prefix: str


class PrefixInformation(DiscoveryOption, frozen=True, tag="prefix"):
    """A prefix, and for how many seconds its addresses are valid and preferred (RFC 4861, 4.6.2)."""

    prefix: str
    on_link: bool
    autonomous: bool
    valid: int
    preferred: int


def read_options(data: bytes) -> tuple[DiscoveryOption, ...]:
    """The options that stand in `data` back to back; what is left of a malformed one is the last of them."""
    found = []
    while data:
        size = data[1] * 8 if len(data) > 1 else 0
        if not 0 < size <= len(data):
            found.append(DiscoveryOption(data[0], data[2:]))
            break
        found.append(_read(data[0], data[2:size]))
        data = data[size:]
    return tuple(found)


def _read(number: int, data: bytes) -> DiscoveryOption:
    read = _KNOWN.get(number)
    try:
        found = None if read is None else read(number, data)
    except (ValueError, IndexError, struct.error):  # of other bytes than its RFC has
        found = None
    return DiscoveryOption(number, data) if found is None else found


def _servers(number: int, data: bytes) -> DnsServers:
    _, lifetime = struct.unpack_from(">HI", data)
    addresses = data[6:]
    if not addresses or len(addresses) % 16:
        raise ValueError
    found = (str(ipaddress.IPv6Address(addresses[at : at + 16])) for at in range(0, len(addresses), 16))
    return DnsServers(number, data, lifetime, tuple(found))


def _domains(number: int, data: bytes) -> DnsSearchList:
    _, lifetime = struct.unpack_from(">HI", data)
    at, domains, labels = 6, [], []
    while at < len(data):
        size = data[at]
        label = data[at + 1 : at + 1 + size]
        if size > 63 or len(label) != size or b"." in label:
            raise ValueError
        at += 1 + size
        if label:
            labels.append(label.decode("ascii"))
        elif labels:
            domains.append(".".join(labels))
            labels = []
    if labels or not domains:
        raise ValueError
    return DnsSearchList(number, data, lifetime, tuple(domains))


def _portal(number: int, data: bytes) -> CaptivePortal:
    return CaptivePortal(number, data, data.rstrip(b"\0").decode("ascii"))


def _nat64(number: int, data: bytes) -> Nat64Prefix:
    (scaled,) = struct.unpack_from(">H", data)
    if len(data) != 14:
        raise ValueError
    length = _PREF64_LENGTHS[scaled & 7]
    network = ipaddress.IPv6Network((data[2:] + bytes(4), length), strict=False)
    return Nat64Prefix(number, data, scaled & ~7, str(network))


def _prefix(number: int, data: bytes) -> PrefixInformation:
    length, flags, valid, preferred, _, address = struct.unpack(">BBIII16s", data)
    network = ipaddress.IPv6Network((address, length), strict=False)
    return PrefixInformation(number, data, str(network), bool(flags & 0x80), bool(flags & 0x40), valid, preferred)


_KNOWN: dict[int, Callable[[int, bytes], DiscoveryOption]] = {
    3: _prefix,
    25: _servers,
    31: _domains,
    37: _portal,
    38: _nat64,
}
