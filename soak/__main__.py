"""Puts netlynx under load and says what came of it: `make soak`. Ends with status 1 when anything was wrong."""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import threading
from pathlib import Path
from typing import Any

from bench import namespace  # this process's own

from . import virtual
from .real import Load
from .tally import Tally

GROWTH = 24 << 10  # KiB that memory may grow by, from a quarter of the run to its end


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, metavar="N", help="how long (default: 600)")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="of what is left to chance (default: a new one each time)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--swallow", action="store_true", help=argparse.SUPPRESS)  # overruns, to see it found out
    return parser.parse_args()


def resident() -> int:
    """KiB of memory that the process has in use."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def descriptors() -> int:
    """How many files the process has open."""
    return len(os.listdir("/proc/self/fd"))


def soak(seconds: float, seed: int, tally: Tally, swallow: bool) -> dict[str, Any]:
    """Do it; memory and descriptors on the way."""
    chance = random.Random(seed)
    files, memory = descriptors(), list[int]()
    stop = threading.Event()
    beside = threading.Thread(
        target=tally.watch(lambda: virtual.run(random.Random(chance.random()), tally, stop), "the virtual kernel")
    )
    beside.start()
    Load(chance, tally, swallow).run(seconds, lambda left: memory.append(resident()))
    stop.set()
    beside.join()
    gc.collect()
    left = descriptors()
    if left > files:
        tally.fault(f"{left - files} descriptors were left open")
    later = memory[len(memory) // 4 :] or [0]
    if later[-1] - later[0] > GROWTH:
        tally.fault(f"memory grew from {later[0]} to {later[-1]} KiB")
    return {"memory, KiB": [memory[0], max(memory), memory[-1]] if memory else [], "descriptors": [files, left]}


def main() -> int:
    asked = arguments()
    seed = random.randrange(1 << 32) if asked.seed is None else asked.seed
    print(f"seed {seed}, {asked.seconds:g} s", flush=True)
    namespace.enter()
    tally = Tally()
    resources = soak(asked.seconds, seed, tally, asked.swallow)
    for name, number in sorted(tally.counts.items()):
        print(f"{name:45} {number:>12,}")
    print(f"\n{'latencies, µs':45} {'p50':>12} {'p99':>12} {'max':>12}")
    for name, each in tally.latencies().items():
        print(f"{name:45} {each['p50']:>12,} {each['p99']:>12,} {each['max']:>12,}")
    print(f"\n{'memory, KiB: first, most, last':45}" + "".join(f"{each:>13,}" for each in resources["memory, KiB"]))
    print(f"{'descriptors: before, after':45}" + "".join(f"{each:>13,}" for each in resources["descriptors"]))
    if asked.json:
        figures = {"seed": seed, "seconds": asked.seconds, "counts": tally.counts, "latencies": tally.latencies()}
        asked.json.write_text(json.dumps({**figures, **resources, "faults": tally.faults}, indent=2) + "\n")
    for fault in tally.faults[:20]:
        print(f"FAULT: {fault}", file=sys.stderr)
    ended = f"{len(tally.faults)} faults; repeat it with --seed {seed}" if tally.faults else "nothing was lost unsaid"
    print(f"\n{ended}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
