"""Sampled packets: what the action `sample` of traffic control, Open vSwitch and switches pick out. Family ``psample``.

    from netlynx import psample

    with nl.subscribe(psample.SAMPLES) as events:
        sample = events.get().record
        print(sample.group, sample.index, sample.packet, f"one in {sample.rate}")

What samples is set up there: `tc.Sample`. Samples are told in groups, by number, of one network namespace; a group is
there while something samples to it. Listening to samples takes CAP_NET_ADMIN; a kernel has it as a module
(``psample``). Source: linux/psample.h, net/psample/psample.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Dump
from netlynx.engine.operation import Group as Notifications
from netlynx.generic import Family, GenericHeader, dump, event
from netlynx.schema import (
    Constants,
    Record,
    attr,
    be16,
    be64,
    binary,
    flag,
    ip,
    nest,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.wire.packets import Packet

__all__ = [
    "EVENTS",
    "GROUPS",
    "PSAMPLE_ATTR",
    "PSAMPLE_CMD",
    "PSAMPLE_TUNNEL_KEY_ATTR",
    "SAMPLES",
    "Group",
    "Psample",
    "Sample",
    "Tunnel",
    "groups",
]

_CERTAIN = 0xFFFFFFFF  # as a probability


class PSAMPLE_CMD(Constants):
    """Commands."""

    SAMPLE = 0
    GET_GROUP = 1
    NEW_GROUP = 2
    DEL_GROUP = 3


class PSAMPLE_ATTR(Constants):
    """Attributes."""

    IIFINDEX = 0
    OIFINDEX = 1
    ORIGSIZE = 2
    SAMPLE_GROUP = 3
    GROUP_SEQ = 4
    SAMPLE_RATE = 5
    DATA = 6
    GROUP_REFCOUNT = 7
    TUNNEL = 8
    PAD = 9
    OUT_TC = 10
    OUT_TC_OCC = 11
    LATENCY = 12
    TIMESTAMP = 13
    PROTO = 14
    USER_COOKIE = 15
    SAMPLE_PROBABILITY = 16


class PSAMPLE_TUNNEL_KEY_ATTR(Constants):
    """Attributes of the tunnel that a packet came in."""

    ID = 0
    IPV4_SRC = 1
    IPV4_DST = 2
    TOS = 3
    TTL = 4
    DONT_FRAGMENT = 5
    CSUM = 6
    OAM = 7
    GENEVE_OPTS = 8
    TP_SRC = 9
    TP_DST = 10
    VXLAN_OPTS = 11
    IPV6_SRC = 12
    IPV6_DST = 13
    PAD = 14
    ERSPAN_OPTS = 15
    IPV4_INFO_BRIDGE = 16


_KEY = PSAMPLE_TUNNEL_KEY_ATTR
_OTHER = {"PSAMPLE_ATTR_*": "of another record: Group, Sample"}


class Group(Record, header=GenericHeader):
    """A group of samples, while something samples to it."""

    __facts__: ClassVar[Facts] = Facts(attributes=PSAMPLE_ATTR)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    number: int | None = attr(PSAMPLE_ATTR.SAMPLE_GROUP, u32)
    users: int | None = attr(PSAMPLE_ATTR.GROUP_REFCOUNT, u32)  # how many actions sample to it
    sequence: int | None = attr(PSAMPLE_ATTR.GROUP_SEQ, u32)  # of the next sample


class Tunnel(Record):
    """The tunnel that a packet came in, for links that leave it to others (`external`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=PSAMPLE_TUNNEL_KEY_ATTR)

    id: int | None = attr(_KEY.ID, be64)
    source: takes.Ip[str | None] = attr(_KEY.IPV4_SRC, ip, ip6=_KEY.IPV6_SRC)
    destination: takes.Ip[str | None] = attr(_KEY.IPV4_DST, ip, ip6=_KEY.IPV6_DST)
    tos: int | None = attr(_KEY.TOS, u8)
    ttl: int | None = attr(_KEY.TTL, u8)
    dont_fragment: bool = attr(_KEY.DONT_FRAGMENT, flag)
    checksum: bool = attr(_KEY.CSUM, flag)
    oam: bool = attr(_KEY.OAM, flag)
    geneve: bytes | None = attr(_KEY.GENEVE_OPTS, binary)  # options, as packets have them
    vxlan: bytes | None = attr(_KEY.VXLAN_OPTS, binary)
    erspan: bytes | None = attr(_KEY.ERSPAN_OPTS, binary)  # struct erspan_metadata
    source_port: int | None = attr(_KEY.TP_SRC, be16)
    destination_port: int | None = attr(_KEY.TP_DST, be16)
    bridge: bool = attr(_KEY.IPV4_INFO_BRIDGE, flag)


