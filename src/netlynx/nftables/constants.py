"""Numbers of nftables that more than one of its objects needs. Source: linux/netfilter/nf_tables.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, enum, u8


class Family(
    Enumeration,
    prefix="NFPROTO_",
    renamed={"IP": "NFPROTO_IPV4", "IP6": "NFPROTO_IPV6"},
):
    """Families of tables, in the words of `nft`: INET is IPv4 and IPv6 together, IP and IP6 are one of them."""

    UNSPEC = 0
    INET = 1
    IP = 2
    ARP = 3
    NETDEV = 5
    BRIDGE = 7
    IP6 = 10

    __omitted__: ClassVar[dict[str, str]] = {
        "NFPROTO_DECNET": "no table can be of it",
        "NFPROTO_NUMPROTO": "only marks the end",
    }


FAMILY = enum(Family, u8)
"""The kind of a header's family."""


class NFT_MSG(Constants):
    """Messages: the lower byte of a message type of NFNL_SUBSYS_NFTABLES."""

    NEWTABLE = 0
    GETTABLE = 1
    DELTABLE = 2
    NEWCHAIN = 3
    GETCHAIN = 4
    DELCHAIN = 5
    NEWRULE = 6
    GETRULE = 7
    DELRULE = 8
    NEWSET = 9
    GETSET = 10
    DELSET = 11
    NEWSETELEM = 12
    GETSETELEM = 13
    DELSETELEM = 14
    NEWGEN = 15
    GETGEN = 16
    TRACE = 17
    NEWOBJ = 18
    GETOBJ = 19
    DELOBJ = 20
    GETOBJ_RESET = 21
    NEWFLOWTABLE = 22
    GETFLOWTABLE = 23
    DELFLOWTABLE = 24
    GETRULE_RESET = 25
    DESTROYTABLE = 26
    DESTROYCHAIN = 27
    DESTROYRULE = 28
    DESTROYSET = 29
    DESTROYSETELEM = 30
    DESTROYOBJ = 31
    DESTROYFLOWTABLE = 32
    GETSETELEM_RESET = 33


class NFTA_LIST(Constants):
    """What a list has in it: the same attribute again and again."""

    UNSPEC = 0
    ELEM = 1


class NFTA_DEVICE(Constants):
    """Devices of a hook; from Linux 6.17 on also by how their names begin."""

    UNSPEC = 0
    NAME = 1
    PREFIX = 2


NAME_LENGTH = 255
"""Bytes of the name of a table, chain, set, object or flowtable, at most (NFT_NAME_MAXLEN less the NUL)."""

USERDATA_LENGTH = 256
"""Bytes of userdata, at most (NFT_USERDATA_MAXLEN)."""
