"""`mqprio` and `mq`. Source: tc-mqprio(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Mq, Mqprio
from tc.both_ways import at_root, shown_qdisc

QUEUES = 4
NO_DEVICE = "a device that makes traffic classes itself"
CASES = [
    at_root("mq", Mq()),
    at_root("mqprio", Mqprio(), only_sent=NO_DEVICE),
    at_root("mqprio num_tc 4 map 0 1 2 3", Mqprio(classes=4, priorities=[0, 1, 2, 3]), only_sent=NO_DEVICE),
    at_root(
        "mqprio num_tc 2 map 0 1 queues 1@0 1@1 hw 0",
        Mqprio(classes=2, priorities=[0, 1], queues=["1@0", "1@1"], hardware=False),
    ),
    at_root(
        "mqprio num_tc 3 map 2 2 1 0 2 2 2 2 2 2 2 2 2 2 2 2 queues 1@0 1@1 2@2 hw 0",
        Mqprio(classes=3, priorities=[2, 2, 1, 0, *[2] * 12], queues=["1@0", "1@1", "2@2"], hardware=False),
    ),
    at_root(
        "mqprio num_tc 1 map 0 queues 4@0 hw 0",
        Mqprio(classes=1, priorities=[0], queues=[{"count": 4, "offset": 0}], hardware=False),
    ),
    at_root(
        "mqprio num_tc 4 map 0 1 2 3 queues 1@0 1@1 1@2 1@3 hw 1 mode channel",
        Mqprio(classes=4, priorities=[0, 1, 2, 3], queues=["1@0", "1@1", "1@2", "1@3"], mode="channel"),
        only_sent=NO_DEVICE,
    ),
    at_root(
        "mqprio num_tc 2 map 0 1 queues 1@0 1@1 hw 1 mode channel shaper bw_rlimit min_rate 1gbit 2gbit",
        Mqprio(
            classes=2,
            priorities=[0, 1],
            queues=["1@0", "1@1"],
            mode="channel",
            shaper="bw_rlimit",
            min_rates=["1gbit", "2gbit"],
        ),
        only_sent=NO_DEVICE,
        apart={"2.3": "tc adds rates of 0 up to the 16th, at which nobody looks"},
    ),
    at_root(
        "mqprio num_tc 2 map 0 1 queues 1@0 1@1 hw 1 mode channel shaper bw_rlimit"
        " min_rate 1gbit 2gbit max_rate 4gbit 50gbit",
        Mqprio(
            classes=2,
            priorities=[0, 1],
            queues=["1@0", "1@1"],
            hardware=True,
            mode="channel",
            shaper="bw_rlimit",
            min_rates=["1gbit", "2gbit"],
            max_rates=["4gbit", "50gbit"],
        ),
        only_sent=NO_DEVICE,
        apart=dict.fromkeys(("2.3", "2.4"), "tc adds rates of 0 up to the 16th, at which nobody looks"),
    ),
]
HEADS = {"2": 84}


class Either:
    """One of two things."""

    def __init__(self, *these: Any) -> None:
        self.these = these

    def __eq__(self, other: object) -> bool:
        return other in self.these

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return " or ".join(map(repr, self.these))


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """Of the queues of a class tc says the first and the last; a mode where there is anything behind the struct."""
    made = shown_qdisc(record, {})
    if record["kind"] == "mq":
        return made
    data = record["data"]
    queues = [[each["offset"], (each["offset"] + each["count"] - 1) & 0xFFFF_FFFF] for each in data["queues"]]
    options = {"tc": data["classes"], "map": data["priorities"], "queues": queues}
    more = {"mode": data.get("mode", "dcb"), "shaper": data.get("shaper", "dcb")}
    for name in ("min_rates", "max_rates"):
        if name in data:
            more[name[:-1]] = [each // 8 for each in data[name]]
    made["options"] = Either(options | more) if "mode" in data else Either(options, options | more)
    return made
