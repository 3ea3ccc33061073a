"""Which messages of a capture are wanted: conditions ``KEY=VALUE``, all of which have to hold; of several values, one.

| key | value |
|---|---|
| `family` | a protocol (``route``, ``netfilter``), or a family of generic netlink (``ethtool``) |
| `type` | a message type: ``RTM_NEWLINK``, ``newlink``, ``nlctrl.CTRL_CMD_GETFAMILY``, a number |
| `kind` | ``new``, ``delete``, ``get``, ``set``, ``other``, by what it does; ``ack``, ``error``, ``done`` of answers |
| `dev` | an interface that it is about, by its index, or by a name that the capture tells |
| `port`, `sequence` | as in the header |
| `error` | what the kernel refused it with: ``ENOENT``, ``2`` |
| `direction` | ``sent`` or ``received``, where that was recorded, or as it was read |
"""

from __future__ import annotations

import difflib
import errno
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from netlynx.capture.captured import Captured, protocol_name
from netlynx.engine.decoding import Decoded
from netlynx.engine.lexicon import ROOMS, Said, is_control, look_up
from netlynx.errors import EncodeError
from netlynx.schema.record import Layout, Record, class_of
from netlynx.schema.settle import kind_of as field_kind
from netlynx.wire.constants import NETLINK, NLMSG, PROTOCOLS, protocol_number
from netlynx.wire.message import Message
from netlynx.wire.nearest import nearest

KEYS = ("family", "type", "kind", "dev", "port", "sequence", "error", "direction")
KINDS = ("new", "delete", "get", "set", "other", "ack", "error", "done")
_DIRECTIONS = ("sent", "received")
_MOST = 0xFFFF_FFFF
_NAME = re.compile(r"[^/\s]{1,15}")  # of an interface: dev_valid_name in net/core/dev.c
_TYPES = 4096  # from here on no protocol has types that are looked up by name

_VERBS = {
    **dict.fromkeys(("NEW", "CREATE", "ADD", "ADDED", "CREATED"), "new"),
    **dict.fromkeys(("DEL", "DELETE", "DESTROY", "REMOVE", "DELETED", "REMOVED"), "delete"),
    **dict.fromkeys(("GET", "LIST", "DUMP"), "get"),
    **dict.fromkeys(("SET", "CHANGE", "CHANGED", "UPDATE"), "set"),
}
_BEGINS = re.compile(r"(NEW|DEL|DESTROY|GET|SET|UPDATE)[A-Z]")  # NEWLINK, GETSETELEM


def kind_of(message: Decoded) -> str:
    """What a message does, or how it ends: one of `KINDS`."""
    if is_control(message.protocol, message.message.type):
        if message.error is not None:
            return "error"
        return {NLMSG.ERROR: "ack", NLMSG.DONE: "done"}.get(message.message.type, "other")
    if "DUMP" in message.flags:
        return "get"
    return _of_name(message.name)


@cache
def _of_name(name: str) -> str:
    for word in re.split(r"[_.]", name):
        begins = _BEGINS.match(word)
        found = _VERBS.get(begins[1] if begins else word.upper())
        if found is not None:
            return found
    return "other"


