"""All states or policies removed at once, and the news of it. Source: linux/xfrm.h, net/xfrm/xfrm_user.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Layout, Record, attr, enum, head, member, takes, u8
from netlynx.schema.facts import Facts, NoFacts
from netlynx.xfrm.constants import XFRMA, PolicyType, Protocol
from netlynx.xfrm.policy import policy_type


class FlushHeader(Layout, c="xfrm_usersa_flush"):
    """All that a message about states has."""

    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")


class FlushedStates(Record, header=FlushHeader):
    """All states of a protocol, or of any, are removed."""

    __facts__: ClassVar[NoFacts] = NoFacts("it has no attributes")

    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)


class FlushedPolicies(Record):
    """All policies of a database are removed: of the main one unless it says other."""

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": "the kernel looks at no other"}

    type: takes.Member[PolicyType | None] = attr(XFRMA.POLICY_TYPE, policy_type)
