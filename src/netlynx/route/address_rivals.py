"""What goes with an address that is deleted: which one the kernel takes, and those that are secondary to it.

Source: inet_rtm_deladdr and __inet_del_ifa in net/ipv4/devinet.c, IN_DEV_PROMOTE_SECONDARIES in linux/inetdevice.h,
inet6_addr_del in net/ipv6/addrconf.c.
"""

from __future__ import annotations

import errno
import ipaddress
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from netlynx.engine.guarding import Steps
from netlynx.engine.operation import Do, Dump, Guarded, bare, in_words
from netlynx.errors import Ambiguous, NotFound, NotSupported
from netlynx.route.address import Address, AddressFlags, addresses
from netlynx.route.constants import AddressFamily
from netlynx.route.link import Link, link
from netlynx.route.rivals import Guard
from netlynx.schema.record import class_of, was_read
from netlynx.schema.sending import changed, given

_INET = AddressFamily.INET
# What a deletion may say and the kernel does not look at.
_UNSEEN = frozenset({"scope", "broadcast", "protocol", "flags", "metric"})
# The flags that somebody chooses when an IPv4 address is made.
_MADE_WITH = AddressFlags.NOPREFIXROUTE | AddressFlags.MCAUTOJOIN


class _OnInterface:
    """The addresses of one family on one interface, in the kernel's order.

    `promoted` says whether another takes the place of a primary one that goes.
    """

    def __init__(self) -> None:
        self.promoted = False
        self._by_own: dict[str | None, dict[int, Any]] = {}
        self._by_subnet: dict[Hashable, dict[int, Any]] = {}

    def append(self, record: Any) -> None:
        if class_of(record) is Link:
            self.promoted = _promotes(record)
            return
        self._by_own.setdefault(_own(record), {})[id(record)] = record
        self._by_subnet.setdefault(_subnet(record), {})[id(record)] = record

    def of(self, own: str | None) -> list[Any]:
        """Those that are this one."""
        return list(self._by_own.get(own, {}).values())

    def behind(self, record: Any) -> list[Any]:
        """Those that the kernel would remove with it."""
        if self.promoted or record.family != _INET or _is_secondary(record):
            return []
        there = iter(self._by_subnet[_subnet(record)].values())
        for each in there:
            if each is record:
                break
        return [each for each in there if _is_secondary(each)]

    def remove(self, record: Any) -> None:
        del self._by_own[_own(record)][id(record)]
        del self._by_subnet[_subnet(record)][id(record)]


class _OfInterfaces(Guard):
    record = Address

    def shelf(self) -> Any:
        return _OnInterface()

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return operation.pattern.family, operation.pattern.index

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return addresses(family=operation.pattern.family, index=operation.pattern.index)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return self.listing(operation)

    def key_of(self, record: Any) -> Hashable:
        return _INET if class_of(record) is Link else record.family, record.index


class _Addresses(_OfInterfaces):
    def needed(self, record: Any, pattern: Any) -> bool:
        # Of an IPv6 address the kernel does not look at the peer.
        return bool(pattern.family == _INET or pattern.local not in (None, pattern.address) or _unseen(record))

    def besides(self, operation: Guarded[Any], listed: list[Any]) -> Steps[Sequence[Any]]:
        if not any(_is_secondary(each) for each in listed if each.family == _INET):
            return ()
        found = yield link(index=operation.pattern.index, statistics=False)
        return (found,)

    def covers(self, dump: Dump[Any]) -> bool:
        return {name for name, _ in dump.match} <= {"family", "index"}

    def choose(self, operation: Guarded[Any], rivals: Any) -> tuple[Do[Any], Any]:
        pattern = operation.pattern
        taken = next(_fitting(pattern, rivals.of(_own(pattern))), None)
        if taken is None:
            return bare(operation), rivals  # the kernel says in its words that there is none
        if pattern.address not in (None, taken.address) or not _is(taken, operation.record):
            raise NotFound(
                errno.EADDRNOTAVAIL,
                asked=str(operation),
                hint=f"Nothing was sent: the kernel would have removed {in_words(taken)} instead",
            )
        others = rivals.behind(taken)
        if others:
            names = ", ".join(f"{each.local}/{each.prefixlen}" for each in others)
            raise Ambiguous(
                errno.ENOTUNIQ,
                asked=str(operation),
                hint=f"Nothing was sent: {names} would go with it, secondary to it as they are, for the interface has"
                " promote_secondaries off (unless all have it on, which netlink does not tell). Delete these first"
                " (route.flush removes all that it lists, in the right order), or have the next take its place:"
                " route.change(Link(index=…, af_spec=AfSpec(inet=ipv4_settings(promote_secondaries=1))))",
            )
        rivals.remove(taken)
        return bare(operation), rivals


