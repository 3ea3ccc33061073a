"""What metrics take besides netlynx, and their error."""

from __future__ import annotations

from netlynx.errors import NetlynxError


class MetricsError(NetlynxError, ValueError):
    """Metrics cannot be given out as they are asked for, or what it takes is not installed."""


def check(*, prometheus: bool = True, otlp: bool = False) -> None:
    """Look for what one, or both, take. Raises MetricsError with what is to be installed."""
    if prometheus:
        check_prometheus()
    if otlp:
        check_otlp()


def check_prometheus() -> None:
    """Raises MetricsError where the client library of Prometheus is missing."""
    try:
        import prometheus_client  # noqa: F401  # looked for
    except ImportError:
        raise MetricsError(
            "metrics need prometheus-client, which is not installed: pip install 'netlynx[metrics]'"
        ) from None


def check_otlp() -> None:
    """Raises MetricsError where the SDK of OpenTelemetry, or its exporter, is missing."""
    try:
        import opentelemetry.exporter.otlp.proto.http.metric_exporter  # looked for
        import opentelemetry.sdk.metrics.export  # noqa: F401  # looked for
    except ImportError:
        raise MetricsError(
            "OTLP needs opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http, which are not installed: "
            "pip install 'netlynx[otlp]'"
        ) from None
