"""How a qdisc is completed before it is sent, or refused. Source: __tc_modify_qdisc, __tc_get_qdisc, qdisc_create and
qdisc_change in net/sched/sch_api.c; the init function of each kind.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.schema.record import Record, replace_fields, was_read
from netlynx.schema.sending import is_set, settable
from netlynx.tc.handle import INGRESS, ROOT, Handle
from netlynx.tc.kind import without_fixed
from netlynx.tc.qdisc import Qdisc
from netlynx.tc.qdiscs import NEEDED, QDISC_OPTIONS

_AT_INGRESS = ("clsact", "ingress")
_QUEUES = ("mq", "mqprio")
_KEY = ("index", "handle", "parent", "kind")


def prepare(record: Qdisc, verb: str) -> Qdisc:
    """The record as it is sent. Raises EncodeError, with the field's name, for what the kernel would not look at."""
    read = was_read(record)
    record = settable(record, "Qdisc")
    if not record.index:
        raise EncodeError("say on which device", "Qdisc.index")
    if record.dump_invisible:
        raise EncodeError("it is of listings, which take `invisible`", "Qdisc.dump_invisible")
    record = _placed(record, verb)
    if verb in ("delete", "link"):
        return _only(record, verb, read)
    if verb in ("change", "replace"):
        for name in ("ingress_block", "egress_block"):
            if is_set(record, name):
                why = "the kernel takes it of a qdisc that it makes, and would ignore it of one that is there"
                raise EncodeError(f"{why}: delete that, and add another one", f"Qdisc.{name}")
    if verb == "change" and record.kind in _QUEUES and record.estimator is not None:
        raise EncodeError(f"{record.kind} has none: its queues may", "Qdisc.estimator")
    if verb == "add" and record.kind is None:
        raise EncodeError("say which kind, or give the `data` of one", "Qdisc.kind")
    if verb == "change":
        record = without_fixed(record, "Qdisc")
    return replace_fields(record, data=_options(record, verb))


def _placed(record: Qdisc, verb: str) -> Qdisc:
    """Where it stands: those of arriving packets have a place of their own, and its number."""
    if record.kind in _AT_INGRESS and record.parent == ROOT:
        record = replace_fields(record, parent=Handle(INGRESS))
    if record.parent == INGRESS and record.handle not in (0, 0xFFFF_0000):
        raise EncodeError("at this place it is ffff: in any case", "Qdisc.handle")
    if not record.parent and verb in ("add", "delete", "link"):
        raise EncodeError("say where it stands: at the root, or in a class", "Qdisc.parent")
    if not record.parent and not record.handle:
        raise EncodeError("say which one, or where it stands (`parent`)", "Qdisc.handle")
    return record


def _only(record: Qdisc, verb: str, read: bool) -> Qdisc:
    """What tells one that is there, and nothing besides."""
    if verb == "link" and not record.handle:
        raise EncodeError("say which qdisc is to be put there", "Qdisc.handle")
    kept: dict[str, Any] = {}
    for name, declaration in Qdisc.__declarations__.items():
        if name not in _KEY and is_set(record, name):
            if not read:
                what = "deletes" if verb == "delete" else "links"
                raise EncodeError(f"the kernel does not look at it when it {what}: leave it out", f"Qdisc.{name}")
            kept[name] = declaration.default
    return replace_fields(record, **kept) if kept else record


def _options(record: Qdisc, verb: str) -> Any:
    """The options: those of a kind that cannot do without are as they are when nothing is said; a kind that has none
    is sent without, as a change of what cannot be changed would be refused.
    """
    data = record.data
    if data is None and record.kind in NEEDED and verb in ("add", "replace") and record.kind in QDISC_OPTIONS:
        kind = QDISC_OPTIONS[record.kind]
        held = kind.shown.held if kind.shown is not None else kind.held
        return held()
    if isinstance(data, Record) and not data.__declarations__ and not data.unknown:
        return None
    return data
