"""IDs by which a network namespace knows others. Source: linux/net_namespace.h, net/core/net_namespace.c."""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from netlynx.engine.operation import Do, Dump, EventKind, Group, Talk, make_do, make_dump
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, NetlinkError, NotFound, PermissionDenied
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.verbs import Verbs, heard, register
from netlynx.schema import Constants, Layout, Record, attr, enum, member, namespace, s32, takes, u8, u32
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK

if TYPE_CHECKING:
    from netlynx.netns import Where

NOT_ASSIGNED = -1
"""What the kernel answers for a namespace that has no ID here (NETNSA_NSID_NOT_ASSIGNED)."""


class NETNSA(Constants):
    """Attributes of a namespace ID message."""

    NONE = 0
    NSID = 1
    PID = 2
    FD = 3
    TARGET_NSID = 4
    CURRENT_NSID = 5


class GeneralMessage(Layout, c="rtgenmsg"):
    """The shortest fixed header of rtnetlink."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="rtgen_family")


class NamespaceId(Record, header=GeneralMessage):
    """The ID of another network namespace, as this one has it (`rtgenmsg` + `NETNSA_*`).

    To assign one, tell the namespace by `fd` (a name, a path, an open one, or a file descriptor of it, of which the
    record keeps a duplicate) or `pid` (a process in it); without `nsid` the kernel chooses a free one. An ID stays
    until one of the two namespaces is gone.

    Source: linux/net_namespace.h, rtnl_net_fill in net/core/net_namespace.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NETNSA, policy="rtnl_net_policy")
    __omitted__: ClassVar[dict[str, str]] = {"NETNSA_NONE": "no attribute has this number"}

    nsid: int | None = attr(NETNSA.NSID, s32, always=True)  # -1: not assigned
    pid: int | None = attr(NETNSA.PID, u32)  # request: a process in the namespace
    fd: Where | int | None = attr(NETNSA.FD, namespace)  # request: the namespace; see `netlynx.netns`
    target_nsid: int | None = attr(NETNSA.TARGET_NSID, s32)  # request: in whose view
    current_nsid: int | None = attr(NETNSA.CURRENT_NSID, s32)  # the ID here, when another view was asked for


NAMESPACE_IDS: Group[NamespaceId] = Group(
    "route.NAMESPACE_IDS",
    NETLINK.ROUTE,
    (RTNLGRP.NSID,),
    {RTM.NEWNSID: (EventKind.NEW, NamespaceId), RTM.DELNSID: (EventKind.DELETE, NamespaceId)},
)
"""IDs that are assigned, and those that end with their namespace. Who wants names to them asks `namespace_names`."""


def namespace_ids(*, target_nsid: int | None = None) -> Dump[NamespaceId]:
    """All IDs that this namespace has for others; with `target_nsid` those that that namespace has.

    Raises EncodeError for what is no ID.
    """
    request = NamespaceId(target_nsid=target_nsid)
    return make_dump("route.namespace_ids", NETLINK.ROUTE, RTM.GETNSID, request, NamespaceId, RTM.NEWNSID)


def namespace_id(
    *,
    fd: Where | int | None = None,
    pid: int | None = None,
    nsid: int | None = None,
    target_nsid: int | None = None,
) -> Do[NamespaceId]:
    """The ID of the namespace of a file or process; its `nsid` is -1 when it has none here.

    With `nsid` it is told whether that ID is in use (`NotFound` if not), and with `target_nsid` which ID the namespace
    has in the view of that other one. `fd` is a name, a path, an open namespace or a file descriptor of one.

    Raises EncodeError unless exactly one of `fd`, `pid` and `nsid` is given, and for an `fd` that is no namespace.
    """
    if sum(value is not None for value in (fd, pid, nsid)) != 1:
        raise EncodeError("give one of fd, pid and nsid", "route.namespace_id")
    request = NamespaceId(fd=fd, pid=pid, nsid=nsid, target_nsid=target_nsid)
    return by_record(_LOOKUP, _lookup, request) or _lookup(request)


def namespace_names() -> Talk[dict[int, tuple[str, ...]]]:
    """The names of the namespaces that have an ID here, by that: what ``ip netns list-id`` tells beside the IDs.

        names = nl.do(route.namespace_names())
        for event in nl.subscribe(route.LINKS, all_namespaces=True):
            print(names.get(event.nsid, ()), event.record.name)

    The kernel knows namespaces by no name, so each name in `netns.DIRECTORY` is opened and asked for: a request each.
    It stays true until an event of `NAMESPACE_IDS`, or until names are given or taken. IDs of namespaces without a name
    are left out, and so are names that no namespace has, or that may not be opened.
    """

    def steps() -> Generator[Any, Any, dict[int, tuple[str, ...]]]:
        from netlynx import netns

        found: dict[int, tuple[str, ...]] = {}
        for name in netns.list():
            try:
                answer = yield namespace_id(fd=name)
            except (NotFound, PermissionDenied):
                continue  # gone since it was listed, or not for us to open
            except NetlinkError as error:
                if error.errno != errno.EINVAL:
                    raise
                continue  # a file without a namespace: its mount is gone, or never was
            if answer.nsid is not None and answer.nsid != NOT_ASSIGNED:
                found[answer.nsid] = (*found.get(answer.nsid, ()), name)
        return found

    return Talk("route.namespace_names", steps)


_LOOKUP = "route.namespace_id"


def _lookup(request: NamespaceId) -> Do[NamespaceId]:
    return make_do(_LOOKUP, NETLINK.ROUTE, RTM.GETNSID, request, reply=NamespaceId, reply_type=RTM.NEWNSID)


def _prepare(record: NamespaceId, verb: str) -> NamespaceId:
    if (record.fd is None) == (record.pid is None):
        raise EncodeError("tell the namespace by fd or by pid, one of them", "NamespaceId.fd")
    if record.nsid is None:
        return msgspec.structs.replace(record, nsid=NOT_ASSIGNED)
    return record


_STAYS = "an ID stays until its namespace is gone: the kernel cannot {} it"

register(
    NamespaceId,
    Verbs(
        new=RTM.NEWNSID,
        delete=RTM.DELNSID,
        prepare=_prepare,
        without={
            "append": _STAYS.format("append to"),
            "replace": _STAYS.format("replace"),
            "change": _STAYS.format("change"),
            "delete": _STAYS.format("delete"),
        },
        mute=heard,
    ),
)
