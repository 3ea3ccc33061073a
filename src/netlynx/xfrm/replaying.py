"""How far the numbers and the lifetime of a state are, for who keeps a second host ready to go on with it.

Source: linux/xfrm.h, build_aevent and xfrm_new_ae in net/xfrm/xfrm_user.c;
Documentation/networking/xfrm_sync.rst of Linux.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.constants import AddressFamily
from netlynx.schema import Layout, Record, attr, enum, head, ip_of, member, struct, takes, u8, u16, u32
from netlynx.schema.facts import Facts
from netlynx.xfrm.algorithms import Replay, ReplayWindow
from netlynx.xfrm.constants import XFRMA, EventFlags, Protocol, StateDirection
from netlynx.xfrm.parts import Mark, Used
from netlynx.xfrm.state import Spi, spi


class ReplayHeader(Layout, c="xfrm_aevent_id"):
    """The fixed header: which state it is about, and why it is told."""

    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    spi: takes.Member[Spi] = member(spi, default=Spi(0), c="spi")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    source: takes.Ip[str | None] = member(ip_of("family"), c="saddr", align=4)
    flags: takes.Flags[EventFlags] = member(enum(EventFlags, u32), c="flags")
    reqid: int = member(u32, c="reqid")


class ReplayEvent(Record, header=ReplayHeader):
    """How far the numbers and the lifetime of a state are: told to listeners, asked for, and set.

    `replay` or `window` are its numbers, `used` what of its lifetime was used. It is told whenever `packet_threshold`
    packets more came or went, and after `time_threshold` tenths of a second at the latest, where any did.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": "of states: State"}

    destination: takes.Ip[str | None] = head(default=None, always=True)
    spi: takes.Member[Spi] = head(default=Spi(0), always=True)
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)
    source: takes.Ip[str | None] = head(default=None)
    flags: takes.Flags[EventFlags] = head(default=EventFlags(0))
    reqid: int = head()
    replay: takes.Nested[Replay | None] = attr(XFRMA.REPLAY_VAL, struct(Replay))
    window: takes.Nested[ReplayWindow | None] = attr(XFRMA.REPLAY_ESN_VAL, struct(ReplayWindow))
    used: takes.Nested[Used | None] = attr(XFRMA.LTIME_VAL, struct(Used))
    packet_threshold: int | None = attr(XFRMA.REPLAY_THRESH, u32)
    time_threshold: int | None = attr(XFRMA.ETIMER_THRESH, u32)
    mapping_seconds: int | None = attr(XFRMA.MTIMER_THRESH, u32)
    mark: takes.Natural[Mark | None] = attr(XFRMA.MARK, struct(Mark))
    if_id: int | None = attr(XFRMA.IF_ID, u32)
    cpu: int | None = attr(XFRMA.SA_PCPU, u32)
    direction: takes.Member[StateDirection | None] = attr(XFRMA.SA_DIR, enum(StateDirection, u8))
