"""Which object a request is about, and what of a record it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from netlynx.errors import EncodeError
from netlynx.nftables.constants import Family
from netlynx.schema.record import Record, class_of, replace_fields, was_read
from netlynx.schema.sending import changed, given, own, settable, told

R = TypeVar("R", bound=Record)

_FAMILIES = "say which: inet, ip, ip6, arp, bridge or netdev"


def whole(record: R, needed: Iterable[str]) -> R:
    """The request that makes an object: all that its record says but for its handle, which the kernel gives.

    Raises EncodeError with the path of a field that is missing, or that the kernel would ignore.
    """
    path = class_of(record).__name__
    made = settable(record, path)
    check_named(made, needed, path)
    if getattr(made, "handle", None) is None:
        return made
    if "handle" in own(record):
        raise EncodeError("the kernel gives it: leave it out", f"{path}.handle")
    return replace_fields(made, handle=None)


def differing(record: R, needed: Iterable[str]) -> R:
    """The request that changes an object: of a record that was read, what was replaced since, and what names it.

    Raises EncodeError with the path of a field that is missing, or that cannot be changed.
    """
    path = class_of(record).__name__
    names = ("family", *needed)
    if was_read(record) and not changed(record):
        raise EncodeError("nothing of it was replaced since it was read", path)
    for name in changed(record) & {*names} - {"name"}:
        raise EncodeError("it tells the object from others, and cannot be changed", f"{path}.{name}")
    made = settable(record, path, names)
    check_named(made, needed, path)
    return made


def check_named(record: Any, needed: Iterable[str], path: str) -> None:
    """Raises EncodeError with the path of a field of these that says nothing, and of a family of none."""
    if record.family == Family.UNSPEC:
        raise EncodeError(_FAMILIES, f"{path}.family")
    for name in needed:
        if getattr(record, name) is None or getattr(record, name) == "":
            raise EncodeError("it is needed: set it", f"{path}.{name}")


def identity(record: R, needed: Iterable[str], *, name: str = "name", also: Iterable[str] = ()) -> R:
    """The request that names one object: by its handle if it was read, else by what somebody said of it.

    `needed` tell it from others together with its handle or its `name` (a field; "" if it has none). `also` are fields
    that a request can have besides. Raises EncodeError for a field that the kernel would not look at.
    """
    cls = class_of(record)
    path = cls.__name__
    if was_read(record) and told(record, "handle") is not None:
        fields = {each: told(record, each) for each in ("family", *needed, "handle")}
        check_named(cls(**fields), needed, path)
        made: R = cls(**fields, **{each: getattr(record, each) for each in also if each in changed(record)})
        return made
    check_named(record, needed, path)
    names = ("handle", name) if name else ("handle",)
    said = [each for each in names if getattr(record, each) is not None]
    if not said:
        raise EncodeError(f"say which one: by {' or '.join(reversed(names))}", f"{path}.{names[-1]}")
    if len(said) > 1:
        one, other = ("handle", name) if name == "name" else (name, "handle")
        raise EncodeError(f"say it or {other}: of both the kernel looks at the handle alone", f"{path}.{one}")
    for each in given(record):
        if each not in ("family", *needed, *names, *also):
            raise EncodeError("the kernel does not look at it: leave it out", f"{path}.{each}")
    return record
