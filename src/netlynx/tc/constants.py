"""Attributes that all of traffic control has, and its fixed header. Source: linux/rtnetlink.h."""

from __future__ import annotations

from netlynx.route.constants import AddressFamily
from netlynx.schema import Constants, Kind, Layout, enum, member, named, s32, takes, u8, u16
from netlynx.tc.handle import HANDLE, Handle


class TCA(Constants):
    """Attributes of qdiscs, classes, filters and chains."""

    UNSPEC = 0
    KIND = 1
    OPTIONS = 2
    STATS = 3
    XSTATS = 4
    RATE = 5
    FCNT = 6
    STATS2 = 7
    STAB = 8
    PAD = 9
    DUMP_INVISIBLE = 10
    CHAIN = 11
    HW_OFFLOAD = 12
    INGRESS_BLOCK = 13
    EGRESS_BLOCK = 14
    DUMP_FLAGS = 15
    EXT_WARN_MSG = 16


KIND_LIMIT = 15
"""Bytes of a kind's name at most (IFNAMSIZ)."""


INTERFACE: Kind = named(s32, "interface")


class TcMessage(Layout, c="tcmsg"):
    """The fixed header of qdiscs and classes. `info` counts who uses a qdisc, and is the qdisc within a class."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="tcm_family")
    pad1: int = member(u8, c="tcm__pad1")
    pad2: int = member(u16, c="tcm__pad2")
    index: takes.Name[int] = member(INTERFACE, c="tcm_ifindex")
    handle: takes.Member[Handle] = member(HANDLE, c="tcm_handle")
    parent: takes.Member[Handle] = member(HANDLE, c="tcm_parent")
    info: takes.Member[Handle] = member(HANDLE, c="tcm_info")
