"""`cbs`: a queue that earns credit while it waits. Source: linux/pkt_sched.h, tc-cbs(8), net/sched/sch_cbs.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Layout, Record, array, attr, boolean, member, s32, struct, takes, u8
from netlynx.schema.facts import Facts, NoFacts


class TCA_CBS(Constants):
    """Attributes of `cbs`."""

    UNSPEC = 0
    PARMS = 1


class CbsStruct(Layout, c="tc_cbs_qopt"):
    """`cbs` as messages say it."""

    offload: int = member(u8)
    padding: takes.Several[int] = member(array(u8, 3), c="_pad")
    hicredit: int = member(s32)
    locredit: int = member(s32)
    idleslope: int = member(s32)
    sendslope: int = member(s32)


class CbsAttributes(Record):
    """A nest with that struct in it."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CBS, policy="cbs_policy")

    parameters: takes.Nested[CbsStruct | None] = attr(TCA_CBS.PARMS, struct(CbsStruct))


class Cbs(Record):
    """The qdisc `cbs`, credit-based shaper: its credit grows by `idleslope` while packets wait, and falls by
    `sendslope` while one is sent, which is below 0: what `idleslope` is less than the speed of the port.

    Slopes are kilobits a second, `hicredit` and `locredit`, the most and the least of its credit, are bytes; all are
    needed, and may be below 0, but `idleslope`. `offload` leaves it to the device. Source: cbs_change in
    net/sched/sch_cbs.c.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("says what CbsAttributes says")

    hicredit: int | None = attr(1, s32)
    locredit: int | None = attr(2, s32)
    sendslope: int | None = attr(3, s32)
    idleslope: int | None = attr(4, s32)
    offload: bool | None = attr(5, boolean)

    @classmethod
    def __read__(cls, wire: CbsAttributes) -> Cbs:
        made = wire.parameters
        if made is None:
            return cls()
        return cls(
            hicredit=made.hicredit,
            locredit=made.locredit,
            sendslope=made.sendslope,
            idleslope=made.idleslope,
            offload=bool(made.offload),
        )

    def __write__(self) -> CbsAttributes:
        for name in ("hicredit", "locredit", "sendslope", "idleslope"):
            if getattr(self, name) is None:
                raise EncodeError("say all four: the kernel would take 0 for it", name)
        made = CbsStruct(
            offload=int(self.offload or 0),
            hicredit=self.hicredit or 0,
            locredit=self.locredit or 0,
            sendslope=self.sendslope or 0,
            idleslope=self.idleslope or 0,
        )
        return CbsAttributes(parameters=made)
