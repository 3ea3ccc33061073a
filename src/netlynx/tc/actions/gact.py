"""`gact`: nothing but what becomes of a packet. Source: linux/tc_act/tc_gact.h, net/sched/act_gact.c, tc-gact(8)."""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Enumeration, Layout, Record, attr, enum, member, struct, takes, u16
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, parms_of, refers
from netlynx.tc.control import CONTROL, PASS, Control


class TCA_GACT(Constants):
    """Attributes of `gact`."""

    UNSPEC = 0
    TM = 1
    PARMS = 2
    PROB = 3
    PAD = 4


class GactParms(Parms, c="tc_gact"):
    """The struct of `gact`."""


class RandomType(Enumeration, prefix="PGACT_"):
    """Which packets are the others: by chance (`NETRAND`), or one after so many (`DETERM`)."""

    NONE = 0
    NETRAND = 1
    DETERM = 2


class GactRandom(Layout, c="tc_gact_p"):
    """What becomes of one packet in `every`; `type` says whether by chance."""

    type: takes.Member[RandomType] = member(enum(RandomType, u16), c="ptype")
    every: int = member(u16, c="pval")
    control: takes.Member[Control] = member(CONTROL, c="paction")


class GactAttributes(Record):
    """The attributes of `gact`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_GACT, policy="gact_policy")

    parms: takes.Nested[GactParms | None] = attr(TCA_GACT.PARMS, struct(GactParms))
    random: takes.Nested[GactRandom | None] = attr(TCA_GACT.PROB, struct(GactRandom))
    times: takes.Nested[Times | None] = attr(TCA_GACT.TM, struct(Times), read_only=True)


class Gact(Controlled):
    """`gact`: ``Gact(control="drop")``; with `random`, one packet in so many goes another way:
    ``Gact(control="pass", random={"type": "netrand", "every": 10, "control": "drop"})``.

    `control` has to be said. Source: net/sched/act_gact.c, tc-gact(8).
    """

    random: takes.Nested[GactRandom | None] = attr(6, struct(GactRandom))

    @classmethod
    def __read__(cls, wire: GactAttributes) -> Self:
        parms = wire.parms or GactParms()
        live = parms.references > 0  # there are many of these: no detour by `said`
        return cls(
            index=parms.index or None,
            control=parms.control,
            references=parms.references if live else None,
            bindings=parms.bindings if live else None,
            times=wire.times,
            random=wire.random,
            unknown=wire.unknown,
        )

    def __write__(self) -> GactAttributes:
        if self.control is None and not refers(self):
            raise EncodeError("say what becomes of a packet", "control")
        if self.random is not None and self.random.type not in (RandomType.NETRAND, RandomType.DETERM):
            raise EncodeError("say netrand or determ", "random.type")
        return GactAttributes(parms=parms_of(GactParms, self, PASS), random=self.random, times=self.times)
