"""A family as its spec describes it: its operations and groups for a connection, its records and enums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from netlynx.engine.operation import Do, Dump, Group, Meaning, omitting
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.generic.message import generic_do, generic_dump
from netlynx.schema.from_json import from_json
from netlynx.schema.record import Layout, Record
from netlynx.wire.constants import NETLINK
from netlynx.wire.nearest import nearest
from netlynx.ynl.corrections import operation_of
from netlynx.ynl.define import Definitions, class_name, python_name
from netlynx.ynl.interfaces import advice
from netlynx.ynl.numbers import Numbers, numbered
from netlynx.ynl.raw import Flags, flags_of, raw_do, raw_dump
from netlynx.ynl.records import Sets
from netlynx.ynl.text import OperationText, SpecError, SpecText

T = TypeVar("T")

_PROTOCOLS = ("genetlink", "genetlink-c", "genetlink-legacy", "netlink-raw")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a spec, or one of its notifications.

    `attributes` and `answers` are those that the spec lists for requests and replies, in its own names, by verb
    (``"do"``, ``"dump"``). `verbs` says what it can be; a notification has none, and `notifies` says what it tells of.
    """

    name: str
    doc: str
    verbs: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]
    answers: dict[str, tuple[str, ...]]
    notifies: str
    group: str  # that a notification is sent to, where the spec says so
    flags: tuple[str, ...] = ()  # of the kernel's own table: ``"admin-perm"`` and its like


