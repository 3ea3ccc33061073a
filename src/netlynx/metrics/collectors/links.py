"""Links: state, settings and all their counters. Source: linux/if_link.h, rtnl_fill_ifinfo in net/core/rtnetlink.c."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from netlynx import route
from netlynx.metrics.model import Ask, Collector, Family, columns, counter, gauge, info, text

_ABOUT = ("device", "kind", "address", "master", "alias")
_LINK = info("link", "What a link is: its kind, hardware address, the link that it is a port of.", *_ABOUT)
_STATE = info("link_operstate", "The operational state of a link (RFC 2863).", "device", "operstate")
_UP = gauge("link_up", "Whether the operational state of a link is up.", "device")
_ADMIN = gauge("link_administratively_up", "Whether a link is switched on.", "device")

# Field of the record, and what is made of it.
_FIELDS = {
    "index": gauge("link_index", "The index of a link in its network namespace.", "device"),
    "mtu": gauge("link_mtu_bytes", "The largest packet that a link carries.", "device"),
    "txqlen": gauge("link_transmit_queue_length_packets", "Packets that may wait to be sent.", "device"),
    "carrier": gauge("link_carrier", "Whether a link that is switched on has a carrier.", "device"),
    "promiscuity": gauge("link_promiscuity", "How many want all packets of a link.", "device"),
    "carrier_changes": counter("link_carrier_changes", "How often the carrier came or went.", "device"),
    "carrier_up_count": counter("link_carrier_up_changes", "How often the carrier came.", "device"),
    "carrier_down_count": counter("link_carrier_down_changes", "How often the carrier went.", "device"),
}
_COUNTERS = {
    "rx_bytes": counter("link_receive_bytes", "Bytes received.", "device"),
    "rx_packets": counter("link_receive_packets", "Packets received.", "device"),
    "rx_errors": counter("link_receive_errors", "Packets received with errors, of any sort.", "device"),
    "rx_dropped": counter("link_receive_dropped", "Packets well received, but not taken.", "device"),
    "multicast": counter("link_receive_multicast", "Multicast packets received.", "device"),
    "rx_length_errors": counter("link_receive_length_errors", "Packets received of a wrong length.", "device"),
    "rx_over_errors": counter("link_receive_over_errors", "Packets that the receiver's ring was full for.", "device"),
    "rx_crc_errors": counter("link_receive_crc_errors", "Packets received with a wrong checksum.", "device"),
    "rx_frame_errors": counter("link_receive_frame_errors", "Packets received out of alignment.", "device"),
    "rx_fifo_errors": counter("link_receive_fifo_errors", "Packets that overran the receiver's FIFO.", "device"),
    "rx_missed_errors": counter("link_receive_missed_errors", "Packets that the host had no buffer for.", "device"),
    "rx_compressed": counter("link_receive_compressed", "Compressed packets received.", "device"),
    "rx_nohandler": counter("link_receive_nohandler", "Packets dropped as the link is an inactive port.", "device"),
    "rx_otherhost_dropped": counter(
        "link_receive_otherhost_dropped", "Packets dropped as they are for another host.", "device"
    ),
    "tx_bytes": counter("link_transmit_bytes", "Bytes sent.", "device"),
    "tx_packets": counter("link_transmit_packets", "Packets sent.", "device"),
    "tx_errors": counter("link_transmit_errors", "Packets not sent for errors, of any sort.", "device"),
    "tx_dropped": counter("link_transmit_dropped", "Packets dropped on their way to being sent.", "device"),
    "tx_aborted_errors": counter("link_transmit_aborted_errors", "Packets whose sending was aborted.", "device"),
    "tx_carrier_errors": counter("link_transmit_carrier_errors", "Packets that found no carrier.", "device"),
    "tx_fifo_errors": counter("link_transmit_fifo_errors", "Packets that the sender's FIFO ran dry for.", "device"),
    "tx_heartbeat_errors": counter("link_transmit_heartbeat_errors", "Heartbeat errors while sending.", "device"),
    "tx_window_errors": counter("link_transmit_window_errors", "Packets with collisions that came late.", "device"),
    "tx_compressed": counter("link_transmit_compressed", "Compressed packets sent.", "device"),
    "collisions": counter("link_collisions", "Collisions while sending.", "device"),
}
_fields, _counters = attrgetter(*_FIELDS), attrgetter(*_COUNTERS)


def _asks() -> tuple[Ask, ...]:
    return (Ask(route.links()),)


def _read(listed: Iterable[route.Link]) -> list[Family]:
    links = [*{link.name or f"if{link.index}": link for link in listed}.items()]
    names = {link.index: name for name, link in links}
    keys = [(name,) for name, _ in links]
    records = [link for _, link in links]
    about = [
        (name, text(link.kind), text(link.address), names.get(link.master or 0, ""), text(link.alias))
        for name, link in links
    ]
    states = [(name, text(link.operstate).lower()) for name, link in links]
    counted = [(key, link.stats64) for key, link in zip(keys, records, strict=True) if link.stats64 is not None]
    counted_keys = [key for key, _ in counted]
    return [
        Family(_LINK, about, [1] * len(links)),
        Family(_STATE, states, [1] * len(links)),
        Family(_UP, keys, [link.operstate == route.OperState.UP for link in records]),
        Family(_ADMIN, keys, [bool(link.flags & route.LinkFlags.UP) for link in records]),
        *(
            Family(metric, keys, values)
            for metric, values in zip(_FIELDS.values(), columns(records, _fields, len(_FIELDS)), strict=True)
        ),
        *(
            Family(metric, counted_keys, values)
            for metric, values in zip(
                _COUNTERS.values(), columns((each for _, each in counted), _counters, len(_COUNTERS)), strict=True
            )
        ),
    ]


COLLECTOR = Collector("links", "network interfaces: state, settings, all counters", "one of each link", _asks, _read)
