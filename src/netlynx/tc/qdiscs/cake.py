"""Common applications kept enhanced: a shaper, fair queues, priorities. Source: linux/pkt_sched.h, tc-cake(8)."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Enumeration, Kind, Record, attr, enum, hook, indexed, nest, s32, takes, u32, u64
from netlynx.schema.facts import Facts
from netlynx.tc.units import Rate, Share, Size, Time, microseconds, rate64, share32, size32


class TCA_CAKE(Constants):
    """Attributes of `cake`."""

    UNSPEC = 0
    PAD = 1
    BASE_RATE64 = 2
    DIFFSERV_MODE = 3
    ATM = 4
    FLOW_MODE = 5
    OVERHEAD = 6
    RTT = 7
    TARGET = 8
    AUTORATE = 9
    MEMORY = 10
    NAT = 11
    RAW = 12
    WASH = 13
    MPU = 14
    INGRESS = 15
    ACK_FILTER = 16
    SPLIT_GSO = 17
    FWMARK = 18


class TCA_CAKE_STATS(Constants):
    """Attributes of what `cake` counts."""

    PAD = 1
    CAPACITY_ESTIMATE64 = 2
    MEMORY_LIMIT = 3
    MEMORY_USED = 4
    AVG_NETOFF = 5
    MIN_NETLEN = 6
    MAX_NETLEN = 7
    MIN_ADJLEN = 8
    MAX_ADJLEN = 9
    TIN_STATS = 10
    DEFICIT = 11
    COBALT_COUNT = 12
    DROPPING = 13
    DROP_NEXT_US = 14
    P_DROP = 15
    BLUE_TIMER_US = 16
    ACTIVE_QUEUES = 17


class TCA_CAKE_TIN_STATS(Constants):
    """Attributes of what a tin of `cake` counts."""

    PAD = 1
    SENT_PACKETS = 2
    SENT_BYTES64 = 3
    DROPPED_PACKETS = 4
    DROPPED_BYTES64 = 5
    ACKS_DROPPED_PACKETS = 6
    ACKS_DROPPED_BYTES64 = 7
    ECN_MARKED_PACKETS = 8
    ECN_MARKED_BYTES64 = 9
    BACKLOG_PACKETS = 10
    BACKLOG_BYTES = 11
    THRESHOLD_RATE64 = 12
    TARGET_US = 13
    INTERVAL_US = 14
    WAY_INDIRECT_HITS = 15
    WAY_MISSES = 16
    WAY_COLLISIONS = 17
    PEAK_DELAY_US = 18
    AVG_DELAY_US = 19
    BASE_DELAY_US = 20
    SPARSE_FLOWS = 21
    BULK_FLOWS = 22
    UNRESPONSIVE_FLOWS = 23
    MAX_SKBLEN = 24
    FLOW_QUANTUM = 25


class CakeFlowMode(
    Enumeration,
    prefix="CAKE_FLOW_",
    labels={
        "NONE": "flowblind",
        "SRC_IP": "srchost",
        "DST_IP": "dsthost",
        "DUAL_SRC": "dual-srchost",
        "DUAL_DST": "dual-dsthost",
        "TRIPLE": "triple-isolate",
    },
):
    """Between whom the rate is shared; the labels are tc's words."""

    NONE = 0
    SRC_IP = 1
    DST_IP = 2
    HOSTS = 3
    FLOWS = 4
    DUAL_SRC = 5
    DUAL_DST = 6
    TRIPLE = 7


class CakeDiffserv(Enumeration, prefix="CAKE_DIFFSERV_"):
    """Into which tins packets are sorted by their DS field."""

    DIFFSERV3 = 0
    DIFFSERV4 = 1
    DIFFSERV8 = 2
    BESTEFFORT = 3
    PRECEDENCE = 4


class CakeAckFilter(Enumeration, prefix="CAKE_ACK_"):
    """Whether acknowledgements that say nothing new are dropped."""

    NONE = 0
    FILTER = 1
    AGGRESSIVE = 2


class CakeFraming(Enumeration, prefix="CAKE_ATM_"):
    """What a packet becomes on the link: cells of ATM, or one byte more for each 64 (PTM)."""

    NONE = 0
    ATM = 1
    PTM = 2


def _read_there(payload: bytes) -> Any:
    return True if payload == bytes(4) else NotImplemented


def _write_there(value: Any) -> bytes:
    if value is not True:
        raise EncodeError("leave it out, and say an overhead")
    return bytes(4)


_there: Kind = hook(_read_there, _write_there, pure=True)
"""What is so where the attribute is there: the kernel does not look at its number, and tells 0."""


