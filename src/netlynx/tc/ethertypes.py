"""Protocols that filters look at, in tc's words. Source: linux/if_ether.h, linux/in.h, lib/ll_proto.c of iproute2."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration


class EtherType(
    Enumeration,
    prefix="ETH_P_",
    renamed={
        "DOT3": "ETH_P_802_3",
        "DOT2": "ETH_P_802_2",
        "DOT1Q": "ETH_P_8021Q",
        "DOT1AD": "ETH_P_8021AD",
        "PTP": "ETH_P_1588",
    },
    labels={
        "DOT3": "802_3",
        "DOT2": "802_2",
        "DOT1Q": "802.1Q",
        "DOT1AD": "802.1ad",
        "PPP_MP": "ppp_mp",
        "MPLS_UC": "mpls_uc",
        "MPLS_MC": "mpls_mc",
        "PPP_DISC": "ppp_disc",
        "PPP_SES": "ppp_ses",
    },
):
    """Of which protocol packets are; ``all`` are those of any."""

    __omitted__: ClassVar[dict[str, str]] = {"ETH_P_*": "filters of them are rare: they stay numbers"}

    DOT3 = 0x0001
    ALL = 0x0003
    DOT2 = 0x0004
    SNAP = 0x0005
    PPP_MP = 0x0008
    CAN = 0x000C
    LOOP = 0x0060
    PUP = 0x0200
    IP = 0x0800
    X25 = 0x0805
    ARP = 0x0806
    TEB = 0x6558
    RARP = 0x8035
    AARP = 0x80F3
    DOT1Q = 0x8100
    IPX = 0x8137
    IPV6 = 0x86DD
    SLOW = 0x8809
    MPLS_UC = 0x8847
    MPLS_MC = 0x8848
    PPP_DISC = 0x8863
    PPP_SES = 0x8864
    PAE = 0x888E
    DOT1AD = 0x88A8
    TIPC = 0x88CA
    LLDP = 0x88CC
    MACSEC = 0x88E5
    PTP = 0x88F7
    CFM = 0x8902


VLAN_TAGS = frozenset({EtherType.DOT1Q, EtherType.DOT1AD})


class IpProtocol(Enumeration, prefix="IPPROTO_", labels={"ICMPV6": "icmpv6"}):
    """What an IP packet carries."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "they stay numbers"}

    ICMP = 1
    IGMP = 2
    TCP = 6
    UDP = 17
    GRE = 47
    ESP = 50
    AH = 51
    ICMPV6 = 58
    L2TP = 115
    SCTP = 132
    UDPLITE = 136
