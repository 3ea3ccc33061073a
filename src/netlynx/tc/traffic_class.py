"""Classes: the parts into which some qdiscs divide what they have. Source: net/sched/sch_api.c, tc(8)."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, Event, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.route.arguments import index_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.unsaid import by_links, fence
from netlynx.schema import Record, attr, head, nest, select, string, struct, takes
from netlynx.schema.facts import Facts
from netlynx.tc.constants import KIND_LIMIT, TCA, TcMessage
from netlynx.tc.estimator import RateEstimator
from netlynx.tc.handle import ROOT, Handle
from netlynx.tc.kind import kinds_by_class, with_kind
from netlynx.tc.qdisc import QDISCS
from netlynx.tc.qdiscs import CLASS_OPTIONS, CLASS_STATISTICS
from netlynx.tc.statistics import TCA_STATS, Statistics, Totals
from netlynx.tc.verbs import Verbs, heard, register
from netlynx.wire.constants import NETLINK, NLM_F


class ClassStatistics(Statistics):
    """What a class has counted since it was made; `app` is what its kind counts besides."""

    __omitted__: ClassVar[dict[str, str]] = {}

    app: Any = attr(TCA_STATS.APP, select("kind", CLASS_STATISTICS))


class Class(Record, header=TcMessage):
    """A class (`tcmsg` + `TCA_*`): `handle` names it, ``1:10``, and `parent` is the class or qdisc that it is part of.

    To add one, `index`, `handle`, `parent` and `data` are needed: ``Class(index="v0", handle="1:10", parent="1:",
    data=HtbClass(rate="10mbit"))``. `leaf` is the qdisc within it. `totals` and `xstats` are some of
    `statistics` once more, for old programs. Source: tc_fill_tclass and tc_ctl_tclass in net/sched/sch_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA, policy="rtm_tca_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_FCNT": "the kernel does not use it",
        "TCA_STAB": "of qdiscs",
        "TCA_DUMP_INVISIBLE": "of qdiscs",
        "TCA_HW_OFFLOAD": "of qdiscs",
        "TCA_INGRESS_BLOCK": "of qdiscs",
        "TCA_EGRESS_BLOCK": "of qdiscs",
        "TCA_CHAIN": "of filters and chains",
        "TCA_DUMP_FLAGS": "of filters",
    }

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, read_only=True)
    index: takes.Name[int] = head(always=True)
    handle: takes.Member[Handle] = head(default=Handle(0), always=True)
    parent: takes.Member[Handle] = head(default=Handle(0xFFFF_FFFF), always=True)
    leaf: takes.Member[Handle] = head("info", default=Handle(0), read_only=True)
    kind: str | None = attr(TCA.KIND, string(KIND_LIMIT), always=True)
    data: Any = attr(TCA.OPTIONS, select("kind", CLASS_OPTIONS))
    estimator: takes.Nested[RateEstimator | None] = attr(TCA.RATE, struct(RateEstimator))
    statistics: takes.Nested[ClassStatistics | None] = attr(TCA.STATS2, nest(ClassStatistics), read_only=True)
    totals: takes.Nested[Totals | None] = attr(TCA.STATS, struct(Totals), read_only=True)
    xstats: Any = attr(TCA.XSTATS, select("kind", CLASS_STATISTICS), read_only=True)
    warning: str | None = attr(TCA.EXT_WARN_MSG, string, read_only=True)

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_kind(values, _KINDS)


_KINDS = kinds_by_class(CLASS_OPTIONS)


CLASSES: Group[Class] = Group(
    "tc.CLASSES",
    NETLINK.ROUTE,
    (RTNLGRP.TC,),
    {RTM.NEWTCLASS: (EventKind.NEW, Class), RTM.DELTCLASS: (EventKind.DELETE, Class)},
)
"""Classes that come, change and go."""


def _always(event: Event[Any]) -> bool:
    return True  # one that comes makes another of its parent


_MIRRORED = Mirrored(
    CLASSES,
    key=attrgetter("index", "handle"),
    lookups={("index", "handle"): None, ("handle",): None, ("parent",): None},
    volatile=("statistics", "totals", "xstats"),
    doubtful=_always,
    causes=lambda: (*by_links(), QDISCS),
    fence=fence,
)


@by_name(index="interface")
def classes(*, index: int | str, parent: Handle | str | int | None = None) -> Dump[Class]:
    """All classes of a device, those of one of its qdiscs (``1:``), or those within a class (``1:10``, or ``root``).

    The kernel filters by device and qdisc; which class they are in is compared here. Raises EncodeError for what is no
    index or handle.
    """
    within = Handle.of(0 if parent is None else parent)
    asked = Handle(0 if within == ROOT else within & 0xFFFF_0000)
    request = Class(index=index_of(index, "tc.classes(index)"), parent=asked)
    match: tuple[tuple[str, object], ...] = (("index", request.index),)
    listing: Dump[Class] = make_dump(
        "tc.classes", NETLINK.ROUTE, RTM.GETTCLASS, request, Class, RTM.NEWTCLASS, match=match, mirrored=_MIRRORED
    )
    return listing.where(parent=within) if within and within != asked else listing


@by_name(index="interface")
def class_(index: int | str, handle: Handle | str | int) -> Do[Class]:
    """One class of a device. `NotFound` if there is none. Raises EncodeError for what is no index or handle.

    The kernel tells it to all that listen, too, as one that is new: lists do not do that.
    """
    request = Class(index=index_of(index, "tc.class_(index)"), handle=handle, parent=0)
    return make_do(
        "tc.class_",
        NETLINK.ROUTE,
        RTM.GETTCLASS,
        request,
        reply=Class,
        reply_type=RTM.NEWTCLASS,
        flags=NLM_F.ECHO | NLM_F.ACK,
    )


register(
    Class,
    Verbs(
        new=RTM.NEWTCLASS,
        delete=RTM.DELTCLASS,
        prepare="netlynx.tc.class_requests:prepare",
        removable="netlynx.tc.flushing:classes",
        flags={"replace": NLM_F.CREATE},
        without={"link": "only qdiscs can be put in another place: add the class there"},
        guards={
            "add": "netlynx.tc.standing:MADE",
            "replace": "netlynx.tc.standing:MADE",
            "change": "netlynx.tc.standing:CHANGED",
        },
        mute=heard,
    ),
)
