"""Puts netlynx under load and says what came of it: `make soak`. Ends with status 1 when anything was wrong."""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time

from bench import namespace  # this process's own

from .real import Load
from .report import show
from .resources import Resources
from .tally import Crew, Tally
from .virtual import Troubled

PATIENCE = 180.0  # seconds for the virtual part to end, once the real one has


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, metavar="N", help="how long (default: 600)")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="of what is left to chance (default: a new one each time)"
    )
    parser.add_argument(
        "--swallow", action="store_true", help="ignore what is told of losses, to see that it is found out"
    )
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    seed = random.randrange(1 << 32) if asked.seed is None else asked.seed
    print(f"seed {seed}, {asked.seconds:g} s", flush=True)
    namespace.enter()
    chance, tally, started = random.Random(seed), Tally(), time.monotonic()
    resources = Resources()
    troubled = Troubled(random.Random(chance.random()), tally, swallow=asked.swallow)
    load = Load(random.Random(chance.random()), tally, swallow=asked.swallow)
    stop = threading.Event()
    beside = Crew(tally)
    beside.start("the virtual kernel", troubled.run, stop)
    load.run(asked.seconds, resources.look)
    stop.set()
    beside.join(PATIENCE)
    resources.judge(tally)
    for name, listeners in (("real", load.listeners), ("virtual", troubled.listeners)):
        if not any(listener.ledger.missed for listener in listeners):
            tally.fault(f"no event of the {name} kernel's was missed, so nothing is shown of those that are")

    show(tally, [*load.listeners, *troubled.listeners], resources, time.monotonic() - started)
    for fault in tally.faults[:20]:
        print(f"FAULT: {fault}", file=sys.stderr)
    ended = f"{len(tally.faults)} faults, of seed {seed}" if tally.faults else "Nothing was lost without a word."
    print(f"\n{ended}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
