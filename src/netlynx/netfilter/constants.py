"""Numbers that every subsystem of netfilter shares. Source: linux/netfilter.h, linux/netfilter/nfnetlink.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration


class NFNL_SUBSYS(Constants):
    """Subsystems: the upper byte of a message type."""

    NONE = 0
    CTNETLINK = 1
    CTNETLINK_EXP = 2
    QUEUE = 3
    ULOG = 4
    OSF = 5
    IPSET = 6
    ACCT = 7
    CTNETLINK_TIMEOUT = 8
    CTHELPER = 9
    NFTABLES = 10
    NFT_COMPAT = 11
    HOOK = 12


class NFNLGRP(Constants):
    """Multicast groups."""

    NONE = 0
    CONNTRACK_NEW = 1
    CONNTRACK_UPDATE = 2
    CONNTRACK_DESTROY = 3
    CONNTRACK_EXP_NEW = 4
    CONNTRACK_EXP_UPDATE = 5
    CONNTRACK_EXP_DESTROY = 6
    NFTABLES = 7
    ACCT_QUOTA = 8
    NFTRACE = 9


class NetfilterFamily(
    Enumeration,
    prefix="NFPROTO_",
    renamed={"DUAL": "NFPROTO_INET", "INET": "NFPROTO_IPV4", "INET6": "NFPROTO_IPV6"},
):
    """Protocol families. INET and INET6 are IPv4 and IPv6, as everywhere in this package.

    DUAL is IPv4 and IPv6 together, which tables of nftables can be of: the kernel calls it NFPROTO_INET, `nft` inet.
    """

    UNSPEC = 0
    DUAL = 1
    IPV4 = 2
    ARP = 3
    NETDEV = 5
    BRIDGE = 7
    IPV6 = 10
    DECNET = 12

    INET = 2
    INET6 = 10

    __omitted__: ClassVar[dict[str, str]] = {"NFPROTO_NUMPROTO": "only marks the end"}


class Hook(
    Enumeration,
    prefix="NF_INET_",
    renamed={
        "PREROUTING": "NF_INET_PRE_ROUTING",
        "INPUT": "NF_INET_LOCAL_IN",
        "OUTPUT": "NF_INET_LOCAL_OUT",
        "POSTROUTING": "NF_INET_POST_ROUTING",
    },
):
    """Where on its way a packet was met, in the words of iptables and nftables."""

    PREROUTING = 0
    INPUT = 1
    FORWARD = 2
    OUTPUT = 3
    POSTROUTING = 4
    INGRESS = 5

    __omitted__: ClassVar[dict[str, str]] = {"NF_INET_NUMHOOKS": "only marks the end"}


class NetdevHook(Enumeration, prefix="NF_NETDEV_"):
    """Hooks of a device."""

    INGRESS = 0
    EGRESS = 1

    __omitted__: ClassVar[dict[str, str]] = {"NF_NETDEV_NUMHOOKS": "only marks the end"}


class ArpHook(Enumeration, prefix="NF_ARP_", renamed={"INPUT": "NF_ARP_IN", "OUTPUT": "NF_ARP_OUT"}):
    """Hooks of ARP."""

    INPUT = 0
    OUTPUT = 1
    FORWARD = 2

    __omitted__: ClassVar[dict[str, str]] = {"NF_ARP_NUMHOOKS": "only marks the end"}


class BridgeHook(
    Enumeration,
    prefix="NF_BR_",
    renamed={
        "PREROUTING": "NF_BR_PRE_ROUTING",
        "INPUT": "NF_BR_LOCAL_IN",
        "OUTPUT": "NF_BR_LOCAL_OUT",
        "POSTROUTING": "NF_BR_POST_ROUTING",
    },
):
    """Hooks of bridges."""

    PREROUTING = 0
    INPUT = 1
    FORWARD = 2
    OUTPUT = 3
    POSTROUTING = 4

    __omitted__: ClassVar[dict[str, str]] = {
        "NF_BR_BROUTING": "no chain can be hooked there",
        "NF_BR_NUMHOOKS": "only marks the end",
        "NF_BR_PRI_*": "priorities",
    }


class TransportProtocol(Enumeration, prefix="IPPROTO_"):
    """Protocols that connection tracking knows by their ports or IDs; others are plain numbers."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "connection tracking knows nothing of them but the addresses"}

    ICMP = 1
    TCP = 6
    UDP = 17
    DCCP = 33
    GRE = 47
    ICMPV6 = 58
    SCTP = 132
    UDPLITE = 136


class Direction(Enumeration, prefix="IP_CT_DIR_"):
    """One of the two directions of a connection."""

    ORIGINAL = 0
    REPLY = 1

    __omitted__: ClassVar[dict[str, str]] = {"IP_CT_DIR_MAX": "only marks the end"}
