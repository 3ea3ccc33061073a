"""What rtnetlink means where its words about traffic control are for who wrote them. Source: net/sched/*_api.c."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.route.constants import RTM
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Acknowledgement

_IN_USE = "Failed to delete TC action"  # the kernel says so of nothing else
# What the kernel says of a kind that it lacks: what that is, and how the names of its modules begin.
_LACKED = {
    "Specified qdisc kind is unknown": ("qdisc", "sch"),
    "TC classifier not found": ("filter", "cls"),
    "Failed to load TC action module": ("action", "act"),
}
_QUEUES = ("mq", "mqprio", "multiq", "taprio")
_WORDS = {
    "Qdisc not found. To create specify NLM_F_CREATE flag": "Nobody put a qdisc there: tc.add and tc.replace make one",
    "Specified qdisc not found": "There is no qdisc of this handle",
    "Exclusivity flag on, cannot modify": "There is one already: tc.change changes it, tc.replace puts this one there",
    "NLM_F_REPLACE needed to override": "Another qdisc stands there: tc.replace puts this one in its place",
    "Change operation not supported by specified qdisc": (
        "A qdisc of this kind stays as it was made: delete it and add another one"
    ),
    "Invalid handle": "Another qdisc stands there: `parent` says where this one does",
}
# What the kernel says with EINVAL of what is not there (__tcf_qdisc_find, __tcf_block_find, tc_get_tfilter and
# tc_ctl_chain in net/sched/cls_api.c; tc_get_qdisc in net/sched/sch_api.c; tcf_action_get_1 in net/sched/act_api.c).
_MISSING = {
    "Parent Qdisc doesn't exists",
    "Parent Qdisc doesn't exist",
    "Qdisc not classful",  # and so without filters
    "Block of given index was not found",
    "Cannot find specified filter chain",
    "Invalid handle",
    "Specified TC action kind not found",
}
_MADE = (RTM.NEWQDISC, RTM.NEWTCLASS, RTM.NEWTFILTER, RTM.NEWACTION, RTM.NEWCHAIN)


def lacking(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> bool:
    """Whether what was asked for, or was to be removed, is not there."""
    return answer.errno == errno.EINVAL and answer.text in _MISSING and operation.message_type not in _MADE


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number and words tell."""
    request: Any = operation.request
    kind = getattr(request, "kind", None)
    if answer.errno == errno.ENOENT and answer.text in _LACKED:
        return _lacked(request, *_LACKED[answer.text])
    if operation.message_type == RTM.DELACTION and answer.errno == errno.EPERM and answer.text == _IN_USE:
        return "A filter uses it: it can go when that is gone"
    if operation.message_type >= RTM.NEWTFILTER:
        return ""
    if answer.text.startswith("Qdisc not found.") and operation.flags & NLM_F.REPLACE:
        return f"There is no qdisc {request.handle} to be put there"
    if operation.message_type in (RTM.NEWQDISC, RTM.DELQDISC, RTM.GETQDISC) and answer.text:
        return _WORDS.get(answer.text, "")
    if operation.message_type == RTM.NEWQDISC and answer.errno == errno.EOPNOTSUPP and kind in _QUEUES:
        return f"{kind} stands at the root of a device that has several queues to send from, and nowhere else"
    if operation.message_type in (RTM.DELTCLASS, RTM.GETTCLASS) and not answer.text:
        if answer.errno == errno.ENOENT:
            return f"There is no class {request.handle} on this device"
        if operation.message_type == RTM.DELTCLASS and answer.errno == errno.EOPNOTSUPP:
            return "Classes of such a qdisc come and go with it"
    return ""


def _lacked(request: Any, what: str, module: str) -> str:
    """Which kind it is that the kernel lacks: of a filter's actions it may be any."""
    acting = getattr(request, "actions", None) or (what == "action" and getattr(request.data, "actions", None))
    kinds = [each.kind for each in acting] if acting else [request.kind]
    if len(kinds) != 1 or kinds[0] is None:
        return f"This kernel lacks one of its actions: {', '.join(map(str, kinds))}" if kinds[0] is not None else ""
    return (
        f"This kernel has no {what} of kind {kinds[0]!r}, and found no module that provides it ({module}_{kinds[0]}): "
        "it has to be installed, or built"
    )
