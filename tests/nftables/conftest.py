"""What the tests of nftables share: a virtual kernel with its transactions, and either shell to talk to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import pytest

import netlynx
from netlynx.kernel import VirtualKernel
from virtual_nft import Firewall, Talking


class Awaited:
    """An async connection as if it were a sync one, one event loop a call."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self._kernel = kernel

    def do(self, operation: Any) -> Any:
        return anyio.run(self._call, "do", operation, {})

    def batch(self, operations: Any, **how: Any) -> Any:
        return anyio.run(self._call, "batch", operations, how)

    async def _call(self, verb: str, given: Any, how: dict[str, Any]) -> Any:
        async with netlynx.aconnect(kernel=self._kernel) as nl:
            return await getattr(nl, verb)(given, **how)


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def firewall(kernel: VirtualKernel) -> Firewall:
    return Firewall(kernel, ["there"])


@pytest.fixture(params=["sync", "async"])
def shell(request: pytest.FixtureRequest, kernel: VirtualKernel, firewall: Firewall) -> Iterator[Talking]:
    if request.param == "async":
        yield Awaited(kernel)
        return
    with netlynx.connect(kernel=kernel) as nl:
        yield nl
