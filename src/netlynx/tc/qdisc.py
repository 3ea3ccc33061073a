"""Qdiscs: what a device does with packets that wait. Source: linux/rtnetlink.h, net/sched/sch_api.c, tc(8)."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, Event, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.route.arguments import index_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.unsaid import by_links, fence
from netlynx.schema import (
    Record,
    attr,
    boolean,
    flag,
    head,
    nest,
    select,
    string,
    struct,
    takes,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.constants import KIND_LIMIT, TCA, TcMessage
from netlynx.tc.estimator import RateEstimator
from netlynx.tc.handle import Handle
from netlynx.tc.kind import kinds_by_class, with_kind
from netlynx.tc.qdiscs import QDISC_OPTIONS, QDISC_STATISTICS
from netlynx.tc.stab import SIZE_TABLE, SizeTable
from netlynx.tc.statistics import TCA_STATS, Statistics, Totals
from netlynx.tc.verbs import Verbs, heard, register
from netlynx.wire.constants import NETLINK, NLM_F


class QdiscStatistics(Statistics):
    """What a qdisc has counted since it was made; `app` is what its kind counts besides."""

    __omitted__: ClassVar[dict[str, str]] = {}

    app: Any = attr(TCA_STATS.APP, select("kind", QDISC_STATISTICS))


class Qdisc(Record, header=TcMessage):
    """A qdisc (`tcmsg` + `TCA_*`): `handle` names it on its device, `parent` is where it stands.

    To add one, `index`, `data` (or `kind`) and, but at the root, `parent` are needed: ``Qdisc(index="v0",
    handle="1:", data=Htb(default=0x20))``. Without a `handle` the kernel takes one that is free.

    `references` is how many use it. `statistics` are all counters; `totals` and `xstats` some of them once more, in
    fewer bits, as the kernel keeps telling them to old programs.

    Source: tc_fill_qdisc, tc_modify_qdisc in net/sched/sch_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA, policy="rtm_tca_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_FCNT": "the kernel does not use it",
        "TCA_CHAIN": "of filters and chains",
        "TCA_DUMP_FLAGS": "of filters",
    }

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, read_only=True)
    index: takes.Name[int] = head(always=True)
    handle: takes.Member[Handle] = head(default=Handle(0), always=True)
    parent: takes.Member[Handle] = head(default=Handle(0xFFFF_FFFF), always=True)
    references: int = head("info", kind=u32, read_only=True)
    kind: str | None = attr(TCA.KIND, string(KIND_LIMIT), always=True)
    data: Any = attr(TCA.OPTIONS, select("kind", QDISC_OPTIONS))
    estimator: takes.Nested[RateEstimator | None] = attr(TCA.RATE, struct(RateEstimator))
    size_table: takes.Nested[SizeTable | None] = attr(TCA.STAB, SIZE_TABLE)
    ingress_block: int | None = attr(TCA.INGRESS_BLOCK, u32)  # shared with other devices
    egress_block: int | None = attr(TCA.EGRESS_BLOCK, u32)
    offloaded: bool | None = attr(TCA.HW_OFFLOAD, boolean, read_only=True)
    statistics: takes.Nested[QdiscStatistics | None] = attr(TCA.STATS2, nest(QdiscStatistics), read_only=True)
    totals: takes.Nested[Totals | None] = attr(TCA.STATS, struct(Totals), read_only=True)
    xstats: Any = attr(TCA.XSTATS, select("kind", QDISC_STATISTICS), read_only=True)
    dump_invisible: bool = attr(TCA.DUMP_INVISIBLE, flag)  # of a request: those that a device began with, too
    warning: str | None = attr(TCA.EXT_WARN_MSG, string, read_only=True)

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_kind(values, _KINDS)


_KINDS = kinds_by_class(QDISC_OPTIONS)


QDISCS: Group[Qdisc] = Group(
    "tc.QDISCS",
    NETLINK.ROUTE,
    (RTNLGRP.TC,),
    {RTM.NEWQDISC: (EventKind.NEW, Qdisc), RTM.DELQDISC: (EventKind.DELETE, Qdisc)},
)
"""Qdiscs that come, change and go."""


def _always(event: Event[Any]) -> bool:
    return True  # what stands in one that goes, goes without a word


MIRRORED = Mirrored(
    QDISCS,
    key=attrgetter("index", "parent", "handle"),
    lookups={("index",): None, ("index", "handle"): None, ("index", "parent"): None, ("kind",): None},
    volatile=("statistics", "totals", "xstats", "references", "data.direct_packets"),
    doubtful=_always,
    causes=by_links,
    fence=fence,
)


@by_name(index="interface")
def qdiscs(*, index: int | str | None = None, invisible: bool = False) -> Dump[Qdisc]:
    """All qdiscs, or those of a device; `invisible` adds those that devices begin with and tc hides.

    The kernel tells all of them; those of other devices are dropped here. Raises EncodeError for what is no index.
    """
    listing: Dump[Qdisc] = make_dump(
        "tc.qdiscs",
        NETLINK.ROUTE,
        RTM.GETQDISC,
        Qdisc(parent=0, dump_invisible=invisible),
        Qdisc,
        RTM.NEWQDISC,
        mirrored=MIRRORED,
    )
    return listing if index is None else listing.where(index=index_of(index, "tc.qdiscs(index)"))


@by_name(index="interface")
def qdisc(index: int | str, *, handle: Handle | str | int = 0, parent: Handle | str | int | None = None) -> Do[Qdisc]:
    """One qdisc of a device, by its handle or by where it stands (the root, unless told). `NotFound` if there is none.

    The kernel tells it to all that listen, too, as one that is new: lists do not do that. Raises EncodeError for what
    is no index or handle.
    """
    number = Handle.of(handle)
    place = Handle.of("root" if parent is None and not number else 0 if parent is None else parent)
    request = Qdisc(index=index_of(index, "tc.qdisc(index)"), handle=number, parent=place)
    # The kernel notifies of it, whoever asked: only with ECHO is that one told, too (qdisc_notify).
    return make_do(
        "tc.qdisc",
        NETLINK.ROUTE,
        RTM.GETQDISC,
        request,
        reply=Qdisc,
        reply_type=RTM.NEWQDISC,
        flags=NLM_F.ECHO | NLM_F.ACK,
        absent="nobody put a qdisc there: what a device has of itself while it is down is not told",
    )


register(
    Qdisc,
    Verbs(
        new=RTM.NEWQDISC,
        delete=RTM.DELQDISC,
        prepare="netlynx.tc.qdisc_requests:prepare",
        removable="netlynx.tc.flushing:qdiscs",
        guards={
            "add": "netlynx.tc.standing:MADE",
            "replace": "netlynx.tc.standing:MADE",
            "change": "netlynx.tc.standing:CHANGED",
        },
        mute=heard,
    ),
)
