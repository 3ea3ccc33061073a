"""Connection tracking: the connections that the kernel knows, those it expects, and its counters.

    from netlynx.netfilter import conntrack

    for flow in nl.dump(conntrack.flows(mark=7)):
        print(flow.original.source, flow.tcp and flow.tcp.state)

Source: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from netlynx.engine.expecting import unexpected
from netlynx.engine.operation import Do, Dump, EventKind, Flush, Group
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
from netlynx.netfilter.expectation import add_expectation, change_expectation, delete_expectation
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
from netlynx.netfilter.flow_requests import changed, deleted, looked_up, made
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
from netlynx.netfilter.selecting import Wanted
from netlynx.netfilter.tuples import Tuple as Tuple
from netlynx.schema import Record
from netlynx.schema.arguments import record_of
from netlynx.wire.constants import NETLINK, NLM_F

R = TypeVar("R", bound=Record)

_SUBSYSTEM = int(NFNL_SUBSYS.CTNETLINK)

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
    """All tracked connections, or those that fit all that is given. A dict of a tuple's fields stands for a `Tuple`.

    `mark` is compared in the bits of `mark_mask` (all, unless given); the bits of `status` must be set; of `original`
    and `reply` the fields that are set count. The kernel filters, but for IPv6 addresses (which it compares wrongly),
    for tuples of no known family (give addresses or `family`) and for ports without their protocol: those are compared
    here, as everything is again.

    With `reset_counters` the kernel sets the counters of what it lists to 0; what it cannot compare itself is refused
    then (and what `where` leaves out is set to 0 too).

    Raises EncodeError and EncodeTypeError for values that a connection cannot have, and for filters that fit none.
    """
    name = "conntrack.flows"
    wanted = Wanted(name, family, zone, mark, mark_mask, status, original, reply)
    message = IPCTNL_MSG_CT.GET_CTRZERO if reset_counters else IPCTNL_MSG_CT.GET
    # What the kernel lists, it sets to 0: also what would be left out here.
    request = wanted.request(instead="ask for each by conntrack.flow(…, reset_counters=True)" if reset_counters else "")
    return netfilter_dump(name, _SUBSYSTEM, message, request, Flow, IPCTNL_MSG_CT.NEW, match=wanted.match())


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

    `NotFound` if there is none. Raises EncodeError unless exactly one of the two is given, with its addresses, its
    protocol, and the ports or numbers of that.
    """
    request = looked_up("conntrack.flow", original, reply, zone)
    message = IPCTNL_MSG_CT.GET_CTRZERO if reset_counters else IPCTNL_MSG_CT.GET
    return netfilter_do("conntrack.flow", _SUBSYSTEM, message, request, reply=Flow, reply_message=IPCTNL_MSG_CT.NEW)


def add(record: Flow | Expectation) -> Do[None]:
    """Create it; fails with `AlreadyExists` when it is there.

    A connection needs `original` and `timeout`; `reply` is its mirror unless given. One that was read and is translated
    is translated again. Labels are refused: the kernel would forget them in silence where no rule uses labels, while
    `change` is told.

    Raises EncodeError for what is missing, cannot be sent or would have no effect, EncodeTypeError for another record.
    """
    if isinstance(record, Expectation):
        return add_expectation("conntrack.add", record)
    request = made("conntrack.add", _known(record, "conntrack.add"), anew=True)
    return netfilter_do("conntrack.add", _SUBSYSTEM, IPCTNL_MSG_CT.NEW, request, flags=NLM_F.CREATE | NLM_F.EXCL)


def replace(record: Flow) -> Do[None]:
    """Create the connection, or change the one that is there; translation cannot be changed. Raises as `add`."""
    if isinstance(record, Expectation):
        raise EncodeError(
            "the kernel changes nothing but the timeout of one that is there: use conntrack.change, or delete and add",
            "conntrack.replace(Expectation)",
        )
    request = made("conntrack.replace", _known(record, "conntrack.replace"), anew=False)
    return netfilter_do("conntrack.replace", _SUBSYSTEM, IPCTNL_MSG_CT.NEW, request, flags=NLM_F.CREATE)


def change(record: Flow | Expectation) -> Do[None]:
    """Change what is set in the record: timeout, mark, status, labels, helper, the state of its protocol.

    Of a mark the bits in `mark_mask` change (all, unless given), of labels those in `labels_mask`; flags of `status`
    are set, none is cleared. A connection has labels if a rule used labels when it began; else ENOSPC. Of an
    expectation `timeout` can be changed.

    The connection is the one with the record's `original` (or `reply`) and `zone`; `NotFound` if there is none. Of a
    record that was read, what the kernel alone decides (counters, times, `id`, `master`) is not sent.

    Raises EncodeError for what cannot be changed, EncodeTypeError for another record.
    """
    if isinstance(record, Expectation):
        return change_expectation("conntrack.change", record)
    request = changed("conntrack.change", _known(record, "conntrack.change"))
    return netfilter_do("conntrack.change", _SUBSYSTEM, IPCTNL_MSG_CT.NEW, request)


def delete(record: Flow | Expectation) -> Do[None]:
    """End the tracking of the connection with the record's `original` (or `reply`), `zone` and, if set, `id`.

    A record that was read has an `id`, and ends that connection or none. `NotFound` if there is none. Raises
    EncodeError for a record that tells no connection, or (without an `id`) more of it than the kernel compares;
    EncodeTypeError for another record.
    """
    if isinstance(record, Expectation):
        return delete_expectation("conntrack.delete", record)
    request = deleted("conntrack.delete", _known(record, "conntrack.delete"))
    return netfilter_do("conntrack.delete", _SUBSYSTEM, IPCTNL_MSG_CT.DELETE, request)


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

    Arguments are as for `flows`; EncodeError is raised for what the kernel cannot compare itself, and for a zone, which
    kernels before Linux 6.8 do not compare. With a listing instead, of connections or expectations, what it finds is
    deleted one by one:
    ``nl.do(conntrack.flush(conntrack.flows(original=conntrack.Tuple(source="2001:db8::1"))))`` returns how many.
    """
    criteria: dict[str, Any] = {
        "family": family,
        "zone": zone,
        "mark": mark,
        "mark_mask": mark_mask,
        "status": status,
        "original": original,
        "reply": reply,
    }
    if listing is not None:
        return _flush_of(listing, criteria)
    wanted = Wanted("conntrack.flush", **criteria)
    request = wanted.request(instead="give a listing: conntrack.flush(conntrack.flows(…))", flushes=True)
    return netfilter_do("conntrack.flush", _SUBSYSTEM, IPCTNL_MSG_CT.DELETE, request)


def _flush_of(listing: Dump[R], criteria: dict[str, Any]) -> Flush[R]:
    """Delete what a listing finds, which says itself what that is."""
    if not isinstance(listing, Dump):
        raise unexpected("flush", listing)
    if listing.reply not in (Flow, Expectation):
        raise EncodeTypeError(f"conntrack.flush takes a listing of flows or expectations, not {listing}")
    for name, value in criteria.items():
        if value is not None:
            raise EncodeError("a listing says itself what is in it: narrow that", f"conntrack.flush({name})")
    return Flush("conntrack.flush", listing, delete)


def _known(record: object, name: str) -> Flow:
    if not isinstance(record, Flow):
        raise EncodeTypeError(
            f"takes a Flow or an Expectation, not {type(record).__name__} {record!r}", f"{name}(record)"
        )
    return record_of(Flow, record, f"{name}(record)")
