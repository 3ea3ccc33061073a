"""What is written is byte for byte what the client library writes of the same, and what its parsers read back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("prometheus_client")

from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from netlynx.metrics import COLLECTORS, Family, Metric, Part, collector, library_metrics, render

DEVICES = [("v0", "up"), ('odd "name"\\', "down"), ("two\nlines", ""), ("\udcff\udcfe", "up"), ("größe", "")]
LABELS = ("state", "device")  # not in the order of the alphabet
METRICS = [
    Metric("counter", "netlynx_test_bytes", 'A "help" with \\ and\ntwo lines.', LABELS),
    Metric("gauge", "netlynx_test_seconds", "Seconds.", LABELS),
    Metric("info", "netlynx_test", "In words.", LABELS),
    Metric("gauge", "netlynx_test_nothing", "No samples at all.", LABELS),
]


class Registry:
    """What was read, as the library's own generators take it."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts

    def collect(self) -> Any:
        return library_metrics(self.parts)


def families(numbers: list[float | None]) -> list[Family]:
    keys = [(state, device) for device, state in DEVICES]
    values = [numbers[at % len(numbers)] for at in range(len(keys))]
    return [*(Family(metric, keys, values) for metric in METRICS[:3]), Family(METRICS[3], (), ())]


def both(parts: list[Part]) -> None:
    assert render(parts) == generate_latest(Registry(parts))
    assert render(parts, openmetrics=True) == generate_openmetrics(Registry(parts))


NUMBERS = st.one_of(
    st.none(), st.booleans(), st.integers(0, 2**64 - 1), st.floats(allow_nan=True), st.sampled_from([0.5, 1e300, 1e-9])
)


@given(st.lists(NUMBERS, min_size=1, max_size=5))
def test_bytes_are_those_of_the_library(numbers: list[float | None]) -> None:
    both([Part(None, families(numbers))])
    both([Part("blue", families(numbers)), Part('"red"\\\n', families(numbers)), Part(None, [])])


def test_metrics_without_labels_and_of_several_namespaces() -> None:
    plain = Metric("counter", "netlynx_plain", "One number.")
    both([Part(None, [Family(plain, ((),), (7,))])])
    both([Part("a", [Family(plain, ((),), (7,))]), Part("b", [Family(plain, ((),), (8,))])])
    told = render([Part("a", [Family(plain, ((),), (7,))]), Part("b", [Family(plain, ((),), (8,))])]).decode()
    assert told.count("# HELP") == 1  # or a scrape is refused
    assert 'netlynx_plain_total{netns="b"} 8.0' in told


def test_the_parsers_of_the_library_read_it_back() -> None:
    told = families([1, 2**63, 0.25])
    told[2] = Family(METRICS[2], told[2].keys, [1] * len(DEVICES))
    parts = [Part("blue", told)]
    expected = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for each in library_metrics(parts)
        for sample in each.samples
    }
    for read, text in (
        (read_text, render(parts).decode()),
        (read_openmetrics, render(parts, openmetrics=True).decode()),
    ):
        found = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for each in read(text)
            for sample in each.samples
        }
        assert found == expected


@pytest.mark.parametrize("name", COLLECTORS)
def test_names_are_what_the_conventions_of_prometheus_say(name: str) -> None:
    """Of all metrics that a collector's file declares: base units, no suffix twice, help that is a sentence."""
    import importlib

    module = importlib.import_module(f"netlynx.metrics.collectors.{name}")
    metrics: list[Metric] = []
    for value in vars(module).values():
        several = [*value.values()] if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
        metrics += [each for each in several if isinstance(each, Metric)]
    assert metrics
    assert len({each.name for each in metrics}) == len(metrics)
    for each in metrics:
        assert each.name.startswith("netlynx_")
        assert not each.name.endswith(("_total", "_info", "_count", "_sum", "_bucket", "_bits", "_milliseconds"))
        assert each.help.endswith(".")
        assert "netns" not in each.labels
    assert collector(name).name == name
    assert collector(name).about
    assert collector(name).labels


def test_a_collector_that_there_is_not_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="there is no collector 'route'; did you mean routes"):
        collector("route")
