"""Elements of a set of nftables: many added, listed, one added to many; and the memory that a million takes.

`python -m bench.set_elements COUNT` is the fresh process that adds so many; it prints megabytes (10⁶ bytes).
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import netlynx
from netlynx import nftables
from netlynx.nftables import Elements, Set, Table
from netlynx.wire.message import Message, parse_messages

from . import namespace, operations
from .measure import ROOT, Contestant, Samples, Served, Whole, program, python, raise_for, take_turns
from .options import Options
from .reference import flags
from .routes import COLUMNS, KEPT, NULL

ADDED = "netlynx: elements"
NFT = "nft -f"
LISTED = "nft -j list set"
ONE = "netlynx: do of one element"
ANEW = "netlynx: operation made anew"
C_ONE = "C, one element"
PEAK = "elements added"

SET = Set(family="ip", table="t", name="s", key_type="ipv4_addr")


def addresses(count: int) -> Iterator[str]:
    """The keys: addresses from 10.0.0.0 on."""
    for number in range(count):
        yield f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def others(count: int) -> list[str]:
    """The keys that are added one by one: addresses from 192.0.0.0 on."""
    return [f"192.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in range(count)]


def settled() -> None:
    """Until the kernel has enlarged the hash of a set: while it does, it lists some elements twice and others never."""
    time.sleep(0.5)


@namespace.kept
def empty_set(_: int) -> None:
    """A new namespace with a set without elements."""
    namespace.enter()
    with netlynx.connect() as nl:
        nl.do(nftables.add(Table(family="ip", name="t")))
        nl.do(nftables.add(SET))


@namespace.kept
def filled_set(count: int) -> None:
    """A new namespace with a set of so many elements."""
    namespace.enter()
    with netlynx.connect() as nl:
        nl.do(nftables.add(Table(family="ip", name="t")))
        nl.do(nftables.add(SET))
        nl.do(nftables.add(Elements(SET, addresses(count))))
    settled()


def run_added(options: Options) -> Samples:
    count = options.elements
    empty_set(0)
    samples = Samples("nft-elements", f"{count:,} elements added to a set of nftables", "ns/element", NFT, "element")
    expected = sorted(addresses(count))

    def there(_: str) -> Iterable[str]:
        settled()
        with netlynx.connect() as nl:
            return sorted(each.key for each in nl.dump(nftables.elements(SET)))

    def clear() -> None:
        with netlynx.connect() as nl:
            nl.do(nftables.flush(SET))

    with tempfile.NamedTemporaryFile("w", suffix=".nft") as lines:
        lines.write(f"add element ip t s {{ {', '.join(addresses(count))} }}\n")
        lines.flush()
        contestants: list[Contestant] = [
            Served(ADDED, lambda: python("contestants", "add-elements", count), lambda: expected),
            Whole(NFT, ("nft", "-f", lines.name), there, lambda: expected, clear),
        ]
        take_turns(samples, contestants, options.few_rounds, 1e9 / count)
    samples.notes.append("IPv4 addresses into a hash, made on the way, in one transaction; nft reads them from a file")
    return samples


def run_listed(options: Options) -> Samples:
    count = options.elements
    filled_set(count)
    samples = Samples("nft-list", f"List of {count:,} elements of a set", "ns/element", NULL, "element")
    wanted = operations.dump("elements")
    expected = sorted(addresses(count))

    def worker(name: str) -> list[str]:
        return python("contestants", name, count)

    def of_nft(printed: str) -> Iterable[str]:
        (found,) = (each["set"] for each in json.loads(printed)["nftables"] if "set" in each)
        return sorted(found["elem"])

    null = [program("null_reader"), str(int(wanted.protocol)), *operations.for_c(wanted)]
    contestants: list[Contestant] = [
        Served(NULL, lambda: null, lambda: datagrams_of(wanted)),
        Served(COLUMNS, lambda: worker("element-columns"), lambda: expected),
        Served(KEPT, lambda: worker("element-records"), lambda: expected),
        Whole(LISTED, ("nft", "-j", "list", "set", "ip", "t", "s"), of_nft, lambda: expected, most_rounds=3),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / count)
    samples.notes.append("IPv4 addresses in a hash; a message has as many elements as a part of a dump holds")
    return samples


def datagrams_of(wanted: netlynx.Dump[nftables.Element]) -> list[str]:
    """What the null reader counts: messages and bytes, of the second dump of a socket."""
    request = Message(wanted.message_type, flags(wanted), 1, 0, wanted.payload).pack()
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, int(wanted.protocol)) as sock:
        messages = size = 0
        for _ in range(2):
            sock.send(request)
            messages = size = 0
            done = False
            while not done:
                data = sock.recv(32768)
                size += len(data)
                found = list(parse_messages(data))
                messages += sum(not each.is_done for each in found)
                done = any(each.is_done for each in found)
    return [str(messages), str(size)]


def run_one(options: Options) -> Samples:
    count = options.elements
    filled_set(count)
    each = options.singles
    samples = Samples("nft-one", f"One element added to a set of {count:,}", "µs/element", C_ONE)
    request = nftables.add(SET.element("0.0.0.0"))
    expected = sorted(others(each))

    def in_c() -> list[str]:
        return [program("add_element"), request.payload.hex(), str(each)]

    contestants: list[Contestant] = [
        Served(C_ONE, in_c, list),
        Served(ONE, lambda: python("contestants", "add-one-element", each, "once"), lambda: expected),
        Served(ANEW, lambda: python("contestants", "add-one-element", each, "anew"), lambda: expected),
    ]
    take_turns(samples, contestants, options.few_rounds, 1e6 / each)
    samples.notes.append("a transaction of its own each")
    return samples


@dataclass
class Fresh:
    """A fresh process for every round: resident memory at its highest, above what it was before."""

    name: str
    count: int
    most_rounds: int = 3

    def check(self) -> None: ...

    def measure(self) -> float:
        done = subprocess.run(python("set_elements", self.count), capture_output=True, text=True, cwd=ROOT)
        raise_for(done.returncode, done.args, done.stderr.strip())
        return float(done.stdout)

    def close(self) -> None: ...


def run_memory(options: Options) -> Samples:
    count = options.large or options.elements
    empty_set(0)
    samples = Samples("nft-memory", f"Peak memory of a process that adds {count:,} elements", "MB")
    take_turns(samples, [Fresh(PEAK, count)], 3)
    samples.notes.append("all of the process's resident memory, Python's own included; one transaction")
    return samples


def _measure(count: int) -> float:
    with netlynx.connect() as nl:
        nl.do(nftables.add(Elements(SET, addresses(count))))
        status = Path("/proc/self/status").read_text()
        peak = next(int(line.split()[1]) * 1024 / 1e6 for line in status.splitlines() if line.startswith("VmHWM:"))
        settled()
        there = nl.count(nftables.elements(SET))
        nl.do(nftables.flush(SET))
    if there != count:
        raise SystemExit(f"{there} elements, not {count}")
    return peak


if __name__ == "__main__":
    print(_measure(int(sys.argv[1])))
