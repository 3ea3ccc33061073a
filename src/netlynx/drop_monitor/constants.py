"""Numbers of the drop monitor. Source: linux/net_dropmon.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration


class NET_DM_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    ALERT = 1
    CONFIG = 2
    START = 3
    STOP = 4
    PACKET_ALERT = 5
    CONFIG_GET = 6
    CONFIG_NEW = 7
    STATS_GET = 8
    STATS_NEW = 9


class NET_DM_ATTR(Constants):
    """Attributes."""

    __omitted__: ClassVar[dict[str, str]] = {
        "NET_DM_ATTR_PORT_*": "of an input device: NET_DM_ATTR_PORT",
        "NET_DM_ATTR_STATS_*": "of statistics: NET_DM_ATTR_STATS",
    }

    UNSPEC = 0
    ALERT_MODE = 1
    PC = 2
    SYMBOL = 3
    IN_PORT = 4
    TIMESTAMP = 5
    PROTO = 6
    PAYLOAD = 7
    PAD = 8
    TRUNC_LEN = 9
    ORIG_LEN = 10
    QUEUE_LEN = 11
    STATS = 12
    HW_STATS = 13
    ORIGIN = 14
    HW_TRAP_GROUP_NAME = 15
    HW_TRAP_NAME = 16
    HW_ENTRIES = 17
    HW_ENTRY = 18
    HW_TRAP_COUNT = 19
    SW_DROPS = 20
    HW_DROPS = 21
    FLOW_ACTION_COOKIE = 22
    REASON = 23


class NET_DM_ATTR_PORT(Constants):
    """Attributes of an input device."""

    NETDEV_IFINDEX = 0
    NETDEV_NAME = 1


class NET_DM_ATTR_STATS(Constants):
    """Attributes of statistics."""

    DROPPED = 0


class AlertMode(Enumeration, prefix="NET_DM_ALERT_MODE_"):
    """What the kernel tells of drops: sums of a second by place, or each packet."""

    SUMMARY = 0
    PACKET = 1


class Origin(Enumeration, prefix="NET_DM_ORIGIN_", labels={"SW": "software", "HW": "hardware"}):
    """What dropped a packet: the kernel, or a device that trapped it."""

    SW = 0
    HW = 1
