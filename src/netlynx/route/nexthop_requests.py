"""Requests that make, change and remove next hop objects: what is filled in, and what is refused.

Source: net/ipv4/nexthop.c.
"""

from __future__ import annotations

import msgspec

from netlynx.errors import EncodeError
from netlynx.route.arguments import family_of
from netlynx.route.constants import AddressFamily
from netlynx.route.encap import encap_type_of
from netlynx.route.lacking import refuse
from netlynx.route.nexthop import NextHopGroupType, NextHopObject
from netlynx.route.route_names import NextHopFlags, RouteProtocol
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, is_set, settable, taken_flags

_SINGLE = ("gateway", "oif", "encap", "encap_type")

_ASKS = "it says which nexthops a listing shows, and makes none: leave it out"
_COUNTS = "it counts on and tells no nexthop from another: leave it out"
_NO_NEXTHOP = {
    **dict.fromkeys(("options", "groups", "master", "bucket"), _ASKS),
    **dict.fromkeys(("group_stats", "hardware_stats_used"), _COUNTS),
}


def prepare(record: NextHopObject, verb: str) -> NextHopObject:
    """The record as it is sent. Raises EncodeError for what the kernel would ignore or take for something else."""
    if verb != "add" and not record.id:
        raise EncodeError("set the ID of the nexthop", "NextHopObject.id")
    read = was_read(record)
    if verb == "delete":
        if not read:
            refuse(record, _NO_NEXTHOP)
        return NextHopObject(id=record.id)
    record = settable(record, "NextHopObject")
    for name in ("options", "groups", "master", "bucket"):
        if is_set(record, name) and (not read or name in changed(record)):
            raise EncodeError(_ASKS, f"NextHopObject.{name}")
    record = msgspec.structs.replace(
        record,
        flags=taken_flags(record, NextHopFlags.ONLINK, "NextHopObject"),
        options=None,
        bucket=None,
        protocol=RouteProtocol.STATIC if record.protocol is None else record.protocol,
    )
    if record.group is not None:
        return _group(record)
    for name in ("group_type", "resilient", "hardware_stats_enabled"):
        if is_set(record, name):
            raise EncodeError("only a group has this", f"NextHopObject.{name}")
    if record.blackhole or record.fdb:
        forbidden = _SINGLE if record.blackhole else ("oif", "encap", "encap_type")
        kind = "a blackhole" if record.blackhole else "a nexthop of forwarding entries"
        _refuse(record, forbidden, kind)
    elif record.oif is None:
        raise EncodeError("set the index of the interface", "NextHopObject.oif")
    family = record.family
    if family is AddressFamily.UNSPEC:
        family = AddressFamily.INET if record.gateway is None else family_of(record.gateway)
    encap_type = encap_type_of(record.encap, record.encap_type, "NextHopObject")
    return msgspec.structs.replace(record, family=family, encap_type=encap_type)


def _group(record: NextHopObject) -> NextHopObject:
    if not record.group:
        raise EncodeError("a group has one member at least", "NextHopObject.group")
    _refuse(record, (*_SINGLE, "blackhole"), "a group")
    if record.family is not AddressFamily.UNSPEC:
        raise EncodeError("a group has none, its members have", "NextHopObject.family")
    kind = record.group_type
    if kind is None and record.resilient is not None:
        kind = NextHopGroupType.RESILIENT
    if record.resilient is not None and kind is not NextHopGroupType.RESILIENT:
        raise EncodeError("only a resilient group has this", "NextHopObject.resilient")
    return msgspec.structs.replace(record, group_type=kind)


def _refuse(record: NextHopObject, names: tuple[str, ...], kind: str) -> None:
    for name in names:
        if getattr(record, name) not in (None, False):
            raise EncodeError(f"{kind} has none", f"NextHopObject.{name}")
