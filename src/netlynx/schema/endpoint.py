"""An address with its port as text, and the C structs that have both.

Source: `struct sockaddr_in` of linux/in.h, `struct sockaddr_in6` of linux/in6.h, `struct __kernel_sockaddr_storage` of
linux/socket.h.
"""

from __future__ import annotations

import ipaddress
import socket
import struct

from msgspec.structs import replace

from netlynx.schema.kinds import Kind, Option, hook

_FAMILY = struct.Struct("=H")
_INET = struct.Struct("=H2s4s8x")
_INET6 = struct.Struct("=H2sI16sI")
_SHAPE = "an address and its port are wanted, such as 192.0.2.1:51820 or [2001:db8::1]:51820; names are not looked up"
STORAGE = 128  # bytes of a struct with room for any address


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
        raise ValueError(_SHAPE)
    number = int(port).to_bytes(2, "big")
    bracketed = host.startswith("[") and host.endswith("]")
    address, _, zone = host[1:-1].partition("%") if bracketed else (host, "", "")
    try:
        packed = (ipaddress.IPv6Address(address) if bracketed else ipaddress.IPv4Address(address)).packed
    except ValueError:
        raise ValueError(_SHAPE) from None
    if not bracketed:
        return _INET.pack(socket.AF_INET, number, packed)
    scope = int(zone) if zone.isascii() and zone.isdigit() else socket.if_nametoindex(zone) if zone else 0
    return _INET6.pack(socket.AF_INET6, number, 0, packed, scope)


def _stored_text(data: bytes) -> str:
    family = _FAMILY.unpack_from(data)[0] if len(data) >= _FAMILY.size else 0
    size = {socket.AF_INET: _INET.size, socket.AF_INET6: _INET6.size, 0: 0}.get(family)
    if size is None or any(data[size:]) or not size:
        return data.rstrip(b"\0").hex()  # none, which is empty, or what is no address of IP's
    return endpoint_text(data[:size])


def _stored_bytes(text: str) -> bytes:
    if ":" not in text:
        return bytes.fromhex(text).ljust(STORAGE, b"\0")
    return endpoint_bytes(text).ljust(STORAGE, b"\0")


endpoint: Kind = hook(endpoint_text, endpoint_bytes)
stored_endpoint: Kind = replace(
    hook(_stored_text, _stored_bytes, pure=True), name="stored endpoint", width=STORAGE, options=Option.FIXED
)
"""The same in a struct with room for any address, padded with zeros; of another family it is hexadecimal digits."""