class Cake(Record):
    """`cake`: a `bandwidth` (0: as fast as the link) is shared fairly, in tins by priority, and queues stay short.

    `rtt` is how far away others are; the `target` of waiting is a twentieth of it, unless told. Each packet counts as
    `overhead` more bytes, and as `mpu` at least, and what it becomes by the `framing`; `raw` counts as the device does.
    `CAKE_LINKS` has those for kinds of links by tc's words: ``Cake(bandwidth="20mbit", **CAKE_LINKS["docsis"])``.
    `nat` looks into connection tracking for hosts, `wash` clears the DS field, `split_gso` takes large packets apart,
    `ingress` counts what is dropped, `autorate` guesses the bandwidth (no longer where one is said, unless told so),
    `fwmark` is a mask: what a mark has in it says
    the tin. What is left out, the kernel has its own for. Source: cake_change and cake_dump in net/sched/sch_cake.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CAKE, policy="cake_policy")

    bandwidth: takes.Amount[Rate | None] = attr(TCA_CAKE.BASE_RATE64, rate64)
    diffserv: takes.Member[CakeDiffserv | None] = attr(TCA_CAKE.DIFFSERV_MODE, enum(CakeDiffserv, u32))
    flow_mode: takes.Member[CakeFlowMode | None] = attr(TCA_CAKE.FLOW_MODE, enum(CakeFlowMode, u32))
    framing: takes.Member[CakeFraming | None] = attr(TCA_CAKE.ATM, enum(CakeFraming, u32))
    overhead: int | None = attr(TCA_CAKE.OVERHEAD, s32)
    mpu: takes.Amount[Size | None] = attr(TCA_CAKE.MPU, size32)
    raw: bool | None = attr(TCA_CAKE.RAW, _there)
    rtt: takes.Amount[Time | None] = attr(TCA_CAKE.RTT, microseconds)
    target: takes.Amount[Time | None] = attr(TCA_CAKE.TARGET, microseconds)
    autorate: bool | None = attr(TCA_CAKE.AUTORATE, enum(bool, u32))
    memory: takes.Amount[Size | None] = attr(TCA_CAKE.MEMORY, size32)
    nat: bool | None = attr(TCA_CAKE.NAT, enum(bool, u32))
    wash: bool | None = attr(TCA_CAKE.WASH, enum(bool, u32))
    ingress: bool | None = attr(TCA_CAKE.INGRESS, enum(bool, u32))
    ack_filter: takes.Member[CakeAckFilter | None] = attr(TCA_CAKE.ACK_FILTER, enum(CakeAckFilter, u32))
    split_gso: bool | None = attr(TCA_CAKE.SPLIT_GSO, enum(bool, u32))
    fwmark: int | None = attr(TCA_CAKE.FWMARK, u32)

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("rtt") is not None:
            values = {"target": Time(round(values["rtt"] * 1e6) // 20 / 1e6), **values}
        if values.get("bandwidth") is not None:
            values = {"autorate": False, **values}
        return values


class CakeMq(Cake):
    """`cake_mq`: a `cake` for each queue of the device, which share one `bandwidth`.

    It stands at the root; its classes are the queues. Source: cake_mq_init in net/sched/sch_cake.c.
    """


class CakeTinStatistics(Record):
    """What a tin has counted, how long packets waited in it, and which flows there are."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CAKE_TIN_STATS)

    sent_packets: int | None = attr(TCA_CAKE_TIN_STATS.SENT_PACKETS, u32)
    sent_bytes: int | None = attr(TCA_CAKE_TIN_STATS.SENT_BYTES64, u64)
    dropped_packets: int | None = attr(TCA_CAKE_TIN_STATS.DROPPED_PACKETS, u32)
    dropped_bytes: int | None = attr(TCA_CAKE_TIN_STATS.DROPPED_BYTES64, u64)
    acks_dropped_packets: int | None = attr(TCA_CAKE_TIN_STATS.ACKS_DROPPED_PACKETS, u32)
    acks_dropped_bytes: int | None = attr(TCA_CAKE_TIN_STATS.ACKS_DROPPED_BYTES64, u64)
    ecn_marked_packets: int | None = attr(TCA_CAKE_TIN_STATS.ECN_MARKED_PACKETS, u32)
    ecn_marked_bytes: int | None = attr(TCA_CAKE_TIN_STATS.ECN_MARKED_BYTES64, u64)
    backlog_packets: int | None = attr(TCA_CAKE_TIN_STATS.BACKLOG_PACKETS, u32)
    backlog_bytes: int | None = attr(TCA_CAKE_TIN_STATS.BACKLOG_BYTES, u32)
    threshold_rate: takes.Amount[Rate | None] = attr(TCA_CAKE_TIN_STATS.THRESHOLD_RATE64, rate64)
    target: takes.Amount[Time | None] = attr(TCA_CAKE_TIN_STATS.TARGET_US, microseconds)
    interval: takes.Amount[Time | None] = attr(TCA_CAKE_TIN_STATS.INTERVAL_US, microseconds)
    way_indirect_hits: int | None = attr(TCA_CAKE_TIN_STATS.WAY_INDIRECT_HITS, u32)
    way_misses: int | None = attr(TCA_CAKE_TIN_STATS.WAY_MISSES, u32)
    way_collisions: int | None = attr(TCA_CAKE_TIN_STATS.WAY_COLLISIONS, u32)
    peak_delay: takes.Amount[Time | None] = attr(TCA_CAKE_TIN_STATS.PEAK_DELAY_US, microseconds)
    average_delay: takes.Amount[Time | None] = attr(TCA_CAKE_TIN_STATS.AVG_DELAY_US, microseconds)
    base_delay: takes.Amount[Time | None] = attr(TCA_CAKE_TIN_STATS.BASE_DELAY_US, microseconds)
    sparse_flows: int | None = attr(TCA_CAKE_TIN_STATS.SPARSE_FLOWS, u32)
    bulk_flows: int | None = attr(TCA_CAKE_TIN_STATS.BULK_FLOWS, u32)
    unresponsive_flows: int | None = attr(TCA_CAKE_TIN_STATS.UNRESPONSIVE_FLOWS, u32)
    largest_packet: int | None = attr(TCA_CAKE_TIN_STATS.MAX_SKBLEN, u32)
    flow_quantum: int | None = attr(TCA_CAKE_TIN_STATS.FLOW_QUANTUM, u32)


