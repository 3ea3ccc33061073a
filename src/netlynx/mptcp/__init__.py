"""Multipath TCP's path manager: endpoints, limits, and what becomes of connections and their subflows.

    from netlynx import mptcp

    nl.do(mptcp.add(mptcp.Endpoint(address="192.0.2.1", flags=["signal"])))
    for endpoint in nl.dump(mptcp.endpoints()):
        print(endpoint.id, endpoint.address, endpoint.flags)

Source: linux/mptcp.h, linux/mptcp_pm.h, net/mptcp/pm_netlink.c, ip-mptcp(8).
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, ClassVar, overload

from netlynx.engine.operation import Do, Dump, Group, Talk, in_words
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, NotFound
from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.generic.told import difference
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    be16,
    boolean,
    enum,
    ip,
    named,
    s32,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.arguments import record_of
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import changed


class MPTCP_PM_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    ADD_ADDR = 1
    DEL_ADDR = 2
    GET_ADDR = 3
    FLUSH_ADDRS = 4
    SET_LIMITS = 5
    GET_LIMITS = 6
    SET_FLAGS = 7
    ANNOUNCE = 8
    REMOVE = 9
    SUBFLOW_CREATE = 10
    SUBFLOW_DESTROY = 11


class MPTCP_EVENT(Constants):
    """Notifications."""

    UNSPEC = 0
    CREATED = 1
    ESTABLISHED = 2
    CLOSED = 3
    ANNOUNCED = 6
    REMOVED = 7
    SUB_ESTABLISHED = 10
    SUB_CLOSED = 11
    SUB_PRIORITY = 13
    LISTENER_CREATED = 15
    LISTENER_CLOSED = 16


class MPTCP_PM_ATTR(Constants):
    """Attributes of requests and answers."""

    UNSPEC = 0
    ADDR = 1
    RCV_ADD_ADDRS = 2
    SUBFLOWS = 3
    TOKEN = 4
    LOC_ID = 5
    ADDR_REMOTE = 6


class MPTCP_PM_ADDR_ATTR(Constants):
    """Attributes of an endpoint."""

    UNSPEC = 0
    FAMILY = 1
    ID = 2
    ADDR4 = 3
    ADDR6 = 4
    PORT = 5
    FLAGS = 6
    IF_IDX = 7


class MPTCP_ATTR(Constants):
    """Attributes of notifications."""

    UNSPEC = 0
    TOKEN = 1
    FAMILY = 2
    LOC_ID = 3
    REM_ID = 4
    SADDR4 = 5
    SADDR6 = 6
    DADDR4 = 7
    DADDR6 = 8
    SPORT = 9
    DPORT = 10
    BACKUP = 11
    ERROR = 12
    FLAGS = 13
    TIMEOUT = 14
    IF_IDX = 15
    RESET_REASON = 16
    RESET_FLAGS = 17
    SERVER_SIDE = 18


class EndpointFlags(FlagSet, prefix="MPTCP_PM_ADDR_FLAG_"):
    """What an endpoint is used for. The kernel alone sets IMPLICIT."""

    SIGNAL = 1  # announced to the other side
    SUBFLOW = 2  # subflows are begun from it
    BACKUP = 4
    FULLMESH = 8
    IMPLICIT = 16
    LAMINAR = 32


class EventFlags(FlagSet, prefix="MPTCP_PM_EV_FLAG_"):
    """What is said of a connection besides."""

    DENY_JOIN_ID0 = 1
    SERVER_SIDE = 2


class ResetReason(Enumeration, prefix="MPTCP_RST_"):
    """Why the other side has reset a subflow (RFC 8684, section 3.6)."""

    EUNSPEC = 0
    EMPTCP = 1
    ERESOURCE = 2
    EPROHIBIT = 3
    EWQ2BIG = 4
    EBADPERF = 5
    EMIDDLEBOX = 6


_ADDR, _REMOTE, _PART = MPTCP_PM_ATTR.ADDR, MPTCP_PM_ATTR.ADDR_REMOTE, MPTCP_PM_ADDR_ATTR


class Endpoint(Record, header=GenericHeader):
    """An address of this host that connections may use.

    `family` follows from the address where it is not given. `id` is chosen by the kernel unless given; `port` is in
    host byte order, 0 for any; `index` is the interface's.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=MPTCP_PM_ATTR, policy="mptcp_pm_get_addr_nl_policy", spec=("mptcp_pm", "attr")),
        Facts(attributes=MPTCP_PM_ADDR_ATTR, policy="mptcp_pm_address_nl_policy", spec=("mptcp_pm", "address")),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "MPTCP_PM_ATTR_*": "not of endpoints: Limits and Subflow",
    }

    family: takes.Member[AddressFamily | None] = attr((_ADDR, _PART.FAMILY), enum(AddressFamily, u16))
    id: int | None = attr((_ADDR, _PART.ID), u8)
    address: takes.Ip[str | None] = attr((_ADDR, _PART.ADDR4), ip, ip6=_PART.ADDR6)
    port: int | None = attr((_ADDR, _PART.PORT), u16)
    flags: takes.Flags[EndpointFlags | None] = attr((_ADDR, _PART.FLAGS), enum(EndpointFlags, u32))
    index: takes.Name[int | None] = attr((_ADDR, _PART.IF_IDX), named(s32, "interface"))


