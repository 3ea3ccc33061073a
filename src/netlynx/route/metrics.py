"""Metrics of a route: what TCP and path MTU discovery take from it. Source: linux/rtnetlink.h, net/ipv4/metrics.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, FlagSet, Record, attr, enum, string, takes, u32
from netlynx.schema.facts import Facts


class RTAX(Constants):
    """Attributes of `RTA_METRICS`."""

    UNSPEC = 0
    LOCK = 1
    MTU = 2
    WINDOW = 3
    RTT = 4
    RTTVAR = 5
    SSTHRESH = 6
    CWND = 7
    ADVMSS = 8
    REORDERING = 9
    HOPLIMIT = 10
    INITCWND = 11
    FEATURES = 12
    RTO_MIN = 13
    INITRWND = 14
    QUICKACK = 15
    CC_ALGO = 16
    FASTOPEN_NO_COOKIE = 17


class LockedMetrics(FlagSet):
    """Metrics that the kernel must not adjust by itself: bit number = number of the metric."""

    MTU = 1 << 2
    WINDOW = 1 << 3
    RTT = 1 << 4
    RTTVAR = 1 << 5
    SSTHRESH = 1 << 6
    CWND = 1 << 7
    ADVMSS = 1 << 8
    REORDERING = 1 << 9
    HOPLIMIT = 1 << 10
    RTO_MIN = 1 << 13
    CONGESTION_CONTROL = 1 << 16


class RouteFeatures(FlagSet, prefix="RTAX_FEATURE_"):
    """Features that connections over the route use."""

    ECN = 1
    SACK = 2
    TIMESTAMP = 4
    ALLFRAG = 8
    TCP_USEC_TS = 16


class Metrics(Record):
    """Metrics of a route (`RTA_METRICS`). Source: linux/rtnetlink.h, net/ipv4/metrics.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=RTAX, spec=("rt-route", "metrics"))

    lock: takes.Flags[LockedMetrics | None] = attr(RTAX.LOCK, enum(LockedMetrics, u32))
    mtu: int | None = attr(RTAX.MTU, u32)  # bytes
    window: int | None = attr(RTAX.WINDOW, u32)  # bytes
    rtt: int | None = attr(RTAX.RTT, u32)  # eighths of a millisecond
    rttvar: int | None = attr(RTAX.RTTVAR, u32)  # quarters of a millisecond
    ssthresh: int | None = attr(RTAX.SSTHRESH, u32)  # packets
    cwnd: int | None = attr(RTAX.CWND, u32)  # packets; counts only when locked
    advmss: int | None = attr(RTAX.ADVMSS, u32)  # bytes
    reordering: int | None = attr(RTAX.REORDERING, u32)  # packets
    hoplimit: int | None = attr(RTAX.HOPLIMIT, u32)  # 1 to 255
    initcwnd: int | None = attr(RTAX.INITCWND, u32)  # packets
    features: takes.Flags[RouteFeatures | None] = attr(RTAX.FEATURES, enum(RouteFeatures, u32))
    rto_min: int | None = attr(RTAX.RTO_MIN, u32)  # milliseconds
    initrwnd: int | None = attr(RTAX.INITRWND, u32)  # packets
    quickack: bool | None = attr(RTAX.QUICKACK, enum(bool, u32))
    congestion_control: str | None = attr(RTAX.CC_ALGO, string)  # name of the algorithm, such as cubic
    fastopen_no_cookie: bool | None = attr(RTAX.FASTOPEN_NO_COOKIE, enum(bool, u32))
