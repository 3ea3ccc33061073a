"""Process events: whether all that is not heard is counted. A C program makes processes that end at once.

The kernel tells of processes in its initial namespaces alone, so this listens where the benchmark was started.
"""

from __future__ import annotations

import os
import select

import netlynx
from netlynx import connector

from .measure import Samples, Wrong, answer, program, start, stop, tell
from .options import Options

RATE = 2_000  # processes a second: two events each
HOME = f"/proc/{os.getppid()}/ns/net"
HEARD, LOST, UNCOUNTED = "netlynx: heard", "netlynx: counted as lost", "netlynx: neither heard nor counted"


def run(options: Options) -> Samples:
    samples = Samples("processes", "Events of processes", "events")
    wanted = connector.processes("fork", "exit")
    try:
        with netlynx.connect(netns=HOME) as nl, nl.subscribe(wanted) as events:
            for _ in range(3):
                heard, lost = _listen(events, options.forks)
                samples.values.setdefault(HEARD, []).append(heard)
                samples.values.setdefault(LOST, []).append(lost)
                samples.values.setdefault(UNCOUNTED, []).append(max(0, 2 * options.forks - heard - lost))
    except (netlynx.NotSupported, netlynx.PermissionDenied) as error:
        samples.missing = {UNCOUNTED: str(error)}
    samples.notes.append(f"of {2 * options.forks:,} events, those of {options.forks:,} processes at {RATE:,} a second")
    return samples


def _listen(events: netlynx.Subscription[connector.ProcessEvent], count: int) -> tuple[int, int]:
    """How many events of the processes that were made were heard, and how many events were lost."""
    source = start([program("fork_source")])
    own: set[int] = set()
    heard = lost = 0
    try:
        assert source.stdout is not None
        done, arrived = source.stdout.fileno(), events.fileno()
        tell(source, f"{count} {RATE}")
        over = False
        while True:
            ready, _, _ = select.select([done, arrived], [], [], 0 if over else None)
            if done in ready:
                answer(source)
                over = True
            if over and arrived not in ready:
                return heard, lost
            for item in events.drain(1_000) if arrived in ready else ():
                if isinstance(item, netlynx.Overrun):
                    if item.lost is None:
                        raise Wrong(f"{UNCOUNTED}: events were lost, and it is not said how many")
                    lost += item.lost
                elif isinstance(item.record, connector.Fork) and item.record.parent_tgid == source.pid:
                    own.add(item.record.child_tgid)
                    heard += 1
                elif isinstance(item.record, connector.Exit) and item.record.tgid in own:
                    own.discard(item.record.tgid)
                    heard += 1
    finally:
        stop(source)