class Wanted:
    """Messages that conditions hold for. Raises EncodeError for a condition that nothing can fulfil, or two that no
    message fulfils both."""

    def __init__(self, conditions: Iterable[str]) -> None:
        self._values: dict[str, frozenset[Any]] = {}
        for text in conditions:
            key, equals, values = text.partition("=")
            if key not in KEYS or not equals:
                raise EncodeError(
                    f"{text!r} is no condition: KEY=VALUE with {', '.join(KEYS)}{nearest(key, KEYS, listed='')}"
                )
            read: Callable[[str], Any] = getattr(self, f"_{key}")
            found = frozenset(each for value in values.split(",") for each in read(value))
            if key in self._values:
                found &= self._values[key]
                if not found:
                    raise EncodeError(f"no message is both: {key} was given before")
            self._values[key] = found
        self.names: dict[str, int] = {}  # of interfaces, as the capture tells them
        self._check()

    # -- what a value means ----------------------------------------------------------------------------------------

    def _family(self, value: str) -> list[int | str]:
        try:
            return [protocol_number(value)]
        except ValueError as error:
            if value.isdecimal() or not re.fullmatch(r"[\w.-]{1,15}", value):
                raise EncodeError(f"{error}; or give a family of generic netlink") from None
            near = difflib.get_close_matches(value, [each.name for each in PROTOCOLS.values()], 1, 0.75)
            if near:
                raise EncodeError(f"no protocol is called {value!r}: did you mean {near[0]}?") from None
            return [value]

    def _type(self, value: str) -> list[int | str]:
        if value.isdecimal():
            return [_number(value, 0xFFFF, "a message type")]
        if "." in value:
            return [value.upper()]
        found = [name for name in _names() if name == value.upper() or name.endswith(f"_{value.upper()}")]
        if not found:
            short = {name.rpartition("_")[2].lower() for name in _names()}
            raise EncodeError(f"no message type is called {value!r}{nearest(value.lower(), short, listed='')}")
        return list(found)

    def _kind(self, value: str) -> list[str]:
        return [_one_of(value, KINDS, "kind")]

    def _direction(self, value: str) -> list[str]:
        return [_one_of(value, _DIRECTIONS, "direction")]

    def _dev(self, value: str) -> list[int | str]:
        if value.isdecimal():
            return [_number(value, 0x7FFF_FFFF, "an interface's index")]
        if not _NAME.fullmatch(value):
            raise EncodeError(f"no interface can be called {value!r}: a name has 1 to 15 characters, no / and no space")
        return [value]

    def _port(self, value: str) -> list[int]:
        return [_number(value, _MOST, "a port")]

    def _sequence(self, value: str) -> list[int]:
        return [_number(value, _MOST, "a sequence number")]

    def _error(self, value: str) -> list[int]:
        if value.isdecimal():
            return [_number(value, 4095, "an error's number")]
        number = getattr(errno, value.upper(), None)
        if not isinstance(number, int):
            raise EncodeError(
                f"no error is called {value!r}{nearest(value.upper(), errno.errorcode.values(), listed='')}"
            )
        return [number]

    @property
    def by_header(self) -> bool:
        """Whether the headers of a plain message, and the way that it went, say whether it is wanted."""
        return self._values.keys() <= {"family", "type", "kind", "direction"}

    # -- what holds --------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Refuse conditions of which no message fulfils all."""
        families = self._values.get("family")
        types = {each for each in self._values.get("type", ()) if isinstance(each, str) and "." not in each}
        kinds = self._values.get("kind")
        if families and types and "type" in self._values and len(types) == len(self._values["type"]):
            protocols = {each if isinstance(each, int) else int(NETLINK.GENERIC) for each in families}
            own = {name for name in types if _names()[name] & protocols or name.startswith("NLMSG_")}
            if not own:
                said = " or ".join(sorted(map(str, (protocol_name(each) for each in protocols))))
                raise EncodeError(f"{' and '.join(sorted(types))} is no type of {said}")
        if kinds and types and len(types) == len(self._values["type"]):
            does = {kind for name in types for kind in _kinds_of(name)}
            if not does & kinds:
                raise EncodeError(f"{' and '.join(sorted(types))} is {' or '.join(sorted(does))}: kind says otherwise")
        if "error" in self._values and kinds and "error" not in kinds:
            raise EncodeError("what has an error is of kind error: kind says otherwise")

    def holds(self, said: Captured) -> bool:
        """Whether a message is wanted; what is no message is, where nothing is asked of it but its protocol."""
        message = said.message
        if message is not None:
            self._learn(message.record)
        return all(getattr(self, f"_has_{key}")(said, values) for key, values in self._values.items())

    def unknown(self) -> list[str]:
        """The names of interfaces that were asked for and that nothing in the capture told."""
        asked = [each for each in self._values.get("dev", ()) if isinstance(each, str)]
        return [name for name in sorted(asked) if name not in self.names]

    def _learn(self, record: Any) -> None:
        if "dev" in self._values and type(record).__name__ == "Link" and record.name and record.index:
            self.names[record.name] = record.index

    def _has_family(self, said: Captured, values: frozenset[Any]) -> bool:
        if said.datagram.protocol in values:
            return True
        name = "" if said.message is None else said.message.name
        return said.datagram.protocol == NETLINK.GENERIC and re.split(r"[.,]", name)[0] in values

    def _has_type(self, said: Captured, values: frozenset[Any]) -> bool:
        message = said.message
        return message is not None and (message.name.upper() in values or message.message.type in values)

    def _has_kind(self, said: Captured, values: frozenset[Any]) -> bool:
        return said.message is not None and kind_of(said.message) in values

    def _has_dev(self, said: Captured, values: frozenset[Any]) -> bool:
        if said.message is None:
            return False
        numbers = {self.names.get(each, 0) if isinstance(each, str) else each for each in values} - {0}
        named = getattr(said.message.record, "name", None) if type(said.message.record).__name__ == "Link" else None
        return named in values or not numbers.isdisjoint(_interfaces(said.message.record))

    def _has_port(self, said: Captured, values: frozenset[Any]) -> bool:
        return said.message is not None and said.message.message.portid in values

    def _has_sequence(self, said: Captured, values: frozenset[Any]) -> bool:
        return said.message is not None and said.message.message.sequence in values

    def _has_error(self, said: Captured, values: frozenset[Any]) -> bool:
        return said.message is not None and said.message.error is not None and said.message.error.errno in values

    def _has_direction(self, said: Captured, values: frozenset[Any]) -> bool:
        return ("sent" if said.sent else "received") in values


def _interfaces(record: Any) -> Iterator[int]:
    """The indexes of interfaces in a record, and in what is in it."""
    if isinstance(record, tuple):
        for each in record:
            yield from _interfaces(each)
    elif isinstance(record, Record | Layout):
        cls = class_of(record)
        for name in cls.__declarations__:
            value = getattr(record, name)
            if isinstance(value, int):
                if value and field_kind(cls, name).names == "interface":
                    yield value
            elif value is not None:
                yield from _interfaces(value)


@cache
def _names() -> dict[str, set[int]]:
    """The names of all message types, but those of generic netlink's families, with the protocols that have them."""
    found: dict[str, set[int]] = {}
    for protocol in ROOMS:
        for number in range(_TYPES if protocol != NETLINK.GENERIC else NLMSG.MIN_TYPE):
            name = look_up(protocol, Said(Message(number), True, {})).name
            if name.isupper():
                found.setdefault(name, set()).add(protocol)
    return found


def _kinds_of(name: str) -> tuple[str, ...]:
    if name == "NLMSG_ERROR":
        return ("ack", "error")
    if name == "NLMSG_DONE":
        return ("done", "error")
    return (_of_name(name), "get")  # what asks for a table is of kind get, whatever it is called


def _number(value: str, most: int, what: str) -> int:
    if not (value.isascii() and value.isdecimal() and int(value) <= most):
        raise EncodeError(f"{value!r} is not {what}: 0 to {most}")
    return int(value)


def _one_of(value: str, choices: tuple[str, ...], what: str) -> str:
    if value not in choices:
        raise EncodeError(f"{value!r} is no {what}: {', '.join(choices)}")
    return value
