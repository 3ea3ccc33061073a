"""Size tables and rate estimators, of any qdisc. Source: tc-stab(8), tc/m_estimator.c of iproute2."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Fifo, Qdisc, RateEstimator, SizeTable
from tc.both_ways import INDEX, Case, shown_qdisc


def fifo(words: str, **more: Any) -> Case:
    """A queue of 30 packets with more than that."""
    record = Qdisc(index=INDEX, handle="1:", data=Fifo(limit=30), kind="pfifo", **more)
    not_told = "how a rate is estimated" if "estimator" in more else ""
    return Case(f"qdisc add dev v0 root handle 1: {words} pfifo limit 30", record, not_told=not_told)


CASES = [
    fifo("stab overhead 4", size_table=SizeTable(overhead=4)),
    fifo("stab overhead -8 linklayer ethernet", size_table=SizeTable(overhead=-8, linklayer="ethernet")),
    fifo("stab linklayer atm overhead 10", size_table=SizeTable(linklayer="atm", overhead=10)),
    fifo("stab linklayer atm", size_table={"linklayer": "atm"}),
    fifo(
        "stab mtu 1500 tsize 256 mpu 64 overhead 14 linklayer ethernet",
        size_table=SizeTable(mtu=1500, tsize=256, mpu=64, overhead=14, linklayer="ethernet"),
    ),
    fifo("stab mtu 65535 tsize 128 mpu 100", size_table=SizeTable(mtu=65535, tsize=128, mpu=100)),
    fifo("stab mtu 4194304 tsize 32 linklayer atm", size_table=SizeTable(mtu="4mb", tsize=32, linklayer="atm")),
    fifo("estimator 1s 4s", estimator="1s 4s"),
    fifo("estimator 250ms 500ms", estimator=("250ms", 0.5)),
    fifo("estimator 8s 100s", estimator="8s 100s"),
    fifo("estimator 3s 60s", estimator={"interval": 2, "ewma_log": 4}),
    fifo(
        "stab overhead 4 estimator 500ms 2s",
        size_table=SizeTable(overhead=4),
        estimator=RateEstimator(interval=-1, ewma_log=2),
    ),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    made = shown_qdisc(record, record["data"])
    if "rate" in record["statistics"]:  # of nothing that passed
        made |= {"rate": record["statistics"]["rate"]["bps"], "pps": record["statistics"]["rate"]["pps"]}
    if "size_table" in record:
        made["stab"] = record["size_table"]
    return made
