"""One mirrored listing in memory: its records by the kernel's identity of each, and by every declared key."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Dump, Event, EventKind
from netlynx.errors import EncodeError
from netlynx.schema.record import Record, class_of, replace_fields
from netlynx.schema.settle import kind_of, settler

T = TypeVar("T")


class Change(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """What became of one record: `before` is None for a new one, `after` for one that is gone.

    `listing` is the mirrored operation, `generation` the mirror's when the change came to be seen.
    """

    listing: Dump[Any]
    before: T | None
    after: T | None
    generation: int


class Missed(msgspec.Struct, frozen=True, gc=False):
    """Changes were not read in time and dropped, `count` of them: take what the mirror holds now as it is.

    `generation` is that of the last one dropped: a snapshot of it, or of a later one, has them all. What follows are
    the changes behind that, of the same generation it may be.
    """

    count: int
    generation: int


class Copy(Generic[T]):
    """The records of one listing; the caller holds the mirror's lock.

    `asked` is the listing as it was given, `listing` the same with numbers for the names in it, once they are known.
    """

    def __init__(self, asked: Any, how: Mirrored) -> None:  # Any: a `Dump`, or one with names
        self.asked: Dump[T] = asked
        self.listing: Dump[T] = asked.model if isinstance(asked, NamedDump) else asked
        self.how = how
        self.records: dict[Hashable, T] = {}
        self.loaded = False
        self._indexes: dict[tuple[str, ...], dict[Hashable, dict[Hashable, T]]] = {each: {} for each in how.lookups}
        self._slots: dict[Hashable, set[Hashable]] = {}
        volatile = _stiller(self.listing.reply, how.volatile)
        own = how.still
        self._still = volatile if own is None else lambda record: own(volatile(record))

    def find(self, fields: dict[str, Any]) -> Iterable[T]:
        """The records with these values in the fields of one of the declared keys. Raises TypeError for others, and
        EncodeError for the name of an interface where its number goes, and what a field cannot have otherwise.
        """
        for names, index in self._indexes.items():
            if names == tuple(fields) or (len(names) == len(fields) and set(names) == set(fields)):
                found = index.get(tuple(fields[name] for name in names))
                return (found or index.get(tuple(self._settled(fields, name) for name in names), {})).values()
        known = "; ".join(", ".join(names) for names in self._indexes)
        raise TypeError(f"{self.listing.name} is looked up by {known}, not by {', '.join(fields) or 'nothing'}")

    def _settled(self, fields: dict[str, Any], name: str) -> Any:
        """What is looked for in one field, as records have it. Raises EncodeError for what that field cannot have."""
        value, cls = fields[name], self.listing.reply
        if value is None or name not in cls.__declarations__:
            return value
        kind, path = kind_of(cls, name), f"{cls.__name__}.{name}"
        if kind.names and isinstance(value, str):
            raise EncodeError("a copy is looked up without asking the kernel for names: give the number", path)
        try:
            return settler(kind)(value)
        except EncodeError as error:
            raise error.within(path) from None

    def load(self, rows: Iterable[T], changed: list[tuple[Any, Any]]) -> None:
        """Make it what was just read; what that changes is added to `changed`, as before and after."""
        fresh: dict[Hashable, T] = {}
        for row in rows:
            if not self._has(row):
                continue
            record = self._still(row)
            key = self.how.key(record)
            while key in fresh:  # the kernel has it twice, and so have we
                key = (key, "again")
            fresh[key] = record
        for key in [key for key in self.records if key not in fresh]:
            self._remove(key, changed)
        for key, record in fresh.items():
            self._put(key, record, changed)
        self.loaded = True

    def apply(self, event: Event[Any], changed: list[tuple[Any, Any]]) -> bool:
        """Take in a notification; returns whether the table has to be read (again) to be sure."""
        how, record = self.how, event.record
        if class_of(record) is not self.listing.reply:
            return False
        listed = how.belongs(self.listing, record)
        if listed is None:
            return True
        key = how.key(self._still(record))
        if event.kind == EventKind.DELETE:
            if not listed:
                return how.doubtful(event)
            if key in self.records:
                self._remove(key, changed)
                return how.doubtful(event)
            return how.doubtful(event) or (how.slot is not None and bool(self._slots.get(how.slot(record))))
        if not self._has(record):
            if listed or key in self.records:  # it was in the listing, and fits no longer
                self._remove(key, changed)
            return how.doubtful(event)
        if event.kind not in (EventKind.NEW, EventKind.UPDATE):
            return True
        if how.slot is not None:
            others = self._slots.get(how.slot(record), set()) - {key}
            if others and how.merges(record):
                return True
            if others and event.kind == EventKind.UPDATE:
                if len(others) > 1 or key in self.records:
                    return True
                self._replace(next(iter(others)), key, self._still(record), changed)
                return how.doubtful(event)
        self._put(key, self._still(record), changed)
        return how.doubtful(event)

    def _has(self, record: Any) -> bool:
        if any(getattr(record, name) != wanted for name, wanted in self.listing.match):
            return False
        return self.how.belongs(self.listing, record) is not False

    def _put(self, key: Hashable, record: T, changed: list[tuple[Any, Any]]) -> None:
        before = self.records.get(key)
        if before == record:
            return
        self._forget(key, before)
        self._remember(key, record)
        changed.append((before, record))

    def _replace(self, old: Hashable, key: Hashable, record: T, changed: list[tuple[Any, Any]]) -> None:
        before = self.records.pop(old)
        self._forget(old, before)
        self._remember(key, record)
        changed.append((before, record))

    def _remove(self, key: Hashable, changed: list[tuple[Any, Any]]) -> None:
        before = self.records.pop(key, None)
        if before is not None:
            self._forget(key, before)
            changed.append((before, None))

    def _remember(self, key: Hashable, record: T) -> None:
        self.records[key] = record
        for names, values in self.how.lookups.items():
            for value in _found_by(record, names, values):
                self._indexes[names].setdefault(value, {})[key] = record
        if self.how.slot is not None:
            self._slots.setdefault(self.how.slot(record), set()).add(key)

    def _forget(self, key: Hashable, record: T | None) -> None:
        if record is None:
            return
        for names, values in self.how.lookups.items():
            index = self._indexes[names]
            for value in _found_by(record, names, values):
                same = index.get(value, {})
                same.pop(key, None)
                if not same:
                    index.pop(value, None)
        if self.how.slot is not None:
            slot = self.how.slot(record)
            same_slot = self._slots.get(slot, set())
            same_slot.discard(key)
            if not same_slot:
                self._slots.pop(slot, None)


def _found_by(record: Any, names: tuple[str, ...], values: Any) -> Iterator[Hashable]:
    if values is None:
        yield tuple(getattr(record, name) for name in names)
    else:
        yield from values(record)


def _stiller(record: type[Record], volatile: tuple[str, ...]) -> Callable[[Any], Any]:
    """What leaves the volatile fields of a record out."""
    plain = {name: record.__declarations__[name].default for name in volatile if "." not in name}
    nested = [tuple(name.split(".", 1)) for name in volatile if "." in name]

    def still(one: Any) -> Any:
        changes = {name: default for name, default in plain.items() if getattr(one, name) != default}
        for name, inner in nested:
            held = changes.get(name, getattr(one, name))
            if isinstance(held, Record) and inner in held.__declarations__:
                default = held.__declarations__[inner].default
                if getattr(held, inner) != default:
                    changes[name] = replace_fields(held, **{inner: default})
        return replace_fields(one, **changes) if changes else one

    return still
