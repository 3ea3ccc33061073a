"""`gred`. Source: tc/q_gred.c of iproute2."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Gred, GredQueue, Qdisc
from tc.both_ways import INDEX, Case, qdisc, shown_qdisc

MADE = "qdisc add dev v0 root gred setup vqs 4 default 3 grio"


def queue(words: str, made: GredQueue) -> Case:
    """A change of a virtual queue."""
    record = Qdisc(index=INDEX, data=Gred(virtual_queues=[made]))
    return Case(f"qdisc change dev v0 root gred {words}", record, before=(MADE,))


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
    return shown_qdisc(record, {})
