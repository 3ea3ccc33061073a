"""What is pushed by OTLP, as a receiver decodes it with the messages of the protocol."""

from __future__ import annotations

import gzip
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)

from netlynx import metrics
from support import PATIENCE


class Receiver:
    """A receiver of OTLP/HTTP: requests as they were decoded; it refuses while `status` says so."""

    def __init__(self) -> None:
        self.requests: queue.Queue[tuple[Any, Any]] = queue.Queue()
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                receiver.requests.put((ExportMetricsServiceRequest.FromString(body), self.headers))
                self.send_response(receiver.status)
                self.end_headers()
                self.wfile.write(ExportMetricsServiceResponse().SerializeToString())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1/metrics"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_receiver_gets_sums_and_gauges_with_whole_numbers(
    receiver: Receiver, gatherer: metrics.Gatherer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "host.name=told,deployment.environment=test")
    told: queue.Queue[tuple[metrics.Gathered, str]] = queue.Queue()
    with metrics.Pusher(gatherer, receiver.url, interval=0.1, told=lambda *what: told.put(what)):
        first, _ = receiver.requests.get(timeout=PATIENCE)
        second, _ = receiver.requests.get(timeout=PATIENCE)
        assert told.get(timeout=PATIENCE)[1] == ""
    (resource,) = first.resource_metrics
    attributes = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert attributes["service.name"] == "netlynx"
    assert (attributes["host.name"], attributes["deployment.environment"]) == ("told", "test")
    (scope,) = resource.scope_metrics
    assert scope.scope.name == "netlynx"
    found = {each.name: each for each in scope.metrics}
    counted = found["netlynx_link_receive_bytes_total"]
    assert (counted.unit, counted.sum.is_monotonic, counted.sum.aggregation_temporality) == ("By", True, 2)
    (point,) = counted.sum.data_points
    assert point.as_int == 7
    assert 0 < point.start_time_unix_nano < point.time_unix_nano
    assert [(each.key, each.value.string_value) for each in point.attributes] == [("device", "lo")]
    (point,) = found["netlynx_routes"].gauge.data_points
    assert point.as_int == 1
    assert {each.key: each.value.string_value for each in point.attributes} == {
        "family": "inet",
        "protocol": "bgp",
        "type": "unicast",
    }
    again = {each.name: each for each in second.resource_metrics[0].scope_metrics[0].metrics}
    (later,) = again["netlynx_link_receive_bytes_total"].sum.data_points
    (before,) = counted.sum.data_points
    assert later.start_time_unix_nano == before.start_time_unix_nano
    assert later.time_unix_nano > before.time_unix_nano


def test_what_is_pushed_is_what_a_scrape_gets(gatherer: metrics.Gatherer) -> None:
    parts = gatherer.gather().parts
    pushed = {
        (each.name, tuple(sorted((point.attributes or {}).items()))): float(point.value)  # type: ignore[arg-type, union-attr]
        for resource in metrics.metrics_data(parts, since=1, now=2).resource_metrics
        for scope in resource.scope_metrics
        for each in scope.metrics
        for point in each.data.data_points
    }
    pytest.importorskip("prometheus_client")
    scraped = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for each in metrics.library_metrics(parts)
        for sample in each.samples
    }
    assert pushed == scraped


def test_what_is_refused_is_told_and_the_next_is_tried(
    receiver: Receiver, gatherer: metrics.Gatherer, capfd: pytest.CaptureFixture[str]
) -> None:
    receiver.status = 400
    told: queue.Queue[str] = queue.Queue()
    with metrics.Pusher(gatherer, receiver.url, interval=0.1, told=lambda gathered, problem: told.put(problem)):
        assert "400" in told.get(timeout=PATIENCE)
        receiver.status = 200
        while told.get(timeout=PATIENCE):
            pass
    assert capfd.readouterr().err == ""


def test_nobody_there_is_told_and_it_ends_at_once(gatherer: metrics.Gatherer) -> None:
    told: queue.Queue[str] = queue.Queue()
    with metrics.Pusher(gatherer, "http://127.0.0.1:9/", interval=0.2, told=lambda _, problem: told.put(problem)):
        assert "export metrics" in told.get(timeout=PATIENCE)
