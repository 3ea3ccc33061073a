"""Which operation of netlynx says what a message says: each is tried, and what it would send compared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

from netlynx.engine.decoding import Decoded, Decoder
from netlynx.engine.messages import ADDED
from netlynx.engine.operation import Do
from netlynx.errors import EncodeError
from netlynx.schema.record import Record, class_of, replace_fields
from netlynx.trace.spelling import Spelling, home_of, quoted
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message

_VERBS = ("add", "append", "insert", "replace", "change", "set", "delete", "destroy", "create", "configure")
_ONE, _MANY = ("Do",), ("Dump", "Sockets")  # what functions return that ask for one, and for a table
_INTERFACES = ("index", "oif", "iif", "master")  # arguments that are numbers of interfaces
_TRIES = 6  # fields that a record loses before it is given up
# Where what asks for tables is declared, of protocols whose requests have records that are nobody else's.
_ROOMS: dict[int, tuple[str, ...]] = {
    NETLINK.SOCK_DIAG: ("netlynx.diag",),
    NETLINK.ROUTE: ("netlynx.route", "netlynx.tc"),
}


class Recipe(NamedTuple):
    """An operation as Python: its expression, whether a table comes back, or an answer, and whether it is `strict`
    where what was said is not: something must not be there already."""

    source: str
    dumps: bool = False
    answers: bool = False
    strict: bool = False


class Recipes:
    """Finds operations for what was sent, and spells them."""

    def __init__(self, decoder: Decoder, spelling: Spelling) -> None:
        self._decoder = decoder
        self._spelling = spelling

    def find(self, sent: Decoded) -> Recipe | None:
        """The operation for a message; None where none says that."""
        if not isinstance(sent.record, Record):
            return None
        try:
            if sent.message.flags & NLM_F.DUMP == NLM_F.DUMP and not sent.message.flags & NLM_F.CREATE:
                return self._asking(sent, _MANY)
            return self._change(sent) or self._asking(sent, _ONE)
        except LookupError:
            return None

    def _change(self, sent: Decoded) -> Recipe | None:
        """A change: a function of a record that makes the very same message."""
        home = home_of(class_of(sent.record))
        if home is None:
            return None
        record = _plain(sent.record)
        for name, function in _functions(home, _ONE):
            taken = self._taken(function, record, sent)
            if taken is not None and self._is_spelt(function, taken, sent):
                source = f"{self._spelling.module(home)}.{name}({self._spelling.value(taken)})"
                made = function(taken)
                strict = bool(made.flags & NLM_F.EXCL & ~sent.message.flags)
                return Recipe(source, answers=made.reply is not None and not made.omissible, strict=strict)
        return None

    def _is_spelt(self, function: Callable[..., Any], record: Record, sent: Decoded) -> bool:
        """Whether what a record is spelt as makes the same message."""
        plain = Spelling({})
        source = plain.value(record)
        try:
            return self._is_same(function(plain.made(source)), sent)
        except (EncodeError, TypeError, ValueError):
            return False

    def _taken(self, function: Callable[..., Any], record: Record, sent: Decoded) -> Record | None:
        """The record of which a function makes the same message; None where it makes none of any."""
        for _ in range(_TRIES):
            try:
                made = function(record)
            except EncodeError as error:
                field = error.path.rpartition(".")[2]
                if not _given(record).get(field):
                    return None
                record = _without(record, field)
            except (TypeError, ValueError):
                return None
            else:
                break
        else:
            return None
        if not self._is_same(made, sent):
            added = self._added(made, sent)
            if not added:
                return None
            record = replace_fields(record, **dict.fromkeys(added, 0))
            try:
                if not self._is_same(function(record), sent):
                    return None
            except (EncodeError, TypeError, ValueError):
                return None
        for field in _given(record):  # whatever the function says by itself
            less = _without(record, field)
            try:
                if self._is_same(function(less), sent):
                    record = less
            except (EncodeError, TypeError, ValueError):
                continue
        return record

    def _is_same(self, made: Any, sent: Decoded) -> bool:
        if not isinstance(made, Do) or made.protocol != sent.protocol:
            return False
        said = self._said(made, sent)
        told = ~ADDED & ~NLM_F.ECHO
        if made.protocol == NETLINK.NETFILTER and made.flags & NLM_F.EXCL:
            told &= ~(NLM_F.EXCL | NLM_F.CREATE)  # nft asks for tables and chains without them
        same = said is not None and _told(said.record) == _told(sent.record)
        return same and made.flags & told == sent.message.flags & told

    def _added(self, made: Any, sent: Decoded) -> list[str]:
        """The fields that a function says of itself, and which were not said."""
        said = self._said(made, sent) if isinstance(made, Do) else None
        if said is None or not isinstance(said.record, class_of(sent.record)):
            return []
        return [name for name in _given(said.record) if not getattr(sent.record, name)]

    def _said(self, made: Any, sent: Decoded) -> Decoded | None:
        """What an operation would say; None where it is of another type than what was sent."""
        kind = sent.message.type if made.family else int(made.message_type)
        if kind != sent.message.type:
            return None
        message = Message(kind, sent.message.flags, 0, 0, made.payload)
        said = self._decoder.read(sent.protocol, message, answer=False)
        return said if said.name == sent.name else None

    def _asking(self, sent: Decoded, what: tuple[str, ...]) -> Recipe | None:
        """What asks for the same: of what makes a message of this type, the one whose message is most like it."""
        home = home_of(class_of(sent.record))
        rooms = [home] if home is not None else []
        rooms += [import_module(each) for each in _ROOMS.get(sent.protocol, ()) if home is None]
        best: tuple[int, str] | None = None
        for room in rooms:
            for name, function in _functions(room, what):
                for arguments in _arguments(function, _given(_plain(sent.record))):
                    try:
                        made = function(**arguments)
                    except (EncodeError, TypeError, ValueError):
                        continue
                    said = self._said(made, sent) if hasattr(made, "payload") else None
                    if said is None or not isinstance(said.record, class_of(sent.record)):
                        continue
                    alike = 100 * _alike(said.record, sent.record) - len(arguments)
                    if best is None or alike > best[0]:
                        words = ", ".join(self._argument(function, each, value) for each, value in arguments.items())
                        best = alike, f"{self._spelling.module(room)}.{name}({words})"
        return None if best is None else Recipe(best[1], dumps=what == _MANY, answers=True)

    def _argument(self, function: Callable[..., Any], name: str, value: Any) -> str:
        known = inspect.signature(function).parameters
        interface = self._spelling.interfaces.get(value) if name in _INTERFACES and isinstance(value, int) else None
        if interface is not None and "str" in str(known[name].annotation):
            return f"{name}={quoted(interface)}"
        if interface is not None and "name" in known:
            return f"name={quoted(interface)}"
        return f"{name}={self._spelling.value(value)}"


def _functions(room: ModuleType, what: tuple[str, ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions of a room that return operations of a kind, those that are called as verbs are first."""
    names = [name for name in _VERBS if hasattr(room, name)]
    offered = getattr(room, "__all__", None) or vars(room)
    names += [name for name in offered if not name.startswith("_") and name not in names]
    for name in names:
        function = getattr(room, name)
        if inspect.isclass(function) or not callable(function):
            continue
        try:
            returned = str(inspect.signature(function).return_annotation)
        except ValueError:
            continue
        if any(f"{each}[" in returned for each in what):
            yield name, function


