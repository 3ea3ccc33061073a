"""One form for every value: what a record is made of becomes, when it is made, what the kernel's bytes would read as.

| field | taken | becomes |
|---|---|---|
| enum | member, number, name or label in any case, dashes or underscores | the member; a number without one stays |
| flags | the same, or several of them in a list, tuple or set | the set of flags |
| number | an int or what has `__index__` | `int` |
| network namespace | a name or path; an open one, or its descriptor's number | text; a namespace of its own |
| address, prefix | text, an object of `ipaddress` | text as the codec prints it |
| hardware address | text, with colons or dashes | text in lower case, with colons |
| bytes | bytes, bytearray, memoryview | `bytes` |
| nested record, struct | the record; a dict of its fields; what its `__natural__` understands | the record |
| tagged record | the record; a dict of its tag and its fields | the record |
| key with a mask | text, a number, an object of `ipaddress` | text, without a mask that is all of the key |
| several values | any iterable but text; None for none | a tuple |

Where a keyword is no field but says something of one (``block=7`` is an index and a parent), the class has a
`__beside__` for those that `__besides__` names. Where one text says what several fields hold (a prefix of which the
length has an attribute of its own, a port with its protocol), the class has a `__spelt__`, which takes it apart.

A value that no spelling explains is refused when that is certain (a name that no member has), else it stays as it is:
the codec refuses it when the record is sent. Everything after construction sees the canonical form alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum, IntFlag
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface
from typing import Any, TypeAlias

from netlynx.codec._codec import Look, make_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.compile import enum_tables
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.namespaces import Descriptor, settled_namespace
from netlynx.schema.record import Read, RecordMeta
from netlynx.schema.spelling import Spelt
from netlynx.schema.tags import tags_of

Settler: TypeAlias = Callable[[Any], Any]

# The same numbers as in `codec/records/construct.pxi`.
_ANY, _TYPE, _RECORD, _SELECTED, _ADDRESS, _PREFIX, _MAC, _NOTHING, _RECORDS = range(9)
_NOT_ALIKE = Option.KEYED | Option.TAGGED  # those in one tuple are of several classes, or there is no tuple

_TEXT = {Code.IP: _ADDRESS, Code.PREFIX: _PREFIX, Code.VIA: _ADDRESS, Code.MAC: _MAC}

_settlers: dict[Any, dict[str, Settler]] = {}


def looks_of(cls: Any) -> dict[Any, Any] | None:
    """What canonical values of a class look like, by field; None for a class that has a say in it (`__settle__`).

    One whose `__sure__` says when it has none (where all of some fields are given, and none of others) has both sets of
    names beside them, under None.
    """
    sure = getattr(cls, "__sure__", None)
    if hasattr(cls, "__settle__") and sure is None:
        return None
    found: dict[Any, Any] = {
        name: _look(kind_of(cls, name), declaration.default is None)
        for name, declaration in cls.__declarations__.items()
    }
    return found if sure is None else {**found, None: sure}


def kind_of(cls: Any, name: str) -> Kind:
    """The kind of a field; of one in the header that says none of its own, what the header's member is."""
    declaration = cls.__declarations__[name]
    kind: Kind = declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind
    return kind


def _look(kind: Kind, nothing: bool) -> Look:
    item = kind.item
    if item is not None and item.code in (Code.NEST, Code.STRUCT) and not (kind.options | item.options) & _NOT_ALIKE:
        return Look(_RECORDS, nothing, item.held)
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED, Code.SEQUENCE):
        return Look(_ANY if kind.options & Option.KEYED else _NOTHING, nothing)
    if kind.values is not None:
        return Look(_TYPE, nothing, kind.values)
    if kind.quantity is not None:
        return Look(_TYPE, nothing, kind.quantity)
    if kind.form is not None:
        return Look(_NOTHING if kind.form.like is None else _TEXT[kind.form.like], nothing)
    if kind.names == "namespace":
        return Look(_TYPE, nothing, Descriptor)
    if kind.code in (Code.INTEGER, Code.BITS):
        return Look(_TYPE, nothing, int)
    if kind.code is Code.BINARY:
        return Look(_TYPE, nothing, bytes)
    if kind.code in _TEXT:
        return Look(_TEXT[kind.code], nothing)
    if kind.code in (Code.NEST, Code.STRUCT):
        return Look(_NOTHING if _understands(kind.held) else _RECORD, nothing, RecordMeta)
    if kind.is_shown and kind.shown is not None:
        return _look(kind.shown, nothing)
    if kind.code is Code.SELECT:
        return Look(_SELECTED, nothing, RecordMeta)
    return Look(_ANY, nothing)


