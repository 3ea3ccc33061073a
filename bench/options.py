"""How much is measured, and how often."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    routes: int = 100_000
    large: int = 1_000_000  # 0: leave the large table out
    listed: int = 100_000  # routes as JSON: so many, always, as with fewer it is the start of Python that is measured
    mixed: int = 20_000
    links: int = 1_000
    requests: int = 2_000  # a round
    adds: int = 100_000
    burst: int = 6_000  # events that wait in the queue before they are drained
    stream: int = 450_000  # events at EVENT_RATE
    letters: int = 200_000
    transactions: int = 10_000  # single changes of nftables
    flows: int = 100_000
    ovs_flows: int = 10_000
    elements: int = 100_000  # of a set of nftables
    sockets: int = 50_000  # of TCP; half of them connect to the others
    listed_sockets: int = 50_000  # as JSON: with few it is the start of Python that is measured
    ports: int = 100  # of a bridge, each in all VLANs
    filters: int = 10_000  # of traffic control, with an action each
    singles: int = 500  # elements added one by one, a round
    forks: int = 20_000  # processes that are made and end
    packets: int = 20_000  # that wait for a verdict
    rounds: int = 25  # the machine's own noise is larger than what is to be told apart
    few_rounds: int = 9  # of what takes seconds


SHORT = Options(
    routes=20_000,
    large=0,
    mixed=5_000,
    links=200,
    requests=500,
    adds=10_000,
    burst=4_000,
    stream=75_000,
    letters=50_000,
    transactions=2_000,
    flows=5_000,
    ovs_flows=2_000,
    elements=25_000,
    sockets=4_000,
    listed_sockets=20_000,
    ports=10,
    filters=4_000,
    forks=2_000,
    packets=5_000,
    rounds=7,
    few_rounds=3,
)
"""What a CI run has time for."""
