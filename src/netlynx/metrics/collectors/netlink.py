"""Netlink itself: sockets that talk to the kernel, and what was dropped for them. Source: linux/netlink_diag.h."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from netlynx import diag
from netlynx.metrics.model import Ask, Collector, Family, Key, gauge, of_table, text

_SOCKETS = gauge("netlink_sockets", "Netlink sockets that programs have open.", "protocol")
_DROPS = gauge(
    "netlink_socket_drops",
    "Messages that sockets which are open now were too full for: what one has lost goes with it.",
    "protocol",
)
_QUEUED = gauge("netlink_socket_receive_queue_bytes", "Memory of messages that wait to be read.", "protocol")


def _asks() -> tuple[Ask, ...]:
    return (Ask(diag.netlink()),)


def _read(sockets: Iterable[diag.NetlinkSocket]) -> list[Family]:
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in {one.cookie: one for one in sockets}.values():  # those that listen to groups are listed twice
        if not each.portid:
            continue  # the kernel's own
        found = sums[(text(each.protocol).lower(),)]
        found[0] += 1
        if each.memory is not None:
            found[1] += each.memory.drops
            found[2] += each.memory.receive_allocated
    return [
        of_table(metric, {key: values[at] for key, values in sums.items()})
        for at, metric in enumerate((_SOCKETS, _DROPS, _QUEUED))
    ]


COLLECTOR = Collector(
    "netlink", "netlink sockets by protocol, and what they have lost", "protocols of netlink", _asks, _read
)
