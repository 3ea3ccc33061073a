"""What rtnetlink means where its words about qdiscs, classes and actions are for who wrote them.

Source: net/sched/sch_api.c, net/sched/act_api.c.
"""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.route.constants import RTM
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Acknowledgement

_IN_USE = "Failed to delete TC action"  # the kernel says so of nothing else
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


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number and words tell."""
    request: Any = operation.request
    kind = getattr(request, "kind", None)
    if answer.text == "Failed to load TC action module":
        actions = getattr(request, "actions", None) or getattr(getattr(request, "data", None), "actions", None) or ()
        wanted = ", ".join(dict.fromkeys(f"act_{each.kind}" for each in actions))
        return f"This kernel lacks an action, and found no module that provides it ({wanted}): it has to be installed"
    if operation.message_type == RTM.DELACTION and answer.errno == errno.EPERM and answer.text == _IN_USE:
        return "A filter uses it: it can go when that is gone"
    if operation.message_type >= RTM.NEWTFILTER:
        return ""
    if operation.message_type == RTM.NEWQDISC and answer.text == "Specified qdisc kind is unknown" and kind:
        return (
            f"This kernel has no qdiscs of kind {kind!r}, and found no module that provides them (sch_{kind}): it has "
            "to be installed, or built"
        )
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
