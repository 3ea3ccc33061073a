"""`police`. Source: tc-police(8)."""

from __future__ import annotations

from netlynx import tc
from tc.actions_as_tc import shown_action
from tc.tables.actions import ONE, action

TABLE = "the rate table, which no kernel reads"
APART = {f"{ONE}.2": TABLE, f"{ONE}.3": TABLE}

WIDE = {f"{ONE}.1[12:16]": "tc 6.1 cuts how long a burst takes to whole microseconds"}


shown = shown_action
CASES = [
    action("police rate 1mbit burst 10k", tc.Police(rate="1mbit", burst="10k")),
    action("police rate 1mbit burst 1mb", tc.Police(rate="1mbit", burst="1mb")),
    action("police rate 1mbit burst 10k drop", tc.Police(rate="1mbit", burst="10k", exceed="drop")),
    action(
        "police rate 1mbit burst 10k conform-exceed drop/pipe",
        tc.Police(rate="1mbit", burst="10k", exceed="drop", conform="pipe"),
    ),
    action(
        "police rate 1mbit burst 10k conform-exceed pipe/continue",
        tc.Police(rate="1mbit", burst="10k", exceed="pipe", conform="continue"),
    ),
    action(
        "police rate 1mbit burst 10k mtu 2kb peakrate 2mbit index 3",
        tc.Police(rate="1mbit", burst="10k", mtu="2kb", peakrate="2mbit", index=3),
    ),
    action(
        "police rate 8mbit burst 10k mpu 64 overhead 14 linklayer atm",
        tc.Police(rate="8mbit", burst="10k", mpu=64, overhead=14, linklayer="atm"),
    ),
    action("police rate 100gbit burst 10mb", tc.Police(rate="100gbit", burst="10mb"), apart=WIDE),
    action(
        "police rate 40gbit burst 1g peakrate 50gbit mtu 1500",
        tc.Police(rate="40gbit", burst="1g", peakrate="50gbit", mtu=1500),
        apart=WIDE,
    ),
    action("police avrate 1mbit continue", tc.Police(average_rate="1mbit", exceed="continue")),
    action(
        "police pkts_rate 1000 pkts_burst 100 conform-exceed drop/pass",
        tc.Police(packet_rate=1000, packet_burst=100, exceed="drop"),
    ),
    action("police mtu 1500 drop", tc.Police(mtu=1500, exceed="drop")),
]
