"""Qdiscs of few words. Source: tc(8), tc-skbprio(8), tc-etf(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Etf, Fifo, Plug, Skbprio
from tc.both_ways import qdisc, shown_qdisc

CASES = [
    qdisc("pfifo"),
    qdisc("pfifo limit 30", Fifo(limit=30)),
    qdisc("bfifo limit 30kb", Fifo(limit=30 * 1024)),
    qdisc("pfifo_head_drop limit 7", Fifo(limit=7)),
    qdisc("pfifo_fast"),
    qdisc("blackhole"),
    qdisc("multiq", only_sent="its device has one queue", apart={"2": "room for the answer"}),
    qdisc("skbprio"),
    qdisc("skbprio limit 32", Skbprio(limit=32)),
    qdisc("plug"),
    qdisc("plug limit 1000", Plug(action="limit", limit=1000)),
    qdisc("etf clockid CLOCK_TAI delta 200000", Etf(clock="tai", delta=200000)),
    qdisc(
        "etf clockid CLOCK_TAI delta 5 deadline_mode skip_sock_check",
        Etf(clock="tai", delta=5, deadline_mode=True, skip_sock_check=True),
    ),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    data = record.get("data") or {}
    match record["kind"]:
        case "pfifo_fast" if data:
            return shown_qdisc(record, {"bands": 3, "multiqueue": False, "priomap": data["priorities"]})
        case "plug":  # of which the kernel tells nothing, and tc prints nothing
            return shown_qdisc(record, {})
        case "etf":
            flags = {
                name: "on" if data.get(name) else "off" for name in ("offload", "deadline_mode", "skip_sock_check")
            }
            return shown_qdisc(record, {"clockid": data["clock"].upper(), "delta": data["delta"], **flags})
        case _:
            return shown_qdisc(record, data)
