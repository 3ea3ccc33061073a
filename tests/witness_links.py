"""The table of `ip -d -s -s link`. What each kind of link says of itself is in `witness_kinds`. See `witness`."""

from __future__ import annotations

from typing import Any

from netlynx.route.link import Link
from netlynx.route.link_af import AddressGeneration, AfSpec
from netlynx.route.link_constants import LinkFlags
from witness import (
    ABSENT,
    Names,
    Table,
    attribute,
    given,
    hardware_address,
    interface,
    label,
    nonzero,
    rendered,
    true_if,
)
from witness_kinds import KINDS, PORTS

# `ip` knows nothing of what these kinds say, so it prints no info_data for them.
UNKNOWN_TO_IP = {"netkit": "newer than iproute2 6.1"}


def _address(name: str) -> Any:
    return lambda record, names: hardware_address(getattr(record, name), record.type)


def _permanent(record: Link, names: Names) -> Any:
    if record.permanent_address == record.address:
        return ABSENT
    return hardware_address(record.permanent_address, record.type)


def _flags(record: Link, names: Names) -> list[str]:
    """The flags that `ip` shows: without RUNNING, with two of its own making."""
    shown = set(record.flags.labels) - {"RUNNING"}
    if LinkFlags.UP in record.flags and LinkFlags.RUNNING not in record.flags:
        shown.add("NO-CARRIER")
    if record.parent and record.netns_id is None and LinkFlags.UP not in names.links[record.parent].flags:
        shown.add("M-DOWN")
    return sorted(shown)


def _parent(record: Link, names: Names) -> Any:
    """The link below, which has no name here when it is in another namespace."""
    if record.parent is None or (record.netns_id is not None and record.parent):
        return ABSENT
    return names.link(record.parent)


def _group(record: Link, names: Names) -> Any:
    return str(record.group) if record.group else "default"


def _generation(record: Link, names: Names) -> Any:
    inet6 = record.af_spec.inet6 if isinstance(record.af_spec, AfSpec) else None
    if inet6 is None or inet6.address_generation is None:
        return ABSENT
    if inet6.address_generation is AddressGeneration.STABLE_PRIVACY:
        return "stable_secret"
    return inet6.address_generation.label


def _stats(record: Link, names: Names) -> Any:
    return rendered(STATS, record, names)


def _counter(name: str) -> Any:
    return attribute(f"stats64.{name}")


def _counter_if_any(name: str) -> Any:
    return attribute(f"stats64.{name}", nonzero)


RECEIVED: Table = {
    "bytes": _counter("rx_bytes"),
    "packets": _counter("rx_packets"),
    "errors": _counter("rx_errors"),
    "dropped": _counter("rx_dropped"),
    "over_errors": _counter("rx_over_errors"),
    "multicast": _counter("multicast"),
    "compressed": _counter_if_any("rx_compressed"),
    "length_errors": _counter("rx_length_errors"),
    "crc_errors": _counter("rx_crc_errors"),
    "frame_errors": _counter("rx_frame_errors"),
    "fifo_errors": _counter("rx_fifo_errors"),
    "missed_errors": _counter("rx_missed_errors"),
    "nohandler": _counter_if_any("rx_nohandler"),
    "otherhost": _counter_if_any("rx_otherhost_dropped"),
}
SENT: Table = {
    "bytes": _counter("tx_bytes"),
    "packets": _counter("tx_packets"),
    "errors": _counter("tx_errors"),
    "dropped": _counter("tx_dropped"),
    "carrier_errors": _counter("tx_carrier_errors"),
    "collisions": _counter("collisions"),
    "compressed": _counter_if_any("tx_compressed"),
    "aborted_errors": _counter("tx_aborted_errors"),
    "fifo_errors": _counter("tx_fifo_errors"),
    "window_errors": _counter("tx_window_errors"),
    "heartbeat_errors": _counter("tx_heartbeat_errors"),
    "carrier_changes": attribute("carrier_changes"),
}
STATS: Table = {
    "rx": lambda record, names: rendered(RECEIVED, record, names),
    "tx": lambda record, names: rendered(SENT, record, names),
}


def _data(record: Link, names: Names) -> Any:
    if record.data is None or record.kind in UNKNOWN_TO_IP:
        return ABSENT
    return rendered(KINDS[record.kind or ""], record.data, names)


def _port(record: Link, names: Names) -> Any:
    if record.slave_data is None:
        return ABSENT
    return rendered(PORTS[record.slave_kind or ""], record.slave_data, names)


LINK_INFO: Table = {
    "info_kind": attribute("kind"),
    "info_data": _data,
    "info_slave_kind": attribute("slave_kind"),
    "info_slave_data": _port,
}

LINK: Table = {
    "ifindex": attribute("index"),
    "ifname": attribute("name"),
    "link": _parent,
    "link_index": lambda record, names: nonzero(record.parent) if record.netns_id is not None else ABSENT,
    "link_netnsid": attribute("netns_id"),
    "flags": _flags,
    "mtu": attribute("mtu"),
    "qdisc": attribute("qdisc"),
    "master": interface("master"),
    "operstate": attribute("operstate", label),
    "linkmode": attribute("linkmode", label),
    "group": _group,
    "txqlen": attribute("txqlen", nonzero),
    "link_type": attribute("type", label),
    "address": _address("address"),
    "link_pointtopoint": lambda record, names: true_if(
        record.broadcast is not None and LinkFlags.POINTOPOINT in record.flags
    ),
    "broadcast": _address("broadcast"),
    "permaddr": _permanent,
    "promiscuity": attribute("promiscuity"),
    "allmulti": attribute("allmulti"),
    "min_mtu": attribute("min_mtu"),
    "max_mtu": attribute("max_mtu"),
    "proto_down": lambda record, names: true_if(record.proto_down),
    "linkinfo": lambda record, names: rendered(LINK_INFO, record, names) or ABSENT,
    "inet6_addr_gen_mode": _generation,
    "num_tx_queues": attribute("num_tx_queues"),
    "num_rx_queues": attribute("num_rx_queues"),
    "gso_max_size": attribute("gso_max_size"),
    "gso_max_segs": attribute("gso_max_segs"),
    "tso_max_size": attribute("tso_max_size"),
    "tso_max_segs": attribute("tso_max_segs"),
    "gro_max_size": attribute("gro_max_size"),
    "phys_port_name": attribute("physical_port_name"),
    "phys_port_id": attribute("physical_port_id", lambda raw: ABSENT if raw is None else raw.hex()),
    "phys_switch_id": attribute("physical_switch_id", lambda raw: ABSENT if raw is None else raw.hex()),
    "parentbus": attribute("parent_bus"),
    "parentdev": attribute("parent_device"),
    "ifalias": attribute("alias"),
    "stats64": _stats,
    "altnames": lambda record, names: given(list(record.alternative_names) or None),
}
