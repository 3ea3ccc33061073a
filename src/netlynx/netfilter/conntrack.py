"""Connection tracking: the connections that the kernel knows, those it expects, and its counters.

    from netlynx.netfilter import conntrack

    for flow in nl.dump(conntrack.flows(mark=7)):
        print(flow.original.source, flow.tcp and flow.tcp.state)

Source: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.conntrack_statistics import CpuStatistics as CpuStatistics
from netlynx.netfilter.conntrack_statistics import ExpectationStatistics as ExpectationStatistics
from netlynx.netfilter.conntrack_statistics import Statistics as Statistics
from netlynx.netfilter.conntrack_statistics import cpu_statistics as cpu_statistics
from netlynx.netfilter.conntrack_statistics import expectation_statistics as expectation_statistics
from netlynx.netfilter.conntrack_statistics import statistics as statistics
from netlynx.netfilter.constants import NFNL_SUBSYS, NFNLGRP, NetfilterFamily
from netlynx.netfilter.constants import TransportProtocol as TransportProtocol
from netlynx.netfilter.expectation import EXPECTATIONS as EXPECTATIONS
from netlynx.netfilter.expectation import Expectation as Expectation
from netlynx.netfilter.expectation import ExpectationFlags as ExpectationFlags
from netlynx.netfilter.expectation import change_expectation, delete_expectation
from netlynx.netfilter.expectation import expectation as expectation
from netlynx.netfilter.expectation import expectations as expectations
from netlynx.netfilter.expectation import flush_expectations as flush_expectations
from netlynx.netfilter.flow import FilterFields as FilterFields
from netlynx.netfilter.flow import Flow as Flow
from netlynx.netfilter.flow import FlowStatus as FlowStatus
from netlynx.netfilter.flow import Nat as Nat
from netlynx.netfilter.flow import Selection as Selection
from netlynx.netfilter.flow import SequenceShift as SequenceShift
from netlynx.netfilter.flow import SynProxy as SynProxy
from netlynx.netfilter.messages import IPCTNL_MSG_CT
from netlynx.netfilter.nfnetlink import message_type, netfilter_do, netfilter_dump
from netlynx.netfilter.protocols import DccpInfo as DccpInfo
from netlynx.netfilter.protocols import DccpState as DccpState
from netlynx.netfilter.protocols import SctpInfo as SctpInfo
from netlynx.netfilter.protocols import SctpState as SctpState
from netlynx.netfilter.protocols import TcpFlagChange as TcpFlagChange
from netlynx.netfilter.protocols import TcpFlags as TcpFlags
from netlynx.netfilter.protocols import TcpInfo as TcpInfo
from netlynx.netfilter.protocols import TcpState as TcpState
from netlynx.netfilter.tuples import Tuple as Tuple
from netlynx.netfilter.tuples import family_of
from netlynx.operation import Do, Dump, EventKind, Flush, Group
from netlynx.schema import Record, fields_of, replace_fields
from netlynx.schema.arguments import flags_of, member_of
from netlynx.wire.constants import NETLINK, NLM_F

R = TypeVar("R", bound=Record)

_SUBSYSTEM = int(NFNL_SUBSYS.CTNETLINK)
_WHOLE_MARK = 0xFFFFFFFF

FLOWS: Group[Flow] = Group(
    "conntrack.FLOWS",
    NETLINK.NETFILTER,
    (NFNLGRP.CONNTRACK_NEW, NFNLGRP.CONNTRACK_UPDATE, NFNLGRP.CONNTRACK_DESTROY),
    {
        message_type(_SUBSYSTEM, IPCTNL_MSG_CT.NEW): (EventKind.NEW, Flow),
        message_type(_SUBSYSTEM, IPCTNL_MSG_CT.DELETE): (EventKind.DELETE, Flow),
    },
    updates=(message_type(_SUBSYSTEM, IPCTNL_MSG_CT.NEW),),
)
"""Connections that begin, change and end. The kernel tells of none where sysctl net.netfilter.nf_conntrack_events is 0,
of all where it is 1, and where it is 2 (as it is at first) of those that began while somebody listened."""


def flows(
    *,
    family: NetfilterFamily | str | None = None,
    zone: int | None = None,
    mark: int | None = None,
    mark_mask: int | None = None,
    status: FlowStatus | str | int | None = None,
    original: Tuple | None = None,
    reply: Tuple | None = None,
    reset_counters: bool = False,
) -> Dump[Flow]:
    """All tracked connections, or those that fit all that is given.

    `mark` is compared in the bits of `mark_mask` (all, unless given); the bits of `status` must be set; of `original`
    and `reply` the fields that are set count. The kernel filters, but for IPv6 addresses (which it compares wrongly),
    for tuples of no known family (give addresses or `family`) and for ports without their protocol: those are compared
    here, as everything is again. With `reset_counters` the kernel sets the counters of what it lists to 0.

    Raises EncodeError and EncodeTypeError for values that a connection cannot have.
    """
    name = "conntrack.flows"
    request = _selecting(name, family, zone, mark, mark_mask, status, original, reply, exactly=False)
    match: list[tuple[str, Any]] = []
    if request.family:
        match.append(("family", request.family))
    if zone is not None:
        match.append(("zone", zone or {0, None}))
    if mark is not None and mark_mask in (None, _WHOLE_MARK):
        match.append(("mark", mark or {0, None}))
    if request.status:
        match.append(("status", request.status))
    match += [(side, _set_fields(each)) for side, each in (("original", original), ("reply", reply)) if each]
    message = IPCTNL_MSG_CT.GET_CTRZERO if reset_counters else IPCTNL_MSG_CT.GET
    return netfilter_dump(name, _SUBSYSTEM, message, request, Flow, IPCTNL_MSG_CT.NEW, match=tuple(match))


def dying() -> Dump[Flow]:
    """Connections that have ended, and whose end could not be told to a listener yet."""
    return netfilter_dump("conntrack.dying", _SUBSYSTEM, IPCTNL_MSG_CT.GET_DYING, Flow(), Flow, IPCTNL_MSG_CT.NEW)


def unconfirmed() -> Dump[Flow]:
    """Connections whose first packet is still on its way through this host. Kernels since Linux 6.4 list none."""
    return netfilter_dump(
        "conntrack.unconfirmed", _SUBSYSTEM, IPCTNL_MSG_CT.GET_UNCONFIRMED, Flow(), Flow, IPCTNL_MSG_CT.NEW
    )


def flow(
    original: Tuple | None = None,
    *,
    reply: Tuple | None = None,
    zone: int | None = None,
    reset_counters: bool = False,
) -> Do[Flow]:
    """The connection with this tuple in its original or its reply direction; looked up by the kernel.

    `NotFound` if there is none. Raises EncodeError unless exactly one of the two is given, with its addresses.
    """
    request = _identified(Flow(original=original, reply=reply, zone=zone), "conntrack.flow")
    message = IPCTNL_MSG_CT.GET_CTRZERO if reset_counters else IPCTNL_MSG_CT.GET
    return netfilter_do("conntrack.flow", _SUBSYSTEM, message, request, reply=Flow, reply_message=IPCTNL_MSG_CT.NEW)


def add(record: Flow | Expectation) -> Do[None]:
    """Create it; fails with `AlreadyExists` when it is there.

    A connection needs `original` and `timeout`; `reply` is its mirror unless given. Raises EncodeError for what is
    missing or cannot be sent, EncodeTypeError for another record.
    """
    if isinstance(record, Expectation):
        return change_expectation("conntrack.add", record, NLM_F.CREATE | NLM_F.EXCL)
    return _make("conntrack.add", record, NLM_F.CREATE | NLM_F.EXCL)


def replace(record: Flow | Expectation) -> Do[None]:
    """Create it, or change the one that is there; translation cannot be changed. Raises as `add`."""
    if isinstance(record, Expectation):
        return change_expectation("conntrack.replace", record, NLM_F.CREATE)
    return _make("conntrack.replace", record, NLM_F.CREATE)


def change(record: Flow) -> Do[None]:
    """Change what is set in the record: timeout, mark (in the bits of `mark_mask`), status, labels, helper, TCP state.

    `NotFound` if there is no such connection. What the kernel alone decides (counters, times, `master`) is not sent.
    Raises EncodeError for a translation, which nothing can change, EncodeTypeError for another record.
    """
    if isinstance(record, Expectation):
        raise EncodeError("an expectation is changed by conntrack.replace", "conntrack.change(Expectation)")
    record = _known(record, "conntrack.change")
    for name in ("nat_source", "nat_destination"):
        if getattr(record, name) is not None:
            raise EncodeError("the translation of a connection that is there cannot be changed", f"Flow.{name}")
    request = replace_fields(
        _identified(record, "conntrack.change"),
        **dict.fromkeys(_KERNELS_OWN),
        master=None,
        status=_confirmed(record.status),
    )
    return netfilter_do("conntrack.change", _SUBSYSTEM, IPCTNL_MSG_CT.NEW, request)


def delete(record: Flow | Expectation) -> Do[None]:
    """End the tracking of the connection with the record's `original` (or `reply`), `zone` and, if set, `id`.

    `NotFound` if there is none. Raises EncodeError for a record that tells no connection, EncodeTypeError for another.
    """
    if isinstance(record, Expectation):
        return delete_expectation("conntrack.delete", record)
    record = _known(record, "conntrack.delete")
    only = Flow(family=record.family, original=record.original, reply=record.reply, zone=record.zone, id=record.id)
    return netfilter_do("conntrack.delete", _SUBSYSTEM, IPCTNL_MSG_CT.DELETE, _identified(only, "conntrack.delete"))


@overload
def flush(listing: Dump[R], /) -> Flush[R]: ...
@overload
def flush(
    *,
    family: NetfilterFamily | str | None = ...,
    zone: int | None = ...,
    mark: int | None = ...,
    mark_mask: int | None = ...,
    status: FlowStatus | str | int | None = ...,
    original: Tuple | None = ...,
    reply: Tuple | None = ...,
) -> Do[None]: ...
def flush(
    listing: Dump[R] | None = None,
    /,
    *,
    family: NetfilterFamily | str | None = None,
    zone: int | None = None,
    mark: int | None = None,
    mark_mask: int | None = None,
    status: FlowStatus | str | int | None = None,
    original: Tuple | None = None,
    reply: Tuple | None = None,
) -> Do[None] | Flush[R]:
    """End the tracking of all connections that fit, in one request: nothing given means all of them.

    Arguments are as for `flows`; EncodeError is raised for what the kernel cannot compare itself. With a listing
    instead, of connections or expectations, what it finds is deleted one by one:
    ``nl.do(conntrack.flush(conntrack.flows(original=conntrack.Tuple(source="2001:db8::1"))))`` returns how many.
    """
    if listing is not None:
        return Flush("conntrack.flush", listing, delete)
    request = _selecting("conntrack.flush", family, zone, mark, mark_mask, status, original, reply, exactly=True)
    return netfilter_do("conntrack.flush", _SUBSYSTEM, IPCTNL_MSG_CT.DELETE, request)


# -- requests ----------------------------------------------------------------------------------------------------

# What a record from the kernel has and a request must not say.
_KERNELS_OWN = (
    "original_packets",
    "original_bytes",
    "reply_packets",
    "reply_bytes",
    "start",
    "stop",
    "id",
    "use",
    "security_context",
    "security_mark",
    "event_time",
    "selection",
)


def _known(record: object, name: str) -> Flow:
    if not isinstance(record, Flow):
        raise EncodeTypeError(f"{name} takes a Flow or an Expectation, not {type(record).__name__}")
    return record


def _make(name: str, record: Flow, flags: int) -> Do[None]:
    record = _known(record, name)
    if record.original is None:
        raise EncodeError("set the original direction", "Flow.original")
    if record.timeout is None:
        raise EncodeError("set for how many seconds it lives without packets", "Flow.timeout")
    reply = record.original.reversed() if record.reply is None else record.reply
    family = record.family or family_of(record.original, "Flow.original")
    request = replace_fields(
        record, **dict.fromkeys(_KERNELS_OWN), family=family, reply=reply, status=_confirmed(record.status)
    )
    return netfilter_do(name, _SUBSYSTEM, IPCTNL_MSG_CT.NEW, request, flags=flags)


def _confirmed(status: object) -> FlowStatus | None:
    """The status to send: a request without CONFIRMED would unset it, which the kernel refuses with EBUSY."""
    return None if status is None else flags_of(FlowStatus, status, "Flow.status") | FlowStatus.CONFIRMED


def _identified(record: Flow, name: str) -> Flow:
    """The record with its family; its original direction says which connection is meant, or else its reply."""
    if record.original is None and record.reply is None:
        raise EncodeError("give one direction of the connection", f"{name}(original)")
    side = "original" if record.original is not None else "reply"
    family = record.family or family_of(getattr(record, side), f"Flow.{side}")
    return replace_fields(record, family=family, reply=record.reply if side == "reply" else None)


def _set_fields(each: Tuple) -> dict[str, Any]:
    return {name: value for name, value in fields_of(each).items() if value is not None and name != "unknown"}


def _selecting(
    name: str,
    family: NetfilterFamily | str | None,
    zone: int | None,
    mark: int | None,
    mark_mask: int | None,
    status: FlowStatus | str | int | None,
    original: Tuple | None,
    reply: Tuple | None,
    *,
    exactly: bool,
) -> Flow:
    """The request that selects connections; `exactly`: the kernel must compare all that is given."""
    wanted = None if family is None else member_of(NetfilterFamily, family, f"{name}(family)")
    if mark is None and mark_mask is not None:
        raise EncodeError("says in which bits the mark is compared: give mark too", f"{name}(mark_mask)")
    bits = None if status is None else flags_of(FlowStatus, status, f"{name}(status)")
    if bits is not None and not bits:
        raise EncodeError("give the bits that must be set", f"{name}(status)")
    chosen: dict[str, FilterFields] = {}
    tuples: dict[str, Tuple] = {}
    for side, each in (("original", original), ("reply", reply)):
        if each is None:
            continue
        fields = set(_set_fields(each))
        if wanted is None and fields & {"source", "destination"}:
            wanted = family_of(each, f"{name}({side})")
        for_kernel = fields if wanted else set()
        if "protocol" not in fields:
            for_kernel = for_kernel & {"source", "destination", "zone"}
        if wanted is NetfilterFamily.IPV6:
            # What differs fits, to the kernel: ctnetlink_filter_match_tuple takes ipv6_addr_cmp for a comparison that
            # is true when two addresses are equal.
            for_kernel = for_kernel - {"source", "destination"}
        if exactly and for_kernel != fields:
            raise EncodeError(
                "the kernel can compare IPv4 addresses, and ports with their protocol and a family; for anything else "
                "give a listing: conntrack.flush(conntrack.flows(…))",
                f"{name}({side})",
            )
        if for_kernel:
            chosen[side] = flags_of(FilterFields, for_kernel, f"{name}({side})")
            tuples[side] = Tuple(**{field: getattr(each, field) for field in for_kernel})
    return Flow(
        family=wanted or NetfilterFamily.UNSPEC,
        zone=zone,
        mark=mark,
        mark_mask=mark_mask,
        status=bits,
        selection=Selection(original=chosen.get("original"), reply=chosen.get("reply"))
        if chosen or (exactly and wanted)
        else None,
        original=tuples.get("original"),
        reply=tuples.get("reply"),
    )
