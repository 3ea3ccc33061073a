"""What becomes of packets that no policy is about. Source: linux/xfrm.h, xfrm_set_default in net/xfrm/xfrm_user.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Layout, Record, enum, head, member, takes, u8
from netlynx.schema.facts import NoFacts
from netlynx.xfrm.constants import Default


class DefaultsHeader(Layout, c="xfrm_userpolicy_default"):
    """All that such a message has."""

    incoming: takes.Member[Default] = member(enum(Default, u8), c="in")
    forwarded: takes.Member[Default] = member(enum(Default, u8), c="fwd")
    outgoing: takes.Member[Default] = member(enum(Default, u8), c="out")


class Defaults(Record, header=DefaultsHeader):
    """What becomes of packets that no policy is about: accept or block, for each direction.

    Of what is set, unspec leaves it as it is. Packets from and to this host itself are let through anyhow.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("it has no attributes")

    incoming: takes.Member[Default] = head(default=Default.UNSPEC, always=True)
    forwarded: takes.Member[Default] = head(default=Default.UNSPEC, always=True)
    outgoing: takes.Member[Default] = head(default=Default.UNSPEC, always=True)
