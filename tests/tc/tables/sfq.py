"""`sfq`. Source: tc-sfq(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Sfq
from tc.both_ways import qdisc, shown_qdisc

CASES = [
    qdisc("sfq"),
    qdisc("sfq perturb 10", Sfq(perturb=10)),
    qdisc("sfq limit 100 quantum 1514", Sfq(limit=100, quantum=1514)),
    qdisc(
        "sfq limit 500 quantum 1514 divisor 512 flows 64 depth 100 headdrop perturb 5",
        Sfq(limit=500, quantum=1514, divisor=512, flows=64, depth=100, headdrop=True, perturb=5),
    ),
    qdisc(
        "sfq redflowlimit 100000 min 8000 max 60000 depth 500 avpkt 1000 burst 20 ecn probability 0.12 headdrop",
        Sfq(
            red_limit=100000,
            min=8000,
            max=60000,
            depth=500,
            average_packet=1000,
            burst=20,
            ecn=True,
            probability="12%",
            headdrop=True,
        ),
    ),
    qdisc("sfq redflowlimit 90000 harddrop", Sfq(red_limit=90000, harddrop=True)),
]
APART = {"2[44:48]<2": "tc cuts the probability to a whole number, netlynx sends the nearest"}
HEADS = {"2": 72}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    return shown_qdisc(record, {})
