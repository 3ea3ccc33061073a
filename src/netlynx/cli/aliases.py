"""Other names of commands, for who is used to them: of one letter, in the singular, as iproute2 has them.

They are looked up by the quick way and by the whole command line, and stand in the help of the command they mean.
"""

from __future__ import annotations

OTHERS = {
    "links": ("link", "l"),
    "addresses": ("address", "addr", "a"),
    "routes": ("route", "r"),
    "neighbours": ("neighbour", "neighbors", "neighbor", "neigh", "n"),
    "rules": ("rule",),
    "nexthops": ("nexthop",),
    "nexthop-buckets": ("nexthop-bucket",),
    "nsids": ("nsid", "netnsid"),
    "address-labels": ("address-label", "addrlabel"),
    "neighbour-tables": ("neighbour-table", "neighbor-tables", "neighbor-table", "ntable"),
    "qdiscs": ("qdisc",),
    "classes": ("class",),
    "filters": ("filter",),
    "chains": ("chain",),
    "actions": ("action",),
    "stats": ("stat",),
    "multicast-routes": ("multicast-route", "mroute"),
    "multicast-tables": ("multicast-table",),
    "can-gateways": ("can-gateway",),
    "mctp-addresses": ("mctp-address",),
    "mctp-routes": ("mctp-route",),
    "mctp-neighbours": ("mctp-neighbour", "mctp-neighbors", "mctp-neighbor"),
    "phonet-addresses": ("phonet-address",),
    "phonet-routes": ("phonet-route",),
    "conntrack-timeouts": ("conntrack-timeout",),
    "conntrack-helpers": ("conntrack-helper",),
    "hooks": ("hook",),
    "wireguard": ("wg",),
    "tasks": ("task",),
    "processes": ("process",),
    "sockets": ("socket", "ss"),
    "uevents": ("uevent",),
    "protocols": ("protocol",),
}
ANY = "NAME"
"""The command of a group that is meant by every word that is no command's."""

_MEANT = {other: command for command, others in OTHERS.items() for other in others}


def meant(word: str) -> str:
    """The command that a word names."""
    return _MEANT.get(word, word)
