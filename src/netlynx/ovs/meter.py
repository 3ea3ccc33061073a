"""Meters: packets of flows that name one, counted, and dropped above its rates. Source: net/openvswitch/meter.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.ovs.constants import OVS_BAND_ATTR, OVS_METER_ATTR
from netlynx.ovs.header import FlowCounters, OvsHeader
from netlynx.ovs.values import BandType
from netlynx.schema import Record, attr, enum, flag, head, indexed, nest, struct, takes, u32, u64
from netlynx.schema.facts import Facts


class Band(Record):
    """A band of a meter: above `rate`, beside a `burst`, packets are dropped. What went wrong so is counted."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_BAND_ATTR, policy="band_policy")

    type: takes.Member[BandType | None] = attr(OVS_BAND_ATTR.TYPE, enum(BandType, u32))
    rate: int | None = attr(OVS_BAND_ATTR.RATE, u32)  # packets per second, or kilobits
    burst: int | None = attr(OVS_BAND_ATTR.BURST, u32)  # packets, or kilobits
    statistics: takes.Nested[FlowCounters | None] = attr(OVS_BAND_ATTR.STATS, struct(FlowCounters), read_only=True)


class Meter(Record, header=OvsHeader):
    """A meter of a datapath, with its bands. Rates are packets per second, with `kbps` kilobits per second.

    The kernel tells what meters and their bands counted, and when one was last used (`used`, milliseconds of its
    monotonic clock), and not what they are: neither rates nor units. `statistics` of one that is set are where it
    begins to count; with `clear` it tells none when it is replaced. `most_meters` and `most_bands` are what
    `meter_features` tells.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_METER_ATTR, policy="meter_policy")

    datapath: takes.Name[int] = head("dp_ifindex")
    id: int | None = attr(OVS_METER_ATTR.ID, u32, always=True)
    kbps: bool = attr(OVS_METER_ATTR.KBPS, flag)
    bands: takes.MaybeSeveral[Band] = attr(OVS_METER_ATTR.BANDS, indexed(nest(Band)))
    statistics: takes.Nested[FlowCounters | None] = attr(OVS_METER_ATTR.STATS, struct(FlowCounters))
    clear: bool = attr(OVS_METER_ATTR.CLEAR, flag)
    used: int | None = attr(OVS_METER_ATTR.USED, u64, read_only=True)
    most_meters: int | None = attr(OVS_METER_ATTR.MAX_METERS, u32, read_only=True)
    most_bands: int | None = attr(OVS_METER_ATTR.MAX_BANDS, u32, read_only=True)
