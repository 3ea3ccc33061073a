"""Policies: which packets have to be transformed, and by which states; which are let through or dropped.

Source: linux/xfrm.h, copy_to_user_policy and xfrm_policy_construct in net/xfrm/xfrm_user.c; ip-xfrm(8).
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    boolean,
    enum,
    head,
    ip_of,
    member,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import translated
from netlynx.xfrm.algorithms import SecurityContext
from netlynx.xfrm.constants import XFRMA, Action, Direction, Mode, PolicyFlags, PolicyType, Protocol, Share
from netlynx.xfrm.parts import Limits, Mark, Offload, Selector, Used, family_of
from netlynx.xfrm.state import Spi, spi

_ALL_ALGORITHMS = 0xFFFF_FFFF


class Template(Layout, c="xfrm_user_tmpl"):
    """Which states will do for the packets of a policy.

    In mode tunnel and beet, `source` and `destination` are those of the outer header: `family` follows from them. What
    is 0 or not given stands for any; `reqid` ties it to states with the same. Where `optional`, packets that come in
    may be without. The masks of algorithms say which will do, by numbers of PF_KEY: all, unless given.
    """

    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    spi: takes.Member[Spi] = member(spi, default=Spi(0), c="spi")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family", align=4)
    source: takes.Ip[str | None] = member(ip_of("family"), c="saddr", align=4)
    reqid: int = member(u32, c="reqid")
    mode: takes.Member[Mode] = member(enum(Mode, u8), c="mode")
    share: takes.Member[Share] = member(enum(Share, u8), c="share")
    optional: bool = member(boolean, c="optional")
    auth_algorithms: int = member(u32, default=_ALL_ALGORITHMS, c="aalgos")
    encryption_algorithms: int = member(u32, default=_ALL_ALGORITHMS, c="ealgos")
    compression_algorithms: int = member(u32, default=_ALL_ALGORITHMS, c="calgos")

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values.get("family"):
            return {**values, "family": family_of(values.get("destination"), values.get("source"))}
        return values


class PolicyTypeStruct(Layout, c="xfrm_userpolicy_type"):
    """The database that a policy is in, with room that nothing uses."""

    type: takes.Member[PolicyType] = member(enum(PolicyType, u8), c="type")
    pad1: int = member(u16, c="reserved1")
    pad2: int = member(u8, c="reserved2")


policy_type = translated(
    PolicyTypeStruct,
    lambda said: said.type,
    lambda value: PolicyTypeStruct(type=value),
    shown=enum(PolicyType, u8),
    bare=True,
)


class PolicyHeader(Layout, c="xfrm_userpolicy_info"):
    """The fixed header of a policy's message."""

    selector: takes.Nested[Selector | None] = member(struct(Selector), c="sel")
    limits: takes.Nested[Limits | None] = member(struct(Limits), c="lft")
    used: takes.Nested[Used | None] = member(struct(Used), c="curlft")
    priority: int = member(u32, c="priority")
    index: int = member(u32, c="index")
    direction: takes.Member[Direction] = member(enum(Direction, u8), c="dir")
    action: takes.Member[Action] = member(enum(Action, u8), c="action")
    flags: takes.Flags[PolicyFlags] = member(enum(PolicyFlags, u8), c="flags")
    share: takes.Member[Share] = member(enum(Share, u8), c="share")


class PolicyIdHeader(Layout, c="xfrm_userpolicy_id"):
    """What a policy is known by: the fixed header of requests for one."""

    selector: takes.Nested[Selector | None] = member(struct(Selector), c="sel")
    index: int = member(u32, c="index")
    direction: takes.Member[Direction] = member(enum(Direction, u8), c="dir")


