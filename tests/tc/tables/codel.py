"""`codel` and `fq_codel`. Source: tc-codel(8), tc-fq_codel(8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from netlynx.tc import Codel, FqCodel
from tc.both_ways import options_of, qdisc, shown_qdisc

CASES = [
    qdisc("codel", Codel()),
    qdisc("codel limit 500", Codel(limit=500)),
    qdisc("codel target 4ms", Codel(target="4ms")),
    qdisc("codel interval 50ms noecn", Codel(interval="50ms", ecn=False)),
    qdisc(
        "codel limit 1000 target 4ms interval 50ms ecn ce_threshold 2ms",
        Codel(limit=1000, target="4ms", interval="50ms", ecn=True, ce_threshold="2ms"),
    ),
    qdisc("fq_codel", FqCodel()),
    qdisc("fq_codel limit 2000 quantum 300", FqCodel(limit=2000, quantum=300)),
    qdisc("fq_codel target 3ms interval 40ms noecn", FqCodel(target="3ms", interval="40ms", ecn=False)),
    qdisc("fq_codel flows 16 memory_limit 4mb", FqCodel(flows=16, memory_limit="4mb")),
    qdisc("fq_codel ce_threshold 1ms", FqCodel(ce_threshold="1ms")),
    qdisc(
        "fq_codel ce_threshold 1ms ce_threshold_selector 0x1/0x3",
        FqCodel(ce_threshold="1ms", ce_threshold_selector=1, ce_threshold_mask=3),
    ),
    qdisc(
        "fq_codel limit 1000 flows 512 quantum 300 target 4ms interval 50ms memory_limit 1mb ce_threshold 1ms ecn"
        " drop_batch 32",
        FqCodel(
            limit=1000,
            flows=512,
            quantum=300,
            target="4ms",
            interval="50ms",
            memory_limit="1mb",
            ce_threshold="1ms",
            ecn=True,
            drop_batch=32,
        ),
    ),
]

NOT_TOLD = "times are kept in 1024 nanoseconds, and told as whole microseconds, which are less"
CASES = [replace(each, not_told=NOT_TOLD) for each in CASES]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    options = options_of(record.get("data", {}), ("target", "interval", "ce_threshold"))
    if options.get("ce_threshold_mask") == 0:  # of all packets
        del options["ce_threshold_mask"], options["ce_threshold_selector"]
    return shown_qdisc(record, options)