class Limits(Record, header=GenericHeader):
    """How much the in-kernel path manager does for one connection."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=MPTCP_PM_ATTR, policy="mptcp_pm_set_limits_nl_policy", spec=("mptcp_pm", "attr")
    )
    __omitted__: ClassVar[dict[str, str]] = {"MPTCP_PM_ATTR_*": "of endpoints and connections: Endpoint, Subflow"}

    add_addr_accepted: int | None = attr(MPTCP_PM_ATTR.RCV_ADD_ADDRS, u32)  # announced addresses taken up
    subflows: int | None = attr(MPTCP_PM_ATTR.SUBFLOWS, u32)  # beyond the first


class Subflow(Record, header=GenericHeader):
    """An address, or a pair of them, of a connection that a path manager in user space takes care of."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=MPTCP_PM_ATTR, policy="mptcp_pm_subflow_create_nl_policy", spec=("mptcp_pm", "attr")),
        Facts(attributes=MPTCP_PM_ADDR_ATTR, policy="mptcp_pm_address_nl_policy", spec=("mptcp_pm", "address")),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "MPTCP_PM_ATTR_RCV_ADD_ADDRS": "of the path manager, not of a connection: Limits",
        "MPTCP_PM_ATTR_SUBFLOWS": "of the path manager, not of a connection: Limits",
    }

    token: int | None = attr(MPTCP_PM_ATTR.TOKEN, u32)  # which connection, as its events say
    location_id: int | None = attr(MPTCP_PM_ATTR.LOC_ID, u8)
    family: takes.Member[AddressFamily | None] = attr((_ADDR, _PART.FAMILY), enum(AddressFamily, u16))
    id: int | None = attr((_ADDR, _PART.ID), u8)
    address: takes.Ip[str | None] = attr((_ADDR, _PART.ADDR4), ip, ip6=_PART.ADDR6)  # the own one
    port: int | None = attr((_ADDR, _PART.PORT), u16)
    flags: takes.Flags[EndpointFlags | None] = attr((_ADDR, _PART.FLAGS), enum(EndpointFlags, u32))
    index: takes.Name[int | None] = attr((_ADDR, _PART.IF_IDX), named(s32, "interface"))
    remote_family: takes.Member[AddressFamily | None] = attr((_REMOTE, _PART.FAMILY), enum(AddressFamily, u16))
    remote_id: int | None = attr((_REMOTE, _PART.ID), u8)
    remote_address: takes.Ip[str | None] = attr((_REMOTE, _PART.ADDR4), ip, ip6=_PART.ADDR6)
    remote_port: int | None = attr((_REMOTE, _PART.PORT), u16)
    remote_flags: takes.Flags[EndpointFlags | None] = attr((_REMOTE, _PART.FLAGS), enum(EndpointFlags, u32))
    remote_index: takes.Name[int | None] = attr((_REMOTE, _PART.IF_IDX), named(s32, "interface"))


class ConnectionEvent(Record, header=GenericHeader):
    """What has become of a connection, a subflow, an announced address or a listening socket."""

    __facts__: ClassVar[Facts] = Facts(attributes=MPTCP_ATTR, spec=("mptcp_pm", "event-attr"))

    token: int | None = attr(MPTCP_ATTR.TOKEN, u32)  # which connection
    family: takes.Member[AddressFamily | None] = attr(MPTCP_ATTR.FAMILY, enum(AddressFamily, u16))
    location_id: int | None = attr(MPTCP_ATTR.LOC_ID, u8)
    remote_id: int | None = attr(MPTCP_ATTR.REM_ID, u8)
    source: takes.Ip[str | None] = attr(MPTCP_ATTR.SADDR4, ip, ip6=MPTCP_ATTR.SADDR6)
    destination: takes.Ip[str | None] = attr(MPTCP_ATTR.DADDR4, ip, ip6=MPTCP_ATTR.DADDR6)
    source_port: int | None = attr(MPTCP_ATTR.SPORT, be16)
    destination_port: int | None = attr(MPTCP_ATTR.DPORT, be16)
    backup: bool | None = attr(MPTCP_ATTR.BACKUP, boolean)
    error: int | None = attr(MPTCP_ATTR.ERROR, u8)  # errno of the subflow's socket
    flags: takes.Flags[EventFlags | None] = attr(MPTCP_ATTR.FLAGS, enum(EventFlags, u16))
    timeout: int | None = attr(MPTCP_ATTR.TIMEOUT, u32)
    index: takes.Name[int | None] = attr(MPTCP_ATTR.IF_IDX, named(s32, "interface"))  # the interface
    reset_reason: takes.Member[ResetReason | None] = attr(MPTCP_ATTR.RESET_REASON, enum(ResetReason, u32))
    reset_flags: int | None = attr(MPTCP_ATTR.RESET_FLAGS, u32)
    server_side: bool | None = attr(MPTCP_ATTR.SERVER_SIDE, boolean)  # `flags` has it since Linux 6.18


