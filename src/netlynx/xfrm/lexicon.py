"""What the messages of xfrm are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from netlynx.engine.lexicon import Entry, Said, dumps, of_constants
from netlynx.xfrm.constants import XFRM_MSG
from netlynx.xfrm.databases import PolicyDatabase, StateDatabase
from netlynx.xfrm.defaults import Defaults
from netlynx.xfrm.events import Acquire, Expired, ExpiredPolicy, Mapping, Report
from netlynx.xfrm.flushing import FlushedPolicies, FlushedStates
from netlynx.xfrm.listing import WantedPolicies, WantedStates
from netlynx.xfrm.migration import Migration, StateMigration
from netlynx.xfrm.policy import GonePolicy, Policy, PolicyId
from netlynx.xfrm.replaying import ReplayEvent
from netlynx.xfrm.state import GoneState, State, StateId
from netlynx.xfrm.verbs import SpiRequest

_BOTH = {
    XFRM_MSG.NEWSA: State,
    XFRM_MSG.UPDSA: State,
    XFRM_MSG.NEWPOLICY: Policy,
    XFRM_MSG.UPDPOLICY: Policy,
    XFRM_MSG.ACQUIRE: Acquire,
    XFRM_MSG.EXPIRE: Expired,
    XFRM_MSG.POLEXPIRE: ExpiredPolicy,
    XFRM_MSG.FLUSHSA: FlushedStates,
    XFRM_MSG.FLUSHPOLICY: FlushedPolicies,
    XFRM_MSG.NEWAE: ReplayEvent,
    XFRM_MSG.GETAE: ReplayEvent,
    XFRM_MSG.REPORT: Report,
    XFRM_MSG.MIGRATE: Migration,
    XFRM_MSG.NEWSADINFO: StateDatabase,
    XFRM_MSG.GETSADINFO: StateDatabase,
    XFRM_MSG.NEWSPDINFO: PolicyDatabase,
    XFRM_MSG.GETSPDINFO: PolicyDatabase,
    XFRM_MSG.MAPPING: Mapping,
    XFRM_MSG.SETDEFAULT: Defaults,
    XFRM_MSG.GETDEFAULT: Defaults,
    XFRM_MSG.MIGRATE_STATE: StateMigration,
}
_REQUESTS = of_constants(
    XFRM_MSG,
    {
        **_BOTH,
        XFRM_MSG.GETSA: StateId,
        XFRM_MSG.DELSA: StateId,
        XFRM_MSG.GETPOLICY: PolicyId,
        XFRM_MSG.DELPOLICY: PolicyId,
        XFRM_MSG.ALLOCSPI: SpiRequest,
    },
)
_ANSWERS = of_constants(XFRM_MSG, {**_BOTH, XFRM_MSG.DELSA: GoneState, XFRM_MSG.DELPOLICY: GonePolicy})
_DUMPS = of_constants(XFRM_MSG, {XFRM_MSG.GETSA: WantedStates, XFRM_MSG.GETPOLICY: WantedPolicies})


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    kind = said.message.type
    if said.answer:
        return _ANSWERS.get(kind)
    if dumps(said.message) and _DUMPS.get(kind, Entry("")).record is not None:
        return _DUMPS[kind]
    return _REQUESTS.get(kind)