def _understands(cls: Any) -> bool:
    """Whether the `__natural__` of a class understands records of other classes, too (``__understands__ = True``)."""
    return getattr(cls, "__understands__", False) is True


def respell(cls: Any, values: dict[str, Any]) -> Any:
    """The record of a class with these values in their canonical form.

    Raises EncodeError and EncodeTypeError, with the path of the field, for a name that no member has and the like.
    """
    declared = getattr(cls, "__narrow__", cls)
    settled = settled_values(declared, values)
    if hasattr(declared, "__settle__"):
        settled = declared.__settle__(settled)
    rare = declared.__rare__
    if not rare.keys().isdisjoint(settled):
        settled = {name: value for name, value in settled.items() if name not in rare or value != rare[name]}
        cls = declared if rare.keys().isdisjoint(settled) else declared.__wide__
    return make_record(cls, settled)


def settled_values(cls: Any, values: dict[str, Any], around: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Values of fields in their canonical form; `around` are those of all fields, where `values` are some of them."""
    settlers = _settlers.get(cls)
    if settlers is None:
        settlers = _settlers[cls] = {name: settler(kind_of(cls, name)) for name in cls.__declarations__}
    read = type(values.get("unknown")) is Read  # a descriptor in it is another's: of who sent the message
    settled = dict(values)
    for name, value in values.items():
        if name not in settlers:
            continue
        try:
            if value is None:
                settled[name] = cls.__declarations__[name].default
            elif read and kind_of(cls, name).names == "namespace":
                settled[name] = value
            elif kind_of(cls, name).code is Code.SELECT:
                settled[name] = _selected(cls, name, value, around or values)
            else:
                settled[name] = settlers[name](value)
            if cls.__declarations__[name].role == "constant":
                _check_constant(settled[name], cls.__declarations__[name].default)
        except EncodeError as error:
            raise error.within(name).within(cls.__name__) from error.__cause__
    spelt: dict[str, Any] = cls.__spelt__(settled) if hasattr(cls, "__spelt__") else settled
    return spelt


def _check_constant(value: Any, constant: Any) -> None:
    if value != constant:
        raise EncodeError(f"it is {getattr(constant, 'label', constant)} in all of these, and cannot be {value}")


def _selected(cls: Any, name: str, value: Any, values: Mapping[str, Any]) -> Any:
    """A sub-message given as a dict of its fields: which one it is, the field that chooses says."""
    kind = kind_of(cls, name)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    spelled = isinstance(value, Mapping) or any(each.values is not None for each in (kind.choices or {}).values())
    if not spelled or kind.selector not in cls.__declarations__:
        return value
    chosen = values.get(kind.selector, cls.__declarations__[kind.selector].default)
    if chosen is not None:
        chosen = settler(kind_of(cls, kind.selector))(chosen)
    choices = kind.choices or {}
    choice = choices.get(chosen, choices.get(None))
    if choice is None:
        missing = f"nothing is known of {kind.selector} {chosen!r}: give bytes"
        raise EncodeError(f"set {kind.selector} too: it says what this is" if chosen is None else missing)
    return settler(choice)(value)


def settler(kind: Kind) -> Settler:
    """What makes the canonical value of a field of this kind."""
    if kind.form is not None:
        return kind.form.settle
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED):
        assert kind.item is not None
        return _as_it_is if kind.options & Option.KEYED else _several(settler(kind.item))
    if kind.quantity is not None:
        return kind.quantity.of
    if kind.values is not None and issubclass(kind.values, Spelt):
        return kind.values.of
    if kind.values is not None:
        return _boolean if kind.values is bool else member_reader(kind.values)
    if kind.code is Code.SEQUENCE:
        assert kind.target is not None
        return _several(_nested(kind.target))
    if kind.is_shown and kind.shown is not None:
        return settler(kind.shown)
    if kind.code in (Code.NEST, Code.STRUCT):
        assert kind.target is not None
        return _tagged(kind.target) if kind.options & Option.TAGGED else _nested(kind.target)
    if kind.names == "namespace":
        return settled_namespace
    return _SETTLERS.get(kind.code, _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


def _several(item: Settler) -> Settler:
    def settle(value: Any) -> Any:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            raise EncodeTypeError(f"expected a sequence, not {type(value).__name__}")
        made = []
        for i, element in enumerate(value):
            try:
                made.append(item(element))
            except EncodeError as error:
                raise error.within(f"[{i}]") from error.__cause__
        return tuple(made)

    return settle


def forget_class(error: EncodeError, cls: Any) -> None:
    """Have the path of an error begin with a field, where it begins with the class: who has the record puts its own
    path before it."""
    if error.path == cls.__name__ or error.path.startswith((f"{cls.__name__}.", f"{cls.__name__}[")):
        error.path = error.path[len(cls.__name__) :].removeprefix(".")


def _nested(target: Callable[[], Any]) -> Settler:
    def settle(value: Any) -> Any:
        cls = target()
        if isinstance(type(value), RecordMeta) and not _understands(cls):
            return value
        try:
            made = cls.__natural__(value) if hasattr(cls, "__natural__") else value
            if isinstance(made, Mapping):
                return cls(**made)
        except EncodeError as error:
            forget_class(error, cls)
            raise
        except TypeError as error:
            raise EncodeTypeError(str(error)) from None
        if not isinstance(type(made), RecordMeta):
            raise EncodeTypeError(f"expected {cls.__name__}, not {type(value).__name__} {value!r}")
        return made

    return settle


def _tagged(wrapper: Callable[[], Any]) -> Settler:
    nested = _nested(wrapper)

    def settle(value: Any) -> Any:
        tags = tags_of(wrapper())
        if not isinstance(value, Mapping) and not isinstance(type(value), RecordMeta):
            raise EncodeTypeError(f"expected a record such as {tags.some()}, not {type(value).__name__} {value!r}")
        made = nested(value)
        return tags.read(made) if isinstance(made, tags.wrapper) else made

    return settle


def _said(value: object) -> str:
    return repr(value) if isinstance(value, bool) else f"{type(value).__name__} {value!r}"


def member_reader(values: type[IntEnum] | type[IntFlag], said: Callable[[object], str] = _said) -> Settler:
    """What finds the member of an enum, or the set of flags, that a number, a name or several are meant to be.

    `said` puts a value that is neither into an error's words.
    """
    tables = enum_tables(values)
    members, numbers = tables["values"], tables["labels"]
    flags = issubclass(values, IntFlag)

    def number_of(label: Any) -> int:
        if isinstance(label, str):
            number = numbers.get(label.lower().replace("-", "_"))
            if number is None and flags and label.startswith("0x"):
                try:
                    return int(label, 16)
                except ValueError:
                    pass
            if number is None:
                raise EncodeError(f"unknown name {label!r}; known: {', '.join(sorted(numbers))}")
            return int(number)
        if isinstance(label, bool):
            raise EncodeTypeError(f"expected a name or a number, not {said(label)}")
        try:
            return operator.index(label)
        except TypeError:
            raise EncodeTypeError(f"expected a name or a number, not {said(label)}") from None

    def member(value: Any) -> Any:
        number = number_of(value)
        return members.get(number, number)

    def flag_set(value: Any) -> Any:
        total = 0
        for label in value if isinstance(value, (list, tuple, set, frozenset)) else [value]:
            total |= number_of(label)
        return values(total) if total >= 0 else total

    return flag_set if flags else member


def _boolean(value: Any) -> Any:
    return bool(value) if isinstance(value, int) and value in (0, 1) else value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return value  # the codec says what it thinks of that
    try:
        return int(operator.index(value))
    except TypeError:
        return value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _bytes(value: Any) -> Any:
    return bytes(value) if isinstance(value, (bytearray, memoryview)) else value


def _address(value: Any) -> Any:
    """An address as the codec prints it; one with a length behind it keeps that, for who can make something of it."""
    text = _letters(value)
    if not isinstance(text, str) or ":" not in text or "%" in text:
        return text  # a zone says nothing to the kernel: the codec refuses it
    address, slash, length = text.partition("/")
    try:
        return _ipv6(ip_address(address)) + slash + length
    except ValueError:
        return text


def _prefix(value: Any) -> Any:
    text = _letters(value)
    if not isinstance(text, str) or "%" in text or not {":", "."} & set(text):
        return text  # "default", an MPLS label, or what the codec will refuse
    try:
        given = ip_interface(text)  # host bits are the codec's to keep
    except ValueError:
        return text
    return f"{_ipv6(given.ip)}/{given.network.prefixlen}"


def _letters(value: Any) -> Any:
    given = isinstance(value, (str, IPv4Address, IPv6Address, IPv4Network, IPv6Network))  # interfaces are addresses
    return str(value) if given else value


def _ipv6(address: IPv4Address | IPv6Address) -> str:
    import socket

    return socket.inet_ntop(socket.AF_INET6, address.packed) if address.version == 6 else str(address)


def _mac(value: Any) -> Any:
    return value.lower().replace("-", ":") if isinstance(value, str) else value


_SETTLERS: dict[Code, Settler] = {
    Code.INTEGER: _number,
    Code.BITS: _number,
    Code.STRING: _text,
    Code.BINARY: _bytes,
    Code.IP: _address,
    Code.VIA: _address,
    Code.PREFIX: _prefix,
    Code.MAC: _mac,
}
