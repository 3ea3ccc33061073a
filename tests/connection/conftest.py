"""A virtual kernel, and connections to it; nothing here needs a privilege."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

import netlynx
from netlynx.kernel import VirtualKernel
from support import PATIENCE
from toy import Silent, Table


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def table(kernel: VirtualKernel) -> Table:
    return Table(kernel)


@pytest.fixture
def silent(kernel: VirtualKernel) -> Silent:
    return Silent(kernel)


@pytest.fixture
def nl(kernel: VirtualKernel) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as connection:
        yield connection


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def anl(kernel: VirtualKernel) -> AsyncIterator[netlynx.AsyncConnection]:
    async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as connection:
        yield connection
