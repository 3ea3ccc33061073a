"""What the kernel changes in one table without a word when something in another changes: see `netlynx.engine.mirrored`.

The other objects' files are imported on first use: who lists routes does not pay for all kinds of links.
"""

from __future__ import annotations

from typing import Any

from netlynx.engine.operation import Do, Group


def by_links() -> tuple[Group[Any], ...]:
    """Links: what is on one goes with it, and its state shows in what leads over it."""
    from netlynx.route.link import LINKS

    return (LINKS,)


def by_links_addresses_and_nexthops() -> tuple[Group[Any], ...]:
    """Links, addresses and nexthop objects: the kernel removes IPv4 routes that need one of them in silence.

    Source: fib_sync_down_dev, fib_sync_down_addr and fib_table_flush in net/ipv4; remove_nexthop in net/ipv4/nexthop.c.
    """
    from netlynx.route.address import ADDRESSES
    from netlynx.route.link import LINKS
    from netlynx.route.nexthop import NEXTHOPS

    return (LINKS, ADDRESSES, NEXTHOPS)


def fence() -> Do[Any]:
    """A request that is answered when the changes under way are done: it takes the lock that they hold (RTNL)."""
    from netlynx.route.link import link

    return link(index=1, statistics=False)
