"""What was heard as JSON: one object a message."""

from __future__ import annotations

from typing import Any

import msgspec

from netlynx.engine import decoding
from netlynx.trace.reading import Told
from netlynx.wire.constants import PROTOCOLS

_REFUSAL = 20  # bytes of struct nlmsgerr: the number, and the header of the request


def json_of(told: Told) -> bytes:
    """One message, or one call that failed, as an object in one line."""
    heard, message = told.heard, told.message
    record = decoding.json_of(message)
    found: dict[str, Any] = {
        "time": heard.time,
        "pid": heard.process,
        "program": heard.program,
        "direction": "sent" if heard.sent else "received",
        "protocol": protocol(heard.protocol),
        "type": None if message is None else message.name,
        "flags": [] if message is None else message.flags,
        "sequence": None if message is None else message.message.sequence,
        "error": told.error or None,
        "record": record,
        "fd": heard.descriptor,
        "port": heard.port,
        "peer": heard.peer,
        "group": heard.group,
        "call": heard.call,
    }
    if heard.length != len(heard.data):
        found["cut"] = True
    if message is not None and record is None and message.message.payload:
        # Of a refusal without the request, which is told where it was sent, and may have keys.
        payload = message.message.payload if message.error is None else message.message.payload[:_REFUSAL]
        found["payload"] = payload.hex()
    return msgspec.json.encode(found, enc_hook=str)


def protocol(number: int) -> str | int:
    """A protocol by its name in lower case; by its number, where it has none."""
    known = PROTOCOLS.get(number)
    return number if known is None else known.name.lower()
