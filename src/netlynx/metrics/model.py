"""Metrics as they are declared, what was read of them, and collectors: what is asked of a kernel, and what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import msgspec

PREFIX = "netlynx_"
NETNS = "netns"
"""The label that says of which network namespace a sample is, where namespaces were named."""

Kind = Literal["counter", "gauge", "info"]
Key = tuple[str, ...]
"""Values of labels, in the order of the metric's."""


K = TypeVar("K", bound=Key)


class Metric(msgspec.Struct, frozen=True):
    """What a metric is: its name without the suffix of its kind (``_total``, ``_info``), and the labels of its samples.

    A name that ends in a unit (``_bytes``, ``_seconds``) is in that unit.
    """

    kind: Kind
    name: str
    help: str
    labels: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The base unit that its name ends with, or nothing."""
        last = self.name.rpartition("_")[2]
        return last if last in ("bytes", "seconds") else ""

    @property
    def sample(self) -> str:
        """What its samples are called."""
        return self.name + {"counter": "_total", "info": "_info", "gauge": ""}[self.kind]


class Family(msgspec.Struct, frozen=True):
    """What was read of a metric: the labels of each sample, and its value; None where the kernel did not tell it.

    Metrics of the same things share their keys: the very same sequence.
    """

    metric: Metric
    keys: Sequence[Key]
    values: Sequence[int | float | None]


class Ask(msgspec.Struct, frozen=True):
    """An operation whose answer a collector reads: the records of a dump one by one, or the one answer of a do.

    Of what is `optional` a kernel may know nothing: then there are no records, and None for the one answer.
    """

    operation: Any  # a Dump, or a Do, of whatever record
    optional: bool = False


class Collector(msgspec.Struct, frozen=True):
    """A part of what a kernel knows: what is asked, and what the answers are as samples.

    `asks` makes the operations, `read` takes their answers in the same order; it may be called again where a table
    changed while it was read. `labels` says how many series there may be, in words.
    """

    name: str
    about: str
    labels: str
    asks: Callable[[], tuple[Ask, ...]]
    read: Callable[..., list[Family]]


def counter(name: str, help: str, *labels: str) -> Metric:
    """A number that only grows, until what it counts is made anew."""
    return Metric("counter", PREFIX + name, help, labels)


def gauge(name: str, help: str, *labels: str) -> Metric:
    """A number as it is now."""
    return Metric("gauge", PREFIX + name, help, labels)


def info(name: str, help: str, *labels: str) -> Metric:
    """What is in words: always 1, what it says are its labels."""
    return Metric("info", PREFIX + name, help, labels)


def single(metric: Metric, value: int | float | None) -> Family:
    """The one sample of a metric without labels."""
    return Family(metric, ((),), (value,))


def of_table(metric: Metric, table: Mapping[K, int]) -> Family:
    """What was added up by labels."""
    return Family(metric, [*table], [*table.values()])


def text(value: object) -> str:
    """The label of an enumeration's member, and whatever else as text; nothing for None."""
    return "" if value is None else str(value)


def columns(objects: Iterable[Any], read: Callable[[Any], tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    """What `read` gives of each object, as one sequence for each place in it; `width` of them, also of no objects."""
    rows = [*map(read, objects)]
    return [*zip(*rows, strict=True)] if rows else [()] * width
