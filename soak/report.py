"""The tables at the end."""

from __future__ import annotations

from collections.abc import Sequence

from .listener import Listener
from .resources import Resources
from .tally import Tally

_WIDTH = 54


def show(tally: Tally, listeners: Sequence[Listener], resources: Resources, seconds: float) -> None:
    """Print them; the whole took some seconds."""
    _head("what was done", "")
    _line("seconds", round(seconds))
    for name, number in sorted(tally.counts.items()):
        _line(name, number)

    _head("losses, by subscription", "heard", "overruns", "reported", "found")
    for each in listeners:
        _line(each.name, each.ledger.heard, each.ledger.overruns, each.dropped, each.ledger.missed)
    _line(
        "all",
        sum(each.ledger.heard for each in listeners),
        sum(each.ledger.overruns for each in listeners),
        sum(each.dropped for each in listeners),
        sum(each.ledger.missed for each in listeners),
    )

    _head("latencies, ms", "times", "p50", "p99", "max")
    for name, times in sorted(tally.latencies.items()):
        milliseconds = (f"{1000 * s:,.2f}" for s in (times.percentile(0.5), times.percentile(0.99), times.longest))
        _line(name, times.count, *milliseconds)

    _head("resources", "first", "most", "last", "at the end")
    rounds = resources.memory[:-1] or resources.memory
    _line("memory, KiB", rounds[0], max(rounds), rounds[-1], resources.memory[-1])
    opened = resources.descriptors
    _line("descriptors", opened[0], max(opened), opened[-2], opened[-1])


def _head(name: str, *columns: str) -> None:
    print(f"\n{name:{_WIDTH}}" + "".join(f"{column:>12}" for column in columns).rstrip())


def _line(name: str, *values: int | str) -> None:
    print(
        f"{name:{_WIDTH}}" + "".join(f"{value:>12,}" if isinstance(value, int) else f"{value:>12}" for value in values)
    )
