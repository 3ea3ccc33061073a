"""Routes added in a batch."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any  # of what the C program prints

from . import namespace, operations, views
from .measure import Contestant, Samples, Served, Whole, Wrong, program, python, take_turns
from .options import Options
from .reference import records

BATCH = "netlynx: batch"
IP = "ip -batch"
WRITER = "C batched"


@dataclass
class Writer:
    """The C program that writes batches. It counts the routes itself and removes them."""

    routes: int
    name: str = WRITER
    most_rounds: int = sys.maxsize
    window: int = 0

    def check(self) -> None:
        """Finds the window with which it is fastest."""
        found = self._run()
        if found["messages"] != self.routes:
            raise Wrong(f"{self.name}: {found['messages']} routes, not {self.routes}")
        self.window = found["window"]

    def measure(self) -> float:
        (rate,) = self._run("--window", self.window)["windows"][0]["messages_per_second"]
        return self.routes / float(rate)

    def close(self) -> None: ...

    def _run(self, *more: object) -> dict[str, Any]:
        command = [program("batch_writer"), "--routes", self.routes, "--device", namespace.DEVICE, "--runs", 1, *more]
        printed = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, check=True, text=True).stdout
        found: dict[str, Any] = json.loads(printed)
        return found


def run(options: Options) -> Samples:
    namespace.empty()
    count = options.adds
    oif = socket.if_nametoindex(namespace.DEVICE)
    samples = Samples("adds", f"{count:,} IPv4 routes added in a batch", "µs/route", WRITER)
    expected = [
        views.brief({"destination": operations.added(number), "gateway": operations.GATEWAY, "oif": oif})
        for number in range(count)
    ]

    def there(_: str) -> Iterable[str]:
        return map(views.brief, records(operations.dump("routes")))

    def clear() -> None:
        subprocess.run(["ip", "-4", "route", "flush", "table", "main"], check=True, stderr=subprocess.DEVNULL)

    with tempfile.NamedTemporaryFile("w", suffix=".batch") as lines:
        for number in range(count):
            via = f"via {operations.GATEWAY} dev {namespace.DEVICE} onlink"
            lines.write(f"route add {operations.added(number)} {via} proto static\n")
        lines.flush()
        contestants: list[Contestant] = [
            Writer(count),
            Served(BATCH, lambda: python("contestants", "batch", oif, count), lambda: expected),
            Whole(IP, ("ip", "-batch", lines.name), there, lambda: expected, clear),
        ]
        take_turns(samples, contestants, options.few_rounds, 1e6 / count)
    return samples
