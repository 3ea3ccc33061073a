"""What is sent to make, change or remove a filter, and what the kernel would not carry out as it is said.

Source: tc_new_tfilter and tc_del_tfilter in net/sched/cls_api.c, and the `change` of each kind in net/sched/cls_*.c.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netlynx.errors import EncodeError
from netlynx.schema import replace_fields
from netlynx.schema.record import class_of, was_read
from netlynx.schema.sending import deletes_no_less, settable, taken_flags
from netlynx.tc.descriptors import check_program
from netlynx.tc.ethertypes import EtherType
from netlynx.tc.filter import MOST_CHAINS, Filter, too_high
from netlynx.tc.filters.basic import CgroupFilter
from netlynx.tc.filters.bpf import Bpf
from netlynx.tc.filters.common import ClassifierFlag
from netlynx.tc.filters.flow import FlowFilter
from netlynx.tc.filters.flower import Flower
from netlynx.tc.filters.flower_requests import looked_at
from netlynx.tc.filters.fw import Fw
from netlynx.tc.filters.route import RouteFilter
from netlynx.tc.filters.u32 import U32

_ASKED = int(ClassifierFlag.SKIP_HW | ClassifierFlag.SKIP_SW | ClassifierFlag.VERBOSE)


def prepare(record: Filter, verb: str) -> Filter:
    """The record as it is sent. Raises EncodeError with the field for what the kernel would not carry out so."""
    if not record.index:
        raise EncodeError("say on which device, or in which block", "Filter.index")
    if too_high(record.chain):
        raise EncodeError(f"chains have numbers up to {MOST_CHAINS}", "Filter.chain")
    if verb == "delete":
        return _deleted(settable(record, "Filter"))
    flags = _flags(record)
    record = settable(record, "Filter")
    if record.kind is None:
        raise EncodeError("say what it does: data", "Filter.kind")
    if record.listing is not None:
        raise EncodeError("it is of a listing", "Filter.listing")
    if verb in ("change", "replace") and not record.priority:
        raise EncodeError("say which priority: without it, another filter is made", "Filter.priority")
    if verb == "change" and not record.handle:
        raise EncodeError("say which one of its priority", "Filter.handle")
    changes: dict[str, Any] = {}
    if not record.protocol and verb != "change":
        changes["protocol"] = EtherType.ALL
    data = _completed(record, changes.get("protocol", record.protocol))
    if flags is not None:
        data = replace_fields(data, flags=flags)
    if data is not record.data:
        changes["data"] = data
    return replace_fields(record, **changes) if changes else record


def _deleted(record: Filter) -> Filter:
    """What selects a filter, or all of a priority."""
    if not was_read(record):
        deletes_no_less(record, "Filter", unseen=("data", "estimator", "listing", "warning"))
    if not record.priority:
        raise EncodeError(
            "say which: the kernel would remove all filters of the chain; tc.flush(tc.filters(…)) does",
            "Filter.priority",
        )
    kept = {
        name: getattr(record, name) for name in ("index", "parent", "chain", "priority", "protocol", "handle", "kind")
    }
    return Filter(**kept)


def _flags(record: Filter) -> Any:
    """Where it is to be carried out, without what the kernel tells of that."""
    flags = getattr(record.data, "flags", None)
    if flags is None:
        return None
    return taken_flags(record.data, _ASKED, "Filter.data") if isinstance(flags, ClassifierFlag) else None


def _completed(record: Filter, protocol: int) -> Any:
    """The options of a kind with what they cannot do without. Raises EncodeError with the field at fault."""
    data = record.data
    if getattr(data, "police", None) is not None and getattr(data, "actions", None):
        raise EncodeError("the kernel would leave the actions out: make it one of them", "Filter.data.police")
    complete = _COMPLETING.get(class_of(data))
    return data if complete is None else complete(record, data, protocol)


def _flower(_: Filter, data: Flower, protocol: int) -> Flower:
    return looked_at(data, protocol)


def _fw(record: Filter, data: Fw, _: int) -> Fw:
    if not record.handle:
        raise EncodeError("it is the mark: say which", "Filter.handle")
    return data


def _cgroup(record: Filter, data: CgroupFilter, _: int) -> CgroupFilter:
    if not record.handle:
        raise EncodeError("a filter of this kind has to have one, such as 1", "Filter.handle")
    return data


def _flow(record: Filter, data: FlowFilter, _: int) -> FlowFilter:
    if not record.handle:
        raise EncodeError("a filter of this kind has to have one, such as 1", "Filter.handle")
    if not data.keys:
        raise EncodeError("say what of a packet counts", "Filter.data.keys")
    return data


def _route(_: Filter, data: RouteFilter, __: int) -> RouteFilter:
    if data.iif is not None and data.from_realm is not None:
        raise EncodeError("the kernel looks at one of iif and from_realm", "Filter.data.iif")
    return data


def _u32(_: Filter, data: U32, __: int) -> U32:
    selector = data.selector
    if selector is None or selector.count == len(selector.matches):
        return data
    counted = replace_fields(selector, count=len(selector.matches))  # of one whose matches were replaced
    return replace_fields(data, selector=counted)


def _bpf(_: Filter, data: Bpf, __: int) -> Bpf:
    _check_program(data)
    if data.instructions and data.count is None:
        return replace_fields(data, count=len(data.instructions))
    return data


_COMPLETING: dict[Any, Callable[[Filter, Any, int], Any]] = {
    Bpf: _bpf,
    CgroupFilter: _cgroup,
    FlowFilter: _flow,
    Flower: _flower,
    Fw: _fw,
    RouteFilter: _route,
    U32: _u32,
}


def _check_program(data: Bpf) -> None:
    """Whether there is one program, and its descriptor is open. Raises EncodeError with the field."""
    if data.instructions and data.fd is not None:
        raise EncodeError("give a program that is loaded, or instructions: not both", "Filter.data.fd")
    if not data.instructions and data.fd is None:
        raise EncodeError("say which program: fd, or instructions", "Filter.data.fd")
    if data.fd is not None:
        check_program(data.fd, "Filter.data.fd")
