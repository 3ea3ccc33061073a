"""Peak memory of a dump, each in a fresh process: resident memory at its highest, above what it was before.

`python -m bench.memory columns|kept|streamed` is the fresh process; it prints megabytes (10⁶ bytes).
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import namespace
from .measure import ROOT, Samples, python, raise_for, take_turns
from .options import Options

COLUMNS, KEPT, STREAMED = "columns", "records, kept", "records, streamed"


@dataclass
class Fresh:
    """A fresh process for every round. That its results are right, the dumps' own groups have checked."""

    name: str
    way: str
    most_rounds: int = 3

    def check(self) -> None: ...

    def measure(self) -> float:
        done = subprocess.run(python("memory", self.way), capture_output=True, text=True, cwd=ROOT)
        raise_for(done.returncode, done.args, done.stderr.strip())
        return float(done.stdout)

    def close(self) -> None: ...


def run(options: Options) -> Samples:
    count = options.large or options.routes
    namespace.plain_routes(count)
    samples = Samples("memory", f"Peak memory of a dump of {count:,} IPv4 routes", "MB above start")
    take_turns(samples, [Fresh(COLUMNS, "columns"), Fresh(KEPT, "kept"), Fresh(STREAMED, "streamed")], 3)
    return samples


def _status(name: str) -> float:
    """A line of /proc/self/status, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) * 1024 / 1e6
    raise LookupError(name)


def _measure(way: str) -> float:
    from netlynx import route

    from .contestants import WORKS

    work = WORKS[way]("routes", "1")
    import netlynx

    with netlynx.connect() as nl:  # what any first dump loads and allocates is not the table's
        nl.dump(route.routes(family="inet", oif=1)).all()
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here: proc_pid_clear_refs(5)
    before = _status("VmRSS")
    result = work.run()
    peak = _status("VmHWM")
    del result
    return peak - before


if __name__ == "__main__":
    print(_measure(sys.argv[1]))
