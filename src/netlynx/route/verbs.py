"""The verbs that change things: `add`, `replace`, `change`, `append`, `delete`, `flush`. One function for all objects.

Each object's file registers its record class with the message types and with a `prepare` function that completes a
record (family from the addresses, say) or refuses it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.operation import Do, Dump, Flush
from netlynx.schema.record import Record, class_of
from netlynx.unresolved import by_record
from netlynx.wire._codec import Filling, Maker
from netlynx.wire.constants import NETLINK, NLM_F

R = TypeVar("R", bound=Record)

_PROTOCOL = int(NETLINK.ROUTE)

_FLAGS: dict[str, int] = {
    "add": NLM_F.CREATE | NLM_F.EXCL,
    "append": NLM_F.CREATE | NLM_F.APPEND,
    "replace": NLM_F.CREATE | NLM_F.REPLACE,
    "change": 0,
    "delete": 0,
}


def _unchanged(record: Any, verb: str) -> Any:
    return record


def _all(listing: Dump[Any]) -> Dump[Any]:
    return listing


@dataclass(frozen=True, slots=True)
class Verbs:
    """How one kind of record is changed.

    `new` and `delete` are message types; `prepare(record, verb)` gives the record as it is sent, but for those that one
    of `fillings` fits, which does the same without Python where nothing is deleted; `flags` replaces the usual NLM_F_*
    flags of a verb; `without` names verbs that the kernel does not have for it, with what to do instead; `flushed` says
    which listing a flush of a listing removes.
    """

    new: int
    delete: int
    prepare: Callable[[Any, str], Any] = _unchanged
    fillings: tuple[Filling, ...] = ()
    flags: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    flushed: Callable[[Dump[Any]], Dump[Any]] = _all


_registry: dict[type[Record], Verbs] = {}


def register(record: type[Record], verbs: Verbs) -> None:
    """Say how records of this class are changed; called once by the file that declares the class."""
    _registry[record] = verbs


def _learn(verb: str, record: Record) -> tuple[int, int, Callable[[Any, str], Any], tuple[Filling, ...]]:
    """What a verb sends for a record's class. Raises EncodeError and EncodeTypeError where there is no such request."""
    verbs = _registry.get(class_of(record))
    if verbs is None:
        known = ", ".join(sorted(cls.__name__ for cls in _registry))
        raise EncodeTypeError(f"route.{verb} takes a record ({known}), not {type(record).__name__}")
    if verb in verbs.without:
        raise EncodeError(verbs.without[verb], f"route.{verb}({type(record).__name__})")
    message_type = verbs.types.get(verb, verbs.delete if verb == "delete" else verbs.new)
    fillings = () if verb == "delete" else verbs.fillings
    return int(message_type), int(verbs.flags.get(verb, _FLAGS[verb])), verbs.prepare, fillings


def _maker(verb: str) -> Callable[[Record], Do[None]]:
    return Maker(Do, f"route.{verb}", verb, _PROTOCOL, _learn).make


_add, _append, _replace = _maker("add"), _maker("append"), _maker("replace")
_change, _delete = _maker("change"), _maker("delete")


def add(record: Record) -> Do[None]:
    """Create it; fails with `AlreadyExists` when it is there.

    Where its fields take the index of an interface or the number of a table, names will do: the connection looks them
    up where and when it carries the operation out, and raises `NotFound` with the field for one that it does not find.
    Raises EncodeError or EncodeTypeError, with the path of the field at fault, for what cannot be sent.
    """
    try:
        return _add(record)
    except (EncodeError, TypeError):
        later = by_record("route.add", _add, record)
        if later is None:
            raise
    return later


def append(record: Record) -> Do[None]:
    """Create it behind others of the same key (routes: NLM_F_APPEND). Raises as `add`."""
    try:
        return _append(record)
    except (EncodeError, TypeError):
        later = by_record("route.append", _append, record)
        if later is None:
            raise
    return later


def replace(record: Record) -> Do[None]:
    """Create it, or put it in the place of the one that is there. Raises as `add`."""
    try:
        return _replace(record)
    except (EncodeError, TypeError):
        later = by_record("route.replace", _replace, record)
        if later is None:
            raise
    return later


def change(record: Record) -> Do[None]:
    """Change the one that is there; fails with `NotFound` when there is none. Raises as `add`."""
    try:
        return _change(record)
    except (EncodeError, TypeError):
        later = by_record("route.change", _change, record)
        if later is None:
            raise
    return later


def delete(record: Record) -> Do[None]:
    """Remove the one that the record's fields select; fails with `NotFound` when there is none. Raises as `add`."""
    try:
        return _delete(record)
    except (EncodeError, TypeError):
        later = by_record("route.delete", _delete, record)
        if later is None:
            raise
    return later


def flush(listing: Dump[R]) -> Flush[R]:
    """Remove all that `listing` finds: ``nl.do(route.flush(route.routes(table=100)))`` returns how many.

    Rules of priority 0 (that of the local table, without which nothing reaches the host) stay, as with `ip rule flush`,
    unless the listing says which priorities it is about: ``route.rules().where(priority=0)``.
    """
    verbs = _registry.get(listing.reply)
    return Flush("route.flush", listing if verbs is None else verbs.flushed(listing), delete)
