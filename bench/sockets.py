"""TCP sockets, with all that the kernel tells of them: a dump to columns and to records, and those of one port."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator

import netlynx
from netlynx import route

from . import namespace, operations
from .measure import Contestant, Samples, Served, Whole, python, take_turns
from .options import Options
from .reference import as_line, records
from .routes import COLUMNS, KEPT, NULL, null_lines, null_reader

PORT = "netlynx: one port"
SS = "ss, one port"
ONE_PORT = 8000  # that of the first server
EACH = 5_000  # connections of one process: a process may not have any number of files open

_holding: list[int] = []  # the processes that have them


def run(options: Options) -> Samples:
    many_sockets(options.sockets)
    wanted = operations.dump("sockets")
    values = list(records(wanted))
    count = len(values)
    samples = Samples("sockets", f"Dump of {count:,} TCP sockets", "ns/socket", NULL, "socket")
    ends = [f"{each['source']}:{each['source_port']}" for each in values if each["source_port"] == ONE_PORT]

    def worker(*arguments: object) -> Callable[[], list[str]]:
        return lambda: python("contestants", *arguments)

    def expected() -> Iterable[str]:
        return map(as_line, values)

    contestants: list[Contestant] = [
        Served(NULL, lambda: null_reader(wanted), lambda: null_lines(count, "sockets")),
        Served(COLUMNS, worker("columns", "sockets", 1), expected),
        Served(KEPT, worker("kept", "sockets", 1), expected),
        Served(PORT, worker("one-port", ONE_PORT), lambda: ends),
        Whole(SS, ("ss", "-tinH4", "state", "established", f"sport = :{ONE_PORT}"), _ends, lambda: ends),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / count)
    samples.notes.append("IPv4, established, with tcp_info, memory and congestion control")
    samples.notes.append(f"{len(ends):,} of them have the port that is asked for")
    return samples


@namespace.kept
def many_sockets(count: int) -> None:
    """Fills a new namespace with connections to itself, half of the sockets at each end."""
    while _holding:
        os.kill(_holding[-1], signal.SIGKILL)
        os.waitpid(_holding.pop(), 0)
    namespace.enter()
    with netlynx.connect() as nl:
        nl.do(route.up("lo"))
    pairs = count // 2
    for number, first in enumerate(range(0, pairs, EACH)):
        _hold(number, min(EACH, pairs - first))


def _hold(number: int, pairs: int) -> None:
    """A process that has a server and so many connections to it, and ends with this one."""
    parent = os.getpid()
    read, write = os.pipe()
    process = os.fork()
    if not process:
        os.close(read)
        _connect(number, pairs)
        os.write(write, b".")
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)
    os.close(write)
    said = os.read(read, 1)
    os.close(read)
    _holding.append(process)
    if not said:
        raise namespace.Unfilled(f"{pairs} connections could not be made: see `ulimit -n`")


def _connect(number: int, pairs: int) -> list[socket.socket]:
    server = socket.create_server((f"127.0.0.{number + 1}", ONE_PORT + number), backlog=64)
    kept = [server]
    for _ in range(pairs):
        kept.append(socket.create_connection(server.getsockname()))
        kept.append(server.accept()[0])
    globals()["_kept"] = kept  # open as long as the process is there
    return kept


def _ends(printed: str) -> Iterator[str]:
    """The own ends in what ss prints: every other line is what it knows of the connection."""
    for line in printed.splitlines():
        if not line[:1].isspace():
            yield line.split()[2]
