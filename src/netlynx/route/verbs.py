"""The verbs that change things: `add`, `replace`, `change`, `append`, `delete`, `flush`. One function for all objects.

Each object's file registers its record class with the message types and with a `prepare` function that completes a
record (family from the addresses, say) or refuses it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import msgspec

from netlynx.codec._codec import Filling, Maker
from netlynx.engine.expecting import unexpected
from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Do, Dump, Flush, guarded
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.record import Record, class_of
from netlynx.wire.constants import NETLINK, NLM_F

if TYPE_CHECKING:
    from netlynx.route.rivals import Guard

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


def _mute(request: Any, verb: str) -> str:
    return f"a record of class {class_of(request).__name__}"


def heard(request: Any, verb: str) -> str:
    """For `mute`: the kernel answers with all of them."""
    return ""


@dataclass(frozen=True, slots=True)
class Verbs:
    """How one kind of record is changed.

    `new` and `delete` are message types; `prepare(record, verb)` gives the record as it is sent, but for those that one
    of `fillings` fits, which does the same without Python where nothing is deleted; `flags` replaces the usual NLM_F_*
    flags of a verb; `without` names verbs that the kernel does not have for it, with what to do instead; `flushed` says
    which listing a flush of a listing removes; `guard` is the `Guard` that sees to it that a deletion takes what is
    meant, `guards` are those of other verbs; `mute` says of a request what the kernel does not answer with
    (NLM_F_ECHO): all of them, unless it says other.

    Where a text stands (module:name), that is loaded when the verb is used first: who only lists does without it.
    """

    new: int
    delete: int
    prepare: Callable[[Any, str], Any] | str = _unchanged
    fillings: tuple[Filling, ...] | str = ()
    flags: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    flushed: Callable[[Dump[Any]], Dump[Any]] = _all
    guard: str = ""
    guards: dict[str, str] = field(default_factory=dict)
    mute: Callable[[Any, str], str] = _mute


_registry: dict[type[Record], Verbs] = {}
_OTHERS = Verbs(new=0, delete=0)
_guards: dict[tuple[type[Record], str], Guard | None] = {}


def register(record: type[Record], verbs: Verbs) -> None:
    """Say how records of this class are changed; called once by the file that declares the class."""
    _registry[record] = verbs


def _loaded(what: Any) -> Any:
    """What a text (module:name) names; other things as they are."""
    if not isinstance(what, str):
        return what
    module, _, name = what.partition(":")
    return getattr(import_module(module), name)


def _guard(record: type[Record], verb: str = "delete") -> Guard | None:
    if (record, verb) not in _guards:
        verbs = _registry.get(record, _OTHERS)
        where = verbs.guard if verb == "delete" else verbs.guards.get(verb, "")
        _guards[record, verb] = _loaded(where) if where else None
    return _guards[record, verb]


def _learn(verb: str, record: Record) -> tuple[int, int, Callable[[Any, str], Any], tuple[Filling, ...]]:
    """What a verb sends for a record's class. Raises EncodeError and EncodeTypeError where there is no such request."""
    verbs = _known(verb, class_of(record), "a record such as route.Link or route.Route")
    if verb in verbs.without:
        raise EncodeError(verbs.without[verb], f"route.{verb}({type(record).__name__})")
    message_type = verbs.types.get(verb, verbs.delete if verb == "delete" else verbs.new)
    fillings = () if verb == "delete" else _loaded(verbs.fillings)
    return int(message_type), int(verbs.flags.get(verb, _FLAGS[verb])), _loaded(verbs.prepare), fillings


def _known(verb: str, cls: type[Record], what: str) -> Verbs:
    """How records of a class are changed. Raises EncodeTypeError for one that no verb takes."""
    verbs = _registry.get(cls)
    if verbs is None:
        raise EncodeTypeError(f"route.{verb} takes {what}, not {cls.__name__}")
    return verbs


def _maker(verb: str) -> Callable[[Record], Do[None]]:
    return Maker(Do, f"route.{verb}", verb, _PROTOCOL, _learn).make


_add, _append, _replace = _maker("add"), _maker("append"), _maker("replace")
_change, _delete = _maker("change"), _maker("delete")


def _echoed(make: Callable[[Record], Do[None]], verb: str, record: Record) -> Do[Any]:
    """The operation with the record that it makes or removes for its answer. Raises EncodeError where none comes."""
    operation = make(record)
    cls = class_of(record)
    mute = _registry[cls].mute(operation.request, verb)
    if mute:
        raise EncodeError(f"the kernel does not answer with {mute}", f"route.{verb}(echo)")
    return msgspec.structs.replace(
        operation, flags=operation.flags | NLM_F.ECHO | NLM_F.ACK, reply=cls, reply_type=operation.message_type
    )