class Spec:
    """A family by its spec: what `load` gives. Names are the spec's own; dashes and underscores are one.

    `name` is the family's, `operations` and `groups` are what it has, `records` its attribute sets as record classes,
    `enums` its enums and sets of flags, `constants` its constants, `structs` its C structs; all made when asked for.
    """

    def __init__(self, text: SpecText, where: str) -> None:
        if text.protocol not in _PROTOCOLS:
            raise SpecError(f"the protocol is one of {', '.join(_PROTOCOLS)}, not {text.protocol!r}", where)
        self.name = text.name
        self.doc = text.doc or ""
        self.protocol = text.protocol
        self.where = where
        self.version = text.version
        self.text = text
        self.generic = text.protocol != "netlink-raw"
        if not self.generic and text.protonum is None:
            raise SpecError("a raw protocol needs its number, `protonum`", where)
        self.definitions = Definitions(text, where)
        self.records = Sets(text, self.definitions, self.generic)
        self._operations = {each.name: operation_of(text.name, each) for each in text.operations.list}
        self._spellings = {python_name(name): name for name in self._operations}
        self.numbers = numbered(text.operations, where)
        self.operations: Mapping[str, Operation] = {
            name: Operation(
                name,
                each.doc or "",
                tuple(verb for verb, mode in (("do", each.do), ("dump", each.dump)) if mode is not None),
                _listed(each, "request"),
                _listed(each, "reply"),
                each.notify or "",
                each.mcgrp or "",
                each.flags,
            )
            for name, each in self._operations.items()
        }
        defined = self.definitions.__getitem__
        self.enums: Mapping[str, Any] = _Named(_defined(text, "enum", "flags"), defined)
        self.structs: Mapping[str, Any] = _Named(_defined(text, "struct"), defined)
        self.constants: Mapping[str, Any] = _Named(_defined(text, "const"), defined)
        self._group_numbers = _group_numbers(text)
        self.groups: Mapping[str, Group[Record]] = _Named(self._group_numbers, self.group)

    def __repr__(self) -> str:
        return f"<Spec {self.name}: {len(self._operations)} operations>"

    # -- operations

    def do(
        self,
        operation: str,
        values: Mapping[str, Any] | Record | None = None,
        /,
        *,
        netlink_flags: Flags = 0,
        **fields: Any,
    ) -> Do[Any]:  # Any: a record made at run time
        """The operation `operation` as a `do`, for ``nl.do`` and ``nl.batch``; the answer is a record, or None.

        Values are given by keyword (dashes as underscores), or as a mapping, or as a ready record of `request_record`.
        In the place of an interface's index (`ifindex`, `port-ifindex` …) its name will do: the connection looks it up.
        Nests are mappings, what repeats a list, enums and flags names or numbers, bytes `bytes` or hexadecimal digits.
        `netlink_flags` go into the message's header: ``"create"``, ``("create", "excl")``.

        Raises SpecError for an operation that there is not, TypeError, EncodeError with the path of the value at fault.
        """
        text = self._find(operation, "do")
        title = f"{self.name}.{text.name}"
        numbers = self.numbers[text.name]
        reply = self._record(text) if text.do is not None and text.do.reply is not None else None
        with _as_asked(title):
            request = self._request(text, values, fields)
            flags = flags_of(netlink_flags)
            return _or_later(title, partial(self._do, title, numbers, reply, flags), request)

    def _do(self, title: str, numbers: Numbers, reply: type[Record] | None, flags: int, request: Record) -> Do[Any]:
        if not self.generic:
            return raw_do(title, self._protonum, numbers.do, request, flags, reply, numbers.do_reply or 0)
        version = self.version
        made = generic_do(title, self.name, numbers.do, request, version=version, flags=flags, reply=reply)
        return made if reply is None else omitting(made)  # specs do not say which answers are left out

    def dump(
        self,
        operation: str,
        values: Mapping[str, Any] | Record | None = None,
        /,
        *,
        netlink_flags: Flags = 0,
        **fields: Any,
    ) -> Dump[Any]:  # Any: of records made at run time
        """The operation `operation` as a `dump`, for ``nl.dump``, ``nl.count`` and ``nl.table``; otherwise as `do`."""
        text = self._find(operation, "dump")
        title = f"{self.name}.{text.name}"
        numbers = self.numbers[text.name]
        reply = self._record(text)
        with _as_asked(title):
            request = self._request(text, values, fields)
            flags = flags_of(netlink_flags)
            return _or_later(title, partial(self._dump, title, numbers, reply, flags), request)

    def _dump(self, title: str, numbers: Numbers, reply: type[Record], flags: int, request: Record) -> Dump[Any]:
        if self.generic:
            version = self.version
            return generic_dump(title, self.name, numbers.dump, request, reply, version=version, flags=flags)
        answer = numbers.dump if numbers.dump_reply is None else numbers.dump_reply
        return raw_dump(title, self._protonum, numbers.dump, request, flags, reply, answer)

    def request_record(self, operation: str, verb: str = "") -> type[Record]:
        """The record of an operation's messages, with the fixed header that it has; of its requests as a `verb`
        ("do" or "dump"), the record of those attributes alone that the spec lists for these. Raises SpecError.
        """
        text = self._find(operation, verb)
        if not verb:
            return self._record(text)
        attributes, header, place = self._shape(text)
        listed = self.operations[text.name].attributes.get(verb, ())
        also = "dump" if verb == "do" else "do"
        alone = listed == self.operations[text.name].attributes.get(also, listed)
        title = class_name(f"{text.name}{'' if alone else f'-{verb}'}-request")
        return self.records.part(attributes if listed else None, header, listed, title, place)

    def _find(self, name: str, verb: str = "") -> OperationText:
        found = self._operations.get(name) or self._operations.get(self._spellings.get(python_name(name), ""))
        if found is None:
            known = [each for each, kind in self.operations.items() if not verb or verb in kind.verbs]
            raise SpecError(f"{self.name} has no operation {name!r}{nearest(name, known)}", self.where)
        if verb and getattr(found, verb) is None:
            verbs = self.operations[found.name].verbs
            can = f"it is a {' and a '.join(verbs)}" if verbs else "it is a notification: subscribe to its group"
            raise SpecError(f"{self.name}.{found.name} is no {verb}; {can}", self.where)
        return found

    def _record(self, text: OperationText) -> type[Record]:
        return self.records.record(*self._shape(text))

    def _shape(self, text: OperationText) -> tuple[str | None, type[Layout] | None, str]:
        """Which attributes an operation's messages have, and behind which header; and its place in the spec."""
        place = f"{self.where}, operation {text.name!r}"
        told = self._operations.get(text.notify or "")
        if text.notify is not None and told is None:
            raise SpecError(f"it notifies of {text.notify!r}, which is no operation", place)
        shown = told or text
        attributes = text.attribute_set or shown.attribute_set
        fixed = text.fixed_header or shown.fixed_header or self.text.operations.fixed_header
        return attributes, self.records.header(fixed, place), place

    def _request(
        self, text: OperationText, values: Mapping[str, Any] | Record | None, fields: dict[str, Any]
    ) -> Record:
        cls = self._record(text)
        if not isinstance(values, Record):
            return from_json(cls, {**(values or {}), **fields})
        if fields:
            raise TypeError(f"{self.name}.{text.name}: give a record or its values, not both")
        if not isinstance(values, cls):
            raise EncodeTypeError(f"takes a {cls.__name__}, not a {type(values).__name__}", cls.__name__)
        return values

    @property
    def _protonum(self) -> int:
        assert self.text.protonum is not None
        return self.text.protonum

    # -- groups

    def subscribe(self, *groups: str) -> tuple[Group[Record], ...]:
        """The groups of these names, all of them without one, for ``nl.subscribe(*spec.subscribe("mgmt"))``."""
        return tuple(self.group(name) for name in groups or self._group_numbers)

    def group(self, name: str) -> Group[Record]:
        """One group, for ``nl.subscribe``. An event's `kind` is the name of the operation or notification.

        Raises SpecError for a group that there is not.
        """
        spelling = {python_name(each): each for each in self._group_numbers}.get(python_name(name))
        if spelling is None:
            raise SpecError(
                f"{self.name} has no group {name!r}{nearest(name, self._group_numbers)}",
                self.where,
            )
        title = f"{self.name}.{spelling}"
        if self.generic:
            commands = self._heard(spelling)
            return Group(title, NETLINK.GENERIC, (), {}, family=self.name, groups=(spelling,), commands=commands)
        return Group(title, self._protonum, (self._group_numbers[spelling],), self._heard(spelling))

    def _heard(self, group: str) -> dict[int, Meaning]:
        """What each message says: notifications first, those of this group before others; then answers, which many
        families send to their groups without a word in their specs; then the types of requests of raw protocols."""
        heard: dict[int, Meaning] = {}

        def hear(number: int | None, text: OperationText) -> None:
            if number is not None and number not in heard:
                heard[number] = (text.name, self._record(text))

        told = [each for each in self._operations.values() if self.numbers[each.name].heard is not None]
        for each in sorted(told, key=lambda each: each.mcgrp not in (group, None)):
            hear(self.numbers[each.name].heard, each)
        for each in self._operations.values():
            numbers = self.numbers[each.name]
            hear(numbers.do_reply, each)
            hear(numbers.dump_reply, each)
        if not self.generic or self.text.operations.enum_model == "unified":
            for each in self._operations.values():
                if each.do is not None:
                    hear(self.numbers[each.name].do, each)
        return heard


