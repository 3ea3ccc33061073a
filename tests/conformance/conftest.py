"""The fixture that makes every case run on the virtual kernel, on the same one served to others, and on a real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.sides import BridgeSide, RealSide, Side, VirtualSide

SIDES = {"virtual": VirtualSide, "bridge": BridgeSide, "real": RealSide}


REAL = pytest.param("real", marks=(pytest.mark.namespace, pytest.mark.every_kernel))


@pytest.fixture(params=["virtual", "bridge", REAL])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    made = SIDES[request.param]()
    with made.stack:
        yield made
