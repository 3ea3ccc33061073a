"""Bans addresses for a while: all that they send is dropped by nftables, until the time is over.

    python ban.py 192.0.2.7 198.51.100.0/24 2001:db8::/32 --minutes 30

All addresses go into the firewall together or, if one of them is refused, none does. One that is banned already stays
so for as long as it was to. The table, `banned`, is made the first time; `nft delete table inet banned` removes it. It
needs CAP_NET_ADMIN.
"""

from __future__ import annotations

import argparse
import ipaddress
import sys

import netlynx
from netlynx import nftables
from netlynx.nftables import Chain, Elements, Set, Table
from netlynx.nftables.words import drop, ip, ip6, match, rule

TABLE = Table(family="inet", name="banned")
CHAIN = Chain(family="inet", table="banned", name="input", type="filter", hook="input", priority="filter - 10")
SETS = {
    4: Set(family="inet", table="banned", name="ipv4", key_type="ipv4_addr", flags=["interval", "timeout"]),
    6: Set(family="inet", table="banned", name="ipv6", key_type="ipv6_addr", flags=["interval", "timeout"]),
}
RULES = [
    *rule("banned", "input", match(ip.saddr, "@ipv4"), drop, family="inet"),
    *rule("banned", "input", match(ip6.saddr, "@ipv6"), drop, family="inet"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="+", type=ipaddress.ip_network, metavar="ADDRESS[/LENGTH]")
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args()

    timeout = int(options.minutes * 60_000)  # milliseconds
    by_version = {each: [str(net) for net in options.networks if net.version == each] for each in SETS}
    elements = [Elements(SETS[each], nets, timeout=timeout, exist_ok=True) for each, nets in by_version.items() if nets]
    with netlynx.connect() as nl:
        try:
            there = nl.count(nftables.tables(family="inet").where(name="banned"))
            missing = [] if there else [TABLE, CHAIN, *SETS.values(), *RULES]
            made = [nftables.add(each) for each in missing]
            nl.do(nftables.transaction([*made, *map(nftables.add, elements)]))
        except netlynx.NetlynxError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
