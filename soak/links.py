"""Links of which one comes and goes, so that the kernel flags dumps of them as interrupted, which it never does for
routes of IPv4: what is read in the end has all the others."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable

import netlynx
from netlynx import route

from .tally import Tally
from .worker import Worker

PAIRS = 30  # that stay: several datagrams of a dump


def pair(name: str) -> netlynx.Do[None]:
    """Make two links that are each other's peer; they stay down, and so have no routes."""
    peer = route.Link(name=f"{name}p")
    return route.add(route.Link(name=name, kind="veth", data=route.Veth(peer=peer)))


def make(nl: netlynx.Connection) -> None:
    """Make those that stay."""
    nl.batch(pair(f"stays{number}") for number in range(PAIRS))


class Changer(Worker):
    """Makes and removes another pair."""

    def __init__(self, chance: random.Random, tally: Tally) -> None:
        super().__init__()
        self._chance, self._tally = chance, tally

    def work(self, nl: netlynx.Connection, stop: threading.Event) -> None:
        """Once."""
        nl.do(pair("comes"))
        nl.do(route.delete(route.Link(name="comes")))
        self._tally.count("links made and removed")
        stop.wait(self._chance.uniform(0.0, 0.05))


def check(links: Iterable[route.Link], tally: Tally) -> None:
    """A dump that was not interrupted, or was read again, has each link that stays once."""
    names = sorted(link.name or "" for link in links if (link.name or "").startswith("stays"))
    wanted = sorted(f"stays{number}{end}" for number in range(PAIRS) for end in ("", "p"))
    if names != wanted:
        tally.fault(f"a dump of {len(wanted)} links that stay gives {len(names)} of them, {len(set(names))} different")
