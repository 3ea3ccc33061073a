"""Messages of connection tracking. Source: linux/netfilter/nfnetlink_conntrack.h."""

from __future__ import annotations

from netlynx.schema import Constants


class IPCTNL_MSG_CT(Constants):
    """Messages of NFNL_SUBSYS_CTNETLINK."""

    NEW = 0
    GET = 1
    DELETE = 2
    GET_CTRZERO = 3
    GET_STATS_CPU = 4
    GET_STATS = 5
    GET_DYING = 6
    GET_UNCONFIRMED = 7


class IPCTNL_MSG_EXP(Constants):
    """Messages of NFNL_SUBSYS_CTNETLINK_EXP."""

    NEW = 0
    GET = 1
    DELETE = 2
    GET_STATS_CPU = 3
