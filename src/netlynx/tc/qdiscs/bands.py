"""Bands that are asked one after the other: `prio`, and `multiq` with one for each of a device's queues.

Source: linux/pkt_sched.h, net/sched/sch_prio.c, sch_multiq.c, tc-prio(8); what is sent where nothing is said,
tc/q_prio.c of iproute2.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Layout, Record, array, attr, member, multi, s32, takes, u8, u16, u32
from netlynx.schema.facts import NoFacts

_BANDS = 3
_PRIORITIES = (1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
_MOST_BANDS = 16  # TCQ_PRIO_BANDS


class PriorityStruct(Layout, c="tc_prio_qopt"):
    """`prio` as messages say it."""

    bands: int = member(s32)
    priorities: takes.Several[int] = member(array(u8, 16), c="priomap")


class Prio(Record):
    """The qdisc `prio`: a band is asked when all before it have nothing to send. `bands` are from 2 to 16, 3 unless it
    is said; its classes are the bands, from 1 on.

    `priorities` is the band, from 0 on, of each priority that a packet can have (SO_PRIORITY, 0 to 15), where no filter
    chooses; what is not said is 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1, and of two bands the last one where that says 2.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("says what PriorityStruct says")

    bands: int | None = attr(1, u32)
    priorities: takes.Several[int] = attr(2, multi(u8))

    @classmethod
    def __read__(cls, wire: PriorityStruct) -> Prio:
        return cls(bands=wire.bands, priorities=wire.priorities)

    def __write__(self) -> PriorityStruct:
        bands = _BANDS if self.bands is None else self.bands
        if not 2 <= bands <= _MOST_BANDS:
            raise EncodeError(f"there are from 2 to {_MOST_BANDS} of them, not {bands}", "bands")
        priorities = checked_priorities(self.priorities, bands, "bands")
        usual = tuple(min(band, bands - 1) for band in _PRIORITIES)
        return PriorityStruct(bands=bands, priorities=priorities + usual[len(priorities) :])


def checked_priorities(priorities: tuple[int, ...], count: int, what: str) -> tuple[int, ...]:
    """The band (or traffic class) of each priority, of which there are `count`.

    Raises EncodeError for more than 16, and for a band that there is not.
    """
    if len(priorities) > len(_PRIORITIES):
        raise EncodeError(f"packets have {len(_PRIORITIES)} priorities, not {len(priorities)}", "priorities")
    for place, band in enumerate(priorities):
        if not 0 <= band < count:
            raise EncodeError(f"there are {count} {what}, from 0 on, and no {band}", f"priorities[{place}]")
    return priorities


class MultiqStruct(Layout, c="tc_multiq_qopt"):
    """`multiq` as messages say it."""

    bands: int = member(u16)
    max_bands: int = member(u16)


class Multiq(Record):
    """The qdisc `multiq`: a band for each queue that the device uses; it says how many, `bands` of `max_bands`."""

    __facts__: ClassVar[NoFacts] = NoFacts("says what MultiqStruct says")

    bands: int | None = attr(1, u16, read_only=True)
    max_bands: int | None = attr(2, u16, read_only=True)

    @classmethod
    def __read__(cls, wire: MultiqStruct) -> Multiq:
        return cls(bands=wire.bands, max_bands=wire.max_bands)

    def __write__(self) -> MultiqStruct:
        return MultiqStruct(bands=self.bands or 0, max_bands=self.max_bands or 0)
