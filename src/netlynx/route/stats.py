"""Statistics of interfaces, beyond what a link's own message tells: by the set, of all kinds of interface.

Source: linux/if_link.h, rtnl_fill_statsinfo, rtnl_stats_get, rtnl_stats_dump and rtnl_stats_set in
net/core/rtnetlink.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import flags_of, index_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.link_stats import LinkStatistics64
from netlynx.route.stats_extended import MPLS_STATS, ExtendedStats, MplsStats, OffloadStats
from netlynx.route.verbs import Verbs, register
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    boolean,
    enum,
    head,
    interface,
    member,
    nest,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.sending import settable
from netlynx.wire.constants import NETLINK


class IFLA_STATS(Constants):
    """Attributes of a message with statistics."""

    UNSPEC = 0
    LINK_64 = 1
    LINK_XSTATS = 2
    LINK_XSTATS_SLAVE = 3
    LINK_OFFLOAD_XSTATS = 4
    AF_SPEC = 5


class IFLA_STATS_GETSET(Constants, prefix="IFLA_STATS_"):
    """Attributes of requests for statistics, and of settings."""

    __omitted__: ClassVar[dict[str, str]] = {"IFLA_STATS_*": "attributes of answers"}

    GETSET_UNSPEC = 0
    GET_FILTERS = 1
    SET_OFFLOAD_XSTATS_L3_STATS = 2


class IFLA_STATS_AF(Constants, prefix="AF_"):
    """Families that count, each in a nest of its number."""

    __omitted__: ClassVar[dict[str, str]] = {"AF_*": "no other counts"}

    MPLS = 28


class StatsSets(FlagSet):
    """Sets of statistics, as the bits by which they are asked for (`IFLA_STATS_FILTER_BIT`)."""

    LINK = 1 << 0
    XSTATS = 1 << 1
    XSTATS_SLAVE = 1 << 2
    OFFLOAD = 1 << 3
    AFSTATS = 1 << 4


class OffloadSets(FlagSet):
    """What of the set `OFFLOAD` is asked for, as bits (`IFLA_STATS_FILTER_BIT` of `IFLA_OFFLOAD_XSTATS_*`)."""

    CPU_HIT = 1 << 0
    HW_STATS_INFO = 1 << 1
    L3_STATS = 1 << 2


class StatsMessage(Layout, c="if_stats_msg"):
    """The fixed header of statistics."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8))
    pad1: int = member(u8)
    pad2: int = member(u16)
    ifindex: takes.Name[int] = member(interface)
    filter_mask: takes.Flags[StatsSets] = member(enum(StatsSets, u32))


class Stats(Record, header=StatsMessage):
    """Statistics of one interface (`if_stats_msg` + `IFLA_STATS_*`); which of them, `sets` says.

    `xstats` is what the interface itself counts (a bridge, a bond), `xstats_slave` what the one above counts of it (as
    a port of a bridge, a member of a bond). What an interface has nothing of, is left out.

    Of a bridge with hundreds of VLANs a listing has several records, each with some of them: a message has no room for
    all. `interface_stats` of one interface is one record; of some 1,480 VLANs and more it cannot be read (DecodeError),
    for no attribute can have a list of them.

    Source: rtnl_fill_statsinfo in net/core/rtnetlink.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA_STATS),
        Facts(attributes=IFLA_STATS_AF),
        Facts(attributes=MPLS_STATS),
    )

    index: takes.Name[int] = head("ifindex", always=True)
    sets: takes.Flags[StatsSets] = head("filter_mask", default=StatsSets(0))
    link: takes.Nested[LinkStatistics64 | None] = attr(IFLA_STATS.LINK_64, struct(LinkStatistics64))
    xstats: takes.Nested[ExtendedStats | None] = attr(IFLA_STATS.LINK_XSTATS, nest(ExtendedStats))
    xstats_slave: takes.Nested[ExtendedStats | None] = attr(IFLA_STATS.LINK_XSTATS_SLAVE, nest(ExtendedStats))
    offload: takes.Nested[OffloadStats | None] = attr(IFLA_STATS.LINK_OFFLOAD_XSTATS, nest(OffloadStats))
    mpls: takes.Nested[MplsStats | None] = attr(
        (IFLA_STATS.AF_SPEC, IFLA_STATS_AF.MPLS, MPLS_STATS.LINK), struct(MplsStats)
    )


class StatsRequest(Record, header=StatsMessage):
    """A request for statistics. Source: rtnl_stats_get_policy in net/core/rtnetlink.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_STATS_GETSET, policy="rtnl_stats_get_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS": "StatsSettings says it",
        "IFLA_STATS_*": "no other set has filters",
    }

    index: takes.Name[int] = head("ifindex")
    sets: takes.Flags[StatsSets] = head("filter_mask", default=StatsSets(0))
    offload: takes.Flags[OffloadSets | None] = attr(
        (IFLA_STATS_GETSET.GET_FILTERS, IFLA_STATS.LINK_OFFLOAD_XSTATS), enum(OffloadSets, u32)
    )


