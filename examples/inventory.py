"""All links of all network namespaces of a host, with their addresses: one table, as CSV or Parquet.

    python inventory.py > links.csv
    python inventory.py --parquet links.parquet      # with polars: pip install 'netlynx[table]'

It needs root, to enter namespaces; those that it may not enter are told of on standard error.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator

import netlynx
from netlynx import netns, route


def rows(found: netns.Found) -> Iterator[dict[str, object]]:
    """A row for each link of a namespace."""
    with netlynx.connect(netns=found.where) as nl:
        addresses = defaultdict(list)
        for each in nl.dump(route.addresses()):
            addresses[each.index].append(f"{each.local or each.address}/{each.prefixlen}")
        for link in nl.dump(route.links()):
            yield {
                "namespace": str(found),
                "index": link.index,
                "name": link.name,
                "kind": link.kind,
                "state": str(link.operstate).lower(),
                "mtu": link.mtu,
                "mac": link.address,
                "addresses": " ".join(addresses[link.index]),
                "processes": len(found.processes),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parquet", metavar="FILE")
    options = parser.parse_args()
    everywhere = netns.find()
    table: list[dict[str, object]] = []
    for found in everywhere.namespaces:
        try:
            table += rows(found)
        except (OSError, netlynx.NetlynxError) as error:  # it may be gone by now
            print(f"{found}: {error}", file=sys.stderr)
    if options.parquet:
        try:
            import polars
        except ImportError:
            sys.exit("Parquet is written by polars: pip install 'netlynx[table]'")
        polars.DataFrame(table, infer_schema_length=None).write_parquet(options.parquet)
    else:
        writer = csv.DictWriter(sys.stdout, table[0])  # there is one namespace at least, and its loopback
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    main()
