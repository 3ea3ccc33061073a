"""What is sent to make or remove a forwarding entry of multicast, and why some is refused.

Source: ipmr_rtm_route, rtm_to_ipmr_mfcc, ipmr_nla_get_ttls, ipmr_mfc_add and ipmr_mfc_delete in net/ipv4/ipmr.c.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.route.constants import AddressFamily, Scope
from netlynx.route.lacking import refuse
from netlynx.route.route_names import RT_TABLE, RouteFlags, RouteProtocol, RouteType
from netlynx.schema.record import replace_fields
from netlynx.schema.sending import given, taken_flags

_MAKERS = (RouteProtocol.STATIC, RouteProtocol.MROUTED)
_INTERFACES = 32  # MAXVIFS of linux/mroute.h
_TAKEN = (
    *("family", "table", "protocol", "scope", "type", "tos", "destination", "source", "iif", "multipath", "flags"),
    "preferred_source",
)
_LOOKED_AT = ("family", "table", "scope", "type", "tos", "destination", "source", "flags")


def prepare(record: Any, verb: str, read: bool) -> Any:  # Any: a Route
    """The entry as it is sent. Raises EncodeError for what the kernel would ignore or take for something else."""
    if record.family == AddressFamily.IP6MR:
        raise EncodeError("the kernel takes those of IPv6 from a daemon's socket alone (MRT6_ADD_MFC)", "Route.family")
    if verb in ("add", "append", "change"):
        raise EncodeError(
            "the kernel makes an entry, or puts it in the place of the one that is there: use route.replace",
            f"route.{verb}(Route)",
        )
    why = "entries of multicast have none: the kernel would ignore it"  # rtm_to_ipmr_mfcc
    refuse(record, {name: why for name in type(record).__declarations__ if name not in _TAKEN})
    for name, what in (("destination", "the group"), ("source", "who sends to it: 0.0.0.0 is any")):
        address, _, length = str(getattr(record, name) or "").partition("/")
        if not address or ":" in address or length not in ("", "32"):
            raise EncodeError(f"set {what}, an IPv4 address", f"Route.{name}")
    if record.type not in (None, RouteType.MULTICAST):
        raise EncodeError("entries of multicast routing are of type multicast", "Route.type")
    if record.scope not in (None, Scope.GLOBAL):
        raise EncodeError("entries of multicast routing are of scope global", "Route.scope")
    if record.tos:
        raise EncodeError("entries of multicast routing have none", "Route.tos")
    if record.protocol not in (None, *_MAKERS):
        raise EncodeError("the kernel takes static and mrouted, as a routing daemon's", "Route.protocol")
    flags = taken_flags(record, RouteFlags(0), "Route")
    record = _to_delete(record, read) if verb == "delete" else _to_make(record)
    return replace_fields(
        record,
        type=RouteType.MULTICAST,
        scope=Scope.GLOBAL,
        flags=flags,
        protocol=RouteProtocol.STATIC if record.protocol is None else record.protocol,
        table=int(RT_TABLE.DEFAULT) if record.table is None else record.table,
    )


def _to_make(record: Any) -> Any:
    if record.iif is None:
        raise EncodeError("set the interface that packets come in from", "Route.iif")
    if len(record.multipath) > _INTERFACES:
        raise EncodeError(f"a table has {_INTERFACES} interfaces at most", "Route.multipath")
    for i, hop in enumerate(record.multipath):
        for name in given(hop):
            if name == "oif":
                raise EncodeError(
                    "the kernel does not look at it: the first hop is for the interface of number 0 of the table "
                    "(route.multicast_tables() tells them), the next for that of 1; weight 1 leaves one out",
                    f"Route.multipath[{i}].oif",
                )
            if name != "weight":
                raise EncodeError(
                    "hops of multicast have none: the kernel would ignore it", f"Route.multipath[{i}].{name}"
                )
    return record


def _to_delete(record: Any, read: bool) -> Any:
    if read:
        return replace_fields(record, multipath=(), iif=None, protocol=None)
    proxy = record.preferred_source is not None  # then the interface tells entries from each other
    for name in given(record):
        if name not in (*_LOOKED_AT, *(("iif", "preferred_source") if proxy else ())):
            raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"Route.{name}")
    return record
