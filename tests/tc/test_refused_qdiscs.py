"""What qdiscs cannot be told, or would not heed: refused by the field's name before anything is sent."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from netlynx import tc
from netlynx.errors import EncodeError
from netlynx.tc import Cake, Choke, Etf, FqCodel, FqPie, Netem, Red, Sfb, Sfq, Tbf

REFUSED: list[tuple[Any, str, str]] = [
    (Tbf(burst=1, limit=1), "rate", "say how much"),
    (Tbf(rate="1mbit", limit=1), "burst", "at once"),
    (Tbf(rate="1mbit", burst=1), "limit", "either"),
    (Tbf(rate="1mbit", burst=1, limit=1, latency="1s"), "limit", "either"),
    (Tbf(rate="1mbit", burst=1, limit=1, mtu=1), "mtu", "go together"),
    (Tbf(rate="1mbit", burst=1, limit=1, peakrate="2mbit"), "mtu", "go together"),
    (Tbf(rate="2mbit", burst=1, limit=1, peakrate="2mbit", mtu=1), "peakrate", "more than the rate, 2mbit"),
    (Tbf(rate="1mbit", burst="4gb", limit=1), "burst", "more than the kernel can be told"),
    (Tbf(rate="1mbit", burst=1, limit=1, overhead=70000), "overhead", "65535"),
    (Netem(delay="1s", delay_correlation="1%"), "delay_correlation", "without jitter"),
    (Netem(delay="1s", distribution="normal"), "distribution", "without jitter"),
    (Netem(delay="1s", jitter="3s"), "jitter", "at most"),
    (Netem(delay="1s", jitter="1s", distribution="odd"), "distribution", "no distribution 'odd'"),
    (Netem(delay="1s", jitter="1s", distribution="normal", distribution_table=[1]), "distribution", "either"),
    (Netem(loss_correlation="1%"), "loss_correlation", "without loss"),
    (Netem(ecn=True), "ecn", "without loss or loss_state"),
    (Netem(loss="1%", loss_state={"p13": "1%"}), "loss_state", "either by it or by loss"),
    (Netem(duplicate_correlation="1%"), "duplicate_correlation", "without duplicate"),
    (Netem(corrupt_correlation="1%"), "corrupt_correlation", "without corrupt"),
    (Netem(reorder="1%"), "reorder", "without delay"),
    (Netem(delay="1s", gap=5), "gap", "without reorder"),
    (Netem(cell_size=5), "cell_size", "without rate"),
    (Netem(rate="1mbit", cell_overhead=5), "cell_overhead", "without cell_size"),
    (Netem(slot_distribution="normal"), "slot_distribution", "without slot"),
    (Netem(slot={"delay": "1s", "jitter": "1s"}), "slot_distribution", "kernels do not tell which it was"),
    (Netem(slot={"min_delay": "1s"}, slot_distribution="normal"), "slot_distribution", "goes with"),
    (Netem(slot={"min_delay": "2s", "max_delay": "1s"}), "slot.max_delay", "less than min_delay"),
    (Netem(loss="101%"), "loss", "more than the kernel can be told"),
    (Netem(limit=-1), "limit", "cannot be negative"),
    (Red(average_packet=1000), "limit", "say how many bytes"),
    (Red(limit=100000), "average_packet", "on average"),
    (Red(limit=100000, average_packet=1000, nodrop=True), "nodrop", "without ecn"),
    (Red(limit=100000, average_packet=1000, harddrop=True), "harddrop", "without ecn"),
    (Red(limit=100000, average_packet=1000, min=50000, max=50000), "max", "more than min, 50000"),
    (Red(limit=100000, average_packet=1000, burst=2), "burst", "9 at least"),
    (Red(limit=100000, average_packet=1000, probability=1e-9, min=1, max=90000), "probability", "too small"),
    (Red(limit=100000, average_packet=1000, wlog=3, plog=3, scell_log=3), "wlog", "either"),
    (Red(limit=100000, wlog=3), "plog", "goes with wlog"),
    (Red(limit=100000, average_packet=1500, bandwidth="1bit"), "bandwidth", "too slow"),
    (Red(limit=100000, average_packet=1000, probability="100%"), "probability", "more than the kernel can be told"),
    (Choke(bandwidth="1mbit"), "limit", "say how many packets"),
    (Choke(limit=100), "bandwidth", "how fast"),
    (Choke(limit=100, bandwidth="1mbit", max=200), "max", "more than the limit, 100"),
    (Sfq(min=5), "min", "without red_limit"),
    (Sfb(target=0), "target", "nothing would pass"),
    (Etf(delta=5), "clock", "of which clock"),
    (Cake(raw=False), "raw", "say an overhead"),
    (Cake(rtt="5000s"), "rtt", "more than the kernel can be told"),
    (Netem(loss_state={"p13": "120%"}), "loss_state.p13", "more than the kernel can be told"),
]


def test_what_has_no_effect_or_does_not_fit_is_refused_by_name() -> None:
    wrong = []
    for data, field, said in REFUSED:
        try:
            tc.add(tc.Qdisc(index=1, data=data))
            wrong.append((data, "is sent"))
        except EncodeError as error:
            if said not in error.message or not error.path.endswith(f"data.{field}"):
                wrong.append((data, str(error)))
    assert not wrong


AROUND: list[tuple[dict[str, Any], str, str]] = [
    ({"estimator": "1s"}, "estimator", "no estimator such as"),
    ({"estimator": "1 4"}, "estimator", "has no unit"),
    ({"estimator": "9s 40s"}, "estimator", "every 250ms to 8s"),
    ({"estimator": "1s 1s"}, "estimator", "too short"),
    ({"estimator": (0, 4)}, "estimator", "every 250ms to 8s"),
    ({"size_table": {"mtu": 1500}}, "size_table.mtu", "there is no table"),
    ({"size_table": {"tsize": 16}}, "size_table.tsize", "there is no table"),
    ({"size_table": {"tsize": 40000, "mpu": 64}}, "size_table.tsize", "32767 places at most"),
    ({"size_table": {"linklayer": "adsl"}}, "size_table.linklayer", "adsl"),
]


def test_what_is_wrong_around_the_options_is_refused_by_name() -> None:
    wrong = []
    for fields, field, said in AROUND:
        try:
            tc.add(tc.Qdisc(index=1, kind="pfifo", **fields))
            wrong.append((fields, "is sent"))
        except EncodeError as error:
            if said not in error.message or not error.path.endswith(field):
                wrong.append((fields, str(error)))
    assert not wrong


def test_what_was_read_is_sent_back_though_it_has_no_effect() -> None:
    read = tc.Qdisc.from_bytes(
        tc.Qdisc(index=1, data=Netem(delay="1s", jitter="1s", delay_correlation="5%")).to_bytes()
    )
    odd = tc.Qdisc.from_bytes(read.to_bytes().replace((15625000).to_bytes(4, "little"), bytes(4)))
    assert (odd.data.jitter, odd.data.delay_correlation) == (None, 0.05)
    tc.add(odd)


def test_what_stays_as_it_was_made_with_is_no_part_of_a_change() -> None:
    for data in (FqCodel(flows=16, limit=100), FqPie(flows=16, limit=100)):
        made = tc.Qdisc(index=1, data=data)
        with pytest.raises(EncodeError, match="it stays") as caught:
            tc.change(made)
        assert caught.value.path == "Qdisc.data.flows"
        read = tc.Qdisc.from_bytes(tc.add(made).payload)
        changed = tc.change(read.replace(data=read.data.replace(limit=200)))
        assert tc.Qdisc.from_bytes(changed.payload).data == type(data)(limit=200)
        with pytest.raises(EncodeError, match="it stays"):
            tc.change(read.replace(data=read.data.replace(flows=32)))


def test_a_seed_is_for_the_same_misfortunes_again() -> None:
    assert tc.Qdisc.from_bytes(tc.add(tc.Qdisc(index=1, data=Netem(loss="1%", seed=2**63))).payload).data.seed == 2**63


def test_a_time_that_is_no_whole_number_of_ticks_is_told_in_nanoseconds_too() -> None:
    odd = tc.add(tc.Qdisc(index=1, data=Netem(delay="1us", jitter="1.5us"))).payload
    assert (1000).to_bytes(8, sys.byteorder) in odd
    assert (1500).to_bytes(8, sys.byteorder) in odd
    long = tc.Qdisc.from_bytes(tc.add(tc.Qdisc(index=1, data=Netem(delay="1000s"))).payload)
    assert long.data.delay == 1000
