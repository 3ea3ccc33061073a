"""What device events are called and what they carry: see `netlynx.engine.lexicon`. They have no header of netlink's."""

from __future__ import annotations

from netlynx.engine.lexicon import Entry, Said
from netlynx.uevent import event, udev


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    if said.message.payload.startswith(udev.PREFIX):
        return Entry("udev", udev.parse)
    return Entry("uevent", event.parse)
