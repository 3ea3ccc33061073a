"""The kernel's threads that tell other balancers of connections, what holds for all services, and what IPVS is here.

Source: linux/ip_vs.h, ip_vs_genl_new_daemon in net/netfilter/ipvs/ip_vs_ctl.c, start_sync_thread in ip_vs_sync.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.ipvs.constants import IPVS_CMD_ATTR, IPVS_DAEMON_ATTR, IPVS_INFO_ATTR, DaemonState
from netlynx.schema import Record, attr, enum, ip, string, takes, u8, u16, u32
from netlynx.schema.facts import Facts

_DAEMON = IPVS_CMD_ATTR.DAEMON


class Daemon(Record, header=GenericHeader):
    """A thread that tells of connections (`DaemonState.MASTER`), or hears of them (BACKUP): one of each at most.

    To add one, `state` and `interface` are needed; a backup hears of those with its `sync_id`, or of all where that is
    0. What is not given the kernel chooses: the group 224.0.0.81, port 8848, a TTL of 1, and the longest messages that
    the interface takes in one packet, to which a longer `max_length` is cut.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IPVS_CMD_ATTR, policy="ip_vs_cmd_policy"),
        Facts(attributes=IPVS_DAEMON_ATTR, policy="ip_vs_daemon_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {"IPVS_CMD_ATTR_*": "not of daemons: Service, Destination, Timeouts"}

    state: takes.Member[DaemonState | None] = attr((_DAEMON, IPVS_DAEMON_ATTR.STATE), enum(DaemonState, u32))
    interface: str | None = attr((_DAEMON, IPVS_DAEMON_ATTR.MCAST_IFN), string(15))
    sync_id: int | None = attr((_DAEMON, IPVS_DAEMON_ATTR.SYNC_ID), u32)  # 0 to 255
    max_length: int | None = attr((_DAEMON, IPVS_DAEMON_ATTR.SYNC_MAXLEN), u16)  # bytes of a message
    group: takes.Ip[str | None] = attr((_DAEMON, IPVS_DAEMON_ATTR.MCAST_GROUP), ip, ip6=IPVS_DAEMON_ATTR.MCAST_GROUP6)
    port: int | None = attr((_DAEMON, IPVS_DAEMON_ATTR.MCAST_PORT), u16)  # UDP
    ttl: int | None = attr((_DAEMON, IPVS_DAEMON_ATTR.MCAST_TTL), u8)


class Timeouts(Record, header=GenericHeader):
    """How long connections are kept without packets, of all services: seconds."""

    __facts__: ClassVar[Facts] = Facts(attributes=IPVS_CMD_ATTR, policy="ip_vs_cmd_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "IPVS_CMD_ATTR_SERVICE": "not of all services: Service",
        "IPVS_CMD_ATTR_DEST": "not of all services: Destination",
        "IPVS_CMD_ATTR_DAEMON": "not of all services: Daemon",
    }

    tcp: int | None = attr(IPVS_CMD_ATTR.TIMEOUT_TCP, u32)
    tcp_fin: int | None = attr(IPVS_CMD_ATTR.TIMEOUT_TCP_FIN, u32)  # once one side has closed
    udp: int | None = attr(IPVS_CMD_ATTR.TIMEOUT_UDP, u32)


class Info(Record, header=GenericHeader):
    """What IPVS is in this kernel: `version` as it numbers itself (0x010201 is 1.2.1)."""

    __facts__: ClassVar[Facts] = Facts(attributes=IPVS_INFO_ATTR)

    version: int | None = attr(IPVS_INFO_ATTR.VERSION, u32)
    table_size: int | None = attr(IPVS_INFO_ATTR.CONN_TAB_SIZE, u32)  # rows of the table of connections
