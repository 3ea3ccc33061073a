"""Named counters of the firewall. Source: linux/netfilter/nf_tables.h."""

from __future__ import annotations

from collections.abc import Iterable

from netlynx import nftables
from netlynx.metrics.model import Ask, Collector, Family, counter, text

_LABELS = ("family", "table", "name")
_BYTES = counter("nft_counter_bytes", "Bytes that a named counter of the firewall has counted.", *_LABELS)
_PACKETS = counter("nft_counter_packets", "Packets that a named counter of the firewall has counted.", *_LABELS)


def _asks() -> tuple[Ask, ...]:
    return (Ask(nftables.objects(type="counter")),)


def _read(objects: Iterable[nftables.Object]) -> list[Family]:
    counted = [(each, each.data) for each in objects if isinstance(each.data, nftables.Counter)]
    keys = [(text(each.family), text(each.table), text(each.name)) for each, _ in counted]
    return [
        Family(_BYTES, keys, [data.bytes for _, data in counted]),
        Family(_PACKETS, keys, [data.packets for _, data in counted]),
    ]


COLLECTOR = Collector("nft", "named counters of the firewall", "named counters in the ruleset", _asks, _read)
