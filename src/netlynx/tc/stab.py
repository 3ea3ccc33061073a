"""Size tables: what packets count for on links that put them into cells. Source: linux/pkt_sched.h, tc-stab(8)."""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Kind,
    Layout,
    Record,
    array,
    attr,
    enum,
    member,
    s16,
    s32,
    simpler,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.rates import CELL, IN_CELL, LinkLayer
from netlynx.tc.units import Size, size32

_MTU, _SLOTS = 2047, 512  # tc's numbers
_MOST_SLOTS = 32767  # of 16 bits each, which an attribute holds
_MOST_SIZE = 0xFFFF


class TCA_STAB(Constants):
    """Attributes of a size table."""

    UNSPEC = 0
    BASE = 1
    DATA = 2


class SizeSpec(Layout, c="tc_sizespec"):
    """How a packet's length is looked up: in cells of 2 to the power of `cell_log` bytes, in a table of `tsize`.

    The sizes in the table are shifted by `size_log`; `overhead` is added first, `mpu` and `mtu` are what the table was
    made for.
    """

    cell_log: int = member(u8)
    size_log: int = member(u8)
    cell_align: int = member(s16)
    overhead: int = member(s32)
    linklayer: takes.Member[LinkLayer] = member(enum(LinkLayer, u32))
    mpu: takes.Amount[Size] = member(size32)
    mtu: takes.Amount[Size] = member(size32)
    tsize: int = member(u32)


class SizeTableAttributes(Record):
    """A size table as messages say it; the kernel tells its `base` only.

    Source: qdisc_get_stab in net/sched/sch_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_STAB, policy="stab_policy")

    base: takes.Nested[SizeSpec | None] = attr(TCA_STAB.BASE, struct(SizeSpec))
    data: takes.MaybeSeveral[int] = attr(TCA_STAB.DATA, array(u16))


class SizeTable(Record):
    """What packets count for: ``SizeTable(linklayer="atm", overhead=10)``, as ``tc … stab`` has it.

    `overhead` bytes are added to each (or taken off), it counts as `mpu` at least, and on ATM for the cells that it
    fills. Packets of up to `mtu` bytes (2047 unless told) are looked up in a table of `tsize` places (512), which is
    computed and sent where there is more to it than the overhead.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("SizeTableAttributes, said simply")

    linklayer: takes.Member[LinkLayer | None] = attr(1, enum(LinkLayer, u32))
    overhead: int | None = attr(2, s32)
    mpu: takes.Amount[Size | None] = attr(3, size32)
    mtu: takes.Amount[Size | None] = attr(4, size32)
    tsize: int | None = attr(5, u32)

    @classmethod
    def __read__(cls, wire: SizeTableAttributes) -> Self:
        base = wire.base or SizeSpec()
        return cls(
            linklayer=base.linklayer or None,
            overhead=base.overhead or None,
            mpu=base.mpu or None,
            mtu=base.mtu or None,
            tsize=base.tsize or None,
        )

    def __write__(self) -> SizeTableAttributes:
        layer = self.linklayer or LinkLayer.UNAWARE
        base = SizeSpec(linklayer=layer, overhead=self.overhead or 0, mpu=self.mpu or 0)
        if layer != LinkLayer.ATM and not self.mpu:
            for name in ("mtu", "tsize"):
                if getattr(self, name):
                    raise EncodeError("there is no table unless the link layer is atm or there is an mpu", name)
            return SizeTableAttributes(base=base)
        slots, mtu = self.tsize or _SLOTS, self.mtu or _MTU
        if slots > _MOST_SLOTS:
            raise EncodeError(f"a message holds {_MOST_SLOTS} places at most", "tsize")
        cell_log = next(log for log in range(33) if mtu >> log <= slots - 1 or slots == 1)
        sizes = [_counted((place + 1) << cell_log, self.mpu or 0, layer) for place in range(slots)]
        size_log = next(log for log in range(33) if max(sizes) >> log <= _MOST_SIZE)
        whole = base.replace(cell_log=cell_log, size_log=size_log, cell_align=-1, mtu=mtu, tsize=slots)
        return SizeTableAttributes(base=whole, data=tuple(size >> size_log for size in sizes))


def _counted(size: int, least: int, layer: LinkLayer | int) -> int:
    """What a packet of a size counts for. Source: tc_adjust_size in tc/tc_core.c."""
    size = max(size, least)
    return -(-size // IN_CELL) * CELL if layer == LinkLayer.ATM else size


SIZE_TABLE: Kind = simpler(SizeTable, SizeTableAttributes)
