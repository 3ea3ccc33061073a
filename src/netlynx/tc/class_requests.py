"""How a class is completed before it is sent, or refused. Source: __tc_ctl_tclass in net/sched/sch_api.c, and the
change function of each kind.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import is_set, settable
from netlynx.tc.handle import ROOT, UNSPEC, Handle
from netlynx.tc.qdiscs import CLASS_OPTIONS
from netlynx.tc.qdiscs.hfsc import HfscClass
from netlynx.tc.traffic_class import Class

_FLAT = ("drr", "ets", "qfq")  # whose classes are all of the qdisc


def prepare(record: Class, verb: str) -> Class:
    """The record as it is sent. Raises EncodeError, with the field's name, for what the kernel would not look at."""
    read = was_read(record)
    record = settable(record, "Class")
    if not record.index:
        raise EncodeError("say on which device", "Class.index")
    if not record.handle or (not record.handle.minor and verb == "add"):
        raise EncodeError("say which class, by its qdisc and a number within that: 1:10", "Class.handle")
    if verb == "delete":
        return _alone(record, read)
    if record.kind is not None and record.kind not in CLASS_OPTIONS:
        raise EncodeError(f"classes of {record.kind} come and go with their qdisc, and have no options", "Class.kind")
    if record.data is None and record.estimator is None:
        raise EncodeError("say what there is to the class: its data, a rate of htb, say", "Class.data")
    if record.kind == "ets" and record.estimator is not None:
        raise EncodeError("classes of ets have none, and the kernel does not look at it", "Class.estimator")
    if isinstance(record.data, HfscClass):
        _check_hfsc(record.data, verb)
    return _placed(record, verb)


def _placed(record: Class, verb: str) -> Class:
    handle, parent = record.handle, record.parent
    if parent not in (UNSPEC, ROOT) and handle.major and parent.major and handle.major != parent.major:
        raise EncodeError(f"{parent} is in another qdisc than {handle}", "Class.parent")
    if record.kind in _FLAT and parent != ROOT and parent.minor:
        raise EncodeError(f"classes of {record.kind} have no others in them: it is {handle.major:x}:", "Class.parent")
    if verb == "change" and parent == ROOT:
        return replace_fields(record, parent=Handle(UNSPEC))  # it stays where it is
    if record.kind == "hfsc" and parent == ROOT and verb == "add":
        raise EncodeError(f"the root is a class of its own in hfsc, the qdisc's: {handle.major:x}:", "Class.parent")
    if verb == "add" and not parent:
        raise EncodeError("say where it is: in the qdisc, 1:, or in another class", "Class.parent")
    return record


def _check_hfsc(data: HfscClass, verb: str) -> None:
    if verb == "add" and data.rt is None and data.ls is None:
        raise EncodeError("a class of hfsc is served by its curves: one of `rt` and `ls` is needed", "Class.data.rt")
    if verb == "add" and data.ul is not None and data.ls is None:
        raise EncodeError("it limits how the class shares, `ls`, which is not said", "Class.data.ul")


def _alone(record: Class, read: bool) -> Class:
    """What tells one that is there, and nothing besides."""
    kept: dict[str, Any] = {}
    for name, declaration in Class.__declarations__.items():
        if name not in ("index", "handle") and is_set(record, name):
            if not read:
                raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"Class.{name}")
            kept[name] = declaration.default
    return replace_fields(record, **{**kept, "parent": Handle(UNSPEC)})
