"""What standards have devices count, and their speed. Source: linux/ethtool_netlink.h, net/ethtool/stats.c.

A driver's own statistics (``ethtool -S``) are no part of netlink: the kernel tells them by ioctl alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from netlynx import ethtool
from netlynx.metrics.model import Ask, Collector, Family, Key, counter, gauge, of_table, text

_SPEED = gauge("link_speed_bytes", "Bytes that a link carries in a second.", "device")
_COUNTED = counter(
    "ethtool_statistic", "What a device counts by IEEE 802.3 or RFC 2819.", "device", "group", "statistic"
)
_LENGTHS = counter(
    "ethtool_length_packets",
    "Packets by their length in bytes (RFC 2819), without limit where the most is 0.",
    *("device", "direction", "least", "most"),
)
_PAUSES = counter("ethtool_pause_frames", "Pause frames (IEEE 802.3, annex 31B).", "device", "direction")
_BYTES = 125_000  # a second, in a Mbit/s


def _asks() -> tuple[Ask, ...]:
    compact, counted = ethtool.RequestFlags.COMPACT_BITSETS, ethtool.RequestFlags.STATS
    return (
        Ask(ethtool.all_statistics(request_flags=compact)),
        Ask(ethtool.all_pause(request_flags=counted)),
        Ask(ethtool.all_linkmodes(request_flags=compact)),
    )


def _read(
    statistics: Iterable[ethtool.Statistics], pauses: Iterable[ethtool.Pause], modes: Iterable[ethtool.LinkModes]
) -> list[Family]:
    counted: dict[Key, int] = {}
    lengths: dict[Key, int] = {}
    for each in statistics:
        device = text(each.device)
        for group in each.groups:
            for name, value in group.named.items():
                counted[device, text(group.id), name] = value
            for direction, buckets in (("receive", group.rx), ("transmit", group.tx)):
                for bucket in buckets:
                    if bucket.packets is not None:
                        lengths[device, direction, text(bucket.low), text(bucket.high)] = bucket.packets
    frames: dict[Key, int] = {}
    for pause in pauses:
        if pause.statistics is not None:
            told = {"receive": pause.statistics.rx_frames, "transmit": pause.statistics.tx_frames}
            for direction, many in told.items():
                if many is not None:
                    frames[text(pause.device), direction] = many
    speeds = {
        (text(mode.device),): mode.speed * _BYTES
        for mode in modes
        if mode.speed is not None and mode.speed != ethtool.UNKNOWN_SPEED
    }
    return [
        of_table(_SPEED, speeds),
        of_table(_COUNTED, counted),
        of_table(_LENGTHS, lengths),
        of_table(_PAUSES, frames),
    ]


COLLECTOR = Collector(
    "ethtool",
    "what standards have devices count, pause frames, speeds",
    "devices times some 40 standard counters",
    _asks,
    _read,
)
