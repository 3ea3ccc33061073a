"""`red` and `choke`. Source: tc-red(8), tc-choke(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Choke, Red
from tc.both_ways import near, qdisc, shown_qdisc

CASES = [
    qdisc("red limit 400000 avpkt 1000", Red(limit=400000, average_packet=1000)),
    qdisc(
        "red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn adaptive bandwidth 10mbit probability 0.05",
        Red(
            limit=400000,
            min=30000,
            max=90000,
            average_packet=1000,
            burst=55,
            ecn=True,
            adaptive=True,
            bandwidth="10mbit",
            probability="5%",
        ),
    ),
    qdisc(
        "red limit 60kb min 15kb avpkt 500 burst 50 bandwidth 1mbit harddrop ecn",
        Red(limit="60kb", min="15kb", average_packet=500, burst=50, bandwidth="1mbit", harddrop=True, ecn=True),
    ),
    qdisc(
        "red limit 300000 max 60000 avpkt 1200 bandwidth 100mbit ecn nodrop",
        Red(limit=300000, max=60000, average_packet=1200, bandwidth="100mbit", ecn=True, nodrop=True),
    ),
    qdisc(
        "red limit 400000 avpkt 1000 qevent early_drop block 10 qevent mark block 11",
        Red(limit=400000, average_packet=1000, early_drop_block=10, mark_block=11),
        only_sent="tc makes no device with the blocks",
    ),
    qdisc("choke limit 1000 bandwidth 10mbit", Choke(limit=1000, bandwidth="10mbit")),
    qdisc(
        "choke limit 900 bandwidth 1mbit min 80 max 240 burst 100 ecn probability 0.1",
        Choke(limit=900, bandwidth="1mbit", min=80, max=240, burst=100, ecn=True, probability=0.1),
    ),
    qdisc("choke limit 60 bandwidth 10mbit max 50", Choke(limit=60, bandwidth="10mbit", max=50)),
]
APART = {"2.3[0:4]<2": "tc cuts the probability to a whole number, netlynx sends the nearest"}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    data = record["data"]
    options = {name: data[name] for name in ("limit", "min", "max")}
    options |= {name: data.get(name, False) for name in ("ecn", "harddrop", "adaptive", "nodrop")}
    options |= {"ewma": data["wlog"], "probability": near(data["probability"]), "Scell_log": data["scell_log"]}
    blocks = [
        {"kind": kind, "block": data[name]}
        for kind, name in (("early_drop", "early_drop_block"), ("mark", "mark_block"))
        if name in data
    ]
    if blocks:
        options["qevents"] = blocks
    return shown_qdisc(record, options)
