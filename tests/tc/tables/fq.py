"""`fq`. Source: tc-fq(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Fq
from tc.both_ways import options_of, qdisc, shown_qdisc

CASES = [
    qdisc("fq", Fq()),
    qdisc("fq limit 100 flow_limit 10", Fq(limit=100, flow_limit=10)),
    qdisc("fq quantum 3000 initial_quantum 15000", Fq(quantum=3000, initial_quantum=15000)),
    qdisc("fq maxrate 10mbit", Fq(max_rate="10mbit")),
    qdisc("fq nopacing buckets 512", Fq(pacing=False, buckets_log=9)),
    qdisc("fq pacing refill_delay 20ms", Fq(pacing=True, refill_delay="20ms")),
    qdisc("fq low_rate_threshold 100kbit orphan_mask 511", Fq(low_rate_threshold="100kbit", orphan_mask=511)),
    qdisc("fq timer_slack 20us ce_threshold 3ms", Fq(timer_slack="20us", ce_threshold="3ms")),
    qdisc("fq horizon 5s horizon_drop", Fq(horizon="5s", horizon_drop=True)),
    qdisc("fq horizon 2s horizon_cap", Fq(horizon="2s", horizon_drop=False)),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    data = dict(record.get("data", {}))
    times, rates = ("refill_delay", "ce_threshold", "horizon"), ("max_rate", "low_rate_threshold")
    options = options_of(data, times, rates, max_rate="maxrate")
    if "buckets_log" in options:
        options["buckets"] = 1 << options.pop("buckets_log")
    if "timer_slack" in options:
        options["timer_slack"] = round(options["timer_slack"] * 1e9)
    options.pop("pacing", None)
    if data.get("pacing") is False:
        options["pacing"] = False
    if "horizon_drop" in data:
        options.pop("horizon_drop", None)
        options["horizon_drop" if data["horizon_drop"] else "horizon_cap"] = None
    if options.get("maxrate") == 0xFFFF_FFFF:  # no limit
        del options["maxrate"]
    if options.get("ce_threshold") == 0xFFFF_FFFF:  # none
        del options["ce_threshold"]
    for name in NOT_TOLD:
        options.pop(name, None)
    return shown_qdisc(record, options)


NOT_TOLD = ("default_rate", "priorities", "weights", "offload_horizon")
"""What tc 6.1 does not know of."""
