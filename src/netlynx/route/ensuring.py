"""What should be there is there: made, or found, and then what of it differs."""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import IntFlag
from typing import Any, TypeAlias

import msgspec

from netlynx.codec._codec import decode
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import AlreadyExists, EncodeTypeError, NotFound
from netlynx.route.address import Address, addresses
from netlynx.route.address_label import AddressLabel, address_labels, place_of
from netlynx.route.can_gateway import CHANGES, KEPT, CanGateway, can_gateways, differing
from netlynx.route.constants import AddressFamily
from netlynx.route.link import Link, link
from netlynx.route.mctp import MctpAddress, MctpNeighbour, MctpRoute, mctp_addresses, mctp_neighbours, mctp_routes
from netlynx.route.mdb import KEY_OF_ENTRY, MdbEntry, entry_of, mdb
from netlynx.route.mdb_messages import MdbEntry as MdbRequest
from netlynx.route.neighbour import Neighbour, NeighbourFlags, fdb, neighbours
from netlynx.route.netns_id import NamespaceId, namespace_id
from netlynx.route.nexthop import NextHopObject, nexthop
from netlynx.route.phonet import PhonetAddress, PhonetRoute, phonet_addresses, phonet_routes
from netlynx.route.route import Route, routes
from netlynx.route.rule import Rule, rules
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Layout, Record

Steps: TypeAlias = Generator[Do[Any] | Dump[Any], Any, Any]


class Ensured(msgspec.Struct, frozen=True):
    """How it came that something is there.

    `made`: it was not there before. `record` is what was found otherwise, and `differences` what of it is not as it was
    asked for: by the path of the field, what was asked for and what is there.
    """

    made: bool
    record: Record | None = None
    differences: dict[str, tuple[Any, Any]] = {}


def ensure(operation: Do[None]) -> Talk[Ensured]:
    """Carry out a ``route.add(record)``; where that is there already, say what of it differs instead of failing.

        if (found := nl.do(route.ensure(route.add(wanted)))).differences: ...

    Nothing of what is there is changed (but the kernel takes a proxy that is there for a new one). Fields that the
    record does not give do not count, unless `add` fills them in (the protocol of a route, say).

    Raises EncodeTypeError for any other operation, and when it is carried out what that raises but AlreadyExists, which
    still comes where what is in the way is not found.
    """
    if getattr(operation, "name", "") != "route.add":
        raise EncodeTypeError(f"route.ensure takes a route.add(record), not {operation}")
    return Talk("route.ensure", lambda: _steps(operation))


def _steps(operation: Any) -> Steps:
    if not isinstance(operation, Do):
        from netlynx.engine.naming import Names

        names = Names()
        operation = yield from names.resolve(operation)
    if isinstance(operation.request, CanGateway):  # of which the kernel takes as many of one kind as it is told
        wanted = decode(plan_of(CanGateway), operation.payload)
        for job in (yield can_gateways()):
            if not differing(wanted, job, (*KEPT, *CHANGES)) and job.uid is None:
                return Ensured(made=False, record=job)
    try:
        yield operation
        return Ensured(made=True)
    except AlreadyExists as error:
        there = error
    of_ip = operation.message_type == _NEWROUTE and not isinstance(operation.request, _OTHERS)
    asked = decode(plan_of(Route if of_ip else type(operation.request)), operation.payload)
    if isinstance(asked, MdbRequest):
        asked = entry_of(asked)
    look, is_it = _LOOKS[type(asked).__narrow__]
    try:
        found: Any = yield look(asked)
    except NotFound:
        raise there from None
    rivals = found if isinstance(found, list) else [found]
    answers = [(_differences(asked, each), each) for each in rivals if is_it(asked, each)]
    if not answers:
        raise there
    differences, record = min(answers, key=lambda answer: len(answer[0]))
    return Ensured(made=False, record=record, differences=differences)


_NEWROUTE = 24  # RTM_NEWROUTE; a label route is sent as another record
_OTHERS = (CanGateway, MctpRoute, PhonetRoute)  # whose messages have that type, too


def _own(record: Any) -> Any:
    return record.local or record.address


