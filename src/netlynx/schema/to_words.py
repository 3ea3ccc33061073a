"""Words of records: what `netlynx.schema.from_words` reads, a word for each field that says something.

A value that a plain word would not bring back as it is stands as JSON, behind `:=`: a text that looks like a number
where a number may stand too, a list of texts with commas in them, attributes that nobody declared.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from netlynx.errors import EncodeError
from netlynx.schema.from_words import Around, value_of
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import Layout, Record, class_of
from netlynx.schema.settle import kind_of, settler

HIDDEN = "(hidden)"
"""Stands for a value that is secret."""


def to_words(record: Record | Layout, *, only: Collection[str] | None = None, hide: bool = False) -> list[str]:
    """The words that the record is read from.

    `only` names the fields that are wanted; with `hide` what is secret is not told, and what cannot be read again.
    """
    said = record.to_dict()
    chosen = said if only is None else {name: said[name] for name in said if name in only}
    return list(_fields(class_of(record), without_secrets(class_of(record), chosen) if hide else chosen, "", ()))


def without_secrets(cls: Any, said: dict[str, Any]) -> dict[str, Any]:
    """JSON of a record in which `HIDDEN` stands for what is secret."""
    found = {}
    for name, value in said.items():
        declaration = cls.__declarations__.get(name)
        found[name] = value
        if declaration is not None and value is not None:
            held = kind_of(cls, name).held
            if declaration.secret:
                found[name] = HIDDEN
            elif held is not None and isinstance(value, dict):
                found[name] = without_secrets(held, value)
            elif held is not None and isinstance(value, list):
                found[name] = [without_secrets(held, each) if isinstance(each, dict) else each for each in value]
    return found


def word_of(path: str, value: Any) -> str:
    """A value that has JSON alone."""
    return f"{path}:={json.dumps(value, separators=(',', ':'))}"


def _fields(cls: Any, said: dict[str, Any], before: str, around: Around) -> Iterator[str]:
    within = (_canonical(cls, said), *around)
    for name, value in said.items():
        if value is None:
            continue
        if name in cls.__declarations__:
            hint = str(cls.__hints__.get(name, ""))
            yield from _words(kind_of(cls, name), value, f"{before}{name}", within, hint)
        else:
            yield word_of(f"{before}{name}", value)


def _canonical(cls: Any, said: dict[str, Any]) -> dict[str, Any]:
    """What sub-messages are chosen by."""
    found = {}
    for name, value in said.items():
        kind = kind_of(cls, name) if name in cls.__declarations__ and value is not None else None
        found[name] = value if kind is None or kind.values is None else settler(kind)(value)
    return found


def _words(kind: Kind, value: Any, path: str, around: Around, hint: str) -> Iterator[str]:
    """The words of a JSON value of a field of this kind."""
    if kind.code is Code.SELECT:
        key = next((fields[kind.selector] for fields in around if fields.get(kind.selector) is not None), None)
        choices = kind.choices or {}
        choice = choices.get(key, choices.get(None))
        if choice is not None and not (isinstance(value, str) and choice.target is not None):
            yield from _words(choice, value, path, around, hint)
            return
    elif kind.shown is not None:
        yield from _words(kind.shown, value, path, around, hint)
        return
    if isinstance(value, dict) and value:
        if kind.options & Option.KEYED and kind.item is not None:
            for key, inner in value.items():
                yield from _words(kind.item, inner, f"{path}.{key}", around, hint)
            return
        if kind.target is not None:
            found = list(_fields(kind.target(), value, f"{path}.", around))
            yield from found or [f"{path}="]  # it is there, and says nothing
            return
    if value == {} and kind.target is not None:
        yield f"{path}="
        return
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for i, inner in enumerate(value):
            if kind.code is Code.SEQUENCE and kind.target is not None and isinstance(inner, dict):
                found = list(_fields(kind.target(), inner, f"{path}.{i}.", around))
                yield from found or [f"{path}.{i}="]
            elif kind.item is not None:
                yield from _words(kind.item, inner, f"{path}.{i}", around, hint)
            else:
                yield word_of(f"{path}.{i}", inner)
        return
    text = _text(value) if kind.quantity is None else _quantity(kind.quantity, value)
    if value == HIDDEN or (kind.quantity is not None and text is not None):
        yield f"{path}={text}"
        return
    yield f"{path}={text}" if text is not None and _reads(kind, text, value, around, hint) else word_of(path, value)


def _text(value: Any) -> str | None:
    """How a plain word would say it; None for what none does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, str)):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, (int, str)) for each in value):
        return ",".join(str(_text(each)) for each in value)
    return None


def _quantity(cls: Any, value: Any) -> str | None:
    """A quantity with its unit, where that says all of it."""
    text = str(cls.of(value))
    try:
        return text if cls.of(text) == value else None
    except EncodeError:
        return None


def _reads(kind: Kind, text: str, value: Any, around: Around, hint: str) -> bool:
    """Whether a plain word is read as this very value, or as bytes that this stands for."""
    try:
        read = value_of(kind, text, around, hint)
    except EncodeError:
        return False
    return (type(read) is type(value) and read == value) or (isinstance(read, bytes) and read.hex() == value)
