"""What the kernel counts, as metrics: for Prometheus, as OpenMetrics, by OTLP.

    from netlynx import metrics

    with metrics.Gatherer(["links", "routes"]) as gatherer:
        print(metrics.render(gatherer.gather().parts).decode())

A collector is what is asked of the kernel and what the answers are as samples, and nothing of how they come: `collect`
has one work on a connection of one's own. A `Gatherer` has several work beside each other in several network
namespaces, each with a deadline; a `Server` answers scrapes with what one gives, a `Pusher` sends it to a receiver of
OTLP. On the command line that is ``netlynx exporter``.

What it takes: ``pip install 'netlynx[metrics]'``, and ``'netlynx[otlp]'`` for OTLP.
"""

from __future__ import annotations

from netlynx.metrics.collectors import NAMES as COLLECTORS
from netlynx.metrics.collectors import collector as collector
from netlynx.metrics.exposition import Part as Part
from netlynx.metrics.exposition import library_metrics as library_metrics
from netlynx.metrics.exposition import render as render
from netlynx.metrics.gathering import Gathered as Gathered
from netlynx.metrics.gathering import Gatherer as Gatherer
from netlynx.metrics.gathering import Problem as Problem
from netlynx.metrics.gathering import collect as collect
from netlynx.metrics.model import Ask as Ask
from netlynx.metrics.model import Collector as Collector
from netlynx.metrics.model import Family as Family
from netlynx.metrics.model import Metric as Metric
from netlynx.metrics.needed import MetricsError as MetricsError
from netlynx.metrics.needed import check as check
from netlynx.metrics.otlp import Pusher as Pusher
from netlynx.metrics.otlp import metrics_data as metrics_data
from netlynx.metrics.serving import Place as Place
from netlynx.metrics.serving import Server as Server

__all__ = [
    "COLLECTORS",
    "Ask",
    "Collector",
    "Family",
    "Gathered",
    "Gatherer",
    "Metric",
    "MetricsError",
    "Part",
    "Place",
    "Problem",
    "Pusher",
    "Server",
    "check",
    "collect",
    "collector",
    "library_metrics",
    "metrics_data",
    "render",
]
