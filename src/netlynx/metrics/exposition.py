"""Families as text for Prometheus, as OpenMetrics, and as what the client library has of metrics.

The library's generators make each sample an object first, which for 1,000 links takes longer than all the rest. What
is written here is byte for byte what they write of the same (tests/metrics/test_exposition.py).

Source: https://prometheus.io/docs/instrumenting/exposition_formats/, OpenMetrics 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from netlynx.metrics.model import NETNS, Family, Key, Metric
from netlynx.metrics.needed import check_prometheus

if TYPE_CHECKING:
    from prometheus_client import Metric as LibraryMetric


class Part(NamedTuple):
    """What was read in one network namespace, None where none was named."""

    netns: str | None
    families: Sequence[Family]


def by_metric(parts: Iterable[Part]) -> dict[Metric, list[tuple[str | None, Family]]]:
    """What there is of each metric, in whichever namespace."""
    found: dict[Metric, list[tuple[str | None, Family]]] = {}
    for netns, families in parts:
        for family in families:
            found.setdefault(family.metric, []).append((netns, family))
    return found


def render(parts: Iterable[Part], *, openmetrics: bool = False) -> bytes:
    """All samples as text of Prometheus, or as OpenMetrics, in UTF-8.

    Raises MetricsError without the client library.
    """
    check_prometheus()
    written, numbers, labels = [], _Numbers(), _Labels()
    for metric, found in by_metric(parts).items():
        written.append(_head(metric, openmetrics))
        name = metric.sample
        for netns, family in found:
            texts = labels.of(metric.labels, family.keys, netns)
            written += [
                f"{name}{text} {numbers[value]}\n"
                for text, value in zip(texts, family.values, strict=True)
                if value is not None
            ]
    if openmetrics:
        written.append("# EOF\n")
    return "".join(written).encode()


def library_metrics(parts: Iterable[Part]) -> Iterator[LibraryMetric]:
    """The same as the client library has it, for its registries and its other ways of writing. Raises as `render`."""
    check_prometheus()
    from prometheus_client import Metric as LibraryMetric

    for metric, found in by_metric(parts).items():
        made = LibraryMetric(metric.name, metric.help, metric.kind, metric.unit)
        for netns, family in found:
            place = {} if netns is None else {NETNS: one_text(netns)}
            for key, value in zip(family.keys, family.values, strict=True):
                if value is not None:
                    told = dict(zip(metric.labels, map(one_text, key), strict=True))
                    made.add_sample(metric.sample, {**told, **place}, float(value))
        yield made


def one_text(value: str) -> str:
    """A text that can be UTF-8: bytes of a name that are not stand as escapes."""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def _head(metric: Metric, openmetrics: bool) -> str:
    help = metric.help.replace("\\", r"\\").replace("\n", r"\n")
    if openmetrics:
        help = help.replace('"', r"\"")
        unit = f"# UNIT {metric.name} {metric.unit}\n" if metric.unit else ""
        return f"# HELP {metric.name} {help}\n# TYPE {metric.name} {metric.kind}\n{unit}"
    kind = "counter" if metric.kind == "counter" else "gauge"
    return f"# HELP {metric.sample} {help}\n# TYPE {metric.sample} {kind}\n"


class _Numbers(dict[float, str]):
    """Numbers as Go writes them, which is what readers expect; most are 0."""

    def __missing__(self, value: float) -> str:
        from prometheus_client.utils import floatToGoString

        text: str = floatToGoString(value)  # type: ignore[no-untyped-call]  # the library's
        self[value] = text
        return text


class _Labels:
    """Labels as text, written once for all metrics that share their keys."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...], str | None], tuple[Sequence[Key], list[str]]] = {}

    def of(self, names: tuple[str, ...], keys: Sequence[Key], netns: str | None) -> list[str]:
        """The labels of each key, in braces; nothing where there are none."""
        which = (id(keys), names, netns)
        if which not in self._known:
            self._known[which] = keys, _written(names, keys, netns)  # with the keys, whose id is theirs while they live
        return self._known[which][1]


def _written(names: tuple[str, ...], keys: Sequence[Key], netns: str | None) -> list[str]:
    place = () if netns is None else (netns,)
    every = names + (NETNS,) * len(place)
    if not every:
        return [""] * len(keys)
    order = sorted(range(len(every)), key=every.__getitem__)
    return ["{" + ",".join([f'{every[at]}="{_escaped((*key, *place)[at])}"' for at in order]) + "}" for key in keys]


def _escaped(value: str) -> str:
    return one_text(value).replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
