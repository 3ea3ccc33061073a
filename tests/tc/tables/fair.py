"""`sfb` and `hhf`. Source: tc-sfb(8), tc-hhf(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Hhf, Sfb
from tc.both_ways import Near, options_of, qdisc, shown_qdisc

CASES = [
    qdisc("sfb", Sfb()),
    qdisc("sfb limit 500", Sfb(limit=500)),
    qdisc("sfb target 15", Sfb(target=15)),
    qdisc("sfb max 17", Sfb(max=17)),
    qdisc(
        "sfb rehash 100000 db 20000 limit 1000 max 30 target 20 increment 0.001 decrement 0.0002 penalty_rate 20"
        " penalty_burst 30",
        Sfb(
            rehash="100s",
            warmup="20s",
            limit=1000,
            max=30,
            target=20,
            increment=0.001,
            decrement=0.0002,
            penalty_rate=20,
            penalty_burst=30,
        ),
    ),
    qdisc("hhf", Hhf()),
    qdisc("hhf limit 500 quantum 1000", Hhf(limit=500, quantum=1000)),
    qdisc("hhf hh_limit 1024 reset_timeout 20ms", Hhf(flows_limit=1024, reset_timeout="20ms")),
    qdisc(
        "hhf admit_bytes 100000 evict_timeout 500ms non_hh_weight 3",
        Hhf(admit_bytes=100000, evict_timeout="500ms", non_hh_weight=3),
    ),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    data = dict(record.get("data", {}))
    if record["kind"] == "hhf":
        times = ("reset_timeout", "evict_timeout")
        return shown_qdisc(record, options_of(data, times, flows_limit="hh_limit"))
    for name in ("increment", "decrement") if data else ():
        data[name] = Near(data[name], 0.5 / 0xFFFF)  # ours is the shortest decimal that means the same
    return shown_qdisc(record, options_of(data, ("rehash", "warmup"), warmup="db"))