class MptcpPathManager(Family, name="mptcp_pm", version=1):
    """The family ``mptcp_pm``."""

    add = do(MPTCP_PM_CMD.ADD_ADDR, request=Endpoint, privileged="namespace")
    delete = do(MPTCP_PM_CMD.DEL_ADDR, request=Endpoint, privileged="namespace")
    get = do(MPTCP_PM_CMD.GET_ADDR, request=Endpoint, reply=Endpoint)
    list = dump(MPTCP_PM_CMD.GET_ADDR, reply=Endpoint)
    flush = do(MPTCP_PM_CMD.FLUSH_ADDRS, privileged="namespace")
    set_limits = do(MPTCP_PM_CMD.SET_LIMITS, request=Limits, privileged="namespace")
    get_limits = do(MPTCP_PM_CMD.GET_LIMITS, reply=Limits)
    set_flags = do(MPTCP_PM_CMD.SET_FLAGS, request=Subflow, privileged="namespace")
    announce = do(MPTCP_PM_CMD.ANNOUNCE, request=Subflow, required=("token",), privileged="namespace")
    remove = do(MPTCP_PM_CMD.REMOVE, request=Subflow, required=("token", "location_id"), privileged="namespace")
    create = do(MPTCP_PM_CMD.SUBFLOW_CREATE, request=Subflow, required=("token",), privileged="namespace")
    destroy = do(MPTCP_PM_CMD.SUBFLOW_DESTROY, request=Subflow, required=("token",), privileged="namespace")

    created = event(MPTCP_EVENT.CREATED, ConnectionEvent, group="mptcp_pm_events")
    established = event(MPTCP_EVENT.ESTABLISHED, ConnectionEvent, group="mptcp_pm_events")
    closed = event(MPTCP_EVENT.CLOSED, ConnectionEvent, group="mptcp_pm_events")
    announced = event(MPTCP_EVENT.ANNOUNCED, ConnectionEvent, group="mptcp_pm_events")
    removed = event(MPTCP_EVENT.REMOVED, ConnectionEvent, group="mptcp_pm_events")
    subflow_established = event(MPTCP_EVENT.SUB_ESTABLISHED, ConnectionEvent, group="mptcp_pm_events")
    subflow_closed = event(MPTCP_EVENT.SUB_CLOSED, ConnectionEvent, group="mptcp_pm_events")
    subflow_priority = event(MPTCP_EVENT.SUB_PRIORITY, ConnectionEvent, group="mptcp_pm_events")
    listener_created = event(MPTCP_EVENT.LISTENER_CREATED, ConnectionEvent, group="mptcp_pm_events")
    listener_closed = event(MPTCP_EVENT.LISTENER_CLOSED, ConnectionEvent, group="mptcp_pm_events")


EVENTS: Group[ConnectionEvent] = MptcpPathManager.notifications()
"""All that becomes of connections, subflows, announced addresses and listening sockets; joining takes CAP_NET_ADMIN."""


def endpoints() -> Dump[Endpoint]:
    """All endpoints."""
    return MptcpPathManager.list()


def endpoint(id: int) -> Do[Endpoint]:
    """One endpoint by its ID. Raises EncodeError."""
    return MptcpPathManager.get(id=id)


def add(endpoint: Endpoint) -> Do[None]:
    """Make an endpoint; its `address` is enough. Raises EncodeError for one without."""
    if record_of(Endpoint, endpoint, "mptcp.add").address is None:
        raise EncodeError("an endpoint has an address", "Endpoint.address")
    return MptcpPathManager.add(_of_family(endpoint))


def change(endpoint: Endpoint) -> Do[None] | Talk[None]:
    """Set the flags BACKUP and FULLMESH of the endpoint with this `id`, or with this `address` and `port`.

    With an `id`, what else the record says is compared with what is there first: `NotFound` where it differs. Raises
    EncodeError for a record that tells no endpoint, and for what cannot be changed.
    """
    record_of(Endpoint, endpoint, "mptcp.change")
    return by_record("mptcp.change", _change, endpoint) or _change(endpoint)