def _metric(record: Any) -> int:
    return record.metric or (1024 if record.family == AddressFamily.INET6 else 0)


def _neighbours(asked: Any) -> Dump[Neighbour]:
    if asked.family == AddressFamily.BRIDGE:
        return fdb(index=asked.index).where(address=asked.address)
    proxy = bool(asked.flags & NeighbourFlags.PROXY)
    return neighbours(family=asked.family, index=asked.index, proxy=proxy).where(destination=asked.destination)


def _is_neighbour(asked: Any, there: Any) -> bool:
    own = NeighbourFlags.SELF
    alike: bool = asked.vlan == there.vlan and asked.flags & own == there.flags & own
    return asked.family != AddressFamily.BRIDGE or alike


_LOOKS: dict[type[Record], tuple[Callable[[Any], Do[Any] | Dump[Any]], Callable[[Any, Any], bool]]] = {
    Link: (lambda asked: link(name=asked.name), lambda asked, there: True),
    Address: (
        lambda asked: addresses(family=asked.family, index=asked.index),
        lambda asked, there: _own(asked) == _own(there),
    ),
    Route: (
        lambda asked: routes(family=asked.family, table=asked.table or None).where(destination=asked.destination),
        lambda asked, there: (asked.tos, _metric(asked), asked.source) == (there.tos, _metric(there), there.source),
    ),
    Rule: (lambda asked: rules(family=asked.family), lambda asked, there: _differences(asked, there) == {}),
    NextHopObject: (lambda asked: nexthop(asked.id), lambda asked, there: True),
    Neighbour: (_neighbours, _is_neighbour),
    MdbEntry: (
        lambda asked: mdb().where(bridge=asked.bridge, index=asked.index, group=asked.group),
        lambda asked, there: KEY_OF_ENTRY(asked) == KEY_OF_ENTRY(there),
    ),
    AddressLabel: (lambda asked: address_labels(), lambda asked, there: place_of(asked) == place_of(there)),
    CanGateway: (lambda asked: can_gateways(), lambda asked, there: not differing(asked, there, (*KEPT, *CHANGES))),
    MctpAddress: (lambda asked: mctp_addresses(index=asked.index), lambda asked, there: asked.address == there.address),
    MctpRoute: (
        lambda asked: mctp_routes().where(type=asked.type),
        lambda asked, there: (asked.destination, asked.extent) == (there.destination, there.extent),
    ),
    MctpNeighbour: (
        lambda asked: mctp_neighbours(index=asked.index),
        lambda asked, there: asked.destination == there.destination,
    ),
    PhonetAddress: (
        lambda asked: phonet_addresses().where(index=asked.index),
        lambda asked, there: asked.address == there.address,
    ),
    PhonetRoute: (lambda asked: phonet_routes().where(destination=asked.destination), lambda asked, there: True),
    NamespaceId: (lambda asked: namespace_id(fd=asked.fd, pid=asked.pid), lambda asked, there: True),
}

# What a request says otherwise than what is told, or only to be made.
_NOT_COMPARED = {
    Link: ("change",),
    NamespaceId: ("pid", "fd"),
    Address: ("cacheinfo",),
    Route: ("expires", "encap_type", "metric"),  # by which it was found
}


def _differences(asked: Any, there: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    cls = type(asked).__narrow__
    for name, declaration in cls.__declarations__.items():
        wanted, has = getattr(asked, name), getattr(there, name, None)
        if name in _NOT_COMPARED.get(cls, ()) or wanted in (None, (), declaration.default) or wanted == has:
            continue
        if not wanted and (declaration.role == "head" or not has):
            continue  # a header has a 0 for what was not given, and what is 0 is not always told
        where = f"{path}{name}"
        if isinstance(wanted, Record | Layout) and type(has).__name__ == type(wanted).__name__:
            found |= _differences(wanted, has, f"{where}.")
        elif not _is_among(wanted, has):
            found[where] = (wanted, has)
    return found


def _is_among(wanted: Any, has: Any) -> bool:
    """Whether flags are set, beside others that the kernel sets."""
    return isinstance(wanted, IntFlag) and isinstance(has, int) and wanted & has == wanted
