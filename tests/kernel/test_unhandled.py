"""What a virtual kernel says of requests that it has no handler for: a test that sees it knows what to register."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import ethtool, route
from netlynx.kernel import VirtualKernel


@pytest.fixture
def kernel() -> VirtualKernel:
    kernel = VirtualKernel()
    service = kernel.serve(0)
    service.do(18, record=route.Link, get=True)(lambda request: None)
    kernel.family(ethtool.Ethtool).handles(ethtool.Ethtool.rings)(lambda request: None)
    return kernel


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (route.links(), "RTM_GETLINK: none was registered with `dump`"),
        (route.up("lo"), "RTM_NEWLINK: none was registered with `do`"),
        (route.mctp_addresses(index=7), "RTM_GETADDR: none was registered with `dump`"),
        (ethtool.linkmodes("eth0"), "Ethtool.linkmodes"),
        (ethtool.all_rings(), "Ethtool.all_rings"),
    ],
    ids=["dump", "do", "what a real kernel is built without", "command", "dump of a family"],
)
def test_it_names_the_handler_and_no_cause_that_a_real_kernel_would_have(
    kernel: VirtualKernel, wanted: Any, said: str
) -> None:
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NotSupported) as caught:
        nl.dump(wanted).all() if hasattr(wanted, "where") else nl.do(wanted)
    assert caught.value.message == f"this virtual kernel has no handler for {said}"
    assert caught.value.hint == ""
    assert said in str(caught.value)
