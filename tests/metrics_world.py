"""A virtual kernel that metrics are collected of."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from netlynx import route
from netlynx.kernel import Request, VirtualKernel
from netlynx.route.constants import RTM
from netlynx.wire.constants import NETLINK
from support import PATIENCE


class World:
    """A kernel with a link and a route; its routes come when the test lets them, or are refused."""

    def __init__(self) -> None:
        self.kernel = VirtualKernel()
        self.asked = 0
        self.let = threading.Event()
        self.let.set()
        self.problem: Exception | None = None
        routing = self.kernel.serve(NETLINK.ROUTE)

        @routing.dump(RTM.GETLINK, record=route.Link, reply=RTM.NEWLINK)
        def links(request: Request) -> Iterator[route.Link]:
            yield route.Link(index=1, name="lo", mtu=65536, stats64=route.LinkStatistics64(rx_bytes=7))

        @routing.dump(RTM.GETROUTE, record=route.Route, reply=RTM.NEWROUTE)
        def routes(request: Request) -> Iterator[route.Route]:
            self.asked += 1
            if self.problem is not None:
                raise self.problem
            self.let.wait(PATIENCE)
            yield route.Route(family="inet", destination="10.0.0.0/8", protocol="bgp", type="unicast")
