"""Measures an IPv4 route dump with netlynx beside C, `ip` and pyroute2; and what an import costs.

Everything happens in a network namespace of this process's own. Every contestant is first made to count
the routes; then all of them take turns, round after round, and the median of each is shown beside that of
a C program that receives the dump and discards it.
"""

import argparse
import gc
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET
from typing import Any

import namespace

NULL_READER = Path(__file__).resolve().parents[1] / "build" / "null_reader"
YARDSTICK = "C: receive and discard"


@dataclass
class Contestant:
    """One way to read the routes. `count` reads them all and counts; `measure` gives seconds for one dump."""

    name: str
    count: Callable[[], int]
    measure: Callable[[], float]
    rounds: int
    seconds: list[float] = field(default_factory=list)


def timed(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def output(*command: str | Path) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def discard(*command: str) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


# ------------------------------------------------------------------------------------------ contestants


def c_reader(name: str, mode: str, routes: int, rounds: int) -> Contestant:
    """The C program times its own dumps, so its start is not part of the result."""

    def run(runs: int) -> dict[str, Any]:
        command = (NULL_READER, mode, "--expect", str(routes), "--runs", str(runs))
        result: dict[str, Any] = json.loads(output(*command))
        return result

    return Contestant(
        name,
        count=lambda: int(run(0)["messages"]),
        measure=lambda: float(run(1)["ns_per_message"][0]) * routes / 1e9,
        rounds=rounds,
    )


def netlynx_records(rounds: int) -> Contestant:
    import netlynx
    from netlynx import route

    connection = netlynx.connect()

    def count() -> int:
        total = 0
        for _ in connection.dump(route.routes(family="inet")):
            total += 1
        return total

    return Contestant("netlynx: records", count, lambda: timed(count), rounds)


def ip_json(rounds: int) -> Contestant:
    command = ("ip", "-4", "-json", "route", "show", "table", "all")
    return Contestant(
        "ip -json route, to /dev/null",
        count=lambda: len(json.loads(output(*command))),
        measure=lambda: timed(lambda: discard(*command)),
        rounds=rounds,
    )


def ip_json_parsed(rounds: int) -> Contestant:
    def count() -> int:
        return len(json.loads(output("ip", "-4", "-json", "route", "show", "table", "all")))

    return Contestant("ip -json route, json.loads", count, lambda: timed(count), rounds)


def ip_text(rounds: int) -> Contestant:
    command = ("ip", "-4", "-oneline", "route", "show", "table", "all")
    return Contestant(
        "ip route, to /dev/null",
        count=lambda: output(*command).count("\n"),
        measure=lambda: timed(lambda: discard(*command)),
        rounds=rounds,
    )


def pyroute2_records(rounds: int) -> Contestant:
    from pyroute2 import IPRoute

    connection = IPRoute()

    def count() -> int:
        return sum(1 for _ in connection.get_routes(family=AF_INET))

    return Contestant("pyroute2: messages", count, lambda: timed(count), rounds)


# ---------------------------------------------------------------------------------------------- results


def compare_dumps(routes: int, rounds: int) -> list[Contestant]:
    contestants = [
        c_reader(YARDSTICK, "null", routes, rounds),
        c_reader("C: parse into a struct", "parse", routes, rounds),
        netlynx_records(rounds),
        ip_text(rounds),
        ip_json(rounds),
        ip_json_parsed(rounds),
    ]
    if importlib.util.find_spec("pyroute2"):
        contestants.append(pyroute2_records(min(rounds, 3)))  # some hundred times slower than the yardstick

    for contestant in contestants:
        counted = contestant.count()
        if counted != routes:
            raise SystemExit(f"{contestant.name}: counted {counted} routes, not {routes}")

    gc.freeze()  # what was imported so far is not for the collector to look at in every measurement
    for number in range(rounds):
        for contestant in contestants:
            if number < contestant.rounds:
                contestant.seconds.append(contestant.measure())
    return contestants


def compare_starts(rounds: int) -> dict[str, list[float]]:
    """Seconds for a whole process: Python alone, and Python that imports netlynx."""
    programs = {"python": "pass", "python, import netlynx": "import netlynx"}
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            seconds[name].append(timed(lambda program=program: discard(sys.executable, "-c", program)))
    return seconds


def print_table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, tuple("-" * width for width in widths), *rows):
        first, *rest = (
            text.ljust(width) if index == 0 else text.rjust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *rest]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--routes", type=int, default=100_000, metavar="N", help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=11, metavar="K", help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to FILE")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds: at least 1")

    namespace.enter()
    namespace.add_routes(arguments.routes)
    dumps = compare_dumps(arguments.routes, arguments.rounds)
    starts = compare_starts(2 * arguments.rounds)

    machine = f"Linux {platform.release()}, Python {platform.python_version()}, {os.cpu_count()} CPUs"
    print(f"\nDump of {arguments.routes} IPv4 routes; {machine}\n")
    medians = {contestant.name: statistics.median(contestant.seconds) for contestant in dumps}
    print_table(
        ("", "ns/route", "ratio", "rounds"),
        [
            (
                contestant.name,
                f"{medians[contestant.name] / arguments.routes * 1e9:.0f}",
                f"{medians[contestant.name] / medians[YARDSTICK]:.2f}",
                str(len(contestant.seconds)),
            )
            for contestant in dumps
        ],
    )
    print("\nWhole process\n")
    bare = statistics.median(starts["python"])
    print_table(
        ("", "ms", "over python", "rounds"),
        [
            (name, f"{median * 1e3:.1f}", f"{(median - bare) * 1e3:+.1f}", str(len(seconds)))
            for name, seconds in starts.items()
            for median in [statistics.median(seconds)]
        ],
    )
    print("\nMedians of rounds in which all take turns; ratio: to the first line. `ip` is a whole process.")

    if arguments.json:
        results = {
            "machine": machine,
            "routes": arguments.routes,
            "dump_seconds": {contestant.name: contestant.seconds for contestant in dumps},
            "dump_ratio": {name: median / medians[YARDSTICK] for name, median in medians.items()},
            "process_seconds": starts,
        }
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
