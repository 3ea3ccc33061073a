"""Tun and tap links. Source: linux/if_link.h, linux/if_tun.h, drivers/net/tun.c.

They are made by ioctl on ``/dev/net/tun``, which is what `netlynx.tun` is for; rtnetlink only shows them.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, Record, attr, boolean, enum, takes, u8, u32
from netlynx.schema.facts import Facts


class IFLA_TUN(Constants):
    """Attributes of a tun or tap link."""

    UNSPEC = 0
    OWNER = 1
    GROUP = 2
    TYPE = 3
    PI = 4
    VNET_HDR = 5
    PERSIST = 6
    MULTI_QUEUE = 7
    NUM_QUEUES = 8
    NUM_DISABLED_QUEUES = 9


class TunType(Enumeration, prefix="IFF_"):
    """What the user of the link reads and writes: IP packets (tun) or Ethernet frames (tap)."""

    __omitted__: ClassVar[dict[str, str]] = {"IFF_*": "options of the ioctl"}

    TUN = 1
    TAP = 2


class Tun(Record):
    """A tun or tap link. Source: linux/if_link.h, drivers/net/tun.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_TUN, spec=("rt-link", "linkinfo-tun-attrs"))

    type: takes.Member[TunType | None] = attr(IFLA_TUN.TYPE, enum(TunType, u8))
    owner: int | None = attr(IFLA_TUN.OWNER, u32)  # user id
    group: int | None = attr(IFLA_TUN.GROUP, u32)  # group id
    packet_information: bool | None = attr(IFLA_TUN.PI, boolean)
    vnet_header: bool | None = attr(IFLA_TUN.VNET_HDR, boolean)
    persist: bool | None = attr(IFLA_TUN.PERSIST, boolean)
    multi_queue: bool | None = attr(IFLA_TUN.MULTI_QUEUE, boolean)
    queues: int | None = attr(IFLA_TUN.NUM_QUEUES, u32)
    disabled_queues: int | None = attr(IFLA_TUN.NUM_DISABLED_QUEUES, u32)