class _Named(Mapping[str, T], Generic[T]):
    """What has these names, each made when it is asked for."""

    def __init__(self, names: Iterable[str], make: Callable[[str], T]) -> None:
        self._names = tuple(names)
        self._make = make

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        return self._make(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _or_later(title: str, make: Callable[[Any], T], request: Record) -> T:
    """The operation with a request, or one whose names are looked up when it is carried out."""
    try:
        return make(request)
    except (EncodeError, TypeError) as error:
        later = by_record(title, make, request)
        if later is not None:
            return later
        if isinstance(error, EncodeTypeError):
            error.message += advice(error.path, _at(request, error.path))
        raise


def _at(record: Any, path: str) -> Any:
    """The value at a path whose first part is the record's name; None where it leads nowhere."""
    for name in path.split(".")[1:]:
        record = getattr(record, name, None)
    return record


@contextmanager
def _as_asked(title: str) -> Iterator[None]:
    """Errors name the operation where they name the record of its request."""
    try:
        yield
    except EncodeError as error:
        _, dot, path = error.path.partition(".")
        error.path = f"{title}{dot}{path}"
        error.args = (error.message, error.path)
        raise


def _defined(text: SpecText, *types: str) -> tuple[str, ...]:
    return tuple(each.name for each in text.definitions or () if each.type in types)


def _listed(each: OperationText, direction: str) -> dict[str, tuple[str, ...]]:
    """The attributes listed for requests or replies, by verb."""
    found = {}
    for verb, mode in (("do", each.do), ("dump", each.dump)):
        half = getattr(mode, direction, None)
        if half is not None:
            found[verb] = half.attributes or ()
    if direction == "reply" and each.event is not None:
        found["event"] = each.event.attributes or ()
    return found


def _group_numbers(text: SpecText) -> dict[str, int]:
    numbers = {}
    number = 1
    for group in text.mcast_groups.list if text.mcast_groups else ():
        number = number if group.value is None else group.value
        numbers[group.name] = number
        number += 1
    return numbers
