"""`drr`, `qfq` and `ets`. Source: tc-drr(8), tc-qfq(8), tc-ets(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Class, Drr, DrrClass, Ets, EtsClass, Qfq, QfqClass
from tc.both_ways import DEVICE, INDEX, Case, Near, qdisc, shown_class, shown_qdisc


def made(words: str, data: Any, verb: str = "add", root: str = "") -> Case:
    """A class 1:1 in the qdisc."""
    kind = words.split()[0]
    before = f"qdisc add dev {DEVICE} root handle 1: {root or kind}"
    record = Class(index=INDEX, handle="1:1", parent="1:", data=data)
    return Case(f"class {verb} dev {DEVICE} parent 1: classid 1:1 {words}", record, before=(before,))


CASES = [
    qdisc("drr", Drr()),
    made("drr", DrrClass()),
    made("drr quantum 600", DrrClass(quantum=600)),
    made("drr quantum 3k", DrrClass(quantum="3k")),
    made("drr quantum 1mb", DrrClass(quantum="1mb")),
    qdisc("qfq", Qfq()),
    made("qfq", QfqClass()),
    made("qfq weight 1", QfqClass(weight=1)),
    made("qfq weight 1024", QfqClass(weight=1024)),
    made("qfq maxpkt 512", QfqClass(max_packet=512)),
    made("qfq weight 10 maxpkt 65536", QfqClass(weight=10, max_packet="64kb")),
    qdisc("ets bands 1", Ets(bands=1)),
    qdisc("ets bands 3", Ets(bands=3)),
    qdisc("ets strict 3", Ets(strict=3)),
    qdisc("ets bands 8 strict 3", Ets(bands=8, strict=3)),
    qdisc("ets quanta 3500 3000 2500", Ets(quanta=[3500, 3000, 2500])),
    qdisc("ets strict 2 quanta 5000 1000", Ets(strict=2, quanta=[5000, 1000])),
    qdisc("ets bands 5 strict 1 quanta 5000 1000", Ets(bands=5, strict=1, quanta=[5000, 1000])),
    qdisc("ets strict 3 priomap 0 1 2 0 1 2", Ets(strict=3, priorities=[0, 1, 2, 0, 1, 2])),
    qdisc(
        "ets bands 16 strict 8 quanta 1 2 3 4 5 6 7 8 priomap 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0",
        Ets(bands=16, strict=8, quanta=range(1, 9), priorities=range(15, -1, -1)),
    ),
    made("ets", EtsClass(), "change", "ets quanta 3500 3000"),
    made("ets quantum 1500", EtsClass(quantum=1500), "change", "ets quanta 3500 3000"),
]

REPLAYED = False  # tc lists no ets without its map, which it need not send


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """Of classes as text."""
    data = record.get("data") or {}
    if "leaf" not in record:
        if record["kind"] != "ets":
            return shown_qdisc(record, {})
        options = {"bands": data["bands"], "strict": data.get("strict"), "quanta": data.get("quanta")}
        return shown_qdisc(
            record, {key: each for key, each in {**options, "priomap": data["priorities"]}.items() if each}
        )
    if record["kind"] == "drr":
        return shown_class(record, ["quantum", Near(data["quantum"], 50)], "deficit 0b")
    if record["kind"] == "qfq":
        return shown_class(record, ["weight", str(data["weight"]), "maxpkt", str(data["max_packet"])])
    return shown_class(record, ["quantum", str(data["quantum"])])
