"""What iSCSI's messages are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

import struct
from typing import Any

from netlynx.engine.lexicon import Entry, Said
from netlynx.iscsi import ADAPTERS, EVENTS

_TYPE = struct.Struct("=I")  # what struct iscsi_uevent begins with: the header has no type
_MESSAGES: dict[int, Any] = {int(kind): each for group in (EVENTS, ADAPTERS) for kind, each in group.messages.items()}


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`: what iscsid says is not told."""
    payload = said.message.payload
    if len(payload) < _TYPE.size:
        return None
    kind = _TYPE.unpack_from(payload)[0]
    name, record = _MESSAGES.get(kind, (kind, None))
    return Entry(f"iscsi.{name}", record)
