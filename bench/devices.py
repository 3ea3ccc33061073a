"""Uevents: how many a second are parsed. Interfaces come and go in a namespace, and the kernel tells of each."""

from __future__ import annotations

import time

import netlynx
from netlynx import route, uevent

from .measure import Samples, Wrong
from .options import Options

DRAINED = "netlynx: drained"
BRIDGES = 200  # each of which makes some events when it comes, and as many when it goes


def run(options: Options) -> Samples:
    samples = Samples("uevents", "Device events parsed", "events/s")
    with netlynx.connect() as nl, nl.subscribe(uevent.KERNEL) as events:
        rates = [_drain(nl, events) for _ in range(options.few_rounds + 1)]
    samples.values[DRAINED] = rates[1:]
    samples.notes.append(f"{BRIDGES} bridges come and go; their events wait in the queue before they are drained")
    return samples


def _drain(nl: netlynx.Connection, events: netlynx.Subscription[uevent.Uevent]) -> float:
    """Events a second, of which each bridge's own were checked."""
    names = [f"u{number}" for number in range(BRIDGES)]
    nl.batch(route.add(route.Link(name=name, kind="bridge")) for name in names)
    links = {link.name: link for link in nl.dump(route.links(kind="bridge"))}
    nl.batch(route.delete(links[name]) for name in names)
    started = time.perf_counter()
    drained = events.drain()
    seconds = time.perf_counter() - started
    for kind in ("add", "remove"):
        found = [
            event.record.name
            for event in drained
            if isinstance(event, netlynx.Event) and event.kind == kind and event.record.subsystem == "net"
        ]
        if found != names:
            raise Wrong(f"{DRAINED}: {len(found)} interfaces {kind}ed, not {BRIDGES}, or in another order")
    return len(drained) / seconds
