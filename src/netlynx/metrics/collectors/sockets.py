"""Sockets by protocol and state. Source: linux/sock_diag.h, linux/inet_diag.h, linux/unix_diag.h."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from netlynx import diag
from netlynx.metrics.model import Ask, Collector, Family, gauge, of_table, text

_SOCKETS = gauge("sockets", "Sockets by their state.", "protocol", "family", "state")
_LISTINGS = ("tcp", "udp", "udplite", "raw", "mptcp", "sctp", "dccp", "unix")
_sort = attrgetter("family", "state")


def _asks() -> tuple[Ask, ...]:
    return tuple(Ask(getattr(diag, each)(), optional=each != "tcp") for each in _LISTINGS)


def _read(*listings: Iterable[Any]) -> list[Family]:
    found = {}
    for protocol, sockets in zip(_LISTINGS, listings, strict=True):
        for (family, state), count in Counter(map(_sort, sockets)).items():
            found[protocol, text(family).lower(), text(state).lower().replace("-", "_")] = count
    return [of_table(_SOCKETS, found)]


COLLECTOR = Collector(
    "sockets", "sockets by protocol, family and state", "protocols times families times states", _asks, _read
)
