"""Collectors: each knows what it asks and what the answers mean, and nothing of how they come."""

from __future__ import annotations

from importlib import import_module

from netlynx.metrics.model import Collector

NAMES = ("links", "qdiscs", "neighbours", "routes", "conntrack", "sockets", "nft", "ethtool", "netlink")
"""All that there are, each in a file of its name."""


def collector(name: str) -> Collector:
    """The collector of this name. Raises ValueError, naming the nearest."""
    if name not in NAMES:
        from difflib import get_close_matches

        near = get_close_matches(name, NAMES, 1)
        hint = f"; did you mean {near[0]}?" if near else f": there are {', '.join(NAMES)}"
        raise ValueError(f"there is no collector {name!r}{hint}")
    found: Collector = import_module(f"{__name__}.{name}").COLLECTOR
    return found
