"""`netem`. Source: tc-netem(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import LossState, Netem
from tc.both_ways import near, qdisc, shown_qdisc

CASES = [
    qdisc("netem delay 100ms", Netem(delay="100ms")),
    qdisc("netem delay 100ms 10ms", Netem(delay="100ms", jitter="10ms")),
    qdisc("netem delay 100ms 10ms 25%", Netem(delay="100ms", jitter="10ms", delay_correlation="25%")),
    qdisc("netem delay 100ms 20ms distribution normal", Netem(delay="100ms", jitter="20ms", distribution="normal")),
    qdisc("netem limit 5", Netem(limit=5)),
    qdisc("netem limit 10000 delay 8us", Netem(limit=10000, delay="8us")),
    qdisc("netem loss 1%", Netem(loss="1%")),
    qdisc("netem loss random 0.3% 25%", Netem(loss="0.3%", loss_correlation="25%")),
    qdisc("netem loss 100%", Netem(loss="100%")),
    qdisc("netem loss 10% ecn", Netem(loss=0.1, ecn=True)),
    qdisc("netem loss state 1%", Netem(loss_state={"p13": "1%"})),
    qdisc("netem loss state 1% 20%", Netem(loss_state={"p13": "1%", "p31": "20%"})),
    qdisc(
        "netem loss state 1% 2% 3% 4% 5%",
        Netem(loss_state=LossState(p13="1%", p31="2%", p32="3%", p23="4%", p14="5%")),
    ),
    qdisc("netem loss gemodel 1%", Netem(loss_gilbert_elliott={"p": "1%"})),
    qdisc("netem loss gemodel 3% 40%", Netem(loss_gilbert_elliott={"p": "3%", "r": "40%"})),
    qdisc(
        "netem loss gemodel 1% 10% 70% 0.1% ecn",
        Netem(loss_gilbert_elliott={"p": "1%", "r": "10%", "h": "30%", "k1": "0.1%"}, ecn=True),
        apart={"2.5.2[8:12]": "half a unit, which tc rounds before it takes it from all"},
    ),
    qdisc("netem duplicate 1%", Netem(duplicate="1%")),
    qdisc(
        "netem duplicate 1% 5% delay 1ms 1ms 2%",
        Netem(duplicate="1%", duplicate_correlation="5%", delay="1ms", jitter="1ms", delay_correlation="2%"),
    ),
    qdisc("netem corrupt 0.1%", Netem(corrupt="0.1%")),
    qdisc("netem corrupt 0.1% 30%", Netem(corrupt="0.1%", corrupt_correlation="30%")),
    qdisc("netem delay 10ms reorder 25%", Netem(delay="10ms", reorder="25%")),
    qdisc(
        "netem delay 10ms reorder 25% 50% gap 5",
        Netem(delay="10ms", reorder="25%", reorder_correlation="50%", gap=5),
    ),
    qdisc("netem rate 1mbit", Netem(rate="1mbit")),
    qdisc("netem rate 1mbit 20", Netem(rate="1mbit", packet_overhead=20)),
    qdisc("netem rate 5kbit -14 53 5", Netem(rate="5kbit", packet_overhead=-14, cell_size=53, cell_overhead=5)),
    qdisc("netem rate 100gbit", Netem(rate="100gbit")),
    qdisc("netem slot 800us", Netem(slot={"min_delay": "800us"})),
    qdisc(
        "netem slot 10ms 20ms packets 5 bytes 1000",
        Netem(slot={"min_delay": "10ms", "max_delay": "20ms", "packets": 5, "bytes": 1000}),
    ),
    qdisc(
        "netem slot distribution paretonormal 1ms 2ms packets 7",
        Netem(slot={"delay": "1ms", "jitter": "2ms", "packets": 7}, slot_distribution="paretonormal"),
        not_told="the table of the distribution, without which delay and jitter of a slot are refused",
    ),
    qdisc(
        "netem limit 50 delay 40ms 4ms loss 2% duplicate 3% corrupt 4% reorder 5% gap 2 rate 3mbit",
        Netem(
            limit=50,
            delay="40ms",
            jitter="4ms",
            loss="2%",
            duplicate="3%",
            corrupt="4%",
            reorder="5%",
            gap=2,
            rate="3mbit",
        ),
    ),
]
SAID = "all is said, that a change leaves nothing of what was before"
ZEROS = {"2.1": SAID, "2.3": SAID, "2.4": SAID, "2.6": SAID, "2.7": SAID, "2.12": SAID}
APART = {
    "2[0:4]<16": "latency: tc cuts it to whole ticks",
    "2[20:24]<16": "jitter: the same",
}
HEADS = {"2": 24}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    data = record["data"]

    def part(name: str, key: str) -> dict[str, Any]:
        return {name: near(data[name]), "correlation": near(data.get(f"{name}_correlation", 0))}

    options: dict[str, Any] = {"limit": data["limit"], "ecn": data.get("ecn", False), "gap": data.get("gap", 0)}
    if "delay" in data:
        options["delay"] = {
            "delay": near(data["delay"]),
            "jitter": near(data.get("jitter", 0)),
            "correlation": near(data.get("delay_correlation", 0)),
        }
    if "loss" in data:
        options["loss-random"] = part("loss", "loss")
    if "loss_state" in data:
        options["loss-state"] = {name: near(value) for name, value in data["loss_state"].items()}
    if "loss_gilbert_elliott" in data:
        model = data["loss_gilbert_elliott"]
        options["loss-gemodel"] = {
            "p": near(model["p"]),
            "r": near(model["r"]),
            "1-h": near(1 - model["h"]),
            "1-k": near(model["k1"]),
        }
    for name in ("duplicate", "reorder", "corrupt"):
        if name in data:
            options[name] = part(name, name)
    if "rate" in data:
        options["rate"] = {
            "rate": data["rate"] // 8,
            "packetoverhead": data.get("packet_overhead", 0),
            "cellsize": data.get("cell_size", 0),
            "celloverhead": data.get("cell_overhead", 0),
        }
    if "slot" in data:
        slot = data["slot"]
        times = {"distribution": "delay", "jitter": "jitter"} if slot["jitter"] else {}
        times = times or {"min-delay": "min_delay", "max-delay": "max_delay"}
        options["slot"] = {
            **{theirs: near(slot[ours]) for theirs, ours in times.items()},
            "packets": slot["packets"],
            "bytes": slot["bytes"],
        }
    return shown_qdisc(record, options)
