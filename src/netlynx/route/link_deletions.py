"""Deletions of links that the kernel would acknowledge without carrying them out.

Source: ip_tunnel_dellink in net/ipv4/ip_tunnel.c, ipip6_dellink in net/ipv6/sit.c, ip6_tnl_dellink and its like in
net/ipv6/; seen on 6.12.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NotSupported
from netlynx.route.constants import AddressFamily
from netlynx.route.link import Link, links
from netlynx.route.link_rivals import There, look_up
from netlynx.route.link_vlans import VLANS
from netlynx.route.rivals import Guard
from netlynx.schema.record import was_read

_MADE_BY_MODULES = {
    "tunl0": "ipip",
    "gre0": "gre",
    "gretap0": "gretap",
    "erspan0": "erspan",
    "ip_vti0": "vti",
    "sit0": "sit",
    "ip6tnl0": "ip6tnl",
    "ip6gre0": "ip6gre",
    "ip6_vti0": "vti6",
}


def stays(link: Any) -> bool:
    """Whether a link is one that the module of a kind of tunnel makes in each namespace: the kernel leaves it there.

    Such a one has no ends. A tunnel of the same name with some was made by somebody, and can be deleted.
    """
    if link.kind is None or _MADE_BY_MODULES.get(link.name) != link.kind:
        return False
    ends = (getattr(link.data, each, None) for each in ("local", "remote"))
    return not any(each and each.strip("0.:") for each in ends) and not getattr(link.data, "collect_metadata", None)


def removable(listing: Any, listed: list[Link]) -> list[tuple[Link, int]]:
    """Of what a flush found, what can be deleted: links of a kind. The loopback link and devices have none."""
    return [
        (each, 1)
        for each in listed
        if (each.kind is not None or each.family is AddressFamily.BRIDGE) and not stays(each)
    ]


class _Deletions(Guard):
    """VLANs of a bridge's port are `link_vlans`' matter; of links, those are looked at that may be there to stay."""

    record = Link

    def shelf(self) -> Any:
        return There()

    def needed(self, record: Any, pattern: Any) -> bool:
        if pattern.family is AddressFamily.BRIDGE:
            return VLANS.needed(record, pattern)
        if was_read(record) and record.name is not None:
            return stays(record)
        # Whoever gives another name means another link: that costs no look.
        return pattern.name is None or pattern.name in _MADE_BY_MODULES

    def domain(self, operation: Guarded[Any]) -> Hashable:
        if operation.pattern.family is AddressFamily.BRIDGE:
            return VLANS.domain(operation)
        return "links", operation.pattern.target_netnsid

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        if operation.pattern.family is AddressFamily.BRIDGE:
            return VLANS.listing(operation)
        return links(statistics=False, target_netnsid=operation.pattern.target_netnsid)

    def around(self, operation: Guarded[Any]) -> Dump[Any] | Do[Any]:
        asked = operation.pattern
        if asked.family is AddressFamily.BRIDGE:
            return VLANS.around(operation)
        if asked.group is not None:
            return self.listing(operation).where(group=asked.group)
        return look_up(asked)

    def key_of(self, record: Any) -> Hashable:
        if record.family is AddressFamily.BRIDGE:
            return VLANS.key_of(record)
        return "links", record.target_netnsid

    def choose(self, operation: Guarded[Any], rivals: Any) -> tuple[Do[Any], Any]:
        asked = operation.pattern
        if asked.family is AddressFamily.BRIDGE:
            return VLANS.choose(operation, rivals)
        if asked.group is not None:
            meant = [each for each in rivals if each.group == asked.group]
        else:
            there = rivals.of(asked)
            meant = [] if there is None else [there]
        staying = [each.name for each in meant if stays(each)]
        if staying:
            raise NotSupported(
                errno.EOPNOTSUPP,
                f"{', '.join(staying)}: the kernel makes it for a kind of tunnel, and deletes it with its module alone",
                asked=str(operation),
                hint="Nothing was sent: the kernel would have said that it is deleted, and left it there. "
                "Set it down, or unload the module",
            )
        return bare(operation), rivals


DELETIONS = _Deletions()
