"""Filters of each kind: what `data` of a filter is. One file a kind."""

from __future__ import annotations

from typing import Final

from netlynx.schema import Kind, nest, paired
from netlynx.tc.filters.basic import Basic, CgroupFilter
from netlynx.tc.filters.bpf import Bpf
from netlynx.tc.filters.flow import FlowFilter
from netlynx.tc.filters.flower import Flower
from netlynx.tc.filters.fw import Fw
from netlynx.tc.filters.matchall import MatchAll
from netlynx.tc.filters.route import RouteFilter
from netlynx.tc.filters.u32 import U32, U32Match, U32Selector

__all__ = [
    "FILTER_OPTIONS",
    "U32",
    "Basic",
    "Bpf",
    "CgroupFilter",
    "FlowFilter",
    "Flower",
    "Fw",
    "MatchAll",
    "RouteFilter",
    "U32Match",
    "U32Selector",
]

FILTER_OPTIONS: Final[dict[str, Kind]] = {
    "basic": nest(Basic),
    "bpf": nest(Bpf),
    "cgroup": nest(CgroupFilter),
    "flow": nest(FlowFilter),
    "flower": paired(Flower),
    "fw": nest(Fw),
    "matchall": nest(MatchAll),
    "route": nest(RouteFilter),
    "u32": nest(U32),
}
"""TCA_OPTIONS of a filter by TCA_KIND."""
