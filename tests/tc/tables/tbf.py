"""`tbf`. Source: tc-tbf(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Tbf
from tc.both_ways import Near, qdisc, shown_qdisc

WIDE = {"2.1[28:36]": "tc 6.1 computes both at the highest rate of 32 bits"}
CASES = [
    qdisc("tbf rate 1mbit burst 5kb latency 70ms", Tbf(rate="1mbit", burst="5kb", latency="70ms")),
    qdisc("tbf rate 220kbit burst 1540 limit 3000", Tbf(rate="220kbit", burst=1540, limit=3000)),
    qdisc(
        "tbf rate 1mbit burst 10kb latency 70ms peakrate 2mbit minburst 1540",
        Tbf(rate="1mbit", burst="10kb", latency="70ms", peakrate="2mbit", mtu=1540),
    ),
    qdisc(
        "tbf rate 10mbit burst 32kb limit 100kb mpu 64 overhead 14 linklayer ethernet",
        Tbf(rate="10mbit", burst="32kb", limit="100kb", mpu=64, overhead=14, linklayer="ethernet"),
    ),
    qdisc(
        "tbf rate 8mbit burst 16kb latency 20ms overhead 22 linklayer atm",
        Tbf(rate="8mbit", burst="16kb", latency="20ms", overhead=22, linklayer="atm"),
    ),
    qdisc("tbf rate 100gbit burst 10mb latency 1ms", Tbf(rate="100gbit", burst="10mb", latency="1ms"), apart=WIDE),
    qdisc(
        "tbf rate 40gbit burst 4mb latency 500us peakrate 80gbit mtu 64kb",
        Tbf(rate="40gbit", burst="4mb", latency="500us", peakrate="80gbit", mtu="64kb"),
        apart=WIDE,
    ),
    qdisc("tbf rate 1gibps burst 1mb limit 2mb", Tbf(rate="1gibps", burst="1mb", limit="2mb")),
    qdisc("tbf rate 3kbps burst 2000 latency 1.5s", Tbf(rate="3kbps", burst=2000, latency="1.5s")),
]
APART = {
    "2.2": "a table that no kernel since 3.8 looks at",
    "2.3": "the same of the peak rate",
    "2.1[0:1]": "cell_log: of that table",
    "2.1[4:6]": "cell_align: of that table",
    "2.1[12:13]": "cell_log of the peak rate",
    "2.1[16:18]": "cell_align of the peak rate",
    "2.1[28:32]<16": "buffer: before iproute2 6.14 in whole microseconds, of 15.6 ticks",
    "2.1[32:36]<16": "mtu: the same",
}

REPLAYED = False  # a kernel tells the burst as the time that it takes on the link, tc sends its bytes, too


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """Of how long a bucket takes to run full, tc counts whole microseconds, and prints sizes in round numbers."""
    data = record["data"]
    rate, limit = data["rate"] // 8, data["limit"]
    on_link = data.get("overhead", 0)
    options: dict[str, Any] = {"rate": rate, "mpu": data.get("mpu", 0), "linklayer": data["linklayer"]}
    burst = data["burst"] + on_link
    if data["linklayer"] == "atm":
        burst = -(-burst // 48) * 53
    options["burst"] = Near(burst, 16 + rate * 1e-6)
    latency = 1e6 * (limit - burst) / rate
    if "peakrate" in data:
        peakrate = data["peakrate"] // 8
        options["mtu"] = Near(data["mtu"], 16 + peakrate * 1e-6)
        latency = max(latency, 1e6 * (limit - data["mtu"]) / peakrate)
    options["lat"] = Near(latency, 3 + 1e6 / rate)
    if on_link:
        options["overhead"] = on_link
    return shown_qdisc(record, options)
