"""TCP sockets as JSON by the command line, and with the processes that have them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from . import operations, sockets
from .measure import Absent, Contestant, Samples, Served, Whole, python, take_turns
from .options import Options
from .reference import records

NETLYNX = str(Path(sys.executable).with_name("netlynx"))
JSON = "netlynx sockets tcp --json"
SS = "ss -tinH"
OWNED = "netlynx: sockets and owners"
PSUTIL = "psutil.net_connections"
_PID = re.compile(r"pid=(\d+)")


def run_json(options: Options) -> Samples:
    sockets.many_sockets(options.listed_sockets)
    ends = [f"{each['source']}:{each['source_port']}" for each in records(operations.dump("sockets"))]
    samples = Samples("sockets-json", f"{len(ends):,} TCP sockets as JSON, whole process", "ms", SS)
    contestants: list[Contestant] = [
        Whole(JSON, (NETLYNX, "sockets", "tcp", "--json"), _json_ends, lambda: ends),
        Whole(SS, ("ss", "-tinH"), _ss_ends, lambda: ends),
    ]
    take_turns(samples, contestants, options.few_rounds, 1e3)
    samples.notes.append("the command lists what listens as well; ss prints a part of what the kernel tells")
    return samples


def run_owners(options: Options) -> Samples:
    sockets.many_sockets(options.sockets)
    owned = sorted(_by_ss())
    samples = Samples("sockets-owners", f"{len(owned):,} TCP sockets and their processes", "ms", PSUTIL)
    contestants: list[Contestant] = [
        Served(OWNED, lambda: python("contestants", "owned", "tcp"), lambda: owned),
        Served(PSUTIL, lambda: python("contestants", "psutil", "tcp"), lambda: owned),
    ]
    take_turns(samples, contestants, options.few_rounds, 1e3)
    samples.notes.append("both read a link in /proc for each descriptor of each process, which is most of it")
    return samples


def _json_ends(printed: str) -> Iterator[str]:
    """The own ends of connections in what the command prints."""
    return (f"{each['source']}:{each['source_port']}" for each in json.loads(printed) if each["state"] != "listen")


def _ss_ends(printed: str) -> Iterator[str]:
    """The same in what ss prints: every other line is what it knows of the connection."""
    return (line.split()[3] for line in printed.splitlines() if not line[:1].isspace())


def _by_ss() -> Iterator[str]:
    """Own ends and the processes that have them, as ss knows them."""
    try:
        said = subprocess.run(("ss", "-tnpH"), capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        raise Absent("ss is not installed") from None
    for line in said.splitlines():
        processes = sorted(set(_PID.findall(line)))
        yield f"{line.split()[3]} {' '.join(processes)}"
