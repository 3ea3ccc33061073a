"""What qdiscs count of their own, as tc(8) reads it: TCA_STATS_APP of one's making, told to it by `replay.c`."""

from __future__ import annotations

from netlynx import tc
from netlynx.schema.kinds import Code
from netlynx.tc.qdiscs import QDISC_STATISTICS
from tc.both_ways import counted

# What tc 6.1 lists (``tc -j -s qdisc``) of statistics of which each member is its place in the struct (times: so many
# milliseconds, sizes: thousands of bytes, shares: a quarter).
READ = {
    "choke": {"marked": 4, "early": 1, "pdrop": 2, "other": 3, "matched": 5},
    "codel": {
        "count": 2,
        "lastcount": 3,
        "ldelay": 4000,
        "dropping": True,
        "drop_next": 5,
        "maxpacket": 1000,
        "ecn_mark": 7,
        "drop_overlimit": 6,
        "ce_mark": 9,
    },
    "fq": {
        "flows": 9,
        "inactive": 10,
        "throttled": 4,
        "next_packet_delay": 8,
        "gc": 1,
        "highprio": 2,
        "retrans": 3,
        "latency": 12000000,
        "ce_mark": 13,
        "flows_plimit": 5,
        "pkts_too_long": 6,
        "alloc_errors": 7,
        "horizon_drops": 14,
        "horizon_caps": 15,
    },
    "fq_codel": {
        "maxpacket": 2000,
        "drop_overlimit": 3,
        "new_flow_count": 5,
        "ecn_mark": 4,
        "ce_mark": 8,
        "memory_used": 9000,
        "drop_overmemory": 10,
        "new_flows_len": 6,
        "old_flows_len": 7,
    },
    "fq_pie": {
        "pkts_in": 1,
        "overlimit": 3,
        "overmemory": 4,
        "dropped": 2,
        "ecn_mark": 5,
        "new_flow_count": 6,
        "new_flows_len": 7,
        "old_flows_len": 8,
        "memory_used": 9000,
    },
    "hhf": {"drop_overlimit": 1, "hh_overlimit": 2, "tot_hh": 3, "cur_hh": 4},
    "pie": {
        "delay": 2000,
        "avg_dq_rate": 3,
        "prob": 5.42101e-20,
        "pkts_in": 5,
        "overlimit": 7,
        "dropped": 6,
        "maxq": 8,
        "ecn_mark": 9,
    },
    "red": {"marked": 4, "early": 1, "pdrop": 2, "other": 3},
    "sfb": {
        "earlydrop": 1,
        "penaltydrop": 2,
        "bucketdrop": 3,
        "queuedrop": 4,
        "childdrop": 5,
        "marked": 6,
        "maxqlen": 7,
        "maxprob": 0.25,
        "avgprob": 0.25,
    },
}


def made_of_places(kind: str) -> dict[str, object]:
    """The JSON of such statistics, once they are read from a message."""
    cls = QDISC_STATISTICS[kind].target()
    values: dict[str, object] = {}
    for place, (name, declaration) in enumerate(cls.__declarations__.items(), 1):
        form = declaration.kind
        if form.code is Code.ARRAY:
            values[name] = [100 + place] * (form.width // form.item.width)
        elif form.quantity is not None:
            values[name] = {"Share": 0.25, "Time": place / 1000}.get(form.quantity.__name__, 1000 * place)
        else:
            values[name] = True if form.values is bool else 0 if name == "type" else place
    made = tc.Qdisc(index=1, kind=kind, statistics={"app": cls(**values)})
    return tc.Qdisc.from_bytes(made.to_bytes()).to_dict()["statistics"]["app"]


def test_tc_reads_the_same_of_what_each_kind_counts() -> None:
    assert {kind: counted(kind, made_of_places(kind)) for kind in READ} == READ
