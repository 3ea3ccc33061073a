"""What qdiscs and classes stand in: looked at before one is made or changed, where the kernel would take another place
for the one that is meant, or say no more than a number.

Source: __tc_modify_qdisc and __tc_ctl_tclass in net/sched/sch_api.c, which do not look at the kind of a class; htb in
sch_htb.c, for which a class whose parent is not there is one at the root; drr_change_class and qfq_change_class, which
do not look at the parent.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable, Sequence
from typing import Any

from netlynx.engine.guarding import Steps
from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NetlinkError, NotFound, NotSupported
from netlynx.route.rivals import Guard
from netlynx.schema.record import class_of
from netlynx.tc.handle import ROOT, Handle
from netlynx.tc.qdisc import Qdisc, qdiscs
from netlynx.tc.traffic_class import Class, classes
from netlynx.wire.constants import NLM_F

_LEAVES = ("htb", "hfsc")  # whose classes may have others in them


class _Missing:
    """A qdisc that is not there."""

    def __init__(self, index: int, major: int) -> None:
        self.index, self.major = index, major


class _Device:
    """What is known of a device: its classes, and some of its qdiscs (None: it is not there), by their major number."""

    def __init__(self) -> None:
        self.classes: dict[int, Any] = {}
        self.qdiscs: dict[int, Any] = {}
        self.at: dict[int, Any] = {}  # qdiscs by where they stand

    def append(self, record: Any) -> None:
        if isinstance(record, _Missing):
            self.qdiscs[record.major] = None
        elif class_of(record) is Class:
            self.classes[int(record.handle)] = record
        else:
            self.qdiscs[record.handle.major] = self.at[int(record.parent)] = record

    def kind(self, major: int) -> Any:
        """The kind of a qdisc; "" where it is not known, None where there is no such one."""
        if major in self.qdiscs:
            return self.qdiscs[major] and self.qdiscs[major].kind
        return next((each.kind for each in self.classes.values() if each.handle.major == major), "")


class _Standing(Guard):
    record = Class

    def __init__(self, *, changes: bool) -> None:
        self.changes = changes

    def shelf(self) -> Any:
        return _Device()

    def concerns(self, operation: Do[Any]) -> bool:
        return class_of(getattr(operation, "request", None)) in (Qdisc, Class)

    def needed(self, record: Any, pattern: Any) -> bool:
        if class_of(record) is Class:
            return True
        return not pattern.handle if self.changes else _within_a_class(pattern.parent)

    def pattern(self, operation: Do[Any]) -> Any:
        return operation.pattern if type(operation) is Guarded else operation.request

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "standing", operation.pattern.index

    def key_of(self, record: Any) -> Hashable:
        return int(record.index)

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return classes(index=operation.pattern.index)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        asked = operation.pattern
        return classes(index=asked.index, parent=Handle(_major(asked) << 16))

    def besides(self, operation: Guarded[Any], listed: list[Any]) -> Steps[Sequence[Any]]:
        asked, major = operation.pattern, _major(operation.pattern)
        changed = class_of(asked) is Qdisc and self.changes
        if not changed and (not major or any(each.handle.major == major for each in listed)):
            return ()
        # Who asks for a single one has the kernel tell all that listen: as if it had been made now.
        found: list[Any] = yield qdiscs(index=asked.index)
        if changed or any(each.handle.major == major for each in found):
            return found
        return [*found, _Missing(asked.index, major)]

    def choose(self, operation: Guarded[Any], rivals: Any) -> tuple[Do[Any], Any]:
        asked = operation.pattern
        wrong = _of_class if class_of(asked) is Class else _of_changed_qdisc if self.changes else _of_qdisc
        error, field, why, hint = wrong(asked, rivals, operation.flags)
        if error is not None:
            number = errno.ENOENT if error is NotFound else errno.EOPNOTSUPP
            path = f"{class_of(asked).__name__}.{field}"
            raise error(number, why, asked=str(operation), attribute=path, hint=f"Nothing was sent{hint}")
        if class_of(asked) is Class:
            rivals.append(asked)  # for those that follow in a batch
        return bare(operation), rivals


MADE, CHANGED = _Standing(changes=False), _Standing(changes=True)

_Wrong = tuple[type[NetlinkError] | None, str, str, str]
_NOTHING: _Wrong = (None, "", "", "")


def _major(asked: Any) -> int:
    """The number of the qdisc that a class is of, or in which a qdisc stands."""
    if class_of(asked) is Class and asked.handle.major:
        return int(asked.handle.major)
    return 0 if asked.parent == ROOT else int(asked.parent.major)


def _within_a_class(parent: Handle) -> bool:
    return bool(parent.minor) and parent.major not in (0, 0xFFFF)


def _of_class(asked: Any, there: _Device, flags: int) -> _Wrong:
    major = _major(asked)
    kind = there.kind(major)
    if kind is None:
        return NotFound, "handle", f"there is no qdisc {major:x}: on this device", ""
    if kind and asked.kind and kind != asked.kind:
        return NotSupported, "kind", f"the qdisc {major:x}: is {kind}, and has no classes of {asked.kind}", ""
    old = there.classes.get(int(asked.handle))
    if old is None and not flags & NLM_F.CREATE:
        return NotFound, "handle", f"there is no class {asked.handle}", ""
    if old is not None:
        if asked.parent not in (0, old.parent, _above(old, major)) and not flags & NLM_F.EXCL:
            return NotSupported, "parent", f"the class is in {old.parent}, and stays there", ": delete it first"
        return _NOTHING
    if asked.parent.minor and asked.parent != ROOT:
        parent = Handle(major << 16 | asked.parent.minor)
        if parent not in there.classes:
            return NotFound, "parent", f"there is no class {parent}", ""
    return _NOTHING


def _above(old: Any, major: int) -> int:
    """What else the parent of a class may be called: the qdisc is the root, or the root the qdisc."""
    if old.parent == ROOT:
        return major << 16
    return ROOT if old.parent == major << 16 else int(old.parent)


def _of_qdisc(asked: Any, there: _Device, flags: int) -> _Wrong:
    parent, kind = asked.parent, there.kind(asked.parent.major)
    if kind is None:
        return NotFound, "parent", f"there is no qdisc {parent.major:x}: on this device", ""
    inner = there.classes.get(int(parent))
    if inner is None:
        return NotFound, "parent", f"there is no class {parent}", ""
    within = next((each for each in there.classes.values() if each.parent == parent), None)
    if within is not None and inner.kind in _LEAVES:
        why = f"the class has others in it, {within.handle} first, and can have no qdisc"
        return NotSupported, "parent", why, ""
    return _NOTHING


def _of_changed_qdisc(asked: Any, there: _Device, flags: int) -> _Wrong:
    old = there.at.get(int(asked.parent))
    if old is None:
        return _NOTHING  # the kernel says that there is none
    if old.handle and asked.kind and asked.kind != old.kind:
        why = f"what is there is {old.kind}, and the kernel would put another one in its place"
        return NotSupported, "kind", why, ": tc.replace does that"
    return _NOTHING
