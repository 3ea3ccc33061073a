"""What of a link that is there cannot be changed: the kernel would carry out the rest and say nothing.

Source: __rtnl_newlink and do_setlink in net/core/rtnetlink.c, vlan_changelink in net/8021q/vlan_netlink.c.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NotSupported
from netlynx.route.kinds import Vlan
from netlynx.route.link import Link, link, links
from netlynx.route.rivals import Guard
from netlynx.schema.record import class_of

_AT_ONCE = ("kind", "parent", "netns_id", "num_tx_queues", "num_rx_queues", "parent_device")
_OF_VLAN = ("id", "protocol")


class _There:
    """The links that are there, by what finds them."""

    def __init__(self) -> None:
        self.by_index: dict[int, Any] = {}
        self.by_name: dict[str, Any] = {}

    def append(self, record: Any) -> None:
        if record.index:
            self.by_index[record.index] = record
        for name in (record.name, *record.alternative_names):
            if name is not None:
                self.by_name[name] = record

    def of(self, asked: Any) -> Any:
        if asked.index:
            return self.by_index.get(asked.index)
        return self.by_name.get(asked.name or asked.alternative_name)


class _Links(Guard):
    record = Link

    def __init__(self, verb: str) -> None:
        self.verb = verb

    def shelf(self) -> Any:
        return _There()

    def needed(self, record: Any, pattern: Any) -> bool:
        if not (pattern.index or pattern.name or pattern.alternative_name):
            return False  # a new one, whose name the kernel chooses
        if self.verb == "replace":
            return True
        data = record.data
        return isinstance(data, Vlan) and any(getattr(data, name) is not None for name in _OF_VLAN)

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "links"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return links(statistics=False)

    def around(self, operation: Guarded[Any]) -> Do[Any]:
        asked = operation.pattern
        if asked.index:
            return link(index=asked.index, statistics=False)
        if asked.name is not None:
            return link(name=asked.name, statistics=False)
        return link(alternative_name=asked.alternative_name, statistics=False)

    def key_of(self, record: Any) -> Hashable:
        return "links"

    def choose(self, operation: Guarded[Any], rivals: Any) -> tuple[Do[Any], Any]:
        asked = operation.pattern
        there = rivals.of(asked)
        if there is not None:
            field, value = _different(asked, there)
            if field:
                raise NotSupported(
                    errno.EOPNOTSUPP,
                    f"the link that is there has {value!s}, and the kernel would leave it at that",
                    asked=str(operation),
                    attribute=f"Link.{field}",
                    hint="Nothing was changed: leave it out, or delete the link first",
                )
        elif self.verb == "replace":
            rivals.append(asked)  # for those that follow in a batch
        return bare(operation), rivals


REPLACE, CHANGE = _Links("replace"), _Links("change")


def _different(asked: Any, there: Any) -> tuple[str, Any]:
    """The first field in which a link is another than it is asked to be, and what it has there."""
    for name in _AT_ONCE:
        value, has = getattr(asked, name), getattr(there, name)
        if value is not None and value != has:
            return name, has
    if isinstance(asked.data, Vlan) and class_of(there.data) is Vlan:
        for name in _OF_VLAN:
            value, has = getattr(asked.data, name), getattr(there.data, name)
            if value is not None and value != has:
                return f"data.{name}", has
    return "", None
