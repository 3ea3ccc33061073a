"""What the messages of SCSI transports are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from netlynx.engine.lexicon import Entry, Said
from netlynx.scsi import EVENTS, kind_of


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    name, record = EVENTS.messages.get(kind_of(said.message.payload), ("unknown", None))
    return Entry(f"scsi.{name}", record)
