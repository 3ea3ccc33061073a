"""Ports with their protocols, ICMP's types and codes, and priorities, in the words of ipset(8).

Source: linux/icmp.h, linux/icmpv6.h, ipset(8); the names are those of iptables-extensions(8).
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.ipset.protocols import IpProtocol, protocol_name, protocol_number

ICMP: dict[str, int] = {
    "echo-reply": 0x0000,
    "network-unreachable": 0x0300,
    "host-unreachable": 0x0301,
    "protocol-unreachable": 0x0302,
    "port-unreachable": 0x0303,
    "fragmentation-needed": 0x0304,
    "source-route-failed": 0x0305,
    "network-unknown": 0x0306,
    "host-unknown": 0x0307,
    "network-prohibited": 0x0309,
    "host-prohibited": 0x030A,
    "TOS-network-unreachable": 0x030B,
    "TOS-host-unreachable": 0x030C,
    "communication-prohibited": 0x030D,
    "host-precedence-violation": 0x030E,
    "precedence-cutoff": 0x030F,
    "source-quench": 0x0400,
    "network-redirect": 0x0500,
    "host-redirect": 0x0501,
    "TOS-network-redirect": 0x0502,
    "TOS-host-redirect": 0x0503,
    "echo-request": 0x0800,
    "router-advertisement": 0x0900,
    "router-solicitation": 0x0A00,
    "ttl-zero-during-transit": 0x0B00,
    "ttl-zero-during-reassembly": 0x0B01,
    "ip-header-bad": 0x0C00,
    "required-option-missing": 0x0C01,
    "timestamp-request": 0x0D00,
    "timestamp-reply": 0x0E00,
    "address-mask-request": 0x1100,
    "address-mask-reply": 0x1200,
}
"""Types and codes of ICMP, as they stand in the place of a port: the type in the upper byte."""

ICMPV6: dict[str, int] = {
    "no-route": 0x0100,
    "communication-prohibited": 0x0101,
    "address-unreachable": 0x0103,
    "port-unreachable": 0x0104,
    "packet-too-big": 0x0200,
    "ttl-zero-during-transit": 0x0300,
    "ttl-zero-during-reassembly": 0x0301,
    "bad-header": 0x0400,
    "unknown-header-type": 0x0401,
    "unknown-option": 0x0402,
    "echo-request": 0x8000,
    "echo-reply": 0x8100,
    "router-solicitation": 0x8500,
    "router-advertisement": 0x8600,
    "neighbour-solicitation": 0x8700,
    "neighbour-advertisement": 0x8800,
    "redirect": 0x8900,
}
"""The same of ICMPv6."""

_ALIASES = {"ping": "echo-request", "pong": "echo-reply", "neigbour-solicitation": "neighbour-solicitation"}
_ALIASES["neigbour-advertisement"] = "neighbour-advertisement"
_TYPES = {IpProtocol.ICMP: ICMP, IpProtocol.ICMPV6: ICMPV6}
_NAMES = {protocol: {number: name for name, number in table.items()} for protocol, table in _TYPES.items()}


def port_of(text: str, path: str) -> dict[str, Any]:
    """The fields that ``80``, ``80-90``, ``udp:53``, ``icmp:echo-request`` or ``47:0`` set.

    Raises EncodeError with `path`.
    """
    before, colon, rest = text.partition(":")
    fields: dict[str, Any] = {}
    if colon:
        number = protocol_number(before)
        if number is None or number > 0xFF:
            raise EncodeError(f"{before!r} is no protocol: a name of /etc/protocols, or a number", path)
        fields["protocol"] = IpProtocol(number) if number in IpProtocol.__members__.values() else number
    else:
        rest = text
    protocol = fields.get("protocol")
    if protocol in _TYPES:
        return {**fields, "port": _icmp(protocol, rest, path)}
    low, dash, high = rest.partition("-")
    try:
        return {**fields, "port": int(low), **({"last_port": int(high)} if dash else {})}
    except ValueError:
        pass
    return {**fields, "port": _service(rest, protocol, path)}


def _icmp(protocol: int, text: str, path: str) -> int:
    known = _TYPES[IpProtocol(protocol)].get(_ALIASES.get(text, text))
    if known is not None:
        return known
    kind, slash, code = text.partition("/")
    if kind.isdecimal() and (code.isdecimal() or not slash) and int(kind) <= 0xFF and int(code or 0) <= 0xFF:
        return int(kind) << 8 | int(code or 0)
    raise EncodeError(f"{text!r} is no type of {protocol_name(protocol)} such as echo-request or 3/1", path)


def _service(text: str, protocol: int | None, path: str) -> int:
    import socket

    try:
        return socket.getservbyname(text, protocol_name(IpProtocol.TCP if protocol is None else protocol))
    except OSError:
        raise EncodeError(f"{text!r} is no port such as 80, udp:53 or icmp:echo-request", path) from None


def port_text(protocol: int | None, port: int, last: int | None = None) -> str:
    """A port in the words of ipset(8): ``tcp:80``, ``icmp:echo-request``."""
    if protocol in _NAMES:
        shown = _NAMES[IpProtocol(protocol)].get(port, f"{port >> 8}/{port & 0xFF}")
    else:
        shown = str(port) if last is None else f"{port}-{last}"
    return shown if protocol is None else f"{protocol_name(protocol)}:{shown}"


def priority_of(text: str, path: str) -> int:
    """The number of a class of traffic that is written ``1:10``, both hexadecimal, or as one number.

    Raises EncodeError with `path`.
    """
    major, colon, minor = text.partition(":")
    try:
        number = int(major, 16) << 16 | int(minor, 16) if colon else int(text, 0)
    except ValueError:
        number = -1
    if not 0 <= number <= 0xFFFFFFFF:
        raise EncodeError(f"{text!r} is no priority such as 1:10", path)
    return number
