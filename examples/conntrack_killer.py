"""Ends all tracked connections of an address: after it was blocked, or when its server moved.

    python conntrack_killer.py 192.0.2.7 --dry-run
    python conntrack_killer.py 192.0.2.7 --port 443

Both ends count, before and after translation. A record that was read ends that connection or none, so one that began
meanwhile between the same ports goes on. It needs CAP_NET_ADMIN.
"""

from __future__ import annotations

import argparse
import ipaddress
import sys

import netlynx
from netlynx.netfilter import conntrack
from netlynx.netfilter.conntrack import Flow


def concerns(flow: Flow, address: str, port: int | None) -> bool:
    """Whether the address is an end of a flow, with that port at either."""
    tuples = [each for each in (flow.original, flow.reply) if each is not None]
    if not any(address in (each.source, each.destination) for each in tuples):
        return False
    return port is None or any(port in (each.source_port, each.destination_port) for each in tuples)


def described(flow: Flow) -> str:
    way = flow.original or conntrack.Tuple()
    protocol = way.protocol.label if way.protocol is not None else "?"
    return f"{protocol} {way.source} {way.source_port or ''} > {way.destination} {way.destination_port or ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", type=ipaddress.ip_address)
    parser.add_argument("--port", type=int)
    parser.add_argument("--dry-run", action="store_true", help="show them and end none")
    options = parser.parse_args()

    try:
        with netlynx.connect() as nl:
            flows = [each for each in nl.dump(conntrack.flows()) if concerns(each, str(options.address), options.port)]
            for flow in flows:
                print(described(flow))
            if options.dry_run:
                return
            result = nl.batch(map(conntrack.delete, flows), on_error="continue")
            refused = [error for error in result.errors.values() if not isinstance(error, netlynx.NotFound)]
            if refused:  # NotFound: it ended by itself meanwhile
                sys.exit("\n".join(map(str, refused)))
    except netlynx.NetlynxError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
