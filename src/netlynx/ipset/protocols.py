"""Protocols above IP, by number and by the names that /etc/protocols has for them.

Source: linux/in.h, linux/in6.h, protocols(5).
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from netlynx.schema import Enumeration


class IpProtocol(Enumeration, prefix="IPPROTO_", labels={"ICMPV6": "ipv6-icmp"}):
    """Protocols that have ports, or something in their place; others are plain numbers."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "no ports: a number says it"}

    ICMP = 1
    TCP = 6
    UDP = 17
    ICMPV6 = 58
    SCTP = 132
    UDPLITE = 136


WITH_PORTS = frozenset(IpProtocol)
"""Those of which the kernel keeps ports, or types and codes: of others it makes 0 of them."""

_FILE = "/etc/protocols"

# Where the file is not there: what Debian's has of those that sets are filled with.
_USUAL = {
    "ip": 0,
    "icmp": 1,
    "igmp": 2,
    "ipencap": 4,
    "tcp": 6,
    "udp": 17,
    "dccp": 33,
    "ipv6": 41,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "ipv6-icmp": 58,
    "ospf": 89,
    "pim": 103,
    "vrrp": 112,
    "sctp": 132,
    "udplite": 136,
}


@cache
def _table() -> tuple[dict[str, int], dict[int, str]]:
    """Numbers by name, aliases too, and names by number."""
    numbers: dict[str, int] = {}
    names: dict[int, str] = {}
    try:
        with open(_FILE, encoding="utf-8", errors="replace") as file:
            rows = [line.partition("#")[0].split() for line in file]
    except OSError:
        rows = []
    for row in rows:
        if len(row) >= 2 and row[1].isdecimal():
            names.setdefault(int(row[1]), row[0])
            for name in (row[0], *row[2:]):
                numbers.setdefault(name.lower(), int(row[1]))
    for name, number in _USUAL.items():
        numbers.setdefault(name, number)
        names.setdefault(number, name)
    return {**numbers, "icmpv6": IpProtocol.ICMPV6}, names


def protocol_number(name: str) -> int | None:
    """The number of a protocol, given by name or as digits; None for one that is not known."""
    if name.isascii() and name.isdecimal():
        return int(name)
    return _table()[0].get(name.lower())


def protocol_name(number: int) -> str:
    """The name that /etc/protocols has for a number, or its digits."""
    return _table()[1].get(number, str(number))
