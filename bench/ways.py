"""The three ways in which the kernel can be asked for interfaces and routes: netlink, ioctl and /proc.

`python -m bench.ways WAY` is one of them in a process of its own: each line "check" prints what it found, each other
line measures one round. System calls are counted with strace where it is installed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import netlynx
from netlynx import route

from . import namespace
from .measure import ROOT, Samples, Served, python, take_turns
from .options import Options

ROUTES = 1_000  # beside the links

# linux/sockios.h
SIOCGIFNAME, SIOCGIFFLAGS, SIOCGIFMTU, SIOCGIFHWADDR = 0x8910, 0x8913, 0x8921, 0x8927
_IFREQ = "16s24s"  # struct ifreq: the name, and a union


# --------------------------------------------------------------------------------------------- interfaces


def links_netlink() -> list[str]:
    with netlynx.connect() as nl:
        return [f"{link.name} {link.index} {link.mtu} {link.address}" for link in nl.dump(route.links())]


def links_ioctl() -> list[str]:
    """SIOCGIFCONF lists only what has an IPv4 address; so each index is asked for its name, one after the other.

    Nothing says which index is the last: after 64 that nobody has, this gives up.
    """
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        index = gap = 0
        while gap < 64:
            index += 1
            try:
                name = _ifreq(sock, SIOCGIFNAME, b"", struct.pack("i", index))[0]
            except OSError:
                gap += 1
                continue
            gap = 0
            flags = struct.unpack_from("H", _ifreq(sock, SIOCGIFFLAGS, name)[1])[0]
            mtu = struct.unpack_from("i", _ifreq(sock, SIOCGIFMTU, name)[1])[0]
            address = _ifreq(sock, SIOCGIFHWADDR, name)[1][2:8].hex(":")
            assert flags is not None
            found.append(f"{name.decode()} {index} {mtu} {address}")
    return found


def _ifreq(sock: socket.socket, request: int, name: bytes, value: bytes = b"") -> tuple[bytes, bytes]:
    answer = fcntl.ioctl(sock, request, struct.pack(_IFREQ, name, value))
    returned, union = struct.unpack(_IFREQ, answer)
    return returned.partition(b"\0")[0], union


def links_proc() -> list[str]:
    """/proc/net/dev has names and counters, and nothing else."""
    return [line.partition(":")[0].strip() for line in _read("/proc/net/dev").splitlines()[2:]]


# ------------------------------------------------------------------------------------------------- routes


def routes_netlink() -> list[str]:
    with netlynx.connect() as nl:
        found = nl.dump(route.routes(family="inet", table=254)).all()
    return [f"{each.destination} {each.gateway} {each.metric or 0}" for each in found]


def routes_proc() -> list[str]:
    """/proc/net/route: addresses as hexadecimal numbers in host order; only the main table, only IPv4."""
    found = []
    for line in _read("/proc/net/route").splitlines()[1:]:
        _, destination, gateway, _, _, _, metric, mask, *_ = line.split()
        length = bin(int(mask, 16)).count("1")
        found.append(f"{_dotted(destination)}/{length} {_dotted(gateway)} {metric}")
    return found


def _dotted(number: str) -> str:
    return socket.inet_ntoa(struct.pack("=I", int(number, 16)))


def _read(path: str) -> str:
    """A file of /proc, with as few system calls as it takes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(descriptor, 1 << 20):
            parts.append(part)
    finally:
        os.close(descriptor)
    return b"".join(parts).decode()


# ------------------------------------------------------------------------------------------------ the ways


@dataclass(frozen=True)
class Way:
    name: str
    ask: Callable[[], list[str]]
    cannot: str  # what it can not say


LINKS = (
    Way("netlink", links_netlink, "nothing of this: every attribute, every kind's own"),
    Way(
        "ioctl",
        links_ioctl,
        "which interfaces there are (SIOCGIFCONF: only those with an IPv4 address); kind, master, peer, link state, "
        "64-bit counters, addresses over 14 bytes; several calls for each, so no consistent list",
    ),
    Way("/proc/net/dev", links_proc, "index, flags, state, MTU, address, kind, master: names and counters alone"),
)
TABLE = (
    Way("netlink", routes_netlink, "nothing of this: all families, tables, metrics, next hops"),
    Way(
        "/proc/net/route",
        routes_proc,
        "other tables than main, IPv6, the second next hop, protocol, scope, preferred source, encapsulation, "
        "metrics but three",
    ),
)
NO_LIST = "ioctl: cannot list routes at all; SIOCADDRT and SIOCDELRT only add and delete them"
WAYS = {f"links {way.name}": way for way in LINKS} | {f"routes {way.name}": way for way in TABLE}


def run(options: Options) -> list[Samples]:
    namespace.many_links(options.links)
    links = links_netlink()
    names = [line.split()[0] for line in links]
    every = Samples("ways-links", f"The same {len(links):,} interfaces, asked for in three ways", "ms", "netlink")
    _measure(every, "links", LINKS, (links, links, names), options)

    count = min(ROUTES, options.routes)
    namespace.plain_routes(count)
    expected = routes_netlink()
    table = Samples("ways-routes", f"The same {count:,} IPv4 routes, asked for in three ways", "ms", "netlink")
    _measure(table, "routes", TABLE, (expected, expected), options)
    table.notes.append(NO_LIST)
    return [every, table]


def _measure(samples: Samples, what: str, ways: Iterable[Way], expected: Iterable[list[str]], options: Options) -> None:
    contestants = [
        Served(way.name, lambda name=f"{what} {way.name}": python("ways", name), lambda lines=lines: lines)  # type: ignore[misc]
        for way, lines in zip(ways, expected, strict=True)
    ]
    take_turns(samples, contestants, options.few_rounds, 1e3)
    for way in ways:
        calls = _system_calls(f"{what} {way.name}")
        if calls is not None:
            samples.calls[way.name] = calls
        samples.notes.append(f"{way.name} can not say {way.cannot}")
    if not samples.calls:
        samples.notes.append("system calls were not counted: strace is not installed, or not allowed")


def _system_calls(name: str) -> int | None:
    """What a round costs, in calls on files and sockets: ten rounds more, divided by ten. None without strace."""
    if shutil.which("strace") is None:
        return None
    try:
        return (_counted(name, 11) - _counted(name, 1)) // 10
    except subprocess.CalledProcessError:  # where tracing is not allowed
        return None


def _counted(name: str, rounds: int) -> int:
    """Calls of a whole process that does so many rounds."""
    calls = "trace=%network,%desc,%file"
    with tempfile.NamedTemporaryFile("r") as report:
        command = ["strace", "-f", "-c", "-U", "calls,name", "-e", calls, "-o", report.name, *python("ways", name)]
        lines = "\n" * rounds
        subprocess.run([*command, "serve"], input=lines, check=True, text=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        total = re.search(r"^\s*(\d+) total$", report.read(), re.M)
    assert total is not None
    return int(total[1]) - rounds  # each round also prints a line


def main(name: str, mode: str) -> None:
    ask = WAYS[name].ask
    if mode == "check":
        print("\n".join(ask()))
        return
    for _ in sys.stdin:
        started = time.perf_counter()
        ask()
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
