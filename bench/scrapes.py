"""Scrapes of a host with many links, in CPU time of who answers: `netlynx exporter`, and Debian's node_exporter."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import netlynx
from netlynx import route

from . import namespace, operations
from .measure import Absent, Contestant, NotThere, Samples, compare, take_turns
from .options import Options
from .reference import records

NODE = "node_exporter, netclass and netdev"
OURS = "netlynx exporter, links"
ALL = "netlynx exporter, all collectors"
PROGRAM = "prometheus-node-exporter"
SCRAPES = 5  # a round: the kernel counts CPU time in hundredths of a second
PATIENCE = 30.0  # seconds for a server to be there
HEADERS = {  # as Prometheus has them
    "Accept": "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "Accept-Encoding": "gzip",
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
}
SYSFS = 'mount -t sysfs sysfs /sys && exec "$@"'  # that of the namespace
# What both tell of a link, and what stands for it in the record.
TOLD = ("mtu", "index", "rx_bytes", "rx_packets", "rx_dropped", "tx_bytes", "tx_packets", "tx_errors")
THEIRS = (
    *("mtu_bytes", "iface_id", "receive_bytes_total", "receive_packets_total", "receive_drop_total"),
    *("transmit_bytes_total", "transmit_packets_total", "transmit_errs_total"),
)
OWN = (
    *("mtu_bytes", "index", "receive_bytes_total", "receive_packets_total", "receive_dropped_total"),
    *("transmit_bytes_total", "transmit_packets_total", "transmit_errors_total"),
)


def run(options: Options) -> Samples:
    _pairs(options.links // 2)
    values = [each for each in records(operations.dump("links")) if each["name"] != "lo"]  # over which is scraped
    samples = Samples("scrapes", f"A scrape of {len(values):,} links, CPU time", "ms", NODE)
    expected = sorted(
        _line(each["name"], [each["stats64"].get(n, 0) if "_" in n else each[n] for n in TOLD]) for each in values
    )
    netlynx_exporter = [str(Path(sys.executable).with_name("netlynx")), "exporter", "--listen"]
    contestants: list[Contestant] = [
        _Exporter(NODE, _node, "node_network_", THEIRS, expected, options.few_rounds),
        _Exporter(OURS, lambda place: [*netlynx_exporter, place, "--collect", "links"], "netlynx_link_", OWN, expected),
        _Exporter(ALL, lambda place: [*netlynx_exporter, place], "netlynx_link_", OWN, expected),
    ]
    take_turns(samples, contestants, options.rounds, 1e3 / SCRAPES)
    samples.notes.append("ends of veth pairs, all up; answers compressed, as Prometheus asks for them")
    return samples


@namespace.kept
def _pairs(count: int) -> None:
    """Fills a new namespace with so many veth pairs that are up, and over which nobody says anything."""
    namespace.enter()
    for which in ("default", "all"):
        Path(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6").write_text("1")
    with netlynx.connect() as nl:
        nl.do(route.up("lo"))
        nl.batch(
            route.add(route.Link(name=f"v{number}", kind="veth", data={"peer": {"name": f"w{number}"}}))
            for number in range(count)
        )
        nl.batch(route.up(f"{end}{number}") for number in range(count) for end in "vw")


def _node(place: str) -> list[str]:
    if shutil.which(PROGRAM) is None:
        raise Absent(f"{PROGRAM} is not installed")
    words = [PROGRAM, "--collector.disable-defaults", "--collector.netclass", "--collector.netdev"]
    return ["unshare", "-m", "sh", "-ec", SYSFS, "sh", *words, f"--web.listen-address={place}"]


def _line(name: str, values: list[float]) -> str:
    return " ".join([name, *(f"{value:g}" for value in values)])


@dataclass
class _Exporter:
    """A server that is scraped: what it took of the processors, as the kernel tells."""

    name: str
    command: Callable[[str], list[str]]
    prefix: str
    metrics: tuple[str, ...]
    expected: list[str]
    most_rounds: int = sys.maxsize
    _port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def check(self) -> None:
        found: dict[str, dict[str, float]] = {}
        for line in gzip.decompress(self._scrape()).decode().splitlines():
            if line.startswith(self.prefix):
                name, _, rest = line.removeprefix(self.prefix).partition('{device="')
                device, _, value = rest.partition('"} ')
                if name in self.metrics:
                    found.setdefault(device, {})[name] = float(value)
        found.pop("lo", None)
        compare(
            self.name,
            sorted(_line(device, [told[name] for name in self.metrics]) for device, told in found.items()),
            self.expected,
        )

    def measure(self) -> float:
        before = self._used()
        for _ in range(SCRAPES):
            self._scrape()
        return self._used() - before

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _used(self) -> float:
        assert self._process is not None
        stat = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def _scrape(self) -> bytes:
        if self._process is None:
            self._begin()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("GET", "/metrics", headers=HEADERS)
            return connection.getresponse().read()
        finally:
            connection.close()

    def _begin(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        command = self.command(f"127.0.0.1:{self._port}")
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise NotThere(f"{command[0]} does not listen") from None
                time.sleep(0.05)
