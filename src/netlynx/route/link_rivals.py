"""What of a link that is there cannot be changed: the kernel would carry out the rest and say nothing.

Source: __rtnl_newlink and do_setlink in net/core/rtnetlink.c, the changelink of each kind (rtnl_link_ops); tried out.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable, Iterator
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NotSupported
from netlynx.route.link import Link, link, links
from netlynx.route.rivals import Guard
from netlynx.schema.record import Declaration, Record, class_of
from netlynx.schema.sending import is_set

_AT_ONCE = ("kind", "parent", "netns_id", "num_tx_queues", "num_rx_queues", "parent_device")


class There(list[Any]):
    """The links that are there, in order and by what finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.by_index: dict[int, Any] = {}
        self.by_name: dict[str, Any] = {}

    def append(self, record: Any) -> None:
        """Take one more."""
        super().append(record)
        if record.index:
            self.by_index[record.index] = record
        for name in (record.name, *record.alternative_names):
            if name is not None:
                self.by_name[name] = record

    def of(self, asked: Any) -> Any:
        """The link that a request finds by its index or a name, or None."""
        if asked.index:
            return self.by_index.get(asked.index)
        return self.by_name.get(asked.name or asked.alternative_name)


def look_up(asked: Any) -> Do[Link]:
    """What asks for the link that a request finds by index or name."""
    where = asked.target_netnsid
    if asked.index:
        return link(index=asked.index, target_netnsid=where, statistics=False)
    if asked.name is not None:
        return link(name=asked.name, target_netnsid=where, statistics=False)
    return link(alternative_name=asked.alternative_name, target_netnsid=where, statistics=False)


class _Links(Guard):
    record = Link

    def __init__(self, verb: str) -> None:
        self.verb = verb

    def shelf(self) -> Any:
        return There()

    def needed(self, record: Any, pattern: Any) -> bool:
        if not (pattern.index or pattern.name or pattern.alternative_name):
            return False  # a new one, whose name the kernel chooses
        if self.verb == "replace":
            return True
        return any(_fixed(pattern.data)) or any(_fixed(pattern.slave_data))

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "links"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return links(statistics=False)

    def around(self, operation: Guarded[Any]) -> Do[Any]:
        return look_up(operation.pattern)

    def key_of(self, record: Any) -> Hashable:
        return "links"

    def choose(self, operation: Guarded[Any], rivals: Any) -> tuple[Do[Any], Any]:
        asked = operation.pattern
        there = rivals.of(asked)
        if there is not None:
            field, why = _different(asked, there)
            if field:
                raise NotSupported(
                    errno.EOPNOTSUPP,
                    why,
                    asked=str(operation),
                    attribute=f"Link.{field}",
                    hint="Nothing was changed: leave it out, or delete the link first",
                )
        elif self.verb == "replace":
            rivals.append(asked)  # for those that follow in a batch
        return bare(operation), rivals


REPLACE, CHANGE = _Links("replace"), _Links("change")


def _different(asked: Any, there: Any) -> tuple[str, str]:
    """The first field in which a link is another than it is asked to be, and would stay so, and why."""
    for name in _AT_ONCE:
        value, has = getattr(asked, name), getattr(there, name)
        if value is not None and value != has:
            return name, _left(has)
    for name in ("data", "slave_data"):
        said, has = getattr(asked, name), getattr(there, name)
        for field in _fixed(said):
            declaration = said.__declarations__[field]
            value = getattr(said, field)
            known = class_of(has) is class_of(said)
            old = getattr(has, field) if known else None
            if declaration.told and known and old is None:
                return f"{name}.{field}", "this kernel does not know it, and would ignore it"
            if _ignored(declaration, value) and value != old:
                return f"{name}.{field}", _left(old)
    return "", ""


def _left(value: Any) -> str:
    """What becomes of a field that the kernel does not change; it does not tell what it has of some."""
    if value is None:
        return "the kernel takes it of a link that it makes, and would ignore it of the one that is there"
    return f"the link that is there has {value!s}, and the kernel would leave it at that"


def _fixed(data: Any) -> Iterator[str]:
    """The fields that are set of a link's data, or its port's, which the kernel might ignore of one that is there."""
    if not isinstance(data, Record):
        return
    for name, declaration in data.__declarations__.items():
        if is_set(data, name) and (declaration.told or _ignored(declaration, getattr(data, name))):
            yield name


def _ignored(declaration: Declaration, value: Any) -> bool:
    values = declaration.at_once
    return value in values if isinstance(values, tuple) else values