class StatsSettings(Record, header=StatsMessage):
    """What of an interface is to be counted: ``route.change(route.StatsSettings(index="v0", l3_stats=True))``.

    `l3_stats` asks its driver to count what the hardware routes. That is asked whether or not a driver can:
    `Stats.offload.l3_stats_info.used` says whether any does. Source: rtnl_stats_set in net/core/rtnetlink.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_STATS_GETSET, policy="ifla_stats_set_policy")
    __omitted__: ClassVar[dict[str, str]] = {"IFLA_STATS_GET_FILTERS": "of requests for statistics: see StatsRequest"}

    index: takes.Name[int] = head("ifindex", always=True)
    l3_stats: bool | None = attr(IFLA_STATS_GETSET.SET_OFFLOAD_XSTATS_L3_STATS, boolean, always=True)


STATS: Group[Stats] = Group("route.STATS", NETLINK.ROUTE, (RTNLGRP.STATS,), {RTM.NEWSTATS: (EventKind.NEW, Stats)})
"""Settings of statistics that change, in `Stats.offload`; of what is counted, nothing is told."""

_ALL = StatsSets.LINK | StatsSets.XSTATS | StatsSets.XSTATS_SLAVE | StatsSets.OFFLOAD | StatsSets.AFSTATS


def stats(
    *, sets: StatsSets | str | int | list[str] | None = None, offload: OffloadSets | str | int | list[str] | None = None
) -> Dump[Stats]:
    """Statistics of all interfaces: all there are, or the `sets` that are asked for; the kernel leaves the others out.

    Of the set `OFFLOAD`, `offload` says what is wanted, all of it unless given (from Linux 5.18 on).

    A kernel that has many sets may leave out some of an interface whose message is the first that did not fit a
    buffer: it goes on behind them (net/core/rtnetlink.c; seen on 6.12 with MPLS, in `ip stats` likewise). Nothing
    tells, so ask for the sets that you want, or for one interface: `interface_stats` always has all.

    Raises EncodeError and EncodeTypeError, with the name of the argument, for what is no set, and for `offload` where
    that set is not asked for.
    """
    request = _request(0, sets, offload, "route.stats")
    return make_dump("route.stats", NETLINK.ROUTE, RTM.GETSTATS, request, Stats, RTM.NEWSTATS)


@by_name(index="interface")
def interface_stats(
    index: int | str,
    *,
    sets: StatsSets | str | int | list[str] | None = None,
    offload: OffloadSets | str | int | list[str] | None = None,
) -> Do[Stats]:
    """Statistics of one interface; arguments and errors are as for `stats`. `NotFound` when there is no such one."""
    request = _request(index_of(index, "route.interface_stats(index)"), sets, offload, "route.interface_stats")
    return make_do("route.interface_stats", NETLINK.ROUTE, RTM.GETSTATS, request, reply=Stats, reply_type=RTM.NEWSTATS)


def _request(index: int, sets: Any, offload: Any, path: str) -> StatsRequest:
    wanted = _ALL if sets is None else flags_of(StatsSets, sets, f"{path}(sets)")
    if not wanted:
        raise EncodeError("nothing is asked for", f"{path}(sets)")
    some = None if offload is None else flags_of(OffloadSets, offload, f"{path}(offload)")
    if some is not None and not some:
        raise EncodeError("nothing is asked for", f"{path}(offload)")
    if some is not None and StatsSets.OFFLOAD not in wanted:
        raise EncodeError("it is part of the set offload, which is not asked for", f"{path}(offload)")
    return StatsRequest(index=index, sets=wanted, offload=some)


def _prepare(record: StatsSettings, verb: str) -> StatsSettings:
    if not record.index:
        raise EncodeError("set the index of the interface", "StatsSettings.index")
    if record.l3_stats is None:
        raise EncodeError("it does not say what is to be different", "StatsSettings")
    return settable(record, "StatsSettings")


_NO_OTHER = "interfaces have these settings as long as they are there: change them"

register(
    StatsSettings,
    Verbs(
        new=RTM.SETSTATS,
        delete=RTM.SETSTATS,
        prepare=_prepare,
        without=dict.fromkeys(("add", "append", "replace", "delete"), _NO_OTHER),
    ),
)
