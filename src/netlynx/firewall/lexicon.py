"""What ip_queue's messages are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from netlynx.engine.lexicon import Entry, Said, of_constants
from netlynx.firewall.ip_queue import IPQM, Mode, Packet, Verdict

_ENTRIES = of_constants(IPQM, {IPQM.MODE: Mode, IPQM.VERDICT: Verdict, IPQM.PACKET: Packet})


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    return _ENTRIES.get(said.message.type)
