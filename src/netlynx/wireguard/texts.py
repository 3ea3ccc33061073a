"""Keys and endpoints as `wg` writes them, and the kernel's bytes for them. Source: linux/wireguard.h, wg(8)."""

from __future__ import annotations

import base64
import binascii

from netlynx.schema import Kind, hook
from netlynx.schema.endpoint import endpoint as endpoint

KEY_BYTES = 32  # WG_KEY_LEN
NO_KEY = base64.b64encode(bytes(KEY_BYTES)).decode()
"""A key of zeros: to send it removes a private or preshared key."""


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


key: Kind = hook(key_text, key_bytes)
