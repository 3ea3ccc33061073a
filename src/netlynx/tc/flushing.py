"""What a flush deletes of what it found: what can go at all, and in an order in which it does.

Source: tc_get_qdisc and tc_ctl_tclass in net/sched/sch_api.c, tc_del_tfilter in net/sched/cls_api.c, u32_delete in
net/sched/cls_u32.c, tcf_idr_delete_index in net/sched/act_api.c.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from netlynx.engine.operation import Dump
from netlynx.tc.action import Action
from netlynx.tc.chain import Chain, where_listed
from netlynx.tc.filter import HEADS, Filter
from netlynx.tc.filters.u32 import U32
from netlynx.tc.handle import Handle
from netlynx.tc.qdisc import Qdisc
from netlynx.tc.qdiscs import CLASS_OPTIONS
from netlynx.tc.traffic_class import Class

Chosen = list[tuple[Any, int]]

_OF_A_PRIORITY = ("index", "parent", "chain", "priority", "protocol", "kind")  # what all its filters have in common
_PSEUDO = 0xFFFF_0000  # from here on a parent is a place of the device, not a class


def qdiscs(listing: Dump[Qdisc], listed: list[Qdisc]) -> Chosen:
    """Those that somebody put there (a device's own have no handle, and none can be without), the innermost first."""
    put = [each for each in listed if each.handle]
    above = {(each.index, int(each.handle.major)): each.parent for each in put}
    return _innermost(put, lambda each: _depth(each.index, each.parent, above, lambda parent: int(parent.major)))


def classes(listing: Dump[Class], listed: list[Class]) -> Chosen:
    """Those that somebody made, the innermost first; others come and go with their qdisc."""
    made = [each for each in listed if each.kind in CLASS_OPTIONS and each.kind != "ets" and each.handle.minor]
    above = {(each.index, int(each.handle)): each.parent for each in made}
    return _innermost(made, lambda each: _depth(each.index, each.parent, above, int))


def _innermost(records: Iterable[Any], depth: Callable[[Any], int]) -> Chosen:
    return [(each, 1) for each in sorted(records, key=depth, reverse=True)]


def _depth(index: int, parent: Handle, above: dict[tuple[int, int], Handle], key: Callable[[Handle], int]) -> int:
    """In how many of the others it stands."""
    depth = 0
    while parent < _PSEUDO and (index, key(parent)) in above and depth <= len(above):
        parent, depth = above[index, key(parent)], depth + 1
    return depth


def filters(listing: Dump[Filter], listed: list[Filter]) -> Chosen:
    """Priorities as a whole, as tc does, where all of their filters were asked for; else filters one by one.

    Of `u32`, the hash table that each priority begins with goes with the last of its filters, and not alone; where
    other priorities have tables, too, with the priority alone.
    """
    if all(name in _OF_A_PRIORITY or value is HEADS for name, value in listing.match):
        groups: dict[tuple[Any, ...], int] = {}
        for each in listed:
            of = tuple(getattr(each, name) for name in _OF_A_PRIORITY)
            groups[of] = groups.get(of, 0) + 1
        return [(Filter(**dict(zip(_OF_A_PRIORITY, of, strict=True))), count) for of, count in groups.items()]
    single = [each for each in listed if not _is_root(each)]
    return [(each, 1) for each in (single or listed)]


def _is_root(each: Filter) -> bool:
    """Whether it is a hash table that `u32` begins a priority with: the kernel numbers those from 800: on."""
    number = int(each.handle)
    return isinstance(each.data, U32) and each.data.divisor is not None and number >> 20 >= 0x800


def chains(listing: Dump[Chain], listed: list[Chain]) -> Chosen:
    """All, where they were listed."""
    return [(where_listed(listing, each), 1) for each in listed]


def actions(listing: Dump[Action], listed: list[Action]) -> Chosen:
    """Those that no filter uses."""
    return [(each, 1) for each in listed if not getattr(each.data, "bindings", None)]
