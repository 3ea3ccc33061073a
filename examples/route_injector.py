"""Makes the routes that standard input names, leaves those that are right, and removes those that it no longer names.

    python route_injector.py --table 100 < routes

A line is a prefix and its gateway: `10.1.0.0/16 192.0.2.2`, or `2001:db8:1::/48 fe80::2%eth0`. The routes are told from
all others by their protocol number (--protocol), so what others made is never touched. With --dry-run it only says what
it would do. It needs CAP_NET_ADMIN.
"""

from __future__ import annotations

import argparse
import ipaddress
import socket
import sys
from collections.abc import Iterable

import netlynx
from netlynx import route


def wanted_routes(lines: Iterable[str], table: int, protocol: int) -> dict[str, route.Route]:
    """Routes by their prefixes; raises ValueError with the number of a line that is none."""
    found = {}
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            prefix, via = words
            gateway, _, oif = via.partition("%")
            net = str(ipaddress.ip_network(prefix))
            index = socket.if_nametoindex(oif) if oif else None
            found[net] = route.Route(destination=net, gateway=gateway, oif=index, table=table, protocol=protocol)
        except (ValueError, OSError) as error:
            raise ValueError(f"line {number}: {error}") from error
    return found


def changes(
    nl: netlynx.Connection, wanted: dict[str, route.Route], table: int, protocol: int
) -> list[netlynx.Do[None]]:
    """What makes the table what is wanted; nothing where it is that already."""
    present = {each.destination: each for each in nl.dump(route.routes(table=table, protocol=protocol))}
    made: list[netlynx.Do[None]] = []
    for prefix, each in wanted.items():
        if prefix not in present:
            made.append(route.add(each))
        elif present[prefix].gateway != each.gateway or each.oif not in (None, present[prefix].oif):
            made.append(route.replace(each))
    return made + [route.delete(present[prefix]) for prefix in present.keys() - wanted.keys()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=int, default=254)
    parser.add_argument("--protocol", type=int, default=200, help="who made the routes, 5 to 255 (200)")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args()
    try:
        wanted = wanted_routes(sys.stdin, options.table, options.protocol)
        with netlynx.connect() as nl:
            operations = changes(nl, wanted, options.table, options.protocol)
            for operation in operations:
                print(operation)
            if not options.dry_run:
                result = nl.batch(operations, on_error="continue")
                sys.exit("\n".join(map(str, result.errors.values())) if result.errors else 0)
    except (ValueError, netlynx.NetlynxError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
