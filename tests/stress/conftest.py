"""What is put under stress runs on both kernels: on a virtual one, and on this host's in a namespace of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import netlynx
from both_kernels import RealSide, Side, VirtualSide
from netlynx.kernel import VirtualKernel
from netlynx.testing.namespaces import NoNamespace, new_namespace


@pytest.fixture(scope="module")
def virtual_side() -> Iterator[VirtualSide]:
    with VirtualKernel() as kernel:
        yield VirtualSide(kernel)


@pytest.fixture(scope="module")
def real_side() -> Iterator[RealSide]:
    try:
        made = new_namespace()
    except NoNamespace as reason:
        pytest.skip(str(reason))
    with made as namespace:
        side = RealSide(namespace)
        yield side
        side.kernel.close()


@pytest.fixture(params=["virtual", pytest.param("real", marks=pytest.mark.namespace)])
def side(request: pytest.FixtureRequest) -> Side:
    made: Side = request.getfixturevalue(f"{request.param}_side")
    return made


@pytest.fixture
def nl(side: Side) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=side.kernel) as connection:
        yield connection


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)
