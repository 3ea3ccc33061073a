"""Has many hosts publish to a server while what can go wrong does, and counts what became of it: `make soak-fleet`.

Hosts are virtual kernels, the server is a real `nats-server`. Of each trouble a line of the table at the end says what
the kernels said, what of it was heard, what the server has of that, what was told as lost, and what is missing without
a word: there must be none of that. Ends with status 1 where there is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from nats_server import NatsServer  # noqa: E402  (these stand among the tests)
from netlynx import Overrun  # noqa: E402
from netlynx.fleet import Events  # noqa: E402
from simulated_hosts import Host, publishing  # noqa: E402
from stored_messages import by_start, missing, stored  # noqa: E402

HOUR = 3600 * 10**9
SMALL = 1 << 20  # bytes of the disk that gets full
COLUMNS = ("hosts", "said", "heard", "stored", "overruns", "told lost", "missing")
Work = Callable[[Host], Awaitable[None]]
_INSIDE = "NETLYNX_SOAK_FLEET"  # set where mounts are our own


class Line:
    """What one kind of trouble came to."""

    def __init__(self, title: str, hosts: int) -> None:
        self.title = title
        self.hosts = [Host(f"{title.replace(' ', '-')}-{number}.example") for number in range(hosts)]
        self.heard = self.overruns = 0

    @property
    def said(self) -> int:
        """What the kernels said."""
        return sum(each.said for each in self.hosts)


async def live(line: Line, host: Host, url: str, spool: Path, work: Work, **how: Any) -> None:
    """Publish what a host's kernel says while it works, and count it."""

    def heard(item: Any) -> None:
        lost = isinstance(item, Overrun)
        line.overruns, line.heard = line.overruns + lost, line.heard + (not lost)

    async with publishing(host, url, spool, heard=heard, **how):
        await work(host)


async def steady(host: Host, events: int, every: int = 20) -> None:
    """Say so many things, with pauses."""
    for number in range(events):
        host.route(number)
        if number % every == every - 1:
            await asyncio.sleep(0.02)


async def all_of(line: Line, url: str, spool: Path, work: Work, **how: Any) -> None:
    await asyncio.gather(*(live(line, host, url, spool, work, **how) for host in line.hosts))


async def drained(line: Line, url: str, spool: Path) -> None:
    """What still waits on disk is sent."""

    async def nothing(_: Host) -> None:
        pass

    await all_of(line, url, spool, nothing)


async def run(server: NatsServer, folder: Path, hosts: int, events: int) -> list[Line]:
    """Each trouble after the other."""
    url = server.url
    calm = Line("calm", hosts)
    await all_of(calm, url, folder, lambda host: steady(host, events))

    killed = Line("server killed", hosts)

    async def kill() -> None:
        for _ in range(3):
            await asyncio.sleep(0.3)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(0.2)
            await asyncio.to_thread(server.start)

    await asyncio.gather(kill(), all_of(killed, url, folder, lambda host: steady(host, events)))
    await drained(killed, url, folder)

    restarted = Line("hosts restarted", hosts)
    for _ in range(4):
        await all_of(restarted, url, folder, lambda host: steady(host, events // 4))

    full = Line("disk full", 1)
    small = folder / "small"
    await asyncio.to_thread(server.kill)
    many = 40_000  # more than the disk, and memory beside it, hold
    await all_of(full, url, small, lambda host: steady(host, many, 500))
    await asyncio.to_thread(server.start)
    await drained(full, url, small)

    stepped = Line("clock stepped", hosts)
    began = time.monotonic_ns()

    def clock() -> int:
        return time.time_ns() - (HOUR if time.monotonic_ns() - began > 10**8 else 0)

    await all_of(stepped, url, folder, lambda host: steady(host, events), clock=clock)

    flood = Line("host that floods", 1)

    async def floods(host: Host) -> None:
        for _ in range(3):
            for number in range(10_000):
                host.route(number)
            await asyncio.sleep(0.2)

    await all_of(flood, url, folder, floods, receive_buffer=SMALL)
    return [calm, killed, restarted, full, stepped, flood]


def judge(lines: list[Line], messages: list[Any]) -> int:
    """Print the table; how many faults there are."""
    faults = 0
    every = by_start(messages)
    absent = missing(messages)
    print(f"\n{'':18}" + "".join(f"{each:>11}" for each in COLUMNS))
    for line in lines:
        names = {each.name for each in line.hosts}
        events = [each for key, found in every.items() if key[0] in names for _, each in found.values()]
        have = sum(each.object is not None for each in events)
        told = sum(each.last - each.first + 1 for each in events if each.reason == "disk" and each.first and each.last)
        overruns = sum(each.reason == "kernel" for each in events)
        gone = sum(len(sequences) for key, sequences in absent.items() if key[0] in names)
        print(
            f"{line.title:18}"
            + "".join(f"{each:>11,}" for each in (len(names), line.said, line.heard, have, overruns, told, gone))
        )
        # Of an overrun nobody knows how many were lost; of all else each event is stored or told.
        faults += gone + (overruns != line.overruns) + (line.said > line.heard and not overruns)
        faults += line.heard - have not in range(told + 1) or (line.heard > have and not told)
    twice = sum(len(each.lines()) for each in messages if isinstance(each, Events)) - sum(map(len, every.values()))
    print(f"\nstored twice: {twice:,}; " + (f"{faults} faults" if faults else "nothing is missing without a word"))
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak.fleet", description=__doc__)
    parser.add_argument("--hosts", type=int, default=50, metavar="N", help="how many (default: 50)")
    parser.add_argument("--events", type=int, default=200, metavar="N", help="of each, in each trouble (default: 200)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "small").mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", folder / "small"], check=True)
        server = NatsServer(folder / "server")
        server.start()
        try:
            started = time.monotonic()
            lines = asyncio.run(run(server, folder, asked.hosts, asked.events))
            print(f"{asked.hosts} hosts, {time.monotonic() - started:.0f} s")
            return 1 if judge(lines, stored(server.url)) else 0
        finally:
            server.stop()
            subprocess.run(["umount", folder / "small"], check=True)


if __name__ == "__main__":
    if _INSIDE not in os.environ:
        own = ["unshare", "--mount", "--net", "--map-root-user"] if os.geteuid() else ["unshare", "--mount", "--net"]
        inside = f'ip link set lo up && exec {sys.executable} -m soak.fleet "$@"'
        os.execvpe(own[0], [*own, "sh", "-c", inside, "sh", *sys.argv[1:]], {**os.environ, _INSIDE: "yes"})
    sys.exit(main())