def _arguments(function: Callable[..., Any], given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a function may be given of a record's fields: all that it knows, each by itself, nothing."""
    known = inspect.signature(function).parameters
    fitting = {name: value for name, value in given.items() if name in known}
    yield fitting
    if len(fitting) > 1:
        yield from ({name: value} for name, value in fitting.items())
    if fitting:
        yield {}


def _told(record: Record) -> dict[str, Any]:
    """The fields that say something, be it in a header or in an attribute: there a zero is none."""
    return {name: value for name, value in _given(_plain(record)).items() if value != 0}


def _alike(one: Record, other: Record) -> int:
    return sum(getattr(one, name) == getattr(other, name) for name in class_of(one).__declarations__)


def _given(record: Record) -> dict[str, Any]:
    """The fields of a record that say something."""
    found = {name: getattr(record, name) for name in class_of(record).__declarations__}
    return {name: value for name, value in found.items() if value != class_of(record).__declarations__[name].default}


def _without(record: Record, field: str) -> Record:
    changed: Record = replace_fields(record, **{field: class_of(record).__declarations__[field].default})
    return changed


def _plain(value: Any) -> Any:
    """A record without what stands in fixed headers and says nothing, and so with all within it."""
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    if not isinstance(value, Record):
        return value
    declarations = class_of(value).__declarations__
    changes = {}
    for name, each in declarations.items():
        found = getattr(value, name)
        if each.role == "head" and not found:
            changes[name] = each.default
        elif isinstance(found, tuple | Record):
            changes[name] = _plain(found)
    return replace_fields(value, **changes)
