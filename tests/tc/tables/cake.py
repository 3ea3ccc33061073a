"""`cake`. Source: tc-cake(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import CAKE_LINKS, Cake
from tc.both_ways import micro, qdisc, shown_qdisc

CASES = [
    qdisc("cake", Cake()),
    qdisc("cake bandwidth 20mbit", Cake(bandwidth="20mbit")),
    qdisc("cake bandwidth 100gbit", Cake(bandwidth="100gbit")),
    qdisc("cake unlimited autorate-ingress", Cake(bandwidth=0, autorate=True)),
    *(
        qdisc(f"cake {word}", Cake(diffserv=word))
        for word in ("besteffort", "precedence", "diffserv3", "diffserv4", "diffserv8")
    ),
    *(
        qdisc(f"cake {word}", Cake(flow_mode=word))
        for word in (
            "flowblind",
            "srchost",
            "dsthost",
            "hosts",
            "flows",
            "dual-srchost",
            "dual-dsthost",
            "triple-isolate",
        )
    ),
    qdisc("cake nat wash ingress", Cake(nat=True, wash=True, ingress=True)),
    qdisc("cake nonat nowash egress", Cake(nat=False, wash=False, ingress=False)),
    qdisc("cake ack-filter", Cake(ack_filter="filter")),
    qdisc("cake ack-filter-aggressive", Cake(ack_filter="aggressive")),
    qdisc("cake no-ack-filter split-gso", Cake(ack_filter="none", split_gso=True)),
    qdisc("cake no-split-gso memlimit 8mb fwmark 0xff", Cake(split_gso=False, memory="8mb", fwmark=0xFF)),
    *(
        qdisc(f"cake {word}", Cake(rtt=rtt))
        for word, rtt in {
            "datacentre": "100us",
            "lan": "1ms",
            "metro": "10ms",
            "regional": "30ms",
            "internet": "100ms",
            "oceanic": "300ms",
            "satellite": "1s",
            "rtt 25ms": "25ms",
        }.items()
    ),
    *(qdisc(f"cake {word}", Cake(**link)) for word, link in CAKE_LINKS.items()),
    qdisc("cake noatm overhead -4 mpu 64", Cake(framing="none", overhead=-4, mpu=64)),
    qdisc("cake atm overhead 18", Cake(framing="atm", overhead=18)),
    qdisc("cake ptm", Cake(framing="ptm")),
    qdisc(
        "cake bandwidth 3mbit besteffort dual-dsthost nat wash ingress rtt 40ms overhead 30 memlimit 1mb",
        Cake(
            bandwidth="3mbit",
            diffserv="besteffort",
            flow_mode="dual-dsthost",
            nat=True,
            wash=True,
            ingress=True,
            rtt="40ms",
            overhead=30,
            memory="1mb",
        ),
    ),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    data = record.get("data", {})
    options = {name: data.get(name, False) for name in ("nat", "wash", "ingress", "split_gso", "raw")}
    options["ack-filter"] = {"filter": "enabled", "aggressive": "aggressive"}.get(data.get("ack_filter"), "disabled")
    if not data.get("raw") or data.get("framing", "none") != "none":
        options["atm"] = {"none": "noatm"}.get(data.get("framing", "none"), data.get("framing"))
    options |= {"rtt": micro(data.get("rtt", 0)), "overhead": data.get("overhead", 0)}
    options["fwmark"] = f"{data.get('fwmark', 0):#x}" if data.get("fwmark") else "0"
    if "bandwidth" in data:
        options["bandwidth"] = data["bandwidth"] // 8 or "unlimited"
    if data.get("autorate"):
        options["autorate"] = "autorate-ingress"
    for ours, theirs in {"diffserv": "diffserv", "flow_mode": "flowmode", "memory": "memlimit", "mpu": "mpu"}.items():
        if data.get(ours):
            options[theirs] = data[ours]
    made = shown_qdisc(record, options)
    if "app" in record["statistics"]:
        app = record["statistics"]["app"]
        made |= {theirs: app[ours] for theirs, ours in COUNTED.items()}
        made["capacity_estimate"] = app["capacity"] // 8
        made["tins"] = [tin_shown(each) for each in app["tins"]]
    return made


COUNTED = {
    "memory_used": "memory_used",
    "memory_limit": "memory_limit",
    "min_network_size": "smallest_packet",
    "max_network_size": "largest_packet",
    "min_adj_size": "smallest_counted",
    "max_adj_size": "largest_counted",
    "avg_hdr_offset": "average_offset",
}
TIN = {
    "sent_bytes": "sent_bytes",
    "sent_packets": "sent_packets",
    "backlog_bytes": "backlog_bytes",
    "way_indirect_hits": "way_indirect_hits",
    "way_misses": "way_misses",
    "way_collisions": "way_collisions",
    "drops": "dropped_packets",
    "ecn_mark": "ecn_marked_packets",
    "ack_drops": "acks_dropped_packets",
    "sparse_flows": "sparse_flows",
    "bulk_flows": "bulk_flows",
    "unresponsive_flows": "unresponsive_flows",
    "max_pkt_len": "largest_packet",
    "flow_quantum": "flow_quantum",
}
DELAYS = {"target": "target", "interval": "interval", "peak_delay": "peak_delay"}
DELAYS |= {"avg_delay": "average_delay", "base_delay": "base_delay"}


def tin_shown(tin: dict[str, Any]) -> dict[str, Any]:
    """What tc lists of a tin."""
    made = {theirs: tin[ours] for theirs, ours in TIN.items()}
    made |= {f"{theirs}_us": micro(tin[ours]) for theirs, ours in DELAYS.items()}
    return made | {"threshold_rate": tin["threshold_rate"] // 8}