def _change(endpoint: Endpoint) -> Do[None] | Talk[None]:
    if endpoint.flags is None:
        raise EncodeError("set the flags that it is to have", "Endpoint.flags")
    flags = endpoint.flags
    if endpoint.id:
        change_flags = MptcpPathManager.set_flags(id=endpoint.id, flags=flags)
        return _where_it_is("mptcp.change", endpoint, change_flags, flags & ~_CHANGEABLE)
    if endpoint.address is None:
        raise EncodeError("say which endpoint: set its id, or its address", "Endpoint.id")
    if flags & ~_CHANGEABLE:
        raise EncodeError(f"of an address, {_CHANGEABLE.label} can be changed", "Endpoint.flags")
    _refuse(endpoint, ("id", "index"), "an endpoint is found by its id, or by its address and port")
    found = _of_family(endpoint)
    return MptcpPathManager.set_flags(family=found.family, address=found.address, port=found.port, flags=flags)


@overload
def delete(endpoint: int) -> Do[None]: ...
@overload
def delete(endpoint: Endpoint) -> Do[None] | Talk[None]: ...
def delete(endpoint: Endpoint | int) -> Do[None] | Talk[None]:
    """Delete an endpoint, by its ID or by a record that has it.

    The kernel looks at the ID alone. What else a record says is compared with what is there first: `NotFound` where it
    differs. ID 0 is the address that a connection began with; it goes by its address. Raises EncodeError without an ID.
    """
    if isinstance(endpoint, int):
        return MptcpPathManager.delete(id=endpoint)
    record_of(Endpoint, endpoint, "mptcp.delete")
    return by_record("mptcp.delete", _delete, endpoint) or _delete(endpoint)


def _delete(endpoint: Endpoint) -> Do[None] | Talk[None]:
    if endpoint.id is None:
        raise EncodeError("endpoints are deleted by their ID", "Endpoint.id")
    if endpoint.id == 0:
        if endpoint.address is None:
            raise EncodeError("ID 0 goes by its address", "Endpoint.address")
        _refuse(endpoint, ("flags", "index"), "ID 0 goes by its address")
        return MptcpPathManager.delete(_of_family(endpoint))
    flags = endpoint.flags or EndpointFlags(0)
    if was_read(endpoint) and "flags" not in changed(endpoint):
        flags &= ~_CHANGEABLE  # they may have been changed since
    return _where_it_is("mptcp.delete", endpoint, MptcpPathManager.delete(id=endpoint.id), flags)


def flush() -> Do[None]:
    """Delete all endpoints."""
    return MptcpPathManager.flush()


def limits() -> Do[Limits]:
    """The limits of the in-kernel path manager."""
    return MptcpPathManager.get_limits()


def set_limits(limits: Limits) -> Do[None]:
    """Set them, 8 at most; one that is None stays. Raises EncodeError."""
    return MptcpPathManager.set_limits(limits)


_CHANGEABLE = EndpointFlags.BACKUP | EndpointFlags.FULLMESH


def _where_it_is(name: str, endpoint: Endpoint, operation: Do[None], flags: EndpointFlags) -> Do[None] | Talk[None]:
    """The operation, once the endpoint with this ID is seen to be the one that the record says.

    `flags` are those that it has to have, and none but these and those that can be changed; 0 for any.
    """
    endpoint = _of_family(endpoint)
    fields = ("address", "family", "port", "index")
    if not flags and all(getattr(endpoint, field) is None for field in fields):
        return operation
    asking = MptcpPathManager.get(id=endpoint.id)

    def steps() -> Generator[Do[Any], Any, None]:
        found = yield asking
        field = difference(endpoint, found, fields)
        has = found.flags or EndpointFlags(0)
        if field is None and flags and (flags & ~has or has & ~_CHANGEABLE & ~flags):
            field = "flags"
        if field is not None:
            raise NotFound(
                errno.ENOENT,
                f"the endpoint with this ID has {field} {getattr(found, field)!s} by now",
                asked=f"{name}({in_words(endpoint)})",
            )
        yield operation

    return Talk(name, steps)


def _refuse(endpoint: Endpoint, fields: tuple[str, ...], why: str) -> None:
    for field in fields:
        if getattr(endpoint, field):
            raise EncodeError(why, f"Endpoint.{field}")


def _of_family(endpoint: Endpoint) -> Endpoint:
    """The endpoint with its family, which the kernel wants besides the address. Raises EncodeError for another."""
    if endpoint.address is None:
        return endpoint
    family = AddressFamily.INET6 if ":" in str(endpoint.address) else AddressFamily.INET
    if endpoint.family not in (None, family):
        raise EncodeError(f"{endpoint.address} is of {family}", "Endpoint.family")
    return replace_fields(endpoint, family=family)
