"""`gred`. Source: tc/q_gred.c of iproute2."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Gred, GredQueue, Qdisc
from tc.both_ways import INDEX, Case, near, qdisc, shown_qdisc

MADE = "qdisc add dev v0 root handle 1: gred setup vqs 4 default 3 grio"


def queue(words: str, made: GredQueue) -> Case:
    """A change of a virtual queue."""
    record = Qdisc(index=INDEX, handle="1:", data=Gred(virtual_queues=[made]))
    return Case(f"qdisc change dev v0 root handle 1: gred {words}", record, before=(MADE,))


CASES = [
    qdisc("gred setup DPs 4 default 3", Gred(queues=4, default=3)),
    qdisc(
        "gred setup vqs 16 default 0 grio limit 60kb ecn harddrop",
        Gred(queues=16, default=0, grio=True, limit="60kb", ecn=True, harddrop=True),
    ),
    queue(
        "limit 60KB min 15KB max 25KB burst 20 avpkt 1000 bandwidth 10Mbit DP 1 probability 0.02 prio 3",
        GredQueue(
            dp=1,
            limit="60kb",
            min="15kb",
            max="25kb",
            burst=20,
            average_packet=1000,
            bandwidth="10mbit",
            probability="2%",
            priority=3,
        ),
    ),
    queue(
        "limit 60KB min 15KB max 45KB avpkt 1000 vq 2 ecn",
        GredQueue(dp=2, limit="60kb", min="15kb", max="45kb", average_packet=1000, ecn=True),
    ),
]
APART = {"2.4[0:4]<2": "tc cuts the probability to a whole number, netlynx sends the nearest"}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    data = record["data"]
    flags = ("ecn", "harddrop", "adaptive", "nodrop")
    options = {"dp_cnt": data["queues"], "dp_default": data["default"], "grio": data.get("grio", False)}
    options |= {name: data.get(name, False) for name in flags}
    options |= {"limit": data["limit"], "vqs": [queue_shown(each) for each in data.get("virtual_queues", [])]}
    return shown_qdisc(record, options)


def queue_shown(data: dict[str, Any]) -> dict[str, Any]:
    """What tc lists of a virtual queue."""
    flags = ("ecn", "harddrop", "adaptive", "nodrop")
    made = {"vq": data["dp"], "prio": data["priority"], "ewma": data["wlog"], "Scell_log": data["scell_log"]}
    made |= {name: data[name] for name in ("limit", "min", "max")}
    made |= {name: data.get(name, False) for name in flags}
    made |= {"qave": data["average"], "probability": near(data["probability"])}
    names = ("backlog", "bytes", "packets", "prob_drop", "prob_mark", "forced_drop", "forced_mark", "pdrop", "other")
    return made | {name: data["counted"].get(name, 0) for name in names}  # newer kernels do not tell of all


REPLAYED = False  # tc sends one queue at a time, and a kernel tells all
