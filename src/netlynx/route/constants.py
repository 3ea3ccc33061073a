"""Numbers that every rtnetlink object shares. Source: linux/rtnetlink.h, linux/socket.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration


class AddressFamily(Enumeration, prefix="AF_", renamed={"IPMR": "RTNL_FAMILY_IPMR", "IP6MR": "RTNL_FAMILY_IP6MR"}):
    """Address families that rtnetlink speaks of."""

    __omitted__: ClassVar[dict[str, str]] = {"AF_*": "rtnetlink speaks of no other"}

    UNSPEC = 0
    INET = 2
    BRIDGE = 7
    INET6 = 10
    PACKET = 17
    MPLS = 28
    CAN = 29
    PHONET = 35
    MCTP = 45
    # Multicast routing rules and routes have families of their own (RTNL_FAMILY_IPMR, RTNL_FAMILY_IP6MR).
    IPMR = 128
    IP6MR = 129


class Scope(Enumeration, prefix="RT_SCOPE_", renamed={"GLOBAL": "RT_SCOPE_UNIVERSE"}):
    """How far an address or a route's destination reaches (`enum rt_scope_t`); other values are free for users."""

    GLOBAL = 0
    SITE = 200
    LINK = 253
    HOST = 254
    NOWHERE = 255


class RTM(Constants):
    """Message types."""

    NEWLINK = 16
    DELLINK = 17
    GETLINK = 18
    SETLINK = 19
    NEWADDR = 20
    DELADDR = 21
    GETADDR = 22
    NEWROUTE = 24
    DELROUTE = 25
    GETROUTE = 26
    NEWNEIGH = 28
    DELNEIGH = 29
    GETNEIGH = 30
    NEWRULE = 32
    DELRULE = 33
    GETRULE = 34
    NEWQDISC = 36
    DELQDISC = 37
    GETQDISC = 38
    NEWTCLASS = 40
    DELTCLASS = 41
    GETTCLASS = 42
    NEWTFILTER = 44
    DELTFILTER = 45
    GETTFILTER = 46
    NEWACTION = 48
    DELACTION = 49
    GETACTION = 50
    NEWPREFIX = 52
    NEWMULTICAST = 56
    DELMULTICAST = 57
    GETMULTICAST = 58
    NEWANYCAST = 60
    DELANYCAST = 61
    GETANYCAST = 62
    NEWNEIGHTBL = 64
    GETNEIGHTBL = 66
    SETNEIGHTBL = 67
    NEWNDUSEROPT = 68
    NEWADDRLABEL = 72
    DELADDRLABEL = 73
    GETADDRLABEL = 74
    GETDCB = 78
    SETDCB = 79
    NEWNETCONF = 80
    DELNETCONF = 81
    GETNETCONF = 82
    NEWMDB = 84
    DELMDB = 85
    GETMDB = 86
    NEWNSID = 88
    DELNSID = 89
    GETNSID = 90
    NEWSTATS = 92
    GETSTATS = 94
    SETSTATS = 95
    NEWCACHEREPORT = 96
    NEWCHAIN = 100
    DELCHAIN = 101
    GETCHAIN = 102
    NEWNEXTHOP = 104
    DELNEXTHOP = 105
    GETNEXTHOP = 106
    NEWLINKPROP = 108
    DELLINKPROP = 109
    GETLINKPROP = 110
    NEWVLAN = 112
    DELVLAN = 113
    GETVLAN = 114
    NEWNEXTHOPBUCKET = 116
    DELNEXTHOPBUCKET = 117
    GETNEXTHOPBUCKET = 118
    NEWTUNNEL = 120
    DELTUNNEL = 121
    GETTUNNEL = 122


class RTNLGRP(Constants):
    """Multicast groups."""

    NONE = 0
    LINK = 1
    NOTIFY = 2
    NEIGH = 3
    TC = 4
    IPV4_IFADDR = 5
    IPV4_MROUTE = 6
    IPV4_ROUTE = 7
    IPV4_RULE = 8
    IPV6_IFADDR = 9
    IPV6_MROUTE = 10
    IPV6_ROUTE = 11
    IPV6_IFINFO = 12
    DECnet_IFADDR = 13
    NOP2 = 14
    DECnet_ROUTE = 15
    DECnet_RULE = 16
    NOP4 = 17
    IPV6_PREFIX = 18
    IPV6_RULE = 19
    ND_USEROPT = 20
    PHONET_IFADDR = 21
    PHONET_ROUTE = 22
    DCB = 23
    IPV4_NETCONF = 24
    IPV6_NETCONF = 25
    MDB = 26
    MPLS_ROUTE = 27
    NSID = 28
    MPLS_NETCONF = 29
    IPV4_MROUTE_R = 30
    IPV6_MROUTE_R = 31
    NEXTHOP = 32
    BRVLAN = 33
    MCTP_IFADDR = 34
    TUNNEL = 35
    STATS = 36
    IPV4_MCADDR = 37
    IPV6_MCADDR = 38
    IPV6_ACADDR = 39