NOT_OF_POLICIES: dict[str, str] = {
    "XFRMA_ALG_*": "of states: State",
    "XFRMA_ENCAP": "of states: State",
    "XFRMA_SA*": "of states: State",
    "XFRMA_REPLAY_*": "of states: State",
    "XFRMA_*TIMER_THRESH": "of states: State",
    "XFRMA_*ADDR": "of states: State",
    "XFRMA_KMADDRESS": "of migrations: Migration",
    "XFRMA_MIGRATE": "of migrations: Migration",
    "XFRMA_LTIME_VAL": "of states: ReplayEvent",
    "XFRMA_LASTUSED": "the kernel tells it of states alone",
    "XFRMA_TFCPAD": "of states: State",
    "XFRMA_PROTO": "of listings of states",
    "XFRMA_ADDRESS_FILTER": "of listings of states",
    "XFRMA_SET_MARK*": "of states: State",
    "XFRMA_NAT_KEEPALIVE_INTERVAL": "of states: State",
    "XFRMA_IPTFS_*": "of states: State",
    "XFRMA_POLICY": "of what tells of one that goes: GonePolicy",
}


class PolicyAttributes(Record):
    """What all messages that tell of a policy have, behind different headers."""

    __behind__: ClassVar[bool] = True

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = NOT_OF_POLICIES

    templates: takes.Records[Template] = attr(XFRMA.TMPL, array(struct(Template)), default=())
    type: takes.Member[PolicyType | None] = attr(XFRMA.POLICY_TYPE, policy_type)
    mark: takes.Natural[Mark | None] = attr(XFRMA.MARK, struct(Mark))
    if_id: int | None = attr(XFRMA.IF_ID, u32)
    security: takes.Natural[SecurityContext | None] = attr(XFRMA.SEC_CTX, struct(SecurityContext))
    offload: takes.Nested[Offload | None] = attr(XFRMA.OFFLOAD_DEV, struct(Offload))


class Policy(PolicyAttributes, header=PolicyHeader):
    """A policy (`xfrm_userpolicy_info` + `XFRMA_*`).

    To add one takes `direction` (in, out, fwd) and `selector`; the kernel chooses the `index`. Of those that fit a
    packet, the one with the lowest `priority` counts, and of several the oldest. `action` is allow unless given:
    through all `templates`, one after the other, six at most; without any, as they are. `if_id` ties it to an
    interface of kind xfrm. `limits` is how long it lives, `used` what of that is used.

    A policy of a socket has a `direction` of 3 or more, and only its socket makes and removes it.
    """

    selector: takes.Nested[Selector | None] = head(default=None, always=True)
    direction: takes.Member[Direction] = head(default=Direction.IN, always=True)
    action: takes.Member[Action] = head(default=Action.ALLOW, always=True)
    priority: int = head(always=True)
    index: int = head()
    limits: takes.Nested[Limits | None] = head(default=None)
    used: takes.Nested[Used | None] = head(default=None, read_only=True)
    flags: takes.Flags[PolicyFlags] = head(default=PolicyFlags(0))
    share: takes.Member[Share] = head(default=Share.ANY)


class PolicyId(Record, header=PolicyIdHeader):
    """A policy as requests name it: by its index, or by its selector and security context."""

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": "not what a policy is known by: Policy"}

    selector: takes.Nested[Selector | None] = head(default=None)
    index: int = head()
    direction: takes.Member[Direction] = head(default=Direction.IN)
    type: takes.Member[PolicyType | None] = attr(XFRMA.POLICY_TYPE, policy_type)
    mark: takes.Natural[Mark | None] = attr(XFRMA.MARK, struct(Mark))
    if_id: int | None = attr(XFRMA.IF_ID, u32)
    security: takes.Natural[SecurityContext | None] = attr(XFRMA.SEC_CTX, struct(SecurityContext))


class GonePolicy(PolicyAttributes, header=PolicyIdHeader):
    """A policy that was deleted: what it was known by, what it was (`policy`), and its attributes."""

    __omitted__: ClassVar[dict[str, str]] = {
        name: why for name, why in NOT_OF_POLICIES.items() if name != "XFRMA_POLICY"
    }

    selector: takes.Nested[Selector | None] = head(default=None, always=True)
    direction: takes.Member[Direction] = head(default=Direction.IN, always=True)
    index: int = head()
    policy: takes.Nested[PolicyHeader | None] = attr(XFRMA.POLICY, struct(PolicyHeader))