class _Replaced(_OfInterfaces):
    """Of an IPv4 address that is there, the kernel changes lifetimes, metric and protocol, and says nothing of the rest
    (inet_rtm_newaddr)."""

    def needed(self, record: Any, pattern: Any) -> bool:
        return bool(pattern.family == _INET)

    def choose(self, operation: Guarded[Any], rivals: Any) -> tuple[Do[Any], Any]:
        asked, record = operation.pattern, operation.record
        there = next((each for each in rivals.of(asked.local) if _subnet(each) == _subnet(asked)), None)
        if there is not None:
            for name in ("address", "scope", "broadcast", "label", "flags"):
                value, has = getattr(asked, name), getattr(there, name)
                if name != "address" and getattr(record, name) is None:
                    continue
                differs = (value ^ has) & _MADE_WITH if name == "flags" else value != has
                if differs:
                    raise NotSupported(
                        errno.EOPNOTSUPP,
                        f"the address that is there has {has!s}, and the kernel would leave it at that",
                        asked=str(operation),
                        attribute=f"Address.{name}",
                        hint="Nothing was changed: leave it out, or delete the address first",
                    )
        return bare(operation), rivals


ADDRESSES, REPLACED = _Addresses(), _Replaced()


def _unseen(record: Any) -> frozenset[str]:
    """What a record says that the kernel does not look at; what was read says what was true then."""
    return _UNSEEN & (changed(record) if was_read(record) else {*given(record)})


def _is(taken: Any, record: Any) -> bool:
    """Whether an address is as the record says in what the kernel does not look at."""
    for name in _unseen(record):
        value, there = getattr(record, name), getattr(taken, name)
        if value & ~(there or 0) if name == "flags" else value != (there or 0 if name == "metric" else there):
            return False
    return True


def _own(record: Any) -> str | None:
    own: str | None = record.local or record.address
    return own


def _subnet(record: Any) -> Hashable:
    """What the kernel compares of a secondary address with a primary one: the prefix of the peer, if there is one."""
    if record.family != _INET:
        return None
    length = record.prefixlen or 0
    return length, int(ipaddress.IPv4Address(record.address or "0.0.0.0")) >> (32 - length)


def _is_secondary(record: Any) -> bool:
    return bool((record.flags or 0) & AddressFlags.SECONDARY)


def _promotes(found: Any) -> bool:
    """What the interface says; net.ipv4.conf.all.promote_secondaries counts too, but netlink does not tell it."""
    settings = getattr(getattr(found.af_spec, "inet", None), "settings", None)
    return settings is not None and bool(settings.promote_secondaries)


def _fitting(pattern: Any, rivals: list[Any]) -> Iterator[Any]:
    for each in rivals:
        if pattern.family == _INET:
            if pattern.label not in (None, each.label):
                continue
            if pattern.address is None:  # whatever its length
                yield each
                continue
            if _subnet(pattern) == _subnet(each):
                yield each
        elif each.prefixlen == pattern.prefixlen:
            yield each
