"""What messages of the connector are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

import struct
from typing import Any

from netlynx.connector.constants import CN_IDX, CN_VAL, NONE
from netlynx.connector.events import Unknown
from netlynx.connector.messages import Acknowledgement, Envelope, ProcessInput
from netlynx.connector.processes import RECORDS
from netlynx.engine.lexicon import Entry, Said, decoded

_ENVELOPE = 20  # bytes of struct cn_msg
_INPUT = 8  # bytes of struct proc_input, of which listeners said the first half before Linux 6.6
_WHAT = struct.Struct("=I")  # what struct proc_event begins with
_RECORDS: dict[int, Any] = {int(kind): record for kind, record in RECORDS.items()}


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`: what is said of processes has a record, what others say an envelope."""
    payload = said.message.payload
    if len(payload) < _ENVELOPE:
        return None
    envelope = decoded(Envelope, payload[:_ENVELOPE])
    if (envelope.index, envelope.value) != (CN_IDX.PROC, CN_VAL.PROC):
        return Entry(f"cn_msg {envelope.index}.{envelope.value}", Envelope)
    content = payload[_ENVELOPE : _ENVELOPE + envelope.length]
    if len(content) <= _INPUT:
        return Entry("proc_input", ProcessInput, content.ljust(_INPUT, b"\0"))
    kind = _WHAT.unpack_from(content)[0]
    record: Any = Acknowledgement if kind == NONE else _RECORDS.get(kind, Unknown)
    return Entry(f"proc_event.{record.__name__.lower()}", record, content)
