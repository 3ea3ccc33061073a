"""What the messages of traffic control are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.engine.lexicon import Entry, Said, of_constants
from netlynx.route.constants import RTM
from netlynx.tc.action import ActionList
from netlynx.tc.chain import Chain
from netlynx.tc.filter import Filter
from netlynx.tc.qdisc import Qdisc
from netlynx.tc.traffic_class import Class

_RECORDS: dict[int, Any] = {
    **dict.fromkeys((RTM.NEWQDISC, RTM.DELQDISC, RTM.GETQDISC), Qdisc),
    **dict.fromkeys((RTM.NEWTCLASS, RTM.DELTCLASS, RTM.GETTCLASS), Class),
    **dict.fromkeys((RTM.NEWTFILTER, RTM.DELTFILTER, RTM.GETTFILTER), Filter),
    **dict.fromkeys((RTM.NEWACTION, RTM.DELACTION, RTM.GETACTION), ActionList),
    **dict.fromkeys((RTM.NEWCHAIN, RTM.DELCHAIN, RTM.GETCHAIN), Chain),
}
_ENTRIES = {kind: each for kind, each in of_constants(RTM, _RECORDS).items() if each.record is not None}


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    return _ENTRIES.get(said.message.type)
