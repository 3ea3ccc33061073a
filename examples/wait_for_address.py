"""Waits until an interface has an address that can be used, and prints it: the first line of a container's start.

    python wait_for_address.py eth0 --family inet6 --timeout 30 && exec server

The interface need not be there yet. Tentative and link-local addresses do not count. The exit status is 1 when the time
is over. It needs no privilege.
"""

from __future__ import annotations

import argparse
import sys

import anyio

import netlynx
from netlynx import AsyncMirror, route


async def wait_for_address(interface: str, family: str | None, timeout: float) -> str:
    """The first address of global scope; raises RequestTimeout when none comes in time."""

    def usable(mirror: AsyncMirror) -> str | None:
        link = mirror[route.links()].get(name=interface)
        if link is None:
            return None
        found = mirror[route.addresses(family=family)].find(index=link.index)
        return next((each.local or each.address for each in found if each.scope == route.Scope.GLOBAL), None)

    async with netlynx.aconnect() as nl, nl.mirror(route.links(), route.addresses(family=family)) as mirror:
        address = await mirror.wait_until(usable, timeout)
        assert address is not None
        return address


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("interface")
    parser.add_argument("--family", choices=["inet", "inet6"], help="either, unless given")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS")
    options = parser.parse_args()
    try:
        print(anyio.run(wait_for_address, options.interface, options.family, options.timeout))
    except netlynx.RequestTimeout:
        sys.exit(f"{options.interface} has no address after {options.timeout:g} s")


if __name__ == "__main__":
    main()
