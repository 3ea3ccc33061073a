from __future__ import annotations

from collections.abc import Iterator

import pytest

from netlynx.kernel import VirtualKernel


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made
