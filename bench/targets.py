"""What netlynx is to reach, one line a row; and how a row is judged.

Most rows are ratios of two contestants of the same round, so that a slower or busier machine changes little.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, replace

from . import (
    adds,
    commands,
    events,
    ip_sets,
    letters,
    links,
    memory,
    owned,
    processes,
    routes,
    scrapes,
    set_elements,
    sockets,
    tc_filters,
    transactions,
    verdicts,
)
from .measure import Samples


@dataclass(frozen=True)
class Target:
    """`value` is a contestant's own number, or divided by that of `over`; `least` turns it round: how many times as
    fast as `over`, or a number that is to be reached."""

    group: str
    row: str  # what was done
    contestant: str
    over: str  # "" for a number by itself
    bound: float
    unit: str = "×"
    least: bool = False

    @property
    def beside(self) -> str:
        """What the number is a ratio to, in words; empty for a number by itself."""
        if not self.over:
            return ""
        return f"times as fast as {self.over}" if self.least else f"against {self.over}"

    @property
    def label(self) -> str:
        return f"{self.row}, {self.beside}" if self.over else self.row


def at_most(group: str, row: str, contestant: str, over: str, bound: float, unit: str = "×") -> Target:
    return Target(group, row, contestant, over, bound, unit)


def at_least(group: str, row: str, contestant: str, over: str, bound: float, unit: str = "×") -> Target:
    return Target(group, row, contestant, over, bound, unit, least=True)


TARGETS = (
    at_most("routes-100", "100 routes to columns", routes.COLUMNS, routes.NULL, 2),
    at_most("routes-100", "100 routes to records, kept", routes.KEPT, routes.NULL, 2),
    at_most("routes-100", "100 routes to records, streamed", routes.STREAMED, routes.NULL, 2),
    at_most("routes-10000", "10,000 routes to columns", routes.COLUMNS, routes.NULL, 1.4),
    at_most("routes-10000", "10,000 routes to records, kept", routes.KEPT, routes.NULL, 1.6),
    at_most("routes-10000", "10,000 routes to records, streamed", routes.STREAMED, routes.NULL, 1.5),
    at_most("routes", "routes to columns", routes.COLUMNS, routes.NULL, 1.2),
    at_most("routes", "routes to records, kept", routes.KEPT, routes.NULL, 1.25),
    at_most("routes", "routes to records, streamed", routes.STREAMED, routes.NULL, 1.15),
    at_most("routes", "routes to records, kept", routes.KEPT, routes.IP, 0.45),
    at_least("routes", "routes to records, kept", routes.KEPT, routes.PYROUTE2, 150),
    at_most("routes", "routes counted", routes.COUNT, routes.NULL, 1.05),
    at_most("routes", "routes filtered", routes.FILTER, routes.NULL, 1.10),
    at_most("routes-one-core", "one core: routes to columns", routes.COLUMNS, routes.NULL, 1.45),
    at_most("routes-one-core", "one core: routes to records, kept", routes.KEPT, routes.NULL, 2),
    at_most("routes-one-core", "one core: routes to records, streamed", routes.STREAMED, routes.NULL, 1.7),
    at_most("routes-large", "1M routes to columns", routes.COLUMNS, routes.NULL, 1.15),
    at_most("routes-large", "1M routes to records, kept", routes.KEPT, routes.NULL, 1.45),
    at_most("routes-large", "1M routes to records, kept", routes.KEPT, routes.MEMORY, 1.45),
    at_most("routes-large", "1M routes to records, streamed", routes.STREAMED, routes.NULL, 1.45),
    at_most("routes-large", "1M routes counted", routes.COUNT, routes.NULL, 1.10),
    at_most("routes-large", "1M routes filtered", routes.FILTER, routes.NULL, 1.10),
    at_most("mixed", "mixed routes to records, kept", routes.KEPT, routes.NULL, 1.8),
    at_most("links", "links to records, kept", routes.KEPT, routes.NULL, 1.35),
    at_most("links", "links to records, kept", routes.KEPT, links.IP, 1),
    at_most("request", "do of one link", links.SYNC, links.DECODED, 2),
    at_most("request", "await do of one link", links.ASYNC, links.DECODED, 2.2),
    at_least("adds", "routes added in a batch", adds.BATCH, adds.IP, 3),
    at_least("adds", "routes added in a batch", adds.BATCH, adds.WRITER, 0.8),
    at_least("events", "events drained", events.DRAINED, "", 300_000, "/s"),
    at_most("events", "events lost at 150,000/s", events.LOST, "", 0, ""),
    at_most("processes", "events of processes not counted", processes.UNCOUNTED, "", 0, ""),
    at_most("flows", "flows to columns", routes.COLUMNS, routes.NULL, 1.25),
    at_most("flows", "flows to records, kept", routes.KEPT, routes.NULL, 1.8),
    at_most("ovs-flows", "flows of Open vSwitch to columns", routes.COLUMNS, routes.NULL, 2),
    at_most("ovs-flows", "flows of Open vSwitch to records, kept", routes.KEPT, routes.NULL, 2),
    at_most("sockets", "TCP sockets to columns", routes.COLUMNS, routes.NULL, 1.3),
    at_most("sockets", "TCP sockets to records, kept", routes.KEPT, routes.NULL, 1.8),
    at_most("sockets", "TCP sockets of one port", sockets.PORT, sockets.SS, 1.2),
    at_most("sockets-json", "TCP sockets as JSON", owned.JSON, owned.SS, 0.5),
    at_least("sockets-owners", "TCP sockets and their processes", owned.OWNED, owned.PSUTIL, 2),
    at_most("nft-elements", "elements added", set_elements.ADDED, set_elements.NFT, 1),
    at_most("nft-list", "elements to columns", routes.COLUMNS, routes.NULL, 1.3),
    at_most("nft-list", "elements to columns", routes.COLUMNS, set_elements.LISTED, 0.25),  # docs/bench.md: why
    at_most("nft-one", "one element added to many", set_elements.ONE, set_elements.C_ONE, 1.5),
    at_most("nft-memory", "peak memory: elements added", set_elements.PEAK, "", 60, "MB"),
    at_most("ipset", "entries added", ip_sets.ADDED, ip_sets.RESTORE, 1),
    at_most("ipset-list", "entries to columns", routes.COLUMNS, ip_sets.SAVE, 0.7),
    at_most("bridge-vlans", "VLANs of ports to records, kept", routes.KEPT, routes.NULL, 1.5),
    at_most("bridge-vlans", "VLANs of ports to columns", routes.COLUMNS, routes.NULL, 1.5),
    at_most("tc-filters", "filters added in a batch", tc_filters.BATCH, tc_filters.KERNEL, 1.4),  # docs/bench.md: why
    at_most("tc-filters-list", "filters to records, kept", routes.KEPT, routes.NULL, 1.8),
    at_most("tc-filters-list", "filters to records, kept", routes.KEPT, tc_filters.TC_LIST, 0.5),  # docs/bench.md: why
    at_most("tc-filters-list", "filters to columns", routes.COLUMNS, routes.NULL, 2),
    at_least("tc-flower", "filters of flower added in a batch", tc_filters.BATCH, tc_filters.TC_BATCH, 3),
    at_most("tc-flower-list", "filters of flower to records, kept", routes.KEPT, routes.NULL, 1.8),
    at_most("tc-flower-list", "filters of flower to records, kept", routes.KEPT, tc_filters.TC_LIST, 0.3),
    at_least("verdicts", "verdicts on queued packets", verdicts.NETLYNX, verdicts.C, 0.5),
    at_least("verdicts", "verdicts, many together", verdicts.NETLYNX_TOGETHER, verdicts.C_TOGETHER, 0.5),
    at_least("nft-transactions", "elements added one by one", transactions.DO, "", 5_000, "/s"),
    at_least("letters", "letters of 64 bytes", letters.BYTES, "", 400_000, "/s"),
    at_least("letters", "letters of 64 bytes as records", letters.RECORDS, "", 200_000, "/s"),
    at_most("json", "netlynx routes --json", commands.JSON, commands.IP, 0.8),
    at_most("scrapes", "a scrape of links, CPU time", scrapes.OURS, scrapes.NODE, 0.3),
    at_most("memory", "peak memory: columns", memory.COLUMNS, "", 60, "MB"),
    at_most("memory", "peak memory: records, kept", memory.KEPT, "", 220, "MB"),
    at_most("memory", "peak memory: streamed", memory.STREAMED, "", 40, "MB"),
    at_most("start", "import netlynx", commands.IMPORT, "", 55, "ms"),
    at_most("start", "netlynx --version", commands.VERSION, "", 70, "ms"),
)


NANOSECONDS = {"ns": 1.0, "µs": 1e3}
ANY_DUMP = 3.0  # MB
PYTHON_START = 15.0  # ms


@dataclass(frozen=True)
class Outcome:
    """A row as it was measured: median and quartiles, or why there is nothing."""

    target: Target
    median: float = 0.0
    low: float = 0.0
    high: float = 0.0
    missing: str = ""
    kernel: float = 0.0  # nanoseconds that the kernel takes by itself for ...
    each: str = ""  # ... one of these, where the row is a ratio to that

    @property
    def used(self) -> float:
        """How much of what the target allows was used: up to 1 it is held."""
        if self.missing:
            return float("inf")
        if self.target.least:
            return self.target.bound / self.median if self.median else float("inf")
        if not self.target.bound:
            return 0.0 if self.median == 0 else float("inf")
        return self.median / self.target.bound

    @property
    def held(self) -> bool:
        return not self.missing and self.used <= 1


def judge(target: Target, samples: Samples) -> Outcome:
    for name in (target.contestant, target.over):
        if name in samples.missing:
            return Outcome(target, missing=samples.missing[name])
    values = samples.values[target.contestant]
    kernel, each = 0.0, ""
    if target.over:
        if target.over == samples.yardstick and samples.each:
            scale = NANOSECONDS[samples.unit.partition("/")[0]]
            kernel, each = scale * statistics.median(samples.values[target.over]), samples.each
        pairs = list(zip(values, samples.values[target.over], strict=False))
        values = [over / own if target.least else own / over for own, over in pairs]
    return Outcome(target, *spread(values), kernel=kernel, each=each)


def spread(values: list[float]) -> tuple[float, float, float]:
    """Median, lower and upper quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high


def absent(group: str, reason: str) -> Samples:
    """A group that this machine cannot measure: its rows say why."""
    names = dict.fromkeys(target.contestant for target in TARGETS if target.group == group)
    return Samples(group, f"{group}: not measured", "", missing=dict.fromkeys(names, reason))


def judge_all(groups: Mapping[str, Samples]) -> list[Outcome]:
    return [judge(target, groups[target.group]) for target in TARGETS if target.group in groups]


def eased(outcome: Outcome, samples: Samples, routes_measured: int) -> Outcome:
    """An outcome with the bound that fits a smaller table, or a slower machine.

    The memory of columns and kept records is for a million routes; with fewer, what any dump takes is no longer next to
    nothing. Milliseconds to start are for a machine on which Python itself takes PYTHON_START of them.
    """
    target, bound = outcome.target, outcome.target.bound
    if target.group == "memory" and target.contestant != memory.STREAMED and routes_measured < 1_000_000:
        bound = bound * routes_measured / 1_000_000 + ANY_DUMP
    if target.group == "start" and not outcome.missing:
        bound *= max(1.0, statistics.median(samples.values[commands.PYTHON]) / PYTHON_START)
    return replace(outcome, target=replace(target, bound=bound))