class Sample(Record, header=GenericHeader):
    """A packet that was sampled: from the link layer's header on, as much of it as was asked for.

    Each sample of a group has the next `sequence`: a gap is samples that were lost. `index` and `out_index` are the
    interfaces that it came and goes by, of which the kernel tells 16 bits.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=PSAMPLE_ATTR)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    group: int | None = attr(PSAMPLE_ATTR.SAMPLE_GROUP, u32)
    sequence: int | None = attr(PSAMPLE_ATTR.GROUP_SEQ, u32)
    rate: int | None = attr(PSAMPLE_ATTR.SAMPLE_RATE, u32)  # one packet in so many; see `one_in`
    is_probability: bool = attr(PSAMPLE_ATTR.SAMPLE_PROBABILITY, flag)  # of `rate`, in parts of 2³² - 1
    index: int | None = attr(PSAMPLE_ATTR.IIFINDEX, u16)
    out_index: int | None = attr(PSAMPLE_ATTR.OIFINDEX, u16)
    length: int | None = attr(PSAMPLE_ATTR.ORIGSIZE, u32)  # bytes of the whole packet
    protocol: int | None = attr(PSAMPLE_ATTR.PROTO, u16)  # an EtherType: 0x0800
    payload: bytes | None = attr(PSAMPLE_ATTR.DATA, binary)
    timestamp: int | None = attr(PSAMPLE_ATTR.TIMESTAMP, u64)  # nanoseconds since 1970
    tunnel: takes.Nested[Tunnel | None] = attr(PSAMPLE_ATTR.TUNNEL, nest(Tunnel))
    out_class: int | None = attr(PSAMPLE_ATTR.OUT_TC, u16)  # traffic class, of switches
    out_occupancy: int | None = attr(PSAMPLE_ATTR.OUT_TC_OCC, u64)  # bytes in the queue of that class
    latency: int | None = attr(PSAMPLE_ATTR.LATENCY, u64)  # nanoseconds in the switch
    cookie: bytes | None = attr(PSAMPLE_ATTR.USER_COOKIE, binary)  # of the action that sampled it

    @property
    def one_in(self) -> float | None:
        """For how many packets this one stands: `rate`, or what it is as a probability."""
        if not self.rate:
            return None
        return _CERTAIN / self.rate if self.is_probability else float(self.rate)

    @property
    def packet(self) -> Packet:
        """What its headers say; `str` of it is the packet in words."""
        return Packet.read(self.payload or b"", self.protocol)


class Psample(Family, name="psample", version=1, joining={"packets": "net_admin"}):
    """The family ``psample``."""

    groups = dump(PSAMPLE_CMD.GET_GROUP, reply=Group, reply_number=PSAMPLE_CMD.NEW_GROUP)

    sampled = event(PSAMPLE_CMD.SAMPLE, Sample, group="packets")
    began = event(PSAMPLE_CMD.NEW_GROUP, Group, group="config")
    ended = event(PSAMPLE_CMD.DEL_GROUP, Group, group="config")


SAMPLES: Notifications[Sample] = Psample.notifications("packets")
"""Samples, of all groups of the network namespace."""

GROUPS: Notifications[Group] = Psample.notifications("config")
"""Groups that begin and end."""

EVENTS: Notifications[Group | Sample] = Psample.notifications()
"""Samples, and groups that begin and end."""


def groups() -> Dump[Group]:
    """The groups of the network namespace."""
    return Psample.groups()
