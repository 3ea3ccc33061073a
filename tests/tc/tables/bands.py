"""`prio` and `multiq`. Source: tc-prio(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Multiq, Prio
from tc.both_ways import qdisc, shown_qdisc

ALL = (1, 2, 2, 0, 0, 1, 2, 0, 1, 1, 1, 2, 2, 2, 0, 0)
QUEUES = 4
CASES = [
    qdisc("prio", Prio()),
    qdisc("prio bands 3", Prio(bands=3)),
    qdisc("prio bands 5", Prio(bands=5)),
    qdisc("prio bands 16", Prio(bands=16)),
    qdisc("prio priomap 2 2 1 1", Prio(priorities=(2, 2, 1, 1))),
    qdisc("prio bands 4 priomap 3 3 3 0", Prio(bands=4, priorities=(3, 3, 3, 0))),
    qdisc(f"prio bands 3 priomap {' '.join(map(str, ALL))}", Prio(bands=3, priorities=ALL)),
    qdisc(
        "prio bands 2 priomap 1 1 1 1 1 1 0 0 1 1 1 1 1 1 1 1",
        Prio(bands=2),
    ),
    qdisc("multiq", Multiq(), apart={"2[0:4]": "nobody looks at it, and tc writes what lies in its memory"}),
]
REPLAYED = False  # tc makes a mode of the empty nest that it sends, which no kernel tells
APART = {"2[20:24]": "an empty nest, at which no kernel looks since 2.6.29"}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """tc 6.1 knows multiq in text alone."""
    data = record["data"]
    if record["kind"] == "multiq":
        return shown_qdisc(record, {"text": f"bands {data['bands']}/{data['max_bands']}"})
    return shown_qdisc(record, {"bands": data["bands"], "multiqueue": False, "priomap": data["priorities"]})
