"""What the kernel says unasked: states that are wanted, that expire, change and move, packets that it could not place.

Source: xfrm_send_* and xfrm_notify_* in net/xfrm/xfrm_user.c; linux/xfrm.h.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import EventKind, Group
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Layout,
    Record,
    attr,
    be16,
    boolean,
    enum,
    head,
    ip6,
    ip_of,
    member,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK
from netlynx.xfrm.constants import XFRM_MSG, XFRMA, XFRMNLGRP, Protocol, StateDirection
from netlynx.xfrm.defaults import Defaults
from netlynx.xfrm.flushing import FlushedPolicies, FlushedStates
from netlynx.xfrm.migration import Migration, StateMigration
from netlynx.xfrm.parts import Selector
from netlynx.xfrm.policy import GonePolicy, Policy, PolicyAttributes, PolicyHeader
from netlynx.xfrm.replaying import ReplayEvent
from netlynx.xfrm.state import GoneState, Spi, State, StateHeader, spi

_NOTHING_MORE = "the kernel tells no more"


class ExpireHeader(StateHeader, c="xfrm_user_expire"):
    """The fixed header of a state that expires: the state, and at which limit."""

    hard: bool = member(boolean, c="hard", align=8)


class Expired(State, header=ExpireHeader):
    """A state at a limit of its lifetime: at a `hard` one it is gone, at a soft one it is time for another."""

    hard: bool = head(default=False, always=True)


class PolicyExpireHeader(PolicyHeader, c="xfrm_user_polexpire"):
    """The fixed header of a policy that expires: the policy, and at which limit."""

    hard: bool = member(boolean, c="hard", align=8)


class ExpiredPolicy(Policy, header=PolicyExpireHeader):
    """A policy at a limit of its lifetime: at a `hard` one it is gone."""

    hard: bool = head(default=False, always=True)


class AcquireHeader(Layout, c="xfrm_user_acquire"):
    """The fixed header of what tells that a state is wanted."""

    destination: takes.Ip[str | None] = member(ip_of("selector.family"), c="daddr")
    spi: takes.Member[Spi] = member(spi, default=Spi(0), c="spi")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    source: takes.Ip[str | None] = member(ip_of("selector.family"), c="saddr", align=4)
    selector: takes.Nested[Selector | None] = member(struct(Selector), c="sel")
    policy: takes.Nested[PolicyHeader | None] = member(struct(PolicyHeader), c="policy")
    auth_algorithms: int = member(u32, c="aalgos")
    encryption_algorithms: int = member(u32, c="ealgos")
    compression_algorithms: int = member(u32, c="calgos")
    sequence: int = member(u32, c="seq")


class Acquire(PolicyAttributes, header=AcquireHeader):
    """Packets that `selector` fits want a state: somebody is to agree on keys with the other end, and to add it.

    `source` and `destination` are the ends that it is to have, `protocol` what it is to do, `policy` and `templates`
    why; who adds it says the same `sequence`. Until then the kernel keeps one without keys, for as many seconds as
    sysctl net.core.xfrm_acq_expires says (30).
    """

    __omitted__: ClassVar[dict[str, str]] = {
        name: why for name, why in PolicyAttributes.__omitted__.items() if name != "XFRMA_SA*"
    } | {"XFRMA_SA": "of states: State", "XFRMA_SA_EXTRA_FLAGS": "of states: State"}

    destination: takes.Ip[str | None] = head(default=None, always=True)
    spi: takes.Member[Spi] = head(default=Spi(0))
    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)
    source: takes.Ip[str | None] = head(default=None, always=True)
    selector: takes.Nested[Selector | None] = head(default=None, always=True)
    policy: takes.Nested[PolicyHeader | None] = head(default=None)
    auth_algorithms: int = head()
    encryption_algorithms: int = head()
    compression_algorithms: int = head()
    sequence: int = head(always=True)
    state_direction: takes.Member[StateDirection | None] = attr(XFRMA.SA_DIR, enum(StateDirection, u8))
    cpu: int | None = attr(XFRMA.SA_PCPU, u32)


class MappingHeader(Layout, c="xfrm_user_mapping"):
    """The fixed header of what tells that a translation of addresses changed."""

    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    spi: takes.Member[Spi] = member(spi, default=Spi(0), c="spi")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    reqid: int = member(u32, c="reqid", align=4)
    old_source: takes.Ip[str | None] = member(ip_of("family"), c="old_saddr")
    new_source: takes.Ip[str | None] = member(ip_of("family"), c="new_saddr")
    old_port: int = member(be16, c="old_sport")
    new_port: int = member(be16, c="new_sport")


class Mapping(Record, header=MappingHeader):
    """Packets of a state with encapsulation come from another address or port than before."""

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA)
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": _NOTHING_MORE}

    destination: takes.Ip[str | None] = head(default=None, always=True)
    spi: takes.Member[Spi] = head(default=Spi(0), always=True)
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)
    reqid: int = head()
    old_source: takes.Ip[str | None] = head(default=None, always=True)
    old_port: int = head(always=True)
    new_source: takes.Ip[str | None] = head(default=None, always=True)
    new_port: int = head(always=True)


class ReportHeader(Layout, c="xfrm_user_report"):
    """The fixed header of what tells of packets that were refused."""

    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    selector: takes.Nested[Selector | None] = member(struct(Selector), c="sel")


class Report(Record, header=ReportHeader):
    """A packet of Mobile IPv6 was dropped, which no state fits: `selector` is what it was, `protocol` whose."""

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": _NOTHING_MORE}

    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)
    selector: takes.Nested[Selector | None] = head(default=None, always=True)
    care_of: takes.Ip[str | None] = attr(XFRMA.COADDR, ip6)


def _group(name: str, number: int, messages: dict[int, Any]) -> Group[Any]:
    return Group(f"xfrm.{name}", NETLINK.XFRM, (number,), messages)


ACQUIRES: Group[Acquire] = _group("ACQUIRES", XFRMNLGRP.ACQUIRE, {XFRM_MSG.ACQUIRE: ("acquire", Acquire)})
"""States that are wanted."""

EXPIRIES: Group[Expired | ExpiredPolicy] = _group(
    "EXPIRIES",
    XFRMNLGRP.EXPIRE,
    {XFRM_MSG.EXPIRE: ("expire", Expired), XFRM_MSG.POLEXPIRE: ("expire", ExpiredPolicy)},
)
"""States and policies at a limit of their lifetime."""

STATES: Group[State | GoneState | FlushedStates] = _group(
    "STATES",
    XFRMNLGRP.SA,
    {
        XFRM_MSG.NEWSA: (EventKind.NEW, State),
        XFRM_MSG.UPDSA: (EventKind.UPDATE, State),
        XFRM_MSG.DELSA: (EventKind.DELETE, GoneState),
        XFRM_MSG.FLUSHSA: ("flush", FlushedStates),
    },
)
"""States that are added, changed and deleted, with their keys: who listens may as well list them."""

POLICIES: Group[Policy | GonePolicy | FlushedPolicies | Defaults] = _group(
    "POLICIES",
    XFRMNLGRP.POLICY,
    {
        XFRM_MSG.NEWPOLICY: (EventKind.NEW, Policy),
        XFRM_MSG.UPDPOLICY: (EventKind.UPDATE, Policy),
        XFRM_MSG.DELPOLICY: (EventKind.DELETE, GonePolicy),
        XFRM_MSG.FLUSHPOLICY: ("flush", FlushedPolicies),
        XFRM_MSG.GETDEFAULT: ("defaults", Defaults),
    },
)
"""Policies that are added, changed and deleted, and what becomes of packets that none is about."""

REPLAYS: Group[ReplayEvent] = _group("REPLAYS", XFRMNLGRP.AEVENTS, {XFRM_MSG.NEWAE: ("replay", ReplayEvent)})
"""How far the numbers and lifetimes of states are, as often as their thresholds say: for a host that stands by."""

REPORTS: Group[Report] = _group("REPORTS", XFRMNLGRP.REPORT, {XFRM_MSG.REPORT: ("report", Report)})
"""Packets of Mobile IPv6 that were dropped."""

MIGRATIONS: Group[Migration | StateMigration] = _group(
    "MIGRATIONS",
    XFRMNLGRP.MIGRATE,
    {XFRM_MSG.MIGRATE: ("migrate", Migration), XFRM_MSG.MIGRATE_STATE: ("migrate", StateMigration)},
)
"""Policies and states that moved to other addresses."""

MAPPINGS: Group[Mapping] = _group("MAPPINGS", XFRMNLGRP.MAPPING, {XFRM_MSG.MAPPING: ("mapping", Mapping)})
"""Translations of addresses that changed."""
