"""Metrics by OTLP, the protocol of OpenTelemetry: pushed to a receiver every so often, by the SDK's own exporter.

Source: https://opentelemetry.io/docs/specs/otel/metrics/data-model/.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from netlynx import limits
from netlynx._version import __version__
from netlynx.metrics.exposition import Part, by_metric, one_text
from netlynx.metrics.gathering import Gathered, Gatherer
from netlynx.metrics.model import NETNS, Metric
from netlynx.metrics.needed import check_otlp
from netlynx.metrics.running import Running

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import export

INTERVAL = 15.0
"""Seconds from one push to the next, unless told."""
_UNITS = {"bytes": "By", "seconds": "s", "": "1"}  # UCUM
_LOGGER = "opentelemetry"


def metrics_data(parts: Iterable[Part], *, since: int, now: int) -> export.MetricsData:
    """Families as OpenTelemetry has them, with whole numbers as such: sums that only grow, `since` a time in
    nanoseconds, and gauges. Raises MetricsError without the SDK.

    What is in words is a gauge of 1, as the specification of OpenTelemetry says of metrics that come from Prometheus.
    """
    check_otlp()
    from opentelemetry.sdk.metrics import export
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope

    made = []
    for metric, found in by_metric(parts).items():
        points = [
            export.NumberDataPoint(
                attributes=_attributes(metric, key, netns),
                start_time_unix_nano=since if metric.kind == "counter" else None,  # type: ignore[arg-type]  # optional on the wire
                time_unix_nano=now,
                value=int(value) if isinstance(value, bool) else value,
            )
            for netns, family in found
            for key, value in zip(family.keys, family.values, strict=True)
            if value is not None
        ]
        if points:
            made.append(export.Metric(metric.sample, metric.help, _UNITS[metric.unit], _data(metric, points)))
    told = OTELResourceDetector().detect().attributes  # OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
    resource = Resource.create({"service.name": "netlynx", "host.name": socket.gethostname(), **told})
    scope = export.ScopeMetrics(InstrumentationScope("netlynx", __version__), made, "")
    return export.MetricsData([export.ResourceMetrics(resource, [scope], "")])


def _data(metric: Metric, points: list[export.NumberDataPoint]) -> export.Sum | export.Gauge:
    from opentelemetry.sdk.metrics import export

    if metric.kind == "counter":
        return export.Sum(points, export.AggregationTemporality.CUMULATIVE, True)
    return export.Gauge(points)


def _attributes(metric: Metric, key: tuple[str, ...], netns: str | None) -> dict[str, str]:
    told = dict(zip(metric.labels, map(one_text, key), strict=True))
    return told if netns is None else {**told, NETNS: one_text(netns)}


class Pusher(Running):
    """Pushes what a gatherer reads to `endpoint` every `interval` seconds, until `close`.

    `endpoint` is a URL such as ``http://127.0.0.1:4318/v1/metrics``; headers, certificates and compression are taken
    from the variables that the SDK has for them (``OTEL_EXPORTER_OTLP_HEADERS`` …). `told` is called with what each
    round gave, and with "" or what went wrong while it was sent.

    Raises MetricsError without the SDK, ValueError for no interval.
    """

    def __init__(
        self,
        gatherer: Gatherer,
        endpoint: str,
        *,
        interval: float = INTERVAL,
        told: Callable[[Gathered, str], None] | None = None,
    ) -> None:
        check_otlp()
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

        self._interval = limits.seconds("interval", interval)
        self._gatherer, self._told = gatherer, told
        self._since = _booted()
        self._closing = threading.Event()
        self._heard = _Heard()
        logger = logging.getLogger(_LOGGER)
        logger.addHandler(self._heard)
        logger.propagate = False
        self._exporter = OTLPMetricExporter(endpoint, timeout=self._interval)
        self._run(self._push, "netlynx-otlp")

    def close(self) -> None:
        """Push no more; what is being sent is given up."""
        self._closing.set()
        self._exporter.shutdown(timeout_millis=0)
        self._thread.join(self._interval)
        logging.getLogger(_LOGGER).removeHandler(self._heard)

    def _push(self) -> None:
        from opentelemetry.sdk.metrics.export import MetricExportResult

        while not self._closing.is_set():
            begun = time.monotonic()
            gathered = self._gatherer.gather()
            data = metrics_data(gathered.parts, since=self._since, now=time.time_ns())
            self._heard.first = ""
            sent = self._exporter.export(data) is MetricExportResult.SUCCESS
            if self._told is not None and not self._closing.is_set():
                self._told(gathered, "" if sent else self._heard.first or "it was not received")
            self._closing.wait(max(0.0, begun + self._interval - time.monotonic()))


def _booted() -> int:
    """When this host was started, in nanoseconds: no counter of the kernel is older, and it is the same next time."""
    return round(time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)) * 10**9


class _Heard(logging.Handler):
    """What the SDK says first of what went wrong, which its answer does not; then it tries again for a while."""

    first = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.first = self.first or record.getMessage()
