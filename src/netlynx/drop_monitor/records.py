"""What the drop monitor tells, and how it is set up. Source: linux/net_dropmon.h, net/core/drop_monitor.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.drop_monitor.constants import NET_DM_ATTR, NET_DM_ATTR_PORT, NET_DM_ATTR_STATS, AlertMode, Origin
from netlynx.generic import GenericHeader
from netlynx.schema import (
    Layout,
    Record,
    attr,
    binary,
    enum,
    flag,
    member,
    multi,
    nest,
    rest,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.wire.packets import Packet

_POLICY = "net_dm_nl_policy"
_OTHER = {"NET_DM_ATTR_*": "of another record: Drop, Summary, Configuration, Statistics, Monitored"}


class Drop(Record, header=GenericHeader):
    """A packet that was dropped.

    Of software `reason` says why, `symbol` where: the kernel's function, with the offset in it and its module. Of
    hardware `trap` says why, and `trap_group` of which kind that is. `index` is the device that it came in by, in the
    packet's network namespace, which is not told; of what was not received it is None. `protocol` and `payload`, from
    the link layer's header on, are not there where nothing was left of the packet.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (Facts(attributes=NET_DM_ATTR, policy=_POLICY),)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    origin: takes.Member[Origin | None] = attr(NET_DM_ATTR.ORIGIN, enum(Origin, u16))
    reason: str | None = attr(NET_DM_ATTR.REASON, string)  # a name of enum skb_drop_reason: NO_SOCKET
    symbol: str | None = attr(NET_DM_ATTR.SYMBOL, string)  # at most 39 bytes of it
    pc: int | None = attr(NET_DM_ATTR.PC, u64)  # the address in the kernel
    trap: str | None = attr(NET_DM_ATTR.HW_TRAP_NAME, string)
    trap_group: str | None = attr(NET_DM_ATTR.HW_TRAP_GROUP_NAME, string)
    index: int | None = attr((NET_DM_ATTR.IN_PORT, NET_DM_ATTR_PORT.NETDEV_IFINDEX), u32)
    device: str | None = attr((NET_DM_ATTR.IN_PORT, NET_DM_ATTR_PORT.NETDEV_NAME), string)  # of hardware
    timestamp: int | None = attr(NET_DM_ATTR.TIMESTAMP, u64)  # nanoseconds since 1970
    length: int | None = attr(NET_DM_ATTR.ORIG_LEN, u32)  # bytes of the whole packet
    protocol: int | None = attr(NET_DM_ATTR.PROTO, u16)  # an EtherType: 0x0800
    payload: bytes | None = attr(NET_DM_ATTR.PAYLOAD, binary)
    cookie: bytes | None = attr(NET_DM_ATTR.FLOW_ACTION_COOKIE, binary)  # of the filter that trapped it

    @property
    def function(self) -> str:
        """The kernel's function that dropped it, without offset and module: ``__udp4_lib_rcv``; or ``""``."""
        return (self.symbol or "").partition("+")[0]

    @property
    def packet(self) -> Packet:
        """What its headers say; `str` of it is the packet in words."""
        return Packet.read(self.payload or b"", self.protocol)


class Point(Layout, c="net_dm_drop_point", packed=True):
    """How many packets were dropped at a place of the kernel."""

    __differs__: ClassVar[dict[str, str]] = {"pc": "eight bytes that are a number, in host byte order"}

    pc: int = member(u64, c="pc")  # the address: `Symbols` has its name
    count: int = member(u32, c="count")


class Points(Layout, c="net_dm_alert_msg", packed=True):
    """The places where software dropped packets."""

    entries: int = member(u32, c="entries")
    points: takes.Several[Point] = member(rest(struct(Point)), c="points")


class TrapCount(Record):
    """How many packets a trap of hardware has dropped."""

    __facts__: ClassVar[Facts] = Facts(attributes=NET_DM_ATTR)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    trap: str | None = attr(NET_DM_ATTR.HW_TRAP_NAME, string)
    count: int | None = attr(NET_DM_ATTR.HW_TRAP_COUNT, u32)


class Summary(Record, header=GenericHeader):
    """What was dropped on a CPU within a second: of software by place, of hardware by trap.

    More than 64 places of a second are not told.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NET_DM_ATTR)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    software: takes.Nested[Points | None] = attr(NET_DM_ATTR.UNSPEC, struct(Points))
    traps: takes.Several[TrapCount] = attr((NET_DM_ATTR.HW_ENTRIES, NET_DM_ATTR.HW_ENTRY), multi(nest(TrapCount)))

    @property
    def points(self) -> tuple[Point, ...]:
        """The places where software dropped packets."""
        return () if self.software is None else self.software.points


class Configuration(Record, header=GenericHeader):
    """How drops are told, to all that listen. What is not said stays as it is."""

    __facts__: ClassVar[Facts] = Facts(attributes=NET_DM_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    mode: takes.Member[AlertMode | None] = attr(NET_DM_ATTR.ALERT_MODE, enum(AlertMode, u8))
    truncation: int | None = attr(NET_DM_ATTR.TRUNC_LEN, u32)  # bytes of each packet, 0: all
    queue_length: int | None = attr(NET_DM_ATTR.QUEUE_LEN, u32)  # packets that wait on a CPU to be told


class Statistics(Record, header=GenericHeader):
    """Dropped packets that were not told, since the queue was full. They are counted since the module was loaded."""

    __facts__: ClassVar[Facts] = Facts(attributes=NET_DM_ATTR)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    software: int | None = attr((NET_DM_ATTR.STATS, NET_DM_ATTR_STATS.DROPPED), u64)
    hardware: int | None = attr((NET_DM_ATTR.HW_STATS, NET_DM_ATTR_STATS.DROPPED), u64)


class Monitored(Record, header=GenericHeader):
    """Of what monitoring begins or ends. A request that names neither is of software, as the kernel has it."""

    __facts__: ClassVar[Facts] = Facts(attributes=NET_DM_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    software: bool = attr(NET_DM_ATTR.SW_DROPS, flag)
    hardware: bool = attr(NET_DM_ATTR.HW_DROPS, flag)
