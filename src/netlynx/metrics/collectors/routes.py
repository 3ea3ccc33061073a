"""Routes by protocol. Source: linux/rtnetlink.h."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter

from netlynx import route
from netlynx.metrics.model import Ask, Collector, Family, gauge, of_table, text

_ROUTES = gauge("routes", "Routes of all tables, by who made them and what they do.", "family", "protocol", "type")
_sort = attrgetter("family", "protocol", "type")


def _asks() -> tuple[Ask, ...]:
    return (Ask(route.routes()),)


def _read(routes: Iterable[route.Route]) -> list[Family]:
    counted = Counter(map(_sort, routes))
    return [of_table(_ROUTES, {tuple(map(text, key)): count for key, count in counted.items()})]


COLLECTOR = Collector(
    "routes", "routes by family, protocol and type", "families times protocols times types in use", _asks, _read
)
