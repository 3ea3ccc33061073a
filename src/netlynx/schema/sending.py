"""What of a record goes into a request: all that it says, or the request is refused with the name of the field.

Some fields the kernel only tells (`attr(…, read_only=True)`). A record that was read has them all; it is sent without
them. One of them that was replaced since, or that stands in a record made by hand, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from netlynx.codec._codec import given as in_use
from netlynx.codec._codec import untouched
from netlynx.errors import EncodeError
from netlynx.schema.kinds import Code
from netlynx.schema.record import Record, class_of, replace_fields, was_read

R = TypeVar("R", bound=Record)


def is_set(record: Any, name: str) -> bool:
    """Whether a field says anything: it is neither None nor what it is when nobody gives it."""
    value = getattr(record, name)
    return value is not None and value != record.__declarations__[name].default


def given(record: Any) -> list[str]:
    """The names of the fields that say something, `unknown` among them."""
    names = in_use(record)
    return [*names, "unknown"] if getattr(record, "unknown", ()) else names


def changed(record: Any) -> frozenset[str]:
    """The fields of a record that was read which were replaced since; of any other none."""
    return record.unknown.changed if was_read(record) else frozenset()


def own(record: Any) -> set[str]:
    """What somebody set: all that is given of a record that was made, what was replaced of one that was read."""
    return {*changed(record)} if was_read(record) else {*given(record)}


def told(record: Any, name: str) -> Any:
    """What the kernel said of a field of this record, which may have been replaced since; None if it was not read."""
    if not was_read(record):
        return None
    return record.unknown.before[name] if name in record.unknown.before else getattr(record, name)


_STATE = "the kernel says so itself, and takes no other"


def taken_flags(record: Any, taken: int, path: str, name: str = "flags", why: str = _STATE) -> Any:
    """The flags of a field that a request can say, of which the kernel takes no others than `taken`.

    Of a record that was read the others are left out. Raises EncodeError, with `path` before the field's name, for one
    of them that somebody set, or changed since.
    """
    flags = getattr(record, name)
    if flags is None:
        return None
    state = (flags ^ (told(record, name) or 0)) & ~taken
    if state:
        raise EncodeError(f"{state.label}: {why}", f"{path}.{name}")
    return flags & taken


def settable(record: R, path: str, differences: Iterable[str] | None = None) -> R:
    """The record without what the kernel only tells, all the way down.

    With `differences`, of a record that was read and changed since only what was changed is left, and the fields that
    are named: what they tell from others, or what a sub-message is chosen by. Where a class has `__again__`, all of a
    record that was read is what that says: what makes another one; `__sent__` is what is sent for a record. Raises
    EncodeError, with `path` before the field's name, for a value that the kernel does not take.
    """
    if untouched(record):
        return record
    cls = class_of(record)
    new = changed(record)
    if was_read(record) and not (new and differences is not None) and hasattr(record, "__again__"):
        record = record.__again__()
    kept = None if differences is None or not new else {*differences, *new, *_selectors(cls, new)}
    changes: dict[str, Any] = {}
    for name, default, read_only, holds in _fields(cls):
        value = getattr(record, name)
        if read_only and name in new:
            raise EncodeError("the kernel tells this and takes no other: leave it out", f"{path}.{name}")
        if value is None or value == default:
            continue
        if read_only:
            if not was_read(record):
                raise EncodeError("the kernel tells this and takes no other: leave it out", f"{path}.{name}")
            changes[name] = default
        elif kept is not None and name not in kept:
            changes[name] = default
        elif holds:
            made = _inside(value, f"{path}.{name}", differences)
            if made is not value:
                changes[name] = made if not isinstance(made, Record) or given(made) else default
    if kept is not None and record.unknown:
        changes["unknown"] = ()
    made = replace_fields(record, **changes) if changes else record
    finish = getattr(made, "__sent__", None)
    if finish is None:
        return made
    try:
        sent: R = finish()
    except EncodeError as error:
        raise error.within(path) from None
    return sent


@cache
def _fields(cls: Any) -> tuple[tuple[str, Any, bool, bool], ...]:
    """Of each field: its name, its default, whether the kernel only tells it, whether there may be records in it."""
    return tuple(
        (name, each.default, each.read_only, each.kind is not None and each.kind.holds_records)
        for name, each in cls.__declarations__.items()
    )


def _inside(value: Any, path: str, differences: Iterable[str] | None) -> Any:
    if isinstance(value, Record):
        return settable(value, path, None if differences is None else ())
    if isinstance(value, tuple) and any(isinstance(each, Record) for each in value):
        made = tuple(_inside(each, f"{path}[{i}]", None) for i, each in enumerate(value))
        if any(one is not other for one, other in zip(made, value, strict=True)):
            return made
    return value


def _selectors(cls: Any, names: Iterable[str]) -> set[str]:
    """The fields that choose what the sub-messages among these are."""
    kinds = (cls.__declarations__[name].kind for name in names if name in cls.__declarations__)
    return {kind.selector for kind in kinds if kind is not None and kind.code is Code.SELECT}


def only(record: Any, names: Iterable[str], path: str, why: str) -> None:
    """Refuse a record that says more than these fields. Raises EncodeError with `path` before the field's name."""
    taken = {*names}
    for name in given(record):
        if name not in taken:
            raise EncodeError(why, f"{path}.{name}")


_ANY = (0, "0.0.0.0", "::", "0.0.0.0/0", "::/0")


def deletes_no_less(record: Any, path: str, *, unseen: Iterable[str] = (), compared: Iterable[str] = ()) -> None:
    """Refuse a deletion that would take more than the record says, which somebody made.

    `unseen` are the fields that the kernel does not look at when it deletes, `compared` those to which nothing means
    any. Raises EncodeError with `path` before the field's name.
    """
    for name in unseen:
        if is_set(record, name):
            raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"{path}.{name}")
    for name in compared:
        value = getattr(record, name)
        if value is not None and value in _ANY:
            raise EncodeError(f"to the kernel {value!s} means any when it deletes: leave it out", f"{path}.{name}")
