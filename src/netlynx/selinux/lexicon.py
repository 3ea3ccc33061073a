"""What SELinux's messages are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from netlynx.engine.lexicon import Entry, Said, of_constants
from netlynx.selinux import EVENTS, SELNL_MSG

_ENTRIES = of_constants(SELNL_MSG, {int(kind): record for kind, (_, record) in EVENTS.messages.items()})


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    return _ENTRIES.get(said.message.type)
