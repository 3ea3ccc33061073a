"""Debian's node_exporter says the same of the same links, and a Prometheus that scrapes answers queries."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("prometheus_client")

from prometheus_client.parser import text_string_to_metric_families as read_text

from child import child
from metrics.test_against_tools import nl as network
from netlynx import Connection, metrics, netns
from support import PATIENCE, is_true_root, needs_root

pytestmark = [needs_root, pytest.mark.namespace]
nl = network
NODE, PROMETHEUS = "prometheus-node-exporter", "prometheus"
SYSFS = 'mount -t sysfs sysfs /sys && exec "$@"'  # that of the namespace: node_exporter reads files

# What node_exporter adds up as /proc/net/dev does, in ours.
SAME = {
    "node_network_iface_id": ["link_index"],
    "node_network_mtu_bytes": ["link_mtu_bytes"],
    "node_network_transmit_queue_length": ["link_transmit_queue_length_packets"],
    "node_network_up": ["link_up"],
    "node_network_carrier": ["link_carrier"],
    "node_network_carrier_changes_total": ["link_carrier_changes_total"],
    "node_network_carrier_up_changes_total": ["link_carrier_up_changes_total"],
    "node_network_carrier_down_changes_total": ["link_carrier_down_changes_total"],
    "node_network_speed_bytes": ["link_speed_bytes"],
    "node_network_receive_bytes_total": ["link_receive_bytes_total"],
    "node_network_receive_packets_total": ["link_receive_packets_total"],
    "node_network_receive_errs_total": ["link_receive_errors_total"],
    "node_network_receive_drop_total": ["link_receive_dropped_total", "link_receive_missed_errors_total"],
    "node_network_receive_fifo_total": ["link_receive_fifo_errors_total"],
    "node_network_receive_frame_total": [
        f"link_receive_{each}_errors_total" for each in ("length", "over", "crc", "frame")
    ],
    "node_network_receive_multicast_total": ["link_receive_multicast_total"],
    "node_network_receive_compressed_total": ["link_receive_compressed_total"],
    "node_network_transmit_bytes_total": ["link_transmit_bytes_total"],
    "node_network_transmit_packets_total": ["link_transmit_packets_total"],
    "node_network_transmit_errs_total": ["link_transmit_errors_total"],
    "node_network_transmit_drop_total": ["link_transmit_dropped_total"],
    "node_network_transmit_fifo_total": ["link_transmit_fifo_errors_total"],
    "node_network_transmit_colls_total": ["link_collisions_total"],
    "node_network_transmit_carrier_total": [
        f"link_transmit_{each}_errors_total" for each in ("aborted", "carrier", "heartbeat", "window")
    ],
    "node_network_transmit_compressed_total": ["link_transmit_compressed_total"],
}


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")


def free_port(namespace: netns.NetworkNamespace) -> int:
    with netns.socket_in(namespace, socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def got(namespace: netns.NetworkNamespace, url: str) -> str:
    """What is there, as soon as somebody listens."""

    def get() -> str:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return str(answer.read(), "utf-8")

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return netns.run_in(namespace, get)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@contextmanager
def program(namespace: netns.NetworkNamespace, *words: str) -> Iterator[None]:
    """One that serves until the end of the block, and whose log nobody reads."""
    with child(words, where=namespace, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield
        process.terminate()
        process.wait(PATIENCE)


@pytest.mark.skipif(not is_true_root(), reason="mounts sysfs")
def test_node_exporter_has_the_same_values(namespace: netns.NetworkNamespace, nl: Connection) -> None:
    needs(NODE)
    place = f"127.0.0.1:{free_port(namespace)}"
    words = [NODE, "--collector.disable-defaults", "--collector.netclass", "--collector.netdev"]
    words = ["unshare", "-m", "sh", "-ec", SYSFS, "sh", *words, f"--web.listen-address={place}"]
    with program(namespace, *words):
        text = got(namespace, f"http://{place}/metrics")
        theirs: dict[str, dict[str, float]] = {}
        states = {}
        for family in read_text(text):
            for sample in family.samples:
                if sample.name in SAME:
                    theirs.setdefault(sample.name, {})[sample.labels["device"]] = sample.value
                elif sample.name == "node_network_info":
                    labels = sample.labels
                    states[labels["device"]] = (labels["operstate"], labels["address"], labels["ifalias"])
        # It asks over lo, whose counters have gone on by what it answered.
        ours: dict[str, dict[tuple[str, ...], Any]] = {
            family.metric.sample.removeprefix("netlynx_"): dict(zip(family.keys, family.values, strict=True))
            for name in ("links", "ethtool")
            for family in metrics.collect(nl, name, deadline=PATIENCE)
        }
    assert set(states) == {"lo", "v0", "v1", "br0"}
    assert {(device, state) for device, (state, _, _) in states.items()} == {*ours["link_operstate_info"]}
    for device, _, address, _, alias in ours["link_info"]:
        assert states[device][1:] == (address, alias)
    compared = 0
    for name, values in theirs.items():
        for device, value in values.items():
            if value < 0 or (device == "lo" and ("receive" in name or "transmit_" in name)):
                continue
            assert (name, device, sum(ours[each][device,] or 0 for each in SAME[name])) == (name, device, value)
            compared += 1
    assert {*theirs} == {*SAME}
    assert compared > 60
    assert theirs["node_network_receive_drop_total"]["v1"] == 7


def test_a_prometheus_scrapes_and_answers(namespace: netns.NetworkNamespace, nl: Connection, tmp_path: Path) -> None:
    needs(PROMETHEUS)
    target, place = (f"127.0.0.1:{free_port(namespace)}" for _ in range(2))
    config = tmp_path / "prometheus.yml"
    config.write_text(
        "scrape_configs:\n"
        "  - job_name: netlynx\n"
        "    scrape_interval: 1s\n"
        "    scrape_timeout: 1s\n"
        f"    static_configs: [{{targets: ['{target}']}}]\n"
    )

    def asked(query: str) -> dict[str, float]:
        """The value of each series, by its device; as soon as there is one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = json.loads(got(namespace, f"http://{place}/api/v1/query?query={urllib.parse.quote(query)}"))
            assert answer["status"] == "success"
            if found := answer["data"]["result"]:
                return {each["metric"].get("device", ""): float(each["value"][1]) for each in found}
            time.sleep(0.2)
        raise AssertionError(f"nothing came of {query}")

    exporter = [sys.executable, "-m", "netlynx", "exporter", "--listen", target]
    scraper = [PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'data'}"]
    with program(namespace, *exporter), program(namespace, *scraper, f"--web.listen-address={place}"):
        assert asked("up == 1") == {"": 1.0}
        assert asked("netlynx_link_mtu_bytes") == {"lo": 65536.0, "v0": 1500.0, "v1": 1500.0, "br0": 1400.0}
        assert asked("netlynx_link_transmit_packets_total{device='v0'}") == {"v0": 7.0}
        assert asked("count(netlynx_collector_success)") == {"": float(len(metrics.COLLECTORS))}
        assert asked("rate(netlynx_link_receive_bytes_total{device='lo'}[30s]) > 0")["lo"] > 0
        kinds = json.loads(got(namespace, f"http://{place}/api/v1/metadata?metric=netlynx_link_receive_bytes_total"))
        (told,) = kinds["data"]["netlynx_link_receive_bytes_total"] if kinds["data"] else ({"type": "counter"},)
        assert told["type"] == "counter"
