"""`pie` and `fq_pie`. Source: tc-pie(8), tc-fq_pie(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import FqPie, Pie
from tc.both_ways import options_of, qdisc, shown_qdisc

CASES = [
    qdisc("pie", Pie()),
    qdisc("pie limit 500 target 10ms tupdate 20ms", Pie(limit=500, target="10ms", tupdate="20ms")),
    qdisc("pie alpha 3 beta 25 ecn", Pie(alpha=3, beta=25, ecn=True)),
    qdisc("pie bytemode dq_rate_estimator", Pie(bytemode=True, dq_rate_estimator=True)),
    qdisc("pie noecn nobytemode no_dq_rate_estimator", Pie(ecn=False, bytemode=False, dq_rate_estimator=False)),
    qdisc("fq_pie", FqPie()),
    qdisc("fq_pie limit 1000 flows 512", FqPie(limit=1000, flows=512)),
    qdisc("fq_pie target 10ms tupdate 20ms alpha 3 beta 20", FqPie(target="10ms", tupdate="20ms", alpha=3, beta=20)),
    qdisc("fq_pie quantum 1000 memory_limit 2mb ecn_prob 20", FqPie(quantum=1000, memory_limit="2mb", ecn_prob=20)),
    qdisc("fq_pie ecn bytemode dq_rate_estimator", FqPie(ecn=True, bytemode=True, dq_rate_estimator=True)),
    qdisc("fq_pie noecn nobytemode no_dq_rate_estimator", FqPie(ecn=False, bytemode=False, dq_rate_estimator=False)),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    return shown_qdisc(record, options_of(record.get("data", {}), ("target", "tupdate")))