class CakeStatistics(Record):
    """What `cake` has counted, by tin, and the sizes of packets as they came and as they count on the link.

    The fields from `deficit` on are of one flow: a class. Times of those are in microseconds from now.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CAKE_STATS)

    capacity: takes.Amount[Rate | None] = attr(TCA_CAKE_STATS.CAPACITY_ESTIMATE64, rate64)
    memory_limit: takes.Amount[Size | None] = attr(TCA_CAKE_STATS.MEMORY_LIMIT, size32)
    memory_used: takes.Amount[Size | None] = attr(TCA_CAKE_STATS.MEMORY_USED, size32)
    average_offset: int | None = attr(TCA_CAKE_STATS.AVG_NETOFF, u32)
    smallest_packet: int | None = attr(TCA_CAKE_STATS.MIN_NETLEN, u32)
    largest_packet: int | None = attr(TCA_CAKE_STATS.MAX_NETLEN, u32)
    smallest_counted: int | None = attr(TCA_CAKE_STATS.MIN_ADJLEN, u32)
    largest_counted: int | None = attr(TCA_CAKE_STATS.MAX_ADJLEN, u32)
    tins: tuple[CakeTinStatistics, ...] | None = attr(TCA_CAKE_STATS.TIN_STATS, indexed(nest(CakeTinStatistics)))
    deficit: int | None = attr(TCA_CAKE_STATS.DEFICIT, s32)
    cobalt_count: int | None = attr(TCA_CAKE_STATS.COBALT_COUNT, u32)
    dropping: bool | None = attr(TCA_CAKE_STATS.DROPPING, enum(bool, u32))
    drop_next: int | None = attr(TCA_CAKE_STATS.DROP_NEXT_US, s32)
    drop_probability: takes.Amount[Share | None] = attr(TCA_CAKE_STATS.P_DROP, share32)
    blue_timer: int | None = attr(TCA_CAKE_STATS.BLUE_TIMER_US, s32)
    active_queues: int | None = attr(TCA_CAKE_STATS.ACTIVE_QUEUES, u32)


CAKE_LINKS: Final[dict[str, dict[str, Any]]] = {
    "raw": {"raw": True, "framing": CakeFraming.NONE, "overhead": 0},
    "conservative": {"framing": CakeFraming.ATM, "overhead": 48},
    "ethernet": {"overhead": 38, "mpu": 84},
    "docsis": {"framing": CakeFraming.NONE, "overhead": 18, "mpu": 64},
    "ipoa-vcmux": {"framing": CakeFraming.ATM, "overhead": 8},
    "ipoa-llcsnap": {"framing": CakeFraming.ATM, "overhead": 16},
    "bridged-vcmux": {"framing": CakeFraming.ATM, "overhead": 24},
    "bridged-llcsnap": {"framing": CakeFraming.ATM, "overhead": 32},
    "pppoa-vcmux": {"framing": CakeFraming.ATM, "overhead": 10},
    "pppoa-llc": {"framing": CakeFraming.ATM, "overhead": 14},
    "pppoe-vcmux": {"framing": CakeFraming.ATM, "overhead": 32},
    "pppoe-llcsnap": {"framing": CakeFraming.ATM, "overhead": 40},
    "pppoe-ptm": {"framing": CakeFraming.PTM, "overhead": 30},
    "bridged-ptm": {"framing": CakeFraming.PTM, "overhead": 22},
}
"""Kinds of links by tc's words, and what `Cake` is told of each. Source: tc/q_cake.c, tc-cake(8)."""
