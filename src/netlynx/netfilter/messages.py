"""Messages of the smaller subsystems. Source: linux/netfilter/nfnetlink_conntrack.h and the headers beside it."""

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


class NFNL_MSG_ACCT(Constants):
    """Messages of NFNL_SUBSYS_ACCT."""

    NEW = 0
    GET = 1
    GET_CTRZERO = 2
    DEL = 3
    OVERQUOTA = 4


class IPCTNL_MSG_TIMEOUT(Constants):
    """Messages of NFNL_SUBSYS_CTNETLINK_TIMEOUT."""

    NEW = 0
    GET = 1
    DELETE = 2
    DEFAULT_SET = 3
    DEFAULT_GET = 4


class NFNL_MSG_CTHELPER(Constants):
    """Messages of NFNL_SUBSYS_CTHELPER."""

    NEW = 0
    GET = 1
    DEL = 2


class NFNL_MSG_HOOK(Constants):
    """Messages of NFNL_SUBSYS_HOOK."""

    GET = 0


class NFNL_MSG_COMPAT(Constants):
    """Messages of NFNL_SUBSYS_NFT_COMPAT."""

    GET = 0


class OSF_MSG(Constants):
    """Messages of NFNL_SUBSYS_OSF."""

    ADD = 0
    REMOVE = 1
