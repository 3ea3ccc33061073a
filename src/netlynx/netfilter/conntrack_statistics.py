"""Counters of connection tracking: of each CPU and of all. Source: linux/netfilter/nfnetlink_conntrack.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump, make_dump
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.messages import IPCTNL_MSG_CT, IPCTNL_MSG_EXP
from netlynx.netfilter.nfnetlink import NetfilterHeader, message_type, netfilter_do, netfilter_dump
from netlynx.schema import Constants, Record, attr, be32, head
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK


class CTA_STATS(Constants):
    """Counters of one CPU."""

    UNSPEC = 0
    SEARCHED = 1
    FOUND = 2
    NEW = 3
    INVALID = 4
    IGNORE = 5
    DELETE = 6
    DELETE_LIST = 7
    INSERT = 8
    INSERT_FAILED = 9
    DROP = 10
    EARLY_DROP = 11
    ERROR = 12
    SEARCH_RESTART = 13
    CLASH_RESOLVE = 14
    CHAIN_TOOLONG = 15


class CTA_STATS_GLOBAL(Constants):
    """Counters of all."""

    UNSPEC = 0
    ENTRIES = 1
    MAX_ENTRIES = 2


class CTA_STATS_EXP(Constants):
    """Counters of one CPU, of expectations."""

    UNSPEC = 0
    NEW = 1
    CREATE = 2
    DELETE = 3


class Statistics(Record, header=NetfilterHeader):
    """How many connections a namespace tracks (`CTA_STATS_GLOBAL_*`), and how many it may."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_STATS_GLOBAL)

    entries: int | None = attr(CTA_STATS_GLOBAL.ENTRIES, be32)
    max_entries: int | None = attr(CTA_STATS_GLOBAL.MAX_ENTRIES, be32)


class CpuStatistics(Record, header=NetfilterHeader):
    """What one CPU counted (`CTA_STATS_*`): packets, but for `insert` and what follows up to `error`, entries."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_STATS, spec=("conntrack", "conntrack-stats-attrs"))
    __omitted__: ClassVar[dict[str, str]] = {
        "CTA_STATS_SEARCHED": "no kernel of today counts it",
        "CTA_STATS_NEW": "no kernel of today counts it",
        "CTA_STATS_IGNORE": "no kernel of today counts it",
        "CTA_STATS_DELETE": "no kernel of today counts it",
        "CTA_STATS_DELETE_LIST": "no kernel of today counts it",
    }

    cpu: int = head("resource", default=0, always=True)
    found: int | None = attr(CTA_STATS.FOUND, be32)
    invalid: int | None = attr(CTA_STATS.INVALID, be32)
    insert: int | None = attr(CTA_STATS.INSERT, be32)
    insert_failed: int | None = attr(CTA_STATS.INSERT_FAILED, be32)
    drop: int | None = attr(CTA_STATS.DROP, be32)  # packets, as no connection could be tracked for them
    early_drop: int | None = attr(CTA_STATS.EARLY_DROP, be32)  # connections, to make room
    error: int | None = attr(CTA_STATS.ERROR, be32)
    search_restart: int | None = attr(CTA_STATS.SEARCH_RESTART, be32)
    clash_resolve: int | None = attr(CTA_STATS.CLASH_RESOLVE, be32)
    chain_too_long: int | None = attr(CTA_STATS.CHAIN_TOOLONG, be32)


class ExpectationStatistics(Record, header=NetfilterHeader):
    """What one CPU counted of expectations (`CTA_STATS_EXP_*`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_STATS_EXP)

    cpu: int = head("resource", default=0, always=True)
    new: int | None = attr(CTA_STATS_EXP.NEW, be32)  # connections that had been expected
    create: int | None = attr(CTA_STATS_EXP.CREATE, be32)
    delete: int | None = attr(CTA_STATS_EXP.DELETE, be32)


def statistics() -> Do[Statistics]:
    """How many connections this namespace tracks, and how many it may."""
    return netfilter_do(
        "conntrack.statistics",
        NFNL_SUBSYS.CTNETLINK,
        IPCTNL_MSG_CT.GET_STATS,
        Statistics(),
        reply=Statistics,
        reply_message=IPCTNL_MSG_CT.GET_STATS,
    )


def cpu_statistics() -> Dump[CpuStatistics]:
    """What each CPU counted."""
    return netfilter_dump(
        "conntrack.cpu_statistics",
        NFNL_SUBSYS.CTNETLINK,
        IPCTNL_MSG_CT.GET_STATS_CPU,
        CpuStatistics(),
        CpuStatistics,
        IPCTNL_MSG_CT.GET_STATS_CPU,
    )


def expectation_statistics() -> Dump[ExpectationStatistics]:
    """What each CPU counted of expectations."""
    return make_dump(
        "conntrack.expectation_statistics",
        NETLINK.NETFILTER,
        message_type(NFNL_SUBSYS.CTNETLINK_EXP, IPCTNL_MSG_EXP.GET_STATS_CPU),
        ExpectationStatistics(),
        ExpectationStatistics,
        # The kernel answers as if it were the other subsystem: ctnetlink_exp_stat_fill_info.
        message_type(NFNL_SUBSYS.CTNETLINK, IPCTNL_MSG_EXP.GET_STATS_CPU),
    )
