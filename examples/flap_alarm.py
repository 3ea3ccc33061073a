"""Raises an alarm when a link's carrier changes too often: 6 times within 60 seconds, unless told otherwise.

    python flap_alarm.py --changes 6 --within 60

The kernel counts the changes of each carrier (`carrier_changes`), so none is missed: where notifications were lost the
links are read anew, and the counters tell what happened meanwhile. It needs no privilege.
"""

from __future__ import annotations

import argparse
import time
from collections import deque
from contextlib import suppress

import netlynx
from netlynx import route


class Watch:
    """What the counters of links were, as far back as it matters."""

    def __init__(self, changes: int, within: float) -> None:
        self.changes, self.within = changes, within
        self.seen: dict[int, deque[tuple[float, int]]] = {}

    def look(self, link: route.Link, now: float) -> bool:
        """Take in how a link is now; whether it flaps."""
        count = link.carrier_changes or 0
        seen = self.seen.setdefault(link.index, deque())
        seen.append((now, count))
        while len(seen) > 1 and seen[1][0] <= now - self.within:  # the first is the state when the time began
            seen.popleft()
        if count - seen[0][1] < self.changes:
            return False
        self.seen[link.index] = deque([(now, count)])  # the next alarm is for as many more
        return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=6, metavar="N")
    parser.add_argument("--within", type=float, default=60, metavar="SECONDS")
    options = parser.parse_args()
    if options.changes < 1 or options.within <= 0:
        parser.error("both are to be above 0")
    watch = Watch(options.changes, options.within)

    with netlynx.connect() as nl, nl.subscribe(route.LINKS) as events:
        for link in nl.dump(route.links()):
            watch.look(link, time.monotonic())
        print(f"watching {len(watch.seen)} links", flush=True)
        for event in events:
            if isinstance(event, netlynx.Overrun):
                links = nl.dump(route.links()).all()
            elif event.kind == "delete":
                watch.seen.pop(event.record.index, None)
                continue
            else:
                links = [event.record]
            for link in links:
                if watch.look(link, time.monotonic()):
                    print(f"ALARM {link.name}: {options.changes} changes within {options.within:g} s", flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
