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

COLUMNS = ("namespace", "index", "name", "kind", "state", "mtu", "mac", "addresses", "processes")


def rows(found: netns.Found) -> Iterator[dict[str, object]]:
    """A row for each link of a namespace."""
    with netlynx.connect(netns=found.where) as nl:
        addresses = defaultdict(list)
        for each in nl.dump(route.addresses()):
            addresses[each.index].append(f"{each.local or each.address}/{each.prefixlen}")
        for link in nl.dump(route.links()):
            state = link.operstate.label.lower() if link.operstate is not None else None
            has = " ".join(addresses[link.index])
            what = (
                str(found),
                link.index,
                link.name,
                link.kind,
                state,
                link.mtu,
                link.address,
                has,
                len(found.processes),
            )
            yield dict(zip(COLUMNS, what, strict=True))


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
        polars.DataFrame(table).write_parquet(options.parquet)
    else:
        writer = csv.DictWriter(sys.stdout, COLUMNS)
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    main()
