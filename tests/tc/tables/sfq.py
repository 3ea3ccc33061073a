"""`sfq`. Source: tc-sfq(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Sfq
from tc.both_ways import near, qdisc, shown_qdisc

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
    data = record.get("data")
    if data is None:
        return shown_qdisc(record, {})
    options = {name: data.get(name, 0) for name in ("limit", "quantum", "flows", "divisor")}
    options |= {name: data[name] for name in ("perturb", "depth", "headdrop") if data.get(name)}
    if "wlog" in data:
        flags = {name: data.get(name, False) for name in ("ecn", "harddrop")}
        options |= {"ewma": data["wlog"], "min": data["min"], "max": data["max"], **flags}
        options |= {"probability": near(data["probability"]), "adaptive": False, "nodrop": False}
        names = ("prob_mark", "prob_mark_head", "prob_drop", "forced_mark", "forced_mark_head", "forced_drop")
        options |= {name: data.get("statistics", {}).get(name, 0) for name in names}
    return shown_qdisc(record, options)
