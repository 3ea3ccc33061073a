"""`taprio`. Source: tc-taprio(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Taprio
from tc.both_ways import at_root, shown_qdisc

QUEUES = 4
NO_DEVICE = "a device that keeps schedules itself"
CASES = [
    at_root(
        "taprio num_tc 2 map 0 1 queues 1@0 1@1 sched-entry S 01 300000 clockid CLOCK_TAI",
        Taprio(
            classes=2,
            priorities=[0, 1],
            queues=["1@0", "1@1"],
            steps=[{"command": "set_gates", "gates": 1, "interval": "300us"}],
            clock="tai",
        ),
    ),
    at_root(
        "taprio num_tc 3 map 2 2 1 0 2 2 2 2 2 2 2 2 2 2 2 2 queues 1@0 1@1 2@2 base-time 1528743495910289987"
        " sched-entry S 01 300000 sched-entry S 02 300000 sched-entry S 04 400000 clockid CLOCK_TAI",
        Taprio(
            classes=3,
            priorities=[2, 2, 1, 0, *[2] * 12],
            queues=["1@0", "1@1", "2@2"],
            base_time=1528743495910289987,
            steps=[
                {"command": "set_gates", "gates": 1 << each, "interval": time}
                for each, time in enumerate(("300us", "300us", "400us"))
            ],
            clock="tai",
        ),
    ),
    at_root(
        "taprio num_tc 2 map 0 1 queues 1@0 1@1 base-time 1000 cycle-time 1000000 cycle-time-extension 1000"
        " sched-entry S 3 500000 clockid MONOTONIC",
        Taprio(
            classes=2,
            priorities=[0, 1],
            queues=["1@0", "1@1"],
            base_time=1000,
            cycle_time="1ms",
            cycle_time_extension="1us",
            steps=[{"command": "set_gates", "gates": 3, "interval": "500us"}],
            clock="monotonic",
        ),
    ),
    at_root(
        "taprio num_tc 2 map 0 1 queues 1@0 1@1 sched-entry S 3 500000 flags 0x1 txtime-delay 200000 clockid CLOCK_TAI",
        Taprio(
            classes=2,
            priorities=[0, 1],
            queues=["1@0", "1@1"],
            steps=[{"command": "set_gates", "gates": 3, "interval": "500us"}],
            flags="txtime_assist",
            txtime_delay="200us",
            clock="tai",
        ),
    ),
    at_root(
        "taprio num_tc 2 map 0 1 queues 1@0 1@1 sched-entry S 3 500000 flags 0x2",
        Taprio(
            classes=2,
            priorities=[0, 1],
            queues=["1@0", "1@1"],
            steps=[{"command": "set_gates", "gates": 3, "interval": "500us"}],
            flags="full_offload",
        ),
        only_sent=NO_DEVICE,
    ),
    at_root(
        "taprio num_tc 1 map 0 queues 4@0 sched-entry S 1 500000 clockid REALTIME",
        Taprio(
            classes=1,
            priorities=[0],
            queues=["4@0"],
            steps=[{"command": "set_gates", "gates": 1, "interval": "500us"}],
            clock="realtime",
        ),
    ),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """Times are nanoseconds."""
    data = record["data"]
    options: dict[str, Any] = {
        "tc": data["classes"],
        "map": data["priorities"],
        "queues": [{"offset": each["offset"], "count": each["count"]} for each in data["queues"]],
    }
    options["clockid"] = data["clock"].upper() if "clock" in data else "invalid"
    if "flags" in data:
        printed = {"txtime-assist": "0x1", "full-offload": "0x2"}
        options["flags"] = printed[data["flags"][0]]
    if "txtime_delay" in data:
        options["txtime_delay"] = round(data["txtime_delay"] * 1e9)
    for name in ("base_time", "cycle_time", "cycle_time_extension"):
        options[name] = data.get(name, 0) if name == "base_time" else round(data.get(name, 0) * 1e9)
    options["schedule"] = [
        {
            "index": each.get("index", 0),
            "cmd": "S",
            "gatemask": f"{each['gates']:#x}",
            "interval": round(each["interval"] * 1e9),
        }
        for each in data["steps"]
    ]
    return shown_qdisc(record, options)
