"""Elements added to a set of nftables one by one, each a transaction of its own: how many a second."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import namespace
from .measure import Absent, Contestant, Samples, Served, compare, python, take_turns
from .options import Options

DO, BATCH, NFT = "netlynx: do, one by one", "netlynx: batch", "nft, a process each"
FEW = 50  # that `nft` adds, which takes a process for each
RULES = "add table ip t; add set ip t s { type ipv4_addr; }"


def key(number: int) -> str:
    """The numbered element."""
    return f"10.0.{number >> 8}.{number & 255}"


def nft(*words: str) -> str:
    """What `nft` prints."""
    return subprocess.run(["nft", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def elements() -> Iterator[str]:
    """The elements of the set as `nft` lists them, in order."""
    listed = json.loads(nft("-j", "list", "set", "ip", "t", "s"))["nftables"]
    (found,) = (each["set"] for each in listed if "set" in each)
    return iter(sorted(found.get("elem", ()), key=lambda address: [int(part) for part in address.split(".")]))


def flush() -> None:
    nft("flush", "set", "ip", "t", "s")


@dataclass
class Program:
    """`nft` for each of some elements."""

    count: int
    name: str = NFT
    most_rounds: int = sys.maxsize

    def check(self) -> None:
        self._add()
        compare(self.name, elements(), map(key, range(FEW)))
        flush()

    def measure(self) -> float:
        started = time.perf_counter()
        self._add()
        seconds = time.perf_counter() - started
        flush()
        return seconds * self.count / FEW

    def close(self) -> None: ...

    def _add(self) -> None:
        for number in range(FEW):
            nft("add", "element", "ip", "t", "s", "{", key(number), "}")


def run(options: Options) -> Samples:
    count = options.transactions
    samples = Samples("nft-transactions", f"{count:,} elements added to a set, one by one", "transactions/s")
    if shutil.which("nft") is None:
        raise Absent("nft is not installed: apt-get install nftables")
    namespace.empty()
    nft(RULES)

    def served(name: str, way: str) -> Contestant:
        return Served(name, lambda: python("contestants", way, count), expected)

    def expected() -> Iterable[str]:
        return map(key, range(count))

    take_turns(samples, [served(DO, "changes"), served(BATCH, "changes-batch"), Program(count)], options.few_rounds)
    for name, seconds in samples.values.items():
        samples.values[name] = [count / each for each in seconds]
    samples.notes.append(
        f"{NFT}: of {FEW} elements; {BATCH}: as many to a transaction as to a datagram, refused one by one"
    )
    return samples


def adding(count: int, way: str) -> tuple[Callable[[], object], Callable[[], Iterable[str]], Callable[[], object]]:
    """What a contestant runs: the elements made and added, one by one or in a batch; what came of it; the end."""
    import netlynx
    from netlynx import nftables

    nl = netlynx.connect()
    into = nl.do(nftables.set_("t", "s"))

    def made() -> Iterator[netlynx.Do[None]]:
        return (nftables.add(nftables.Element(set=into, key=key(number))) for number in range(count))

    def one_by_one() -> None:
        for operation in made():
            nl.do(operation)

    def together() -> None:
        nl.batch(made())

    run = together if way == BATCH else one_by_one

    def lines() -> Iterator[str]:
        run()
        yield from elements()
        flush()

    return run, lines, flush
