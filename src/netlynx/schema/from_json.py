"""Records from JSON: what `to_json` writes, once parsed, becomes the record that it was written from.

Values are those of a record's fields but for what JSON has no word for: members of enums are their labels, sets of
flags lists of them (a bit without a name as ``"0x40"``), bytes hexadecimal digits, tuples lists, records objects, or
what their classes understand instead (``"53-54"`` for a range). Who writes such values in Python may mix them with
ready ones: tuples, bytes, records. Dashes in names are underscores.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any, TypeVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import (
    READ,
    Attribute,
    Layout,
    Read,
    Record,
    beside,
    fields_of,
    replace_fields,
    unknown_field,
)
from netlynx.schema.settle import forget_class, kind_of, member_reader
from netlynx.schema.spelling import Spelt
from netlynx.schema.tags import tags_of

R = TypeVar("R", bound=Record | Layout)

# The fields that were read of a record and of those around it, innermost first: what a sub-message is chosen by.
Around = tuple[dict[str, Any], ...]
Reader = Callable[[Any, Around], Any]  # from a JSON value to that of a field


def from_json(cls: type[R], value: object, *, read: bool = False) -> R:
    """The record of this class that a parsed JSON object describes; keys are field names.

    With `read` the object is what a listing printed: the record counts as read from the kernel, so what the kernel only
    tells is left out when it is sent.

    Numbers are taken for labels too, and a single label for a list of one. Numbers, text and addresses are checked
    when the record is sent, as in any record. Raises EncodeError and EncodeTypeError with the path of the value.
    """
    try:
        record: R = _read(cls, value, ())
    except EncodeError as error:
        raise error.within(cls.__name__) from error.__cause__
    return _as_read(record) if read else record


def _as_read(value: Any) -> Any:
    """A value with all records in it marked as read."""
    if isinstance(value, tuple) and type(value) is tuple:
        made = tuple(_as_read(each) for each in value)
        return made if any(one is not other for one, other in zip(made, value, strict=True)) else value
    if not isinstance(value, Record):
        return value
    changes = {name: _as_read(inner) for name, inner in fields_of(value).items() if name != "unknown"}
    changes = {name: made for name, made in changes.items() if made is not getattr(value, name)}
    return replace_fields(value, unknown=Read(value.unknown) if value.unknown else READ, **changes)


def _read(cls: Any, value: object, around: Around) -> Any:
    if isinstance(value, cls):
        return value
    if not isinstance(value, dict) and value is not None and hasattr(cls, "__natural__"):
        made = _made(cls, lambda: cls.__natural__(value))
        if isinstance(made, cls):
            return made
    if not isinstance(value, dict):
        raise EncodeTypeError(f"expected an object of {cls.__name__}'s fields, not {_shown(value)}")
    readers, selecting = _readers(cls)
    fields: dict[str, Any] = {}
    within = (fields, *around)
    waiting = []
    seen: set[object] = set()
    for key, given in value.items():
        name = key
        if name not in readers and isinstance(name, str):
            name = name.replace("-", "_")
        try:
            reader = readers[name]
        except KeyError:
            raise EncodeTypeError(str(unknown_field(cls.__name__, name, tuple(readers)))) from None
        if name in seen:
            raise EncodeTypeError(f"{name} is given twice: with dashes and without")
        seen.add(name)
        if reader is None or given is None:
            fields[name] = given
        elif name in selecting:
            waiting.append((name, given))  # until the field that chooses is there
        else:
            fields[name] = _at(name, reader, given, within)
    for name, given in waiting:
        reader = readers[name]
        assert reader is not None
        fields[name] = _at(name, reader, given, within)
    return _made(cls, lambda: cls(**fields))


def _made(cls: Any, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except EncodeError as error:
        forget_class(error, cls)
        raise


def _at(place: str, reader: Reader, value: Any, around: Around) -> Any:
    try:
        return reader(value, around)
    except EncodeError as error:
        raise error.within(place) from error.__cause__


@cache
def _readers(cls: Any) -> tuple[dict[str, Reader | None], frozenset[str]]:
    """How each field is read, None for one whose JSON value is its own; and which are sub-messages to choose."""
    readers: dict[str, Reader | None] = {}
    selecting = set()
    for name in cls.__declarations__:
        kind = kind_of(cls, name)
        readers[name] = _reader(kind)
        if kind.code is Code.SELECT:
            selecting.add(name)
    if issubclass(cls, Layout):
        readers["tail"] = _bytes
    else:
        readers["unknown"] = _unknown
    readers.update(dict.fromkeys(beside(cls)))  # what stands for fields; the class itself reads it
    return readers, frozenset(selecting)


def _reader(kind: Kind) -> Reader | None:
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED):
        assert kind.item is not None
        if kind.options & Option.KEYED:
            return _keyed_by_number(_reader(kind.item))
        return _list_of(_reader(kind.item))
    if kind.values is not None and issubclass(kind.values, Spelt):
        return None  # a record reads it
    if kind.values is not None:
        return _member_of(kind.values)
    if kind.code is Code.BINARY:
        return _bytes
    if kind.code is Code.SELECT:
        return _chosen(kind)
    if kind.code is Code.STRING:
        return _text
    if kind.code is Code.HOOK:
        return None if kind.shown is None else _reader(kind.shown)
    if kind.target is None:
        return None
    target = kind.target
    if kind.options & Option.TAGGED:
        return _unwrapped(target)
    if kind.code is Code.SEQUENCE:
        several = _list_of(lambda value, around: _read(target(), value, around))
        return several if kind.form is None or not kind.form.spoken else _or_text(several)
    return lambda value, around: _read(target(), value, around)


def _unwrapped(wrapper: Callable[[], Any]) -> Reader:
    """What a tag stands for, given with it, or made already."""

    def read(value: Any, around: Around) -> Any:
        return value if isinstance(value, Record) else tags_of(wrapper()).read(_read(wrapper(), value, around))

    return read


def _list_of(item: Reader | None) -> Reader:
    def read(value: Any, around: Around) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise EncodeTypeError(f"expected a list, not {_shown(value)}")
        if item is None:
            return tuple(value)
        return tuple(_at(f"[{i}]", item, element, around) for i, element in enumerate(value))

    return read


def _or_text(several: Reader) -> Reader:
    """Several values, or a text that says them, which a record reads."""
    return lambda value, around: value if isinstance(value, str) else several(value, around)


def _keyed_by_number(item: Reader | None) -> Reader:
    def read(value: Any, around: Around) -> dict[int, Any]:
        if not isinstance(value, dict):
            raise EncodeTypeError(f"expected an object from number to value, not {_shown(value)}")
        found = {}
        for key, element in value.items():
            try:
                number = int(key)
            except (TypeError, ValueError):
                raise EncodeError(f"{key!r} is not the number of an attribute") from None
            found[number] = element if item is None else _at(f"[{number}]", item, element, around)
        return found

    return read


def _member_of(values: type[IntEnum] | type[IntFlag] | type[bool]) -> Reader | None:
    if values is bool:
        return None
    member = member_reader(values, _shown)
    return lambda value, around: member(value)


def _text(value: Any, around: Around) -> Any:
    """Text, which may choose what another field is: what is no text is looked at when the record is sent."""
    if isinstance(value, (list, dict)):
        raise EncodeTypeError(f"expected text, not {_shown(value)}")
    return value


def _bytes(value: Any, around: Around) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if not isinstance(value, str):
        raise EncodeTypeError(f"expected bytes as hexadecimal digits, not {_shown(value)}")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise EncodeError(f"{value!r} is not bytes as hexadecimal digits") from None


def _chosen(kind: Kind) -> Reader:
    """A sub-message: what the field that chooses says it is, or bytes."""
    choices = kind.choices or {}

    def read(value: Any, around: Around) -> Any:
        key = next((fields[kind.selector] for fields in around if fields.get(kind.selector) is not None), None)
        choice = choices.get(key, choices.get(None))
        if choice is None:
            if isinstance(value, (str, bytes)):
                return _bytes(value, around)
            missing = f"nothing is known of {kind.selector} {key!r}: give bytes as hexadecimal digits"
            raise EncodeError(f"set {kind.selector} too: it says what this is" if key is None else missing)
        if isinstance(value, (str, bytes)) and choice.target is not None:
            return _bytes(value, around)  # what did not fit stays raw
        reader = _reader(choice)
        return value if reader is None else reader(value, around)

    return read


def _unknown(value: Any, around: Around) -> tuple[Attribute, ...]:
    if not isinstance(value, list):
        raise EncodeTypeError(f"expected a list of attributes, not {_shown(value)}")
    return tuple(_at(f"[{i}]", _attribute, entry, around) for i, entry in enumerate(value))


def _attribute(value: Any, around: Around) -> Attribute:
    if not isinstance(value, dict) or not {"type", "payload"} <= value.keys() <= {*Attribute.__struct_fields__}:
        fields = ", ".join(Attribute.__struct_fields__)
        raise EncodeTypeError(f"expected an object of {fields}, not {_shown(value)}")
    payload = _at("payload", _bytes, value["payload"], around)
    within = value.get("within", [])
    if not isinstance(within, list):
        raise EncodeTypeError(f"expected a list of numbers, not {_shown(within)}", "within")
    return Attribute(**{**value, "payload": payload, "within": tuple(within)})


def _shown(value: object) -> str:
    """A JSON value as an error shows it."""
    names = {dict: "an object", list: "a list", type(None): "null", bool: str(value).lower()}
    return names.get(type(value)) or f"{value!r}"
