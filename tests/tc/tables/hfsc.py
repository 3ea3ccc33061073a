"""`hfsc` and its classes. Source: tc-hfsc(7)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Class, Hfsc, HfscClass, ServiceCurve
from tc.both_ways import DEVICE, INDEX, Case, qdisc, rate, shown_class, shown_qdisc

ROOT = f"qdisc add dev {DEVICE} root handle 1: hfsc default 99"
ABOVE = f"class add dev {DEVICE} parent 1: classid 1:1 hfsc sc m2 100mbit ul m2 100mbit"


def made(words: str, data: HfscClass, *, parent: str = "1:1", **more: Any) -> Case:
    """A class 1:10 in another one."""
    record = Class(index=INDEX, handle="1:10", parent=parent, data=data)
    place = f"class add dev {DEVICE} parent {parent} classid 1:10 hfsc"
    return Case(f"{place} {words}", record, before=(ROOT, ABOVE), **more)


FIVE = ServiceCurve(m2="5mbit")
CASES = [
    qdisc("hfsc", Hfsc()),
    qdisc("hfsc default 10", Hfsc(default=":10")),
    qdisc("hfsc default ffff", Hfsc(default=":ffff")),
    made("rt m2 5mbit", HfscClass(rt=FIVE)),
    made("ls m2 5mbit", HfscClass(ls=FIVE)),
    made("ls m2 5mbit", HfscClass(ls=FIVE), parent="1:"),
    made("sc m2 5mbit", HfscClass(rt=FIVE, ls=FIVE)),
    made("rt m2 5mbit ls m2 10mbit", HfscClass(rt=FIVE, ls={"m2": "10mbit"})),
    made("ls m2 5mbit ul m2 20mbit", HfscClass(ls=FIVE, ul={"m2": "20mbit"})),
    made("rt m1 8mbit d 10ms m2 4mbit", HfscClass(rt={"m1": "8mbit", "d": "10ms", "m2": "4mbit"})),
    made("ls m1 0bit d 20ms m2 4mbit", HfscClass(ls={"m1": 0, "d": "20ms", "m2": "4mbit"})),
    made("rt d 5ms m2 1mbit", HfscClass(rt={"d": "5ms", "m2": "1mbit"})),
    made("rt umax 1500b dmax 10ms rate 1mbit", HfscClass(rt={"umax": "1500b", "dmax": "10ms", "rate": "1mbit"})),
    made("rt umax 1500b dmax 53ms rate 1mbit", HfscClass(rt={"umax": "1500b", "dmax": "53ms", "rate": "1mbit"})),
    made("rt dmax 10ms rate 8mbit", HfscClass(rt={"dmax": "10ms", "rate": "8mbit"})),
    made("rt rate 8mbit", HfscClass(rt={"rate": "8mbit"})),
    made(
        "rt m1 8mbit d 10ms m2 4mbit ls m1 16mbit d 5ms m2 8mbit ul m1 40mbit d 1s m2 20mbit",
        HfscClass(
            rt={"m1": "8mbit", "d": "10ms", "m2": "4mbit"},
            ls={"m1": "16mbit", "d": "5ms", "m2": "8mbit"},
            ul={"m1": "40mbit", "d": "1s", "m2": "20mbit"},
        ),
    ),
    made("rt m2 34gbit", HfscClass(rt={"m2": "34gbit"})),
    made("ls m2 100kbps", HfscClass(ls={"m2": "100kbps"})),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """tc 6.1 knows it in text alone."""
    if "leaf" not in record:
        minor = record["data"]["default"].lstrip(":")
        return shown_qdisc(record, {} if minor == "none" else {"text": f"default {minor}"})
    curves = record.get("data", {})
    words: list[Any] = []
    same = curves.get("rt") == curves.get("ls")
    for name in ("rt", "ls", "ul"):
        curve = curves.get(name)
        if curve is not None and not (same and name == "ls"):
            called = "sc" if same and name == "rt" else name
            words += [called, "m1", rate(curve["m1"]), "d", time(curve["d"]), "m2", rate(curve["m2"])]
    counted = record["xstats"]
    return shown_class(record, words, f"period {counted['period']} level {counted['level']}")


def time(seconds: float) -> str:
    """As tc prints it. Source: sprint_time in iproute2's lib/utils.c."""
    number = round(seconds * 1e6)
    if number >= 1_000_000:
        return f"{number / 1e6:.3g}s"
    return f"{number / 1e3:.3g}ms" if number >= 1000 else f"{number}us"
