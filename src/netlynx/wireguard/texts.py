"""Keys and endpoints as `wg` writes them, and the bytes that the kernel has for them.

Source: linux/wireguard.h, wg(8); `struct sockaddr_in` of linux/in.h and `struct sockaddr_in6` of linux/in6.h.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import socket
import struct

from netlynx.schema import Kind, hook

KEY_BYTES = 32  # WG_KEY_LEN
NO_KEY = base64.b64encode(bytes(KEY_BYTES)).decode()
"""A key of zeros: to send it removes a private or preshared key."""

_FAMILY = struct.Struct("=H")
_INET = struct.Struct("=H2s4s8x")
_INET6 = struct.Struct("=H2sI16sI")


def key_text(data: bytes) -> str:
    """A key in base64; NotImplemented for what is no key."""
    return base64.b64encode(data).decode() if len(data) == KEY_BYTES else NotImplemented


def key_bytes(text: str | bytes) -> bytes:
    """The 32 bytes of a key in base64. Raises ValueError."""
    if isinstance(text, bytes) and len(text) == KEY_BYTES:
        return text
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != KEY_BYTES:
        raise ValueError("a key is 32 bytes in base64, such as `wg genkey` makes: 43 letters and digits and a =")
    return data


def endpoint_text(data: bytes) -> str:
    """``192.0.2.1:51820``, or ``[2001:db8::1]:51820``, with ``%3`` behind an address that is link 3's."""
    family = _FAMILY.unpack_from(data)[0] if len(data) >= _FAMILY.size else 0
    if family == socket.AF_INET and len(data) == _INET.size:
        _, port, address = _INET.unpack(data)
        return f"{ipaddress.IPv4Address(address)}:{int.from_bytes(port, 'big')}"
    if family == socket.AF_INET6 and len(data) == _INET6.size:
        _, port, _, address, scope = _INET6.unpack(data)
        zone = f"%{scope}" if scope else ""
        return f"[{ipaddress.IPv6Address(address)}{zone}]:{int.from_bytes(port, 'big')}"
    unknown: str = NotImplemented
    return unknown


def endpoint_bytes(text: str) -> bytes:
    """The C struct of an endpoint; names are not looked up. Raises ValueError."""
    host, colon, port = str(text).rpartition(":")
    if not (colon and port.isascii() and port.isdigit() and int(port) <= 0xFFFF):
        raise ValueError(f"{text!r} is no endpoint such as 192.0.2.1:51820 or [2001:db8::1]:51820")
    number = int(port).to_bytes(2, "big")
    if not host.startswith("["):
        return _INET.pack(socket.AF_INET, number, ipaddress.IPv4Address(host).packed)
    address, _, zone = host[1:].removesuffix("]").partition("%")
    scope = int(zone) if zone.isascii() and zone.isdigit() else socket.if_nametoindex(zone) if zone else 0
    return _INET6.pack(socket.AF_INET6, number, 0, ipaddress.IPv6Address(address).packed, scope)


key: Kind = hook(key_text, key_bytes)
endpoint: Kind = hook(endpoint_text, endpoint_bytes)