def _exactly(make: Callable[[Record], Do[None]], verb: str, record: Record) -> Do[None]:
    """The operation with the guard that it needs."""
    operation = make(record)
    guard = _guard(class_of(record), verb)
    if guard is not None:
        pattern = guard.pattern(operation)
        if guard.needed(record, pattern):
            return guarded(operation, record, pattern, guard)
    return operation


_delete_exactly = partial(_exactly, _delete, "delete")
_replace_exactly = partial(_exactly, _replace, "replace")
_change_exactly = partial(_exactly, _change, "change")


def _carried(verb: str, make: Callable[[Record], Do[None]], record: Record, echo: bool) -> Do[Any]:
    """The operation, or one whose names are looked up when it is carried out."""
    if echo:
        make = partial(_echoed, make, verb)
    try:
        return make(record)
    except (EncodeError, TypeError):
        later = by_record(f"route.{verb}", make, record)
        if later is None:
            raise
    return later


@overload
def add(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def add(record: R, *, echo: Literal[True]) -> Do[R]: ...
def add(record: Record, *, echo: bool = False) -> Do[Any]:
    """Create it; fails with `AlreadyExists` when it is there.

    Where its fields take the index of an interface or the number of a table, names will do: the connection looks them
    up where and when it carries the operation out, and raises `NotFound` with the field for one that it does not find.

    With `echo` the answer is what was made, as the kernel tells it (NLM_F_ECHO): with the ID of a nexthop, the priority
    of a rule, the name of a link that was given as ``x%d``. The kernel answers so for links, IPv4 addresses, routes,
    rules, nexthops and namespace IDs.

    Raises EncodeError or EncodeTypeError, with the path of the field at fault, for what cannot be sent.
    """
    if not echo:
        try:
            return _add(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return _carried("add", _add, record, echo)


@overload
def append(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def append(record: R, *, echo: Literal[True]) -> Do[R]: ...
def append(record: Record, *, echo: bool = False) -> Do[Any]:
    """Create it behind others of the same key (routes: NLM_F_APPEND). `echo` and errors are as for `add`."""
    if not echo:
        try:
            return _append(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return _carried("append", _append, record, echo)


@overload
def replace(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def replace(record: R, *, echo: Literal[True]) -> Do[R]: ...
def replace(record: Record, *, echo: bool = False) -> Do[Any]:
    """Create it, or put it in the place of the one that is there. `echo` and errors are as for `add`.

    Of a link or an IPv4 address that is there, what the kernel would leave as it is is looked at first: `NotSupported`
    names the field, and nothing is changed.
    """
    if not echo:
        try:
            return _replace_exactly(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return _carried("replace", _replace_exactly, record, echo)


@overload
def change(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def change(record: R, *, echo: Literal[True]) -> Do[R]: ...
def change(record: Record, *, echo: bool = False) -> Do[Any]:
    """Change the one that is there; fails with `NotFound` when there is none. `echo` and errors are as for `add`.

    Of a link, what the kernel would leave as it is (the ID of a VLAN, say, or what it does not know) is looked at
    first: `NotSupported` names the field, and nothing is changed.
    """
    if not echo:
        try:
            return _change_exactly(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return _carried("change", _change_exactly, record, echo)


@overload
def delete(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def delete(record: R, *, echo: Literal[True]) -> Do[R]: ...
def delete(record: Record, *, echo: bool = False) -> Do[Any]:
    """Remove the one that the record's fields select; fails with `NotFound` when there is none. Raises as `add`.

    With `echo` the answer is what was removed.

    A record that was read removes exactly what it was read from, and one that was made what all its fields fit. Where
    the kernel would not look at all of that, what is there is looked at first: `Ambiguous` says that it would have
    taken another, and that nothing was sent.
    """
    if not echo:
        try:
            return _delete_exactly(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return _carried("delete", _delete_exactly, record, echo)


def flush(listing: Dump[R] | NamedDump[R]) -> Flush[R]:
    """Remove all that `listing` finds: ``nl.do(route.flush(route.routes(table=100)))`` returns how many.

    Rules of priority 0 (that of the local table, without which nothing reaches the host) stay, as with `ip rule flush`,
    unless the listing says which priorities it is about: ``route.rules().where(priority=0)``.

    Raises TypeError for what is no listing, EncodeError and EncodeTypeError for one of what cannot be deleted.
    """
    if not isinstance(listing, Dump | NamedDump):
        raise unexpected("flush", listing)
    verbs = _known("flush", listing.reply, "a listing of records such as route.Route")
    if "delete" in verbs.without:
        raise EncodeError(verbs.without["delete"], f"route.flush({listing.reply.__name__})")
    if isinstance(listing, NamedDump):
        make = listing.make
        settled = dataclasses.replace(
            listing, make=lambda numbers: verbs.flushed(make(numbers)), model=verbs.flushed(listing.model)
        )
        return Flush("route.flush", settled, delete, _guard(listing.reply))
    return Flush("route.flush", verbs.flushed(listing), delete, _guard(listing.reply))
