"""How what changes records of rtnetlink is made into operations: for the verbs of `netlynx.route` and of `netlynx.tc`.

Each object's file registers its record class with the message types and with a `prepare` function that completes a
record (family from the addresses, say) or refuses it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from netlynx.codec._codec import Filling, Maker
from netlynx.engine.expecting import unexpected
from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Do, Dump, Flush, Talk, guarded
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.record import Record, class_of
from netlynx.wire.constants import NETLINK, NLM_F

if TYPE_CHECKING:
    from netlynx.route.rivals import Guard

R = TypeVar("R", bound=Record)

_PROTOCOL = int(NETLINK.ROUTE)


def _unchanged(record: Any, verb: str) -> Any:
    return record


def _all(listing: Dump[Any]) -> Dump[Any]:
    return listing


def _mute(request: Any, verb: str) -> str:
    return f"a record of class {class_of(request).__name__}"


def _within(asked: Do[Any], find: Callable[[Any], Any]) -> Generator[Do[Any], Any, Any]:
    return find((yield asked))


def heard(request: Any, verb: str) -> str:
    """For `mute`: the kernel answers with all of them."""
    return ""


class Verbs(msgspec.Struct, frozen=True):
    """How one kind of record is changed.

    `new` and `delete` are message types; `prepare(record, verb)` gives the record as it is sent, but for those that
    one of `fillings` fits, which does the same without Python where nothing is deleted; `flags` replaces the usual
    NLM_F_* flags of a verb; `without` names verbs that the kernel does not have for it, with what to do instead;
    `flushed` says which listing a flush of a listing removes, `removable` which of what it found (see
    `netlynx.engine.operation.Flush`); with `along` one that is deleted may take others with it; `guard` is the
    `Guard` that sees to it that a deletion takes what is meant, `guards` are those of other verbs; `mute` says of a
    request what the kernel does not answer with (NLM_F_ECHO): all of them, unless it says other; `told` is what it
    answers with instead of the record, and what finds that in it.

    Where a text stands (module:name), that is loaded when the verb is used first: who only lists does without it.
    """

    new: int
    delete: int
    prepare: Callable[[Any, str], Any] | str = _unchanged
    fillings: tuple[Filling, ...] | str = ()
    flags: dict[str, int] = {}
    types: dict[str, int] = {}
    without: dict[str, str] = {}
    flushed: Callable[[Dump[Any]], Dump[Any]] = _all
    removable: str = ""
    along: bool = False
    guard: str = ""
    guards: dict[str, str] = {}
    mute: Callable[[Any, str], str] = _mute
    told: tuple[type[Record], Callable[[Any], Any]] | None = None


_OTHERS = Verbs(new=0, delete=0)


def _loaded(what: Any) -> Any:
    """What a text (module:name) names; other things as they are."""
    if not isinstance(what, str):
        return what
    module, _, name = what.partition(":")
    return getattr(import_module(module), name)


def _under(guard: Guard, operation: Do[None], record: Record) -> Do[None]:
    pattern = guard.pattern(operation)
    return guarded(operation, record, pattern, guard) if guard.needed(record, pattern) else operation


class Changes:
    """The verbs of a room: which there are, with which flags, and what they change."""

    def __init__(self, room: str, example: str, flags: Mapping[str, int]) -> None:
        self.room = room
        self.example = example  # of what they take, in words
        self.flags = flags
        self.registry: dict[type[Record], Verbs] = {}
        self._guards: dict[tuple[type[Record], str], Guard | None] = {}

    def register(self, record: type[Record], verbs: Verbs) -> None:
        """Say how records of this class are changed; called once by the file that declares the class."""
        self.registry[record] = verbs

    def maker(self, verb: str) -> Callable[[Record], Do[None]]:
        """What makes the operation of a verb from a record."""
        return Maker(Do, f"{self.room}.{verb}", verb, _PROTOCOL, self.learn).make

    def exactly(self, verb: str) -> Callable[[Record], Do[None]]:
        """The same, with the guard that the record needs."""
        return Maker(Do, f"{self.room}.{verb}", verb, _PROTOCOL, self.learn, self._finish).make

    def guard(self, record: type[Record], verb: str = "delete") -> Guard | None:
        """What sees to it that a verb does what is meant, or None where the kernel does by itself."""
        if (record, verb) not in self._guards:
            verbs = self.registry.get(record, _OTHERS)
            where = verbs.guard if verb == "delete" else verbs.guards.get(verb, "")
            self._guards[record, verb] = _loaded(where) if where else None
        return self._guards[record, verb]

    def learn(self, verb: str, record: Record) -> tuple[int, int, Callable[[Any, str], Any], tuple[Filling, ...]]:
        """What a verb sends for a record's class. Raises EncodeError and EncodeTypeError where there is none such."""
        verbs = self.known(verb, class_of(record), self.example)
        if verb in verbs.without:
            raise EncodeError(verbs.without[verb], f"{self.room}.{verb}({type(record).__name__})")
        message_type = verbs.types.get(verb, verbs.delete if verb == "delete" else verbs.new)
        fillings = () if verb == "delete" else _loaded(verbs.fillings)
        return int(message_type), int(verbs.flags.get(verb, self.flags[verb])), _loaded(verbs.prepare), fillings

    def known(self, verb: str, cls: type[Record], what: str) -> Verbs:
        """How records of a class are changed. Raises EncodeTypeError for one that no verb takes."""
        verbs = self.registry.get(cls)
        if verbs is None:
            raise EncodeTypeError(f"{self.room}.{verb} takes {what}, not {cls.__name__}")
        return verbs

    def carried(self, verb: str, make: Callable[[Record], Do[None]], record: Record, echo: bool) -> Do[Any]:
        """The operation, or one whose names are looked up when it is carried out."""
        if echo:
            make = partial(self._echoed, make, verb)
        try:
            return make(record)
        except (EncodeError, TypeError):
            later = by_record(f"{self.room}.{verb}", make, record)
            if later is None:
                raise
        return later

    def flush(self, listing: Dump[R] | NamedDump[R], delete: Callable[[Record], Do[None]]) -> Flush[R]:
        """The operation that removes all that a listing finds.

        Raises TypeError for what is no listing, EncodeError and EncodeTypeError for one of what cannot be deleted.
        """
        if not isinstance(listing, Dump | NamedDump):
            raise unexpected("flush", listing)
        name = f"{self.room}.flush"
        verbs = self.known("flush", listing.reply, self.example.replace("a record", "a listing of records"))
        if "delete" in verbs.without:
            raise EncodeError(verbs.without["delete"], f"{name}({listing.reply.__name__})")
        guard = self.guard(listing.reply)
        choose = _loaded(verbs.removable) if verbs.removable else None
        if isinstance(listing, NamedDump):
            make = listing.make
            settled = dataclasses.replace(
                listing, make=lambda numbers: verbs.flushed(make(numbers)), model=verbs.flushed(listing.model)
            )
            return Flush(name, settled, delete, guard, choose, verbs.along)
        return Flush(name, verbs.flushed(listing), delete, guard, choose, verbs.along)

    def _finish(self, verb: str, record: Record) -> Callable[[Do[None], Record], Do[None]] | None:
        """What puts operations under the guard that records of a class have, if they have one."""
        guard = self.guard(class_of(record), verb)
        return None if guard is None else partial(_under, guard)

    def _echoed(self, make: Callable[[Record], Do[None]], verb: str, record: Record) -> Any:  # Any: a Do, or a Talk
        """The operation that is answered with what it makes or removes. Raises EncodeError where no answer comes."""
        operation = make(record)
        cls = class_of(record)
        verbs = self.registry[cls]
        mute = verbs.mute(operation.request, verb)
        if mute:
            raise EncodeError(f"the kernel does not answer with {mute}", f"{self.room}.{verb}(echo)")
        told, within = verbs.told or (cls, None)
        asked: Do[Any] = msgspec.structs.replace(
            operation, flags=operation.flags | NLM_F.ECHO | NLM_F.ACK, reply=told, reply_type=operation.message_type
        )
        return asked if within is None else Talk(asked.name, partial(_within, asked, within))
