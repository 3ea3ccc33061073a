"""The fixture that makes every case run on both kernels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.sides import RealSide, Side, VirtualSide


@pytest.fixture(params=["virtual", pytest.param("real", marks=(pytest.mark.namespace, pytest.mark.every_kernel))])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    made = VirtualSide() if request.param == "virtual" else RealSide()
    with made.stack:
        yield made
