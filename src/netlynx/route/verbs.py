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
from netlynx.wire._codec import encode_record
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


@dataclass(frozen=True, slots=True)
class Verbs:
    """How one kind of record is changed.

    `new` and `delete` are message types; `prepare(record, verb)` gives the record as it is sent; `flags` replaces the
    usual NLM_F_* flags of a verb; `without` names verbs that the kernel does not have for it, with what to do instead.
    """

    new: int
    delete: int
    prepare: Callable[[Any, str], Any] = _unchanged
    flags: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)


_registry: dict[type[Record], Verbs] = {}


def register(record: type[Record], verbs: Verbs) -> None:
    """Say how records of this class are changed; called once by the file that declares the class."""
    _registry[record] = verbs


@dataclass(frozen=True, slots=True)
class _Request:
    """What one verb sends for one kind of record."""

    name: str
    type: int
    flags: int
    prepare: Callable[[Any, str], Any]


def _request(verb: str, record: Record) -> _Request:
    """Raises EncodeError and EncodeTypeError where there is no such request."""
    verbs = _registry.get(class_of(record))
    if verbs is None:
        known = ", ".join(sorted(cls.__name__ for cls in _registry))
        raise EncodeTypeError(f"route.{verb} takes a record ({known}), not {type(record).__name__}")
    if verb in verbs.without:
        raise EncodeError(verbs.without[verb], f"route.{verb}({type(record).__name__})")
    message_type = verbs.types.get(verb, verbs.delete if verb == "delete" else verbs.new)
    return _Request(f"route.{verb}", int(message_type), int(verbs.flags.get(verb, _FLAGS[verb])), verbs.prepare)


_requests: dict[str, dict[type, _Request]] = {verb: {} for verb in _FLAGS}  # those that were made already


def _operation(verb: str, record: Record) -> Do[None]:
    known = _requests[verb]
    request = known.get(type(record))
    if request is None:
        request = known[type(record)] = _request(verb, record)
    prepared = request.prepare(record, verb)
    return Do(request.name, _PROTOCOL, request.type, request.flags, prepared, encode_record(prepared))


def add(record: Record) -> Do[None]:
    """Create it; fails with `AlreadyExists` when it is there.

    Raises EncodeError or EncodeTypeError, with the path of the field at fault, for what cannot be sent.
    """
    return _operation("add", record)


def append(record: Record) -> Do[None]:
    """Create it behind others of the same key (routes: NLM_F_APPEND). Raises as `add`."""
    return _operation("append", record)


def replace(record: Record) -> Do[None]:
    """Create it, or put it in the place of the one that is there. Raises as `add`."""
    return _operation("replace", record)


def change(record: Record) -> Do[None]:
    """Change the one that is there; fails with `NotFound` when there is none. Raises as `add`."""
    return _operation("change", record)


def delete(record: Record) -> Do[None]:
    """Remove the one that the record's fields select; fails with `NotFound` when there is none. Raises as `add`."""
    return _operation("delete", record)


def flush(listing: Dump[R]) -> Flush[R]:
    """Remove all that `listing` finds: ``nl.do(route.flush(route.routes(table=100)))`` returns how many."""
    return Flush("route.flush", listing, delete)
