"""What the messages of ipset are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.engine.lexicon import Entry, Said, of_constants
from netlynx.ipset.constants import IPSET_CMD
from netlynx.ipset.entries import Entry as SetEntry
from netlynx.ipset.sets import Protocol, Set, SetRequest, SetType
from netlynx.netfilter.constants import NFNL_SUBSYS

_BASE = NFNL_SUBSYS.IPSET << 8
_OTHERS: dict[int, Any] = {
    IPSET_CMD.PROTOCOL: Protocol,
    IPSET_CMD.CREATE: Set,
    IPSET_CMD.ADD: SetEntry,
    IPSET_CMD.DEL: SetEntry,
    IPSET_CMD.TEST: SetEntry,
    IPSET_CMD.HEADER: Set,
    IPSET_CMD.TYPE: SetType,
}
_REQUESTS = of_constants(IPSET_CMD, dict.fromkeys(IPSET_CMD.__c_names__.values(), SetRequest) | _OTHERS, _BASE)
_ANSWERS = of_constants(IPSET_CMD, dict.fromkeys(IPSET_CMD.__c_names__.values(), Set) | _OTHERS, _BASE)


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    return (_ANSWERS if said.answer else _REQUESTS).get(said.message.type)
