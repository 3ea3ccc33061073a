"""IPsec and its like (NETLINK_XFRM): states that transform packets, policies that say which, and what becomes of them.

    from netlynx import xfrm

    nl.do(xfrm.add(xfrm.State(
        source="192.0.2.1", destination="192.0.2.2", spi=0x1000, protocol="esp", mode="tunnel", reqid=1,
        aead=xfrm.AeadAlgorithm(name="rfc4106(gcm(aes))", key=key, length=128),
    )))
    for state in nl.dump(xfrm.states()):
        print(state.destination, state.spi, state.used.bytes)

Keys stand in records and in no text of them. Source: linux/xfrm.h, net/xfrm/xfrm_user.c; ip-xfrm(8).
"""

from __future__ import annotations

from netlynx.xfrm.algorithms import AeadAlgorithm as AeadAlgorithm
from netlynx.xfrm.algorithms import Algorithm as Algorithm
from netlynx.xfrm.algorithms import AuthAlgorithm as AuthAlgorithm
from netlynx.xfrm.algorithms import Replay as Replay
from netlynx.xfrm.algorithms import ReplayWindow as ReplayWindow
from netlynx.xfrm.algorithms import SecurityContext as SecurityContext
from netlynx.xfrm.constants import Action as Action
from netlynx.xfrm.constants import ContextAlgorithm as ContextAlgorithm
from netlynx.xfrm.constants import ContextDomain as ContextDomain
from netlynx.xfrm.constants import Default as Default
from netlynx.xfrm.constants import Direction as Direction
from netlynx.xfrm.constants import EncapsulationType as EncapsulationType
from netlynx.xfrm.constants import EventFlags as EventFlags
from netlynx.xfrm.constants import ExtraFlags as ExtraFlags
from netlynx.xfrm.constants import MigrateFlags as MigrateFlags
from netlynx.xfrm.constants import Mode as Mode
from netlynx.xfrm.constants import OffloadFlags as OffloadFlags
from netlynx.xfrm.constants import PolicyFlags as PolicyFlags
from netlynx.xfrm.constants import PolicyType as PolicyType
from netlynx.xfrm.constants import Protocol as Protocol
from netlynx.xfrm.constants import Share as Share
from netlynx.xfrm.constants import StateDirection as StateDirection
from netlynx.xfrm.constants import StateFlags as StateFlags
from netlynx.xfrm.constants import Unlimited as Unlimited
from netlynx.xfrm.constants import UpperProtocol as UpperProtocol
from netlynx.xfrm.databases import PolicyBuckets as PolicyBuckets
from netlynx.xfrm.databases import PolicyCounts as PolicyCounts
from netlynx.xfrm.databases import PolicyDatabase as PolicyDatabase
from netlynx.xfrm.databases import StateBuckets as StateBuckets
from netlynx.xfrm.databases import StateDatabase as StateDatabase
from netlynx.xfrm.databases import Thresholds as Thresholds
from netlynx.xfrm.defaults import Defaults as Defaults
from netlynx.xfrm.events import ACQUIRES as ACQUIRES
from netlynx.xfrm.events import EXPIRIES as EXPIRIES
from netlynx.xfrm.events import MAPPINGS as MAPPINGS
from netlynx.xfrm.events import MIGRATIONS as MIGRATIONS
from netlynx.xfrm.events import POLICIES as POLICIES
from netlynx.xfrm.events import REPLAYS as REPLAYS
from netlynx.xfrm.events import REPORTS as REPORTS
from netlynx.xfrm.events import STATES as STATES
from netlynx.xfrm.events import Acquire as Acquire
from netlynx.xfrm.events import Expired as Expired
from netlynx.xfrm.events import ExpiredPolicy as ExpiredPolicy
from netlynx.xfrm.events import Mapping as Mapping
from netlynx.xfrm.events import Report as Report
from netlynx.xfrm.flushing import FlushedPolicies as FlushedPolicies
from netlynx.xfrm.flushing import FlushedStates as FlushedStates
from netlynx.xfrm.listing import defaults as defaults
from netlynx.xfrm.listing import policies as policies
from netlynx.xfrm.listing import policy as policy
from netlynx.xfrm.listing import policy_database as policy_database
from netlynx.xfrm.listing import replay as replay
from netlynx.xfrm.listing import state as state
from netlynx.xfrm.listing import state_database as state_database
from netlynx.xfrm.listing import states as states
from netlynx.xfrm.migration import KeyManagerAddress as KeyManagerAddress
from netlynx.xfrm.migration import Migration as Migration
from netlynx.xfrm.migration import Move as Move
from netlynx.xfrm.migration import StateMigration as StateMigration
from netlynx.xfrm.parts import Encapsulation as Encapsulation
from netlynx.xfrm.parts import Limits as Limits
from netlynx.xfrm.parts import Mark as Mark
from netlynx.xfrm.parts import Offload as Offload
from netlynx.xfrm.parts import Selector as Selector
from netlynx.xfrm.parts import Used as Used
from netlynx.xfrm.policy import GonePolicy as GonePolicy
from netlynx.xfrm.policy import Policy as Policy
from netlynx.xfrm.policy import PolicyHeader as PolicyHeader
from netlynx.xfrm.policy import Template as Template
from netlynx.xfrm.replaying import ReplayEvent as ReplayEvent
from netlynx.xfrm.state import GoneState as GoneState
from netlynx.xfrm.state import Spi as Spi
from netlynx.xfrm.state import State as State
from netlynx.xfrm.state import StateHeader as StateHeader
from netlynx.xfrm.verbs import add as add
from netlynx.xfrm.verbs import allocate as allocate
from netlynx.xfrm.verbs import change as change
from netlynx.xfrm.verbs import delete as delete
from netlynx.xfrm.verbs import expire as expire
from netlynx.xfrm.verbs import flush as flush
from netlynx.xfrm.verbs import flush_policies as flush_policies
from netlynx.xfrm.verbs import flush_states as flush_states
from netlynx.xfrm.verbs import migrate as migrate
from netlynx.xfrm.verbs import replace as replace
from netlynx.xfrm.verbs import set_defaults as set_defaults
from netlynx.xfrm.verbs import set_replay as set_replay
from netlynx.xfrm.verbs import set_thresholds as set_thresholds
