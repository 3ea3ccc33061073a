"""A world to collect metrics of, and who does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metrics_world import World
from netlynx import metrics
from support import PATIENCE


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.let.set()


@pytest.fixture
def gatherer(world: World) -> Iterator[metrics.Gatherer]:
    with metrics.Gatherer(["links", "routes"], kernel=world.kernel, deadline=PATIENCE) as made:
        yield made
